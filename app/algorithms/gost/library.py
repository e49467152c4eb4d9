"""libgcrypt by ctypes: found by its name, initialised once, with secure memory for keys.

Every function is called through `ctypes.CDLL`, which releases the GIL for the time of the call.
"""

import ctypes
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from app.errors import ErrorCode, RoscherkError

MINIMUM = b"1.9.0"
"""The first version with all parameter sets of TC26 and with the mended carry in Streebog."""

_SECURE_POOL = 32768
_loading = Lock()

# Numbers of gcrypt.h (enum gcry_ctl_cmds), stable since 1.6
_INIT_SECMEM = 24
_SUSPEND_SECMEM_WARN = 28
_RESUME_SECMEM_WARN = 29
_INITIALIZATION_FINISHED = 38
_INITIALIZATION_FINISHED_P = 39
_AUTO_EXPAND_SECMEM = 78

_POINTER = ctypes.c_void_p
_POINTERS = ctypes.POINTER(ctypes.c_void_p)
_SIZES = ctypes.POINTER(ctypes.c_size_t)
_PROTOTYPES: tuple[tuple[str, object, tuple[object, ...]], ...] = (
    ("gcry_check_version", ctypes.c_char_p, (ctypes.c_char_p,)),
    # gcry_control is variadic: only the fixed argument is declared, as Apple silicon needs it
    ("gcry_control", ctypes.c_uint, (ctypes.c_int,)),
    ("gcry_malloc_secure", _POINTER, (ctypes.c_size_t,)),
    ("gcry_free", None, (_POINTER,)),
    ("gcry_randomize", None, (_POINTER, ctypes.c_size_t, ctypes.c_int)),
    ("gcry_md_open", ctypes.c_uint, (_POINTERS, ctypes.c_int, ctypes.c_uint)),
    ("gcry_md_write", None, (_POINTER, _POINTER, ctypes.c_size_t)),
    ("gcry_md_copy", ctypes.c_uint, (_POINTERS, _POINTER)),
    ("gcry_md_read", _POINTER, (_POINTER, ctypes.c_int)),
    ("gcry_md_close", None, (_POINTER,)),
    ("gcry_md_reset", None, (_POINTER,)),
    ("gcry_md_setkey", ctypes.c_uint, (_POINTER, _POINTER, ctypes.c_size_t)),
    ("gcry_cipher_open", ctypes.c_uint, (_POINTERS, ctypes.c_int, ctypes.c_int, ctypes.c_uint)),
    ("gcry_cipher_close", None, (_POINTER,)),
    ("gcry_cipher_ctl", ctypes.c_uint, (_POINTER, ctypes.c_int, _POINTER, ctypes.c_size_t)),
    ("gcry_cipher_setkey", ctypes.c_uint, (_POINTER, _POINTER, ctypes.c_size_t)),
    ("gcry_cipher_setiv", ctypes.c_uint, (_POINTER, _POINTER, ctypes.c_size_t)),
    ("gcry_cipher_encrypt", ctypes.c_uint, (_POINTER, *(_POINTER, ctypes.c_size_t) * 2)),
    ("gcry_cipher_decrypt", ctypes.c_uint, (_POINTER, *(_POINTER, ctypes.c_size_t) * 2)),
    ("gcry_mac_open", ctypes.c_uint, (_POINTERS, ctypes.c_int, ctypes.c_uint, _POINTER)),
    ("gcry_mac_close", None, (_POINTER,)),
    ("gcry_mac_ctl", ctypes.c_uint, (_POINTER, ctypes.c_int, _POINTER, ctypes.c_size_t)),
    ("gcry_mac_setkey", ctypes.c_uint, (_POINTER, _POINTER, ctypes.c_size_t)),
    ("gcry_mac_setiv", ctypes.c_uint, (_POINTER, _POINTER, ctypes.c_size_t)),
    ("gcry_mac_write", ctypes.c_uint, (_POINTER, _POINTER, ctypes.c_size_t)),
    ("gcry_mac_read", ctypes.c_uint, (_POINTER, _POINTER, _SIZES)),
    (
        "gcry_kdf_derive",
        ctypes.c_uint,
        (
            *(_POINTER, ctypes.c_size_t, ctypes.c_int, ctypes.c_int),
            *(_POINTER, ctypes.c_size_t, ctypes.c_ulong, ctypes.c_size_t, _POINTER),
        ),
    ),
    ("gcry_sexp_build_array", ctypes.c_uint, (_POINTERS, _POINTER, ctypes.c_char_p, _POINTERS)),
    ("gcry_sexp_release", None, (_POINTER,)),
    ("gcry_pk_verify", ctypes.c_uint, (_POINTER, _POINTER, _POINTER)),
    ("gcry_mpi_snew", _POINTER, (ctypes.c_uint,)),
    ("gcry_mpi_scan", ctypes.c_uint, (_POINTERS, ctypes.c_int, _POINTER, ctypes.c_size_t, _SIZES)),
    ("gcry_mpi_print", ctypes.c_uint, (ctypes.c_int, _POINTER, ctypes.c_size_t, _SIZES, _POINTER)),
    ("gcry_mpi_release", None, (_POINTER,)),
    ("gcry_mpi_cmp", ctypes.c_int, (_POINTER, _POINTER)),
    ("gcry_mpi_cmp_ui", ctypes.c_int, (_POINTER, ctypes.c_ulong)),
    ("gcry_mpi_addm", None, (_POINTER, _POINTER, _POINTER, _POINTER)),
    ("gcry_mpi_mulm", None, (_POINTER, _POINTER, _POINTER, _POINTER)),
    ("gcry_mpi_invm", ctypes.c_int, (_POINTER, _POINTER, _POINTER)),
    ("gcry_mpi_point_new", _POINTER, (ctypes.c_uint,)),
    ("gcry_mpi_point_set", _POINTER, (_POINTER, _POINTER, _POINTER, _POINTER)),
    ("gcry_mpi_point_release", None, (_POINTER,)),
    ("gcry_mpi_ec_new", ctypes.c_uint, (_POINTERS, _POINTER, ctypes.c_char_p)),
    ("gcry_mpi_ec_mul", None, (_POINTER, _POINTER, _POINTER, _POINTER)),
    ("gcry_mpi_ec_get_affine", ctypes.c_int, (_POINTER, _POINTER, _POINTER, _POINTER)),
    ("gcry_ctx_release", None, (_POINTER,)),
)


def _candidates() -> Iterator[str]:
    """Name the library, the copy that a frozen build carries first."""
    file = {"win32": "libgcrypt-20.dll", "darwin": "libgcrypt.20.dylib"}.get(
        sys.platform, "libgcrypt.so.20"
    )
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        yield str(Path(frozen) / file)
    if sys.platform == "win32":
        # By full path only: a DLL that lies in the current folder must never be loaded.
        yield str(Path(sys.executable).parent / file)
        return
    yield file
    if sys.platform == "darwin":
        yield f"/opt/homebrew/lib/{file}"
        yield f"/usr/local/lib/{file}"


def _open() -> ctypes.CDLL:
    for name in _candidates():
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise RoscherkError(ErrorCode.LIBGCRYPT_MISSING, platform=sys.platform)


def _declared() -> ctypes.CDLL:
    """Open the library, declare its functions, and refuse a version that is too old."""
    library = _open()
    try:
        for name, result, arguments in _PROTOTYPES:
            function = getattr(library, name)
            function.restype = result
            function.argtypes = arguments
    except AttributeError as error:
        raise RoscherkError(ErrorCode.LIBGCRYPT_MISSING, platform=sys.platform) from error
    if library.gcry_check_version(MINIMUM) is None:
        found = (library.gcry_check_version(None) or b"").decode("ascii", "replace")
        raise RoscherkError(
            ErrorCode.LIBGCRYPT_MISSING,
            platform=sys.platform,
            version=found,
            needed=MINIMUM.decode(),
        )
    return library


@cache
def _initialised() -> ctypes.CDLL:
    library = _declared()
    if not library.gcry_control(_INITIALIZATION_FINISHED_P):
        # Where memory cannot be locked (a small RLIMIT_MEMLOCK) libgcrypt would say so on stderr
        # for every process; it goes on with memory that is wiped all the same.
        library.gcry_control(_SUSPEND_SECMEM_WARN)
        library.gcry_control(_AUTO_EXPAND_SECMEM, ctypes.c_uint(_SECURE_POOL))
        library.gcry_control(_INIT_SECMEM, ctypes.c_int(_SECURE_POOL), ctypes.c_int(0))
        library.gcry_control(_RESUME_SECMEM_WARN)
        library.gcry_control(_INITIALIZATION_FINISHED, ctypes.c_int(0))
    return library


def load() -> ctypes.CDLL:
    """Return libgcrypt with its functions declared; raise ``LIBGCRYPT_MISSING``."""
    with _loading:
        return _initialised()


def version() -> str:
    """Return the version of the library in use."""
    text: bytes = load().gcry_check_version(None)
    return text.decode("ascii", "replace")


def check(code: int, call: str) -> None:
    """Raise for an error code of libgcrypt that no input explains (no memory, no randomness)."""
    if code:
        raise RoscherkError(ErrorCode.UNEXPECTED, call=call, number=code & 0xFFFF)


class SecureMemory:
    """Bytes in libgcrypt's locked pool, zeroed when they are no longer needed.

    Python's own objects cannot be wiped, so a private key lives here and only here.
    """

    __slots__ = ("_address", "_free", "size")

    def __init__(self, size: int) -> None:
        library = load()
        self._free = library.gcry_free
        self.size = size
        self._address: int | None = library.gcry_malloc_secure(size)
        if self._address is None:
            raise RoscherkError(ErrorCode.UNEXPECTED, call="gcry_malloc_secure", number=size)
        ctypes.memset(self._address, 0, size)

    @property
    def address(self) -> int:
        """Where the bytes lie; an error after wiping, for libgcrypt would not survive a null."""
        if self._address is None:
            raise ValueError("secure memory was already wiped")
        return self._address

    @property
    def octets(self) -> "ctypes.Array[ctypes.c_ubyte]":
        """Look at the bytes in place. The view dies with the memory."""
        return (ctypes.c_ubyte * self.size).from_address(self.address)

    def wipe(self) -> None:
        """Overwrite with zeros and give the memory back. A second call does nothing."""
        address, self._address = getattr(self, "_address", None), None
        if address is not None:
            ctypes.memset(address, 0, self.size)
            self._free(address)

    def __del__(self) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "SecureMemory(…)"

    def __reduce__(self) -> str:
        raise TypeError("secure memory is never serialised")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()
