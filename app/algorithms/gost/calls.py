"""The calls into libgcrypt that hashing and signing are made of, without any judgement.

Secret numbers are libgcrypt's, in its secure memory, and every operation on them is one of its
functions; Python sees only what is public.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self

from app.algorithms.gost import library
from app.algorithms.gost.curves import Curve, Point
from app.algorithms.gost.library import SecureMemory

NONCE: Final = 1
"""GCRY_STRONG_RANDOM: what libgcrypt takes for session keys and nonces."""
KEY: Final = 2
"""GCRY_VERY_STRONG_RANDOM: what it takes for long-lived keys."""

_BAD_SIGNATURE: Final = 8
"""GPG_ERR_BAD_SIGNATURE, in the low sixteen bits of an error value."""
_UNSIGNED: Final = 5
"""GCRYMPI_FMT_USG."""

# The whole parameter set is passed: the names that libgcrypt gives to curves differ by version.
_DOMAIN: Final = b"(ecc(p %b)(a %b)(b %b)(g %b)(n %b)(h %b)"
_PUBLIC_KEY: Final = b"(public-key" + _DOMAIN + b"(q %b)))"
_DATA: Final = b"(data(flags gost)(value %b))"
_SIGNATURE: Final = b"(sig-val(gost(r %b)(s %b)))"


class Handle:
    """An open message digest of libgcrypt."""

    __slots__ = ("_algorithm", "_close", "_pointer")

    def __init__(self, algorithm: int, pointer: ctypes.c_void_p | None = None) -> None:
        """Open ``algorithm``, or take over an open ``pointer`` of it."""
        loaded = library.load()
        self._algorithm = algorithm
        self._close = loaded.gcry_md_close
        self._pointer = pointer or ctypes.c_void_p()
        if pointer is None:
            code = loaded.gcry_md_open(ctypes.byref(self._pointer), algorithm, 0)
            library.check(code, "gcry_md_open")

    def write(self, data: int | bytes | None, size: int) -> None:
        """Add ``size`` bytes of memory (an address, or bytes); the GIL is free meanwhile."""
        library.load().gcry_md_write(self._pointer, data, size)

    def copy(self) -> Self:
        """Return an independent handle in the same state."""
        pointer = ctypes.c_void_p()
        code = library.load().gcry_md_copy(ctypes.byref(pointer), self._pointer)
        library.check(code, "gcry_md_copy")
        return type(self)(self._algorithm, pointer)

    def finish(self, size: int) -> bytes:
        """Return the digest; the handle is of no further use."""
        return ctypes.string_at(library.load().gcry_md_read(self._pointer, self._algorithm), size)

    def __del__(self) -> None:
        pointer = getattr(self, "_pointer", None)
        if pointer:
            self._close(pointer)
            pointer.value = None


@contextmanager
def _expression(layout: bytes, *values: bytes) -> Iterator[ctypes.c_void_p]:
    """Build an S-expression of public values; each ``%b`` of the layout takes one."""
    loaded, result = library.load(), ctypes.c_void_p()
    lengths = [ctypes.c_int(len(value)) for value in values]
    starts = [ctypes.c_char_p(value) for value in values]
    pairs = zip(lengths, starts, strict=True)
    addresses = [ctypes.addressof(one) for pair in pairs for one in pair]
    pointers = (ctypes.c_void_p * len(addresses))(*addresses)
    code = loaded.gcry_sexp_build_array(ctypes.byref(result), None, layout, pointers)
    library.check(code, "gcry_sexp_build_array")
    try:
        yield result
    finally:
        loaded.gcry_sexp_release(result)


def _signed(value: int) -> bytes:
    """Encode a whole number as libgcrypt's standard format, in which the first bit is a sign."""
    return value.to_bytes(value.bit_length() // 8 + 1)


def _domain(curve: Curve) -> tuple[bytes, ...]:
    equation = curve.equation
    base = _uncompressed(curve, Point(equation.x, equation.y))
    numbers = (_signed(equation.p), _signed(equation.a), _signed(equation.b))
    return (*numbers, base, _signed(equation.q), _signed(equation.cofactor))


def _uncompressed(curve: Curve, point: Point) -> bytes:
    return b"\x04" + point.x.to_bytes(curve.size) + point.y.to_bytes(curve.size)


def verify(curve: Curve, point: Point, e: int, r: int, s: int) -> bool:
    """Tell whether (r, s) signs e under the public point. All values are checked already."""
    with (
        _expression(_PUBLIC_KEY, *_domain(curve), _uncompressed(curve, point)) as key,
        _expression(_DATA, _signed(e)) as data,
        _expression(_SIGNATURE, _signed(r), _signed(s)) as signature,
    ):
        code: int = library.load().gcry_pk_verify(signature, data, key)
    if code & 0xFFFF == _BAD_SIGNATURE:
        return False
    library.check(code, "gcry_pk_verify")
    return True


@contextmanager
def _scanned(data: int | bytes | None, size: int) -> Iterator[ctypes.c_void_p]:
    """Read unsigned big-endian bytes; a number read from secure memory stays in secure memory."""
    loaded, number = library.load(), ctypes.c_void_p()
    code = loaded.gcry_mpi_scan(ctypes.byref(number), _UNSIGNED, data, size, None)
    library.check(code, "gcry_mpi_scan")
    try:
        yield number
    finally:
        loaded.gcry_mpi_release(number)


@contextmanager
def _public(value: int) -> Iterator[ctypes.c_void_p]:
    octets = value.to_bytes(max(1, (value.bit_length() + 7) // 8))
    with _scanned(octets, len(octets)) as number:
        yield number


@contextmanager
def _secret(size: int) -> Iterator[ctypes.c_void_p]:
    """Make an empty number in secure memory for results of ``size`` bytes."""
    loaded = library.load()
    number = ctypes.c_void_p(loaded.gcry_mpi_snew(8 * size))
    try:
        yield number
    finally:
        loaded.gcry_mpi_release(number)


def _value(number: ctypes.c_void_p, size: int) -> int:
    """Read a number that is public by now and fits into ``size`` bytes."""
    written = ctypes.c_size_t()
    buffer = ctypes.create_string_buffer(size)
    code = library.load().gcry_mpi_print(
        _UNSIGNED, ctypes.addressof(buffer), size, ctypes.byref(written), number
    )
    library.check(code, "gcry_mpi_print")
    return int.from_bytes(buffer.raw[: written.value])


def in_range(curve: Curve, secret: SecureMemory) -> bool:
    """Tell whether 1 <= secret < q."""
    loaded = library.load()
    with _scanned(secret.address, secret.size) as number, _public(curve.order) as order:
        return bool(
            loaded.gcry_mpi_cmp_ui(number, 0) > 0 and loaded.gcry_mpi_cmp(number, order) < 0
        )


def draw(curve: Curve, level: int) -> SecureMemory:
    """Draw a number evenly from [1, q-1] out of libgcrypt's generator, by rejection."""
    memory = SecureMemory(curve.size)
    spare = 8 * curve.size - curve.order.bit_length()
    while True:
        library.load().gcry_randomize(memory.address, memory.size, level)
        memory.octets[0] &= 0xFF >> spare
        if in_range(curve, memory):
            return memory


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


def _multiply(curve: Curve, scalar: ctypes.c_void_p, point: Point) -> Point | None:
    """Multiply a point; None for the neutral element. Constant time for a scalar in secure memory."""
    loaded, size = library.load(), curve.size
    factor = loaded.gcry_mpi_point_new(0)
    product = loaded.gcry_mpi_point_new(0)
    try:
        with (
            _context(curve) as context,
            _public(point.x) as x,
            _public(point.y) as y,
            _public(1) as z,
        ):
            loaded.gcry_mpi_point_set(factor, x, y, z)
            loaded.gcry_mpi_ec_mul(product, scalar, factor, context)
            if loaded.gcry_mpi_ec_get_affine(x, y, product, context):
                return None
            return Point(_value(x, size), _value(y, size))
    finally:
        loaded.gcry_mpi_point_release(factor)
        loaded.gcry_mpi_point_release(product)


def _times_base(curve: Curve, scalar: ctypes.c_void_p) -> Point | None:
    return _multiply(curve, scalar, Point(curve.equation.x, curve.equation.y))


def public_point(curve: Curve, private: SecureMemory) -> Point | None:
    """Compute the public point d·G of a private key."""
    with _scanned(private.address, private.size) as d:
        return _times_base(curve, d)


def has_order_q(curve: Curve, point: Point) -> bool:
    """Tell whether q·P is the neutral element: a question only where the cofactor is not 1."""
    with _public(curve.order) as order:
        return _multiply(curve, order, point) is None


def sign(curve: Curve, private: SecureMemory, e: int, nonce: SecureMemory) -> tuple[int, int]:
    """Return (r, s) of the standard's algorithm I for the nonce k; either may come out as 0.

    The steps are called one by one, since libgcrypt's `gcry_pk_sign` copies the private key into
    ordinary memory and frees it unwiped (1.10.1; the test of residue shows it).
    """
    loaded = library.load()
    with (
        _scanned(private.address, private.size) as d,
        _scanned(nonce.address, nonce.size) as k,
        _public(curve.order) as q,
    ):
        point = _times_base(curve, k)
        r = 0 if point is None else point.x % curve.order
        with (
            _public(r) as r_number,
            _public(e) as e_number,
            _secret(curve.size) as rd,
            _secret(curve.size) as s,
        ):
            loaded.gcry_mpi_mulm(rd, d, r_number, q)
            loaded.gcry_mpi_mulm(s, k, e_number, q)
            loaded.gcry_mpi_addm(s, s, rd, q)
            return r, _value(s, curve.size)


def product(curve: Curve, one: SecureMemory, other: SecureMemory) -> SecureMemory:
    """Multiply two secret numbers (big-endian) modulo q, all in secure memory."""
    loaded = library.load()
    with (
        _scanned(one.address, one.size) as a,
        _scanned(other.address, other.size) as b,
        _public(curve.order) as q,
        _secret(curve.size) as result,
    ):
        loaded.gcry_mpi_mulm(result, a, b, q)
        return _kept(result, curve.size)


def quotient(curve: Curve, one: SecureMemory, other: SecureMemory) -> SecureMemory | None:
    """Divide secret numbers (big-endian) modulo q; None: the divisor has no inverse."""
    loaded = library.load()
    with (
        _scanned(one.address, one.size) as a,
        _scanned(other.address, other.size) as b,
        _public(curve.order) as q,
        _secret(curve.size) as result,
    ):
        if not loaded.gcry_mpi_invm(result, b, q):
            return None
        loaded.gcry_mpi_mulm(result, a, result, q)
        return _kept(result, curve.size)


def _kept(number: ctypes.c_void_p, size: int) -> SecureMemory:
    """Write a secret number that fits into ``size`` octets, big-endian, with zeros before it."""
    memory, written = SecureMemory(size), ctypes.c_size_t()
    code = library.load().gcry_mpi_print(
        _UNSIGNED, memory.address, size, ctypes.byref(written), number
    )
    library.check(code, "gcry_mpi_print")
    missing = size - written.value
    if missing:
        ctypes.memmove(memory.address + missing, memory.address, written.value)
        ctypes.memset(memory.address, 0, missing)
    return memory
