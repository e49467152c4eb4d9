"""A report in words: what an accountant sees after `verify` and `demo`."""

from datetime import datetime
from pathlib import Path

from app.cli.levels import tell_network
from app.cli.terminal import Terminal
from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.numbering import numbers
from app.crypto.verdict.report import FileReport, Indication, Report, SignatureReport
from app.texts.algorithm_words import digest_words, signing_words
from app.texts.answers import disclaimer
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe
from app.texts.leading import headline, signed_by
from app.texts.moments import blocks_told, models_told, two_dates
from app.texts.showing import local_time, plain
from app.texts.standings import grouped, standing_heading, standing_hint, standing_tone
from app.texts.telling import Numbers, answers_about, times, title
from app.texts.verdicts import (
    Tone,
    explanation,
    heading_of,
    level,
    reasons,
    tone,
    warnings,
)

_BODY = "  "


def show_report(
    report: Report,
    terminal: Terminal,
    *,
    because: str | None = None,
    replayed: bool = False,
) -> None:
    """Show the verdict on each file, then how the check was made.

    ``replayed``: the facts were stored before; when and how they were found is told elsewhere.
    """
    if len(report.files) > 1:
        _show_groups(report, terminal)
        terminal.line(_summary(report))
    else:
        for file in report.files:
            _show_file(file, report.control_time, terminal)
            terminal.line()
    show_manner(report, terminal, because=because, replayed=replayed)


def show_manner(
    report: Report, terminal: Terminal, *, because: str | None = None, replayed: bool = False
) -> None:
    """Say how the check was made: when, with which network, for which moment."""
    if not replayed:
        uses = [use for file in report.files for use in file.network]
        tell_network(terminal, uses)
        checked = (
            _("Checked {moment} on this computer.")
            if uses
            else _("Checked {moment} on this computer, without the network.")
        )
        terminal.paragraph(checked.format(moment=local_time(report.checked_at)))
    if because is not None:
        named = _("The control time {moment} was named by you, because: {why}")
        moment = local_time(report.control_time)
        terminal.paragraph(named.format(moment=moment, why=plain(because)))
    if any(file.signatures for file in report.files):
        terminal.paragraph(disclaimer())


def _show_groups(report: Report, terminal: Terminal) -> None:
    """Show the files of a batch by their standing; what only grew old is no problem."""
    for standing, files in grouped(report.files):
        words = f"{standing_heading(standing)} · {len(files)}"
        terminal.heading(words, standing_tone(standing))
        hint = standing_hint(standing)
        if hint:
            terminal.paragraph(hint)
        terminal.line()
        for file in files:
            _show_file(file, report.control_time, terminal)
            terminal.line()


def _summary(report: Report) -> str:
    """Count the verdicts."""
    counts = {
        verdict: sum(file.verdict is verdict for file in report.files) for verdict in Indication
    }
    total = len(report.files)
    files = ngettext("{number} file", "{number} files", total).format(number=total)
    told = _(
        "{files}: passed {passed}, not determined {unsure}, not valid {failed}, no signature {none}"
    )
    return told.format(
        files=files,
        passed=counts[Indication.TOTAL_PASSED],
        unsure=counts[Indication.INDETERMINATE],
        failed=counts[Indication.TOTAL_FAILED],
        none=counts[Indication.NO_SIGNATURE],
    )


def _show_file(file: FileReport, control_time: datetime, terminal: Terminal) -> None:
    terminal.heading(plain(file.path), Tone.PLAIN)
    if file.content is not None:
        terminal.paragraph(plain(Path(file.content).name), indent=_BODY, label=_("Document:"))
    known = numbers(file.signatures)
    single = len(file.signatures) == len(known) == 1
    if single:
        _show_heading(headline(file), file.signatures[0], terminal)
    else:
        _show_file_verdict(file, terminal)
    lead = signed_by(file)
    if lead:
        terminal.paragraph(lead, indent=_BODY)
    for signature in file.signatures:
        if not single:
            terminal.line()
            terminal.line(_BODY + title(signature, known))
            _show_heading(heading_of(signature), signature, terminal)
        _show_signature(signature, control_time, known, terminal)
    if not file.signatures and not file.errors:
        words = _(
            "If the document was signed, its signature lies in a file of its own (.sig, .sgn, "
            ".p7s): verify that one."
        )
        terminal.paragraph(words, indent=_BODY)
    for notice in file.errors:
        error = describe(notice.code, notice.facts)
        if file.signatures:
            terminal.marked(f"{error.heading}. {error.explanation}", Tone.UNSURE)
        else:
            terminal.paragraph(error.explanation, indent=_BODY)
            terminal.paragraph(error.advice, indent=_BODY, label=_("What to do:"))


def _show_file_verdict(file: FileReport, terminal: Terminal) -> None:
    """Head a file that has no signature, or several."""
    practice = any(one.practice for one in file.signatures)
    words = headline(file)
    if file.errors and not file.signatures:
        words = describe(file.errors[0].code, file.errors[0].facts).heading
    terminal.heading(_BODY + words, tone(file.verdict), practice=practice)


def _show_heading(words: str, report: SignatureReport, terminal: Terminal) -> None:
    terminal.heading(_BODY + words, tone(report.verdict), practice=report.practice)


def _show_signature(
    report: SignatureReport, control_time: datetime, known: Numbers, terminal: Terminal
) -> None:
    answers = answers_about(report, control_time, known)
    width = max(len(answer.label) for answer in answers)
    for answer in answers:
        terminal.marked(answer.answer, answer.tone, label=answer.label.ljust(width))
    when = " ".join(times(report))
    if when:
        terminal.paragraph(when, indent=_BODY, label=_("When:"))
    for dated in two_dates(report):
        terminal.paragraph(dated.sentence, indent=_BODY, label=f"{dated.label}:")
    cause = explanation(report)
    if cause is not None:
        terminal.paragraph(cause.sentence, indent=_BODY, label=_("Why:"))
        for reason in reasons(report):
            if reason != cause.sentence:
                terminal.paragraph(reason, indent=_BODY * 2, label="–")
        terminal.paragraph(cause.step, indent=_BODY, label=_("What to do:"))
    for warning in warnings(report):
        terminal.paragraph(warning, indent=_BODY, label=_("Note:"))
    terminal.paragraph(_details(report), indent=_BODY, label=_("Details:"))
    steps = "; ".join(blocks_told(report.blocks))
    terminal.paragraph(steps, indent=_BODY, label=_("Steps of the check:"))
    if report.models is not None:
        models = "; ".join(models_told(report.models))
        terminal.paragraph(models, indent=_BODY, label=_("Chain of certificates:"))


def _details(report: SignatureReport) -> str:
    """Name level and algorithms in one line; a document time-stamp has no level."""
    algorithms = report.algorithms
    parts = [
        "" if report.kind is SignatureKind.DOCUMENT_TIMESTAMP else level(report.level),
        signing_words(algorithms.signature or algorithms.signature_oid or ""),
        digest_words(algorithms.digest or algorithms.digest_oid or ""),
    ]
    return " · ".join(part for part in parts if part)
