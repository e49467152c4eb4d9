"""``verify``: judge the signatures of files."""

import argparse
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.cli import errors
from app.cli.command import Command, Run
from app.cli.exit_codes import ExitCode, gravest, of_report
from app.cli.report_files import LETTERS, PAPERS, check_report_target
from app.cli.report_lines import show_report
from app.cli.terminal import Progress
from app.crypto.verdict.report_json import to_json
from app.crypto.verifying.door import Checked, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.processes.cancelling import Cancel
from app.reports.printing import PaperKind
from app.texts.catalogue import N_, _
from app.texts.showing import plain

_RUSSIAN_TIME = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})(?:[ T](\d\d:\d\d(?::\d\d)?))?")
MOST_JOBS = 64


def _arguments(parser: argparse.ArgumentParser) -> None:
    file, folder_or_file = _("FILE"), _("FILE_OR_DIR")
    parser.add_argument("files", nargs="+", type=Path, metavar=file)
    parser.add_argument(
        "--content", type=Path, metavar=file, help=_("the document of a detached signature")
    )
    parser.add_argument(
        "--trust",
        type=Path,
        action="append",
        default=[],
        metavar=folder_or_file,
        help=_("further trusted roots, for this run only"),
    )
    parser.add_argument(
        "--crl",
        type=Path,
        action="append",
        default=[],
        metavar=folder_or_file,
        help=_("further revocation lists, for this run only"),
    )
    parser.add_argument("--at", metavar=_("TIME"), help=_("judge for this moment, not for now"))
    parser.add_argument("--because", metavar=_("TEXT"), help=_("why this moment is known"))
    parser.add_argument(
        "--offline",
        action="store_true",
        help=_("use no network (this version never does)"),
    )
    parser.add_argument(
        "--allow-practice",
        action="store_true",
        help=_("let practice signatures pass, still marked as such"),
    )
    parser.add_argument(
        "--report",
        type=Path,
        action="append",
        default=[],
        metavar="OUT.pdf|OUT.html|OUT.json",
        help=_("save the verification protocol"),
    )
    for option, forms, words in (
        ("--expertise", "OUT.pdf|OUT.html", _("save material for an expert's examination (draft)")),
        ("--letter", "OUT.pdf|OUT.html|OUT.txt", _("save a letter that asks to sign again")),
    ):
        parser.add_argument(option, type=Path, metavar=forms, help=words)
    parser.add_argument("--jobs", type=_jobs, metavar="N", help=_("verify N files at a time"))
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _jobs(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= MOST_JOBS:
        return int(text)
    raise argparse.ArgumentTypeError(
        _("a whole number from 1 to {most} is needed").format(most=MOST_JOBS)
    )


def _run(run: Run) -> ExitCode:
    options = run.options
    papers = tuple(_papers(options))
    checked = _check(run, options.files, _options(options))
    for verification in checked.verifications:
        report = verification.report
        practice = any(one.practice for one in report.signatures)
        run.note(Action.VERIFY, report.path, report.verdict.value, practice=practice)
    if options.json:
        run.terminal.raw(to_json(checked.report))
    else:
        show_report(checked.report, run.terminal, because=options.because)
    return gravest(
        (of_report(checked.report), *(_save(run, checked, kind, each) for kind, each in papers))
    )


def _papers(options: argparse.Namespace) -> Iterator[tuple[PaperKind, Path]]:
    """Give the papers that were asked for; a target that will not do is refused before all work."""
    for target in options.report:
        check_report_target(target)
        yield PaperKind.PROTOCOL, target
    if options.expertise is not None:
        check_report_target(options.expertise, option="--expertise", suffixes=PAPERS)
        yield PaperKind.EXPERTISE, options.expertise
    if options.letter is not None:
        check_report_target(options.letter, option="--letter", suffixes=LETTERS)
        yield PaperKind.LETTER, options.letter


def _save(run: Run, checked: Checked, kind: PaperKind, target: Path) -> ExitCode:
    """Save a paper; if that fails, the verdict was told all the same."""
    try:
        if kind is PaperKind.PROTOCOL:
            run.services.printing.save(checked, target)
        else:
            run.services.printing.save_paper(kind, checked, target)
    except RoscherkError as error:
        errors.lines(error, about=plain(target))
        return ExitCode.FAILED
    return ExitCode.DONE


def _check(run: Run, files: Sequence[Path], options: VerifyOptions) -> Checked:
    """Verify with progress shown; Ctrl+C stops all workers."""
    cancel = Cancel()
    progress = Progress(_("Checking"))
    try:
        return run.services.verifying.verify(
            files,
            options,
            jobs=run.options.jobs or 2,
            progress=lambda path, done, total: progress(done, total, plain(path.name)),
            cancel=cancel,
        )
    except BaseException:
        cancel.cancel()
        raise
    finally:
        progress.end()


def _options(options: argparse.Namespace) -> VerifyOptions:
    """Check what was asked for, and put it into the form of the door."""
    if options.content is not None and len(options.files) > 1:
        raise _usage("--content", _("it belongs to one file only"))
    if (options.at is None) != (options.because is None):
        raise _usage("--at", _("it needs --because, and the other way round"))
    for path in (*options.trust, *options.crl):
        if not path.exists():
            raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(path))
    return VerifyOptions(
        content=options.content,
        anchors=tuple(options.trust),
        crls=tuple(options.crl),
        at=None if options.at is None else _moment(options.at),
        because=options.because,
        allow_practice=options.allow_practice,
    )


def _moment(text: str) -> datetime:
    """Read a moment: ISO 8601 or day.month.year; without an offset it is local."""
    russian = _RUSSIAN_TIME.fullmatch(text)
    if russian is not None:
        day, month, year, clock = russian.groups()
        text = f"{year}-{month}-{day}T{clock or '00:00'}"
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise _usage("--at", plain(text)) from error


def _usage(option: str, value: str) -> RoscherkError:
    return RoscherkError(ErrorCode.USAGE, option=option, value=value)


COMMAND = Command(
    help=N_("verify signatures"),
    arguments=_arguments,
    run=_run,
)
