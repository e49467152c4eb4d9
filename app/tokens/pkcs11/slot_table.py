"""A slot that cannot describe itself must not hide all others.

The pkcs11 library asks C_GetSlotInfo of each slot of a listing, loses the whole list at the first
that fails, and offers no way to leave one out. So the entry of the module's own function list
(CK_FUNCTION_LIST, PKCS #11 v2.40 §3.6) is replaced, in this process alone, by a function that asks
the module, notes the code of a failure, and describes such a slot as a nameless one. Where the list
cannot be written to, everything stays as the library does it.
"""

import ctypes
import mmap
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_POSITION = 5
"""Of C_GetSlotInfo in the list."""
_TEXTS = 64 + 32
"""Octets of the two texts at the beginning of CK_SLOT_INFO, padded with blanks."""
_TOKEN_PRESENT = 1
_VERSIONS = 4
_READ, _WRITE = 0x1, 0x2  # PROT_READ, PROT_WRITE
_PAGE_READWRITE = 0x04

_GetSlotInfo = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p)


class SlotTable:
    """The replaced entry of one module; it lives as long as the module is loaded."""

    def __init__(self, functions: "ctypes.Array[ctypes.c_void_p]") -> None:
        """Take the functions of a list that is in the memory of the module."""
        self.failures: dict[int, int] = {}
        """The codes of slots that did not describe themselves since this was cleared last."""
        address = functions[_POSITION]
        if not address:
            return
        self._asked: Callable[..., int] = _GetSlotInfo(address)
        self._ours = _GetSlotInfo(self._answer)
        ours = ctypes.cast(self._ours, ctypes.c_void_p).value
        entry = ctypes.addressof(functions) + _POSITION * ctypes.sizeof(ctypes.c_void_p)
        if ours is not None and _make_writable(entry):
            functions[_POSITION] = ours

    def _answer(self, slot: int, out: int) -> int:
        rv = self._asked(slot, out) & 0xFFFFFFFF
        if rv:
            self.failures[slot] = rv
            flags = ctypes.c_ulong(_TOKEN_PRESENT)
            ctypes.memset(out, 0x20, _TEXTS)
            ctypes.memmove(out + _TEXTS, ctypes.byref(flags), ctypes.sizeof(flags))
            ctypes.memset(out + _TEXTS + ctypes.sizeof(flags), 0, _VERSIONS)
        return 0


def _make_writable(address: int) -> bool:
    """See that an address may be written to; most lists may, some compilers lock them."""
    if sys.platform == "win32":
        kernel: Any = ctypes.windll.kernel32
        before, size = ctypes.c_ulong(), ctypes.c_size_t(ctypes.sizeof(ctypes.c_void_p))
        where = ctypes.c_void_p(address)
        return bool(kernel.VirtualProtect(where, size, _PAGE_READWRITE, ctypes.byref(before)))
    if sys.platform != "linux":
        return False
    rights = _rights_at(address)
    if "w" in rights:
        return True
    if "x" in rights or not rights:
        return False
    page = address - address % mmap.PAGESIZE
    # An entry that lies across two pages is let be: the compiler aligns pointers.
    protect = ctypes.CDLL(None).mprotect
    return not protect(ctypes.c_void_p(page), ctypes.c_size_t(mmap.PAGESIZE), _READ | _WRITE)


def _rights_at(address: int) -> str:
    """Return the rights of the page that holds an address, as the kernel tells them."""
    for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
        span, rights, *_ = line.split(maxsplit=2)
        start, end = (int(number, 16) for number in span.split("-"))
        if start <= address < end:
            return rights
    return ""
