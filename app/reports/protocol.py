"""The verification protocol: a report on paper, the same answers as on the screen."""

import io
from datetime import datetime

from app.crypto.verdict.report import FileReport, Report, SignatureReport
from app.reports.paper import FAINT, INK, PRACTICE, Paper
from app.texts.answers import disclaimer, five_answers
from app.texts.catalogue import _, language
from app.texts.errors import describe
from app.texts.showing import local_time, plain
from app.texts.verdicts import explanation, file_heading, heading, level, reasons, warnings

_KEEP_TOGETHER = 40
"""Millimetres: a signature does not begin at the very foot of a page."""


def protocol(report: Report) -> bytes:
    """Return the protocol as a PDF, in the language of this process."""
    with Paper(
        title=_("Protocol of signature verification"),
        language=language(),
        created=report.checked_at,
        footer=_("Protocol of signature verification"),
    ) as paper:
        paper.add_page()
        _opening(paper, report)
        for file in report.files:
            _file(paper, file, report.control_time)
        _closing(paper, report)
        written = io.BytesIO()
        paper.output(written)
        return written.getvalue()


def _opening(paper: Paper, report: Report) -> None:
    """Write the title and when the check was made."""
    paper.ink(INK, 17, bold=True)
    paper.paragraph(_("Protocol of signature verification"), gap=2)
    paper.ink(FAINT, 9)
    checked = _("Checked {moment} on this computer, without the network.")
    paper.paragraph(checked.format(moment=local_time(report.checked_at)))
    if any(signature.practice for file in report.files for signature in file.signatures):
        paper.ink(PRACTICE, 11, bold=True)
        paper.paragraph(_("PRACTICE: what is written here has no legal force"))
    paper.rule()


def _file(paper: Paper, file: FileReport, at: datetime) -> None:
    """Write the verdict on one file and on each of its signatures."""
    paper.room(_KEEP_TOGETHER)
    paper.ink(INK, 12, bold=True)
    paper.paragraph(plain(file.path))
    paper.ink(INK, 11, bold=True)
    paper.paragraph(file_heading(file))
    paper.ink(FAINT, 8.5)
    if file.content is not None:
        paper.paragraph(_("Document: {path}").format(path=plain(file.content)), gap=0.5)
    if file.sha256 is not None:
        paper.paragraph(_("SHA-256 of the file: {digest}").format(digest=file.sha256))
    paper.ink()
    for error in file.errors:
        paper.paragraph(describe(error.code, error.facts).explanation)
    for signature in file.signatures:
        _signature(paper, signature, at)
    paper.rule()


def _signature(paper: Paper, signature: SignatureReport, at: datetime) -> None:
    """Write the five answers about one signature, the reasons and what to do."""
    paper.room(_KEEP_TOGETHER)
    paper.ink(PRACTICE if signature.practice else INK, 10.5, bold=True)
    number = _("Signature {number}").format(number=signature.index + 1)
    paper.paragraph(f"{number}: {heading(signature.verdict, practice=signature.practice)}")
    paper.ink()
    answers = [(plain(each.question), plain(each.answer)) for each in five_answers(signature, at)]
    paper.grid((_("Question"), _("Answer")), answers, widths=(26, 74), aligns=("LEFT", "LEFT"))
    paper.ln(2)
    cause = explanation(signature)
    if cause is not None:
        paper.paragraph(f"{cause.sentence} {cause.step}")
    for sentence in (*reasons(signature), *warnings(signature)):
        paper.paragraph(f"•  {plain(sentence)}", gap=0.5)
    _details(paper, signature)


def _details(paper: Paper, signature: SignatureReport) -> None:
    """Write what an expert asks for."""
    paper.ink(FAINT, 8)
    lines = [level(signature.level)]
    if signature.signer is not None:
        signer = signature.signer
        lines += [
            _("Certificate: {serial}").format(serial=signer.serial),
            _("Subject: {name}").format(name=plain(signer.subject)),
            _("Issuer: {name}").format(name=plain(signer.issuer)),
            _("SHA-256 of the certificate: {digest}").format(digest=signer.sha256),
        ]
    for line in lines:
        paper.paragraph(line, gap=0.3)
    paper.ink()
    paper.ln(2)


def _closing(paper: Paper, report: Report) -> None:
    """Write what this check is not, and what computed it."""
    paper.ink(FAINT, 8.5)
    paper.paragraph(disclaimer())
    engine = ", ".join(f"{name} {version}" for name, version in sorted(report.engine.items()))
    paper.paragraph(_("Computed with: {engine}").format(engine=engine))
