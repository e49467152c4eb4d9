"""One module, loaded: its slots, its tokens, sessions, and one login per PIN."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pkcs11
from pkcs11.exceptions import PKCS11Error
from pkcs11.types import Object, Session, Slot

from app.errors import ErrorCode, RoscherkError
from app.tokens.catalogue import check_module
from app.tokens.model import Token, TokenFlags
from app.tokens.pkcs11 import errors
from app.tokens.pkcs11.errors import CallError, translated
from app.tokens.pkcs11.quirks import RawMapper, text_of
from app.tokens.pkcs11.supplement import Supplement, TokenInfo

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
_LONGEST_PIN = 1024
"""A module that names a longer one, or none, says nothing of use."""

_LISTING_ATTEMPTS = 3
_BETWEEN_ATTEMPTS = 0.1


@dataclass(frozen=True)
class Plugged:
    """A token, and the slot it is in now."""

    token: Token
    slot: Slot
    login_required: bool


class Driver:
    """Every call into one module. Used by one thread: C_Initialize promised the module no more."""

    def __init__(self, path: Path) -> None:
        """Load and initialise; raise ``MODULE_NOT_FOUND``, ``MODULE_UNSAFE``, ``MODULE_BROKEN``."""
        check_module(path)
        self._path = path
        # First by ctypes: it tells why a file cannot be loaded, and whether it is PKCS #11 at all.
        self._supplement = Supplement(path)
        try:
            self._library = pkcs11.lib(str(path))
        except PKCS11Error as error:
            facts = translated(error).facts
            raise RoscherkError(
                ErrorCode.MODULE_BROKEN, path=str(path), reason="initialise", **facts
            ) from None

    @property
    def supplement(self) -> Supplement:
        """The calls that the library lacks."""
        return self._supplement

    def plugged(self) -> list[Plugged]:
        """List the tokens; a slot that answers with an error hides itself and no other."""
        found = []
        for slot in self._slots():
            with suppress(PKCS11Error, CallError):
                found.append(self._describe(slot))
        return found

    def again(self, plugged: Plugged) -> Token | None:
        """Look at a token anew; None when it is gone, or another one is in its slot."""
        try:
            token = self._describe(plugged.slot).token
        except (PKCS11Error, CallError):
            return None
        return token if token.serial == plugged.token.serial else None

    @contextmanager
    def session(self, slot: Slot) -> Iterator[Session]:
        """Open a read-only session for the time of the block."""
        session = slot.get_token().open(attribute_mapper=RawMapper())
        try:
            yield session
        finally:
            with suppress(PKCS11Error):  # of a token that is gone
                session.close()

    @contextmanager
    def logged_in(
        self, plugged: Plugged, session: Session, pin: bytearray | None
    ) -> Iterator[None]:
        """Log in for the time of the block: exactly one attempt."""
        if not pin and not plugged.token.flags.pin_pad:
            if plugged.login_required:
                raise RoscherkError(ErrorCode.PIN_NEEDED)
            yield
            return
        if plugged.token.flags.user_pin_locked:
            raise RoscherkError(ErrorCode.PIN_LOCKED)  # nothing to win by sending it
        handle = handle_of(session)
        try:
            self._supplement.login(handle, pin or None)
        except CallError as error:
            raise self._refused(plugged, error) from None
        try:
            yield
        finally:
            with suppress(CallError):
                self._supplement.logout(handle)

    def _refused(self, plugged: Plugged, error: CallError) -> RoscherkError:
        """Say what a failed login leaves: the flags are read anew, tokens do not always tell."""
        refusal = translated(error)
        if refusal.code not in {ErrorCode.PIN_WRONG, ErrorCode.PIN_LOCKED}:
            return refusal
        token = self.again(plugged)
        if token is None:
            return refusal
        flags = token.flags
        if flags.user_pin_locked and error.rv == errors.PIN_INCORRECT:
            return RoscherkError(ErrorCode.PIN_LOCKED, **refusal.facts)
        if refusal.code is ErrorCode.PIN_LOCKED:
            return refusal
        tries_left = 1 if flags.user_pin_final_try else token.tries_left
        if tries_left is not None:
            refusal = refusal.with_facts(tries_left=tries_left)
        return refusal.with_facts(low=flags.user_pin_low, final=flags.user_pin_final_try)

    def _slots(self) -> list[Slot]:
        """Return the slots with a token, each once."""
        for attempt in range(1, _LISTING_ATTEMPTS + 1):
            try:
                slots = self._library.get_slots(token_present=True)
            except PKCS11Error as error:
                # A token that comes or goes between the two calls of a listing spoils it whole.
                if attempt == _LISTING_ATTEMPTS:
                    raise translated(error) from None
                time.sleep(_BETWEEN_ATTEMPTS)
            else:
                return list({slot.slot_id: slot for slot in slots}.values())
        raise AssertionError

    def _describe(self, slot: Slot) -> Plugged:
        info = self._supplement.token_info(slot.slot_id)
        names = sorted(_mechanism_name(mechanism) for mechanism in slot.get_mechanisms())
        token = Token(
            module=self._path,
            slot=slot.slot_id,
            label=text_of(info.label),
            manufacturer=text_of(info.manufacturer),
            model=text_of(info.model),
            serial=text_of(info.serial),
            flags=_flags(info),
            free_memory=info.free_memory,
            firmware=f"{info.firmware[0]}.{info.firmware[1]}",
            pin_min=_pin_length(info.pin_lengths[0]),
            pin_max=_pin_length(info.pin_lengths[1]),
            mechanisms=tuple(names),
        )
        return Plugged(token, slot, bool(info.flags & _LOGIN_REQUIRED))


def handle_of(item: Session | Object) -> int:
    """Return the handle that the supplement shares (the library's stubs do not know it)."""
    return int(cast(Any, item).handle)


def _mechanism_name(mechanism: int) -> str:
    """Name a mechanism; those of vendors have a number only."""
    name = getattr(mechanism, "name", None)
    # The library marks what is out of use with an underscore.
    return f"0x{mechanism:08X}" if name is None else str(name).lstrip("_")


def _pin_length(told: int) -> int | None:
    return told if 0 < told <= _LONGEST_PIN else None


def _flags(info: TokenInfo) -> TokenFlags:
    def has(bit: int) -> bool:
        return bool(info.flags & bit)

    return TokenFlags(
        initialised=has(_INITIALISED),
        user_pin_set=has(_USER_PIN_SET),
        user_pin_low=has(_PIN_LOW),
        user_pin_final_try=has(_PIN_FINAL),
        user_pin_locked=has(_PIN_LOCKED),
        user_pin_to_be_changed=has(_PIN_TO_BE_CHANGED),
        so_pin_low=has(_SO_PIN_LOW),
        so_pin_final_try=has(_SO_PIN_FINAL),
        so_pin_locked=has(_SO_PIN_LOCKED),
        so_pin_to_be_changed=has(_SO_PIN_TO_BE_CHANGED),
        pin_pad=has(_PIN_PAD),
    )
