"""``stamp``: a copy of a signed document that shows its signers. A picture, never a signature."""

import argparse
from pathlib import Path
from typing import Any

from app.cli import stamp_options
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.terminal import Progress
from app.crypto.stamping.copy import StampedCopy
from app.crypto.stamping.style import StampPreset
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.settings import STAMP_PRESET
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.verdicts import Tone, notice

SCHEMA = "roscherk.stamp/1"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("FILE"))
    parser.add_argument(
        "--signature",
        type=Path,
        metavar=_("FILE"),
        help=_("the signature file; without it: inside the document, or beside it"),
    )
    parser.add_argument(
        "--output", type=Path, metavar=_("FILE"), help=_("the name of the stamped copy")
    )
    stamp_options.copy_arguments(parser)
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    options, settings = run.options, run.services.settings
    for path in (options.file, options.signature):
        if path is not None and not path.exists():
            raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(path))
    if options.stamp is None:  # the mark of new signatures may be switched off, this one not
        options.stamp = StampPreset(settings.get(STAMP_PRESET))
    style = stamp_options.style_of(options, settings)
    progress = Progress(_("Making the copy"))
    try:
        copy = run.services.stamping.stamp(
            options.file,
            style,
            signature=options.signature,
            output=options.output,
            progress=lambda done, total: progress(done, total, plain(options.file.name)),
        )
    except RoscherkError as error:
        run.note(Action.STAMP, options.file, error.code.value)
        raise
    finally:
        progress.end()
    run.note(Action.STAMP, copy.target, "done", practice=copy.practice)
    if options.json:
        write_json(_as_object(copy))
    else:
        _tell(run, copy)
    return ExitCode.DONE


def _tell(run: Run, copy: StampedCopy) -> None:
    heading = _("Stamped copy (PRACTICE): {name}") if copy.practice else _("Stamped copy: {name}")
    run.terminal.heading(heading.format(name=plain(copy.target)), Tone.GOOD, practice=copy.practice)
    told = _("The copy is for reading and printing. What counts is the signature in: {name}")
    run.terminal.paragraph(told.format(name=plain(copy.signed_in)), indent="  ")
    for one in copy.notices:
        run.terminal.paragraph(notice(one.code, one.facts), indent="  ")


def _as_object(copy: StampedCopy) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "document": str(copy.document),
        "signed_in": str(copy.signed_in),
        "target": str(copy.target),
        "size": copy.size,
        "marks": copy.marks,
        "practice": copy.practice,
        "notices": copy.notices,
    }


COMMAND = Command(arguments=_arguments, run=_run)
