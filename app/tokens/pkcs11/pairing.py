"""Which key belongs to which certificate: by the public key first, by CKA_ID only second.

Software that installs a certificate does not always give it the id of its key. And before the
login most tokens hide private keys, so a certificate may be all there is to see of a pair.
"""

from collections.abc import Iterator, Sequence

from asn1crypto import x509

from app.algorithms import asn1 as _registration  # noqa: F401 - GOST first, then any parsing
from app.algorithms.names import KeyAlgorithm, key_algorithm_of_spki
from app.errors import RoscherkError
from app.tokens.model import ContainerState
from app.tokens.pkcs11.gost_objects import same_key
from app.tokens.pkcs11.mechanisms import supported
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class KeyObject:
    """What a token shows of one key: its public part, its private part, or both."""

    id: bytes
    label: str
    algorithm: KeyAlgorithm | None
    public_key: bytes | None
    private: bool
    local: bool | None = None
    """The token made it (CKA_LOCAL); None: not told."""


@dataclass(frozen=True, kw_only=True)
class CertificateObject:
    """A certificate on a token."""

    id: bytes
    label: str
    der: bytes
    public_key: bytes
    authority: bool


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A key with its certificate, or one of the two alone."""

    id: bytes
    label: str
    algorithm: KeyAlgorithm | None
    public_key: bytes | None
    certificate: bytes | None
    state: ContainerState
    local: bool | None = None


def certificate_object(key_id: bytes, label: str, der: bytes) -> CertificateObject | None:
    """Read what pairing needs of a certificate; None for bytes that are none."""
    try:
        certificate = x509.Certificate.load(der)
        public_key = certificate["tbs_certificate"]["subject_public_key_info"].dump()
        constraints = certificate.basic_constraints_value
        authority = constraints is not None and bool(constraints["ca"].native)
        key_algorithm_of_spki(public_key)
    except Exception:  # noqa: BLE001 - a token may hold anything; asn1crypto raises anything
        return None
    return CertificateObject(
        id=key_id, label=label, der=der, public_key=public_key, authority=authority
    )


def merged(keys: Sequence[KeyObject]) -> list[KeyObject]:
    """Put the public and the private part of each key together."""
    whole: list[KeyObject] = []
    for key in sorted(keys, key=lambda key: key.public_key is None):
        for place, other in enumerate(whole):
            if _same(key, other):
                whole[place] = KeyObject(
                    id=other.id or key.id,
                    label=other.label or key.label,
                    algorithm=other.algorithm or key.algorithm,
                    public_key=other.public_key,
                    private=other.private or key.private,
                    local=other.local if key.local is None else key.local,
                )
                break
        else:
            whole.append(key)
    return whole


def _same(key: KeyObject, other: KeyObject) -> bool:
    if key.public_key is not None and other.public_key is not None:
        return same_key(key.public_key, other.public_key)
    return bool(key.id) and key.id == other.id


def pairs(certificates: Sequence[CertificateObject], keys: Sequence[KeyObject]) -> list[Pair]:
    """Return what a person sees as containers, certificates first."""
    known = merged(keys)
    hidden = not any(key.private for key in keys)
    found, used = [], set()
    for certificate in sorted(certificates, key=lambda certificate: certificate.id):
        key = _key_of(certificate, known)
        if key is None and certificate.authority:
            continue  # a link of a chain, not a container
        if key is not None:
            used.add(known.index(key))
        found.append(_pair(certificate, key, hidden=hidden))
    return found + list(_keys_alone(known, used))


def authorities(certificates: Sequence[CertificateObject]) -> tuple[bytes, ...]:
    """Return the certificates of authorities: they may complete a chain."""
    return tuple(certificate.der for certificate in certificates if certificate.authority)


def _key_of(certificate: CertificateObject, keys: Sequence[KeyObject]) -> KeyObject | None:
    for key in keys:
        if same_key(key.public_key, certificate.public_key):
            return key
    for key in keys:
        if certificate.id and key.id == certificate.id:
            return key
    return None


def _pair(certificate: CertificateObject, key: KeyObject | None, *, hidden: bool) -> Pair:
    algorithm = _algorithm(certificate.public_key)
    state = ContainerState.OK if supported(algorithm) else ContainerState.UNSUPPORTED
    shown = None if key is None else key.public_key
    if shown is not None and not same_key(shown, certificate.public_key):
        state = ContainerState.MISMATCH
    if key is None and not (hidden and certificate.id):
        state = ContainerState.NO_KEY
    return Pair(
        id=certificate.id if key is None else key.id,
        label=certificate.label or ("" if key is None else key.label),
        algorithm=algorithm,
        # Of a pair that does not fit, the key is what is there; the certificate can be replaced.
        public_key=shown if state is ContainerState.MISMATCH else certificate.public_key,
        certificate=certificate.der,
        state=state,
        local=None if key is None else key.local,
    )


def _keys_alone(keys: Sequence[KeyObject], used: set[int]) -> Iterator[Pair]:
    for place, key in enumerate(keys):
        if place in used:
            continue
        yield Pair(
            id=key.id,
            label=key.label,
            algorithm=key.algorithm,
            public_key=key.public_key,
            certificate=None,
            state=ContainerState.NO_CERTIFICATE,
            local=key.local,
        )


def _algorithm(public_key: bytes) -> KeyAlgorithm | None:
    try:
        return key_algorithm_of_spki(public_key)
    except RoscherkError:
        return None
