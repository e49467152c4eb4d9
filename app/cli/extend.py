"""``signature extend``: raise signatures that are there to a higher level, in a new file."""

import argparse
from pathlib import Path
from typing import Any

from app.cli import errors, levels
from app.cli.command import Run, write_json
from app.cli.exit_codes import ExitCode, gravest
from app.cli.parsing import whole_number
from app.cli.terminal import Progress
from app.crypto.model import Encoding, EvidenceOrder
from app.crypto.raising.model import RaisedFile, RaisedSignature, RaiseRequest
from app.crypto.saving import edited_target, free_name
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.values import dataclass

SCHEMA = "roscherk.signature/1"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("files", nargs="+", type=Path, metavar=_("FILE"))
    levels.level_arguments(parser, required=True)
    parser.add_argument(
        "--number",
        type=whole_number,
        action="append",
        metavar="N",
        help=_(
            "only the signature with this number, from 1 on, as verify shows it; may be repeated"
        ),
    )
    parser.add_argument(
        "--content", type=Path, metavar=_("FILE"), help=_("the document of a detached signature")
    )
    parser.add_argument(
        "--encoding",
        choices=[one.value for one in Encoding],
        help=_("how the result is written; if not named, as the source"),
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar=_("FILE_OR_DIR"),
        help=_("the name of the result, or a folder for all results"),
    )
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


@dataclass(frozen=True)
class _Outcome:
    """What became of one file."""

    source: Path
    raised: RaisedFile | None = None
    error: RoscherkError | None = None

    @property
    def code(self) -> ExitCode:
        """0 only where every signature has the level that was asked for."""
        if self.raised is None:
            return errors.code_of(self.error)
        short = any(one.shortfall is not None for one in self.raised.signatures)
        return ExitCode.FAILED if short else ExitCode.DONE


def run(run: Run) -> ExitCode:
    """Raise file after file."""
    options = run.options
    many = len(options.files) > 1
    if many and options.output is not None and not options.output.is_dir():
        raise _usage("--output", _("several files need a folder"))
    if many and (options.content is not None or options.number is not None):
        raise _usage("--content, --number", _("it belongs to one file only"))
    order = levels.order_of(run)
    outcomes = [_raise(run, source, order) for source in options.files]
    if options.json:
        files = [_as_object(each) for each in outcomes]
        write_json({"schema": SCHEMA, "action": "extend", "files": files})
    return gravest(each.code for each in outcomes)


def _raise(run: Run, source: Path, order: EvidenceOrder) -> _Outcome:
    """Raise one file, tell what became of it, and note it."""
    progress = Progress(_("Working"))
    options = run.options
    request = RaiseRequest(
        source=source,
        level=levels.level_of(options),
        evidence=order,
        numbers=None if options.number is None else tuple(options.number),
        content=options.content,
        output=_output(options, source),
        encoding=None if options.encoding is None else Encoding(options.encoding),
    )
    try:
        raised = run.services.raising.raise_file(
            request, lambda done, total: progress(done, total, plain(source.name))
        )
    except RoscherkError as error:
        progress.end()
        run.note(Action.SIGNATURE_EXTEND, source, error.code.value, level=options.level)
        errors.lines(error, about=plain(source))
        return _Outcome(source, error=error)
    finally:
        progress.end()
    run.note(
        Action.SIGNATURE_EXTEND, raised.target, "done", source=str(source), level=options.level
    )
    if not options.json:
        _tell(run, raised)
    return _Outcome(source, raised)


def _output(options: argparse.Namespace, source: Path) -> Path | None:
    """Return the file to be written; in a folder it gets the usual name."""
    output: Path | None = options.output
    if output is None or not output.is_dir():
        return output
    return free_name(output / edited_target(source, practice=False).name)


def _tell(run: Run, raised: RaisedFile) -> None:
    run.terminal.heading(_("Saved: {name}").format(name=plain(raised.target)), Tone.GOOD)
    for one in raised.signatures:
        told = _("Signature {number}: {before} → {after}")
        words = told.format(number=one.number, before=plain(one.before), after=plain(one.after))
        run.terminal.paragraph(words, indent="  ")
        levels.tell_time(run.terminal, one.time_stamp)
        levels.tell_shortfall(run.terminal, one.shortfall)
    levels.tell_network(run.terminal, raised.network)


def _as_object(outcome: _Outcome) -> dict[str, Any]:
    raised = outcome.raised
    return {
        "source": str(outcome.source),
        "target": None if raised is None else str(raised.target),
        "format": None if raised is None else raised.format,
        "signatures": []
        if raised is None
        else [_signature_object(each) for each in raised.signatures],
        "network": [] if raised is None else levels.network_object(raised.network),
        "error": None if outcome.error is None else errors.as_object(outcome.error),
    }


def _signature_object(one: RaisedSignature) -> dict[str, Any]:
    return {
        "index": one.index,
        "before": one.before,
        "after": one.after,
        "time_stamp": one.time_stamp,
        "shortfall": levels.shortfall_object(one.shortfall),
    }


def _usage(option: str, value: str) -> RoscherkError:
    return RoscherkError(ErrorCode.USAGE, option=option, value=value)
