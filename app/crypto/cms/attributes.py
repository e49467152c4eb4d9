"""What the signed attributes of one signer say (RFC 5652 §11, RFC 5035, RFC 6211)."""

import re
from dataclasses import field
from datetime import UTC, datetime

from app.crypto.cms import structure, tlv
from app.crypto.cms.codes import FormatProblem, Remark
from app.crypto.cms.levels import oids
from app.crypto.cms.signer_infos import read_algorithm
from app.crypto.cms.structure import AlgorithmId, Attribute
from app.crypto.verdict.facts import Notice
from app.errors import RoscherkError
from app.values import dataclass

_SHA1 = AlgorithmId(b"", "1.3.14.3.2.26", None)
_SHA256 = AlgorithmId(b"", "2.16.840.1.101.3.4.2.1", None)
_SIGNATURE_ALGORITHM = 0xA1
_DIRECTORY_NAME = 0xA4
_UTC_TIME = re.compile(rb"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z")
_GENERALIZED_TIME = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?Z")


@dataclass(frozen=True)
class CertificateId:
    """The first entry of signing-certificate(-v2): which certificate the signer meant."""

    digest: AlgorithmId
    value: bytes
    issuer: bytes | None = None
    """The name in DER; None: not said."""
    serial: int | None = None


@dataclass(frozen=True)
class Protection:
    """CMSAlgorithmProtection: the algorithms under the signature."""

    digest: AlgorithmId
    signature: AlgorithmId | None


@dataclass(kw_only=True)
class SignedAttributes:
    """The attributes we look at, and what is wrong with them."""

    content_type: str | None = None
    message_digest: bytes | None = None
    signing_time: datetime | None = None
    certificate_ids: list[CertificateId] = field(default_factory=list)
    protection: Protection | None = None
    format_problems: list[Notice] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)


def read_signed_attributes(attributes: tuple[Attribute, ...]) -> SignedAttributes:
    """Read the known attributes; every one of them must have exactly one value."""
    found = SignedAttributes()
    seen: set[str] = set()
    for attribute in attributes:
        if attribute.oid in seen:
            notice = Notice(FormatProblem.ATTRIBUTE_REPEATED, {"oid": attribute.oid})
            found.format_problems.append(notice)
            continue
        seen.add(attribute.oid)
        try:
            _read_one(attribute, found)
        except RoscherkError:
            _note_damage(attribute.oid, found)
    if {structure.SIGNING_CERTIFICATE, structure.SIGNING_CERTIFICATE_V2} <= seen:
        found.warnings.append(Notice(Remark.SIGNING_CERTIFICATE_TWICE))
    return found


def message_digest(attributes: tuple[Attribute, ...]) -> bytes | None:
    """Return the digest of the content alone: all that looking for the document needs."""
    for attribute in attributes:
        if attribute.oid == structure.MESSAGE_DIGEST:
            try:
                return tlv.octets(_only_value(attribute))
            except RoscherkError:
                return None
    return None


def _note_damage(oid: str, found: SignedAttributes) -> None:
    """Note a damaged value: of a time, which is only claimed, as a remark; else as a problem."""
    if oid == structure.SIGNING_TIME:
        found.warnings.append(Notice(Remark.SIGNING_TIME_DAMAGED))
    else:
        found.format_problems.append(Notice(FormatProblem.ATTRIBUTE_DAMAGED, {"oid": oid}))


def _read_one(attribute: Attribute, found: SignedAttributes) -> None:
    if attribute.oid == structure.CONTENT_TYPE:
        found.content_type = tlv.oid(_only_value(attribute))
    elif attribute.oid == structure.MESSAGE_DIGEST:
        found.message_digest = tlv.octets(_only_value(attribute))
    elif attribute.oid == structure.SIGNING_TIME:
        found.signing_time = read_time(_only_value(attribute))
    elif attribute.oid == structure.SIGNING_CERTIFICATE:
        found.certificate_ids.append(_read_certificate_id(_only_value(attribute), _SHA1))
    elif attribute.oid == structure.SIGNING_CERTIFICATE_V2:
        found.certificate_ids.append(_read_certificate_id(_only_value(attribute), _SHA256))
    elif attribute.oid == structure.ALGORITHM_PROTECTION:
        found.protection = _read_protection(_only_value(attribute))
    elif attribute.oid == oids.SIGNATURE_POLICY:
        found.warnings.append(_read_policy(_only_value(attribute)))


def _read_policy(value: tlv.Element) -> Notice:
    """Tell which signature policy is meant (RFC 5126 §5.8.1); NULL stands for an implied one."""
    if value.tag == tlv.NULL:
        return Notice(Remark.SIGNATURE_POLICY_UNCHECKED)
    named = tlv.oid(value.walker().take())
    return Notice(Remark.SIGNATURE_POLICY_UNCHECKED, {"oid": named})


def _only_value(attribute: Attribute) -> tlv.Element:
    if len(attribute.values) != 1:
        raise tlv.damaged("attribute_values", 0)
    return tlv.read_whole(attribute.values[0])


def read_time(element: tlv.Element) -> datetime:
    """Read a UTCTime or GeneralizedTime in UTC; raise FORMAT_DAMAGED for anything else."""
    pattern = {tlv.UTC_TIME: _UTC_TIME, tlv.GENERALIZED_TIME: _GENERALIZED_TIME}.get(element.tag)
    match = None if pattern is None else pattern.fullmatch(element.contents)
    if match is None:
        raise tlv.damaged("time_expected", element.start)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    if element.tag == tlv.UTC_TIME:
        year += 2000 if year < 50 else 1900
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise tlv.damaged("time_expected", element.start) from error


def _read_certificate_id(value: tlv.Element, default_digest: AlgorithmId) -> CertificateId:
    """Read the first ESSCertID or ESSCertIDv2; the others name the chain and bind nobody."""
    entries = value.walker().take(tlv.SEQUENCE).walker()
    parts = entries.take(tlv.SEQUENCE).walker()
    algorithm = parts.take_if(tlv.SEQUENCE)
    digest = default_digest if algorithm is None else read_algorithm(algorithm)
    certificate_hash = tlv.octets(parts.take(tlv.OCTET_STRING))
    issuer_serial = parts.take_if(tlv.SEQUENCE)
    parts.finish()
    if issuer_serial is None:
        return CertificateId(digest, certificate_hash)
    inner = issuer_serial.walker()
    general_names = inner.take(tlv.SEQUENCE).children()
    serial = tlv.integer(inner.take(tlv.INTEGER))
    directory = [name for name in general_names if name.tag == _DIRECTORY_NAME]
    issuer = directory[0].walker().take(tlv.SEQUENCE).raw if directory else None
    return CertificateId(digest, certificate_hash, issuer, serial)


def _read_protection(value: tlv.Element) -> Protection:
    parts = value.walker()
    digest = read_algorithm(parts.take(tlv.SEQUENCE))
    signature = parts.take_if(_SIGNATURE_ALGORITHM)
    if signature is None:
        return Protection(digest, None)
    parts.finish()
    as_sequence = tlv.read_whole(bytes((tlv.SEQUENCE,)) + signature.raw[1:])
    return Protection(digest, read_algorithm(as_sequence))
