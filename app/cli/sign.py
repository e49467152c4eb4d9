"""``sign``: sign files with one key and one entry of its secret."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app import settings as table
from app.cli import errors, inspect, levels, stamp_options
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode, gravest
from app.cli.keys import opened_key, secret_arguments
from app.cli.parsing import whole_number
from app.cli.resume import check_resume, resume_argument, resumed
from app.cli.terminal import Progress
from app.cli.token_wait import SigningKey, tell_stop
from app.crypto.model import Encoding, SignatureFormat, SignedFile, SigningAct, SignRequest
from app.crypto.opening import looks_like_pdf, open_regular
from app.crypto.presigning.model import PresignAnswer
from app.crypto.saving import edited_target, free_name, usual_target
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.makers import made_with
from app.texts.showing import plain
from app.texts.verdicts import Tone, level_meaning, notice
from app.tokens.awaiting import wants_pin
from app.tokens.model import Container
from app.tokens.pin import Secret
from app.values import dataclass

SCHEMA = "roscherk.sign/1"

_ABOUT_ONE_FILE = frozenset(
    {
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_IS_FOLDER,
        ErrorCode.FILE_UNREADABLE,
        ErrorCode.FILE_EMPTY,
        ErrorCode.FILE_CHANGED,
        ErrorCode.FILE_TOO_LARGE,
        ErrorCode.FILE_NOT_REGULAR,
        ErrorCode.TARGET_EXISTS,
        ErrorCode.TARGET_UNWRITABLE,
        ErrorCode.TARGET_NAME_TOO_LONG,
        ErrorCode.NOT_A_PDF,
        ErrorCode.PDF_ENCRYPTED,
        ErrorCode.PDF_FORBIDS_SIGNING,
        ErrorCode.PDF_DAMAGED,
        ErrorCode.PDF_FIELD_NOT_FOUND,
        ErrorCode.PDF_FIELD_SIGNED,
        ErrorCode.PDF_FIELD_DEMANDS,
        ErrorCode.STAMP_PAGES_INVALID,
        ErrorCode.STAMP_PLACE_INVALID,
        ErrorCode.STAMP_TOO_SMALL,
        ErrorCode.STAMP_NO_ROOM,
        ErrorCode.FORMAT_UNKNOWN,
        ErrorCode.FORMAT_DAMAGED,
        ErrorCode.FORMAT_TOO_COMPLEX,
        ErrorCode.CONTENT_NOT_FOUND,
        ErrorCode.CONTENT_DIFFERS,
        ErrorCode.SIGNATURE_NONE,
        ErrorCode.SIGNATURE_NUMBER_UNKNOWN,
        ErrorCode.SIGNATURE_BROKEN,
        ErrorCode.SIGNATURE_REPEATED,
        ErrorCode.ARCHIVE_STAMP_HOLDS,
        ErrorCode.LEVEL_UNSUITABLE,
        ErrorCode.CHILD_CRASHED,
        ErrorCode.CHILD_OVER_LIMIT,
    }
)
"""After these the next file is tried. After any other the key would fail again: the run ends."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar=_("FILE"))
    parser.add_argument(
        "--key",
        required=True,
        metavar="URI",
        help=_("the key: container:NAME, pfx:PATH, cryptopro:PATH, card:…, pkcs11:… or practice:"),
    )
    parser.add_argument(
        "--format",
        choices=[each.value for each in SignatureFormat],
        default=SignatureFormat.AUTO.value,
        help=_("auto: inside a PDF, beside anything else"),
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--detached",
        dest="attached",
        action="store_false",
        default=None,
        help=_("the signature in a file of its own"),
    )
    where.add_argument(
        "--attached",
        dest="attached",
        action="store_true",
        default=None,
        help=_("the document inside the signature file"),
    )
    act = parser.add_mutually_exclusive_group()
    act.add_argument(
        "--co-sign",
        action="store_true",
        help=_("FILE is a signature: add one more signer of the same document"),
    )
    act.add_argument(
        "--counter-sign",
        type=whole_number,
        metavar="N",
        help=_("FILE is a signature: certify its signature N, counted from 1, as verify shows it"),
    )
    parser.add_argument(
        "--content",
        type=Path,
        metavar=_("FILE"),
        help=_("the document of a detached signature that is signed once more"),
    )
    parser.add_argument("--encoding", choices=[each.value for each in Encoding])
    parser.add_argument(
        "--output",
        type=Path,
        metavar=_("FILE_OR_DIR"),
        help=_("the name of the result, or a folder for all results"),
    )
    levels.level_arguments(parser, required=False)
    parser.add_argument(
        "--field",
        metavar=_("NAME"),
        help=_("PDF: sign in this empty place of the form, see the command fields"),
    )
    stamp_options.sign_arguments(parser)
    resume_argument(parser)
    parser.add_argument(
        "--strict",
        action="store_true",
        help=_("PDF: refuse to sign hidden or active content, see the command inspect"),
    )
    secret_arguments(parser)
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


@dataclass(frozen=True)
class _Outcome:
    """What became of one file."""

    source: Path
    signed: SignedFile | None = None
    error: RoscherkError | None = None
    before: Path | None = None
    """The signature that an earlier run made."""

    @property
    def code(self) -> ExitCode:
        """0 only where the signature has the level that was asked for."""
        if self.before is not None:
            return ExitCode.DONE
        if self.error is not None:
            return errors.code_of(self.error)
        done = self.signed is not None and self.signed.shortfall is None
        return ExitCode.DONE if done else ExitCode.FAILED


def _run(run: Run) -> ExitCode:
    outputs = run.options.output
    if len(run.options.files) > 1 and outputs is not None and not outputs.is_dir():
        value = _("several files need a folder")
        raise RoscherkError(ErrorCode.USAGE, option="--output", value=value)
    _check_act(run.options)
    for source in run.options.files:
        if len(run.options.files) == 1 and not source.exists():
            # Before anybody types a PIN for nothing.
            raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(source))
    stamp_options.style_of(run.options, run.services.settings)  # wrong ones are told at once
    levels.order_of(run)
    looks = inspect.before_signing(run)
    with opened_key(run, run.options.key) as (container, secret):
        outcomes = _all(run, container, secret)
    if run.options.json:
        files = [_as_object(each, looks[each.source]) for each in outcomes]
        left = [str(path) for path in _left(run, outcomes)]
        write_json({"schema": SCHEMA, "files": files, "not_signed": left})
    return gravest(each.code for each in outcomes)


def _check_act(options: argparse.Namespace) -> None:
    """Refuse options that do not go with adding to the signatures that are there."""
    adding = _act(options) is not SigningAct.NEW
    if adding and (options.attached is not None or options.format != SignatureFormat.AUTO):
        value = _("the form of the file stays as it is")
        raise RoscherkError(ErrorCode.USAGE, option="--co-sign, --counter-sign", value=value)
    if options.counter_sign is not None and options.counter_sign < 1:
        value = _("signatures are counted from 1 on, as verify shows them")
        raise RoscherkError(ErrorCode.USAGE, option="--counter-sign", value=value)
    if options.content is not None and (not adding or len(options.files) > 1):
        value = _("it belongs to one file only, with --co-sign or --counter-sign")
        raise RoscherkError(ErrorCode.USAGE, option="--content", value=value)
    check_resume(options, adding=adding)


def _act(options: argparse.Namespace) -> SigningAct:
    if options.co_sign:
        return SigningAct.CO_SIGN
    return SigningAct.NEW if options.counter_sign is None else SigningAct.COUNTER_SIGN


def _all(run: Run, container: Container, secret: Secret | None) -> list[_Outcome]:
    """Sign all files; where that stops before the end, say what is signed and what is not."""
    done: list[_Outcome] = []
    whole = False
    try:
        for outcome in _outcomes(run, container, secret):
            done.append(outcome)  # noqa: PERF402 - what was done before Ctrl+C must be known
        whole = len(done) == len(run.options.files) and not _stops(done[-1])
    finally:
        if not whole and len(run.options.files) > 1:
            _tell_stop(run, done)
    return done


def _tell_stop(run: Run, done: list[_Outcome]) -> None:
    signed = _signed(done)
    files: list[Path] = run.options.files
    tell_stop([path for path in files if path in signed], _left(run, done))


def _left(run: Run, done: list[_Outcome]) -> list[Path]:
    """Return the files that are not signed."""
    signed = _signed(done)
    return [path for path in run.options.files if path not in signed]


def _signed(done: list[_Outcome]) -> set[Path]:
    return {each.source for each in done if each.signed is not None or each.before is not None}


def _outcomes(run: Run, container: Container, secret: Secret | None) -> Iterator[_Outcome]:
    """Sign file after file; a secret that was refused is never sent again.

    With several files the token is logged in once. A key that wants its PIN for each signature is
    asked for it before each; a token that was pulled out is waited for at a terminal.
    """
    key = SigningKey(run, container, secret)
    before = resumed(run, container)
    try:
        for source in run.options.files:
            if source in before:
                outcome = _Outcome(source, before=before[source])
                _tell(run, outcome)
                yield outcome
                continue
            key.before(source)
            outcome = _sign(run, source, key)
            while outcome.error is not None and key.again(source, outcome.error):
                outcome = _sign(run, source, key)
            _tell(run, outcome)
            yield outcome
            if _stops(outcome):
                return
    finally:
        key.wipe()


def _stops(outcome: _Outcome) -> bool:
    """Tell whether the key would fail for the next file too."""
    return outcome.error is not None and outcome.error.code not in _ABOUT_ONE_FILE


def _sign(run: Run, source: Path, key: SigningKey) -> _Outcome:
    container = key.container
    progress, act = Progress(_("Signing")), _act(run.options).value
    try:
        signed = run.services.signing.sign(
            _request(run, source, container),
            key.secret,
            progress=lambda done, total: progress(done, total, plain(source.name)),
        )
    except RoscherkError as error:
        if not wants_pin(error):
            run.note(Action.SIGN, source, error.code.value, key=container.uri, act=act)
        return _Outcome(source, error=error)
    finally:
        progress.end()
    run.note(
        Action.SIGN,
        signed.target,
        "done",
        source=str(source),
        key=container.uri,
        practice=signed.practice,
        created_with=signed.created_with,
        level=signed.level,
        attached=signed.attached,
        encoding=signed.encoding.value,
        act=act,
    )
    return _Outcome(source, signed=signed)


def _request(run: Run, source: Path, container: Container) -> SignRequest:
    """Put the options into a request; what is not named is as the settings say."""
    options, settings = run.options, run.services.settings
    attached = options.attached
    return SignRequest(
        source=source,
        container=container,
        format=SignatureFormat(options.format),
        attached=settings.get(table.ATTACHED) if attached is None else attached,
        encoding=Encoding(options.encoding or settings.get(table.ENCODING)),
        output=_target(options, source, container),
        stamp=stamp_options.style_of(options, settings),
        signing_time=datetime.now(UTC).replace(microsecond=0),
        level=levels.level_of(options),
        evidence=levels.order_of(run),
        act=_act(options),
        content=options.content,
        countersigned=options.counter_sign,
        field_name=options.field,
    )


def _target(options: argparse.Namespace, source: Path, container: Container) -> Path | None:
    """Return the file to be written; in a folder it gets the usual name."""
    output: Path | None = options.output
    if output is None or not output.is_dir():
        return output
    if _act(options) is not SigningAct.NEW:
        return free_name(output / edited_target(source, practice=container.practice).name)
    format_ = SignatureFormat(options.format)
    if format_ is SignatureFormat.AUTO:
        with open_regular(source) as file:
            inside = looks_like_pdf(file)
        format_ = SignatureFormat.PADES if inside else SignatureFormat.CADES
    name = usual_target(source, format_, practice=container.practice).name
    return free_name(output / name)


def _tell(run: Run, outcome: _Outcome) -> None:
    """Say what became of one file, at once: the next may take long."""
    if outcome.error is not None:
        errors.lines(outcome.error, about=plain(outcome.source))
    if outcome.before is not None and not run.options.json:
        heading = _("Signed before: {name}").format(name=plain(outcome.before))
        run.terminal.heading(heading, Tone.PLAIN)
    if outcome.signed is None or run.options.json:
        return
    signed = outcome.signed
    heading = _("Signed (PRACTICE): {name}") if signed.practice else _("Signed: {name}")
    named = heading.format(name=plain(signed.target))
    run.terminal.heading(named, Tone.GOOD, practice=signed.practice)
    maker = made_with(signed.created_with, certified=signed.certified_tool)
    meaning = level_meaning(signed.level)
    level = f"{plain(signed.level)} ({meaning})" if meaning else plain(signed.level)
    told = _("{level} · made with {maker}").format(level=level, maker=maker)
    run.terminal.paragraph(told, indent="  ")
    levels.tell_time(run.terminal, signed.time_stamp)
    again = levels.command_to_raise(signed.target, run.options.level)
    levels.tell_shortfall(run.terminal, signed.shortfall, again)
    levels.tell_network(run.terminal, signed.network)
    for told_of in signed.notices:
        run.terminal.paragraph(notice(told_of.code, told_of.facts), indent="  ")


def _as_object(outcome: _Outcome, look: PresignAnswer) -> dict[str, Any]:
    signed = outcome.signed
    return {
        "source": str(outcome.source),
        "target": None if signed is None else str(signed.target),
        "signed_before": None if outcome.before is None else str(outcome.before),
        "format": None if signed is None else signed.format,
        "attached": None if signed is None else signed.attached,
        "encoding": None if signed is None else signed.encoding,
        "level": None if signed is None else signed.level,
        "time_stamp": None if signed is None else signed.time_stamp,
        "shortfall": None if signed is None else levels.shortfall_object(signed.shortfall),
        "network": [] if signed is None else levels.network_object(signed.network),
        "digest": None if signed is None else signed.digest_name,
        "practice": None if signed is None else signed.practice,
        "created_with": None if signed is None else signed.created_with,
        "certified_tool": None if signed is None else signed.certified_tool,
        "notices": [] if signed is None else signed.notices,
        "findings": [inspect.as_object(each) for each in look.findings],
        "error": None if outcome.error is None else errors.as_object(outcome.error),
    }


COMMAND = Command(arguments=_arguments, run=_run)
