"""One table of algorithms: name, OID, size, strength. Light: parses nothing but public keys."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from app.algorithms import der
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass


class KeyAlgorithm(StrEnum):
    """The families of keys this program knows, by the size that decides the digest."""

    RSA = "rsa"
    ECDSA_P256 = "ecdsa-p256"
    ECDSA_P384 = "ecdsa-p384"
    ECDSA_P521 = "ecdsa-p521"
    ED25519 = "ed25519"
    ED448 = "ed448"
    GOST_2001 = "gost2001"
    GOST_256 = "gost2012-256"
    GOST_512 = "gost2012-512"

    @property
    def family(self) -> "KeyFamily":
        """Return the family, which is what the OID of a signature algorithm can tell."""
        return _FAMILIES[self]

    @property
    def is_gost(self) -> bool:
        """Tell whether this is a key of GOST R 34.10 of either generation."""
        return self.family is KeyFamily.GOST


class KeyFamily(StrEnum):
    """Keys that share one kind of signature."""

    RSA = "rsa"
    ECDSA = "ecdsa"
    EDDSA = "eddsa"
    GOST = "gost"


_FAMILIES: Mapping[KeyAlgorithm, KeyFamily] = MappingProxyType(
    {
        KeyAlgorithm.RSA: KeyFamily.RSA,
        KeyAlgorithm.ECDSA_P256: KeyFamily.ECDSA,
        KeyAlgorithm.ECDSA_P384: KeyFamily.ECDSA,
        KeyAlgorithm.ECDSA_P521: KeyFamily.ECDSA,
        KeyAlgorithm.ED25519: KeyFamily.EDDSA,
        KeyAlgorithm.ED448: KeyFamily.EDDSA,
        KeyAlgorithm.GOST_2001: KeyFamily.GOST,
        KeyAlgorithm.GOST_256: KeyFamily.GOST,
        KeyAlgorithm.GOST_512: KeyFamily.GOST,
    }
)


@dataclass(frozen=True)
class DigestAlgorithm:
    """One digest. ``size`` is in bytes; ``weak``: it proves nothing any more (rule CMS-13)."""

    name: str
    oid: str
    size: int
    weak: bool = False


@dataclass(frozen=True)
class SignatureAlgorithm:
    """One OID that may stand as signatureAlgorithm, and what it says."""

    name: str
    oid: str
    family: KeyFamily
    digest: str | None = None
    """The digest that the OID implies; None: it implies none (a key's OID, PSS, EdDSA)."""
    keys: frozenset[KeyAlgorithm] = frozenset()
    """The keys the OID speaks of; empty: all of the family."""

    def fits(self, key: KeyAlgorithm, digest_name: str) -> bool:
        """Tell whether the OID is true for this key and digest.

        Real GOST files carry the OID of the wrong generation and are accepted with a warning:
        the check of a GOST signature goes by key and digest, and this method finds the warning.
        """
        if key.family is not self.family or (self.keys and key not in self.keys):
            return False
        return self.digest in {None, digest_name}


DIGESTS: tuple[DigestAlgorithm, ...] = (
    DigestAlgorithm("md5", "1.2.840.113549.2.5", 16, weak=True),
    DigestAlgorithm("sha1", "1.3.14.3.2.26", 20, weak=True),
    DigestAlgorithm("sha224", "2.16.840.1.101.3.4.2.4", 28),
    DigestAlgorithm("sha256", "2.16.840.1.101.3.4.2.1", 32),
    DigestAlgorithm("sha384", "2.16.840.1.101.3.4.2.2", 48),
    DigestAlgorithm("sha512", "2.16.840.1.101.3.4.2.3", 64),
    # RFC 8419: with Ed448 the content is digested with 512 bits of SHAKE256.
    DigestAlgorithm("shake256", "2.16.840.1.101.3.4.2.12", 64),
    DigestAlgorithm("gost94", "1.2.643.2.2.9", 32, weak=True),
    DigestAlgorithm("streebog256", "1.2.643.7.1.1.2.2", 32),
    DigestAlgorithm("streebog512", "1.2.643.7.1.1.2.3", 64),
)

RSA_OID = "1.2.840.113549.1.1.1"
RSA_PSS_OID = "1.2.840.113549.1.1.10"
EC_OID = "1.2.840.10045.2.1"
GOST_KEY_OIDS: Mapping[str, KeyAlgorithm] = MappingProxyType(
    {
        "1.2.643.2.2.19": KeyAlgorithm.GOST_2001,
        "1.2.643.7.1.1.1.1": KeyAlgorithm.GOST_256,
        "1.2.643.7.1.1.1.2": KeyAlgorithm.GOST_512,
    }
)
_EC_CURVES: Mapping[str, KeyAlgorithm] = MappingProxyType(
    {
        "1.2.840.10045.3.1.7": KeyAlgorithm.ECDSA_P256,
        "1.3.132.0.34": KeyAlgorithm.ECDSA_P384,
        "1.3.132.0.35": KeyAlgorithm.ECDSA_P521,
    }
)
_PLAIN_KEY_OIDS: Mapping[str, KeyAlgorithm] = MappingProxyType(
    {
        RSA_OID: KeyAlgorithm.RSA,
        RSA_PSS_OID: KeyAlgorithm.RSA,
        "1.3.101.112": KeyAlgorithm.ED25519,
        "1.3.101.113": KeyAlgorithm.ED448,
        **GOST_KEY_OIDS,
    }
)
_BITS: Mapping[KeyAlgorithm, int] = MappingProxyType(
    {
        KeyAlgorithm.ECDSA_P256: 256,
        KeyAlgorithm.ECDSA_P384: 384,
        KeyAlgorithm.ECDSA_P521: 521,
        KeyAlgorithm.ED25519: 256,
        KeyAlgorithm.ED448: 456,
        KeyAlgorithm.GOST_2001: 256,
        KeyAlgorithm.GOST_256: 256,
        KeyAlgorithm.GOST_512: 512,
    }
)


def _only(key: KeyAlgorithm) -> frozenset[KeyAlgorithm]:
    return frozenset({key})


def _signatures() -> Iterable[SignatureAlgorithm]:
    rsa, ecdsa = KeyFamily.RSA, KeyFamily.ECDSA
    yield SignatureAlgorithm("rsa", RSA_OID, rsa)
    yield SignatureAlgorithm("rsa-pss", RSA_PSS_OID, rsa)
    for arc, digest in (
        (4, "md5"),
        (5, "sha1"),
        (14, "sha224"),
        (11, "sha256"),
        (12, "sha384"),
        (13, "sha512"),
    ):
        yield SignatureAlgorithm(f"rsa-{digest}", f"1.2.840.113549.1.1.{arc}", rsa, digest)
    yield SignatureAlgorithm("ecdsa", EC_OID, ecdsa)
    yield SignatureAlgorithm("ecdsa-sha1", "1.2.840.10045.4.1", ecdsa, "sha1")
    for arc, digest in ((1, "sha224"), (2, "sha256"), (3, "sha384"), (4, "sha512")):
        yield SignatureAlgorithm(f"ecdsa-{digest}", f"1.2.840.10045.4.3.{arc}", ecdsa, digest)
    for name, oid in (("ed25519", "1.3.101.112"), ("ed448", "1.3.101.113")):
        yield SignatureAlgorithm(name, oid, KeyFamily.EDDSA, keys=_only(KeyAlgorithm(name)))
    for key, key_oid, oid, digest in (
        (KeyAlgorithm.GOST_2001, "1.2.643.2.2.19", "1.2.643.2.2.3", "gost94"),
        (KeyAlgorithm.GOST_256, "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.3.2", "streebog256"),
        (KeyAlgorithm.GOST_512, "1.2.643.7.1.1.1.2", "1.2.643.7.1.1.3.3", "streebog512"),
    ):
        gost, keys = KeyFamily.GOST, _only(key)
        yield SignatureAlgorithm(key.value, key_oid, gost, keys=keys)
        yield SignatureAlgorithm(f"{key.value}-{digest}", oid, gost, digest, keys=keys)


SIGNATURES: tuple[SignatureAlgorithm, ...] = tuple(_signatures())

_DIGEST_BY_OID = {row.oid: row for row in DIGESTS}
_DIGEST_BY_NAME = {row.name: row for row in DIGESTS}
_SIGNATURE_BY_OID = {row.oid: row for row in SIGNATURES}

_DEFAULT_DIGESTS: Mapping[KeyAlgorithm, str] = MappingProxyType(
    {
        KeyAlgorithm.RSA: "sha256",
        KeyAlgorithm.ECDSA_P256: "sha256",
        KeyAlgorithm.ECDSA_P384: "sha384",
        KeyAlgorithm.ECDSA_P521: "sha512",
        KeyAlgorithm.ED25519: "sha512",
        KeyAlgorithm.ED448: "shake256",
        KeyAlgorithm.GOST_2001: "gost94",
        KeyAlgorithm.GOST_256: "streebog256",
        KeyAlgorithm.GOST_512: "streebog512",
    }
)


def digest_by_oid(oid: str) -> DigestAlgorithm:
    """Return the digest with this dotted OID; raise ``ALGORITHM_UNSUPPORTED`` for another."""
    row = _DIGEST_BY_OID.get(oid)
    if row is None:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=oid)
    return row


def digest_by_name(name: str) -> DigestAlgorithm:
    """Return the digest with this name; raise ``ALGORITHM_UNSUPPORTED`` for another."""
    row = _DIGEST_BY_NAME.get(name)
    if row is None:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=name)
    return row


def signature_by_oid(oid: str) -> SignatureAlgorithm:
    """Return the signature algorithm with this OID; raise ``ALGORITHM_UNSUPPORTED`` for another."""
    row = _SIGNATURE_BY_OID.get(oid)
    if row is None:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid=oid)
    return row


def default_digest(key: KeyAlgorithm) -> str:
    """Return the name of the digest that belongs to a key of this size."""
    return _DEFAULT_DIGESTS[key]


def signature_algorithm_for(key: KeyAlgorithm) -> bytes:
    """Return the DER AlgorithmIdentifier that we write into SignerInfo for this key.

    GOST: the OID of the key without parameters, as CryptoPro CSP does and RFC 9215 wants.
    RSA: rsaEncryption with NULL, which RFC 3370 §3.2 makes every reader understand.
    """
    if key is KeyAlgorithm.GOST_2001:
        # Signing with the 2001 standard ended in 2019; it is only verified.
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, oid="1.2.643.2.2.19")
    if key is KeyAlgorithm.RSA:
        return der.sequence(der.oid(RSA_OID), der.NULL)
    if key.family is KeyFamily.ECDSA:
        wanted, digest = KeyFamily.ECDSA, default_digest(key)
        row = next(row for row in SIGNATURES if (row.family, row.digest) == (wanted, digest))
        return der.sequence(der.oid(row.oid))
    row = next(row for row in SIGNATURES if row.keys == {key} and row.digest is None)
    return der.sequence(der.oid(row.oid))


def algorithm_oid_of_spki(public_key: bytes) -> str:
    """Return the dotted OID of the key algorithm of a DER SubjectPublicKeyInfo."""
    algorithm, _ = _parts(public_key)
    return algorithm[0].as_oid()


@lru_cache(maxsize=256)
def key_algorithm_of_spki(public_key: bytes) -> KeyAlgorithm | None:
    """Return the algorithm of a DER SubjectPublicKeyInfo; None for one that we do not know.

    Raises ``PUBLIC_KEY_INVALID`` when the bytes are no SubjectPublicKeyInfo.
    """
    algorithm, _ = _parts(public_key)
    try:
        oid = algorithm[0].as_oid()
        if oid != EC_OID:
            return _PLAIN_KEY_OIDS.get(oid)
        named = len(algorithm) == 2 and algorithm[1].tag == der.OID
        return _EC_CURVES.get(algorithm[1].as_oid()) if named else None
    except der.DerError as error:
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="der") from error


@lru_cache(maxsize=256)
def key_size_of_spki(public_key: bytes) -> int | None:
    """Return the size of a key in bits: of the modulus (RSA) or of the curve; None if unknown."""
    key = key_algorithm_of_spki(public_key)
    if key is None:
        return None
    if key is not KeyAlgorithm.RSA:
        return _BITS[key]
    try:
        modulus = der.read(_parts(public_key)[1].content[1:]).children()[0]
        return int.from_bytes(modulus.content).bit_length()
    except (der.DerError, IndexError) as error:
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="der") from error


def weaknesses(public_key: bytes, digest_name: str) -> tuple[str, ...]:
    """Name what of this key and digest is too weak or withdrawn to prove anything (CMS-13)."""
    found = []
    digest = _DIGEST_BY_NAME.get(digest_name)
    if digest is not None and digest.weak:
        found.append(digest.name)
    key = key_algorithm_of_spki(public_key)
    if key is KeyAlgorithm.GOST_2001:
        found.append(key.value)
    if key is KeyAlgorithm.RSA and (bits := key_size_of_spki(public_key) or 0) < 2048:
        found.append(f"rsa-{bits}")
    return tuple(found)


def _parts(public_key: bytes) -> tuple[tuple[der.Value, ...], der.Value]:
    """Take a SubjectPublicKeyInfo apart: the parts of the algorithm, and the BIT STRING."""
    try:
        algorithm, bits = der.read(public_key).children(der.SEQUENCE)
        parts = algorithm.children(der.SEQUENCE)
        parts[0].as_oid()
        if bits.tag == der.BIT_STRING and bits.content[:1] == b"\0" and len(parts) <= 2:
            return parts, bits
    except (der.DerError, ValueError, IndexError) as error:
        raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="der") from error
    raise RoscherkError(ErrorCode.PUBLIC_KEY_INVALID, reason="der")
