"""The five answers about each signature of a file, ready to be shown. No Qt here."""

from dataclasses import dataclass
from datetime import datetime

from app.crypto.verdict.facts import (
    CertificateFacts,
    ChainFacts,
    SignatureFacts,
    SignatureKind,
)
from app.crypto.verdict.numbering import numbers
from app.crypto.verdict.report import Indication, SignatureReport
from app.crypto.verifying.door import Checked
from app.texts import answers as spoken
from app.texts import moments, telling, verdicts
from app.texts.catalogue import _
from app.texts.errors import describe
from app.texts.showing import plain, utc_time
from app.ui.details import Lines
from app.ui.files import holds_no_signature
from app.ui.rows import AnswerLine, ReasonText, Tone

_TONES = {
    verdicts.Tone.GOOD: Tone.OK,
    verdicts.Tone.BAD: Tone.ERROR,
    verdicts.Tone.UNSURE: Tone.WARN,
    verdicts.Tone.PLAIN: Tone.PLAIN,
}


@dataclass(frozen=True, kw_only=True)
class SignatureAnswers:
    """One signature: the verdict, its cause, the five answers, remarks, technical lines."""

    label: str
    """What it is, and who made it: to be chosen by."""
    title: str
    person: str
    heading: str
    tone: Tone
    cause: ReasonText | None
    answers: tuple[AnswerLine, ...]
    remarks: tuple[str, ...]
    technical: Lines
    certificate: CertificateFacts | None
    chain: ChainFacts | None


@dataclass(frozen=True, kw_only=True)
class FileAnswers:
    """One file: the verdict on it, and its signatures."""

    name: str
    content: str
    heading: str
    tone: Tone
    errors: tuple[ReasonText, ...]
    signatures: tuple[SignatureAnswers, ...]
    disclaimer: str


def answers_of(checked: Checked) -> FileAnswers:
    """Return the answers about the one file of a check."""
    verification, at = checked.verifications[0], checked.report.control_time
    report, facts = verification.report, verification.facts
    known = numbers(report.signatures)
    by_index = {each.index: each for each in facts.signatures}
    return FileAnswers(
        name=plain(facts.path.name),
        content="" if facts.content is None else plain(facts.content.name),
        heading=verdicts.file_heading(report),
        tone=_tone(report.verdict, practice=any(each.practice for each in report.signatures)),
        errors=()
        if holds_no_signature(report)
        else tuple(_error(each.code, each.facts) for each in report.errors),
        signatures=tuple(
            _signature(each, by_index.get(each.index), at, known) for each in report.signatures
        ),
        disclaimer=spoken.disclaimer(),
    )


def _tone(verdict: Indication, *, practice: bool) -> Tone:
    if practice and verdict is not Indication.TOTAL_FAILED:
        return Tone.PRACTICE
    return _TONES[verdicts.tone(verdict)]


def _error(code: str, facts: dict[str, str | int | bool]) -> ReasonText:
    words = describe(code, facts)
    return ReasonText(
        heading=words.heading,
        explanation=words.explanation,
        advice=words.advice,
        tone=Tone.ERROR,
    )


def _signature(
    report: SignatureReport, facts: SignatureFacts | None, at: datetime, known: telling.Numbers
) -> SignatureAnswers:
    remarks = dict.fromkeys((*verdicts.reasons(report), *verdicts.warnings(report)))
    title = telling.title(report, known)
    person = "" if report.signer is None else spoken.person_and_organization(report.signer)
    return SignatureAnswers(
        label=" · ".join(part for part in (title, person) if part),
        title=title,
        person=person,
        heading=verdicts.heading_of(report),
        tone=_tone(report.verdict, practice=report.practice),
        cause=_cause(report),
        answers=_answers(report, at, known),
        remarks=tuple(remarks),
        technical=_technical(report, at),
        certificate=None if facts is None else facts.signer,
        chain=None if facts is None else facts.chain,
    )


def _cause(report: SignatureReport) -> ReasonText | None:
    found = verdicts.explanation(report)
    if found is None:
        return None
    return ReasonText(
        heading=found.sentence,
        advice=found.step,
        tone=_tone(report.verdict, practice=report.practice),
    )


def _answers(
    report: SignatureReport, at: datetime, known: telling.Numbers
) -> tuple[AnswerLine, ...]:
    said = telling.answers_about(report, at, known)
    details: tuple[tuple[str, ...], ...] = (
        (),
        _who(report),
        (),
        (*telling.times(report), *_dates(report)),
        (),
    )
    return tuple(
        AnswerLine(
            question=each.question,
            answer=each.answer,
            tone=_answer_tone(each.tone, practice=report.practice),
            details=more,
        )
        for each, more in zip(said, details, strict=False)
    )


def _dates(report: SignatureReport) -> tuple[str, ...]:
    """Tell the two dates: how the certificate stood when signed, and how it stands now."""
    return tuple(f"{one.label}: {one.sentence}" for one in moments.two_dates(report))


def _answer_tone(tone: verdicts.Tone, *, practice: bool) -> Tone:
    """Show as practice what would be a doubt in a real signature."""
    if practice and tone in {verdicts.Tone.UNSURE, verdicts.Tone.PLAIN}:
        return Tone.PRACTICE
    return _TONES[tone]


def _who(report: SignatureReport) -> tuple[str, ...]:
    signer = report.signer
    if signer is None:
        return ()
    numbers = (
        (_("SNILS"), signer.snils),
        (_("INN"), signer.inn),
        (_("OGRN"), signer.ogrn),
        (_("OGRNIP"), signer.ogrnip),
    )
    told = "  ·  ".join(f"{name} {plain(value)}" for name, value in numbers if value)
    return (told,) if told else ()


def _technical(report: SignatureReport, at: datetime) -> Lines:
    algorithms, times = report.algorithms, report.signing_time
    stamp = report.kind is SignatureKind.DOCUMENT_TIMESTAMP
    lines = [] if stamp else [(_("Format"), verdicts.level(report.level))]
    lines += [
        (
            _("Signature algorithm"),
            algorithms.signature or algorithms.signature_oid or _("unknown"),
        ),
        (_("Digest"), algorithms.digest or algorithms.digest_oid or _("unknown")),
        (_("Verdict"), report.verdict.value),
        (_("Checked for"), utc_time(at)),
    ]
    if report.sub_indication is not None:
        lines.insert(-1, (_("Sub-indication"), report.sub_indication.value))
    if times.rfc3161 is not None:
        lines.append((_("Proved time"), utc_time(times.rfc3161)))
    if times.claimed is not None:
        lines.append((_("Claimed time"), utc_time(times.claimed)))
    if report.signer is not None:
        lines.append((_("Serial number"), plain(report.signer.serial)))
        lines.append((_("Issuer"), plain(report.signer.issuer)))
    lines += [(_("Steps of the check"), told) for told in moments.blocks_told(report.blocks)]
    if report.models is not None:
        lines += [(_("Chain of certificates"), told) for told in moments.models_told(report.models)]
    if report.tool_by_certificate:
        lines.append((_("Tool named in the certificate"), plain(report.tool_by_certificate)))
    return tuple(lines)
