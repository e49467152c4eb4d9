"""``signature``: take the document out, drop, join, part, convert and raise signatures."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.cli import errors, extend
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode, gravest
from app.cli.parsing import whole_number
from app.cli.terminal import Progress
from app.crypto.editing.model import Convert, Edited, Extract, Merge, Remove, Split
from app.crypto.model import Encoding
from app.crypto.revisions.model import ExtractRevision, signed_version_name
from app.crypto.saving import edited_target, free_name
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.editing_words import edited_lines
from app.texts.showing import plain
from app.texts.verdicts import Tone, notice
from app.values import dataclass

SCHEMA = "roscherk.signature/1"

_JOURNAL: Mapping[str, Action] = {
    "extract": Action.SIGNATURE_EXTRACT,
    "remove": Action.SIGNATURE_REMOVE,
    "merge": Action.SIGNATURE_MERGE,
    "split": Action.SIGNATURE_SPLIT,
    "convert": Action.SIGNATURE_CONVERT,
}


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    extract = actions.add_parser("extract", help=_("save the document that is inside"))
    remove = actions.add_parser("remove", help=_("save the file without one signature"))
    merge = actions.add_parser("merge", help=_("join detached signatures of one document"))
    split = actions.add_parser("split", help=_("save a file for each signer"))
    convert = actions.add_parser("convert", help=_("put the document inside, or leave it out"))
    extend.arguments(actions.add_parser("extend", help=_("raise signatures to a higher level")))
    for each in (extract, remove, merge, split, convert):
        each.add_argument("files", nargs="+", type=Path, metavar=_("FILE"))
        output = _("the name of the result, or a folder for all results")
        each.add_argument("--output", type=Path, metavar=_("FILE_OR_DIR"), help=output)
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))
    for each in (remove, merge, split, convert):
        each.add_argument(
            "--encoding",
            choices=[one.value for one in Encoding],
            help=_("how the result is written; if not named, as the source"),
        )
    for each in (remove, merge, convert):
        each.add_argument(
            "--content",
            type=Path,
            metavar=_("FILE"),
            help=_("the document of a detached signature"),
        )
    remove.add_argument(
        "--number",
        type=whole_number,
        required=True,
        metavar="N",
        help=_("the number of the signature, from 1 on, as verify shows it"),
    )
    extract.add_argument(
        "--revision",
        type=whole_number,
        metavar="N",
        help=_("PDF: save the version that signature N covers, as verify shows it"),
    )
    _form_arguments(convert)


def _form_arguments(convert: argparse.ArgumentParser) -> None:
    """Ask for what the result is to be: there is no usual one."""
    form = convert.add_mutually_exclusive_group(required=True)
    form.add_argument(
        "--detached",
        dest="attached",
        action="store_false",
        help=_("the signature in a file of its own"),
    )
    form.add_argument(
        "--attached",
        dest="attached",
        action="store_true",
        help=_("the document inside the signature file"),
    )


@dataclass(frozen=True)
class _Outcome:
    """What became of one piece of work."""

    source: Path
    edited: Edited | None = None
    error: RoscherkError | None = None

    @property
    def code(self) -> ExitCode:
        """0 where it was done."""
        return ExitCode.DONE if self.error is None else errors.code_of(self.error)


def _run(run: Run) -> ExitCode:
    options = run.options
    if options.action == "extend":
        return extend.run(run)
    _check_usage(options)
    if options.action == "merge":
        outcomes = [_do(run, options.files[0], lambda progress: _merge(run, progress))]
    else:
        outcomes = [_do(run, each, _step(run, each)) for each in options.files]
    if options.json:
        files = [_as_object(each) for each in outcomes]
        write_json({"schema": SCHEMA, "action": options.action, "files": files})
    return gravest(each.code for each in outcomes)


def _check_usage(options: argparse.Namespace) -> None:
    """Refuse what cannot be meant, before anything is read."""
    output: Path | None = options.output
    folder = output is not None and output.is_dir()
    many = len(options.files) > 1 and options.action != "merge"
    if options.action == "merge" and len(options.files) < 2:
        raise _usage("FILE", _("at least two files are needed"))
    if many and output is not None and not folder:
        raise _usage("--output", _("several files need a folder"))
    if many and getattr(options, "content", None) is not None:
        raise _usage("--content", _("it belongs to one file only"))
    if options.action == "split" and output is not None and not folder:
        raise _usage("--output", _("a folder is needed: several files are made"))


def _step(run: Run, source: Path) -> Callable[[Progress], Edited]:
    def step(progress: Progress) -> Edited:
        return _ONE_FILE[run.options.action](run, source, progress)

    return step


def _do(run: Run, source: Path, work: Callable[[Progress], Edited]) -> _Outcome:
    """Do one piece of work, tell what became of it, and note it."""
    action = _JOURNAL[run.options.action]
    progress = Progress(_("Working"))
    try:
        edited = work(progress)
    except RoscherkError as error:
        run.note(action, source, error.code.value)
        errors.lines(error, about=plain(source))
        return _Outcome(source, error=error)
    finally:
        progress.end()
    for target in edited.targets:
        run.note(action, target, "done", source=str(source), signers=edited.signers)
    if not run.options.json:
        _tell(run, edited)
    return _Outcome(source, edited)


def _extract(run: Run, source: Path, progress: Progress) -> Edited:
    number = run.options.revision
    if number is not None:
        output: Path | None = run.options.output
        if output is not None and output.is_dir():
            output = free_name(output / signed_version_name(source, number).name)
        request = ExtractRevision(source=source, number=number, output=output)
        return Edited(source=source, targets=(run.services.revisions.extract(request).target,))
    return run.services.editing.extract(
        Extract(source=source, output=_output(run, source, extracted=True)),
        _about(progress, source),
    )


def _remove(run: Run, source: Path, progress: Progress) -> Edited:
    options = run.options
    request = Remove(
        source=source,
        number=options.number,
        content=options.content,
        output=_output(run, source),
        encoding=_encoding(options),
    )
    return run.services.editing.remove(request, _about(progress, source))


def _split(run: Run, source: Path, progress: Progress) -> Edited:
    request = Split(source=source, folder=run.options.output, encoding=_encoding(run.options))
    return run.services.editing.split(request, _about(progress, source))


def _convert(run: Run, source: Path, progress: Progress) -> Edited:
    options = run.options
    request = Convert(
        source=source,
        attached=options.attached,
        content=options.content,
        output=_output(run, source),
        encoding=_encoding(options),
    )
    return run.services.editing.convert(request, _about(progress, source))


def _merge(run: Run, progress: Progress) -> Edited:
    options = run.options
    first: Path = options.files[0]
    request = Merge(
        sources=tuple(options.files),
        content=options.content,
        output=_output(run, first),
        encoding=_encoding(options),
    )
    return run.services.editing.merge(request, _about(progress, first))


_ONE_FILE: Mapping[str, Callable[[Run, Path, Progress], Edited]] = {
    "extract": _extract,
    "remove": _remove,
    "split": _split,
    "convert": _convert,
}


def _encoding(options: argparse.Namespace) -> Encoding | None:
    return None if options.encoding is None else Encoding(options.encoding)


def _output(run: Run, source: Path, *, extracted: bool = False) -> Path | None:
    """Return the file to be written; in a folder it gets the usual name."""
    output: Path | None = run.options.output
    if output is None or not output.is_dir():
        return output
    usual = edited_target(source, practice=False)
    if extracted:
        from app.crypto.verifying.names import name_of_enclosed  # noqa: PLC0415 - rarely needed

        usual = name_of_enclosed(source)
    return free_name(output / usual.name)


def _about(progress: Progress, source: Path) -> Callable[[int, int], None]:
    name = plain(source.name)

    def tell(done: int, total: int) -> None:
        progress(done, total, name)

    return tell


def _tell(run: Run, edited: Edited) -> None:
    for target in edited.targets:
        saved = _("Saved: {name}").format(name=plain(target))
        run.terminal.heading(saved, Tone.GOOD)
    told = (notice(each.code, each.facts) for each in edited.notices)
    for line in (*edited_lines(edited), *told):
        run.terminal.paragraph(line, indent="  ")


def _as_object(outcome: _Outcome) -> dict[str, Any]:
    edited = outcome.edited
    return {
        "source": str(outcome.source),
        "targets": [] if edited is None else [str(each) for each in edited.targets],
        "signers": None if edited is None else edited.signers,
        "attached": None if edited is None else edited.attached,
        "document": None if edited is None or edited.document is None else str(edited.document),
        "certificates_removed": None if edited is None else edited.certificates_removed,
        "duplicates": None if edited is None else edited.duplicates,
        "warnings": []
        if edited is None
        else [{"code": each.code, "facts": each.facts} for each in edited.notices],
        "error": None if outcome.error is None else errors.as_object(outcome.error),
    }


def _usage(option: str, value: str) -> RoscherkError:
    return RoscherkError(ErrorCode.USAGE, option=option, value=value)


COMMAND = Command(
    arguments=_arguments,
    run=_run,
)
