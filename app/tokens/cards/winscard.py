"""PC/SC by ctypes: libpcsclite of Linux, the framework of macOS, winscard of Windows.

The same dozen calls everywhere (PC/SC Workgroup, part 5; winscard.h, pcsclite.h), with three sets of
sizes: libpcsclite counts in machine words, the other two in 32 bits, and macOS packs its structures
to single bytes. No Python package stands between, so that a plain installation sees tokens: the
only need is the system's library. Used in child processes only; the calls release the GIL. Run by
us under Linux alone.

Every call returns its status first, as an unsigned number; 0 is success.
"""

import ctypes
import sys
from collections.abc import Sequence
from typing import Any, Final

SCOPE_USER: Final = 0
SHARE_EXCLUSIVE, SHARE_SHARED = 1, 2
PROTOCOL_T0, PROTOCOL_T1 = 1, 2
LEAVE_CARD, RESET_CARD = 0, 1
STATE_UNAWARE, STATE_EMPTY, STATE_PRESENT = 0x00, 0x10, 0x20

_INSUFFICIENT_BUFFER: Final = 0x80100008
_SYSTEM_ONLY: Final = 0x800
"""LOAD_LIBRARY_SEARCH_SYSTEM32: not what somebody laid beside the program."""
_MOST_TRIES: Final = 5
_LONGEST_ANSWER: Final = (64 << 10) + 2
_LONGEST_NAME: Final = 256
_SAFE: Final = {0xDC00 + octet: 0xF700 + octet for octet in range(0x80, 0x100)}
"""Octets of a name that are no text, as characters that may go to another process."""
_RAW: Final = {safe: raw for raw, safe in _SAFE.items()}

if sys.platform == "win32":
    LIBRARY = "winscard.dll"
    _Dword, _Long, _Handle = ctypes.c_uint32, ctypes.c_int32, ctypes.c_size_t
    _ATR, _PACK, _SUFFIX, _CODING = 36, 0, "A", "mbcs"
elif sys.platform == "darwin":
    LIBRARY = "/System/Library/Frameworks/PCSC.framework/PCSC"
    _Dword, _Long, _Handle = ctypes.c_uint32, ctypes.c_int32, ctypes.c_int32
    _ATR, _PACK, _SUFFIX, _CODING = 33, 1, "", "utf-8"
else:
    LIBRARY = "libpcsclite.so.1"
    _Dword, _Long, _Handle = ctypes.c_ulong, ctypes.c_long, ctypes.c_long
    _ATR, _PACK, _SUFFIX, _CODING = 33, 0, "", "utf-8"


class ReaderState(ctypes.Structure):
    """SCARD_READERSTATE."""

    if _PACK:
        _pack_ = _PACK
    _fields_ = (
        ("reader", ctypes.c_char_p),
        ("user_data", ctypes.c_void_p),
        ("known", _Dword),
        ("event", _Dword),
        ("atr_length", _Dword),
        ("atr", ctypes.c_ubyte * _ATR),
    )


class _Protocol(ctypes.Structure):
    """SCARD_IO_REQUEST: by which protocol a command goes."""

    _fields_ = (("protocol", _Dword), ("size", _Dword))


_Name, _Number = ctypes.c_char_p, ctypes.POINTER(_Dword)
_Octets = ctypes.c_char_p
_CALLS: Final = {
    "EstablishContext": (_Dword, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(_Handle)),
    "ReleaseContext": (_Handle,),
    "ListReaders" + _SUFFIX: (_Handle, _Name, _Octets, _Number),
    "GetStatusChange" + _SUFFIX: (_Handle, _Dword, ctypes.POINTER(ReaderState), _Dword),
    "Connect" + _SUFFIX: (_Handle, _Name, _Dword, _Dword, ctypes.POINTER(_Handle), _Number),
    "Disconnect": (_Handle, _Dword),
    "Status" + _SUFFIX: (_Handle, _Octets, _Number, _Number, _Number, _Octets, _Number),
    "BeginTransaction": (_Handle,),
    "EndTransaction": (_Handle, _Dword),
    "Transmit": (
        *(_Handle, ctypes.POINTER(_Protocol), _Octets, _Dword),
        *(ctypes.c_void_p, _Octets, _Number),
    ),
}


class Pcsc:
    """The calls. A context belongs to the thread that made it."""

    def __init__(self) -> None:
        """Load the library; raise `OSError` where there is none."""
        if sys.platform == "win32":
            library: Any = ctypes.WinDLL(LIBRARY, winmode=_SYSTEM_ONLY)
        else:
            library = ctypes.CDLL(LIBRARY)
        self._calls: dict[str, Any] = {}
        for name, arguments in _CALLS.items():
            function = getattr(library, f"SCard{name}")
            function.argtypes, function.restype = arguments, _Long
            self._calls[name.removesuffix("A")] = function

    def establish(self) -> tuple[int, int]:
        """Return the status and a context."""
        context = _Handle()
        status = self._call("EstablishContext", SCOPE_USER, None, None, ctypes.byref(context))
        return status, context.value

    def release(self, context: int) -> int:
        """Give a context back."""
        return self._call("ReleaseContext", context)

    def readers(self, context: int) -> tuple[int, tuple[str, ...]]:
        """Return the status and the names of the readers."""
        status = 0
        for _ in range(_MOST_TRIES):  # a reader may come between the two calls
            size = _Dword()
            status = self._call("ListReaders", context, None, None, ctypes.byref(size))
            if status:
                break
            names = ctypes.create_string_buffer(max(size.value, 1))
            status = self._call("ListReaders", context, None, names, ctypes.byref(size))
            if not status:
                found = names.raw[: size.value].split(b"\0")
                return 0, tuple(name for each in found if each and (name := _decoded(each)))
            if status != _INSUFFICIENT_BUFFER:
                break
        return status, ()

    def changes(
        self, context: int, milliseconds: int, known: Sequence[tuple[str, int]]
    ) -> tuple[int, tuple[tuple[str, int, bytes], ...]]:
        """Wait until a reader is no longer as it is known; return name, state and ATR of each.

        ``known``: name and state, `STATE_UNAWARE` to be told at once.
        """
        states = (ReaderState * len(known))()
        for state, (name, value) in zip(states, known, strict=True):
            state.reader, state.known = _encoded(name), value
        status = self._call("GetStatusChange", context, milliseconds, states, len(known))
        return status, tuple(
            (name, state.event, bytes(state.atr[: min(state.atr_length, _ATR)]))
            for state, (name, _) in zip(states, known, strict=True)
        )

    def connect(
        self, context: int, reader: str, share: int, protocols: int
    ) -> tuple[int, int, int]:
        """Open the card in a reader; return the status, its handle and its protocol."""
        card, protocol = _Handle(), _Dword()
        places = ctypes.byref(card), ctypes.byref(protocol)
        status = self._call("Connect", context, _encoded(reader), share, protocols, *places)
        return status, card.value, protocol.value

    def disconnect(self, card: int, how: int) -> int:
        """Let go of a card: `LEAVE_CARD` as it is, or `RESET_CARD`."""
        return self._call("Disconnect", card, how)

    def atr(self, card: int) -> tuple[int, bytes]:
        """Return the status and the answer of a card to its reset."""
        name, name_size = ctypes.create_string_buffer(_LONGEST_NAME), _Dword(_LONGEST_NAME)
        atr, size = ctypes.create_string_buffer(_ATR), _Dword(_ATR)
        state, protocol = _Dword(), _Dword()
        numbers = (ctypes.byref(each) for each in (name_size, state, protocol))
        status = self._call("Status", card, name, *numbers, atr, ctypes.byref(size))
        return status, atr.raw[: size.value] if not status else b""

    def begin(self, card: int) -> int:
        """Begin a transaction: others wait meanwhile."""
        return self._call("BeginTransaction", card)

    def end(self, card: int) -> int:
        """End it, and leave the card as it is."""
        return self._call("EndTransaction", card, LEAVE_CARD)

    def transmit(self, card: int, protocol: int, command: bytes) -> tuple[int, bytes]:
        """Send a command; return the status and the answer."""
        way = _Protocol(protocol, ctypes.sizeof(_Protocol))
        answer, size = ctypes.create_string_buffer(_LONGEST_ANSWER), _Dword(_LONGEST_ANSWER)
        sent = ctypes.byref(way), command, len(command)
        status = self._call("Transmit", card, *sent, None, answer, ctypes.byref(size))
        return status, answer.raw[: size.value] if not status else b""

    def _call(self, name: str, *arguments: object) -> int:
        status: int = self._calls[name](*arguments)
        return status & 0xFFFFFFFF


def _decoded(name: bytes) -> str:
    """Return the name of a reader; empty for one by which the reader could not be found again.

    Names are the work of the device: one that is no text must not hide all other readers.
    """
    text = name.decode(_CODING, "surrogateescape").translate(_SAFE)
    return text if _encoded(text) == name else ""


def _encoded(name: str) -> bytes:
    return name.translate(_RAW).encode(_CODING, "surrogateescape")
