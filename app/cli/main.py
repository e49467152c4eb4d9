"""The command line: finds the command, runs it, and lets no error out but in words.

Without a command it opens the window. Commands import neither Qt nor what parses files: that
happens in worker processes.
"""

import argparse
import contextlib
import gc
import importlib
import io
import logging
import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app import __version__, settings
from app.cli.exit_codes import ExitCode
from app.cli.faces import Build, OpenWindow, Refuse
from app.cli.parsing import Parser, teach_argparse
from app.crypto.verifying.names import are_signatures
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.profile.opening import Opened, opened
from app.texts.catalogue import LANGUAGES, N_, _, preferred_language, set_language
from app.values import dataclass

if TYPE_CHECKING:
    from app.cli.command import Command
    from app.services import Services


@dataclass(frozen=True)
class Named:
    """A command as the list of all shows it. Only the one that is asked for is loaded."""

    module: str
    """Where its `COMMAND` stands."""
    help: str

    def load(self) -> "Command":
        """Return the command itself."""
        return cast("Command", importlib.import_module(self.module).COMMAND)


COMMANDS: Mapping[str, Named] = {
    "demo": Named("app.cli.demo", N_("do the whole main job in practice mode, in a folder")),
    "sign": Named("app.cli.sign", N_("sign files")),
    "verify": Named("app.cli.verify", N_("verify signatures")),
    "stamp": Named("app.cli.stamp", N_("make a copy of a signed PDF that shows its signers")),
    "fields": Named("app.cli.fields", N_("list the empty places for signatures in a PDF")),
    "inspect": Named(
        "app.cli.inspect", N_("look for hidden or active content in a PDF before it is signed")
    ),
    "signature": Named("app.cli.signature", N_("work on signatures that are there")),
    "route": Named(
        "app.cli.route", N_("gather the signatures of several people under one document")
    ),
    "containers": Named("app.cli.containers", N_("list the containers with keys")),
    "tokens": Named("app.cli.tokens", N_("list the tokens that are plugged in")),
    "token": Named("app.cli.token_command", N_("rename or format a token")),
    "pin": Named("app.cli.pin", N_("show, change and unblock the PINs of a token")),
    "certificate": Named("app.cli.certificate", N_("show a certificate, its chain, or print it")),
    "trust": Named("app.cli.trust", N_("the certificate stores: whom you trust, and since when")),
    "request": Named("app.cli.request", N_("make or show a request for a certificate")),
    "container": Named(
        "app.cli.container", N_("make keys, install certificates, test, move and delete them")
    ),
    "check": Named("app.cli.check", N_("check the workplace, or the program itself")),
    "journal": Named("app.cli.journal", N_("show what was done")),
    "profile": Named("app.cli.profile", N_("make and restore a backup of the whole profile")),
    "updates": Named(
        "app.cli.updates", N_("see whether there is a newer version; nothing is downloaded")
    ),
}


def main(
    arguments: Sequence[str],
    *,
    build: Build,
    open_window: OpenWindow,
    refuse: Refuse = lambda _error: None,
) -> int:
    """Run what the arguments ask for; return the exit code."""
    _make_streams_forgiving()
    _keep_log_to_itself()
    try:
        return _run(arguments, build, open_window, refuse)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        error = RoscherkError(ErrorCode.CANCELLED)
        return _told(error, json=False, code=ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads our output has gone. Python would complain again at exit: give it a sink.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.PIPE_CLOSED
    except SystemExit as finished:  # argparse: help, version, wrong usage
        return finished.code if isinstance(finished.code, int) else ExitCode.USAGE


def _run(arguments: Sequence[str], build: Build, open_window: OpenWindow, refuse: Refuse) -> int:
    common, rest = _common_options(arguments)
    named = None if common.profile is None else Places.under(Path(common.profile))
    # Before the gate, and from a settings file of any form: a refusal is told in its language.
    language = _language(common.language, named or Places.of_user())
    set_language(language)
    teach_argparse(language)
    command, options = _parse(rest)
    json = bool(getattr(options, "json", False))
    try:
        if command is None:
            return _in_window(named or Places.of_user(), options, build, open_window, refuse)
        places = named or command.places(options) or Places.of_user()
        return _in_terminal(command, places, options, build, open_window)
    except RoscherkError as error:
        return _told(error, json=json)
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get("ROSCHERK_DEBUG"):
            raise
        # The border: no traceback ever reaches a user.
        return _told(RoscherkError(ErrorCode.UNEXPECTED, exception=type(error).__name__), json=json)


def _told(error: RoscherkError, *, json: bool, code: ExitCode | None = None) -> ExitCode:
    from app.cli.errors import tell  # noqa: PLC0415 - its words are loaded for those who need them

    return tell(error, json=json, code=code)


def _in_terminal(
    command: "Command",
    places: Places,
    options: argparse.Namespace,
    build: Build,
    open_window: OpenWindow,
) -> ExitCode:
    """Run a command."""
    from app.cli.command import Run  # noqa: PLC0415 - the window does without

    with contextlib.ExitStack() as held:
        found = held.enter_context(opened(places)) if command.opens else None
        jobs = getattr(options, "jobs", None) or 2
        services = held.enter_context(_services(build, places, jobs, found))
        _collect_from_now_on()
        code = command.run(Run(services, options, open_window))
        sys.stdout.flush()
    return code


def _collect_from_now_on() -> None:
    """Look for garbage again if the start has left it off, but never at what is loaded by now."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _in_window(
    places: Places,
    options: argparse.Namespace,
    build: Build,
    open_window: OpenWindow,
    refuse: Refuse,
) -> ExitCode:
    """Open the window; one that is refused says so itself."""
    with contextlib.ExitStack() as held:
        try:
            found = held.enter_context(opened(places))
        except RoscherkError as error:
            refuse(error)
            raise
        services = cache(lambda: held.enter_context(_services(build, places, 2, found)))
        if found.restored or found.renewed_from is not None:
            services()  # what was found is told and noted whatever becomes of the window
        # Files opened by a click carry no wish but their kind; the menu of files says what it wants.
        verify = options.verify or (not options.sign and are_signatures(options.files))
        code = open_window(
            services,
            places,
            options.files,
            verify=verify,
        )
    return ExitCode(code)


@contextlib.contextmanager
def _services(
    build: Build, places: Places, jobs: int, found: Opened | None
) -> Iterator["Services"]:
    """Put the services together, tell what was found at the gate, and close them in the end."""
    from app.cli import driver_news, gate  # noqa: PLC0415 - loaded with what they speak of

    services = build(places, jobs=jobs)
    try:
        if found is not None:
            gate.pass_on(services, found)
        services.modules.heed(driver_news.tell)
        yield services
    finally:
        services.close()


def _common_options(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Take out the options that hold for all commands and may stand anywhere."""
    parser = Parser(add_help=False)
    parser.add_argument("--profile")
    parser.add_argument("--language", choices=LANGUAGES)
    return parser.parse_known_args(list(arguments))


def _language(named: str | None, places: Places) -> str:
    """Return the language: the one named, the one set, the one of the locale."""
    chosen = named or settings.Settings.of(places).get(settings.LANGUAGE)
    return preferred_language(os.environ) if chosen == "auto" else chosen


def _parse(arguments: list[str]) -> "tuple[Command | None, argparse.Namespace]":
    """Find the command and its options; None: files without a command open the window."""
    first = next((each for each in arguments if not each.startswith("-")), None)
    is_file = first is not None and first not in COMMANDS and os.access(first, os.F_OK)
    if is_file or (first is None and set(arguments) <= {"--verify", "--sign"}):
        parser = Parser(prog="roscherk")
        _file_arguments(parser)
        return None, parser.parse_args(arguments)
    options = command_parser({first} & COMMANDS.keys()).parse_args(arguments)
    return COMMANDS[options.command].load(), options


def command_parser(whole: Collection[str | None] = COMMANDS.keys()) -> Parser:
    """Return the parser of all commands; the manual and shell completion are written from it.

    ``whole``: the commands that it knows with all their options; of the others it knows what they do.
    """
    parser = Parser(
        prog="roscherk",
        description=_("Signs and verifies documents. Without a command it opens the window."),
        epilog=_("roscherk FILE… opens the window on these files."),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"roscherk {__version__}",
        help=_("show program's version number and exit"),
    )
    parser.add_argument("--profile", metavar=_("DIR"), help=_("work in a profile of its own"))
    parser.add_argument("--language", choices=LANGUAGES, help=_("speak Russian or English"))
    commands = parser.add_subparsers(dest="command", required=True, metavar=_("COMMAND"))
    for name, command in COMMANDS.items():
        words = _(command.help)
        added = commands.add_parser(name, help=words, description=words)
        if name in whole:
            command.load().arguments(added)
    return parser


def _file_arguments(parser: argparse.ArgumentParser) -> None:
    pages = parser.add_mutually_exclusive_group()
    pages.add_argument("--verify", action="store_true", help=_("open the page of verification"))
    pages.add_argument("--sign", action="store_true", help=_("open the page of documents"))
    parser.add_argument("files", nargs="*", type=Path, metavar=_("FILE"))


def _keep_log_to_itself() -> None:
    """Let no record of the log reach standard error: a command speaks in words for people."""
    if not logging.getLogger().handlers and not os.environ.get("ROSCHERK_DEBUG"):
        logging.getLogger().addHandler(logging.NullHandler())


def _make_streams_forgiving() -> None:
    """Write what a stream's encoding lacks as an escape; a name must never stop a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
