"""What is told of each signature of a file: its title and its answers, by what it is there."""

from collections.abc import Mapping
from datetime import datetime

from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.report import Integrity, SignatureReport
from app.texts.answers import SpokenAnswer, altered, five_answers
from app.texts.catalogue import _
from app.texts.showing import local_time
from app.texts.stamp_answers import stamp_answers
from app.texts.verdicts import Tone

Numbers = Mapping[int, int]
"""By index, the numbers that people see (`app.crypto.verdict.numbering.numbers`)."""


def title(report: SignatureReport, known: Numbers) -> str:
    """Return what a signature is called in its file."""
    if report.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        return _("Document time stamp")
    own = _("Signature {number} of {total}").format(number=known[report.index], total=len(known))
    if report.kind is SignatureKind.COUNTER_SIGNATURE:
        return f"{own} · {_certifying(report, known)}"
    return own if len(known) > 1 else _("Signature")


def _certifying(report: SignatureReport, known: Numbers) -> str:
    parent = known.get(-1 if report.parent is None else report.parent)
    if parent is None:
        return _("Certifying signature")
    return _("Certifying signature (of signature {parent})").format(parent=parent)


def answers_about(
    report: SignatureReport, control_time: datetime, known: Numbers
) -> tuple[SpokenAnswer, ...]:
    """Answer the questions that are asked about such a signature, in their fixed order."""
    if report.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        return stamp_answers(report, control_time)
    _first, *others = five_answers(report, control_time)
    if report.kind is SignatureKind.COUNTER_SIGNATURE:
        return (_certified(report, known), *others)
    return (_first, *others)


def _certified(report: SignatureReport, known: Numbers) -> SpokenAnswer:
    """Answer one of a counter-signature: what it is over is a signature, not the document."""
    parent = known.get(-1 if report.parent is None else report.parent, "…")
    question, label = _("What does it certify, and is that unchanged?"), _("Certifies")
    if report.integrity is Integrity.INTACT:
        said = _("Signature {parent}, which has not changed since; not the document itself.")
        return SpokenAnswer(question, said.format(parent=parent), Tone.GOOD, label)
    if report.integrity is Integrity.BROKEN:
        said = altered()
        if "digest_mismatch" in report.reasons:
            said = _("Signature {parent} was changed since, or another one was certified.")
        return SpokenAnswer(question, said.format(parent=parent), Tone.BAD, label)
    said = _("Signature {parent}; whether it changed since is not established.")
    return SpokenAnswer(question, said.format(parent=parent), Tone.UNSURE, label)


def times(report: SignatureReport) -> tuple[str, ...]:
    """Say when a signature was made: what is proved comes first, what is only claimed after it."""
    if report.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        return ()  # the moment is one of its answers
    proved, claimed = report.signing_time.rfc3161, report.signing_time.claimed
    told: list[str] = []
    if proved is not None:
        said = _("The signature was there on {moment} at the latest: a time stamp proves it.")
        told.append(said.format(moment=local_time(proved)))
    if claimed is not None:
        said = _("By the signer's own clock it was made on {moment}; this is not proved.")
        told.append(said.format(moment=local_time(claimed)))
    return tuple(told) or (_("The signature does not say when it was made."),)
