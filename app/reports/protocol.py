"""The verification protocol: a report on paper, the same answers as on the screen."""

import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import PurePath
from types import MappingProxyType

from fpdf.enums import Align, XPos, YPos

from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.numbering import numbers
from app.crypto.verdict.report import ChainLink, FileReport, Indication, Report, SignatureReport
from app.reports.paper import FAINT, INK, PRACTICE, PRACTICE_TINT, Colours, Paper
from app.texts.answers import SpokenAnswer, disclaimer
from app.texts.catalogue import N_, _, language
from app.texts.errors import describe
from app.texts.showing import local_time, plain
from app.texts.telling import Numbers, answers_about, times, title
from app.texts.verdicts import (
    Tone,
    explanation,
    file_heading,
    heading_of,
    level,
    notice,
    reasons,
    tone,
    warnings,
)

_COLOURS: Mapping[Tone, Colours] = MappingProxyType(
    {
        Tone.GOOD: Colours((20, 108, 67), (234, 247, 240)),
        Tone.BAD: Colours((176, 32, 24), (253, 238, 236)),
        Tone.UNSURE: Colours((138, 92, 4), (255, 247, 224)),
        Tone.PLAIN: Colours((71, 80, 96), (244, 246, 249)),
    }
)
_OF_PRACTICE = Colours(PRACTICE, PRACTICE_TINT)
_MARKS: Mapping[Tone, str] = MappingProxyType(
    {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.UNSURE: "?", Tone.PLAIN: "·"}
)
_LABEL = 48.0
_SIGNATURE_ROOM = 95.0
"""Millimetres: the verdict and its answers stay on one page."""


class _Protocol(Paper):
    """The protocol's sheet: with practice in it, every page says so."""

    practice = False

    def header(self) -> None:
        """Print the practice mark."""
        if not self.practice:
            return
        self.set_fill_color(*PRACTICE_TINT)
        self.rect(0, 0, self.w, 13, style="F")
        self.set_y(4.5)
        self.ink(PRACTICE, 9, bold=True)
        words = _("PRACTICE: what is written here has no legal force")
        self.cell(0, 4, words, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(20)
        self.ink()


def protocol(report: Report) -> bytes:
    """Return the protocol as a PDF, in the language of this process."""
    title = _("Protocol of signature verification")
    with _Protocol(
        title=title, language=language(), created=report.checked_at, footer=title
    ) as paper:
        paper.practice = any(one.practice for file in report.files for one in file.signatures)
        paper.add_page()
        _opening(paper, report)
        for file in report.files:
            _file(paper, file, report.control_time)
        _closing(paper, report)
        written = io.BytesIO()
        paper.output(written)
        return written.getvalue()


def _opening(paper: Paper, report: Report) -> None:
    """Write the title and when the check was made, and for which moment."""
    paper.ink(INK, 18, bold=True)
    paper.paragraph(_("Protocol of signature verification"), gap=1)
    paper.ink(FAINT, 9)
    checked = _("Checked {moment} on this computer, without the network.")
    paper.paragraph(checked.format(moment=local_time(report.checked_at)), gap=0.5)
    if report.control_time != report.checked_at:
        judged = _("Judged for a moment that the user named: {moment}.")
        paper.paragraph(judged.format(moment=local_time(report.control_time)), gap=0.5)
    paper.ln(1)


def _file(paper: Paper, file: FileReport, at: datetime) -> None:
    """Write the verdict on one file and on each of its signatures."""
    paper.room(_SIGNATURE_ROOM if file.signatures else 45)
    paper.rule(before=1)
    paper.ink(INK, 13, bold=True)
    paper.paragraph(plain(PurePath(file.path).name), gap=1)
    paper.ink(size=8)
    for label, value in _origin(file):
        paper.beside(label, value, width=_LABEL, gap=0.3)
    paper.ln(2)
    known = numbers(file.signatures)
    single = len(file.signatures) == len(known) == 1
    if not single:
        _file_verdict(paper, file)
    for signature in file.signatures:
        if not single:
            paper.room(_SIGNATURE_ROOM)
            paper.ink(INK, 10.5, bold=True)
            paper.paragraph(title(signature, known), gap=1.5)
        _signature(paper, signature, at, known)
    _errors(paper, file)


def _origin(file: FileReport) -> Iterator[tuple[str, str]]:
    """Say which file it was, so that another one cannot be taken for it."""
    yield _("File"), plain(file.path, 1000)
    if file.content is not None:
        yield _("Document"), plain(file.content, 1000)
    if file.sha256 is not None:
        yield "SHA-256", file.sha256


def _file_verdict(paper: Paper, file: FileReport) -> None:
    """Head a file that has no signature, or several."""
    words, colours = file_heading(file), _COLOURS[tone(file.verdict)]
    if file.errors and not file.signatures:
        words = describe(file.errors[0].code, file.errors[0].facts).heading
    if any(one.practice for one in file.signatures):
        colours = _OF_PRACTICE
    paper.banner(words, colours)


def _errors(paper: Paper, file: FileReport) -> None:
    for error in file.errors:
        told = describe(error.code, error.facts)
        paper.ink()
        paper.paragraph(f"{told.explanation} {told.advice}")


def _signature(paper: Paper, signature: SignatureReport, at: datetime, known: Numbers) -> None:
    """Write the verdict, the answers, the reasons, what to do, and the details."""
    bad = signature.verdict is Indication.TOTAL_FAILED
    practice = signature.practice and not bad
    colours = _OF_PRACTICE if practice else _COLOURS[tone(signature.verdict)]
    paper.banner(heading_of(signature), colours)
    for answer in answers_about(signature, at, known):
        _answer(paper, answer)
    paper.ln(1)
    cause = explanation(signature)
    if cause is not None:
        paper.ink(size=9)
        paper.beside(_("Why"), cause.sentence, width=_LABEL)
        for sentence in reasons(signature):
            if sentence != cause.sentence:
                paper.beside("", plain(sentence), width=_LABEL, gap=0.8)
        paper.beside(_("What to do"), cause.step, width=_LABEL)
    for sentence in warnings(signature):
        paper.ink(size=9)
        paper.beside(_("Note"), plain(sentence, 1000), width=_LABEL)
    paper.ln(1)
    paper.ink(size=8)
    for label, value in _details(signature):
        paper.beside(label, value, width=_LABEL, gap=0.4)
    paper.ln(3)


def _answer(paper: Paper, answer: SpokenAnswer) -> None:
    """Write a question and its answer, with a mark and a colour for how the answer counts."""
    paper.ink(size=9.5)
    high = paper.height_of(plain(answer.answer, 1000), paper.epw - _LABEL)
    paper.room(max(high, 9))
    top = paper.get_y()
    paper.ink(_COLOURS[answer.tone].ink, 11, bold=True)
    paper.set_xy(paper.l_margin + _LABEL - 6, top)
    paper.cell(5, 4.8, _MARKS[answer.tone], align=Align.C)
    paper.set_xy(paper.l_margin, top)
    paper.ink(size=9.5)
    paper.beside(plain(answer.question), plain(answer.answer, 1000), width=_LABEL, gap=1.8)


_STATES: Mapping[str, str] = MappingProxyType({"ok": N_("in order"), "anchor": N_("trusted root")})


def _details(signature: SignatureReport) -> Iterator[tuple[str, str]]:
    """Say what an expert asks for."""
    if signature.kind is not SignatureKind.DOCUMENT_TIMESTAMP:
        yield _("Level"), level(signature.level)
    algorithms = signature.algorithms
    named = (
        algorithms.signature or algorithms.signature_oid,
        algorithms.digest or algorithms.digest_oid,
    )
    yield _("Algorithms"), plain(", ".join(one for one in named if one) or "—")
    for when in times(signature):
        yield _("Time"), when
    signer = signature.signer
    if signer is not None:
        yield _("Certificate"), signer.serial
        start, end = local_time(signer.not_before), local_time(signer.not_after)
        yield _("Term"), f"{start} — {end}"
        yield _("Owner"), _spaced(signer.subject)
        yield _("Issued by"), _spaced(signer.issuer)
        yield _("SHA-256 of the certificate"), signer.sha256
    if signature.chain:
        yield _("Chain"), "\n".join(_link(link) for link in signature.chain)


def _link(link: ChainLink) -> str:
    state = _(_STATES[link.state]) if link.state in _STATES else notice(link.state)
    return f"{plain(_short(link.subject))} — {state}"


def _spaced(name: str) -> str:
    """Write a whole name so that it can be broken between its parts."""
    return re.sub(r"(?<!\\),(?=\S)", ", ", plain(name, 1000))


def _short(subject: str) -> str:
    """Return the common name of a whole name, where there is one."""
    found = re.search(r"(?:^|,)\s*CN=((?:[^,\\]|\\.)+)", subject)
    return subject if found is None else re.sub(r"\\(.)", r"\1", found[1])


def _closing(paper: Paper, report: Report) -> None:
    """Write what this check is not, and what computed it."""
    paper.room(20)
    paper.rule(before=1)
    paper.ink(FAINT, 8.5)
    paper.paragraph(disclaimer())
    engine = ", ".join(f"{name} {version}" for name, version in sorted(report.engine.items()))
    paper.paragraph(_("Computed with: {engine}").format(engine=engine))
