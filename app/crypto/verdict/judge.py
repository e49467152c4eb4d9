"""The judge: facts and a policy in, a report out. Pure: no files, no clock, no network.

Every block that can run is run (rule V-02). The gravest finding decides; among equally grave ones
the first block. Nothing is red because it is only unknown, and nothing is green while anything is
unknown (rule V-06).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.crypto.certificates.qualified import qualification
from app.crypto.mchd.applying import with_attorneys
from app.crypto.verdict import answers, strength
from app.crypto.verdict.chain_warnings import chain_warnings
from app.crypto.verdict.facts import (
    Coverage,
    FileFacts,
    LinkFacts,
    Notice,
    RevocationStatus,
    SignatureFacts,
    SignatureKind,
    SigningCertificateAttribute,
)
from app.crypto.verdict.policy import Policy
from app.crypto.verdict.proved_time import proved_time, stamp_warnings
from app.crypto.verdict.report import (
    Algorithms,
    ControlTimeSource,
    FileReport,
    Indication,
    SignatureReport,
    SigningTime,
    SubIndication,
    Trust,
)
from app.crypto.verdict.stamps import is_sound
from app.errors import ErrorCode

_WORST_FIRST = (Indication.TOTAL_FAILED, Indication.INDETERMINATE, Indication.TOTAL_PASSED)
_SIGNING_USAGES = frozenset({"digitalSignature", "nonRepudiation"})
_SERVICES = frozenset({"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"})
"""Purposes of servers, of time-stamping authorities and of OCSP responders: whose certificate has
no other one signs no documents (RFC 5280 §4.2.1.12, rule X-10)."""

_DAMAGED = frozenset(
    {
        ErrorCode.FORMAT_DAMAGED,
        ErrorCode.FORMAT_TOO_COMPLEX,
        ErrorCode.PDF_DAMAGED,
        ErrorCode.CHILD_CRASHED,
        ErrorCode.CHILD_SILENT,
        ErrorCode.CHILD_OVER_LIMIT,
    }
)
"""What a hostile or broken file does to whoever reads it (rule V-07): never a good signature."""

_UNJUDGED = frozenset(
    {ErrorCode.XML_SIGNATURE_UNSUPPORTED, ErrorCode.CHILD_NOT_STARTED, ErrorCode.UNEXPECTED}
)
"""The file may well be signed, but this program could not judge it."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Under what a file is judged, besides the policy."""

    at: datetime
    at_by_user: bool = False
    allow_practice: bool = False


@dataclass(frozen=True)
class Finding:
    """What one block concluded."""

    indication: Indication
    sub: SubIndication
    reasons: tuple[str, ...]


def _failed(sub: SubIndication, *reasons: str) -> Finding:
    return Finding(Indication.TOTAL_FAILED, sub, reasons)


def _unsure(sub: SubIndication, *reasons: str) -> Finding:
    return Finding(Indication.INDETERMINATE, sub, reasons)


def judge_file(facts: FileFacts, policy: Policy, terms: Terms) -> FileReport:
    """Judge one file: each of its signatures, and the worst of them for the file (rule CMS-04)."""
    signatures = tuple(
        judge_signature(found, facts.warnings, policy, terms) for found in facts.signatures
    )
    signatures = with_attorneys(
        facts, signatures, terms.at, lambda signed: judge_file(signed, policy, terms)
    )
    return FileReport(
        path=path_text(facts.path),
        format=facts.format,
        content=None if facts.content is None else path_text(facts.content),
        sha256=facts.sha256,
        verdict=_file_verdict(signatures, facts.errors),
        signatures=signatures,
        errors=facts.errors,
    )


def path_text(path: Path) -> str:
    """Write a path as text that every reader of JSON takes, also where its name is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _file_verdict(
    signatures: tuple[SignatureReport, ...], errors: tuple[Notice, ...]
) -> Indication:
    """Return the worst verdict; without signatures, what the errors leave.

    A time-stamp of the document that holds is no signature: alone, it makes nothing valid.
    """
    codes = {notice.code for notice in errors if notice.facts.get("signed") is not False}
    verdicts = {report.verdict for report in signatures}
    if all(report.kind is SignatureKind.DOCUMENT_TIMESTAMP for report in signatures):
        verdicts.discard(Indication.TOTAL_PASSED)
    if codes & _DAMAGED:
        verdicts.add(Indication.TOTAL_FAILED)
    if codes & _UNJUDGED:
        verdicts.add(Indication.INDETERMINATE)
    return next((worst for worst in _WORST_FIRST if worst in verdicts), Indication.NO_SIGNATURE)


def judge_signature(
    facts: SignatureFacts, file_warnings: tuple[Notice, ...], policy: Policy, terms: Terms
) -> SignatureReport:
    """Judge one signature."""
    practice = answers.is_practice(facts)
    trusted = answers.trust(facts.chain)
    if practice and not terms.allow_practice and trusted is Trust.TRUSTED:
        # A practice root is no root for anybody who did not ask for practice (decision 16).
        trusted = Trust.UNTRUSTED
    verdict, sub, reasons = _conclude(tuple(_findings(facts, policy, terms, practice=practice)))
    return SignatureReport(
        index=facts.index,
        kind=facts.kind,
        parent=facts.parent,
        practice=practice,
        verdict=verdict,
        sub_indication=sub,
        reasons=reasons,
        integrity=answers.integrity(facts),
        trust=trusted,
        revocation=answers.revocation(facts.chain, terms.at),
        qualified_certificate=answers.qualified(facts.signer, practice=practice),
        tool_by_certificate=None if facts.signer is None else facts.signer.subject_sign_tool,
        authority=answers.authority(facts.signer, policy),
        signer=answers.signer(facts.signer),
        algorithms=Algorithms(
            facts.algorithms.signature,
            facts.algorithms.digest,
            facts.algorithms.signature_oid,
            facts.algorithms.digest_oid,
        ),
        level=facts.level,
        signing_time=SigningTime(
            _claimed(facts),
            proved_time(facts, policy, terms.at, allow_practice=terms.allow_practice),
        ),
        control_time_source=ControlTimeSource.USER if terms.at_by_user else ControlTimeSource.NOW,
        coverage=facts.coverage,
        changes_after=facts.changes_after,
        chain=answers.chain_links(facts.chain, terms.at),
        warnings=facts.warnings + file_warnings + tuple(_warnings(facts, policy, terms)),
    )


def _claimed(facts: SignatureFacts) -> datetime | None:
    """Return what the signature says itself; a document time-stamp has one moment to say."""
    if facts.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        return next((stamp.time for stamp in facts.time_stamps), None)
    return facts.claimed_time


def _conclude(
    findings: tuple[Finding, ...],
) -> tuple[Indication, SubIndication | None, tuple[str, ...]]:
    """Let the gravest finding decide; its reasons come first, then all others."""
    for indication in _WORST_FIRST:
        for deciding in findings:
            if deciding.indication is indication:
                told = [*deciding.reasons, *(code for one in findings for code in one.reasons)]
                return indication, deciding.sub, tuple(dict.fromkeys(told))
    return Indication.TOTAL_PASSED, None, ()


def _findings(
    facts: SignatureFacts, policy: Policy, terms: Terms, *, practice: bool
) -> Iterator[Finding]:
    """Run all blocks in the order of EN 319 102-1."""
    yield from _format(facts)
    yield from _signing_certificate(facts)
    yield from _path(facts)
    yield from _validity(facts, terms.at)
    yield from _revocation(facts, terms.at)
    yield from _crypto(facts)
    yield from _acceptance(facts)
    yield from _document_stamp(facts)
    yield from _strength(facts, policy, terms.at)
    if practice and not terms.allow_practice:
        yield _unsure(SubIndication.CHAIN_CONSTRAINTS_FAILURE, "practice")


def _format(facts: SignatureFacts) -> Iterator[Finding]:
    """Refuse a structure that lies."""
    if facts.format_problems:
        yield _failed(SubIndication.FORMAT_FAILURE, *(one.code for one in facts.format_problems))


def _signing_certificate(facts: SignatureFacts) -> Iterator[Finding]:
    """Require the one certificate that the signature names."""
    if facts.signer is None:
        yield _unsure(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, "signer_not_found")
    elif facts.signing_certificate is SigningCertificateAttribute.MISMATCH:
        yield _unsure(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, "signing_certificate_mismatch")


def _path(facts: SignatureFacts) -> Iterator[Finding]:
    """Require a path to a root that the user brought, sound at every link, for this purpose."""
    if facts.signer is None:
        return
    if facts.chain is None:
        yield _unsure(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "chain_not_built")
    else:
        if not facts.chain.anchored:
            code = facts.chain.break_code or "root_not_trusted"
            yield _unsure(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, code)
        for link in facts.chain.links:
            for problem in link.problems:
                if problem.code not in answers.TIME_CODES:
                    yield _unsure(_sub_of_problem(problem.code), problem.code)
    usage, purposes = facts.signer.key_usage, set(facts.signer.extended_key_usage)
    only_service = bool(purposes) and purposes <= _SERVICES
    if facts.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        only_service = False
    if only_service or (usage is not None and not _SIGNING_USAGES & set(usage)):
        yield _unsure(SubIndication.CHAIN_CONSTRAINTS_FAILURE, "key_usage_not_for_signing")


def _sub_of_problem(code: str) -> SubIndication:
    """Tell a forged or unreadable link from one that may not do what it did."""
    if code == "bad_signature":
        return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    return SubIndication.CHAIN_CONSTRAINTS_FAILURE


def _validity(facts: SignatureFacts, at: datetime) -> Iterator[Finding]:
    """Require every certificate to be in force at the control time (shell model, rule X-08)."""
    if facts.signer is not None:
        if at < facts.signer.not_before:
            yield _unsure(SubIndication.OUT_OF_BOUNDS_NO_POE, "not_yet_valid")
        if at > facts.signer.not_after:
            yield _unsure(_sub_of_expiry(facts), "expired")
    issuers = () if facts.chain is None else facts.chain.links[1:]
    for link in issuers:
        if not link.certificate.not_before <= at <= link.certificate.not_after:
            code = "ca_expired" if at > link.certificate.not_after else "ca_not_yet_valid"
            yield _unsure(SubIndication.OUT_OF_BOUNDS_NO_POE, code)


def _sub_of_expiry(facts: SignatureFacts) -> SubIndication:
    """Tell whether the certificate lived to its end without being revoked."""
    for link in answers.below_anchor(facts.chain)[:1]:
        found = link.revocation
        told = found.this_update is not None and found.this_update <= link.certificate.not_after
        if found.status is RevocationStatus.GOOD and told:
            # A later list proves nothing: expired certificates drop out of it.
            return SubIndication.OUT_OF_BOUNDS_NOT_REVOKED
    return SubIndication.OUT_OF_BOUNDS_NO_POE


def _revocation(facts: SignatureFacts, at: datetime) -> Iterator[Finding]:
    """Require that the signer and every CA below the root are known not to be revoked."""
    if facts.chain is None:
        return
    for index, link in enumerate(facts.chain.links):
        if not link.anchor:
            # Where the path itself is missing, nobody could vouch for the state of its links.
            yield from _revocation_of(
                link, at, prefix="ca_" if index else "", unknown_counts=facts.chain.anchored
            )


def _revocation_of(
    link: LinkFacts, at: datetime, prefix: str, *, unknown_counts: bool
) -> Iterator[Finding]:
    """Judge the state of one certificate."""
    status = answers.revocation_at(link, at)
    if status is RevocationStatus.REVOKED:
        # Without a proved time of signing nobody can say that it came first (rule R-03).
        sub = SubIndication.REVOKED_CA_NO_POE if prefix else SubIndication.REVOKED_NO_POE
        yield _unsure(sub, f"{prefix}revoked")
    elif status is RevocationStatus.ON_HOLD:
        yield _unsure(SubIndication.TRY_LATER, f"{prefix}on_hold")
    elif status is not RevocationStatus.GOOD and unknown_counts:
        why = () if link.revocation.problem is None else (link.revocation.problem,)
        yield _unsure(SubIndication.TRY_LATER, f"{prefix}revocation_unknown", *why)


def _crypto(facts: SignatureFacts) -> Iterator[Finding]:
    """Compare the digest, check the signature value; what cannot be checked is unknown, not bad."""
    if facts.digest_matches is False:
        yield _failed(SubIndication.HASH_FAILURE, "digest_mismatch")
    if facts.signature_verifies is False:
        yield _failed(SubIndication.SIG_CRYPTO_FAILURE, "signature_wrong")
    if not facts.content_found:
        yield _unsure(SubIndication.SIGNED_DATA_NOT_FOUND, "content_not_found")
    if facts.unsupported:
        codes = tuple(notice.code for notice in facts.unsupported)
        yield _unsure(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, *codes)
    if facts.digest_matches is None or facts.signature_verifies is None:
        # Also the net below all blocks: nothing passes unless both were established.
        told = bool(facts.format_problems or facts.unsupported) or not facts.content_found
        if not told and facts.signer is not None:
            yield _unsure(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "signature_not_checked")


def _acceptance(facts: SignatureFacts) -> Iterator[Finding]:
    """Refuse what is well formed but may not be relied upon."""
    codes = tuple(notice.code for notice in facts.constraint_problems)
    if facts.coverage is Coverage.PARTIAL:
        codes += ("coverage_partial",)
    if answers.unexplained_changes(facts) and not codes:
        codes += (f"changes_{facts.changes_after}",)
    if codes:
        yield _unsure(SubIndication.SIG_CONSTRAINTS_FAILURE, *codes)


def _document_stamp(facts: SignatureFacts) -> Iterator[Finding]:
    """Require of a document time-stamp all that makes a time-stamp (EN 319 142-1 §5.4.3)."""
    if facts.kind is not SignatureKind.DOCUMENT_TIMESTAMP:
        return
    if not facts.time_stamps:
        yield _failed(SubIndication.FORMAT_FAILURE, "level_stamp_unsound")
    for stamp in facts.time_stamps:
        if stamp.imprint_matches is False:
            yield _failed(SubIndication.HASH_FAILURE, "level_stamp_wrong")
        elif not is_sound(stamp):
            codes = tuple(notice.code for notice in stamp.problems)
            yield _unsure(SubIndication.SIG_CONSTRAINTS_FAILURE, "level_stamp_unsound", *codes)


def _strength(facts: SignatureFacts, policy: Policy, at: datetime) -> Iterator[Finding]:
    """Refuse algorithms and keys that prove nothing at the control time (rule CMS-13, GST-08)."""
    for weakness in strength.weaknesses(facts, policy, at):
        sub = SubIndication.CRYPTO_CONSTRAINTS_FAILURE
        if weakness.sound_when_claimed:
            sub = SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
        yield _unsure(sub, weakness.code)


def _warnings(facts: SignatureFacts, policy: Policy, terms: Terms) -> Iterator[Notice]:
    """Tell what does not change the verdict but must be known."""
    if terms.at_by_user:
        yield Notice("conditional_time", {"at": _text(terms.at)})
    yield from _warnings_of_time(facts, policy, terms.at)
    yield from chain_warnings(facts.chain, terms.at)
    yield from stamp_warnings(facts, policy, terms.at, allow_practice=terms.allow_practice)
    if facts.signer is not None and facts.kind is not SignatureKind.DOCUMENT_TIMESTAMP:
        yield from qualification(facts.signer).warnings
    for link in answers.below_anchor(facts.chain):
        found, subject = link.revocation, link.certificate.subject.text
        if answers.revocation_at(link, terms.at) is not found.status and found.revoked_at:
            yield Notice("revoked_later", {"at": _text(found.revoked_at), "subject": subject})
        if found.this_update is not None and not link.certificate.practice:
            age = terms.at - found.this_update
            if age > timedelta(hours=policy.revocation.told_after_hours):
                told = _text(found.this_update)
                yield Notice("revocation_data_old", {"at": told, "subject": subject})


def _warnings_of_time(facts: SignatureFacts, policy: Policy, at: datetime) -> Iterator[Notice]:
    """Hold the claimed time against the check and against the certificate (rules CMS-10, X-11)."""
    claimed, certificate = facts.claimed_time, facts.signer
    if claimed is not None and claimed > at + timedelta(minutes=policy.clock.skew_minutes):
        yield Notice("claimed_time_in_future", {"at": _text(claimed)})
    if certificate is None:
        return
    moment = claimed or at
    if claimed is not None and not certificate.not_before <= claimed <= certificate.not_after:
        yield Notice("claimed_time_outside_certificate", {"at": _text(claimed)})
    begin, end = certificate.private_key_not_before, certificate.private_key_not_after
    if (begin is not None and moment < begin) or (end is not None and moment > end):
        yield Notice("key_period_over", {"at": _text(moment)})


def _text(moment: datetime) -> str:
    """Write a moment into the facts of a notice, as everywhere in the report."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
