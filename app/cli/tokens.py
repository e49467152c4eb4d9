"""``tokens``: which tokens are plugged in, and what they say of themselves."""

import argparse
from typing import Any

from app.cli import errors
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.tokens.model import Token

SCHEMA = "roscherk.tokens/1"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    listing = run.services.keyring.tokens()
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "tokens": [_as_object(token) for token in listing.tokens],
                "errors": [errors.as_object(each) for each in listing.failures],
            }
        )
    else:
        for token in listing.tokens:
            _show(run, token)
        if not listing.tokens:
            run.terminal.line(_("No tokens are plugged in."))
    for failure in listing.failures:
        errors.lines(failure)
    return ExitCode.FAILED if listing.failures and not listing.tokens else ExitCode.DONE


def _show(run: Run, token: Token) -> None:
    terminal = run.terminal
    terminal.heading(plain(token.label or token.model), Tone.PLAIN)
    terminal.paragraph(f"{plain(token.manufacturer)} {plain(token.model)}", indent="  ")
    terminal.paragraph(plain(token.serial), indent="  ", label=_("Serial number:"))
    terminal.paragraph(_pin_state(token), indent="  ", label=_("PIN:"))
    if token.free_memory is not None:
        memory = _("{number} bytes").format(number=token.free_memory)
        terminal.paragraph(memory, indent="  ", label=_("Free memory:"))
    if token.mechanisms:
        terminal.paragraph(", ".join(token.mechanisms), indent="  ", label=_("Mechanisms:"))
    terminal.paragraph(plain(token.module), indent="  ", label=_("Driver:"))


def _pin_state(token: Token) -> str:
    """Say in what state the PIN is, the gravest first."""
    flags, tries = token.flags, token.tries_left
    graver = (
        (not flags.initialised, _("the token is not prepared for work")),
        (flags.user_pin_locked, _("LOCKED")),
        (not flags.user_pin_set, _("not set")),
        (flags.user_pin_final_try, _("ONE last try")),
        (tries is not None, _("tries left: {number}").format(number=tries)),
        (
            flags.user_pin_low,
            _("wrong PINs were typed; how many tries are left this token does not tell"),
        ),
        (flags.user_pin_to_be_changed, _("must be changed before work")),
    )
    in_order = _("in order; how many tries are left this token does not tell")
    return next((words for holds, words in graver if holds), in_order)


def _as_object(token: Token) -> dict[str, Any]:
    return {
        "module": str(token.module),
        "slot": token.slot,
        "vendor": token.manufacturer,
        "model": token.model,
        "serial": token.serial,
        "label": token.label,
        "firmware": token.firmware,
        "flags": token.flags,
        "tries_left": token.tries_left,
        "free_memory": token.free_memory,
        "mechanisms": token.mechanisms,
    }


COMMAND = Command(help=N_("list the tokens that are plugged in"), arguments=_arguments, run=_run)
