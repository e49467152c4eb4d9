"""The one container or token that a command names, and a name typed to confirm."""

import sys

from app.cli import asking
from app.cli.command import Run
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.model import Container, KeyPlaceKind, Token
from app.tokens.uri import KeyUri


def named(run: Run, uri: str) -> Container:
    """Return the one container of this name; that it may not sign is no hindrance here.

    Raises ``CONTAINER_NOT_FOUND``, ``KEY_NOT_FOUND``, ``KEY_AMBIGUOUS``.
    """
    found = run.services.keyring.listing(uri)
    if len(found.containers) == 1:
        return found.containers[0]
    wanted = KeyUri.parse(uri)
    if not found.containers and wanted.kind is KeyPlaceKind.STORE and wanted.name:
        raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=wanted.name)
    if len(found.containers) > 1:
        raise RoscherkError(ErrorCode.KEY_AMBIGUOUS, uri=uri, count=len(found.containers))
    return run.services.keyring.find(uri).container


def token_named(run: Run, name: str, option: str) -> Token:
    """Return the one token that a serial number or a PKCS #11 URI names.

    Raises ``TOKEN_NOT_FOUND``, ``KEY_AMBIGUOUS``.
    """
    wanted = None
    if ":" in name:
        wanted = KeyUri.parse(name)
        if wanted.kind is not KeyPlaceKind.TOKEN:
            raise RoscherkError(ErrorCode.USAGE, option=option, value=name)
    found = [
        each
        for each in run.services.keyring.tokens().tokens
        if each.flags.initialised
        and (
            each.serial.casefold() == name.casefold()
            if wanted is None
            else wanted.matches(key_of(each))
        )
    ]
    if len(found) == 1:
        return found[0]
    raise RoscherkError(ErrorCode.KEY_AMBIGUOUS if found else ErrorCode.TOKEN_NOT_FOUND, uri=name)


def key_of(token: Token) -> Container:
    """Return a key that is to be on a token, so that its PIN can be asked for."""
    uri = str(KeyUri.of_token(token))
    return Container(
        uri=uri, place=KeyPlaceKind.TOKEN, label=token.label, algorithm=None, token=token
    )


def confirmation(run: Run, name: str) -> str:
    """Return what was typed to confirm: by the option, else at the terminal."""
    if run.options.confirm is not None:
        return str(run.options.confirm)
    print(_("This cannot be undone."), file=sys.stderr)
    prompt = _("Type the name of the container to go on ({name}):").format(name=plain(name))
    return asking.words_at_terminal(prompt, ErrorCode.CONFIRMATION_DIFFERS)
