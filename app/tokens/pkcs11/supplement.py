"""What the pkcs11 library lacks, by ctypes on the same loaded module; handles are shared.

* C_Login from a buffer that we can wipe: the library wants a text, which nobody can wipe, and it
  leaks the session when the login fails.
* C_Login between C_SignInit and C_Sign from the same buffer (CKA_ALWAYS_AUTHENTICATE).
* C_GenerateKeyPair with our templates alone: the library adds attributes that tokens refuse.
* C_GetTokenInfo whole: the library keeps the free memory to itself and spoils labels that are not
  UTF-8, which old Russian software writes.
* Рутокен's extended description: how many tries are left, whether a PIN is the factory's.

ctypes releases the GIL during the calls.
"""

import ctypes
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.tokens.pkcs11.errors import USER_ALREADY_LOGGED_IN, CallError
from app.tokens.pkcs11.slot_table import SlotTable
from app.values import dataclass

USER = 1
CONTEXT_SPECIFIC = 2

_UNAVAILABLE = ctypes.c_ulong(-1).value
# PKCS #11 says: structures are packed to single bytes on Windows, by the compiler elsewhere.
PACK = 1 if sys.platform == "win32" else 0
_FUNCTIONS = 68
_POSITIONS = {
    "GetSlotInfo": 5,
    "GetTokenInfo": 6,
    "InitToken": 9,
    "InitPIN": 10,
    "SetPIN": 11,
    "OpenSession": 12,
    "CloseSession": 13,
    "CloseAllSessions": 14,
    "GetSessionInfo": 15,
    "Login": 18,
    "Logout": 19,
    "SignInit": 42,
    "Sign": 43,
    "GenerateKeyPair": 59,
}


class _FunctionList(ctypes.Structure):
    if PACK:
        _pack_ = PACK
    _fields_ = (
        ("version", ctypes.c_ubyte * 2),
        ("functions", ctypes.c_void_p * _FUNCTIONS),
    )


class _TokenInfo(ctypes.Structure):
    if PACK:
        _pack_ = PACK
    _fields_ = (
        ("label", ctypes.c_ubyte * 32),
        ("manufacturer", ctypes.c_ubyte * 32),
        ("model", ctypes.c_ubyte * 16),
        ("serial", ctypes.c_ubyte * 16),
        ("flags", ctypes.c_ulong),
        ("max_sessions", ctypes.c_ulong),
        ("sessions", ctypes.c_ulong),
        ("max_rw_sessions", ctypes.c_ulong),
        ("rw_sessions", ctypes.c_ulong),
        ("max_pin", ctypes.c_ulong),
        ("min_pin", ctypes.c_ulong),
        ("total_public_memory", ctypes.c_ulong),
        ("free_public_memory", ctypes.c_ulong),
        ("total_private_memory", ctypes.c_ulong),
        ("free_private_memory", ctypes.c_ulong),
        ("hardware", ctypes.c_ubyte * 2),
        ("firmware", ctypes.c_ubyte * 2),
        ("time", ctypes.c_ubyte * 16),
    )


class _SessionInfo(ctypes.Structure):
    if PACK:
        _pack_ = PACK
    _fields_ = (
        ("slot", ctypes.c_ulong),
        ("state", ctypes.c_ulong),
        ("flags", ctypes.c_ulong),
        ("device_error", ctypes.c_ulong),
    )


# CKS_RO_USER_FUNCTIONS, CKS_RW_USER_FUNCTIONS
_USER_STATES = frozenset({1, 3})


class _Mechanism(ctypes.Structure):
    if PACK:
        _pack_ = PACK
    _fields_ = (
        ("mechanism", ctypes.c_ulong),
        ("parameter", ctypes.c_void_p),
        ("length", ctypes.c_ulong),
    )


class _Attribute(ctypes.Structure):
    if PACK:
        _pack_ = PACK
    _fields_ = (
        ("type", ctypes.c_ulong),
        ("value", ctypes.c_char_p),
        ("length", ctypes.c_ulong),
    )


class _SlotInfo(ctypes.Structure):
    if PACK:
        _pack_ = PACK
    _fields_ = (
        ("description", ctypes.c_ubyte * 64),
        ("manufacturer", ctypes.c_ubyte * 32),
        ("flags", ctypes.c_ulong),
        ("hardware", ctypes.c_ubyte * 2),
        ("firmware", ctypes.c_ubyte * 2),
    )


class _ExtendedInfo(ctypes.Structure):
    """CK_TOKEN_INFO_EXTENDED of Рутокен (public headers of the vendor's SDK)."""

    if PACK:
        _pack_ = PACK
    _fields_ = (
        ("size", ctypes.c_ulong),
        ("token_type", ctypes.c_ulong),
        ("protocol", ctypes.c_ulong),
        ("microcode", ctypes.c_ulong),
        ("order", ctypes.c_ulong),
        ("flags", ctypes.c_ulong),
        ("max_so_pin", ctypes.c_ulong),
        ("min_so_pin", ctypes.c_ulong),
        ("max_user_pin", ctypes.c_ulong),
        ("min_user_pin", ctypes.c_ulong),
        ("so_tries_most", ctypes.c_ulong),
        ("so_tries_left", ctypes.c_ulong),
        ("user_tries_most", ctypes.c_ulong),
        ("user_tries_left", ctypes.c_ulong),
        ("serial", ctypes.c_ubyte * 8),
        ("total_memory", ctypes.c_ulong),
        ("free_memory", ctypes.c_ulong),
        ("atr", ctypes.c_ubyte * 64),
        ("atr_length", ctypes.c_ulong),
        ("token_class", ctypes.c_ulong),
        ("battery_voltage", ctypes.c_ulong),
        ("body_colour", ctypes.c_ulong),
        ("firmware_checksum", ctypes.c_ulong),
        ("battery_percentage", ctypes.c_ulong),
        ("battery_flags", ctypes.c_ulong),
    )


@dataclass(frozen=True)
class TokenInfo:
    """CK_TOKEN_INFO as the module gave it, padding taken off."""

    label: bytes
    manufacturer: bytes
    model: bytes
    serial: bytes
    flags: int
    free_memory: int | None
    total_memory: int | None
    firmware: tuple[int, int]
    hardware: tuple[int, int]
    pin_lengths: tuple[int, int]
    """The shortest and the longest PIN, as the module tells them."""


@dataclass(frozen=True)
class ExtendedInfo:
    """What only Рутокен tells of its PINs."""

    flags: int
    user_tries_left: int
    user_tries_most: int
    so_tries_left: int
    so_tries_most: int


class Supplement:
    """The further calls into one module that is, or will be, loaded in this process."""

    def __init__(self, path: Path) -> None:
        """Load the module; raise ``MODULE_BROKEN`` when it cannot be loaded or is no PKCS #11."""
        try:
            library = ctypes.CDLL(str(path))
        except OSError as error:
            raise _broken(path, "load", str(error)) from None
        try:
            get_list = library.C_GetFunctionList
        except AttributeError:
            raise _broken(path, "not_pkcs11") from None
        pointer = ctypes.POINTER(_FunctionList)()
        get_list.restype = ctypes.c_ulong
        rv = get_list(ctypes.byref(pointer))
        try:
            functions = pointer.contents.functions
        except ValueError:  # a null pointer
            raise _broken(path, "function_list") from None
        if rv:
            raise _broken(path, "function_list")
        self._library = library
        self._functions = functions

    def forgiving_slots(self) -> SlotTable:
        """Make C_GetSlotInfo forgiving, for the pkcs11 library too, which has to be loaded before.

        Some modules write their list anew each time they are asked for it.
        """
        return SlotTable(self._functions)

    def token_info(self, slot: int) -> TokenInfo:
        """Describe the token in a slot."""
        info = _TokenInfo()
        self.call("GetTokenInfo", ctypes.c_ulong(slot), ctypes.byref(info))
        return TokenInfo(
            label=_unpadded(info.label),
            manufacturer=_unpadded(info.manufacturer),
            model=_unpadded(info.model),
            serial=_unpadded(info.serial),
            flags=info.flags,
            free_memory=_told(info.free_public_memory, info.free_private_memory),
            total_memory=_told(info.total_public_memory, info.total_private_memory),
            firmware=(info.firmware[0], info.firmware[1]),
            hardware=(info.hardware[0], info.hardware[1]),
            pin_lengths=(info.min_pin, info.max_pin),
        )

    def slot_name(self, slot: int) -> bytes:
        """Return the name of a slot: with most modules that of the PC/SC reader."""
        info = _SlotInfo()
        self.call("GetSlotInfo", ctypes.c_ulong(slot), ctypes.byref(info))
        return _unpadded(info.description)

    def extended_info(self, slot: int) -> ExtendedInfo | None:
        """Return Рутокен's further description of a token; None from any other module."""
        try:
            function = self._library.C_EX_GetTokenInfoExtended
        except AttributeError:
            return None
        function.restype = ctypes.c_ulong
        info = _ExtendedInfo()
        info.size = ctypes.sizeof(info)
        if function(ctypes.c_ulong(slot), ctypes.byref(info)) & 0xFFFFFFFF:
            return None  # a module that has the function, and a token that it is not for
        return ExtendedInfo(
            flags=info.flags,
            user_tries_left=info.user_tries_left,
            user_tries_most=info.user_tries_most,
            so_tries_left=info.so_tries_left,
            so_tries_most=info.so_tries_most,
        )

    def login(self, session: int, pin: bytearray | None, user: int = USER) -> None:
        """Log in, once, from the buffer itself; None: the token asks on its own PIN pad."""
        try:
            if pin is None:
                self.call("Login", *_longs(session, user), None, ctypes.c_ulong(0))
            else:
                text = (ctypes.c_ubyte * len(pin)).from_buffer(pin)
                self.call("Login", *_longs(session, user), text, ctypes.c_ulong(len(pin)))
        except CallError as error:
            if error.rv != USER_ALREADY_LOGGED_IN:
                raise

    def is_logged_in(self, session: int) -> bool:
        """Tell whether the user is logged in with this session, as the token sees it now."""
        info = _SessionInfo()
        self.call("GetSessionInfo", ctypes.c_ulong(session), ctypes.byref(info))
        return info.state in _USER_STATES

    def logout(self, session: int) -> None:
        """Log out."""
        self.call("Logout", ctypes.c_ulong(session))

    def sign_confirmed(
        self, session: int, key: int, mechanism: int, data: bytes, pin: bytearray | None
    ) -> bytes:
        """Sign with a key that wants the PIN anew for each signature."""
        what = _Mechanism(mechanism, None, 0)
        self.call("SignInit", ctypes.c_ulong(session), ctypes.byref(what), ctypes.c_ulong(key))
        self.login(session, pin, CONTEXT_SPECIFIC)
        signature = (ctypes.c_ubyte * 1024)()
        length = ctypes.c_ulong(len(signature))
        self.call(
            "Sign",
            ctypes.c_ulong(session),
            data,
            ctypes.c_ulong(len(data)),
            signature,
            ctypes.byref(length),
        )
        return bytes(signature[: length.value])

    def generate(
        self,
        session: int,
        mechanism: int,
        public: Mapping[int, bytes],
        private: Mapping[int, bytes],
    ) -> None:
        """Make a key pair; the templates hold attributes in the form of the token."""
        what = _Mechanism(mechanism, None, 0)
        handles = ctypes.c_ulong(), ctypes.c_ulong()
        self.call(
            "GenerateKeyPair",
            ctypes.c_ulong(session),
            ctypes.byref(what),
            *_template(public),
            *_template(private),
            *(ctypes.byref(handle) for handle in handles),
        )

    def exported(self, name: str) -> Callable[..., int] | None:
        """Return a function that the maker exports beside PKCS #11; None: this module has none."""
        function: Callable[..., int] | None = getattr(self._library, name, None)
        if function is not None:
            function.restype = ctypes.c_ulong  # type: ignore[attr-defined]  # of ctypes
        return function

    def call(self, name: str, *arguments: object) -> None:
        """Call a function of the list; raise `CallError` for whatever is not CKR_OK."""
        address = self._functions[_POSITIONS[name]]
        if not address:
            raise CallError(0x54)  # FUNCTION_NOT_SUPPORTED
        function: Callable[..., int] = ctypes.CFUNCTYPE(ctypes.c_ulong)(address)
        rv = function(*arguments) & 0xFFFFFFFF
        if rv:
            raise CallError(rv)


def _longs(*values: int) -> tuple[ctypes.c_ulong, ...]:
    return tuple(ctypes.c_ulong(value) for value in values)


def _template(given: Mapping[int, bytes]) -> "tuple[ctypes.Array[_Attribute], ctypes.c_ulong]":
    rows = [_Attribute(kind, value, len(value)) for kind, value in given.items()]
    return (_Attribute * len(rows))(*rows), ctypes.c_ulong(len(rows))


def _told(*amounts: int) -> int | None:
    """Return the larger of what a token says of its two memories; None when it says nothing."""
    told = [amount for amount in amounts if amount != _UNAVAILABLE]
    return max(told) if told else None


def _unpadded(field: "ctypes.Array[ctypes.c_ubyte]") -> bytes:
    return bytes(field).rstrip(b" \0")


def _broken(path: Path, reason: str, detail: str = "") -> RoscherkError:
    facts = {"detail": detail} if detail else {}
    return RoscherkError(ErrorCode.MODULE_BROKEN, path=str(path), reason=reason, **facts)
