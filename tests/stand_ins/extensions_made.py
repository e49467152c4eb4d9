"""Extensions that only tests write: constraints of authorities, addresses, indirect lists.

name_constraints(permitted=[dns("a.ru")], excluded=[directory(name)])
policy_constraints(explicit=0), policy_mappings(("1.2", "1.3")), inhibit_any(0)
authority_access(ocsp=["http://…"], issuers=["http://…"])
alternative_names(dns("a.ru"), mail("x@a.ru"))
indirect_list(issuer, {other_ca_certificate: [serial, …]})      # EC keys only
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from stand_ins.pki import FROM, NOW, UNTIL

from app.algorithms import der
from app.crypto.certificates import extensions as oids
from app.crypto.certificates.building import ExtensionSpec

if TYPE_CHECKING:
    from stand_ins.pki import Issuer

_OCSP, _ISSUERS = "1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2"


def mail(text: str) -> bytes:
    """Return a GeneralName: a mailbox, a host, or a domain with a leading dot."""
    return der.element(0x81, text.encode())


def dns(text: str) -> bytes:
    """Return a GeneralName: a host or a domain."""
    return der.element(0x82, text.encode())


def directory(name: bytes) -> bytes:
    """Return a GeneralName of a distinguished name in DER."""
    return der.element(0xA4, name)


def uri(text: str) -> bytes:
    """Return a GeneralName: an address, or a host as a constraint."""
    return der.element(0x86, text.encode())


def address(octets: bytes) -> bytes:
    """Return a GeneralName: an IP address, or a net with its mask."""
    return der.element(0x87, octets)


def registered(oid: str) -> bytes:
    """Return a GeneralName of a form that nobody constrains: a registered OID."""
    return der.element(0x88, der.oid(oid)[2:])


def alternative_names(*names: bytes) -> ExtensionSpec:
    """Return SubjectAltName."""
    return ExtensionSpec(oids.SUBJECT_ALT_NAME, der.sequence(*names))


def name_constraints(
    permitted: Iterable[bytes] = (), excluded: Iterable[bytes] = (), *, critical: bool = True
) -> ExtensionSpec:
    """Return NameConstraints."""
    fields = [
        der.element(tag, b"".join(der.sequence(base) for base in bases))
        for tag, bases in ((0xA0, tuple(permitted)), (0xA1, tuple(excluded)))
        if bases
    ]
    return ExtensionSpec(oids.NAME_CONSTRAINTS, der.sequence(*fields), critical=critical)


def policy_constraints(explicit: int | None = None, mapping: int | None = None) -> ExtensionSpec:
    """Return PolicyConstraints."""
    fields = [
        der.element(tag, bytes([count]))
        for tag, count in ((0x80, explicit), (0x81, mapping))
        if count is not None
    ]
    return ExtensionSpec(oids.POLICY_CONSTRAINTS, der.sequence(*fields), critical=True)


def policy_mappings(*pairs: tuple[str, str]) -> ExtensionSpec:
    """Return PolicyMappings: policies of the issuer and of the subject."""
    value = der.sequence(*(der.sequence(der.oid(a), der.oid(b)) for a, b in pairs))
    return ExtensionSpec(oids.POLICY_MAPPINGS, value, critical=True)


def inhibit_any(count: int) -> ExtensionSpec:
    """Return InhibitAnyPolicy."""
    return ExtensionSpec(oids.INHIBIT_ANY_POLICY, core.Integer(count).dump(), critical=True)


def authority_access(ocsp: Iterable[str] = (), issuers: Iterable[str] = ()) -> ExtensionSpec:
    """Say where the responder is and where the issuer's certificate lies."""
    pairs = [(_OCSP, one) for one in ocsp] + [(_ISSUERS, one) for one in issuers]
    value = der.sequence(*(der.sequence(der.oid(kind), uri(url)) for kind, url in pairs))
    return ExtensionSpec(oids.AUTHORITY_ACCESS, value)


def distribution_points(*points: Mapping[str, Any]) -> ExtensionSpec:
    """Return CRLDistributionPoints; each has ``urls``, ``issuer`` (DER name), ``reasons`` (bits)."""
    return ExtensionSpec(oids.CRL_POINTS, der.sequence(*(_point(**point) for point in points)))


def _point(
    urls: Sequence[str] = (), issuer: bytes | None = None, reasons: bytes | None = None
) -> bytes:
    full = der.element(0xA0, b"".join(uri(url) for url in urls))
    return der.sequence(
        der.element(0xA0, full) if urls else b"",
        b"" if reasons is None else der.element(0x81, reasons),
        b"" if issuer is None else der.element(0xA2, directory(issuer)),
    )


def indirect_list(
    issuer: Issuer,
    entries: Mapping[bytes, Sequence[int]],
    *,
    indirect: bool = True,
    number: int = 1,
    delta_of: int | None = None,
) -> bytes:
    """Return a list that names certificates of others, keyed by their issuer's certificate.

    Each issuer is named once, at its first entry, as RFC 5280 §5.3.3 allows. ``indirect`` false: the
    list does not say that it is one. ``delta_of``: it holds only what changed since that number.
    """
    private: Any = issuer.key._private
    own = x509.load_der_x509_certificate(issuer.certificate)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(own.subject)
        .last_update(FROM)
        .next_update(UNTIL)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    if indirect:
        builder = builder.add_extension(
            x509.IssuingDistributionPoint(
                full_name=None,
                relative_name=None,
                only_contains_user_certs=False,
                only_contains_ca_certs=False,
                only_some_reasons=None,
                indirect_crl=True,
                only_contains_attribute_certs=False,
            ),
            critical=True,
        )
    if delta_of is not None:
        builder = builder.add_extension(x509.DeltaCRLIndicator(delta_of), critical=True)
    for other, serials in entries.items():
        name = x509.load_der_x509_certificate(other).subject
        for place, serial in enumerate(serials):
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW)
            if place == 0:
                names = x509.CertificateIssuer([x509.DirectoryName(name)])
                entry = entry.add_extension(names, critical=True)
            builder = builder.add_revoked_certificate(entry.build())
    made = builder.sign(private._private, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)
