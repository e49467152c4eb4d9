"""References and values of CAdES-C and X Long: certificates and revocation data (RFC 5126 §6.2, 6.3).

What is written: hashes by one digest, in the form otherHash also for SHA-1's successors, with
issuerSerial and with identifiers of lists and responses; a CrlOcspRef for the signer first, then
one for each certificate in the order of their references, empty for the trusted root. The module
of RFC 5126 Annex A.1 tags explicitly. What is read: all that those structures allow.
"""

from collections.abc import Iterable, Sequence

from app.algorithms import digests, names
from app.crypto.certificates.outline import Outline
from app.crypto.cms import tlv
from app.crypto.cms.levels.peeking import digest_name
from app.crypto.cms.levels.revocation_data import CrlName, OcspName, basic_of, wrapped
from app.values import dataclass

_CRLS = 0xA0
_OCSP = 0xA1
_OTHER = 0xA2
_DIRECTORY_NAME = 0xA4

MAX_REFERENCES = 1000


@dataclass(frozen=True)
class Reference:
    """A hash of a certificate, a list or a response. ``digest``: None for an unknown one."""

    oid: str
    digest: str | None
    value: bytes

    def means(self, *forms: bytes) -> bool | None:
        """Tell whether one of these octets has this hash; None: its digest is unknown."""
        if self.digest is None:
            return None
        return any(digests.digest(self.digest, form) == self.value for form in forms)


@dataclass(frozen=True)
class RevocationReference:
    """One CrlOcspRef: what proves the state of one certificate."""

    crls: tuple[Reference, ...] = ()
    ocsp: tuple["OcspReference", ...] = ()
    others: int = 0
    """References of kinds that this program does not know."""


@dataclass(frozen=True)
class OcspReference:
    """A response by its responder and time, and mostly by a hash. Old files leave that out."""

    identifier: bytes
    hash: Reference | None

    def means(self, basic: bytes) -> bool | None:
        """Tell whether this basic response is meant; None: the digest is unknown."""
        if self.hash is not None:
            return self.hash.means(basic, wrapped(basic))
        name = OcspName.of(basic)
        return _sequence(name.responder, name.produced_at) == self.identifier


@dataclass(frozen=True)
class Values:
    """The contents of revocation-values."""

    crls: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()
    """Basic responses."""


# writing


def certificate_references(certificates: Iterable[bytes], digest: str) -> bytes:
    """Return CompleteCertificateRefs for the certificates above the signer's, in their order."""
    return _sequence(*(_certificate_reference(one, digest) for one in certificates))


def revocation_references(proofs: Iterable[Values], digest: str) -> bytes:
    """Return CompleteRevocationRefs: for each certificate, the signer's first, what proves it."""
    return _sequence(*(_revocation_reference(one, digest) for one in proofs))


def certificate_values(certificates: Iterable[bytes]) -> bytes:
    """Return CertificateValues."""
    return _sequence(*certificates)


def revocation_values(values: Values) -> bytes:
    """Return RevocationValues."""
    parts = []
    if values.crls:
        parts.append(tlv.encode(_CRLS, _sequence(*values.crls)))
    if values.ocsp:
        parts.append(tlv.encode(_OCSP, _sequence(*values.ocsp)))
    return _sequence(*parts)


def _certificate_reference(certificate: bytes, digest: str) -> bytes:
    outline = Outline.read(certificate)
    issuer = _sequence(tlv.encode(_DIRECTORY_NAME, outline.issuer))
    serial = tlv.encode(tlv.INTEGER, outline.serial)
    return _sequence(_hash(certificate, digest), _sequence(issuer, serial))


def _revocation_reference(proof: Values, digest: str) -> bytes:
    parts = []
    if proof.crls:
        crls = _sequence(*(_crl_reference(one, digest) for one in proof.crls))
        parts.append(tlv.encode(_CRLS, _sequence(crls)))
    if proof.ocsp:
        responses = _sequence(*(_ocsp_reference(one, digest) for one in proof.ocsp))
        parts.append(tlv.encode(_OCSP, _sequence(responses)))
    return _sequence(*parts)


def _crl_reference(crl: bytes, digest: str) -> bytes:
    name = CrlName.of(crl)
    if name.this_update[0] != tlv.UTC_TIME:
        # crlIssuedTime knows no other form; the hash says enough.
        return _sequence(_hash(crl, digest))
    identifier = _sequence(name.issuer, name.this_update, name.number or b"")
    return _sequence(_hash(crl, digest), identifier)


def _ocsp_reference(basic: bytes, digest: str) -> bytes:
    name = OcspName.of(basic)
    return _sequence(_sequence(name.responder, name.produced_at), _hash(basic, digest))


def _hash(value: bytes, digest: str) -> bytes:
    """Return an OtherHash with its algorithm: the short form stands for SHA-1 alone."""
    algorithm = _sequence(tlv.encode_oid(names.digest_by_name(digest).oid))
    return _sequence(algorithm, tlv.encode(tlv.OCTET_STRING, digests.digest(digest, value)))


def _sequence(*parts: bytes) -> bytes:
    return tlv.encode(tlv.SEQUENCE, *parts)


# reading


def read_certificate_references(value: bytes) -> tuple[Reference, ...]:
    """Read CompleteCertificateRefs; raise FORMAT_DAMAGED or FORMAT_TOO_COMPLEX."""
    return tuple(_read_hash(one.walker().take()) for one in _entries(tlv.read_whole(value)))


def read_revocation_references(value: bytes) -> tuple[RevocationReference, ...]:
    """Read CompleteRevocationRefs; raise FORMAT_DAMAGED or FORMAT_TOO_COMPLEX."""
    return tuple(_read_revocation_reference(one) for one in _entries(tlv.read_whole(value)))


def read_certificate_values(value: bytes) -> tuple[bytes, ...]:
    """Read CertificateValues; raise FORMAT_DAMAGED or FORMAT_TOO_COMPLEX."""
    return tuple(one.raw for one in _entries(tlv.read_whole(value)))


def read_revocation_values(value: bytes) -> Values:
    """Read RevocationValues; raise FORMAT_DAMAGED or FORMAT_TOO_COMPLEX."""
    parts = tlv.read_whole(value)
    if parts.tag != tlv.SEQUENCE:
        raise tlv.damaged("revocation_values", parts.start)
    crls: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()
    for part in parts.children():
        if part.tag == _CRLS:
            crls = tuple(one.raw for one in _entries(_only(part)))
        elif part.tag == _OCSP:
            found = (basic_of(one.raw) for one in _entries(_only(part)))
            ocsp = tuple(one for one in found if one is not None)
        elif part.tag == _OTHER:
            ocsp += _ocsp_of_other(_only(part))
        else:
            raise tlv.damaged("revocation_values", part.start)
    return Values(crls, ocsp)


def _ocsp_of_other(other: tlv.Element) -> tuple[bytes, ...]:
    """Read OtherRevVals; of its kinds only OCSP responses are known (EN 319 122-1 A.1.2.2)."""
    parts = other.walker()
    parts.take(tlv.OBJECT_IDENTIFIER)
    found = (basic_of(one.raw) for value in parts.rest() for one in _flat(value))
    return tuple(one for one in found if one is not None)


def _flat(value: tlv.Element) -> Sequence[tlv.Element]:
    return value.children(MAX_REFERENCES) if value.tag == tlv.SEQUENCE else ()


def _read_revocation_reference(entry: tlv.Element) -> RevocationReference:
    if entry.tag != tlv.SEQUENCE:
        raise tlv.damaged("revocation_reference", entry.start)
    crls: tuple[Reference, ...] = ()
    ocsp: tuple[OcspReference, ...] = ()
    others = 0
    for part in entry.children():
        if part.tag == _CRLS:
            listed = _entries(_only(_only(part)))
            crls = tuple(_read_hash(one.walker().take()) for one in listed)
        elif part.tag == _OCSP:
            ocsp = tuple(_read_ocsp_reference(one) for one in _entries(_only(_only(part))))
        else:
            others += 1
    return RevocationReference(crls, ocsp, others)


def _read_ocsp_reference(entry: tlv.Element) -> OcspReference:
    parts = entry.walker()
    identifier = parts.take(tlv.SEQUENCE).raw
    found = list(parts.rest())
    return OcspReference(identifier, _read_hash(found[0]) if found else None)


def _read_hash(element: tlv.Element) -> Reference:
    """Read an OtherHash: an octet string alone is SHA-1."""
    if element.tag == tlv.OCTET_STRING:
        sha1 = names.digest_by_name("sha1")
        return Reference(sha1.oid, sha1.name, element.contents)
    parts = element.walker()
    oid = tlv.oid(parts.take(tlv.SEQUENCE).walker().take())
    return Reference(oid, digest_name(oid), tlv.octets(parts.take(tlv.OCTET_STRING)))


def _entries(element: tlv.Element) -> list[tlv.Element]:
    if element.tag != tlv.SEQUENCE:
        raise tlv.damaged("sequence_expected", element.start)
    return element.children(MAX_REFERENCES)


def _only(element: tlv.Element) -> tlv.Element:
    """Return the one element inside another."""
    parts = element.walker()
    found = parts.take()
    parts.finish()
    return found
