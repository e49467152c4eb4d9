"""Finding the token a command names, and asking for its PINs: what is left is said first."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli import asking
from app.cli.command import Run
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.pin_words import factory_words, role_words, tries_words
from app.texts.showing import plain
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.tokens.pin_rules import PinAction, rules_of
from app.tokens.pin_state import PinRole, demand_attempt, pin_state
from app.tokens.uri import KeyUri

_YES = frozenset({"yes", "да"})


def token_argument(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names a token."""
    parser.add_argument("token", metavar="URI|SERIAL", help=_("the token, by URI or serial number"))


def pin_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options by which a script hands PINs over."""
    parser.add_argument(
        "--pin-stdin",
        action="store_true",
        help=_("read the PINs from standard input, one in a line, in the order they are asked for"),
    )
    parser.add_argument(
        "--last-try",
        action="store_true",
        help=_("try the PIN even if a wrong one locks the token"),
    )


def find_token(run: Run) -> Token:
    """Return the one token that the command names, as it describes itself now."""
    wanted = str(run.options.token)
    listing = run.services.keyring.tokens()
    everything = [each for token in listing.tokens for each in (token, *token.slots)]
    if wanted.startswith("pkcs11:"):
        uri = KeyUri.parse(wanted)
        found = [token for token in everything if uri.names_token(token)]
    else:
        found = [token for token in everything if _short(token.serial) == _short(wanted)]
    if not found:
        reason = {"module": listing.failures[0].facts.get("module", "")} if listing.failures else {}
        raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND, serial=wanted, **reason)
    if len(found) > 1:
        for token in found:
            print(str(KeyUri.of_token(token)), file=sys.stderr)
        raise RoscherkError(ErrorCode.KEY_AMBIGUOUS, uri=wanted, count=len(found))
    return run.services.pins.status(found[0])


def demand(run: Run, token: Token, action: PinAction) -> None:
    """Raise what stands against the action, before anybody types a PIN."""
    found = run.services.pins.obstacle(token, action)
    if found is not None:
        raise found


@contextmanager
def typed_pin(run: Run, token: Token, role: PinRole) -> Iterator[Secret]:
    """Ask for a PIN that the token knows, once."""
    options = run.options
    with ask_for_pin(token, role, from_stdin=options.pin_stdin, last_try=options.last_try) as pin:
        yield pin


def ask_for_pin(token: Token, role: PinRole, *, from_stdin: bool, last_try: bool) -> Secret:
    """Ask for a PIN, after saying how many tries are left; empty: it is typed on the token's pad.

    Raises ``PIN_LOCKED``, and ``PIN_LAST_TRY`` unless ``last_try`` or the person says so once more.
    """
    confirmed = _confirm_last_try(token, role, from_stdin=from_stdin, last_try=last_try)
    if token.flags.pin_pad:
        print(_("Type the PIN on the keypad of the reader."), file=sys.stderr)
        pin = Secret(bytearray())
    elif from_stdin:
        pin = asking.from_standard_input()
    else:
        prompt = f"{_before(token, role)}\n{role_words(role)} · {named(token)}:"
        pin = asking.at_terminal(prompt, ErrorCode.PIN_NEEDED)
    pin.last_try_confirmed = confirmed
    return pin


@contextmanager
def new_pin(run: Run, token: Token, role: PinRole) -> Iterator[Secret | None]:
    """Ask for a new PIN, at a terminal twice: a slip of the finger is not seen there."""
    if token.flags.pin_pad:
        yield None
        return
    if run.options.pin_stdin:
        with asking.from_standard_input() as pin:
            yield pin
        return
    prompt = _("New PIN ({whose}):").format(whose=role_words(role))
    with asking.at_terminal(prompt, ErrorCode.PIN_NEEDED) as pin:
        again = _("The same PIN again:")
        with asking.at_terminal(again, ErrorCode.PIN_NEEDED) as second:
            if pin.buffer != second.buffer:
                raise RoscherkError(ErrorCode.USAGE, option="PIN", value=_("they differ"))
        yield pin


def named(token: Token) -> str:
    """Name a token for a prompt: label, model and serial number."""
    return f"{plain(token.label)} ({plain(token.model)}, {plain(token.serial)})"


def _before(token: Token, role: PinRole) -> str:
    """Say what is left, and that the factory's PIN is still the one."""
    state = pin_state(token, role)
    factory = rules_of(token.product).factory_pin(role)
    words = tries_words(state, role)
    if state.factory and factory is not None:
        words = f"{words} {factory_words(factory)}"
    return words


def _confirm_last_try(token: Token, role: PinRole, *, from_stdin: bool, last_try: bool) -> bool:
    """Ask once more before a last try; return whether it may be made."""
    state = pin_state(token, role)
    if state.last_try and not last_try and not from_stdin:
        prompt = " ".join((tries_words(state, role), _("Go on? Type yes:")))
        answer = asking.words_at_terminal(prompt, ErrorCode.PIN_NEEDED)
        if answer.casefold() not in _YES:
            raise RoscherkError(ErrorCode.CANCELLED)
        return True
    demand_attempt(token, role, last_try_confirmed=last_try)
    return last_try


def _short(serial: str) -> str:
    return serial.casefold().lstrip("0")
