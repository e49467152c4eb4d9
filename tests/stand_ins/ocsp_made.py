"""OCSP answers of any oddity, written octet by octet: what an honest responder would never send.

made(pki.leaf, pki.ca, pki.ca_issuer.key)                     # good, by the authority itself
made(pki.leaf, pki.ca, key, certificates=(delegate,), status=revoked(NOW, 1))
made(..., single=(extension,), extensions=(extension,), whole=False)   # BasicOCSPResponse

`ocsp_responder` plays a responder with manners; here each field can be wrong by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from asn1crypto import x509
from stand_ins.pki import NOW

from app.algorithms import der, digests, names
from app.crypto.certificates.building import ExtensionSpec, signature_algorithm
from app.crypto.certificates.issuing import EphemeralKey, key_id

GOOD = der.element(0x80, b"")
UNKNOWN = der.element(0x82, b"")
NO_CHECK = ExtensionSpec("1.3.6.1.5.5.7.48.1.5", der.NULL)
HOUR = timedelta(hours=1)
_BASIC = "1.3.6.1.5.5.7.48.1.1"


def revoked(at: datetime, reason: int | None = None) -> bytes:
    """Return the status of a revoked certificate; ``reason``: the number of CRLReason."""
    why = b"" if reason is None else der.element(0xA0, der.element(0x0A, bytes([reason])))
    return der.element(0xA1, time(at) + why)


def time(moment: datetime) -> bytes:
    """Write a GeneralizedTime."""
    return der.element(0x18, moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def certificate_hash(certificate: bytes, digest_name: str = "sha256") -> ExtensionSpec:
    """Return the CertHash extension of Common PKI."""
    algorithm = der.sequence(der.oid(names.digest_by_name(digest_name).oid))
    value = der.element(der.OCTET_STRING, digests.digest(digest_name, certificate))
    return ExtensionSpec("1.3.36.8.3.13", der.sequence(algorithm, value))


def archive_cutoff(moment: datetime) -> ExtensionSpec:
    """Say since when expired certificates are still answered for."""
    return ExtensionSpec("1.3.6.1.5.5.7.48.1.6", time(moment))


def nonce(value: bytes) -> ExtensionSpec:
    """Return a nonce."""
    return ExtensionSpec("1.3.6.1.5.5.7.48.1.2", der.element(der.OCTET_STRING, value))


def statement(
    certificate: bytes,
    issuer: bytes,
    *,
    status: bytes = GOOD,
    this_update: datetime = NOW - HOUR,
    next_update: datetime | None = NOW + HOUR,
    digest_name: str = "sha1",
    extensions: Iterable[ExtensionSpec] = (),
) -> bytes:
    """Return one SingleResponse."""
    own, above = x509.Certificate.load(certificate), x509.Certificate.load(issuer)
    key = above["tbs_certificate"]["subject_public_key_info"]["public_key"].contents[1:]
    identifier = der.sequence(
        der.sequence(der.oid(names.digest_by_name(digest_name).oid)),
        der.element(der.OCTET_STRING, digests.digest(digest_name, above.subject.dump())),
        der.element(der.OCTET_STRING, digests.digest(digest_name, key)),
        own["tbs_certificate"]["serial_number"].dump(),
    )
    until = b"" if next_update is None else der.element(0xA0, time(next_update))
    return der.sequence(identifier, status, time(this_update), until + _extensions(extensions))


def made(
    certificate: bytes,
    issuer: bytes,
    key: EphemeralKey,
    *,
    named: bytes | None = None,
    certificates: Iterable[bytes] = (),
    produced_at: datetime = NOW - HOUR,
    extensions: Iterable[ExtensionSpec] = (),
    single: Iterable[ExtensionSpec] = (),
    statements: Iterable[bytes] = (),
    version: bytes = b"",
    whole: bool = True,
    **fields: object,
) -> bytes:
    """Return an answer about ``certificate``, signed by ``key``.

    ``named``: the DER name of the responder, instead of its key. ``statements``: these instead of
    the one about ``certificate``. ``fields`` are those of `statement`.
    """
    who = der.element(0xA2, der.element(der.OCTET_STRING, key_id(key.public)))
    if named is not None:
        who = der.element(0xA1, named)
    told = tuple(statements) or (
        statement(certificate, issuer, extensions=single, **fields),  # type: ignore[arg-type]
    )
    tbs = der.sequence(
        version, who, time(produced_at), der.sequence(*told), _extensions(extensions)
    )
    sent = der.sequence(*certificates)
    basic = der.sequence(
        tbs,
        signature_algorithm(key.algorithm),
        der.element(der.BIT_STRING, b"\0" + key.sign(tbs)),
        der.element(0xA0, sent) if certificates else b"",
    )
    return successful(basic) if whole else basic


def successful(basic: bytes) -> bytes:
    """Wrap a BasicOCSPResponse."""
    inner = der.sequence(der.oid(_BASIC), der.element(der.OCTET_STRING, basic))
    return der.sequence(der.element(0x0A, b"\0"), der.element(0xA0, inner))


def _extensions(listed: Iterable[ExtensionSpec]) -> bytes:
    written = [
        der.sequence(
            der.oid(one.oid),
            b"\x01\x01\xff" if one.critical else b"",
            der.element(der.OCTET_STRING, one.value),
        )
        for one in listed
    ]
    return der.element(0xA1, der.sequence(*written)) if written else b""
