"""An OCSP responder of our own (RFC 6960), honest or lying as it is told.

responder = ocsp_responder(pki)                       # the issuing CA answers itself
responder = ocsp_responder(pki, delegated=True)       # a certificate for OCSP, issued by the CA
replace(responder, revoked={serial: (moment, 1)})     # CRLReason 1; 6 is on hold; None: no reason
responder.answer(request_der)                         # OCSPResponse in DER
responder.lying(OcspLie.NONCE).answer(request_der)
responder.about(certificate, issuer_certificate)      # OCSPResponse without a request

Built with asn1crypto, not with the code under test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from asn1crypto import algos, core, crl, ocsp
from asn1crypto import x509 as asn1_x509
from stand_ins.pki import Issuer, Pki, authority

from app.algorithms import asn1, digests, names
from app.crypto.certificates import building as build
from app.crypto.certificates.issuing import EphemeralKey, key_id

if TYPE_CHECKING:
    from app.algorithms.names import KeyAlgorithm

asn1.register()

OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
NO_CHECK = build.ExtensionSpec("1.3.6.1.5.5.7.48.1.5", core.Null().dump())
BASIC = "basic_ocsp_response"


class OcspLie(StrEnum):
    """One way in which a responder can be wrong."""

    SERIAL = "serial"
    ISSUER = "issuer"
    UNKNOWN = "unknown"
    NONCE = "nonce"
    NO_NONCE = "no_nonce"
    EXPIRED = "expired"
    FUTURE = "future"
    SIGNATURE = "signature"
    NO_CERTIFICATE = "no_certificate"
    TRY_LATER = "try_later"
    INTERNAL_ERROR = "internal_error"
    UNAUTHORIZED = "unauthorized"
    SUCCESS_WITHOUT_BODY = "success_without_body"
    OTHER_TYPE = "other_type"
    EMPTY = "empty"
    HALF = "half"
    HTML = "html"


_STATUSES = {
    OcspLie.INTERNAL_ERROR: "internal_error",
    OcspLie.TRY_LATER: "try_later",
    OcspLie.UNAUTHORIZED: "unauthorized",
    OcspLie.SUCCESS_WITHOUT_BODY: "successful",
}


@dataclass(frozen=True)
class OcspResponder:
    """A responder: its key, its certificate and its manners."""

    key: EphemeralKey
    name: bytes
    """DER of its own name."""
    certificate: bytes | None
    """Sent along; None: the CA answers itself and sends nothing."""
    revoked: Mapping[int, tuple[datetime, int | None]] = field(default_factory=dict)
    """When and why, by serial number; everything else is good."""
    by_key: bool = True
    this_update: datetime | None = None
    """None: ten minutes ago."""
    valid_for: timedelta | None = timedelta(days=7)
    """None: no nextUpdate."""
    lie: OcspLie | None = None

    def lying(self, lie: OcspLie | None) -> OcspResponder:
        """Return the same responder, which lies in this way."""
        return replace(self, lie=lie)

    def answer(self, request: bytes) -> bytes:
        """Answer one OCSPRequest."""
        asked = ocsp.OCSPRequest.load(request, strict=True)
        nonce = asked.nonce_value.native if asked.nonce_value is not None else None
        identifiers = [one["req_cert"] for one in asked["tbs_request"]["request_list"]]
        return self.respond(identifiers, nonce)

    def about(self, certificate: bytes, issuer: bytes, digest_name: str = "sha1") -> bytes:
        """Return an answer about one certificate, without a nonce."""
        return self.respond([certificate_id(certificate, issuer, digest_name)], None)

    def respond(self, identifiers: list[ocsp.CertId], nonce: bytes | None) -> bytes:
        """Return an OCSPResponse about these certificates."""
        if self.lie is OcspLie.HTML:
            return b"<html><body>Not found</body></html>"
        if self.lie is OcspLie.EMPTY:
            return b""
        if self.lie in _STATUSES:
            return bytes(ocsp.OCSPResponse({"response_status": _STATUSES[self.lie]}).dump())
        basic = self._basic(identifiers, nonce)
        kind = "1.2.3.4" if self.lie is OcspLie.OTHER_TYPE else BASIC
        whole = bytes(
            ocsp.OCSPResponse(
                {
                    "response_status": "successful",
                    "response_bytes": {
                        "response_type": kind,
                        "response": core.ParsableOctetString(basic),
                    },
                }
            ).dump()
        )
        return whole[: len(whole) // 2] if self.lie is OcspLie.HALF else whole

    def _basic(self, identifiers: list[ocsp.CertId], nonce: bytes | None) -> bytes:
        who = (
            ocsp.ResponderId(name="by_key", value=key_id(self.key.public))
            if self.by_key
            else ocsp.ResponderId(name="by_name", value=asn1_x509.Name.load(self.name))
        )
        fields: dict[str, Any] = {
            "responder_id": who,
            "produced_at": self._times()[0],
            "responses": [self._single(one) for one in identifiers],
        }
        if nonce is not None and self.lie is not OcspLie.NO_NONCE:
            value = bytes(len(nonce)) if self.lie is OcspLie.NONCE else nonce
            fields["response_extensions"] = [
                {"extn_id": "nonce", "critical": False, "extn_value": core.OctetString(value)}
            ]
        data = ocsp.ResponseData(fields)
        signature = self.key.sign(data.dump(force=True))
        if self.lie is OcspLie.SIGNATURE:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        whole: dict[str, Any] = {
            "tbs_response_data": data,
            "signature_algorithm": algos.SignedDigestAlgorithm.load(
                build.signature_algorithm(self.key.algorithm)
            ),
            "signature": core.OctetBitString(signature),
        }
        if self.certificate is not None and self.lie is not OcspLie.NO_CERTIFICATE:
            whole["certs"] = [asn1_x509.Certificate.load(self.certificate)]
        return bytes(ocsp.BasicOCSPResponse(whole).dump())

    def _times(self) -> tuple[datetime, datetime | None]:
        now = datetime.now(UTC).replace(microsecond=0)
        start = self.this_update or now - timedelta(minutes=10)
        if self.lie is OcspLie.EXPIRED:
            start = now - timedelta(days=30)
        if self.lie is OcspLie.FUTURE:
            start = now + timedelta(days=1)
        return start, None if self.valid_for is None else start + self.valid_for

    def _single(self, asked: ocsp.CertId) -> dict[str, Any]:
        start, end = self._times()
        identifier = asked.copy()
        serial = int(asked["serial_number"].native)
        if self.lie is OcspLie.SERIAL:
            identifier["serial_number"] = serial + 1
        if self.lie is OcspLie.ISSUER:
            identifier["issuer_key_hash"] = bytes(len(asked["issuer_key_hash"].native))
        single: dict[str, Any] = {
            "cert_id": identifier,
            "cert_status": self._status(serial),
            "this_update": start,
        }
        if end is not None:
            single["next_update"] = end
        return single

    def _status(self, serial: int) -> ocsp.CertStatus:
        if self.lie is OcspLie.UNKNOWN:
            return ocsp.CertStatus(name="unknown", value=ocsp.StatusUnknown())
        if serial not in self.revoked:
            return ocsp.CertStatus(name="good", value=ocsp.StatusGood())
        moment, reason = self.revoked[serial]
        info: dict[str, Any] = {"revocation_time": moment.replace(microsecond=0)}
        if reason is not None:
            info["revocation_reason"] = crl.CRLReason(reason)
        return ocsp.CertStatus(name="revoked", value=ocsp.RevokedInfo(info))


def certificate_id(certificate: bytes, issuer: bytes, digest_name: str = "sha1") -> ocsp.CertId:
    """Return the CertID of a certificate (RFC 6960 §4.1.1)."""
    own = asn1_x509.Certificate.load(certificate)
    above = asn1_x509.Certificate.load(issuer)
    key = bytes(above.public_key["public_key"].contents[1:])
    return ocsp.CertId(
        {
            "hash_algorithm": {"algorithm": names.digest_by_name(digest_name).oid},
            "issuer_name_hash": digests.digest(digest_name, above.subject.dump()),
            "issuer_key_hash": digests.digest(digest_name, key),
            "serial_number": own.serial_number,
        }
    )


def ocsp_responder(
    pki: Pki,
    *,
    issuer: Issuer | None = None,
    delegated: bool = False,
    algorithm: KeyAlgorithm | None = None,
    purposes: tuple[str, ...] = (OCSP_SIGNING,),
    **certificate: Any,
) -> OcspResponder:
    """Make a responder for what ``issuer`` issued (default: the issuing CA of ``pki``).

    ``delegated``: with a certificate of its own, whose fields ``certificate`` changes; without
    ``purposes`` the certificate is no responder's.
    """
    above = issuer or pki.ca_issuer
    if not delegated:
        return OcspResponder(above.key, above.name, None)
    key = EphemeralKey.generate(algorithm or above.key.algorithm)
    fields = {
        "subject": authority("Тестовая служба OCSP"),
        "extensions": (
            build.basic_constraints(ca=False),
            build.key_usage("digitalSignature"),
            *((build.extended_key_usage(*purposes),) if purposes else ()),
            build.subject_key_id(key_id(key.public)),
            build.authority_key_id(key_id(above.key.public)),
            NO_CHECK,
        ),
    }
    fields |= certificate
    return OcspResponder(key, fields["subject"], above.issue(key.public, **fields))
