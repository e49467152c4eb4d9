"""The verification protocol: one page for a document, one table for many; the screen's own answers."""

from collections.abc import Iterator
from pathlib import PurePath

from app.crypto.verdict.facts import FileFacts
from app.crypto.verdict.report import FileReport, Report
from app.reports.dossier import Dossier
from app.reports.input_files import InputFile, InputRole, InputState
from app.reports.own_files import OwnFiles
from app.reports.protocol_signature import file_banner, signature_parts
from app.reports.sheet import Fields, Grid, Part, Rule, Sheet, Style, Text
from app.reports.statements import causes, named_causes, opening, own_state, practice_mark
from app.texts.answers import disclaimer, person_and_organization
from app.texts.catalogue import N_, _, language, ngettext
from app.texts.errors import describe
from app.texts.network_words import outcome_words
from app.texts.showing import local_time, plain, utc_time
from app.texts.standings import grouped, standing_heading, standing_hint
from app.texts.verdicts import explanation, file_heading

FEW = 3
"""Signatures that are set on one page, if they can be."""
_MOST_USES = 6
"""Requests to the network that are named; the report for programs has them all."""
_ROLES = {
    InputRole.SIGNED: N_("document with its signature"),
    InputRole.SIGNATURE: N_("signature"),
    InputRole.DOCUMENT: N_("document"),
}


def protocol(dossier: Dossier) -> Sheet:
    """Return the protocol of a check, in the language of this process."""
    report = dossier.report
    single = len(report.files) == 1
    few = single and len(report.files[0].signatures) <= FEW
    return Sheet(
        title=_("Protocol of signature verification"),
        language=language(),
        created=report.checked_at,
        parts=tuple(_one(dossier) if single else _many(dossier)),
        mark=practice_mark(report),
        one_page=few,
    )


def _one(dossier: Dossier) -> Iterator[Part]:
    """Write the protocol of one file."""
    report, file = dossier.report, dossier.report.files[0]
    yield Text(_("Protocol of signature verification"), Style.TITLE)
    yield from conditions(dossier)
    yield Rule()
    yield Text(plain(PurePath(file.path).name, 200), Style.HEADING)
    sentences = opening(file)
    if sentences is not None:
        yield Text(" ".join(sentences), Style.LEAD)
    yield from file_parts(file, dossier.facts[0], report, dossier.own_files)
    yield Fields(tuple(input_rows(file, _inputs(dossier, 0))))
    yield from closing(dossier, looked=named_causes(file))


def conditions(dossier: Dossier) -> Iterator[Part]:
    """Say when the check was made, and for which moment."""
    report = dossier.report
    checked = (
        _("Checked {moment} ({utc}) on this computer.")
        if any(file.network for file in report.files)
        else _("Checked {moment} ({utc}) on this computer, without the network.")
    )
    uses = [use for file in report.files for use in file.network]
    if uses:
        checked = _("Checked {moment} ({utc}) on this computer.")
    at = report.checked_at
    yield Text(checked.format(moment=local_time(at), utc=utc_time(at)), Style.FAINT)
    for use in uses[:_MOST_USES]:
        said = _("Asked of the network {moment}: {url} — {outcome}")
        yield Text(
            said.format(
                moment=local_time(use.at),
                url=plain(use.url, 160),
                outcome=outcome_words(use.outcome),
            ),
            Style.FAINT,
        )
    if len(uses) > _MOST_USES:
        left = len(uses) - _MOST_USES
        yield Text(ngettext("{n} more", "{n} more", left).format(n=left), Style.FAINT)
    if dossier.asked.at_by_user or report.control_time != report.checked_at:
        judged = _("Judged for a moment that the user named: {moment} ({utc}).")
        at = report.control_time
        said = judged.format(moment=local_time(at), utc=utc_time(at))
        if dossier.asked.because:
            said += " " + _("Ground: {why}").format(why=plain(dossier.asked.because))
        yield Text(said, Style.FAINT)


def file_parts(
    file: FileReport, facts: FileFacts, report: Report, own: OwnFiles | None
) -> Iterator[Part]:
    """Write the verdict on one file and on each of its signatures."""
    yield from file_banner(file)
    yield from signature_parts(file, facts, report.control_time)
    for error in file.errors:
        told = describe(error.code, error.facts)
        yield Text(f"{told.explanation} {told.advice}")
    named = causes(file, own)
    if named is not None:
        yield Text(named, Style.BODY if len(file.signatures) == 1 else Style.SMALL)


def input_rows(file: FileReport, inputs: tuple[InputFile, ...]) -> Iterator[tuple[str, str]]:
    """Say which files they were, so that others cannot be taken for them."""
    if not inputs:
        yield _("File"), plain(file.path, 300)
        if file.content is not None:
            yield _("Document"), plain(file.content, 300)
        if file.sha256 is not None:
            yield "SHA-256", file.sha256
    for one in inputs:
        about = f"{plain(one.path, 300)} ({_(_ROLES[one.role])})"
        if one.size is not None:
            size = f"{one.size:,}".replace(",", "\N{NO-BREAK SPACE}")
            about += " · " + ngettext("{n} byte", "{n} bytes", one.size).format(n=size)
        yield _("File"), about
        if one.sha256 is not None and one.streebog256 is not None:
            yield "SHA-256", one.sha256
            yield _("GOST R 34.11-2012, 256"), one.streebog256
        yield from _input_trouble(one, file)


def _input_trouble(one: InputFile, file: FileReport) -> Iterator[tuple[str, str]]:
    """Say that a file is not what it was when it was checked."""
    if one.state is InputState.CHANGED:
        said = _("The file has changed since it was checked. Then its SHA-256 was {digest}.")
        yield _("Note"), said.format(digest=file.sha256)
    if one.state is InputState.UNREADABLE:
        yield _("Note"), _("The file could not be read again for its digests.")


def _inputs(dossier: Dossier, index: int) -> tuple[InputFile, ...]:
    return dossier.inputs[index] if index < len(dossier.inputs) else ()


def closing(dossier: Dossier, *, looked: bool = False) -> Iterator[Part]:
    """Write what this check is not, what computed it, and how the program itself stands.

    ``looked``: the last was told above, among the causes of a negative result.
    """
    yield Rule()
    yield Text(disclaimer(), Style.FAINT)
    engine = dossier.report.engine
    told = ", ".join(f"{plain(name)} {plain(one)}" for name, one in sorted(engine.items()))
    yield Text(_("Computed with: {engine}").format(engine=told), Style.FAINT)
    if dossier.own_files is not None and not looked:
        yield Text(own_state(dossier.own_files), Style.FAINT)


# --- many files


def _many(dossier: Dossier) -> Iterator[Part]:
    """Write one table of all files; their digests follow."""
    report = dossier.report
    yield Text(_("Protocol of signature verification"), Style.TITLE)
    yield from conditions(dossier)
    total = len(report.files)
    yield Text(ngettext("{n} file", "{n} files", total).format(n=total), Style.HEADING)
    numbers = {id(file): number for number, file in enumerate(report.files, 1)}
    for standing, files in grouped(report.files):
        yield Text(f"{standing_heading(standing)}: {len(files)}", Style.SUBHEADING)
        hint = standing_hint(standing)
        if hint:
            yield Text(hint, Style.FAINT)
        heading = (_("No."), _("File"), _("Signed by"), _("Verdict"), _("Reason"))
        rows = tuple(_row(numbers[id(file)], file) for file in files)
        yield Grid(heading, rows, (7, 46, 46, 30, 46))
    failed = next((named for file in report.files if (named := causes(file, None))), None)
    if failed is not None:
        yield Text(failed)
    yield Text(_("Digests of the files"), Style.HEADING)
    yield Grid(
        (_("No."), _("File"), "SHA-256", _("GOST R 34.11-2012, 256")),
        tuple(_digest_rows(dossier)),
        (7, 46, 61, 61),
    )
    yield from closing(dossier)


def _row(number: int, file: FileReport) -> tuple[str, ...]:
    signers = [
        plain(person_and_organization(one.signer), 120)
        for one in file.signatures
        if one.signer is not None
    ]
    shown = list(dict.fromkeys(signers))
    if len(shown) > FEW:
        left = len(shown) - FEW
        shown = [*shown[:FEW], ngettext("{n} more", "{n} more", left).format(n=left)]
    name = plain(PurePath(file.path).name, 120)
    return str(number), name, "\n".join(shown) or "—", _verdict(file), _reason(file)


def _verdict(file: FileReport) -> str:
    if file.errors and not file.signatures:
        return describe(file.errors[0].code, file.errors[0].facts).heading
    return file_heading(file)


def _reason(file: FileReport) -> str:
    for one in file.signatures:
        cause = explanation(one)
        if cause is not None and one.verdict is file.verdict:
            return plain(cause.sentence, 240)
    if file.errors:
        return plain(describe(file.errors[0].code, file.errors[0].facts).explanation, 240)
    return "—"


def _digest_rows(dossier: Dossier) -> Iterator[tuple[str, ...]]:
    for number, file in enumerate(dossier.report.files, 1):
        inputs = _inputs(dossier, number - 1)
        if not inputs:
            name = plain(PurePath(file.path).name, 120)
            yield str(number), name, file.sha256 or "—", "—"
        for one in inputs:
            name = plain(PurePath(one.path).name, 120)
            if one.state is InputState.CHANGED:
                name += " — " + _("changed since it was checked")
            yield str(number), name, one.sha256 or "—", one.streebog256 or "—"
