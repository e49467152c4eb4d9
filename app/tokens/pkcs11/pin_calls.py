"""The calls that set PINs and prepare tokens, by ctypes on the loaded module.

PINs go in from the buffers that are wiped afterwards; None means the token's own pad (PKCS #11
v2.40, CKF_PROTECTED_AUTHENTICATION_PATH). The calls C_EX_… are Рутокен's own; their structure is
the one its maker publishes in its samples for other languages.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.tokens.pin_state import PinRole
from app.tokens.pkcs11.errors import CallError
from app.tokens.pkcs11.supplement import PACK, Supplement

LABEL_SIZE = 32

_USER_TYPES = {PinRole.ADMINISTRATOR: 0, PinRole.USER: 1}
_SERIAL_SESSION = 0x4
_WRITABLE_SESSION = 0x2
_NOT_SUPPORTED = 0x54
_BOTH_SET_THE_USER_PIN = 0x3


class _InitParameters(ctypes.Structure):
    """CK_RUTOKEN_INIT_PARAM."""

    if PACK:
        _pack_ = PACK
    _fields_ = (
        ("size", ctypes.c_ulong),
        ("repair", ctypes.c_ulong),
        ("administrator", ctypes.c_void_p),
        ("administrator_length", ctypes.c_ulong),
        ("user", ctypes.c_void_p),
        ("user_length", ctypes.c_ulong),
        ("policy", ctypes.c_ulong),
        ("administrator_minimum", ctypes.c_ulong),
        ("user_minimum", ctypes.c_ulong),
        ("administrator_tries", ctypes.c_ulong),
        ("user_tries", ctypes.c_ulong),
        ("label", ctypes.c_void_p),
        ("label_length", ctypes.c_ulong),
        ("secure_messaging", ctypes.c_ulong),
    )


class PinCalls:
    """The calls, for the one thread that uses the module."""

    def __init__(self, supplement: Supplement) -> None:
        self._supplement = supplement

    @contextmanager
    def session(self, slot: int) -> Iterator[int]:
        """Open a session that may write, after all others were closed; that logs everybody out."""
        self.close_all(slot)
        handle = ctypes.c_ulong()
        flags = ctypes.c_ulong(_SERIAL_SESSION | _WRITABLE_SESSION)
        self._call("OpenSession", ctypes.c_ulong(slot), flags, None, None, ctypes.byref(handle))
        try:
            yield handle.value
        finally:
            with suppress(CallError):  # of a token that is gone
                self._call("CloseSession", handle)

    def close_all(self, slot: int) -> None:
        """Close all sessions of this process with a token."""
        self._call("CloseAllSessions", ctypes.c_ulong(slot))

    def login(self, session: int, role: PinRole, pin: bytearray | None) -> None:
        """Log in, once. Being logged in already is an error here: the PIN was not looked at."""
        kind = ctypes.c_ulong(_USER_TYPES[role])
        self._call("Login", ctypes.c_ulong(session), kind, *_octets(pin))

    def logout(self, session: int) -> None:
        """Log out."""
        self._call("Logout", ctypes.c_ulong(session))

    def set_pin(self, session: int, old: bytearray | None, new: bytearray | None) -> None:
        """Change the PIN of whoever is logged in."""
        self._call("SetPIN", ctypes.c_ulong(session), *_octets(old), *_octets(new))

    def init_pin(self, session: int, new: bytearray | None) -> None:
        """Set the user PIN; the administrator is logged in."""
        self._call("InitPIN", ctypes.c_ulong(session), *_octets(new))

    def init_token(self, slot: int, pin: bytearray | None, label: str) -> None:
        """Erase the PKCS #11 objects of a token; afterwards it has no user PIN."""
        padded = label.encode().ljust(LABEL_SIZE, b" ")
        self._call("InitToken", ctypes.c_ulong(slot), *_octets(pin), padded)

    def restore_tries(self, session: int) -> None:
        """Give the user PIN its tries back (Рутокен); the administrator is logged in."""
        self._call_own("C_EX_UnblockUserPIN", ctypes.c_ulong(session))

    def set_name(self, session: int, label: str) -> None:
        """Set the name of a token (Рутокен); the user is logged in."""
        name = label.encode()
        length = ctypes.c_ulong(len(name))
        self._call_own("C_EX_SetTokenName", ctypes.c_ulong(session), name, length)

    def format_whole(
        self,
        slot: int,
        administrator: bytearray,
        user: bytearray,
        label: str,
        *,
        least: tuple[int, int],
        tries: tuple[int, int],
    ) -> None:
        """Format the whole device (Рутокен); the administrator's PIN stays as it is.

        ``least`` and ``tries``: the shortest PINs and the attempts, administrator's and user's.
        """
        name = ctypes.create_string_buffer(label.encode())
        held = (ctypes.c_ubyte * len(administrator)).from_buffer(administrator)
        new = (ctypes.c_ubyte * len(user)).from_buffer(user)
        parameters = _InitParameters(
            size=ctypes.sizeof(_InitParameters),
            administrator=ctypes.addressof(held),
            administrator_length=len(administrator),
            user=ctypes.addressof(new),
            user_length=len(user),
            policy=_BOTH_SET_THE_USER_PIN,
            administrator_minimum=least[0],
            user_minimum=least[1],
            administrator_tries=tries[0],
            user_tries=tries[1],
            label=ctypes.addressof(name),
            label_length=len(name.value),
        )
        self._call_own(
            "C_EX_InitToken",
            ctypes.c_ulong(slot),
            held,
            ctypes.c_ulong(len(held)),
            ctypes.byref(parameters),
        )

    def _call(self, name: str, *arguments: object) -> None:
        self._supplement.call(name, *arguments)

    def _call_own(self, name: str, *arguments: object) -> None:
        """Call a function that the maker exports by name beside PKCS #11."""
        function = self._supplement.exported(name)
        if function is None:
            raise CallError(_NOT_SUPPORTED)
        rv = function(*arguments) & 0xFFFFFFFF
        if rv:
            raise CallError(rv)


def _octets(pin: bytearray | None) -> tuple[object, ctypes.c_ulong]:
    """Return a PIN as a pointer into its own buffer, and its length."""
    if pin is None:
        return None, ctypes.c_ulong(0)
    return (ctypes.c_ubyte * len(pin)).from_buffer(pin), ctypes.c_ulong(len(pin))
