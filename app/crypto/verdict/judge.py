"""The judge: facts and a policy in, a report out. Pure: no files, no clock, no network.

Every block that can run is run (rule V-02). The gravest finding decides; among equally grave ones
the first block. What time alone has brought about is judged again for the moment that a time-stamp
proves (`past`). Nothing is red because it is only unknown, and nothing is green while anything is
unknown (rule V-06).
"""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.crypto.mchd.applying import with_attorneys
from app.crypto.verdict import answers, blocks, moments, past
from app.crypto.verdict.blocks import View
from app.crypto.verdict.facts import (
    FileFacts,
    Notice,
    SignatureFacts,
    SignatureKind,
    TimeStampFacts,
)
from app.crypto.verdict.policy import Policy
from app.crypto.verdict.proved_time import Proof, proof_of
from app.crypto.verdict.remarks import remarks
from app.crypto.verdict.report import (
    Algorithms,
    Block,
    ControlTimeSource,
    FileReport,
    Indication,
    SignatureReport,
    SigningTime,
    SubIndication,
    Trust,
)
from app.crypto.verdict.seen import chain_at
from app.crypto.verdict.standing import standing_of
from app.crypto.verdict.terms import (
    WORST_FIRST,
    Conclusion,
    Finding,
    Terms,
    conclude,
    unsure,
)
from app.errors import ErrorCode
from app.values import dataclass

__all__ = ["Terms", "judge_file", "judge_signature", "path_text"]

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


def judge_file(facts: FileFacts, policy: Policy, terms: Terms) -> FileReport:
    """Judge one file: each of its signatures, and the worst of them for the file (rule CMS-04)."""
    signatures = tuple(
        judge_signature(found, facts.warnings, policy, terms, _stamps_after(facts, place))
        for place, found in enumerate(facts.signatures)
    )
    signatures = with_attorneys(
        facts, signatures, terms.at, lambda signed: judge_file(signed, policy, terms)
    )
    verdict = _file_verdict(signatures, facts.errors)
    return FileReport(
        path=path_text(facts.path),
        format=facts.format,
        content=None if facts.content is None else path_text(facts.content),
        sha256=facts.sha256,
        verdict=verdict,
        signatures=signatures,
        errors=facts.errors,
        standing=standing_of(verdict, signatures, errors=bool(facts.errors)),
        network=facts.network,
    )


def _stamps_after(facts: FileFacts, place: int) -> tuple[TimeStampFacts, ...]:
    """Return the document time-stamps over a document time-stamp: those further on in the file.

    A signature names those over it itself (`SignatureFacts.time_stamps`).
    """
    if facts.signatures[place].kind is not SignatureKind.DOCUMENT_TIMESTAMP:
        return ()
    return tuple(
        stamp
        for later in facts.signatures[place + 1 :]
        if later.kind is SignatureKind.DOCUMENT_TIMESTAMP
        for stamp in later.time_stamps
    )


def path_text(path: Path) -> str:
    """Write a path as text that every reader of JSON takes, also where its name is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _file_verdict(
    signatures: tuple[SignatureReport, ...], errors: tuple[Notice, ...]
) -> Indication:
    """Return the worst verdict; without signatures, what the errors leave.

    A time-stamp of the document that holds is no signature: alone, it makes nothing valid. Nor does
    a signature beside which something stayed unread: it may be the very document (rule V-06).
    """
    codes = {notice.code for notice in errors if notice.facts.get("signed") is not False}
    verdicts = {report.verdict for report in signatures}
    if all(report.kind is SignatureKind.DOCUMENT_TIMESTAMP for report in signatures):
        verdicts.discard(Indication.TOTAL_PASSED)
    if codes & _DAMAGED:
        verdicts.add(Indication.TOTAL_FAILED)
    if codes & _UNJUDGED or (verdicts and codes):
        verdicts.add(Indication.INDETERMINATE)
    return next((worst for worst in WORST_FIRST if worst in verdicts), Indication.NO_SIGNATURE)


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """All that was concluded on one signature."""

    conclusion: Conclusion
    now: Conclusion
    then: Conclusion | None
    """At the moment that a time-stamp proves; None: none does."""
    blocks: tuple[Block, ...]
    at: datetime
    """The moment that the verdict is about."""


def judge_signature(
    facts: SignatureFacts,
    file_warnings: tuple[Notice, ...],
    policy: Policy,
    terms: Terms,
    later: Sequence[TimeStampFacts] = (),
) -> SignatureReport:
    """Judge one signature. ``later``: time-stamps over all of it besides its own."""
    practice = answers.is_practice(facts)
    trusted = answers.trust(facts.chain)
    if practice and not terms.allow_practice and trusted is Trust.TRUSTED:
        # A practice root is no root for anybody who did not ask for practice (decision 16).
        trusted = Trust.UNTRUSTED
    proof = proof_of(facts, policy, terms, later)
    judged = _judge(facts, policy, terms, proof)
    verdict, sub, reasons = judged.conclusion
    chain = chain_at(facts, judged.at)
    qualification = answers.qualification_of(facts, judged.at, practice=practice)
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
        revocation=answers.revocation(chain, judged.at),
        qualified_certificate=answers.qualified(qualification, practice=practice),
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
        signing_time=SigningTime(_claimed(facts), proof.at, proof.by_law),
        control_time_source=_source(judged, terms),
        coverage=facts.coverage,
        changes_after=facts.changes_after,
        chain=answers.chain_links(chain, judged.at),
        warnings=(
            *facts.warnings,
            *file_warnings,
            *remarks(facts, policy, terms, proof, judged.at),
        ),
        moments=moments.moments_of(facts, policy, terms, proof, then=judged.then, now=judged.now),
        blocks=judged.blocks,
        models=moments.models_of(facts, terms.at, proof),
        qualification=qualification,
    )


def _claimed(facts: SignatureFacts) -> datetime | None:
    """Return what the signature says itself; a document time-stamp has one moment to say."""
    if facts.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        return next((stamp.time for stamp in facts.time_stamps), None)
    return facts.claimed_time


def _source(judged: _Judged, terms: Terms) -> ControlTimeSource:
    if judged.at != terms.at:
        return ControlTimeSource.TIMESTAMP
    return ControlTimeSource.USER if terms.at_by_user else ControlTimeSource.NOW


def _judge(facts: SignatureFacts, policy: Policy, terms: Terms, proof: Proof) -> _Judged:
    """Run all blocks, at the control time and at the proved moment, and draw them together."""
    now = _run(facts, policy, terms, View(chain=facts.chain, at=terms.at))
    stamps = [*blocks.document_stamp(facts)]
    if not proof.in_order:
        stamps.append(unsure(SubIndication.TIMESTAMP_ORDER_FAILURE, "time_stamps_disorder"))
    now.append(("time_stamps", stamps))
    of_past = [*past.impossible(facts, proof)]
    findings = [*_all(now), *of_past]
    at, then, shown = terms.at, None, of_past
    if proof.at is not None:
        view = View(
            chain=chain_at(facts, proof.at), at=proof.at, known_now=facts.chain, now=terms.at
        )
        found = [*_all(_run(facts, policy, terms, view)), *stamps, *of_past]
        then, shown = conclude(found), found
        if findings and past.curable(findings):
            findings, at = found, proof.at
    if terms.at_by_user and not findings:
        # Nobody but the user vouches for that moment: never plain green (63-ФЗ art. 11).
        findings = [unsure(SubIndication.NO_POE, "conditional_time")]
    told = tuple(_block(name, each) for name, each in now)
    if proof.at is not None or of_past:
        told += (_block("past", shown),)
    return _Judged(
        conclusion=conclude(findings), now=conclude(_all(now)), then=then, blocks=told, at=at
    )


def _run(
    facts: SignatureFacts, policy: Policy, terms: Terms, view: View
) -> list[tuple[str, list[Finding]]]:
    """Run the blocks in the order of EN 319 102-1 for one moment."""
    certificates = [*blocks.certificates(facts, view, policy)]
    acceptance = [
        *blocks.acceptance(facts, policy),
        *blocks.strength_of(facts, view, policy),
    ]
    if answers.is_practice(facts) and not terms.allow_practice:
        acceptance.append(unsure(SubIndication.CHAIN_CONSTRAINTS_FAILURE, "practice"))
    return [
        ("format", [*blocks.format_(facts)]),
        ("identification", [*blocks.identification(facts)]),
        ("context", [*blocks.context(facts, policy)]),
        ("certificates", certificates),
        ("cryptography", [*blocks.cryptography(facts)]),
        ("acceptance", acceptance),
    ]


def _all(run: Sequence[tuple[str, list[Finding]]]) -> list[Finding]:
    return [one for _, found in run for one in found]


def _block(name: str, findings: Sequence[Finding]) -> Block:
    verdict, sub, reasons = conclude(findings)
    return Block(name=name, indication=verdict, sub_indication=sub, reasons=reasons)
