"""PKCS #8 private keys, bare and encrypted, and the blob of CryptoAPI that CryptoPro writes.

GOST keys are met in five spellings (RFC 9548 §4, Р 50.1.112-2016, and older software): octets as
they are, little-endian; an OCTET STRING of them; the same with masks behind them, all to be
multiplied; a SEQUENCE of such octets and the public key; an INTEGER. Some octets can be read in
two ways: the certificate decides, and where there is none, this order.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key

from app.algorithms import der, names, views
from app.algorithms.der import DerError
from app.algorithms.gost import calls, ciphers, curves, kdf, selftest, signing
from app.algorithms.gost.curves import Curve
from app.algorithms.gost.library import SecureMemory
from app.algorithms.names import KeyAlgorithm
from app.algorithms.views import CONSTRUCTED, CONTEXT, View
from app.errors import ErrorCode, RoscherkError
from app.tokens.pfx import schemes
from app.tokens.pfx.work import Work
from app.tokens.private_keys import GostKey, LibraryKey, PrivateKey

_MAX_MASKS = 8
_BLOB_HEADER = 16
_WRAP_LABEL = bytes.fromhex("26bdb878")
"""The label with which CryptoPro derives the key of the wrapping (Р 50.1.113-2016)."""

_KINDS: Final[Mapping[str, KeyAlgorithm]] = {
    **names.GOST_KEY_OIDS,
    # A key made for exchange is named by its key agreement (RFC 4490, RFC 7836).
    "1.2.643.2.2.98": KeyAlgorithm.GOST_2001,
    "1.2.643.7.1.1.6.1": KeyAlgorithm.GOST_256,
    "1.2.643.7.1.1.6.2": KeyAlgorithm.GOST_512,
}

Points = Sequence[bytes]
"""Public keys x||y of the certificates that stand beside a key."""


def read_plain(info: View, beside: Points = ()) -> PrivateKey:
    """Read a PrivateKeyInfo (RFC 5958).

    Raises `DerError` for what is none, ``KEY_UNSUPPORTED`` for a kind of key that is not known.
    """
    with _malformed():
        version, algorithm, value, *_ = info.children(der.SEQUENCE)
        version.integer(1)
        oid = schemes.algorithm_oid(algorithm)
        kind = _KINDS.get(oid)
        if kind is None:
            return _library_key(info, oid)
        _, parameters = algorithm.children()
        curve = _curve(parameters.children(der.SEQUENCE)[0].oid(), kind)
        return _best(_spellings(value.octets(), curve), curve, kind, beside)


def read_encrypted(
    info: View, password: bytearray, beside: Points = (), work: Work | None = None
) -> PrivateKey:
    """Read an EncryptedPrivateKeyInfo (RFC 5958 §3).

    Raises ``PASSWORD_WRONG`` also for a plain text that is no key, since nothing but the key
    itself tells of the password here. A caller who knows better (by a MAC) says so.
    """
    with _malformed():
        algorithm, data = info.children(der.SEQUENCE)
        if schemes.algorithm_oid(algorithm) == schemes.CRYPTOPRO_PBE:
            return _cryptopro_bag(algorithm, data, password, beside, work or Work())
        plain = schemes.decrypt(algorithm, data.octets(), password, work or Work())
    try:
        return read_plain(views.read(plain), beside)
    except DerError:
        raise RoscherkError(ErrorCode.PASSWORD_WRONG) from None
    finally:
        plain[:] = bytes(len(plain))


@contextmanager
def _malformed() -> Iterator[None]:
    """Turn what a missing or surplus element raises into `DerError`."""
    try:
        yield
    except (ValueError, IndexError, RecursionError) as error:
        raise DerError("key") from error


def _library_key(info: View, oid: str) -> PrivateKey:
    try:
        with warnings.catch_warnings(action="ignore"):
            return LibraryKey(load_der_private_key(info.whole, None))
    except UnsupportedAlgorithm:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=oid) from None
    except (ValueError, TypeError, InternalError):
        # InternalError: numbers that make no key at all, such as a modulus without an inverse.
        raise DerError("key") from None


def _curve(oid: str, kind: KeyAlgorithm) -> Curve:
    """Return a curve of the right size; a set for tests is named like one that is not known."""
    curve = curves.by_oid(oid)
    if curve.test:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=oid, reason="test_parameters")
    if (curve.size == 64) != (kind is KeyAlgorithm.GOST_512):
        raise DerError("curve")
    return curve


def _spellings(octets: memoryview, curve: Curve) -> Iterator[SecureMemory]:
    """Yield what the octets can mean, the usual first."""
    size = curve.size
    if len(octets) and len(octets) % size == 0 and len(octets) <= size * (1 + _MAX_MASKS):
        yield _unmasked(octets, curve)
    try:
        inner = views.read(octets)
    except DerError:
        return
    if inner.tag == der.OCTET_STRING:
        yield from _spellings(inner.content, curve)
    elif inner.tag == der.SEQUENCE:
        parts = inner.children()
        if parts and parts[0].tag == der.OCTET_STRING:
            yield from _spellings(parts[0].content, curve)
    elif inner.tag == der.INTEGER and 0 < len(inner.content) <= size + 1:
        yield _integer(inner.content, size)


def _unmasked(octets: memoryview, curve: Curve) -> SecureMemory:
    """Multiply the key by all masks behind it (Р 50.1.112-2016); all are little-endian."""
    size = curve.size
    key = _reversed(octets[:size], size)
    for at in range(size, len(octets), size):
        with _reversed(octets[at : at + size], size) as mask, key:
            following = calls.product(curve, key, mask)
        key = following
    return key


def _reversed(octets: memoryview, size: int) -> SecureMemory:
    memory = SecureMemory(size)
    place = memory.octets
    for index in range(size):
        place[index] = octets[size - 1 - index]
    return memory


def _integer(octets: memoryview, size: int) -> SecureMemory:
    """Take a big-endian INTEGER, which may be shorter than the key or begin with a zero."""
    memory = SecureMemory(size)
    place = memory.octets
    digits = octets[-size:]
    for index in range(len(digits)):
        place[size - len(digits) + index] = digits[index]
    return memory


def _best(
    found: Iterator[SecureMemory], curve: Curve, kind: KeyAlgorithm, beside: Points
) -> PrivateKey:
    """Return the reading whose public key stands in a certificate, else the first that can be."""
    selftest.ready_to_sign()
    first: signing.PrivateKey | None = None
    for memory in found:
        if not calls.in_range(curve, memory):
            memory.wipe()
            continue
        key = signing.PrivateKey(curve, memory)
        if key.public() in beside:
            if first is not None:
                first.wipe()
            return GostKey(key, kind)
        if first is None:
            first = key
        else:
            key.wipe()
    if first is None:
        raise DerError("key")
    return GostKey(first, kind)


def _cryptopro_bag(
    algorithm: View, data: View, password: bytearray, beside: Points, work: Work
) -> PrivateKey:
    """Open CryptoPro's bag: one derived key hides the blob, and wraps the key inside it."""
    _, parameters = algorithm.children()
    key, vector = schemes.cryptopro_key(parameters, password, work)
    plain = ciphers.decrypt_cfb(key, vector, bytes(data.octets()), ciphers.CRYPTOPRO_A)
    try:
        with _malformed():
            return _from_blob(views.read(plain), key, beside)
    except DerError:
        raise RoscherkError(ErrorCode.PASSWORD_WRONG) from None
    finally:
        plain[:] = bytes(len(plain))
        key[:] = bytes(len(key))


def _from_blob(info: View, key: bytearray, beside: Points) -> PrivateKey:
    """Read ``SEQUENCE { INTEGER, AlgorithmIdentifier, OCTET STRING blob, … }``.

    The blob is a header of sixteen octets and SEQUENCE { SEQUENCE { OCTET STRING ukm, SEQUENCE
    { OCTET STRING wrapped, OCTET STRING mac }, [0] { BIT STRING, [0] algorithm } }, … }: the key
    transport of RFC 4357 §6.3 with CryptoPro's own frame.
    """
    _, algorithm, blob, *_ = info.children(der.SEQUENCE)
    content = blob.octets()
    if len(content) <= _BLOB_HEADER:
        raise DerError("blob")
    inner = views.read(content[_BLOB_HEADER:]).children(der.SEQUENCE)[0]
    ukm, wrapped, told = inner.children(der.SEQUENCE)[:3]
    encrypted, mac = wrapped.children(der.SEQUENCE)[:2]
    frame = told.children(CONTEXT | CONSTRUCTED)
    kind_oid, parameters = frame[1].children(CONTEXT | CONSTRUCTED)[:2]
    kind = _kind(schemes.algorithm_oid(algorithm), kind_oid.oid())
    curve = _curve(parameters.children(der.SEQUENCE)[0].oid(), kind)
    return _unwrapped(
        key, bytes(ukm.octets()), bytes(encrypted.octets()), bytes(mac.octets()),
        curve=curve, kind=kind, beside=beside,
    )  # fmt: skip


def _kind(*oids: str) -> KeyAlgorithm:
    """Return the kind of key that the first known OID names."""
    for oid in oids:
        kind = _KINDS.get(oid)
        if kind is not None:
            return kind
    raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=oids[0])


def _unwrapped(
    key: bytearray, ukm: bytes, encrypted: bytes, mac: bytes,
    *, curve: Curve, kind: KeyAlgorithm, beside: Points,
) -> PrivateKey:  # fmt: skip
    """Unwrap by the derivation of its generation, or by the other, as MAC or certificate say."""
    if len(ukm) != ciphers.BLOCK_SIZE or len(encrypted) != curve.size:
        raise DerError("wrapped")
    for old in (kind is KeyAlgorithm.GOST_2001, kind is not KeyAlgorithm.GOST_2001):
        kek = (
            kdf.diversify(key, ukm, ciphers.CRYPTOPRO_A)
            if old
            else kdf.kdf_256(key, _WRAP_LABEL, ukm)
        )
        plain = ciphers.decrypt_blocks(kek, encrypted, ciphers.CRYPTOPRO_A)
        try:
            sound = ciphers.mac(kek, plain, ciphers.CRYPTOPRO_A, ukm) == mac
            found = _best(iter([_reversed(memoryview(plain), curve.size)]), curve, kind, beside)
        except DerError:
            continue
        finally:
            kek[:] = bytes(len(kek))
            plain[:] = bytes(len(plain))
        if sound or any(found.public_key.endswith(point) for point in beside):
            return found
        found.wipe()
    raise RoscherkError(ErrorCode.PFX_DAMAGED, reason="wrapped_key")
