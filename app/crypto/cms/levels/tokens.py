"""A time-stamp token as a SignedData: what it carries, and one more unsigned attribute in it."""

from app.crypto.cms import splicing
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.references import read_certificate_values, read_revocation_values
from app.crypto.cms.levels.revocation_data import split_choices
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import Attribute, SignedData, SignerInfo
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass


@dataclass(frozen=True)
class Material:
    """Certificates, revocation lists and OCSP responses (basic): for paths, never anchors."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()

    def __add__(self, other: "Material") -> "Material":
        """Return both, each piece once."""
        return Material(
            tuple(dict.fromkeys((*self.certificates, *other.certificates))),
            tuple(dict.fromkeys((*self.crls, *other.crls))),
            tuple(dict.fromkeys((*self.ocsp, *other.ocsp))),
        )


def material_of(signed: SignedData) -> Material:
    """Return what a SignedData carries in its own fields."""
    crls, ocsp = split_choices(signed.layout.crls)
    return Material(signed.certificates, crls, ocsp)


def material_of_values(attributes: tuple[Attribute, ...]) -> Material:
    """Return what certificate-values and revocation-values hold; broken ones hold nothing."""
    found = Material()
    for attribute in attributes:
        for value in attribute.values:
            try:
                found += _of_value(attribute.oid, value)
            except RoscherkError as error:
                if error.code is not ErrorCode.FORMAT_DAMAGED:
                    raise
    return found


def _of_value(oid: str, value: bytes) -> Material:
    if oid == oids.CERTIFICATE_VALUES:
        return Material(certificates=read_certificate_values(value))
    if oid == oids.REVOCATION_VALUES:
        values = read_revocation_values(value)
        return Material(crls=values.crls, ocsp=values.ocsp)
    return Material()


def material_of_token(token: bytes) -> Material:
    """Return what a token carries; one that cannot be read carries nothing."""
    try:
        signed = read_cms(token)
    except RoscherkError as error:
        if error.code is ErrorCode.FORMAT_TOO_COMPLEX:
            raise
        return Material()
    found = material_of(signed)
    for signer in signed.signers:
        if isinstance(signer, SignerInfo):
            found += material_of_values(signer.unsigned_attributes)
    return found


def unsigned_of_token(token: bytes) -> tuple[Attribute, ...]:
    """Return the unsigned attributes of a token's one signer; raise FORMAT_DAMAGED otherwise."""
    signers = read_cms(token).signers
    signer = signers[0] if len(signers) == 1 else None
    if not isinstance(signer, SignerInfo) or signer.unsigned_damaged:
        raise RoscherkError(ErrorCode.FORMAT_DAMAGED, where="time_stamp_token", offset=0)
    return signer.unsigned_attributes


def with_unsigned(token: bytes, oid: str, value: bytes) -> bytes:
    """Return a token with one more unsigned attribute: its signature stays to the octet."""
    parts, content = splicing.take_apart(token)
    (signer,) = parts.signers
    changed = splicing.with_unsigned_attribute(signer, oid, value)
    return splicing.put_together(splicing.with_signer_replaced(parts, signer, changed), content)
