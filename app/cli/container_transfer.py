"""``container test``, ``import`` and ``export``: try a key, take one over, hand one on."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.cli.command import Run, write_json
from app.cli.container_naming import named
from app.cli.exit_codes import ExitCode
from app.cli.keys import new_password, password_for, secret_arguments, secret_of
from app.crypto.containers.model import ContainerTest
from app.crypto.containers.model import Tone as ReportTone
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts import verdicts
from app.texts.algorithm_words import key_words
from app.texts.catalogue import _
from app.texts.container_words import odd_words, shown_tone
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.uri import KeyUri

SCHEMA = "roscherk.container-transfer/1"


def add_arguments(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the three actions to the command ``container``."""
    test = actions.add_parser("test", help=_("see that a key opens and fits its certificate"))
    test.add_argument("uri", metavar="URI")
    taken = actions.add_parser(
        "import", help=_("take the key of a PKCS#12 file over into the program's own store")
    )
    taken.add_argument("uri", metavar="pfx:PATH")
    taken.add_argument("--name", required=True, metavar=_("NAME"))
    given = actions.add_parser("export", help=_("write a key to a new PKCS#12 file"))
    given.add_argument("uri", metavar="URI")
    given.add_argument("--output", required=True, type=Path, metavar=_("FILE"))
    for each in (test, taken, given):
        secret_arguments(each)
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _test(run: Run) -> ExitCode:
    tested = _tested(run)
    container = tested.facts.container
    bad = tested.tone is ReportTone.BAD
    code = ExitCode.FAILED if bad else ExitCode.DONE
    run.note(Action.CONTAINER_TEST, container.uri, "bad" if bad else "done")
    if run.options.json:
        lines = [
            {"code": line.notice.code, "facts": line.notice.facts, "tone": line.tone}
            for line in tested.lines
        ]
        told = {"result": tested.tone, "lines": lines, "warnings": tested.warnings}
        write_json({**_object(container), **told})
        return code
    heading = _("Test of the key: {uri}").format(uri=plain(container.uri))
    run.terminal.heading(heading, shown_tone(tested.tone))
    _show_key(run, container)
    for line in tested.lines:
        words = verdicts.notice(line.notice.code, line.notice.facts)
        run.terminal.marked(words, shown_tone(line.tone))
    for odd in tested.warnings:
        run.terminal.marked(odd_words(odd), Tone.UNSURE)
    return code


def _tested(run: Run) -> ContainerTest:
    """Open the key with one entry of its secret."""
    keyring, testing = run.services.keyring, run.services.containers.testing
    wanted = KeyUri.parse(run.options.uri)
    if wanted.kind is KeyPlaceKind.PFX:
        with password_for(run, plain(wanted.path)) as password:
            return testing.test(keyring.find(run.options.uri, password).container, password)
    container = named(run, run.options.uri)
    secret = secret_of(run, container) if _may_open(run, container) else None
    try:
        return testing.test(container, secret)
    finally:
        if secret is not None:
            secret.wipe()


def _may_open(run: Run, container: Container) -> bool:
    """Tell whether a test may open this key: else no PIN is asked for what would be refused."""
    if container.place is not KeyPlaceKind.CARD:
        return True
    try:
        run.services.keyring.demand_permission(container)
    except RoscherkError as error:
        if error.code is not ErrorCode.KEY_READING_OFF:
            raise
        return False
    return True


def _import(run: Run) -> ExitCode:
    wanted = KeyUri.parse(run.options.uri)
    if wanted.kind is not KeyPlaceKind.PFX or wanted.path is None:
        value = _("only a key in a PKCS#12 file can be taken over (pfx:PATH)")
        raise RoscherkError(ErrorCode.USAGE, option="import", value=value)
    name = run.options.name
    with (
        password_for(run, plain(wanted.path)) as password,
        new_password(run, plain(name)) as new,
        run.noting_failure(Action.CONTAINER_IMPORT, name, source=str(wanted)),
    ):
        store = run.services.store
        container = store.import_pfx(name, wanted.path, password, new)
    run.note(Action.CONTAINER_IMPORT, container.uri, "done", source=str(wanted))
    if run.options.json:
        write_json(_object(container))
        return ExitCode.DONE
    heading = _("The key was taken over: {uri}").format(uri=plain(container.uri))
    run.terminal.heading(heading, Tone.GOOD)
    _show_key(run, container)
    return ExitCode.DONE


def _export(run: Run) -> ExitCode:
    target: Path = run.options.output
    keyring = run.services.keyring
    wanted = KeyUri.parse(run.options.uri)
    if wanted.kind is KeyPlaceKind.PFX:
        with password_for(run, plain(wanted.path)) as password:
            container = keyring.find(run.options.uri, password).container
            failing = run.noting_failure(Action.CONTAINER_EXPORT, container.uri, file=str(target))
            with new_password(run, plain(target)) as new, failing:
                keyring.export_pfx(container, target, password, new)
    else:
        container = named(run, run.options.uri)
        _refuse_early(run, container)
        with (
            password_for(run, plain(container.label)) as password,
            new_password(run, plain(target)) as new,
            run.noting_failure(Action.CONTAINER_EXPORT, container.uri, file=str(target)),
        ):
            keyring.export_pfx(container, target, password, new)
    run.note(Action.CONTAINER_EXPORT, container.uri, "done", file=str(target))
    if run.options.json:
        write_json({**_object(container), "target": str(target)})
        return ExitCode.DONE
    run.terminal.heading(_("The key was written: {name}").format(name=plain(target)), Tone.GOOD)
    told = _("Whoever has this file and its password can sign in your name.")
    run.terminal.paragraph(told, indent="  ")
    return ExitCode.DONE


def _refuse_early(run: Run, container: Container) -> None:
    """Say what forbids an export before anybody types a password for nothing."""
    if container.state in {ContainerState.DAMAGED, ContainerState.UNSUPPORTED}:
        run.services.keyring.open(container)  # raises what is wrong with it
    if container.exportable is not True:
        raise RoscherkError(ErrorCode.KEY_NOT_EXPORTABLE, name=container.label)
    run.services.keyring.demand_permission(container)


def _show_key(run: Run, container: Container) -> None:
    if container.algorithm is not None:
        run.terminal.paragraph(key_words(container.algorithm, None), indent="  ")


def _object(container: Container) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "uri": container.uri,
        "label": container.label,
        "algorithm": container.algorithm,
        "state": container.state,
        "exportable": container.exportable,
    }


ACTIONS: Mapping[str, Callable[[Run], ExitCode]] = {
    "test": _test,
    "import": _import,
    "export": _export,
}
