"""Public keys inside certificates: which algorithm, how many bits, on which curve."""

from dataclasses import dataclass

from asn1crypto import core, keys

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import schema

_RSA = "1.2.840.113549.1.1.1"
_RSA_PSS = "1.2.840.113549.1.1.10"
_EC = "1.2.840.10045.2.1"

_EC_CURVES = {
    "1.2.840.10045.3.1.7": (KeyAlgorithm.ECDSA_P256, "P-256", 256),
    "1.3.132.0.34": (KeyAlgorithm.ECDSA_P384, "P-384", 384),
    "1.3.132.0.35": (KeyAlgorithm.ECDSA_P521, "P-521", 521),
}

_FIXED = {
    "1.3.101.112": (KeyAlgorithm.ED25519, 256),
    "1.3.101.113": (KeyAlgorithm.ED448, 456),
    "1.2.643.2.2.19": (KeyAlgorithm.GOST_2001, 256),
    "1.2.643.7.1.1.1.1": (KeyAlgorithm.GOST_256, 256),
    "1.2.643.7.1.1.1.2": (KeyAlgorithm.GOST_512, 512),
}

_GOST_CURVES = {
    "1.2.643.2.2.35.0": "CryptoPro-Test",
    "1.2.643.2.2.35.1": "CryptoPro-A",
    "1.2.643.2.2.35.2": "CryptoPro-B",
    "1.2.643.2.2.35.3": "CryptoPro-C",
    "1.2.643.2.2.36.0": "CryptoPro-XchA",
    "1.2.643.2.2.36.1": "CryptoPro-XchB",
    "1.2.643.7.1.2.1.1.1": "tc26-256-A",
    "1.2.643.7.1.2.1.1.2": "tc26-256-B",
    "1.2.643.7.1.2.1.1.3": "tc26-256-C",
    "1.2.643.7.1.2.1.1.4": "tc26-256-D",
    "1.2.643.7.1.2.1.2.0": "tc26-512-Test",
    "1.2.643.7.1.2.1.2.1": "tc26-512-A",
    "1.2.643.7.1.2.1.2.2": "tc26-512-B",
    "1.2.643.7.1.2.1.2.3": "tc26-512-C",
}


@dataclass(frozen=True)
class KeyFacts:
    """A public key, described; a dotted OID where no name is known."""

    algorithm: str
    size: int | None = None
    curve: str | None = None


def describe_key(spki: bytes) -> KeyFacts:
    """Describe a SubjectPublicKeyInfo; the key itself is not checked here."""
    parsed = schema.PublicKey.load(spki)
    oid = parsed["algorithm"]["algorithm"].dotted
    parameters = parsed["algorithm"]["parameters"]
    key = parsed["public_key"].native
    if oid in {_RSA, _RSA_PSS}:
        modulus = keys.RSAPublicKey.load(key, strict=True)["modulus"].native
        return KeyFacts(KeyAlgorithm.RSA if oid == _RSA else oid, modulus.bit_length())
    if oid in _FIXED:
        algorithm, size = _FIXED[oid]
        return KeyFacts(algorithm, size, _gost_curve(parameters))
    curve = _named_curve(parameters) if oid == _EC else None
    if curve in _EC_CURVES:
        algorithm, name, size = _EC_CURVES[curve]
        return KeyFacts(algorithm, size, name)
    return KeyFacts(oid, None, curve)


def _named_curve(parameters: core.Any | core.Void) -> str | None:
    if isinstance(parameters, core.Void):
        return None
    chosen = core.load(parameters.dump())
    return str(chosen.dotted) if isinstance(chosen, core.ObjectIdentifier) else None


def _gost_curve(parameters: core.Any | core.Void) -> str | None:
    """Read the curve's OID, first of the parameters (RFC 9215 §4.2)."""
    if isinstance(parameters, core.Void):
        return None
    outer = core.load(parameters.dump())
    if not isinstance(outer, core.Sequence) or len(outer) == 0:
        return None
    first = outer[0]
    if not isinstance(first, core.ObjectIdentifier):
        return None
    return _GOST_CURVES.get(first.dotted, str(first.dotted))
