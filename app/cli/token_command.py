"""``token label`` and ``token format``: rename a token; erase it, after a typed confirmation."""

import argparse
from collections.abc import Callable, Mapping

from app.cli import asking
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.pin import noted
from app.cli.pin_asking import (
    demand,
    find_token,
    named,
    new_pin,
    pin_arguments,
    token_argument,
    typed_pin,
)
from app.errors import ErrorCode
from app.journal import Action
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.tokens.model import Token
from app.tokens.pin_rules import PinAction
from app.tokens.pin_state import PinRole
from app.tokens.pins import confirmation_of
from app.tokens.uri import KeyUri

SCHEMA = "roscherk.token/1"


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    label = actions.add_parser("label", help=_("give a token another name"))
    erase = actions.add_parser(
        "format", help=_("erase a token for ever and set a new user PIN on it")
    )
    for each in (label, erase):
        token_argument(each)
        pin_arguments(each)
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))
    label.add_argument("name", metavar=_("NAME"))
    erase.add_argument("--label", default="", metavar=_("NAME"), help=_("its new name"))
    erase.add_argument(
        "--confirm", metavar="SERIAL", help=_("the serial number of the token, to confirm it")
    )
    erase.add_argument(
        "--lose-containers",
        action="store_true",
        help=_("the containers of КриптоПро CSP on it may be lost too"),
    )


def _run(run: Run) -> ExitCode:
    return _ACTIONS[run.options.action](run, find_token(run))


def _label(run: Run, token: Token) -> ExitCode:
    demand(run, token, PinAction.LABEL)
    name = run.options.name
    with typed_pin(run, token, PinRole.USER) as pin:
        after = noted(
            run,
            Action.TOKEN_LABEL,
            token,
            lambda: run.services.pins.label(token, name, pin),
            name=name,
        )
    return _tell(run, after, _("The token has a new name."))


def _format(run: Run, token: Token) -> ExitCode:
    """Erase a token: first what would be lost, then the serial number, then the PINs."""
    demand(run, token, PinAction.FORMAT)
    typed = run.options.confirm
    if typed is None:
        _warn(run, token)
        prompt = _("To confirm, type {serial}:").format(serial=plain(confirmation_of(token)))
        typed = asking.words_at_terminal(prompt, ErrorCode.TOKEN_NOT_CONFIRMED)
    label = run.options.label or token.label
    # A token that was never prepared takes the administrator's PIN over now.
    ask_administrator = typed_pin if token.flags.initialised else new_pin
    with (
        ask_administrator(run, token, PinRole.ADMINISTRATOR) as administrator,
        new_pin(run, token, PinRole.USER) as new,
    ):
        after = noted(
            run,
            Action.TOKEN_FORMAT,
            token,
            lambda: run.services.pins.format(
                token,
                label,
                administrator,
                new,
                typed=typed,
                lose_containers=run.options.lose_containers,
            ),
            name=label,
        )
    return _tell(run, after, _("The token was formatted."))


def _warn(run: Run, token: Token) -> None:
    """Name what is on the token and would be lost."""
    terminal = run.terminal
    terminal.heading(_("Everything on this token will be erased for ever."), Tone.BAD)
    terminal.paragraph(named(token), indent="  ")
    lost = [
        each
        for each in run.services.keyring.containers()
        if each.token is not None
        and (each.token.serial, each.token.slot) == (token.serial, token.slot)
    ]
    for container in lost:
        terminal.marked(plain(container.label), Tone.BAD)
    terminal.paragraph(
        _(
            "A key cannot be restored by anyone. Documents that were encrypted for it can no longer be read."
        ),
        indent="  ",
    )


def _tell(run: Run, token: Token, words: str) -> ExitCode:
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "token": str(KeyUri.of_token(token)),
                "serial": token.serial,
                "label": token.label,
            }
        )
        return ExitCode.DONE
    run.terminal.heading(words, Tone.GOOD)
    run.terminal.paragraph(named(token), indent="  ")
    return ExitCode.DONE


_ACTIONS: Mapping[str, Callable[[Run, Token], ExitCode]] = {"label": _label, "format": _format}

COMMAND = Command(arguments=_arguments, run=_run)
