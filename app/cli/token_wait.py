"""Signing that has lost its token: at a terminal it waits for it, in a script it stops."""

import sys
from collections.abc import Sequence
from pathlib import Path

from app.cli import asking
from app.cli.command import Run
from app.cli.keys import secret_of
from app.errors import RoscherkError
from app.processes.cancelling import Cancel
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.showing import plain
from app.tokens.awaiting import Awaiting, Look, can_await, wants_pin
from app.tokens.model import Container
from app.tokens.pin import Secret


class SigningKey:
    """The key of a run with its secret, which is asked for anew where that must be."""

    def __init__(self, run: Run, container: Container, secret: Secret | None) -> None:
        """Take the first secret, which stays its owner's to wipe."""
        self._run = run
        self._several = len(run.options.files) > 1
        self._anew: Secret | None = None
        self._each_time = False
        self.container = container
        self.secret = secret
        if secret is not None:
            secret.for_run = self._several

    def before(self, source: Path) -> None:
        """Get ready for a file: a key that wants its PIN for each signature is asked for it now."""
        if self._each_time:
            self._ask(_("The key wants its PIN for each signature: {name}"), source)

    def again(self, source: Path, error: RoscherkError) -> bool:
        """Make good what has stopped the signing of a file; False: it cannot be made good.

        At a terminal this waits for the token, which Ctrl+C ends. A script is never kept waiting.
        """
        if not can_await(self.container, error):
            return False
        if error.facts.get("reason") == "each_signature":
            first, self._each_time = not self._each_time, True
            if first:
                self._ask(_("The key wants its PIN for each signature: {name}"), source)
            return first
        if self._run.options.secret_stdin or not asking.somebody_is_there():
            return False
        if not wants_pin(error):
            self._wait(source, error)
        self._ask(_("The token is here. Signing goes on with: {name}"), source)
        return True

    def wipe(self) -> None:
        """Wipe the secret that was asked for here."""
        if self._anew is not None:
            self._anew.wipe()

    def _wait(self, source: Path, error: RoscherkError) -> None:
        token = self.container.token
        label, serial = ("", "") if token is None else (token.label or token.model, token.serial)
        wanted = _("Insert the token «{label}», serial number {serial}")
        asking.say_at_terminal(f"{plain(source.name)}: {describe_error(error).heading}.")
        asking.say_at_terminal(wanted.format(label=plain(label), serial=plain(serial)) + ".")
        asking.say_at_terminal(_("Ctrl+C stops; what is signed stays."))
        self.container = Awaiting(self._run.services.keyring).wait(
            self.container, Cancel(), _tell_look
        )

    def _ask(self, words: str, source: Path) -> None:
        """Ask for the secret; the one before has served."""
        if not self._run.options.secret_stdin and asking.somebody_is_there():
            asking.say_at_terminal(words.format(name=plain(source.name)))
        self.wipe()
        if self.secret is not None:
            self.secret.wipe()
        self._anew = self.secret = secret_of(self._run, self.container)
        if self.secret is None:
            self.secret = Secret(bytearray())
        self.secret.for_run = self._several and not self._each_time


def _tell_look(look: Look) -> None:
    if look.others:
        named = _("«{label}», serial number {serial}")
        names = ", ".join(
            named.format(label=plain(each.label or each.model), serial=plain(each.serial))
            for each in look.others
        )
        asking.say_at_terminal(
            _("Plugged in now: {names}. That is another token.").format(names=names)
        )
    if look.problem is not None:
        asking.say_at_terminal(f"{describe_error(look.problem).heading}.")


def tell_stop(signed: Sequence[Path], left: Sequence[Path]) -> None:
    """Say on standard error which files are signed and which are not, before the work is left."""
    total = len(signed) + len(left)
    told = _("Signing has stopped. Signed: {n} of {total}.").format(n=len(signed), total=total)
    print(told, file=sys.stderr)
    for path in signed:
        print("  " + _("signed: {name}").format(name=plain(path)), file=sys.stderr)
    for path in left:
        print("  " + _("not signed: {name}").format(name=plain(path)), file=sys.stderr)
