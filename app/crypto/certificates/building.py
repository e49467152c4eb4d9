"""Certificates and revocation lists made here: for practice mode, and for the tests' authorities.

The caller says what stands in them and how they are signed; this module writes the DER.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from asn1crypto import core, x509

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import extensions as oids
from app.crypto.certificates import names, schema
from app.values import dataclass

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

_VERSION = 0xA0
_CERTIFICATE_EXTENSIONS = 0xA3
_CRL_EXTENSIONS = 0xA0
_SET = 0x31
_ENUMERATED = 0x0A
_CRL_NUMBER = "2.5.29.20"
_REASON_CODE = "2.5.29.21"


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
    tbs = der.sequence(
        der.element(_VERSION, core.Integer(2).dump()),
        core.Integer(spec.serial).dump(),
        spec.signature_algorithm,
        spec.issuer,
        der.sequence(_time(spec.not_before), _time(spec.not_after)),
        spec.subject,
        spec.public_key,
        der.element(_CERTIFICATE_EXTENSIONS, encode_extensions(spec.extensions)),
    )
    return _signed(tbs, spec.signature_algorithm, sign)


def build_crl(spec: CrlSpec, sign: Sign) -> bytes:
    """Return the revocation list in DER."""
    number = ExtensionSpec(_CRL_NUMBER, core.Integer(spec.number).dump())
    fields = [
        core.Integer(1).dump(),
        spec.signature_algorithm,
        spec.issuer,
        _time(spec.this_update),
    ]
    if spec.next_update is not None:
        fields.append(_time(spec.next_update))
    if spec.revoked:
        fields.append(der.sequence(*(_entry(entry) for entry in spec.revoked)))
    fields.append(der.element(_CRL_EXTENSIONS, encode_extensions((number, *spec.extensions))))
    return _signed(der.sequence(*fields), spec.signature_algorithm, sign)


def signature_algorithm(key: KeyAlgorithm) -> bytes:
    """Return the AlgorithmIdentifier with which a key of this kind signs certificates.

    GOST and ECDSA: parameters absent (RFC 9215 §2, RFC 5758); RSA: NULL (RFC 4055).
    """
    oid = der.oid(_SIGNATURE_OIDS[key])
    return der.sequence(oid, der.NULL) if key is KeyAlgorithm.RSA else der.sequence(oid)


def encode_name(parts: Iterable[NamePart]) -> bytes:
    """Write a name in DER, each string of the type its attribute asks for (RFC 5280, RFC 9215 §5)."""
    return der.sequence(
        *(der.element(_SET, der.sequence(der.oid(part.oid), _string(part))) for part in parts)
    )


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
    """Say how long the private key may sign (rule X-11), in whole seconds (RFC 5280 §4.1.2.5.2)."""
    value = schema.PrivateKeyPeriod(
        {"not_before": _whole(not_before), "not_after": _whole(not_after)}
    )
    return ExtensionSpec(oids.PRIVATE_KEY_PERIOD, value.dump())


def subject_sign_tool(text: str) -> ExtensionSpec:
    """Name the owner's signing tool (order №795)."""
    return ExtensionSpec(oids.SUBJECT_SIGN_TOOL, core.UTF8String(text).dump())


def issuer_sign_tool(texts: Sequence[str]) -> ExtensionSpec:
    """Name the issuer's tools and their certificates of conformity: four texts (order №795)."""
    value = der.sequence(*(core.UTF8String(text).dump() for text in texts))
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


def _string(part: NamePart) -> bytes:
    kind = core.UTF8String
    if part.oid in {names.INN, names.INN_LE, names.OGRN, names.SNILS, names.OGRNIP}:
        kind = core.NumericString
    elif part.oid == names.COUNTRY:
        kind = core.PrintableString
    elif part.oid == names.EMAIL:
        kind = core.IA5String
    return bytes(kind(part.value).dump())


def _time(moment: datetime) -> bytes:
    """Write UTCTime up to 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5)."""
    whole = _whole(moment)
    kind = core.UTCTime if whole.year < 2050 else core.GeneralizedTime
    return bytes(kind(whole).dump())


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def encode_extensions(specs: Iterable[ExtensionSpec]) -> bytes:
    """Write Extensions in DER (RFC 5280 §4.1)."""
    listed = []
    for spec in specs:
        flag = [core.Boolean(True).dump()] if spec.critical else []
        listed.append(
            der.sequence(der.oid(spec.oid), *flag, der.element(der.OCTET_STRING, spec.value))
        )
    return der.sequence(*listed)


def _entry(entry: RevokedEntry) -> bytes:
    fields = [core.Integer(entry.serial).dump(), _time(entry.at)]
    if entry.reason is not None:
        reason = der.element(_ENUMERATED, bytes((entry.reason,)))
        fields.append(encode_extensions([ExtensionSpec(_REASON_CODE, reason)]))
    return der.sequence(*fields)


def _signed(tbs: bytes, algorithm: bytes, sign: Sign) -> bytes:
    return der.sequence(tbs, algorithm, der.element(der.BIT_STRING, b"\0" + sign(tbs)))
