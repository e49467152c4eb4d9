"""The calls into libgcrypt that hashing and signing are made of, without any judgement."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from app.algorithms.gost import library
from app.algorithms.gost.curves import Curve, Point
from app.algorithms.gost.library import SecureMemory

_BAD_SIGNATURE: Final = 8
"""GPG_ERR_BAD_SIGNATURE, the low sixteen bits of an error value."""
_MPI_UNSIGNED: Final = 5
"""GCRYMPI_FMT_USG."""

_DOMAIN: Final = b"(ecc(p %b)(a %b)(b %b)(g %b)(n %b)(h %b)"
"""The whole parameter set: the names that libgcrypt gives to curves differ between versions."""


class Handle:
    """An open message digest of libgcrypt."""

    __slots__ = ("_close", "_library", "_pointer", "_read", "_write")

    def __init__(self, algorithm: int, source: "Handle | None" = None) -> None:
        self._library = library.load()
        self._close = self._library.gcry_md_close
        self._write = self._library.gcry_md_write
        self._read = self._library.gcry_md_read
        self._pointer = ctypes.c_void_p()
        reference = ctypes.byref(self._pointer)
        if source is None:
            library.check(self._library.gcry_md_open(reference, algorithm, 0), "gcry_md_open")
        else:
            code = self._library.gcry_md_copy(reference, source._pointer)
            library.check(code, "gcry_md_copy")

    def write(self, address: int, size: int) -> None:
        """Add ``size`` bytes of memory at ``address``; the GIL is free meanwhile."""
        self._write(self._pointer, address, size)

    def finish(self, algorithm: int, size: int) -> bytes:
        """Return the digest; the handle is of no further use."""
        return ctypes.string_at(self._read(self._pointer, algorithm), size)

    def __del__(self) -> None:
        pointer = getattr(self, "_pointer", None)
        if pointer:
            self._close(pointer)
            pointer.value = None


@contextmanager
def _expression(layout: bytes, *values: bytes | SecureMemory) -> Iterator[ctypes.c_void_p]:
    """Build an S-expression; each ``%b`` of the layout takes one value.

    A value in secure memory moves the whole expression into secure memory, and constant-time
    arithmetic is used for it.
    """
    loaded, result = library.load(), ctypes.c_void_p()
    arguments: list[Any] = []
    for value in values:
        if isinstance(value, SecureMemory):
            size, address = value.size, value.address
        else:
            size, address = len(value), ctypes.cast(value, ctypes.c_void_p).value
        arguments += [ctypes.c_int(size), ctypes.c_void_p(address)]
    pointers = (ctypes.c_void_p * len(arguments))(*map(ctypes.addressof, arguments))
    code = loaded.gcry_sexp_build_array(ctypes.byref(result), None, layout, pointers)
    library.check(code, "gcry_sexp_build_array")
    try:
        yield result
    finally:
        loaded.gcry_sexp_release(result)


def _number(value: int) -> bytes:
    """Encode a whole number as libgcrypt's signed big-endian."""
    return value.to_bytes(value.bit_length() // 8 + 1)


def _domain(curve: Curve) -> tuple[bytes, ...]:
    equation = curve.equation
    base = _encode_point(curve, Point(equation.x, equation.y))
    numbers = (equation.p, equation.a, equation.b)
    return (*map(_number, numbers), base, _number(equation.q), _number(equation.cofactor))


def _encode_point(curve: Curve, point: Point) -> bytes:
    return b"\x04" + point.x.to_bytes(curve.size) + point.y.to_bytes(curve.size)


def verify(curve: Curve, point: Point, e: int, r: int, s: int) -> bool:
    """Tell whether (r, s) signs e under the public point. All values are checked already."""
    with (
        _expression(
            _DOMAIN.join((b"(public-key", b"(q %b)))")),
            *_domain(curve),
            _encode_point(curve, point),
        ) as key,
        _expression(b"(data(flags gost)(value %b))", _number(e)) as data,
        _expression(b"(sig-val(gost(r %b)(s %b)))", _number(r), _number(s)) as signature,
    ):
        code: int = library.load().gcry_pk_verify(signature, data, key)
    if code & 0xFFFF == _BAD_SIGNATURE:
        return False
    library.check(code, "gcry_pk_verify")
    return True


def sign(curve: Curve, private: SecureMemory, e: int) -> tuple[int, int]:
    """Sign e with the private key (big-endian); return (r, s). libgcrypt draws the nonce."""
    loaded, result = library.load(), ctypes.c_void_p()
    with (
        _expression(_DOMAIN.join((b"(private-key", b"(d %b)))")), *_domain(curve), private) as key,
        _expression(b"(data(flags gost)(value %b))", _number(e)) as data,
    ):
        library.check(loaded.gcry_pk_sign(ctypes.byref(result), data, key), "gcry_pk_sign")
    try:
        return _token(result, b"r"), _token(result, b"s")
    finally:
        loaded.gcry_sexp_release(result)


def _token(expression: ctypes.c_void_p, name: bytes) -> int:
    """Read a whole number out of an S-expression without secrets."""
    loaded, size = library.load(), ctypes.c_size_t()
    token = loaded.gcry_sexp_find_token(expression, name, 0)
    try:
        address = loaded.gcry_sexp_nth_data(token, 1, ctypes.byref(size))
        return int.from_bytes(ctypes.string_at(address, size.value))
    finally:
        loaded.gcry_sexp_release(token)


@contextmanager
def _mpi(address: int | None, size: int) -> Iterator[ctypes.c_void_p]:
    """Scan unsigned big-endian bytes; a number read from secure memory stays in secure memory."""
    loaded, number = library.load(), ctypes.c_void_p()
    code = loaded.gcry_mpi_scan(ctypes.byref(number), _MPI_UNSIGNED, address, size, None)
    library.check(code, "gcry_mpi_scan")
    try:
        yield number
    finally:
        loaded.gcry_mpi_release(number)


def in_range(curve: Curve, private: SecureMemory) -> bool:
    """Tell whether 1 <= d < q, without the private key leaving secure memory."""
    loaded, order = library.load(), curve.order.to_bytes(curve.size)
    bound = ctypes.cast(order, ctypes.c_void_p).value
    with _mpi(private.address, private.size) as d, _mpi(bound, curve.size) as q:
        return loaded.gcry_mpi_cmp_ui(d, 0) > 0 and loaded.gcry_mpi_cmp(d, q) < 0


def randomize(memory: SecureMemory) -> None:
    """Fill secure memory from libgcrypt's generator for long-lived keys."""
    very_strong = 2
    library.load().gcry_randomize(memory.address, memory.size, very_strong)


@contextmanager
def _context(curve: Curve) -> Iterator[ctypes.c_void_p]:
    loaded, context = library.load(), ctypes.c_void_p()
    with _expression(_DOMAIN + b")", *_domain(curve)) as domain:
        code = loaded.gcry_mpi_ec_new(ctypes.byref(context), domain, None)
    library.check(code, "gcry_mpi_ec_new")
    try:
        yield context
    finally:
        loaded.gcry_ctx_release(context)


def public_point(curve: Curve, private: SecureMemory) -> Point:
    """Compute the public point d·G of a private key."""
    loaded = library.load()
    size = ctypes.c_size_t()
    buffer = ctypes.create_string_buffer(2 * curve.size + 1)
    with _context(curve) as context, _mpi(private.address, private.size) as d:
        library.check(loaded.gcry_mpi_ec_set_mpi(b"d", d, context), "gcry_mpi_ec_set_mpi")
        encoded = loaded.gcry_mpi_ec_get_mpi(b"q", context, 1)
        try:
            code = loaded.gcry_mpi_print(
                _MPI_UNSIGNED, buffer, len(buffer), ctypes.byref(size), encoded
            )
            library.check(code, "gcry_mpi_print")
        finally:
            loaded.gcry_mpi_release(encoded)
    raw = buffer.raw[1 : size.value]
    half = len(raw) // 2
    return Point(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
