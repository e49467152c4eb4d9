"""GOST R 34.11-2012 (Streebog) and GOST R 34.11-94, streaming, without copies of the data."""

import ctypes
from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType
from typing import Self

from app.algorithms.gost import selftest
from app.algorithms.gost.calls import Handle

Buffer = bytes | bytearray | memoryview

_ALGORITHMS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        # name: number of gcrypt.h, size. gost94 is the CryptoPro S-box, the one of real files.
        "gost94": (311, 32),
        "gost94-test": (308, 32),
        "streebog256": (309, 32),
        "streebog512": (310, 64),
    }
)
NAMES = frozenset(_ALGORITHMS)


class _BufferView(ctypes.Structure):
    """`Py_buffer`, part of the stable ABI since Python 3.11."""

    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    )


_get_buffer = ctypes.pythonapi.PyObject_GetBuffer
_get_buffer.argtypes = (ctypes.py_object, ctypes.POINTER(_BufferView), ctypes.c_int)
_release_buffer = ctypes.pythonapi.PyBuffer_Release
_release_buffer.argtypes = (ctypes.POINTER(_BufferView),)
_release_buffer.restype = None
_SIMPLE = 0


class GostHash:
    """A running GOST digest, used like those of `hashlib`, from any thread."""

    __slots__ = ("_handle", "_lock", "digest_size", "name")

    def __init__(self, name: str, state: Handle | None = None) -> None:
        """Start the digest ``name``, or go on from a ``state`` of it."""
        selftest.ready()
        number, self.digest_size = _ALGORITHMS[name]
        self.name = name
        self._handle = state or Handle(number)
        # Two threads in one handle would write past libgcrypt's buffer: the GIL does not help
        # where it is released.
        self._lock = Lock()

    def update(self, data: Buffer, /) -> None:
        """Add the bytes of any contiguous buffer, in place; the GIL is free meanwhile."""
        view = _BufferView()
        _get_buffer(data, view, _SIMPLE)
        try:
            with self._lock:
                self._handle.write(view.buf, view.len)
        finally:
            _release_buffer(view)

    def digest(self) -> bytes:
        """Return the digest of all bytes so far; more may be added after it."""
        with self._lock:
            last = self._handle.copy()
        return last.finish(self.digest_size)

    def copy(self) -> Self:
        """Return an independent digest in the same state."""
        with self._lock:
            return type(self)(self.name, self._handle.copy())
