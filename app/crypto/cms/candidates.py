"""Which certificate is the signer's (rules CMS-16, CAD-02): by name first, then by hash."""

from collections.abc import Sequence

from app.algorithms import der, digests
from app.crypto.certificates.names import name_key, read_name
from app.crypto.certificates.outline import Outline
from app.crypto.cms.attributes import CertificateId
from app.crypto.cms.structure import SignerInfo, digest_name_of
from app.crypto.verdict.facts import SigningCertificateAttribute
from app.errors import RoscherkError


def read_candidates(certificates: Sequence[bytes]) -> tuple[list[Outline], int]:
    """Return what could be read, each certificate once, and how many could not."""
    found: dict[bytes, Outline] = {}
    damaged = 0
    for encoded in certificates:
        if encoded in found:
            continue
        try:
            found[encoded] = Outline.read(encoded)
        except RoscherkError:
            damaged += 1
    return list(found.values()), damaged


def answer_name(signer: SignerInfo, candidates: Sequence[Outline]) -> list[Outline]:
    """Return the certificates that the signer's identifier fits."""
    if signer.key_id is not None:
        return [one for one in candidates if one.subject_key_id == signer.key_id]
    issuer = signer.issuer or b""
    return [
        one for one in candidates if serial_of(one) == signer.serial and same_issuer(one, issuer)
    ]


def meant_by(candidate: Outline, identifier: CertificateId) -> bool | None:
    """Tell whether signing-certificate means this certificate; None: its digest is unknown."""
    name = digest_name_of(identifier.digest)
    if name is None:
        return None
    if digests.digest(name, candidate.encoded) != identifier.value:
        return False
    if identifier.serial is not None and identifier.serial != serial_of(candidate):
        return False
    return identifier.issuer is None or same_issuer(candidate, identifier.issuer)


def judge_attribute(
    candidate: Outline, identifiers: Sequence[CertificateId]
) -> SigningCertificateAttribute:
    """Say what signing-certificate(-v2) says of the certificate in use."""
    answers = [meant_by(candidate, identifier) for identifier in identifiers]
    if False in answers:
        return SigningCertificateAttribute.MISMATCH
    if answers and None not in answers:
        return SigningCertificateAttribute.MATCH
    return SigningCertificateAttribute.ABSENT


def serial_of(certificate: Outline) -> int:
    """Return the serial number as a number."""
    return int.from_bytes(certificate.serial, "big", signed=True)


def same_issuer(certificate: Outline, name: bytes) -> bool:
    """Compare a name with the issuer's: equal bytes, or equal text in the same attributes.

    Certificates and signatures are made by different programs, which differ in string types.
    The name only finds the certificate; hash and key decide.
    """
    if certificate.issuer == name:
        return True
    try:
        return certificate.issuer_key == name_key(name)
    except der.DerError:
        return False


def name_text(name: bytes) -> str:
    """Return a name as RFC 4514 text; empty if it is no name."""
    try:
        return read_name(name).text
    except der.DerError:
        return ""
