"""The five answers about each signature of a file, ready to be shown. No Qt here."""

from datetime import datetime
from typing import Final

from app.crypto.verdict.facts import (
    CertificateFacts,
    ChainFacts,
    SignatureFacts,
    SignatureKind,
)
from app.crypto.verdict.numbering import numbers
from app.crypto.verdict.report import (
    Indication,
    Integrity,
    SignatureReport,
    SubIndication,
)
from app.crypto.verifying.door import Checked
from app.texts import answers as spoken
from app.texts import moments, telling, verdicts
from app.texts.algorithm_words import digest_words, signing_words
from app.texts.catalogue import _
from app.texts.errors import describe
from app.texts.leading import headline, signed_by
from app.texts.showing import plain, utc_time
from app.ui.details import Lines
from app.ui.files import holds_no_signature
from app.ui.rows import TONE_ICONS, AnswerLine, ReasonText, Row, Tone, reason_of
from app.ui.timeline import Event, events_of
from app.values import dataclass

_WHO: Final = 1
"""Which answer says who signed."""
_NAME: Final = 60
_STEPS: Final = {
    SubIndication.SIGNED_DATA_NOT_FOUND: lambda: _(
        "Put the document beside the signature, or point to it."
    )
}
"""What to do where the window has buttons for it."""
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
    row: Row
    """How it is shown among several."""
    title: str
    person: str
    heading: str
    tone: Tone
    cause: ReasonText | None
    answers: tuple[AnswerLine, ...]
    events: tuple[Event, ...]
    path: str
    """The chain of certificates in one line; empty: there is none."""
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
    lead: str
    """Who signed, and on whose behalf."""
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
        heading=headline(report),
        lead=signed_by(report),
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
    return reason_of(describe(code, facts), Tone.ERROR)


def _signature(
    report: SignatureReport, facts: SignatureFacts | None, at: datetime, known: telling.Numbers
) -> SignatureAnswers:
    cause = _cause(report)
    title = telling.title(report, known)
    person = "" if report.signer is None else spoken.person_and_organization(report.signer)
    label = " · ".join(part for part in (title, person) if part)
    heading, tone = verdicts.heading_of(report), _tone(report.verdict, practice=report.practice)
    return SignatureAnswers(
        label=label,
        row=Row(
            key=str(report.index),
            title=person or title,
            caption=f"{title} · {heading}" if person else heading,
            icon=TONE_ICONS[tone],
            tone=tone,
        ),
        title=title,
        person=person,
        heading=heading,
        tone=tone,
        cause=cause,
        answers=_answers(report, at, known),
        events=events_of(report, facts, at),
        path=_path(facts),
        remarks=_remarks(report, cause),
        technical=_technical(report, at),
        certificate=None if facts is None else facts.signer,
        chain=None if facts is None else facts.chain,
    )


def _remarks(report: SignatureReport, cause: ReasonText | None) -> tuple[str, ...]:
    """Return reasons and warnings, each once; what the cause says already is left out."""
    # Of a broken signature the cause says all there is to say.
    broken = report.integrity is Integrity.BROKEN
    reasons = () if broken else verdicts.reasons(report)
    told = dict.fromkeys((*reasons, *verdicts.warnings(report)))
    left = tuple(each for each in told if cause is None or each != cause.heading)
    return _in_window(left)


def _path(facts: SignatureFacts | None) -> str:
    """Name the certificates of the chain, from the signer's up."""
    links = () if facts is None or facts.chain is None else facts.chain.links
    names = [each.certificate.subject for each in links]
    path = " → ".join(plain(each.common_name or each.text, _NAME) for each in names)
    if facts is None or facts.chain is None or not path:
        return ""
    return path if facts.chain.anchored else f"{path} → …"


def _cause(report: SignatureReport) -> ReasonText | None:
    found, sub = verdicts.explanation(report), report.sub_indication
    if found is None:
        return None
    return ReasonText(
        heading=found.sentence,
        advice=_STEPS[sub]() if sub in _STEPS else found.step,
        tone=_tone(report.verdict, practice=report.practice),
    )


def _answers(
    report: SignatureReport, at: datetime, known: telling.Numbers
) -> tuple[AnswerLine, ...]:
    said = telling.answers_about(report, at, known)
    return tuple(
        AnswerLine(
            question=each.question,
            answer=each.short or each.answer,
            tone=_answer_tone(each.tone, practice=report.practice),
            details=(*(_who(report) if place == _WHO else ()), *_in_window(each.rests_on)),
        )
        for place, each in enumerate(said)
    )


def _in_window(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Return sentences as the window says them: by its pages, and without what stands below."""
    by_page = {
        verdicts.notice("accredited_list_absent"): _(
            "There is no list of accredited authorities here, so whether the issuer was accredited "
            "is not known. It is taken in on the page of certificates."
        ),
        verdicts.notice("accredited_index_unread"): _(
            "The list of accredited authorities could not be read. Take it in anew on the page of "
            "certificates."
        ),
    }
    below = _("The check was made by an uncertified tool.")  # the last line of the card says it
    return tuple(by_page.get(each, each) for each in sentences if each != below)


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
            signing_words(algorithms.signature or algorithms.signature_oid or _("unknown")),
        ),
        (_("Digest"), digest_words(algorithms.digest or algorithms.digest_oid or _("unknown"))),
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
