"""GOST R 34.10-2012 (and 2001, to verify): keys, signatures, and every check around libgcrypt."""

from functools import lru_cache
from types import TracebackType
from typing import Self

from app.algorithms.gost import calls, curves, selftest
from app.algorithms.gost.curves import Curve, Point
from app.algorithms.gost.library import SecureMemory
from app.errors import ErrorCode, RoscherkError


def _curve(oid: str, *, allow_test: bool) -> Curve:
    curve = curves.by_oid(oid)
    if curve.test and not allow_test:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=oid, test_parameters=True)
    return curve


@lru_cache(maxsize=256)
def _has_order_q(curve: Curve, point: Point) -> bool:
    """Remember which keys lie in the subgroup: the check costs half a verification."""
    return calls.has_order_q(curve, point)


def _hash_number(curve: Curve, digest: bytes) -> int:
    """Return e of the standard: the digest as a little-endian number modulo q, and 1 for 0."""
    return int.from_bytes(digest, "little") % curve.order or 1


def verify(
    curve_oid: str, public: bytes, digest: bytes, signature: bytes, *, allow_test: bool = False
) -> bool:
    """Tell whether ``signature`` (s||r, big-endian) of ``digest`` is by the key ``public``.

    Raises ``ALGORITHM_UNSUPPORTED`` for an unknown parameter set, and for a test set unless
    ``allow_test``; ``PUBLIC_KEY_INVALID`` for a key that is no point of the curve.
    """
    selftest.ready()
    curve = _curve(curve_oid, allow_test=allow_test)
    point = curve.point(public)
    if curve.equation.cofactor != 1 and not _has_order_q(curve, point):
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="order", oid=curve_oid)
    if len(digest) != curve.size or len(signature) != 2 * curve.size:
        return False
    s = int.from_bytes(signature[: curve.size])
    r = int.from_bytes(signature[curve.size :])
    if not (0 < r < curve.order and 0 < s < curve.order):
        return False
    return calls.verify(curve, point, _hash_number(curve, digest), r, s)


class PrivateKey:
    """A private key in secure memory. Use it as a context, or call `wipe` when work is over."""

    __slots__ = ("_curve", "_memory", "_public")

    def __init__(self, curve: Curve, memory: SecureMemory) -> None:
        """Take over ``memory``, which holds d big-endian; use the class methods instead."""
        self._curve = curve
        self._memory = memory
        if not calls.in_range(curve, memory):
            memory.wipe()
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="private_key_range")
        point = calls.public_point(curve, memory)
        if point is None:
            memory.wipe()
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED)
        size = curve.size
        self._public = point.x.to_bytes(size, "little") + point.y.to_bytes(size, "little")
        curve.point(self._public)

    @classmethod
    def from_bytes(cls, curve_oid: str, raw: bytearray, *, allow_test: bool = False) -> Self:
        """Copy a little-endian private key into secure memory; wiping ``raw`` is the caller's."""
        selftest.ready_to_sign()
        curve = _curve(curve_oid, allow_test=allow_test)
        if len(raw) != curve.size:
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="private_key_length")
        memory = SecureMemory(curve.size)
        octets = memory.octets
        for index in range(curve.size):
            octets[index] = raw[curve.size - 1 - index]
        return cls(curve, memory)

    @classmethod
    def generate(cls, curve_oid: str, *, allow_test: bool = False) -> Self:
        """Draw a new private key, evenly from [1, q-1], by rejection."""
        selftest.ready_to_sign()
        curve = _curve(curve_oid, allow_test=allow_test)
        return cls(curve, calls.draw(curve, calls.KEY))

    @property
    def curve_oid(self) -> str:
        """The OID of the parameter set, as it was given."""
        return self._curve.oid

    def public(self) -> bytes:
        """Return the public key x||y, each little-endian."""
        return self._public

    def sign(self, digest: bytes) -> bytes:
        """Sign a digest of the curve's size; return s||r, each big-endian.

        The nonce is drawn by libgcrypt, never repeated, and wiped. Every signature is verified before it leaves (a fault during
        signing could give the key away).
        """
        curve = self._curve
        if len(digest) != curve.size:
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="digest_length")
        r = s = 0
        while not (r and s):
            with calls.draw(curve, calls.NONCE) as nonce:
                r, s = calls.sign(curve, self._memory, _hash_number(curve, digest), nonce)
        signature = s.to_bytes(curve.size) + r.to_bytes(curve.size)
        if not verify(curve.oid, self._public, digest, signature, allow_test=True):
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED)
        return signature

    def write_into(self, raw: bytearray) -> None:
        """Copy the little-endian private key into ``raw``, which the caller encrypts and wipes."""
        if len(raw) != self._curve.size:
            raise ValueError("the buffer must have the size of the key")
        octets = self._memory.octets
        for index in range(self._curve.size):
            raw[index] = octets[self._curve.size - 1 - index]

    def wipe(self) -> None:
        """Overwrite the key with zeros and give its memory back."""
        self._memory.wipe()

    def __repr__(self) -> str:
        return f"PrivateKey({self._curve.name})"

    def __reduce__(self) -> str:
        raise TypeError("a private key is never serialised")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()


def generate(curve_oid: str, *, allow_test: bool = False) -> tuple[PrivateKey, bytes]:
    """Draw a new key; return it and its public key x||y, each little-endian."""
    private = PrivateKey.generate(curve_oid, allow_test=allow_test)
    return private, private.public()
