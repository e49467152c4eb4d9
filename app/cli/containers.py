"""``containers``: where there are keys, whose they are, and whether they can sign."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.cli import errors
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.keys import password_for, secret_arguments
from app.crypto.verdict.facts import CertificateFacts
from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.texts.certificate_fields import key_words
from app.texts.showing import local_date, plain
from app.texts.verdicts import Tone
from app.tokens.keyring import Listing
from app.tokens.model import Container, ContainerState, KeyPlaceKind
from app.tokens.uri import KeyUri

SCHEMA = "roscherk.containers/1"

_STATES: Mapping[ContainerState, str] = {
    ContainerState.OK: N_("ready to sign"),
    ContainerState.NO_CERTIFICATE: N_("no certificate: install the one issued for this key"),
    ContainerState.NO_KEY: N_("no key: only a certificate"),
    ContainerState.MISMATCH: N_("the certificate belongs to another key"),
    ContainerState.EXPIRED: N_("the certificate has expired"),
    ContainerState.NOT_YET_VALID: N_("the certificate is not in force yet"),
    ContainerState.UNSUPPORTED: N_("this program cannot sign with such a key"),
    ContainerState.HIDDEN: N_("the token shows only its name until its PIN is given"),
    ContainerState.DAMAGED: N_("damaged: restore it from a copy"),
}


@dataclass(frozen=True)
class _Row:
    """A container with what its certificate says."""

    container: Container
    facts: CertificateFacts | None
    state: ContainerState


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "place",
        nargs="?",
        metavar=_("KEYPLACE"),
        help=_("only these: pkcs11:…, pfx:PATH, cryptopro:PATH, container:NAME or practice:"),
    )
    secret_arguments(parser)
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    listing = _listing(run)
    rows = [_describe(run, container) for container in listing.containers]
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "containers": [_as_object(row) for row in rows],
                "errors": [errors.as_object(each) for each in listing.failures],
            }
        )
    else:
        for row in rows:
            _show(run, row)
        if not rows:
            run.terminal.line(_("No containers were found."))
    for failure in listing.failures:
        errors.lines(failure)
    return ExitCode.FAILED if listing.failures and not rows else ExitCode.DONE


def _listing(run: Run) -> Listing:
    """List everything, or what the URI names; a PKCS#12 file opens with its password only."""
    uri = run.options.place
    keyring = run.services.keyring
    if uri is None:
        return keyring.listing()
    wanted = KeyUri.parse(uri)
    if wanted.kind is KeyPlaceKind.PFX:
        with password_for(run, plain(wanted.path)) as secret:
            return keyring.listing(uri, secret)
    return keyring.listing(uri)


def _describe(run: Run, container: Container) -> _Row:
    if container.certificate is None:
        return _Row(container, None, container.state)
    try:
        facts = run.services.certificates.show(container.certificate)
    except RoscherkError:
        return _Row(container, None, ContainerState.DAMAGED)
    state = container.state
    if state is ContainerState.OK:
        now = datetime.now(UTC)
        if now > facts.not_after:
            state = ContainerState.EXPIRED
        elif now < facts.not_before:
            state = ContainerState.NOT_YET_VALID
    return _Row(container, facts, state)


def _show(run: Run, row: _Row) -> None:
    container, facts, terminal = row.container, row.facts, run.terminal
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
        terminal.paragraph(term, indent="  ", label=_("Certificate:"))
    if container.key_not_after is not None:
        term = local_date(container.key_not_after)
        terminal.paragraph(term, indent="  ", label=_("Key valid to:"))
    key = _("unknown") if container.algorithm is None else key_words(container.algorithm, None)
    terminal.paragraph(key, indent="  ", label=_("Key:"))
    tone = Tone.GOOD if row.state is ContainerState.OK else Tone.UNSURE
    terminal.marked(_(_STATES[row.state]), tone)


def _as_object(row: _Row) -> dict[str, Any]:
    container, facts = row.container, row.facts
    return {
        "uri": container.uri,
        "place": container.place,
        "label": container.label,
        "algorithm": container.algorithm,
        "state": row.state,
        "practice": container.practice,
        "exportable": container.exportable,
        "key_not_after": container.key_not_after,
        "token_serial": None if container.token is None else container.token.serial,
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


COMMAND = Command(help=N_("list the containers with keys"), arguments=_arguments, run=_run)
