"""``tokens``: which tokens are plugged in, and what they say of themselves."""

import argparse
from pathlib import Path
from typing import Any

from app.cli import errors
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.errors import ErrorCode, RoscherkError
from app.settings import MODULES
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.token_words import device_name, signs_itself, vendor_name
from app.texts.verdicts import Tone
from app.tokens.catalogue import module_at
from app.tokens.model import Token

SCHEMA = "roscherk.tokens/1"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))
    parser.add_argument(
        "--accept-driver",
        metavar="SHA256",
        help=_("agree to the driver that you have named yourself, by the SHA-256 of its file"),
    )


def _run(run: Run) -> ExitCode:
    if run.options.accept_driver:
        _accept(run, run.options.accept_driver)
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


def _accept(run: Run, sha256: str) -> None:
    """Agree to the one of the user's own drivers that has this hash, or to none."""
    for path in map(Path, run.services.settings.get(MODULES)):
        module = module_at(path)
        if run.services.modules.digest(module.path) == sha256.lower():
            run.services.modules.accept(module.path, sha256)
            return
    raise RoscherkError(ErrorCode.MODULE_NOT_FOUND, path=sha256)


def _show(run: Run, token: Token) -> None:
    terminal = run.terminal
    terminal.heading(plain(token.label or token.model), Tone.PLAIN)
    for label, words in _lines(token):
        if words:
            terminal.paragraph(words, indent="  ", label=label)


def _lines(token: Token) -> tuple[tuple[str, str], ...]:
    """Return what is said of a token, each with its label; nothing where it tells nothing."""
    applets = (f"{device_name(slot)}: {_pin_state(slot)}" for slot in token.slots)
    return (
        (_("Device:"), f"{device_name(token)} ({vendor_name(token)})"),
        ("", signs_itself(token)),
        (_("Serial number:"), plain(token.serial)),
        (_("PIN:"), _pin_state(token)),
        (_("Administrator's PIN:"), _admin_pin_state(token)),
        (_("Also on this device:"), "; ".join(applets)),
        (_("Versions:"), _versions(token)),
        (_("Memory:"), _memory(token)),
        (_("Reader:"), plain(token.reader)),
        (_("Mechanisms:"), ", ".join(token.mechanisms)),
        (_("Driver:"), ", ".join(plain(path) for path in (token.module, *token.modules))),
    )


def _versions(token: Token) -> str:
    if not token.firmware:
        return ""
    words = _("firmware {firmware}, device {hardware}")
    return words.format(firmware=plain(token.firmware), hardware=plain(token.hardware or "?"))


def _memory(token: Token) -> str:
    free, total = token.free_memory, token.total_memory
    if free is None:
        return ""
    if total is None or total < free:
        return _("{number} bytes free").format(number=free)
    return _("{number} of {total} bytes free").format(number=free, total=total)


def _admin_pin_state(token: Token) -> str:
    """Say in what state the administrator's PIN is, where the token tells."""
    if not token.flags.initialised:
        return ""
    if token.flags.so_pin_locked:
        return _("LOCKED")
    parts = []
    if token.so_tries_left is not None:
        parts.append(_("tries left: {number}").format(number=token.so_tries_left))
    if token.factory_so_pin:
        parts.append(_("the factory's, change it"))
    return ", ".join(parts)


def _pin_state(token: Token) -> str:
    """Say in what state the PIN is, the gravest first."""
    flags, tries = token.flags, token.tries_left
    exact = _("tries left: {number}").format(number=tries)
    if token.tries_most is not None:
        exact = _("tries left: {number} of {most}").format(number=tries, most=token.tries_most)
    if token.factory_pin:
        exact = _("{tries}; it is the factory's, change it").format(tries=exact)
    graver = (
        (not flags.initialised, _("the token is not prepared for work")),
        (flags.user_pin_locked, _("LOCKED")),
        (not flags.user_pin_set, _("not set")),
        (flags.user_pin_final_try, _("ONE last try")),
        (tries is not None, exact),
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
        "manufacturer": token.manufacturer,
        "vendor": token.vendor,
        "product": token.product,
        "model": token.model,
        "serial": token.serial,
        "label": token.label,
        "reader": token.reader,
        "firmware": token.firmware,
        "hardware": token.hardware,
        "flags": token.flags,
        "tries_left": token.tries_left,
        "tries_most": token.tries_most,
        "so_tries_left": token.so_tries_left,
        "so_tries_most": token.so_tries_most,
        "factory_pin": token.factory_pin,
        "factory_so_pin": token.factory_so_pin,
        "pin_min": token.pin_min,
        "pin_max": token.pin_max,
        "free_memory": token.free_memory,
        "total_memory": token.total_memory,
        "mechanisms": token.mechanisms,
        "slots": [_as_object(slot) for slot in token.slots],
        "modules": [str(path) for path in token.modules],
    }


COMMAND = Command(arguments=_arguments, run=_run)
