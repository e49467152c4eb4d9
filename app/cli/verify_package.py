"""``verify`` of folders, archives and many files: the tree, the table, the search for documents."""

import argparse
import sys
from pathlib import Path

from app.cli import errors
from app.cli.command import Run
from app.cli.exit_codes import ExitCode, gravest
from app.cli.report_files import check_report_target
from app.cli.report_lines import show_manner
from app.cli.terminal import Progress, Terminal
from app.cli.verdict_codes import of_file
from app.crypto.packages.door import CheckedPackage
from app.crypto.packages.listing import is_package
from app.crypto.packages.model import Package
from app.crypto.packages.tree import Branch
from app.crypto.verdict.report import FileReport, SignatureReport, Standing
from app.crypto.verifying.door import VerifyOptions
from app.errors import RoscherkError
from app.processes.cancelling import Cancel
from app.reports.table import party_mismatch, table_of
from app.reports.table_files import FORMS, save_table
from app.texts.answers import on_whose_behalf, person_and_organization
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe
from app.texts.package_words import package_notice, package_notices
from app.texts.showing import local_time, plain
from app.texts.standings import standing_heading
from app.texts.verdicts import Tone, explanation, file_heading, heading_of, notice, tone

_BODY, _DEEP = "  ", "    "


def package_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is asked of whole packages."""
    parser.add_argument(
        "--search",
        type=Path,
        action="append",
        default=[],
        metavar=_("DIR"),
        help=_("look in this folder for documents whose signatures came alone, by digest"),
    )
    parser.add_argument(
        "--table",
        type=Path,
        action="append",
        default=[],
        metavar="OUT.csv|OUT.json|OUT.xlsx",
        help=_("save one table of all documents"),
    )
    parser.add_argument(
        "--skip-checked",
        action="store_true",
        help=_("take the earlier verdict on files that were checked under the same trust"),
    )


def wants_package(options: argparse.Namespace) -> bool:
    """Tell whether folders, archives or whole batches are asked for; check the targets first."""
    for target in options.table:
        check_report_target(target, option="--table", suffixes=FORMS)
    asked = bool(options.table or options.search or options.skip_checked)
    return asked or is_package(options.files)


def check_package(run: Run, options: VerifyOptions) -> CheckedPackage:
    """Open, search and verify with progress shown; Ctrl+C stops all workers."""
    cancel = Cancel()
    progress = Progress(_("Checking"))
    packages = run.services.packages
    try:
        package = packages.open(
            [path.absolute() for path in run.options.files],
            progress=lambda done, total: progress(done, total, _("what came in")),
            cancel=cancel,
        )
        package = _searched(run, package, progress, cancel)
        return packages.verify(
            package,
            options,
            jobs=run.options.jobs or 2,
            progress=lambda path, done, total: progress(done, total, plain(path.name)),
            cancel=cancel,
            skip_checked=run.options.skip_checked,
        )
    except BaseException:
        cancel.cancel()
        raise
    finally:
        progress.end()


def _searched(run: Run, package: Package, progress: Progress, cancel: Cancel) -> Package:
    """Look for the documents that are missing in the folders that were named."""
    folders = [each.absolute() for each in run.options.search]
    if not folders:
        return package
    found = []
    for pair in package.pairs:
        if not pair.by_digest:
            result = run.services.packages.find_document(
                pair.signature,
                folders,
                progress=lambda done, total: progress(done, total, _("search")),
                cancel=cancel,
            )
            found.append(result)
            if not result.complete:
                _warn(
                    _("The search is not complete: there is more than {files} files.").format(
                        files=result.files
                    )
                )
    return run.services.packages.with_documents(package, found, cancel)


def exit_code_of(checked: CheckedPackage) -> ExitCode:
    """Return the gravest code of what is signed; a letter beside signed documents changes nothing."""
    codes = [of_file(each) for each in checked.checked.report.files]
    signed = [code for code in codes if code is not ExitCode.NO_SIGNATURE]
    return gravest(signed or codes or [ExitCode.NO_SIGNATURE])


def save_tables(run: Run, checked: CheckedPackage | None) -> list[ExitCode]:
    """Save the tables that were asked for; if that fails, the verdict was told all the same."""
    codes: list[ExitCode] = []
    if checked is None:
        return codes
    for target in run.options.table:
        try:
            save_table(table_of(checked), target, checked_at=checked.checked.report.checked_at)
        except RoscherkError as error:
            errors.lines(error, about=plain(target))
            codes.append(ExitCode.FAILED)
    return codes


def show_package(
    checked: CheckedPackage, terminal: Terminal, *, because: str | None = None
) -> None:
    """Show the tree: document → signers → on whose behalf → verdict; then what was left out."""
    for branch in checked.tree:
        _show_branch(branch, checked, terminal)
        terminal.line()
    for words in package_notices(checked.package):
        terminal.paragraph(words, label=_("Note:"))
    terminal.line(summary(checked))
    report = checked.checked.report
    show_manner(report, terminal, because=because)


def _show_branch(branch: Branch, checked: CheckedPackage, terminal: Terminal) -> None:
    name = plain(branch.shown.name)
    terminal.heading(
        _("{name} — power of attorney").format(name=name) if branch.mchd else name, Tone.PLAIN
    )
    if branch.document is None:
        terminal.marked(_("The document itself is missing."), Tone.UNSURE, indent=_BODY)
    for index in branch.files:
        report = checked.checked.report.files[index]
        earlier = checked.earlier.get(report.path)
        if earlier is not None:
            told = _("Verdict of an earlier check, of {moment}.").format(moment=local_time(earlier))
            terminal.paragraph(told, indent=_BODY)
        for signature in report.signatures:
            _show_signature(signature, terminal)
            _show_party(branch, signature, terminal)
        if not report.signatures:
            _show_unsigned(report, terminal)
    for each in branch.notices:
        terminal.paragraph(package_notice(each), indent=_BODY, label=_("Note:"))


def _show_signature(signature: SignatureReport, terminal: Terminal) -> None:
    words = heading_of(signature)
    if signature.signer is not None:
        words = f"{person_and_organization(signature.signer)} — {words}"
    terminal.marked(words, tone(signature.verdict), indent=_BODY)
    behalf = on_whose_behalf(signature)
    terminal.paragraph(behalf.answer, indent=_DEEP, label=f"{behalf.label}:")
    cause = explanation(signature)
    if cause is not None:
        terminal.paragraph(cause.sentence, indent=_DEEP, label=_("Why:"))
        terminal.paragraph(cause.step, indent=_DEEP, label=_("What to do:"))


def _show_party(branch: Branch, signature: SignatureReport, terminal: Terminal) -> None:
    if branch.card is None:
        return
    mismatch = party_mismatch(branch.card, signature)
    if mismatch is not None:
        terminal.paragraph(notice(mismatch.code, mismatch.facts), indent=_DEEP, label=_("Note:"))


def _show_unsigned(report: FileReport, terminal: Terminal) -> None:
    if not report.errors:
        terminal.marked(file_heading(report), tone(report.verdict), indent=_BODY)
        return
    error = describe(report.errors[0].code, report.errors[0].facts)
    terminal.marked(error.heading, Tone.UNSURE, indent=_BODY)
    terminal.paragraph(error.explanation, indent=_DEEP)
    terminal.paragraph(error.advice, indent=_DEEP, label=_("What to do:"))


def summary(checked: CheckedPackage) -> str:
    """Count the files by where they stand, ordinary old documents apart from problems."""
    files = checked.checked.report.files
    total = len(checked.tree)
    told = ngettext("{number} document", "{number} documents", total).format(number=total)
    counts = {each: sum(file.standing is each for file in files) for each in Standing}
    parts = [f"{standing_heading(each)}: {count}" for each, count in counts.items() if count]
    return " ".join([f"{told}.", *([f"{'; '.join(parts)}."] if parts else [])])


def _warn(text: str) -> None:
    print(text, file=sys.stderr)
