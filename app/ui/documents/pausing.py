"""Signing that stands still: which token is wanted, how far it is, the way on. No Qt here."""

from collections.abc import Callable

from app.errors import RoscherkError
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.showing import plain
from app.tokens.awaiting import can_await, wants_pin
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.ui.documents.port import Standstill
from app.ui.documents.telling import purpose_of
from app.ui.secrets import Secrets, View, Wish
from app.ui.signing_run import Pause, SigningRun


def ask_to_go_on(
    secrets: Secrets, view: View, run: SigningRun, failed: Callable[[RoscherkError], None]
) -> None:
    """Ask for the PIN anew and let the run go on, if nothing else is missing."""
    pause = run.pause
    if pause is None or not pause.there:
        return

    def take(secret: Secret | None) -> None:
        if run.pause is not None and run.pause.there:
            run.resume(secret)
        elif secret is not None:
            secret.wipe()

    def fail(error: RoscherkError) -> None:
        if can_await(pause.container, error):
            run.wait_again(error)
        else:
            failed(error)

    purpose = purpose_of(pause.left, pause.document)
    wish = Wish(container=pause.container, owner=run.key.owner, purpose=purpose)
    secrets.ask(view, wish, take, fail)


def standstill_words(pause: Pause) -> Standstill:
    """Return what to say while a run stands still."""
    # What is over needs no more words: the token was pulled out, and is back.
    lines = [] if pause.there and pause.pulled_out else [_cause(pause.error)]
    lines.append(_how_far(pause))
    if pause.others:
        names = ", ".join(_named(each) for each in pause.others)
        lines.append(_("Plugged in now: {names}. That is another token.").format(names=names))
    if pause.problem is not None:
        lines.append(_cause(pause.problem))
    return Standstill(heading=_heading(pause), text="\n".join(lines), can_go_on=pause.there)


def _heading(pause: Pause) -> str:
    token = pause.container.token
    label, serial = ("", "") if token is None else (_label(token), plain(token.serial))
    if not pause.there:
        wanted = _("Insert the token «{label}», serial number {serial}")
        return wanted.format(label=label, serial=serial)
    if pause.each_signature:
        return _("This key wants its PIN for each signature")
    return _("The token «{label}» is here: type its PIN to go on").format(label=label)


def _cause(error: RoscherkError) -> str:
    if wants_pin(error):
        return _("The token has forgotten that its PIN was typed; it is not sent by itself.")
    return f"{describe_error(error).heading}."


def _how_far(pause: Pause) -> str:
    words = _("Signed: {n} of {total}. That stays; the next is: {name}")
    total = pause.signed + pause.left
    return words.format(n=pause.signed, total=total, name=plain(pause.document.path.name))


def _label(token: Token) -> str:
    return plain(token.label or token.model)


def _named(token: Token) -> str:
    return _("«{label}», serial number {serial}").format(
        label=_label(token), serial=plain(token.serial)
    )
