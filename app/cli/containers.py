"""``containers``: where there are keys, whose they are, and how each can sign here."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.cli import asking, errors
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.keys import password_for, secret_arguments
from app.cli.request_pending import pending_object
from app.crypto.containers.model import ContainerFacts, Device, Overview, PassiveLook
from app.crypto.containers.terms import ending_of, successor
from app.reports.calendar_file import save_calendar
from app.texts import verdicts
from app.texts.algorithm_words import key_words
from app.texts.catalogue import _
from app.texts.certificate_fields import owner_words
from app.texts.container_words import emptiness_words, state_words, way_words
from app.texts.expiry_words import days_left_words, ending_heading
from app.texts.showing import local_date, plain
from app.texts.verdicts import Tone
from app.tokens.model import ContainerState, KeyPlaceKind
from app.tokens.uri import KeyUri

SCHEMA = "roscherk.containers/1"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "place",
        nargs="?",
        metavar=_("KEYPLACE"),
        help=_(
            "only these: pkcs11:…, card:…, pfx:PATH, cryptopro:PATH, container:NAME or practice:"
        ),
    )
    secret_arguments(parser)
    parser.add_argument(
        "--calendar",
        type=Path,
        metavar="OUT.ics",
        help=_("write reminders of what ends to a file for a calendar program"),
    )
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    overview = _overview(run)
    if run.options.calendar is not None:
        save_calendar(overview.containers, run.options.calendar, datetime.now(UTC))
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "containers": [
                    _as_object(each, overview.containers) for each in overview.containers
                ],
                "devices": [_device(each) for each in overview.devices],
                "errors": [errors.as_object(each) for each in overview.failures],
            }
        )
    else:
        _show_all(run, overview)
        if run.options.calendar is not None:
            told = _("Written: {name}").format(name=plain(run.options.calendar))
            run.terminal.paragraph(told)
    for failure in overview.failures:
        errors.lines(failure)
    none = not overview.containers
    return ExitCode.FAILED if overview.failures and none else ExitCode.DONE


def _overview(run: Run) -> Overview:
    """Look over everything, or what the URI names; a PKCS#12 file opens with its password only."""
    uri = run.options.place
    looking = run.services.containers.looking
    if uri is None:
        return looking.overview()
    wanted = KeyUri.parse(uri)
    if wanted.kind is KeyPlaceKind.PFX:
        with password_for(run, plain(wanted.path)) as secret:
            return looking.overview(uri, secret)
    if wanted.kind is KeyPlaceKind.CARD and run.options.secret_stdin:
        # Some tokens show the name alone until they have the PIN.
        with asking.from_standard_input() as pin:
            return looking.overview(uri, pin)
    return looking.overview(uri)


def _show_all(run: Run, overview: Overview) -> None:
    """Show carrier by carrier; of one without containers no more is said than is known."""
    now = datetime.now(UTC)
    prepared = [each for each in overview.devices if _shown(each)]
    for device in prepared:
        if device.token is not None:
            name = f"{device.token.label or device.token.model} ({device.token.serial})"
            heading = _("Token {name}").format(name=plain(name))
            run.terminal.heading(heading, Tone.PLAIN)
        for each in device.containers:
            _show(run, each, overview.containers, now)
        if not device.containers:
            tone = Tone.UNSURE if device.empty is None else Tone.PLAIN
            run.terminal.marked(emptiness_words(device.passive), tone)
        for warning in device.warnings:
            run.terminal.marked(verdicts.notice(warning.code, warning.facts), Tone.UNSURE)
    if not overview.containers and all(each.empty for each in prepared):
        run.terminal.line(_("No containers were found."))


def _shown(device: Device) -> bool:
    """Leave out the empty slots of software tokens, which nobody plugged in."""
    token = device.token
    unused = token is not None and not token.flags.initialised
    return bool(device.containers) or not unused or device.passive is PassiveLook.NOT_LOOKED


def _show(run: Run, row: ContainerFacts, rows: Sequence[ContainerFacts], now: datetime) -> None:
    container, facts, terminal = row.container, row.certificate, run.terminal
    terminal.heading(plain(container.uri), Tone.PLAIN, practice=container.practice)
    if container.practice:
        terminal.paragraph(_("PRACTICE: its signatures have no legal force"), indent="  ")
    if facts is not None:
        name = facts.subject
        person = " ".join(part for part in (name.surname, name.given_name) if part)
        parts = dict.fromkeys(part for part in (person, name.organization) if part)
        owner = ", ".join(parts) or name.common_name or name.text
        terminal.paragraph(plain(owner), indent="  ", label=_("Owner:"))
        told = _("from {begin} to {end}")
        term = told.format(begin=local_date(facts.not_before), end=local_date(facts.not_after))
        term = f"{term} ({days_left_words((facts.not_after - now).days)})"
        terminal.paragraph(term, indent="  ", label=_("Certificate:"))
    if container.certificate_bound:
        terminal.paragraph(_("The certificate is kept in this program."), indent="  ")
    if row.key_not_after is not None:
        term = (
            f"{local_date(row.key_not_after)} ({days_left_words((row.key_not_after - now).days)})"
        )
        terminal.paragraph(term, indent="  ", label=_("Key valid to:"))
    key = _("unknown") if container.algorithm is None else key_words(container.algorithm, None)
    terminal.paragraph(key, indent="  ", label=_("Key:"))
    tone = Tone.GOOD if row.state is ContainerState.OK else Tone.UNSURE
    terminal.marked(state_words(row.state), tone)
    if row.awaited is not None:
        told = _("The request for its certificate was made on {date}.")
        terminal.paragraph(told.format(date=local_date(row.awaited.made)), indent="  ")
    terminal.marked(way_words(row.way), Tone.GOOD if row.way.possible else Tone.UNSURE)
    _show_term(run, row, rows, now)
    for warning in row.warnings:
        terminal.marked(verdicts.notice(warning.code, warning.facts), Tone.UNSURE)


def _show_term(
    run: Run, row: ContainerFacts, rows: Sequence[ContainerFacts], now: datetime
) -> None:
    """Say that a key ends soon, or which one takes its place."""
    renewed, ending = successor(row, rows, now), ending_of(row, now)
    if renewed is not None:
        told = _("Renewed: sign with {uri}; this one stays for the archive.")
        run.terminal.marked(told.format(uri=plain(renewed.container.uri)), Tone.PLAIN)
    elif ending is not None and ending.threshold is not None:
        told = ending_heading(ending, owner_words(ending.certificate))
        run.terminal.marked(told, Tone.UNSURE)


def _device(device: Device) -> dict[str, Any]:
    token = device.token
    return {
        "token_serial": None if token is None else token.serial,
        "product": None if token is None else token.product,
        "containers": [each.container.uri for each in device.containers],
        "passive": device.passive,
        "empty": device.empty,
        "warnings": device.warnings,
    }


def _as_object(row: ContainerFacts, rows: Sequence[ContainerFacts]) -> dict[str, Any]:
    container, facts, now = row.container, row.certificate, datetime.now(UTC)
    renewed, ending = successor(row, rows, now), ending_of(row, now)
    return {
        "uri": container.uri,
        "place": container.place,
        "label": container.label,
        "algorithm": container.algorithm,
        "state": row.state,
        "way": {"kind": row.way.kind, "reason": row.way.reason or None},
        "practice": container.practice,
        "exportable": container.exportable,
        "made_on_token": container.made_on_token,
        "key_not_before": row.key_not_before,
        "key_not_after": row.key_not_after,
        "ends_at": None if ending is None else ending.at,
        "days_left": None if ending is None else ending.days,
        "renewed_by": None if renewed is None else renewed.container.uri,
        "stopped_at": None if row.stop is None else row.stop.at,
        "stopped": row.stop is not None,
        "token_serial": None if container.token is None else container.token.serial,
        "request": None if row.awaited is None else pending_object(row.awaited),
        "certificate_bound": container.certificate_bound,
        "warnings": row.warnings,
        "certificate": None
        if facts is None
        else {
            "subject": facts.subject.text,
            "issuer": facts.issuer.text,
            "serial": facts.serial,
            "not_before": facts.not_before,
            "not_after": facts.not_after,
            "private_key_not_after": facts.private_key_not_after,
            "sha256": facts.sha256,
        },
    }


COMMAND = Command(arguments=_arguments, run=_run)
