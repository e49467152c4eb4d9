"""``inspect``: what in a document may be other than it seems, before it is signed."""

import argparse
from pathlib import Path
from typing import Any

from app.cli import errors
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode, gravest
from app.crypto.presigning.codes import Gravity
from app.crypto.presigning.model import Finding, PresignAnswer
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.presigning import finding_words
from app.texts.showing import plain
from app.texts.verdicts import Tone

SCHEMA = "roscherk.inspect/1"

_TONES = {Gravity.GRAVE: Tone.BAD, Gravity.NOTABLE: Tone.UNSURE, Gravity.TOLD: Tone.PLAIN}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar=_("FILE"))
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    told, codes = [], []
    for source in run.options.files:
        answer, error = _look(run, source)
        told.append(
            {
                "path": str(source),
                "findings": [as_object(one) for one in answer.findings],
                "error": None if error is None else errors.as_object(error),
            }
        )
        codes.append(_code(answer, error))
        if not run.options.json:
            _tell(run, source, answer, error)
    if run.options.json:
        write_json({"schema": SCHEMA, "files": told})
    return gravest(codes)


def _look(run: Run, source: Path) -> tuple[PresignAnswer, RoscherkError | None]:
    if not source.exists():
        return PresignAnswer(), RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(source))
    try:
        return run.services.presigning.look(source), None
    except RoscherkError as error:
        return PresignAnswer(), error


def _code(answer: PresignAnswer, error: RoscherkError | None) -> ExitCode:
    if error is not None:
        return errors.code_of(error)
    return ExitCode.INDETERMINATE if answer.grave else ExitCode.DONE


def _tell(run: Run, source: Path, answer: PresignAnswer, error: RoscherkError | None) -> None:
    if error is not None:
        errors.lines(error, about=plain(source))
        return
    run.terminal.heading(plain(source), _tone(answer))
    if not answer.findings:
        run.terminal.paragraph(_("Nothing suspicious was found."), indent="  ")
    tell_findings(run, answer)


def tell_findings(run: Run, answer: PresignAnswer, *, least: Gravity = Gravity.TOLD) -> None:
    """Say what was found, down to a weight."""
    weights = list(Gravity)
    for found in answer.findings:
        if weights.index(found.gravity) <= weights.index(least):
            run.terminal.paragraph(finding_words(found), indent="  ")


def _tone(answer: PresignAnswer) -> Tone:
    return _TONES[answer.findings[0].gravity] if answer.findings else Tone.GOOD


def as_object(found: Finding) -> dict[str, Any]:
    """Return a finding for JSON; ``area`` in millimetres from the upper left corner of its page."""
    area = found.area
    return {
        "code": found.code,
        "gravity": found.gravity,
        "facts": found.facts,
        "pages": found.pages,
        "area": None
        if area is None
        else {
            "page": area.page,
            "left": area.left,
            "top": area.top,
            "width": area.width,
            "height": area.height,
        },
    }


def before_signing(run: Run) -> dict[Path, PresignAnswer]:
    """Look at all files before anybody types a PIN; say what is worth knowing.

    Raises PDF_SUSPICIOUS for a grave finding where ``--strict`` was asked for. A file that cannot be
    looked at is left to the signing, which says why.
    """
    found = {}
    for source in run.options.files:
        answer, error = _look(run, source)
        found[source] = answer
        if error is None and not run.options.json and _weighs(answer):
            told = _("Before you sign {name}:").format(name=plain(source))
            run.terminal.heading(told, _tone(answer))
            tell_findings(run, answer, least=Gravity.NOTABLE)
    for source, answer in found.items():
        if run.options.strict and answer.grave:
            raise RoscherkError(ErrorCode.PDF_SUSPICIOUS, path=str(source))
    return found


def _weighs(answer: PresignAnswer) -> bool:
    return any(one.gravity is not Gravity.TOLD for one in answer.findings)


COMMAND = Command(
    arguments=_arguments,
    run=_run,
)
