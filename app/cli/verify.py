"""``verify``: judge the signatures of files."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.cli import errors
from app.cli.command import Command, Run
from app.cli.exit_codes import ExitCode, gravest
from app.cli.moments import moment
from app.cli.package_lines import check_packages, save_package
from app.cli.replay import run_replay
from app.cli.report_files import LETTERS, PACKAGES, PAPERS, check_report_target
from app.cli.report_lines import show_report
from app.cli.terminal import Progress
from app.cli.verdict_codes import of_report
from app.cli.verify_package import (
    check_package,
    exit_code_of,
    package_arguments,
    save_tables,
    show_package,
    wants_package,
)
from app.crypto.packages.door import CheckedPackage
from app.crypto.verdict.report_json import to_json
from app.crypto.verifying.door import Checked, VerifyOptions
from app.crypto.verifying.replay_door import save_facts
from app.crypto.verifying.replay_model import ReplayRequest
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.processes.cancelling import Cancel
from app.reports.printing import PaperKind
from app.texts.catalogue import _
from app.texts.showing import plain

MOST_JOBS = 64


_OF_FILES = (
    "files",
    "content",
    "trust",
    "crl",
    "report",
    "expertise",
    "letter",
    "package",
    "package_check",
    "facts",
    "search",
    "table",
    "skip_checked",
)
"""Options that ask something of the files, or for papers about them: a replay looks at none."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    file, folder_or_file = _("FILE"), _("FILE_OR_DIR")
    parser.add_argument("files", nargs="*", type=Path, metavar=file)
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
        help=_("ask nothing of the network"),
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
    parser.add_argument(
        "--package",
        type=Path,
        metavar="OUT.zip",
        help=_("save all that an expert needs in one package"),
    )
    parser.add_argument(
        "--package-check",
        action="store_true",
        help=_("FILE is such a package: hold it against its manifest and its facts"),
    )
    parser.add_argument(
        "--policy", metavar=_("NAME"), help=_("judge by this policy: default or strict")
    )
    parser.add_argument(
        "--facts",
        type=Path,
        metavar="OUT.json",
        help=_("save what was found, to be judged again later"),
    )
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="FACTS.json",
        help=_("judge saved facts again; the files themselves are not looked at"),
    )
    package_arguments(parser)
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
    if options.replay is not None:
        return run_replay(run, _replay_request(options))
    if not options.files:
        raise _usage("FILE", _("name a file to verify"))
    if options.package_check:
        return check_packages(run)
    papers = tuple(_papers(options))
    if options.package is not None:
        check_report_target(options.package, option="--package", suffixes=PACKAGES)
    whole = check_package(run, _options(options)) if wants_package(options) else None
    checked = _check(run, options.files, _options(options)) if whole is None else whole.checked
    for verification in checked.verifications if whole is None else whole.fresh:
        report = verification.report
        practice = any(one.practice for one in report.signatures)
        run.note(Action.VERIFY, report.path, report.verdict.value, practice=practice)
    _show(run, checked, whole)
    saved = [_save(run, checked, kind, each) for kind, each in papers]
    saved.append(_save_facts(run, checked))
    saved.append(save_package(run, checked, options.package))
    saved += save_tables(run, whole)
    return gravest((of_report(checked.report) if whole is None else exit_code_of(whole), *saved))


def _show(run: Run, checked: Checked, whole: CheckedPackage | None) -> None:
    """Tell the verdicts: to programs, as the tree of a package, or file by file."""
    if run.options.json:
        run.terminal.raw(to_json(checked.report))
    elif whole is not None:
        show_package(whole, run.terminal, because=run.options.because)
    else:
        show_report(checked.report, run.terminal, because=run.options.because)


def _save_facts(run: Run, checked: Checked) -> ExitCode:
    """Save what was found; if that fails, the verdict was told all the same."""
    target = run.options.facts
    if target is None:
        return ExitCode.DONE
    try:
        save_facts(checked, _options(run.options), target)
    except RoscherkError as error:
        errors.lines(error, about=plain(target))
        return ExitCode.FAILED
    return ExitCode.DONE


def _replay_request(options: argparse.Namespace) -> ReplayRequest:
    """Refuse what has no meaning without the files."""
    if any(getattr(options, name) for name in _OF_FILES):
        raise _usage("--replay", _("it stands alone: the files are not looked at"))
    _demand_reason(options)
    return ReplayRequest(
        path=options.replay,
        policy=options.policy,
        at=None if options.at is None else moment(options.at, "--at"),
        allow_practice=True if options.allow_practice else None,
    )


def _demand_reason(options: argparse.Namespace) -> None:
    if (options.at is None) != (options.because is None):
        raise _usage("--at", _("it needs --because, and the other way round"))


def _papers(options: argparse.Namespace) -> Iterator[tuple[PaperKind, Path]]:
    """Give the papers that were asked for; a target that will not do is refused before all work."""
    if options.facts is not None:
        check_report_target(options.facts, option="--facts", suffixes=(".json",))
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
    _demand_reason(options)
    for path in (*options.trust, *options.crl):
        if not path.exists():
            raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(path))
    return VerifyOptions(
        content=options.content,
        anchors=tuple(options.trust),
        crls=tuple(options.crl),
        at=None if options.at is None else moment(options.at, "--at"),
        because=options.because,
        allow_practice=options.allow_practice,
        policy=options.policy or "default",
        offline=options.offline,
    )


def _usage(option: str, value: str) -> RoscherkError:
    return RoscherkError(ErrorCode.USAGE, option=option, value=value)


COMMAND = Command(
    arguments=_arguments,
    run=_run,
)
