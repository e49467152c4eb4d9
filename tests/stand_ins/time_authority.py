"""A time-stamping authority of our own (RFC 3161), honest or lying as it is told.

tsa = time_authority(pki)                   # certificate issued by the test's authority
tsa.answer(request_der)                     # TimeStampResp in DER
tsa.lying(Lie.NONCE).answer(request_der)    # a copy that lies in one way
replace(tsa, digests=("sha256",))           # refuses every other digest with badAlg
replace(tsa, clock=timedelta(hours=1))      # its clock is wrong
tsa.token("sha256", digest)                 # a TimeStampToken without a request

Built with asn1crypto, not with the code under test.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from stand_ins.pki import Pki, authority, pki_of

from app.algorithms import asn1, digests, names
from app.crypto.certificates import building as build
from app.crypto.certificates.issuing import EphemeralKey, key_id

if TYPE_CHECKING:
    from app.algorithms.names import KeyAlgorithm

asn1.register()

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
POLICY = "1.2.643.2.2.38.4"


class Lie(StrEnum):
    """One way in which an authority can be wrong."""

    IMPRINT = "imprint"
    IMPRINT_DIGEST = "imprint_digest"
    NONCE = "nonce"
    NO_NONCE = "no_nonce"
    POLICY = "policy"
    REFUSED = "refused"
    REFUSED_WITH_TOKEN = "refused_with_token"
    GRANTED_WITHOUT_TOKEN = "granted_without_token"
    HALF = "half"
    HTML = "html"
    EMPTY = "empty"
    TRAILING = "trailing"
    NO_CERTIFICATE = "no_certificate"
    CONTENT_TYPE = "content_type"
    NO_ATTRIBUTES = "no_attributes"
    NO_SIGNING_CERTIFICATE = "no_signing_certificate"
    OTHER_SIGNING_CERTIFICATE = "other_signing_certificate"
    TWO_SIGNERS = "two_signers"
    NO_SIGNER = "no_signer"
    SIGNATURE = "signature"
    MESSAGE_DIGEST = "message_digest"
    VERSION = "version"
    DETACHED = "detached"
    CRITICAL_EXTENSION = "critical_extension"


@dataclass(frozen=True)
class TimeAuthority:
    """An authority: its key, its certificate and its manners."""

    key: EphemeralKey
    certificate: bytes
    chain: tuple[bytes, ...] = ()
    policy: str = POLICY
    digests: tuple[str, ...] = ()
    """The only digests it takes; empty: all."""
    accuracy: tuple[int, int, int] | None = (1, 500, 250)
    """Seconds, milliseconds, microseconds."""
    clock: timedelta = timedelta()
    at: datetime | None = None
    """Its one and only moment; None: now, by ``clock``."""
    status: int = 0
    name: bytes | None = None
    """DER of the name that it gives itself in its tokens; None: it gives none."""
    first_version: bool = False
    """signing-certificate with SHA-1, as most authorities of the world write it."""
    lie: Lie | None = None

    def lying(self, lie: Lie | None) -> TimeAuthority:
        """Return the same authority, which lies in this way."""
        return replace(self, lie=lie)

    def answer(self, request: bytes) -> bytes:
        """Answer one TimeStampReq."""
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint = asked["message_imprint"]
        digest = names.digest_by_oid(imprint["hash_algorithm"]["algorithm"].dotted).name
        if self.lie in _FLAT:
            return _FLAT[self.lie]
        if self.digests and digest not in self.digests:
            return refusal(2, 0, "no such digest")
        policy = asked["req_policy"].dotted if asked["req_policy"].native else self.policy
        token = self.token(
            digest,
            imprint["hashed_message"].native,
            nonce=asked["nonce"].native,
            policy=policy,
            with_certificate=bool(asked["cert_req"].native),
        )
        status = 2 if self.lie is Lie.REFUSED_WITH_TOKEN else self.status
        whole = sequence(status_only(status), token)
        if self.lie is Lie.HALF:
            return whole[: len(whole) // 2]
        return whole + (b"\0" if self.lie is Lie.TRAILING else b"")

    def token(
        self,
        digest_name: str,
        digest: bytes,
        *,
        nonce: int | None = None,
        policy: str | None = None,
        with_certificate: bool = True,
    ) -> bytes:
        """Return a TimeStampToken over a digest."""
        info = self._info(digest_name, digest, nonce, policy or self.policy)
        return self._signed(info, with_certificate=with_certificate)

    def _info(self, digest_name: str, digest: bytes, nonce: int | None, policy: str) -> bytes:
        if self.lie is Lie.IMPRINT:
            digest = bytes(len(digest))
        if self.lie is Lie.IMPRINT_DIGEST:
            digest_name, digest = "sha224", bytes(28)
        if self.lie is Lie.NONCE:
            nonce = (nonce or 0) + 1
        moment = (self.at or datetime.now(UTC)) + self.clock
        fields: dict[str, Any] = {
            "version": 2 if self.lie is Lie.VERSION else 1,
            "policy": "1.2.3.4" if self.lie is Lie.POLICY else policy,
            "message_imprint": {
                "hash_algorithm": {"algorithm": names.digest_by_name(digest_name).oid},
                "hashed_message": digest,
            },
            "serial_number": int.from_bytes(os.urandom(15)),
            "gen_time": moment.replace(microsecond=0),
        }
        if nonce is not None and self.lie is not Lie.NO_NONCE:
            fields["nonce"] = nonce
        if self.name is not None:
            named = asn1_x509.Name.load(self.name)
            fields["tsa"] = asn1_x509.GeneralName(name="directory_name", value=named)
        if self.accuracy is not None:
            seconds, millis, micros = self.accuracy
            fields["accuracy"] = {"seconds": seconds, "millis": millis, "micros": micros}
        if self.lie is Lie.CRITICAL_EXTENSION:
            fields["extensions"] = [
                {"extn_id": "1.2.3.4.5", "critical": True, "extn_value": b"\5\0"}
            ]
        return bytes(tsp.TSTInfo(fields).dump())

    def _signed(self, info: bytes, *, with_certificate: bool) -> bytes:
        kind = "data" if self.lie is Lie.CONTENT_TYPE else "tst_info"
        content = cms.EncapsulatedContentInfo({"content_type": kind})
        if self.lie is not Lie.DETACHED:
            content["content"] = core.ParsableOctetString(info)
        signers = [self._signer(info, kind)]
        if self.lie is Lie.TWO_SIGNERS:
            signers.append(self._signer(info, kind))
        if self.lie is Lie.NO_SIGNER:
            signers = []
        fields: dict[str, Any] = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": self._digest_oid}],
            "encap_content_info": content,
            "signer_infos": signers,
        }
        if with_certificate and self.lie is not Lie.NO_CERTIFICATE:
            fields["certificates"] = [
                asn1_x509.Certificate.load(der) for der in (self.certificate, *self.chain)
            ]
        signed = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(fields)})
        return bytes(signed.dump())

    @property
    def _digest_name(self) -> str:
        return names.default_digest(self.key.algorithm)

    @property
    def _digest_oid(self) -> str:
        return names.digest_by_name(self._digest_name).oid

    def _signer(self, info: bytes, kind: str) -> cms.SignerInfo:
        own = asn1_x509.Certificate.load(self.certificate)
        claimed = digests.digest(self._digest_name, info)
        if self.lie is Lie.MESSAGE_DIGEST:
            claimed = bytes(len(claimed))
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": [kind]},
                {"type": "message_digest", "values": [claimed]},
                *self._signing_certificate(),
            ]
        )
        bare = self.lie is Lie.NO_ATTRIBUTES
        signature = self.key.sign(info if bare else attributes.dump(force=True))
        if self.lie is Lie.SIGNATURE:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        algorithm = algos.SignedDigestAlgorithm.load(build.signature_algorithm(self.key.algorithm))
        named = cms.IssuerAndSerialNumber(
            {"issuer": own.issuer, "serial_number": own.serial_number}
        )
        fields: dict[str, Any] = {
            "version": "v1",
            "sid": cms.SignerIdentifier(name="issuer_and_serial_number", value=named),
            "digest_algorithm": {"algorithm": self._digest_oid},
            "signature_algorithm": algorithm,
            "signature": signature,
        }
        if not bare:
            fields["signed_attrs"] = attributes
        return cms.SignerInfo(fields)

    def _signing_certificate(self) -> list[dict[str, Any]]:
        if self.lie is Lie.NO_SIGNING_CERTIFICATE:
            return []
        meant = self.certificate
        if self.lie is Lie.OTHER_SIGNING_CERTIFICATE:
            meant = self.chain[0] if self.chain else meant + b"\0"
        if self.first_version:
            value: Any = tsp.SigningCertificate(
                {"certs": [{"cert_hash": digests.digest("sha1", meant)}]}
            )
            return [{"type": "signing_certificate", "values": [value]}]
        value = tsp.SigningCertificateV2(
            {
                "certs": [
                    {
                        "hash_algorithm": {"algorithm": self._digest_oid},
                        "cert_hash": digests.digest(self._digest_name, meant),
                    }
                ]
            }
        )
        return [{"type": "signing_certificate_v2", "values": [value]}]


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of elements in DER."""
    return bytes(core.Sequence(contents=b"".join(parts)).dump())


def status_only(status: int) -> bytes:
    """Return a PKIStatusInfo that says nothing but the status."""
    return bytes(tsp.PKIStatusInfo({"status": status}).dump())


def refusal(status: int, failure: int | None = None, text: str | None = None) -> bytes:
    """Return a TimeStampResp without a token; ``failure`` is a bit of PKIFailureInfo."""
    fields: dict[str, Any] = {"status": status}
    if text is not None:
        fields["status_string"] = [text]
    if failure is not None:
        bits = tuple(int(place == failure) for place in range(failure + 1))
        fields["fail_info"] = tsp.PKIFailureInfo(bits)
    return sequence(bytes(tsp.PKIStatusInfo(fields).dump()))


def extensions(
    public_key: bytes,
    issuer_key: bytes,
    *,
    purposes: tuple[str, ...] = (TIME_STAMPING,),
    critical: bool = True,
) -> tuple[build.ExtensionSpec, ...]:
    """Return the extensions of an authority's certificate (RFC 3161 §2.3), or odd ones."""
    purpose = (replace(build.extended_key_usage(*purposes), critical=critical),) if purposes else ()
    return (
        build.basic_constraints(ca=False),
        build.key_usage("digitalSignature", "nonRepudiation"),
        *purpose,
        build.subject_key_id(key_id(public_key)),
        build.authority_key_id(key_id(issuer_key)),
    )


def make_time_authority(
    pki: Pki,
    *,
    algorithm: KeyAlgorithm | None = None,
    purposes: tuple[str, ...] = (TIME_STAMPING,),
    critical: bool = True,
    **certificate: Any,
) -> TimeAuthority:
    """Make an authority under the test's issuing CA; ``certificate``: fields of the certificate."""
    key = EphemeralKey.generate(algorithm or pki.ca_issuer.key.algorithm)
    fields = {
        "subject": authority("Тестовая служба времени"),
        "extensions": extensions(
            key.public, pki.ca_issuer.key.public, purposes=purposes, critical=critical
        ),
    }
    issued = pki.issue(key.public, **(fields | certificate))
    return TimeAuthority(key, issued, (pki.ca,))


@cache
def time_authority_of(algorithm: KeyAlgorithm) -> TimeAuthority:
    """Return the authority of `pki_of` this algorithm, made once per process."""
    return make_time_authority(pki_of(algorithm))


_FLAT: Mapping[Lie, bytes] = {
    Lie.HTML: b"<!DOCTYPE html><html><body>It works!</body></html>",
    Lie.EMPTY: b"",
    Lie.REFUSED: refusal(2, 14, "временно не работает"),
    Lie.GRANTED_WITHOUT_TOKEN: sequence(status_only(0)),
}
