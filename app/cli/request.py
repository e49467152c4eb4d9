"""``request new`` and ``request show``: certificate requests (PKCS #10) and what they say.

The other actions stand in ``request_pending``.
"""

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import msgspec

from app.cli import request_pending
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.keys import opened_key, secret_arguments
from app.crypto.requests.model import (
    Applicant,
    ApplicantKind,
    MadeRequest,
    RequestContent,
    RequestEncoding,
    RequestFacts,
    RequestOrder,
)
from app.crypto.requests.purpose import Purpose, demand_request
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.shapes import read_json, read_table
from app.texts.catalogue import _
from app.texts.request_fields import field_words, request_groups
from app.texts.showing import plain
from app.texts.verdicts import Tone, notice
from app.tokens.model import Container

SCHEMA = "roscherk.request/1"

_TYPED = tuple(each.name for each in fields(Applicant) if each.name != "kind")
_LISTS = (
    ("--usage", "key_usage", "NAME"),
    ("--purpose", "purposes", "OID"),
    ("--policy", "policies", "OID"),
    ("--alternative-email", "alternative_emails", "EMAIL"),
    ("--alternative-host", "alternative_hosts", "HOST"),
)
_BIGGEST_FILE = 1 << 20


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    new = actions.add_parser("new", help=_("make a request for the certificate of a key"))
    _key_arguments(new)
    _field_arguments(new)
    new.add_argument(
        "--for",
        dest="purpose",
        choices=[each.value for each in Purpose],
        help=_("what the key is for (roscherk request purpose)"),
    )
    request_pending.add_arguments(actions)
    show = actions.add_parser("show", help=_("show a request and check its signature"))
    show.add_argument("file", type=Path, metavar=_("FILE"))
    for each in (new, show):
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _key_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key",
        required=True,
        metavar="URI",
        help=_("the key: container:NAME, pfx:PATH, cryptopro:PATH, card:…, pkcs11:… or practice:"),
    )
    parser.add_argument(
        "--output", type=Path, metavar=_("FILE"), help=_("the file of the request (.csr)")
    )
    parser.add_argument(
        "--encoding",
        choices=[each.value for each in RequestEncoding],
        default=RequestEncoding.PEM.value,
        help=_("pem: text, which every authority takes"),
    )
    secret_arguments(parser)


def _field_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fields",
        type=Path,
        metavar=_("FILE"),
        help=_("a JSON file with the fields by the names of these options; options win over it"),
    )
    parser.add_argument(
        "--kind",
        choices=[each.value for each in ApplicantKind],
        help=_("whose certificate: a person's, of an entrepreneur, of a legal entity, of a system"),
    )
    for name in _TYPED:
        parser.add_argument(
            f"--{name.replace('_', '-')}", metavar=_("TEXT"), help=field_words(name)
        )
    for option, name, metavar in _LISTS:
        parser.add_argument(
            option, dest=name, action="append", metavar=metavar, help=field_words(name)
        )
    parser.add_argument(
        "--identification", type=int, choices=range(4), help=field_words("identification")
    )


def _run(run: Run) -> ExitCode:
    work = {"new": _new, "show": _show, **request_pending.ACTIONS}
    return work[run.options.action](run)


def _new(run: Run) -> ExitCode:
    options = run.options
    if options.purpose is not None:
        demand_request(Purpose(options.purpose))
    content = _content(options)
    with opened_key(run, options.key, certificate_needed=False) as (container, secret):
        order = RequestOrder(
            content=content,
            container=container,
            output=options.output or Path(f"{_file_name(container)}.csr"),
            encoding=RequestEncoding(options.encoding),
        )
        try:
            made = run.services.requests.make(order, secret)
        except RoscherkError as error:
            run.note(Action.REQUEST_CREATE, order.output, error.code.value, key=container.uri)
            raise
    run.note(Action.REQUEST_CREATE, made.target, "done", key=container.uri)
    _tell_made(run, made)
    return ExitCode.DONE


def _content(options: argparse.Namespace) -> RequestContent:
    """Put file and options together; what neither names is as usual."""
    given: dict[str, Any] = {} if options.fields is None else _from_file(options.fields)
    for name in ("kind", *_TYPED, *(name for _o, name, _m in _LISTS), "identification"):
        value = getattr(options, name)
        if value is not None:
            given[name] = value
    if "kind" not in given:
        raise RoscherkError(ErrorCode.USAGE, option="--kind", value=_("it is not given"))
    typed = {name: given.pop(name) for name in ("kind", *_TYPED) if name in given}
    try:
        applicant = read_table(typed, Applicant)
        content = read_table(given, _Rest)
    except msgspec.ValidationError as error:
        raise RoscherkError(ErrorCode.USAGE, option="--fields", value=str(error)) from error
    asked = {
        name: value
        for name in content.__struct_fields__
        if (value := getattr(content, name)) is not None
    }
    return replace(RequestContent(applicant=applicant), **asked)


class _Rest(msgspec.Struct, forbid_unknown_fields=True):
    """What may stand in the file beside the applicant; None: as usual."""

    key_usage: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    policies: tuple[str, ...] | None = None
    alternative_emails: tuple[str, ...] | None = None
    alternative_hosts: tuple[str, ...] | None = None
    identification: int | None = None


def _from_file(path: Path) -> dict[str, Any]:
    """Read the user's own file of fields."""
    try:
        with path.open("rb") as file:
            return read_json(file.read(_BIGGEST_FILE), dict[str, Any])
    except FileNotFoundError as error:
        raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(path)) from error
    except OSError as error:
        raise RoscherkError(ErrorCode.FILE_UNREADABLE, path=str(path)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RoscherkError(ErrorCode.USAGE, option="--fields", value=str(error)) from error


def _file_name(container: Container) -> str:
    """Return a name for the file by the name of the container."""
    kept = "".join(each if each.isalnum() or each in " -_." else "_" for each in container.label)
    name = kept.strip(" .") or "request"
    return f"{name}.УЧЕБНЫЙ" if container.practice else name


def _tell_made(run: Run, made: MadeRequest) -> None:
    if run.options.json:
        told = {"target": str(made.target), "pending": made.pending}
        write_json({"schema": SCHEMA, **told, **_as_object(made.facts)})
        return
    heading = (
        _("Request made (PRACTICE): {name}") if made.facts.practice else _("Request made: {name}")
    )
    named = heading.format(name=plain(made.target))
    run.terminal.heading(named, Tone.GOOD, practice=made.facts.practice)
    _show_fields(run, made.facts)
    if not made.pending and not made.facts.practice:
        words = _("It is not in the list of requests that wait: the profile cannot be written.")
        run.terminal.marked(words, Tone.UNSURE)
    run.terminal.paragraph(
        _("Send the file to your certification authority; install the certificate it issues.")
    )


def _show(run: Run) -> ExitCode:
    """Show a request; one whose signature does not verify ends like a failed signature."""
    facts = run.services.requests.show(run.options.file)
    if run.options.json:
        write_json({"schema": SCHEMA, **_as_object(facts)})
    else:
        _show_signature(run, facts)
        _show_fields(run, facts)
    if facts.signature_verifies is None:
        return ExitCode.INDETERMINATE
    return ExitCode.DONE if facts.signature_verifies else ExitCode.TOTAL_FAILED


def _show_signature(run: Run, facts: RequestFacts) -> None:
    if facts.practice:
        words = _("A PRACTICE request: no authority issues a certificate for it")
        run.terminal.heading(words, Tone.PLAIN, practice=True)
    if facts.signature_verifies is None:
        run.terminal.marked(_("The signature cannot be checked: unknown algorithm"), Tone.UNSURE)
    elif facts.signature_verifies:
        words = _("The signature is right: who made the request has the private key")
        run.terminal.marked(words, Tone.GOOD)
    else:
        words = _("The signature is wrong: the request was changed or made with another key")
        run.terminal.marked(words, Tone.BAD)


def _show_fields(run: Run, facts: RequestFacts) -> None:
    for group in request_groups(facts):
        run.terminal.heading(group.title, Tone.PLAIN)
        for label, value in group.lines:
            run.terminal.paragraph(value, indent="  ", label=f"{label}:")
    for warning in facts.warnings:
        run.terminal.marked(notice(warning.code, warning.facts), Tone.UNSURE)


def _as_object(facts: RequestFacts) -> dict[str, Any]:
    """Return every field but the bytes themselves."""
    hidden = {"der", "public_key"}
    return {
        each.name: getattr(facts, each.name) for each in fields(facts) if each.name not in hidden
    }


COMMAND = Command(
    arguments=_arguments,
    run=_run,
)
