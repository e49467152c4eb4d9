"""``pin``: what state the PINs of a token are in, and every change of them; one attempt a call."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.pin_asking import (
    demand,
    find_token,
    named,
    new_pin,
    pin_arguments,
    token_argument,
    typed_pin,
)
from app.errors import RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.pin_words import (
    cryptopro_words,
    factory_words,
    role_words,
    state_words,
    tries_words,
)
from app.texts.verdicts import Tone
from app.tokens.model import Token
from app.tokens.pin_policy import shortest
from app.tokens.pin_rules import PinAction, Way, rules_of, unblock_ways
from app.tokens.pin_state import PinRole, pin_state
from app.tokens.uri import KeyUri

SCHEMA = "roscherk.pin/1"


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    status = actions.add_parser(
        "status", help=_("tell how many tries are left and in what state the PINs are")
    )
    verify = actions.add_parser("verify", help=_("try a PIN, once"))
    change = actions.add_parser("change", help=_("change a PIN: the old one, then the new one"))
    unblock = actions.add_parser(
        "unblock", help=_("unblock the user PIN: the administrator's, then a new one")
    )
    first = actions.add_parser(
        "set-first", help=_("set the first user PIN: the administrator's, then the new one")
    )
    for each in (verify, change):
        each.add_argument(
            "--administrator", action="store_true", help=_("the administrator's PIN is meant")
        )
    unblock.add_argument(
        "--keep", action="store_true", help=_("leave the user PIN as it is (Рутокен)")
    )
    for each in (status, verify, change, unblock, first):
        token_argument(each)
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))
    for each in (verify, change, unblock, first):
        pin_arguments(each)


def _run(run: Run) -> ExitCode:
    token = find_token(run)
    return _ACTIONS[run.options.action](run, token)


def _status(run: Run, token: Token) -> ExitCode:
    if run.options.json:
        write_json(_as_object(run, token))
        return ExitCode.DONE
    terminal = run.terminal
    terminal.heading(named(token), Tone.PLAIN)
    for role in PinRole:
        state = pin_state(token, role)
        tone = Tone.BAD if state.locked or state.last_try else Tone.PLAIN
        told = f"{', '.join(state_words(state))}. {tries_words(state, role)}"
        factory = rules_of(token.product).factory_pin(role)
        if state.factory and factory is not None:
            told = f"{told} {factory_words(factory)}"
            tone = Tone.UNSURE if tone is Tone.PLAIN else tone
        terminal.marked(told, tone, label=role_words(role))
    lengths = _("A new PIN has {minimum} characters or more.")
    terminal.paragraph(lengths.format(minimum=shortest(token.pin_min)), indent="  ")
    return ExitCode.DONE


def _verify(run: Run, token: Token) -> ExitCode:
    role = _role(run)
    demand(run, token, PinAction.VERIFY)
    with typed_pin(run, token, role) as pin:
        after = noted(
            run,
            Action.PIN_VERIFY,
            token,
            lambda: run.services.pins.verify(token, pin, role),
            role=role.value,
        )
    return _tell(run, after, _("The PIN is right."))


def _change(run: Run, token: Token) -> ExitCode:
    role = _role(run)
    user = role is PinRole.USER
    demand(run, token, PinAction.CHANGE if user else PinAction.CHANGE_ADMINISTRATOR)
    with typed_pin(run, token, role) as old, new_pin(run, token, role) as new:
        after = noted(
            run,
            Action.PIN_CHANGE,
            token,
            lambda: run.services.pins.change(token, old, new, role),
            role=role.value,
        )
    return _tell(run, after, _("The PIN was changed."), changed=user)


def _unblock(run: Run, token: Token) -> ExitCode:
    demand(run, token, PinAction.UNBLOCK)
    pins = run.services.pins
    keep = run.options.keep or unblock_ways(token) == (Way.RESTORE,)
    with typed_pin(run, token, PinRole.ADMINISTRATOR) as administrator:
        if keep:
            after = noted(
                run,
                Action.PIN_UNBLOCK,
                token,
                lambda: pins.unblock(token, administrator, None, keep=True),
                keep=True,
            )
            return _tell(run, after, _("The user PIN is unblocked; it is the same as before."))
        with new_pin(run, token, PinRole.USER) as new:
            after = noted(
                run,
                Action.PIN_UNBLOCK,
                token,
                lambda: pins.unblock(token, administrator, new),
                keep=False,
            )
    return _tell(run, after, _("The user PIN is unblocked; the new one holds."), changed=True)


def _set_first(run: Run, token: Token) -> ExitCode:
    demand(run, token, PinAction.SET_FIRST)
    with (
        typed_pin(run, token, PinRole.ADMINISTRATOR) as administrator,
        new_pin(run, token, PinRole.USER) as new,
    ):
        after = noted(
            run,
            Action.PIN_SET,
            token,
            lambda: run.services.pins.set_first(token, administrator, new),
        )
    return _tell(run, after, _("The first user PIN was set."))


def noted(
    run: Run, action: Action, token: Token, work: Callable[[], Token], **facts: str | bool
) -> Token:
    """Do one thing with a PIN and write it to the journal, also when it fails."""
    target = str(KeyUri.of_token(token))
    try:
        after = work()
    except RoscherkError as error:
        run.note(action, target, error.code.value, **facts)
        raise
    run.note(action, target, "done", **facts)
    return after


def _role(run: Run) -> PinRole:
    return PinRole.ADMINISTRATOR if run.options.administrator else PinRole.USER


def _tell(run: Run, token: Token, words: str, *, changed: bool = False) -> ExitCode:
    if run.options.json:
        notices = ["cryptopro_may_remember"] if changed else []
        write_json({**_as_object(run, token), "notices": notices})
        return ExitCode.DONE
    run.terminal.heading(words, Tone.GOOD)
    run.terminal.paragraph(named(token), indent="  ")
    if changed:
        run.terminal.marked(cryptopro_words(), Tone.UNSURE)
    return ExitCode.DONE


def _as_object(run: Run, token: Token) -> dict[str, Any]:
    """Return a token's PINs as JSON: codes for scripts, and why an action is not offered."""
    refused = {action: run.services.pins.obstacle(token, action) for action in PinAction}
    return {
        "schema": SCHEMA,
        "token": str(KeyUri.of_token(token)),
        "serial": token.serial,
        "label": token.label,
        "pin_pad": token.flags.pin_pad,
        "minimum": token.pin_min,
        "maximum": token.pin_max,
        "user": pin_state(token, PinRole.USER),
        "administrator": pin_state(token, PinRole.ADMINISTRATOR),
        "refused": {
            action.value: {"code": error.code.value, "heading": describe_error(error).heading}
            for action, error in refused.items()
            if error is not None
        },
    }


_ACTIONS: Mapping[str, Callable[[Run, Token], ExitCode]] = {
    "status": _status,
    "verify": _verify,
    "change": _change,
    "unblock": _unblock,
    "set-first": _set_first,
}

COMMAND = Command(arguments=_arguments, run=_run)
