"""The check of a time-stamp token: from octets to `TimeStampFacts` (rules T-01..T-03, T-05).

A token is a CMS signature over a TSTInfo; the CMS engine checks the signature, this module the
rest. A bad time-stamp is a fact, not an exception. Whom the authority's chain ends at is for the
caller's ``chain_of`` to find and for the judge to weigh.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import field, replace

from app.algorithms import names
from app.algorithms.der import DerError
from app.crypto.certificates.extensions import EXTENDED_KEY_USAGE
from app.crypto.certificates.names import name_key
from app.crypto.certificates.outline import Outline
from app.crypto.cms import tlv
from app.crypto.cms.checking import check_signer
from app.crypto.cms.codes import Remark
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.stamps import ChainOf
from app.crypto.cms.levels.tokens import material_of, material_of_values
from app.crypto.cms.reading import read_cms
from app.crypto.cms.structure import Form, SignedData, SignerInfo, digest_name_of
from app.crypto.timestamps.codes import StampProblem, StampRemark
from app.crypto.timestamps.info import MAX_SIZE, TST_INFO, TstInfo, read_info
from app.crypto.verdict.facts import (
    CertificateFacts,
    Notice,
    SignatureFacts,
    SigningCertificateAttribute,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.stamps import holds
from app.errors import Fact, RoscherkError
from app.values import dataclass

DigestOf = Callable[[str], bytes | None]
"""Our own digest of the stamped octets, by the name of the algorithm; None: not to be had."""

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
_SIGNING_USAGES = frozenset({"digitalSignature", "nonRepudiation", "contentCommitment"})
_FORGEABLE = frozenset({"md5"})
_DIRECTORY_NAME = 0xA4


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A token with all that was read of it."""

    facts: TimeStampFacts
    info: TstInfo | None
    """None: it cannot be read."""
    certificates: tuple[bytes, ...] = ()
    """Those that came with it, DER."""


def check_time_stamp(
    token: bytes,
    digest_of: DigestOf,
    kind: TimeStampKind,
    chain_of: ChainOf,
    *,
    extra_certificates: Sequence[bytes] = (),
) -> TimeStampFacts:
    """Check a time-stamp token and return the facts; nothing is raised for any token.

    ``digest_of`` digests the octets that a time-stamp of this kind is over; ``chain_of`` builds
    the authority's chain at the moment that the token names. ``extra_certificates`` are at hand
    from elsewhere, for tokens that do not carry the authority's own.
    """
    return examine(token, digest_of, kind, chain_of, extra_certificates).facts


def examine(
    token: bytes,
    digest_of: DigestOf,
    kind: TimeStampKind,
    chain_of: ChainOf,
    extra_certificates: Sequence[bytes] = (),
) -> Examined:
    """Check a token as `check_time_stamp` does, and keep what was read."""
    check = _Check(token, kind)
    try:
        check.read()
    except RoscherkError as error:
        facts = {name: fact for name, fact in error.facts.items() if name in {"where", "offset"}}
        check.problem(StampProblem.STRUCTURE, **facts)
    if check.signed is not None and check.info is not None:
        check.judge_info(check.info, digest_of)
        check.judge_signature(check.signed, check.info, chain_of, extra_certificates)
    certificates = () if check.signed is None else check.signed.certificates
    return Examined(facts=check.result(), info=check.info, certificates=certificates)


@dataclass
class _Check:
    """One token under examination."""

    token: bytes
    kind: TimeStampKind
    problems: list[Notice] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    signed: SignedData | None = None
    info: TstInfo | None = None
    matches: bool | None = None
    signature: SignatureFacts | None = None

    def problem(self, code: StampProblem, **facts: Fact) -> None:
        self.problems.append(Notice(code, facts))

    def remark(self, code: StampRemark, **facts: Fact) -> None:
        self.warnings.append(Notice(code, facts))

    def result(self) -> TimeStampFacts:
        """Draw the findings together."""
        sha256 = hashlib.sha256(self.token).hexdigest()
        if self.info is None:
            return TimeStampFacts(kind=self.kind, problems=tuple(self.problems), sha256=sha256)
        info = self.info
        return TimeStampFacts(
            kind=self.kind,
            time=info.time,
            accuracy=info.accuracy,
            policy=info.policy,
            serial=_hex(info.serial),
            imprint_digest=digest_name_of(info.digest),
            imprint_matches=self.matches,
            problems=tuple(self.problems),
            warnings=tuple(self.warnings),
            signature=self.signature,
            sha256=sha256,
        )

    def read(self) -> None:
        """Read the structure and the statement in it; raise what the reader raises."""
        signed = read_cms(self.token)
        if signed.form is not Form.BINARY or signed.problems:
            raise tlv.damaged("token", 0)
        if signed.content_type != TST_INFO:
            self.problem(StampProblem.CONTENT_TYPE, oid=signed.content_type)
            return
        content = signed.content
        if content is None or content.size > MAX_SIZE or len(content.prefix) != content.size:
            raise tlv.damaged("tst_info_expected", 0)
        self.info = read_info(content.prefix)
        self.signed = signed

    def judge_info(self, info: TstInfo, digest_of: DigestOf) -> None:
        """Hold the statement against what it should say."""
        if info.version != 1:
            self.problem(StampProblem.VERSION, version=info.version)
        for oid in info.critical:
            self.problem(StampProblem.EXTENSION, oid=oid)
        if not info.accuracy_sound:
            self.problem(StampProblem.ACCURACY)
        name = digest_name_of(info.digest)
        if name is None or name in _FORGEABLE:
            self.problem(StampProblem.ALGORITHM, digest=name or info.digest.oid)
        elif names.digest_by_name(name).weak:
            self.remark(StampRemark.WEAK_DIGEST, digest=name)
        own = None if name is None else digest_of(name)
        if own is not None:
            self.matches = own == info.imprint
            if not self.matches:
                self.problem(StampProblem.IMPRINT)

    def judge_signature(
        self,
        signed: SignedData,
        info: TstInfo,
        chain_of: ChainOf,
        extra_certificates: Sequence[bytes],
    ) -> None:
        """Check the authority's signature, its certificate and its chain."""
        if len(signed.signers) != 1:
            self.problem(StampProblem.SIGNERS, count=len(signed.signers))
            return
        signer = signed.signers[0]
        if not isinstance(signer, SignerInfo):
            self.problem(StampProblem.STRUCTURE)
            return
        facts = check_signer(signed, signer, extra_certificates=extra_certificates)
        facts = replace(facts, warnings=tuple(one for one in facts.warnings if _counts(one)))
        if facts.signer is None:
            self.problem(StampProblem.CERTIFICATE)
        elif not holds(facts):
            self.problem(StampProblem.SIGNATURE)
        if facts.signer is not None:
            self._judge_certificate(facts.signer, info)
            if facts.signing_certificate is not SigningCertificateAttribute.MATCH:
                self.problem(StampProblem.SIGNING_CERTIFICATE)
            material = material_of(signed) + material_of_values(signer.unsigned_attributes)
            pool = (*material.certificates, *extra_certificates)
            chain = chain_of(facts.signer.der, pool, material.crls, material.ocsp, info.time)
            facts = replace(facts, chain=chain)
        self.signature = facts

    def _judge_certificate(self, certificate: CertificateFacts, info: TstInfo) -> None:
        """Demand a certificate for time-stamps and nothing else (T-01)."""
        outline = Outline.read(certificate.der)
        critical = any(one.critical for one in outline.extensions if one.oid == EXTENDED_KEY_USAGE)
        if certificate.extended_key_usage != (TIME_STAMPING,) or not critical:
            self.problem(StampProblem.PURPOSE)
        usage = certificate.key_usage
        if usage is not None and not _SIGNING_USAGES.intersection(usage):
            self.problem(StampProblem.KEY_USAGE)
        if info.tsa is not None and not _names(info.tsa, outline):
            self.remark(StampRemark.OTHER_NAME)


def _counts(warning: Notice) -> bool:
    """Pass over the remark on attributes that the check of levels looks into."""
    unchecked = warning.code == Remark.UNSIGNED_ATTRIBUTE_UNCHECKED
    known = (*oids.CHECKED, oids.HASH_INDEX, oids.HASH_INDEX_V3)
    return not (unchecked and warning.facts.get("oid") in known)


def _names(tsa: bytes, certificate: Outline) -> bool:
    """Tell whether a GeneralName is the subject's; alternative names are not compared."""
    try:
        element = tlv.read_whole(tsa)
        if element.tag != _DIRECTORY_NAME:
            return True
        name = element.walker().take(tlv.SEQUENCE).raw
        return name == certificate.subject or name_key(name) == certificate.subject_key
    except (RoscherkError, DerError):
        return False


def _hex(serial: int) -> str:
    size = serial.bit_length() // 8 + 1
    text = serial.to_bytes(size, "big", signed=True).hex().upper()
    return text.removeprefix("00") or "00"
