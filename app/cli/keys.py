"""Finding the key a command names, and asking for its PIN or password once."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli import asking
from app.cli.command import Run
from app.cli.pin_asking import ask_for_pin
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.pin import Secret
from app.tokens.pin_state import PinRole
from app.tokens.secret_pair import join_secrets
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
    parser.add_argument(
        "--last-try",
        action="store_true",
        help=_("try the PIN even if a wrong one locks the token"),
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
    if container.place is KeyPlaceKind.CARD:
        return _secrets_of_card(run, container)
    if container.place is not KeyPlaceKind.TOKEN:
        return password_for(run, plain(container.label))
    return _pin_of(run, container)


def _secrets_of_card(run: Run, container: Container) -> Secret:
    """Ask for the PIN of the token and, where it has one, for the password of the container.

    From standard input each is a line of its own.
    """
    pin = _pin_of(run, container)
    if not container.password_too:
        return pin
    with pin, password_for(run, plain(container.label)) as password:
        return join_secrets(pin, password)


def _pin_of(run: Run, container: Container) -> Secret:
    """Ask for the user PIN of the token, after saying how many tries are left."""
    options, token = run.options, container.token
    if token is None:
        return asking.at_terminal(_("PIN:"), ErrorCode.PIN_NEEDED)
    stdin, last_try = options.secret_stdin, options.last_try
    return ask_for_pin(token, PinRole.USER, from_stdin=stdin, last_try=last_try)


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
