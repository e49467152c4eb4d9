"""``demo``: the whole main job in practice mode, from a new key to a verdict on paper.

Without ``--profile`` it works in a profile of its own inside the folder, so that nothing of the
user's is touched: neither keys nor trust nor journal. Everything it makes is marked as practice.
"""

import argparse
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.cli.command import Command, Run
from app.cli.exit_codes import ExitCode
from app.cli.report_lines import show_report
from app.cli.shown_commands import quoted
from app.cli.terminal import Progress
from app.cli.verdict_codes import of_report
from app.crypto.model import PracticeKit, SignedFile, SignRequest
from app.crypto.opening import path_fact
from app.crypto.saving import AtomicFile, free_name, write_error
from app.crypto.verifying.door import Checked, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.places import Places
from app.texts.catalogue import _
from app.texts.makers import made_with
from app.texts.showing import plain
from app.texts.verdicts import Tone

PROFILE = "profile"

_STEPS = 5
_BODY = "      "
_LETTER = """УЧЕБНЫЙ ДОКУМЕНТ

Настоящим подтверждаем согласие с условиями договора поставки.
Это письмо создано программой «Росчерк» для пробы: стороны и обязательства вымышлены.
"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar=_("DIR"))
    parser.add_argument(
        "--open",
        action="store_true",
        help=_("open the window on the result, if there is a screen"),
    )


def _places(options: argparse.Namespace) -> Places:
    return Places.under(options.folder / PROFILE)


def _run(run: Run) -> ExitCode:
    folder = _make_folder(run.options.folder)
    kit = _enter(run)
    contract, letter = _documents(run, folder)
    _step(run, 3, _("Signed: the contract inside, the letter in a file beside"))
    signed = tuple(_sign(run, kit, source) for source in (contract, letter))
    checked = _verify(run, signed)
    _report(run, folder, checked)
    run.terminal.line()
    show_report(checked.report, run.terminal)
    _tell_next(run)
    code = of_report(checked.report)
    if run.options.open and code is ExitCode.DONE:
        return _open(run, tuple(each.target for each in signed))
    return code


def _step(run: Run, number: int, words: str) -> None:
    run.terminal.line(
        _("[{number}/{total}] {words}").format(number=number, total=_STEPS, words=words)
    )


def _make_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise RoscherkError(ErrorCode.TARGET_EXISTS, path=path_fact(folder)) from error
    except OSError as error:
        raise write_error(error, folder) from error
    return folder


def _enter(run: Run) -> PracticeKit:
    run.terminal.heading(
        _("PRACTICE MODE: what is made here has no legal force"), Tone.PLAIN, practice=True
    )
    _step(run, 1, _("A practice authority, a key and a certificate (GOST R 34.10-2012)"))
    kit = run.services.practice.enter()
    run.note(Action.PRACTICE_ENTER, kit.folder, "done")
    run.terminal.paragraph(plain(kit.container.uri), indent=_BODY)
    return kit


def _documents(run: Run, folder: Path) -> tuple[Path, Path]:
    """Make the sample contract, and a letter that will get a signature in a file of its own."""
    _step(run, 2, _("A sample contract (PDF) and a letter"))
    contract = run.services.printing.sample(folder, _("Sample supply contract.pdf"))
    letter = free_name(folder / _("Sample letter.txt"))
    with AtomicFile.create(folder) as file:
        file.write(_LETTER.encode())
        file.publish(letter, numbers=False)
    for each in (contract, letter):
        run.terminal.paragraph(plain(each), indent=_BODY)
    return contract, letter


def _sign(run: Run, kit: PracticeKit, source: Path) -> SignedFile:
    """Sign one document: a PDF inside, anything else beside."""
    progress = Progress(_("Signing"))
    request = SignRequest(
        source=source,
        container=kit.container,
        signing_time=datetime.now(UTC).replace(microsecond=0),
    )
    try:
        with run.services.practice.secret() as secret:
            signed = run.services.signing.sign(
                request, secret, lambda done, total: progress(done, total, plain(source.name))
            )
    finally:
        progress.end()
    run.note(Action.SIGN, signed.target, "done", practice=True, created_with=signed.created_with)
    maker = made_with(signed.created_with, certified=signed.certified_tool)
    told = _("{level} · made with {maker}").format(level=signed.level, maker=maker)
    run.terminal.paragraph(plain(signed.target), indent=_BODY)
    run.terminal.paragraph(told, indent=_BODY)
    return signed


def _verify(run: Run, signed: tuple[SignedFile, ...]) -> Checked:
    _step(run, 4, _("Both signatures verified by another process, from the files on the disk"))
    targets = tuple(each.target for each in signed)
    checked = run.services.verifying.verify(targets, VerifyOptions(allow_practice=True))
    for file in checked.report.files:
        run.note(Action.VERIFY, file.path, file.verdict.value, practice=True)
    return checked


def _report(run: Run, folder: Path, checked: Checked) -> None:
    _step(run, 5, _("The report, for people (PDF) and for programs (JSON)"))
    for name in (_("Verification protocol.pdf"), "report.json"):
        target = free_name(folder / name)
        run.services.printing.save(checked, target)
        run.terminal.paragraph(plain(target), indent=_BODY)


def _tell_next(run: Run) -> None:
    """Say how to go on by oneself."""
    # Started from a virtual environment, the program is not on the PATH.
    program = "roscherk" if shutil.which("roscherk") else quoted(sys.argv[0])
    command = f"{program} --profile {quoted(str(_root(run)))} verify --allow-practice"
    run.terminal.line()
    run.terminal.line(_("To verify once more: {command} FILE").format(command=command))


def _root(run: Run) -> Path:
    """Return the profile as it would be named on the command line."""
    return run.services.places.data.parent


def _open(run: Run, files: tuple[Path, ...]) -> ExitCode:
    """Open the window on the result, where there is a screen."""
    seen = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not seen:
        run.terminal.line(_("There is no screen here, so the window was not opened."))
        return ExitCode.DONE
    services = run.services
    return ExitCode(run.open_window(lambda: services, services.places, files, practice=True))


COMMAND = Command(
    arguments=_arguments,
    run=_run,
    places=_places,
)
