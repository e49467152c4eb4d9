"""``fields``: the empty places for signatures that a PDF has."""

import argparse
from pathlib import Path
from typing import Any

from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.crypto.fields.model import EmptyField
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.errors import describe
from app.texts.showing import plain

SCHEMA = "roscherk.fields/1"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("FILE"))
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    source: Path = run.options.file
    if not source.exists():
        raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(source))
    found = run.services.fields.empty(source)
    if run.options.json:
        write_json({"schema": SCHEMA, "fields": [_as_object(one) for one in found]})
        return ExitCode.DONE
    if not found:
        run.terminal.paragraph(_("The document has no empty places for signatures."))
    for one in found:
        _tell(run, one)
    return ExitCode.DONE


def _tell(run: Run, one: EmptyField) -> None:
    where = _("not shown on any page")
    if one.page is not None:
        where = _("page {number}").format(number=one.page)
    run.terminal.paragraph(f"{plain(one.name)} · {where}")
    if one.time_stamp:
        run.terminal.paragraph(_("Its author asks for a time stamp."), indent="  ")
    if one.locks:
        told = _("A signature here locks fields of the form.")
        run.terminal.paragraph(told, indent="  ")
    if one.obstacle is not None:
        words = describe(one.obstacle.code, one.obstacle.facts)
        run.terminal.paragraph(words.heading, indent="  ")


def _as_object(one: EmptyField) -> dict[str, Any]:
    return {
        "name": one.name,
        "page": one.page,
        "size": one.size,
        "locks": one.locks,
        "time_stamp": one.time_stamp,
        "obstacle": None if one.obstacle is None else one.obstacle,
    }


COMMAND = Command(arguments=_arguments, run=_run)
