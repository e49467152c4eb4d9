"""Certificates and revocation lists made here: for practice mode, and for the tests' authorities.

The caller says what stands in them and how they are signed; this module writes the DER.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import core, x509

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import extensions as oids
from app.crypto.certificates import names, schema

Sign = Callable[[bytes], bytes]
"""Sign these bytes with the issuer's key; return the signature as a certificate holds it."""

_SIGNATURE_OIDS = {
    KeyAlgorithm.RSA: "1.2.840.113549.1.1.11",
    KeyAlgorithm.ECDSA_P256: "1.2.840.10045.4.3.2",
    KeyAlgorithm.ECDSA_P384: "1.2.840.10045.4.3.3",
    KeyAlgorithm.ECDSA_P521: "1.2.840.10045.4.3.4",
    KeyAlgorithm.ED25519: "1.3.101.112",
    KeyAlgorithm.ED448: "1.3.101.113",
    KeyAlgorithm.GOST_256: "1.2.643.7.1.1.3.2",
    KeyAlgorithm.GOST_512: "1.2.643.7.1.1.3.3",
}

_ENUMERATED = 10


@dataclass(frozen=True)
class NamePart:
    """One attribute of a name, by its dotted OID."""

    oid: str
    value: str


@dataclass(frozen=True)
class ExtensionSpec:
    """One extension, its value in DER."""

    oid: str
    value: bytes
    critical: bool = False


@dataclass(frozen=True, kw_only=True)
class CertificateSpec:
    """What stands in a certificate."""

    serial: int
    subject: bytes
    """DER of a name, made by `encode_name`."""
    issuer: bytes
    public_key: bytes
    """SubjectPublicKeyInfo in DER."""
    not_before: datetime
    not_after: datetime
    signature_algorithm: bytes
    """AlgorithmIdentifier in DER, of the issuer's key: `signature_algorithm`."""
    extensions: tuple[ExtensionSpec, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RevokedEntry:
    """One line of a revocation list. ``reason`` is the number of CRLReason (RFC 5280 §5.3.1)."""

    serial: int
    at: datetime
    reason: int | None = None


@dataclass(frozen=True, kw_only=True)
class CrlSpec:
    """What stands in a revocation list."""

    issuer: bytes
    this_update: datetime
    next_update: datetime | None
    number: int
    signature_algorithm: bytes
    revoked: tuple[RevokedEntry, ...] = ()
    extensions: tuple[ExtensionSpec, ...] = ()


def build_certificate(spec: CertificateSpec, sign: Sign) -> bytes:
    """Return the certificate in DER."""
    tbs = schema.TbsCertificate(
        {
            "version": 2,
            "serial_number": spec.serial,
            "signature": schema.AlgorithmIdentifier.load(spec.signature_algorithm),
            "issuer": schema.RelativeNames.load(spec.issuer),
            "validity": {"not_before": _time(spec.not_before), "not_after": _time(spec.not_after)},
            "subject": schema.RelativeNames.load(spec.subject),
            "subject_public_key_info": schema.PublicKey.load(spec.public_key),
            "extensions": _extensions(spec.extensions),
        }
    )
    certificate = schema.Certificate(
        {
            "tbs_certificate": tbs,
            "signature_algorithm": schema.AlgorithmIdentifier.load(spec.signature_algorithm),
            "signature_value": sign(tbs.dump()),
        }
    )
    return bytes(certificate.dump())


def build_crl(spec: CrlSpec, sign: Sign) -> bytes:
    """Return the revocation list in DER."""
    number = ExtensionSpec("2.5.29.20", core.Integer(spec.number).dump())
    fields = [
        core.Integer(1).dump(),
        spec.signature_algorithm,
        spec.issuer,
        _time(spec.this_update).dump(),
    ]
    if spec.next_update is not None:
        fields.append(_time(spec.next_update).dump())
    if spec.revoked:
        fields.append(_sequence(_entry(entry) for entry in spec.revoked))
    listed = _extensions((number, *spec.extensions))
    fields.append(listed.retag({"explicit": 0}).dump())
    tbs = _sequence(fields)
    return _sequence([tbs, spec.signature_algorithm, core.OctetBitString(sign(tbs)).dump()])


def signature_algorithm(key: KeyAlgorithm) -> bytes:
    """Return the AlgorithmIdentifier with which a key of this kind signs certificates.

    GOST and ECDSA: parameters absent (RFC 9215 §2, RFC 5758); RSA: NULL (RFC 4055).
    """
    oid = core.ObjectIdentifier(_SIGNATURE_OIDS[key]).dump()
    return _sequence([oid, core.Null().dump()] if key is KeyAlgorithm.RSA else [oid])


def encode_name(parts: Iterable[NamePart]) -> bytes:
    """Write a name in DER, each string of the type its attribute asks for (RFC 5280, RFC 9215 §5)."""
    relative = [
        schema.RelativeName([{"type": part.oid, "value": core.Any(_string(part))}])
        for part in parts
    ]
    return bytes(schema.RelativeNames(relative).dump())


def basic_constraints(*, ca: bool, path_length: int | None = None) -> ExtensionSpec:
    """Say whether this is an authority, and how many may stand below it. Critical."""
    value = x509.BasicConstraints({"ca": ca, "path_len_constraint": path_length})
    return ExtensionSpec(oids.BASIC_CONSTRAINTS, value.dump(), critical=True)


def key_usage(*usages: str) -> ExtensionSpec:
    """Say what the key is for, by the names of RFC 5280. Critical."""
    places = [oids.KEY_USAGES.index(usage) for usage in usages]
    bits = tuple(int(index in places) for index in range(max(places) + 1))
    return ExtensionSpec(oids.KEY_USAGE, core.BitString(bits).dump(), critical=True)


def extended_key_usage(*purposes: str) -> ExtensionSpec:
    """Name the purposes, by dotted OIDs."""
    return ExtensionSpec(oids.EXTENDED_KEY_USAGE, x509.ExtKeyUsageSyntax(list(purposes)).dump())


def subject_key_id(key_id: bytes) -> ExtensionSpec:
    """Name the key of this certificate."""
    return ExtensionSpec(oids.SUBJECT_KEY_ID, core.OctetString(key_id).dump())


def authority_key_id(key_id: bytes) -> ExtensionSpec:
    """Name the key of the issuer."""
    value = x509.AuthorityKeyIdentifier({"key_identifier": key_id})
    return ExtensionSpec(oids.AUTHORITY_KEY_ID, value.dump())


def policies(*policy_oids: str) -> ExtensionSpec:
    """Name the policies, by dotted OIDs."""
    value = x509.CertificatePolicies([{"policy_identifier": oid} for oid in policy_oids])
    return ExtensionSpec(oids.POLICIES, value.dump())


def private_key_period(not_before: datetime, not_after: datetime) -> ExtensionSpec:
    """Say how long the private key may sign (rule X-11)."""
    value = schema.PrivateKeyPeriod({"not_before": not_before, "not_after": not_after})
    return ExtensionSpec(oids.PRIVATE_KEY_PERIOD, value.dump())


def subject_sign_tool(text: str) -> ExtensionSpec:
    """Name the owner's signing tool (order №795)."""
    return ExtensionSpec(oids.SUBJECT_SIGN_TOOL, core.UTF8String(text).dump())


def issuer_sign_tool(texts: Sequence[str]) -> ExtensionSpec:
    """Name the issuer's tools and their certificates of conformity: four texts (order №795)."""
    value = _sequence(core.UTF8String(text).dump() for text in texts)
    return ExtensionSpec(oids.ISSUER_SIGN_TOOL, value)


def identification_kind(kind: int) -> ExtensionSpec:
    """Say how the owner was identified (order №795): 0 is in person."""
    return ExtensionSpec(oids.IDENTIFICATION_KIND, core.Integer(kind).dump())


def crl_points(*urls: str) -> ExtensionSpec:
    """Say where the revocation list lies."""
    points = [
        {
            "distribution_point": x509.DistributionPointName(
                name="full_name",
                value=[x509.GeneralName(name="uniform_resource_identifier", value=url)],
            )
        }
        for url in urls
    ]
    return ExtensionSpec(oids.CRL_POINTS, x509.CRLDistributionPoints(points).dump())


def _string(part: NamePart) -> core.Asn1Value:
    if part.oid in {names.INN, names.INN_LE, names.OGRN, names.SNILS, names.OGRNIP}:
        return core.NumericString(part.value)
    if part.oid == names.COUNTRY:
        return core.PrintableString(part.value)
    if part.oid == names.EMAIL:
        return core.IA5String(part.value)
    return core.UTF8String(part.value)


def _time(moment: datetime) -> core.Asn1Value:
    """Write UTCTime up to 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5)."""
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return core.UTCTime(whole) if whole.year < 2050 else core.GeneralizedTime(whole)


def _extensions(specs: Iterable[ExtensionSpec]) -> schema.Extensions:
    return schema.Extensions(
        [
            {"extn_id": spec.oid, "critical": spec.critical, "extn_value": spec.value}
            for spec in specs
        ]
    )


def _entry(entry: RevokedEntry) -> bytes:
    fields = [core.Integer(entry.serial).dump(), _time(entry.at).dump()]
    if entry.reason is not None:
        reason = bytes((_ENUMERATED, 1, entry.reason))
        fields.append(_extensions([ExtensionSpec("2.5.29.21", reason)]).dump())
    return _sequence(fields)


def _sequence(fields: Iterable[bytes]) -> bytes:
    """Put values behind one another into a SEQUENCE."""
    return bytes(core.Sequence(contents=b"".join(fields)).dump())
