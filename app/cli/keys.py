"""Finding the key a command names, and asking for its PIN or password once."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli import asking
from app.cli.command import Run
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.pin import Secret
from app.tokens.uri import KeyUri


def secret_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two options by which a script hands a secret over; both read one line."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--pin-stdin",
        dest="secret_stdin",
        action="store_true",
        help=_("read the PIN from standard input"),
    )
    group.add_argument(
        "--password-stdin",
        dest="secret_stdin",
        action="store_true",
        help=_("read the password from standard input"),
    )


@contextmanager
def opened_key(
    run: Run, uri: str, *, certificate_needed: bool = True
) -> Iterator[tuple[Container, Secret | None]]:
    """Yield the container that ``uri`` names and its secret, which is wiped at the end."""
    wanted = KeyUri.parse(uri)
    keyring = run.services.keyring
    if wanted.kind is KeyPlaceKind.PFX:
        with password_for(run, plain(wanted.path)) as password:
            yield keyring.find(uri, password).container, password
        return
    container = keyring.find(uri).container
    if certificate_needed and container.certificate is None:
        raise RoscherkError(ErrorCode.CERTIFICATE_MISSING, name=container.label, uri=container.uri)
    keyring.demand_permission(container)
    secret = secret_of(run, container)
    try:
        yield container, secret
    finally:
        if secret is not None:
            secret.wipe()


def secret_of(run: Run, container: Container) -> Secret | None:
    """Ask for what this container needs."""
    if container.practice:
        return run.services.practice.secret()
    if not container.secret_needed:
        return None
    if container.place is not KeyPlaceKind.TOKEN:
        return password_for(run, plain(container.label))
    token = container.token
    if token is not None and token.flags.user_pin_locked:
        raise RoscherkError(ErrorCode.PIN_LOCKED, serial=token.serial)
    if token is not None and token.flags.pin_pad:
        print(_("Type the PIN on the keypad of the reader."), file=sys.stderr)
        return None
    if run.options.secret_stdin:
        return asking.from_standard_input()
    return asking.at_terminal(_pin_prompt(container), ErrorCode.PIN_NEEDED)


def _pin_prompt(container: Container) -> str:
    """Say for which token the PIN is, and how many tries are left, before it is typed."""
    token = container.token
    if token is None:
        return _("PIN:")
    name = f"{plain(token.label)} ({plain(token.model)}, {plain(token.serial)})"
    if token.tries_left is not None:
        told = _("PIN of the token {name}, tries left {tries}:")
        return told.format(name=name, tries=token.tries_left)
    if token.flags.user_pin_final_try:
        return _("PIN of the token {name}, LAST TRY:").format(name=name)
    return _("PIN of the token {name}:").format(name=name)


def password_for(run: Run, name: str) -> Secret:
    """Ask for the password of a file or a container."""
    if run.options.secret_stdin:
        return asking.from_standard_input()
    prompt = _("Password of {name}:").format(name=name)
    return asking.at_terminal(prompt, ErrorCode.PASSWORD_NEEDED)


def new_password(run: Run, name: str) -> Secret:
    """Ask for a new password: twice at a terminal, where a slip of the finger is not seen."""
    if run.options.secret_stdin:
        return asking.from_standard_input()
    prompt = _("New password of {name}:").format(name=name)
    first = asking.at_terminal(prompt, ErrorCode.PASSWORD_NEEDED)
    with asking.at_terminal(_("The same password again:"), ErrorCode.PASSWORD_NEEDED) as second:
        if first.buffer != second.buffer:
            first.wipe()
            raise RoscherkError(ErrorCode.USAGE, option="--password", value=_("they differ"))
    return first
