"""Public keys inside certificates: which algorithm, how many bits, on which curve."""

from app.algorithms import der
from app.algorithms.names import (
    algorithm_oid_of_spki,
    key_algorithm_of_spki,
    key_size_of_spki,
)
from app.values import dataclass

_CURVES = {
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
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
    algorithm = key_algorithm_of_spki(spki)
    if algorithm is None:
        return KeyFacts(algorithm_oid_of_spki(spki), None, _curve(spki))
    return KeyFacts(algorithm.value, key_size_of_spki(spki), _curve(spki))


def _curve(spki: bytes) -> str | None:
    """Name the curve: an OID (RFC 5480), or the first OID of the parameters (RFC 9215 §4.2)."""
    parameters = der.read(spki).children()[0].children()[1:]
    if parameters and parameters[0].tag == der.SEQUENCE:
        parameters = parameters[0].children()
    if not parameters or parameters[0].tag != der.OID:
        return None
    oid = parameters[0].as_oid()
    return _CURVES.get(oid, oid)
