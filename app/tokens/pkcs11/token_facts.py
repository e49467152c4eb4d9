"""What a module says of a token, as one value: CK_TOKEN_INFO, and what only Рутокен adds to it."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from pkcs11.exceptions import PKCS11Error
from pkcs11.types import Slot

from app.tokens.model import Token, TokenFlags, Vendor
from app.tokens.pkcs11.errors import CallError
from app.tokens.pkcs11.quirks import text_of
from app.tokens.pkcs11.supplement import ExtendedInfo, Supplement
from app.tokens.products import product_of, vendor_of

_WRITE_PROTECTED = 0x2
_LOGIN_REQUIRED = 0x4
_USER_PIN_SET = 0x8
_PIN_PAD = 0x100
_INITIALISED = 0x400
_PIN_LOW = 0x10000
_PIN_FINAL = 0x20000
_PIN_LOCKED = 0x40000
_PIN_TO_BE_CHANGED = 0x80000
_SO_PIN_LOW = 0x100000
_SO_PIN_FINAL = 0x200000
_SO_PIN_LOCKED = 0x400000
_SO_PIN_TO_BE_CHANGED = 0x800000

# CK_TOKEN_INFO_EXTENDED.flags of Рутокен.
_ADMIN_MAY_SET_PIN = 0x1
_USER_MAY_SET_PIN = 0x2
_SO_PIN_NOT_DEFAULT = 0x4
_USER_PIN_NOT_DEFAULT = 0x8

# A field that a module leaves unset holds anything: a number beyond these is no answer.
_MOST_TRIES = 100
_LONGEST_PIN = 1024


def describe(path: Path, supplement: Supplement, slot: Slot) -> tuple[Token, bool]:
    """Describe the token in a slot; tell also whether its keys want a login.

    Raises `CallError` when there is none, or it does not answer.
    """
    info = supplement.token_info(slot.slot_id)
    mechanisms = _mechanisms(slot)
    manufacturer, model = text_of(info.manufacturer), text_of(info.model)
    vendor = vendor_of(manufacturer, model)
    token = Token(
        module=path,
        slot=slot.slot_id,
        label=text_of(info.label),
        manufacturer=manufacturer,
        model=model,
        serial=text_of(info.serial),
        flags=_flags(info.flags),
        free_memory=info.free_memory,
        total_memory=info.total_memory,
        firmware=_version(info.firmware),
        hardware=_version(info.hardware),
        pin_min=_pin_length(info.pin_lengths[0]),
        pin_max=_pin_length(info.pin_lengths[1]),
        mechanisms=mechanisms,
        vendor=vendor,
        product=product_of(vendor, model, info.firmware, mechanisms),
        reader=_reader(supplement, slot.slot_id),
        **_told_of_pins(supplement.extended_info(slot.slot_id), info.flags, vendor),
    )
    return token, bool(info.flags & _LOGIN_REQUIRED)


def _told_of_pins(info: ExtendedInfo | None, flags: int, vendor: Vendor) -> dict[str, Any]:
    """Return the fields that Рутокен fills; for other tokens what their flags allow to say.

    The flag that asks for a new PIN stands for the factory's PIN on Рутокен only; on other tokens
    it comes after an administrator gave a new PIN too.

    JaCarta counts too, behind a table of its maker's own (JC_GetFunctionList: JC_PKI_ReadPinCounters,
    JC_KT2_ReadExtInfo…). Its order and the layout of its structures are in the maker's header alone,
    which is not public; a guess would call into the blue, so such a token «не сообщает».
    """
    if info is None:
        factory = vendor is Vendor.RUTOKEN and bool(flags & _PIN_TO_BE_CHANGED)
        return {
            "tries_left": _by_flags(flags, _PIN_LOCKED, _PIN_FINAL),
            "so_tries_left": _by_flags(flags, _SO_PIN_LOCKED, _SO_PIN_FINAL),
            "factory_pin": factory or None,
        }
    user = _tries(info.user_tries_left, info.user_tries_most)
    admin = _tries(info.so_tries_left, info.so_tries_most)
    return {
        "tries_left": user[0],
        "tries_most": user[1],
        "so_tries_left": admin[0],
        "so_tries_most": admin[1],
        "factory_pin": not info.flags & _USER_PIN_NOT_DEFAULT,
        "factory_so_pin": not info.flags & _SO_PIN_NOT_DEFAULT,
        "admin_may_set_pin": bool(info.flags & _ADMIN_MAY_SET_PIN),
        "user_may_set_pin": bool(info.flags & _USER_MAY_SET_PIN),
    }


def _by_flags(flags: int, locked: int, final: int) -> int | None:
    if flags & locked:
        return 0
    return 1 if flags & final else None


def _tries(left: int, most: int) -> tuple[int | None, int | None]:
    """Take a pair of counters only if they make sense together."""
    return (left, most) if 0 < most <= _MOST_TRIES and left <= most else (None, None)


def _pin_length(told: int) -> int | None:
    """Take a length only if it is one: a module may name none at all."""
    return told if 0 < told <= _LONGEST_PIN else None


def _reader(supplement: Supplement, slot: int) -> str:
    """Return the name of the slot; nothing of a token hangs on it, so a failure is no matter."""
    with suppress(CallError):
        return text_of(supplement.slot_name(slot))
    return ""


def _mechanisms(slot: Slot) -> tuple[str, ...]:
    """Name the mechanisms; a token that fails to list them is there all the same."""
    with suppress(PKCS11Error):
        return tuple(sorted(_mechanism_name(mechanism) for mechanism in slot.get_mechanisms()))
    return ()


def _mechanism_name(mechanism: int) -> str:
    """Name a mechanism; those of vendors have a number only."""
    name = getattr(mechanism, "name", None)
    # The library marks what is out of use with an underscore.
    return f"0x{mechanism:08X}" if name is None else str(name).lstrip("_")


def _version(pair: tuple[int, int]) -> str:
    return f"{pair[0]}.{pair[1]}"


def _flags(bits: int) -> TokenFlags:
    def has(bit: int) -> bool:
        return bool(bits & bit)

    return TokenFlags(
        initialised=has(_INITIALISED),
        user_pin_set=has(_USER_PIN_SET),
        user_pin_low=has(_PIN_LOW),
        user_pin_final_try=has(_PIN_FINAL),
        user_pin_locked=has(_PIN_LOCKED),
        user_pin_to_be_changed=has(_PIN_TO_BE_CHANGED),
        pin_pad=has(_PIN_PAD),
        so_pin_low=has(_SO_PIN_LOW),
        so_pin_final_try=has(_SO_PIN_FINAL),
        so_pin_locked=has(_SO_PIN_LOCKED),
        so_pin_to_be_changed=has(_SO_PIN_TO_BE_CHANGED),
        write_protected=has(_WRITE_PROTECTED),
    )
