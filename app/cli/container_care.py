"""``container rename``, ``copy``, ``delete``, ``compromised``, ``doctor``."""

import argparse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.cli.command import Run, write_json
from app.cli.container_naming import confirmation, key_of, named, token_named
from app.cli.exit_codes import ExitCode
from app.cli.keys import password_for, secret_arguments, secret_of
from app.crypto.containers.model import Finding, Losses
from app.crypto.saving import AtomicFile
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts import verdicts
from app.texts.catalogue import _
from app.texts.compromise import application
from app.texts.container_words import object_words, repair_words, shown_tone
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.pin import Secret
from app.tokens.uri import KeyUri

SCHEMA = "roscherk.container-care/1"


def add_arguments(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the actions to the command ``container``."""
    copy = actions.add_parser(
        "copy", help=_("copy a container in the program's store, or a key file onto a token")
    )
    copy.add_argument("uri", metavar="URI")
    copy.add_argument("--name", metavar=_("NAME"), help=_("name of the copy"))
    copy.add_argument("--to", metavar="pkcs11:…", help=_("the token to write the key to"))
    rename = actions.add_parser("rename", help=_("rename a container of the program's store"))
    rename.add_argument("uri", metavar="URI")
    rename.add_argument("name", metavar=_("NAME"))
    delete = actions.add_parser("delete", help=_("delete a key for good, with its certificate"))
    delete.add_argument("uri", metavar="URI")
    stop = actions.add_parser(
        "compromised", help=_("declare a key compromised: it signs no more in this program")
    )
    stop.add_argument("uri", metavar="URI")
    stop.add_argument("--reason", default="", metavar=_("TEXT"), help=_("what happened"))
    stop.add_argument("--undo", action="store_true", help=_("let the key sign again"))
    stop.add_argument(
        "--output",
        type=Path,
        metavar=_("FILE"),
        help=_("write the application for the certification authority to a file"),
    )
    doctor = actions.add_parser("doctor", help=_("find what is wrong with the keys, and mend it"))
    doctor.add_argument("--repair", metavar=_("FINDING"), help=_("mend one finding by its name"))
    for each in (delete, stop):
        each.add_argument("--confirm", metavar=_("NAME"), help=_("the name of the container"))
    for each in (copy, delete, stop, doctor):
        secret_arguments(each)
    for each in (copy, rename, delete, stop, doctor):
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _copy(run: Run) -> ExitCode:
    wanted = KeyUri.parse(run.options.uri)
    if run.options.to is not None:
        made = _onto_token(run, wanted)
    elif run.options.name is None:
        raise RoscherkError(ErrorCode.USAGE, option="copy", value=_("name the copy: --name"))
    elif wanted.kind is KeyPlaceKind.PFX:
        raise RoscherkError(ErrorCode.CONTAINER_OF_FILE, name=plain(wanted.path), action="copy")
    else:
        container = named(run, run.options.uri)
        with run.noting_failure(Action.CONTAINER_COPY, container.uri):
            made = run.services.containers.moving.copy(container, run.options.name)
    run.note(Action.CONTAINER_COPY, made.uri, "done", source=run.options.uri)
    _told(run, made, _("The key was copied: {uri}"))
    return ExitCode.DONE


def _onto_token(run: Run, wanted: KeyUri) -> Container:
    """Write the key of a file onto a token: first the password, then the PIN, once each."""
    if wanted.kind is not KeyPlaceKind.PFX or wanted.path is None:
        value = _("only a key in a PKCS#12 file can be written to a token (pfx:PATH)")
        raise RoscherkError(ErrorCode.USAGE, option="--to", value=value)
    token = token_named(run, run.options.to, "--to")
    with password_for(run, plain(wanted.path)) as password:
        pin = secret_of(run, key_of(token))
        name = run.options.name or ""
        try:
            with run.noting_failure(Action.CONTAINER_COPY, name, source=run.options.uri):
                return run.services.containers.moving.onto_token(
                    wanted.path, token, name, password, pin
                )
        finally:
            _wipe(pin)


def _rename(run: Run) -> ExitCode:
    container = named(run, run.options.uri)
    with run.noting_failure(Action.CONTAINER_RENAME, container.uri):
        made = run.services.containers.moving.rename(container, run.options.name)
    run.note(Action.CONTAINER_RENAME, made.uri, "done", source=container.uri)
    _told(run, made, _("The container has a new name: {uri}"))
    return ExitCode.DONE


def _delete(run: Run) -> ExitCode:
    wanted = KeyUri.parse(run.options.uri)
    if wanted.kind is KeyPlaceKind.PFX:
        raise RoscherkError(ErrorCode.CONTAINER_OF_FILE, name=plain(wanted.path), action="delete")
    container = named(run, run.options.uri)
    moving = run.services.containers.moving
    losses = moving.losses(container)
    if not run.options.json:
        _show_losses(run, losses)
    typed = confirmation(run, losses.confirmation)
    if typed.strip() != losses.confirmation:
        raise RoscherkError(ErrorCode.CONFIRMATION_DIFFERS, name=losses.confirmation)
    secret = secret_of(run, container) if container.place is KeyPlaceKind.TOKEN else None
    digest = {} if losses.certificate is None else {"sha256": losses.certificate.sha256}
    try:
        with run.noting_failure(Action.CONTAINER_DELETE, container.uri, **digest):
            done = moving.delete(container, typed, secret)
    finally:
        _wipe(secret)
    run.note(Action.CONTAINER_DELETE, container.uri, "done", objects=" ".join(done), **digest)
    if run.options.json:
        write_json({"schema": SCHEMA, "uri": container.uri, "deleted": done})
        return ExitCode.DONE
    run.terminal.heading(_("Deleted: {uri}").format(uri=plain(container.uri)), Tone.GOOD)
    return ExitCode.DONE


def _show_losses(run: Run, losses: Losses) -> None:
    terminal = run.terminal
    heading = _("What will be lost: {uri}").format(uri=plain(losses.container.uri))
    terminal.heading(heading, Tone.BAD)
    for code in losses.objects:
        terminal.marked(object_words(code), Tone.PLAIN)
    if losses.certificate is not None:
        terminal.paragraph(plain(losses.certificate.subject.text), indent="  ", label=_("Owner:"))
    for uri in losses.key_elsewhere:
        terminal.paragraph(plain(uri), indent="  ", label=_("The same key is also here:"))
    for each in losses.notices:
        terminal.paragraph(verdicts.notice(each.code, each.facts), indent="  ")


def _compromised(run: Run) -> ExitCode:
    wanted = KeyUri.parse(run.options.uri)
    if wanted.kind is KeyPlaceKind.PFX:
        with password_for(run, plain(wanted.path)) as password:
            container = run.services.keyring.find(run.options.uri, password).container
    else:
        container = named(run, run.options.uri)
    return _resume(run, container) if run.options.undo else _stop(run, container)


def _resume(run: Run, container: Container) -> ExitCode:
    name = container.label or container.uri
    if confirmation(run, name).strip() != name.strip():
        raise RoscherkError(ErrorCode.CONFIRMATION_DIFFERS, name=name)
    run.services.containers.stops.resume(container)
    run.note(Action.KEY_RESUME, container.uri, "done")
    _told(run, container, _("The key signs again: {uri}"))
    return ExitCode.DONE


def _stop(run: Run, container: Container) -> ExitCode:
    stop = run.services.containers.stops.stop(container, run.options.reason)
    run.note(Action.KEY_STOP, container.uri, "done", key=stop.key, reason=run.options.reason)
    facts = run.services.containers.looking.facts(container)
    text = ""
    if facts.certificate is not None:
        text = application(facts.certificate, stop.reason, stop.at or datetime.now(UTC))
        if run.options.output is not None:
            _write(run.options.output, text)
    if run.options.json:
        told = {"uri": container.uri, "key": stop.key, "stopped_at": stop.at}
        write_json({"schema": SCHEMA, **told, "application": text or None})
        return ExitCode.DONE
    heading = _("The key signs no more in this program: {uri}").format(uri=plain(container.uri))
    run.terminal.heading(heading, Tone.GOOD)
    told_more = _(
        "Other programs know nothing of it. Have the certificate revoked at once: call the authority that issued it, and hand in the application."
    )
    run.terminal.paragraph(told_more, indent="  ")
    if text and run.options.output is None:
        run.terminal.line()
        for line in text.splitlines():
            run.terminal.line(line)
    return ExitCode.DONE


def _write(target: Path, text: str) -> None:
    with AtomicFile.create(target.absolute().parent) as file:
        file.write(text.encode())
        file.publish(target.absolute(), numbers=False)


def _doctor(run: Run) -> ExitCode:
    doctor = run.services.containers.doctor
    overview = run.services.containers.looking.overview()
    findings = doctor.examine(overview)
    if run.options.repair is not None:
        return _repair(run, findings)
    if run.options.json:
        write_json({"schema": SCHEMA, "findings": [_finding(each) for each in findings]})
        return ExitCode.DONE
    if not findings:
        run.terminal.heading(_("Nothing is wrong with the keys that were found."), Tone.GOOD)
    for each in findings:
        told = verdicts.notice(each.notice.code, each.notice.facts)
        run.terminal.marked(told, shown_tone(each.tone), indent="")
        for container in each.containers:
            run.terminal.paragraph(plain(container.uri), indent="    ")
        run.terminal.paragraph(repair_words(each.repair.kind), indent="    ")
        if each.repair.by_program:
            command = f"roscherk container doctor --repair {each.name}"
            run.terminal.paragraph(command, indent="    ", label=_("To do it:"))
    return ExitCode.DONE


def _repair(run: Run, findings: tuple[Finding, ...]) -> ExitCode:
    name = run.options.repair
    finding = next((each for each in findings if each.name == name), None)
    if finding is None:
        raise RoscherkError(ErrorCode.USAGE, option="--repair", value=name)
    doctor = run.services.containers.doctor
    doctor.repair(finding, lambda container: secret_of(run, container))
    uri = finding.containers[0].uri
    run.note(Action.CONTAINER_REPAIR, uri, "done", repair=finding.repair.kind.value)
    if run.options.json:
        write_json({"schema": SCHEMA, "repaired": _finding(finding)})
        return ExitCode.DONE
    run.terminal.heading(_("Mended: {uri}").format(uri=plain(uri)), Tone.GOOD)
    return ExitCode.DONE


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "code": finding.notice.code,
        "facts": finding.notice.facts,
        "tone": finding.tone,
        "containers": [each.uri for each in finding.containers],
        "repair": {"kind": finding.repair.kind, "by_program": finding.repair.by_program},
    }


def _told(run: Run, container: Container, heading: str) -> None:
    if run.options.json:
        write_json({"schema": SCHEMA, "uri": container.uri, "label": container.label})
        return
    run.terminal.heading(heading.format(uri=plain(container.uri)), Tone.GOOD)


def _wipe(secret: Secret | None) -> None:
    if secret is not None:
        secret.wipe()


ACTIONS: Mapping[str, Callable[[Run], ExitCode]] = {
    "copy": _copy,
    "rename": _rename,
    "delete": _delete,
    "compromised": _compromised,
    "doctor": _doctor,
}
