"""What is told of a document time-stamp: it is nobody's signature, but an authority's word."""

from datetime import datetime

from app.crypto.verdict.facts import ChangesAfter
from app.crypto.verdict.report import Integrity, SignatureReport, SubIndication
from app.texts import answers
from app.texts.answers import SpokenAnswer
from app.texts.catalogue import _
from app.texts.showing import local_time
from app.texts.verdicts import Tone


def stamp_answers(report: SignatureReport, control_time: datetime) -> tuple[SpokenAnswer, ...]:
    """Answer the four questions about a document time-stamp, in their fixed order."""
    made_by = answers.who(report)
    confirmed = answers.in_force(report, control_time)
    return (
        _unchanged(report),
        SpokenAnswer(_("Who made the time stamp?"), made_by.answer, made_by.tone, _("Authority")),
        _moment(report),
        SpokenAnswer(
            _("Is the authority confirmed?"), confirmed.answer, confirmed.tone, confirmed.label
        ),
    )


def _unchanged(report: SignatureReport) -> SpokenAnswer:
    answer, tone = _not_established(report), Tone.UNSURE
    if report.integrity is Integrity.INTACT:
        answer, tone = _("The document has not changed since the time stamp was made."), Tone.GOOD
        if report.changes_after is ChangesAfter.SIGNATURE:
            answer = _(
                "The document has not changed; a further signature was added after the time stamp."
            )
    elif report.integrity is Integrity.BROKEN:
        answer, tone = _broken(report), Tone.BAD
    return SpokenAnswer(_("Is the document unchanged?"), answer, tone, _("Document"))


def _broken(report: SignatureReport) -> str:
    if report.sub_indication is SubIndication.SIG_CRYPTO_FAILURE:
        return _("The time stamp itself was altered, or this authority did not make it.")
    return _("The document was changed after the time stamp, or the stamp is of another document.")


def _not_established(report: SignatureReport) -> str:
    if report.changes_after not in {None, ChangesAfter.NONE}:
        return _("What was stamped is intact, but the file was changed after the time stamp.")
    return _("Not established.")


def _moment(report: SignatureReport) -> SpokenAnswer:
    """Tell the moment: proved, only named, or none."""
    question, label = _("Which moment does it prove?"), _("Time")
    proved, named = report.signing_time.rfc3161, report.signing_time.claimed
    if proved is not None:
        said = _("The document was there on {moment} at the latest.")
        tone = Tone.GOOD if report.integrity is Integrity.INTACT else Tone.UNSURE
        return SpokenAnswer(question, said.format(moment=local_time(proved)), tone, label)
    if named is not None:
        said = _("It names {moment}, but that is not proved.")
        return SpokenAnswer(question, said.format(moment=local_time(named)), Tone.UNSURE, label)
    return SpokenAnswer(question, _("It proves no moment."), Tone.UNSURE, label)
