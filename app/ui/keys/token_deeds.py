"""What is done with the PINs of tokens from the window: one typed PIN is one attempt. No Qt here.

Before a PIN is asked for, the token is asked anew how many tries are left. A refused PIN is told in
words; nothing is asked a second time by itself.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Protocol

from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import N_, _
from app.texts.pin_words import cryptopro_words, factory_words, role_words, tries_words
from app.texts.showing import plain
from app.texts.token_words import device_name
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.tokens.pin_rules import Way, rules_of, unblock_ways
from app.tokens.pin_state import PinRole, pin_state
from app.tokens.pins import Pins, confirmation_of
from app.tokens.uri import KeyUri
from app.ui.forms import Filled, Form, NewPinAsked, PinAsked, Point, Told, token_facts
from app.ui.keys.deeds import OF_TOKENS, Deed
from app.ui.keys.token_telling import locked_words
from app.ui.known_keys import KnownKeys, is_on
from app.ui.notes import Notes
from app.ui.rows import Tone
from app.ui.work import Job, Tasks
from app.values import dataclass

_FEW_TRIES = 3


class View(Protocol):
    """What is needed of the page."""

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask in a dialog."""

    def tell(self, told: Told) -> None:
        """Tell what came of it."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """One thing to do: the words around it, whose PIN it takes, and what the journal calls it."""

    heading: str
    yes: str
    done: str
    action: Action
    role: PinRole = PinRole.USER
    new: PinRole | None = None
    """Whose new PIN is asked for beside it."""
    icon: str = "lock-keyhole"
    tone: Tone = Tone.INFO


_KINDS = {
    Deed.CHECK_PIN: _Kind(
        heading=N_("Check the PIN"),
        yes=N_("Check"),
        done=N_("The PIN is right."),
        action=Action.PIN_VERIFY,
    ),
    Deed.CHANGE_PIN: _Kind(
        heading=N_("Change the user PIN"),
        yes=N_("Change the PIN"),
        done=N_("The PIN was changed."),
        action=Action.PIN_CHANGE,
        new=PinRole.USER,
    ),
    Deed.CHANGE_ADMIN_PIN: _Kind(
        heading=N_("Change the administrator's PIN"),
        yes=N_("Change the PIN"),
        done=N_("The PIN was changed."),
        action=Action.PIN_CHANGE,
        role=PinRole.ADMINISTRATOR,
        new=PinRole.ADMINISTRATOR,
    ),
    Deed.UNBLOCK: _Kind(
        heading=N_("Unblock the user PIN"),
        yes=N_("Unblock"),
        done=N_("The user PIN is unblocked; the new one holds."),
        action=Action.PIN_UNBLOCK,
        role=PinRole.ADMINISTRATOR,
        new=PinRole.USER,
    ),
    Deed.FIRST_PIN: _Kind(
        heading=N_("Set the first user PIN"),
        yes=N_("Set the PIN"),
        done=N_("The first user PIN was set."),
        action=Action.PIN_SET,
        role=PinRole.ADMINISTRATOR,
        new=PinRole.USER,
    ),
    Deed.LABEL: _Kind(
        heading=N_("Rename the token"),
        yes=N_("Rename"),
        done=N_("The token has a new name."),
        action=Action.TOKEN_LABEL,
        icon="signature",
    ),
    Deed.FORMAT: _Kind(
        heading=N_("Erase everything on this token for ever?"),
        yes=N_("Format for good"),
        done=N_("The token was formatted."),
        action=Action.TOKEN_FORMAT,
        role=PinRole.ADMINISTRATOR,
        new=PinRole.USER,
        icon="trash-2",
        tone=Tone.ERROR,
    ),
}


class TokenDeeds:
    """Asks for PINs, does one thing, tells what came of it."""

    def __init__(self, pins: Pins, keys: KnownKeys, notes: Notes, tasks: Tasks) -> None:
        self._pins = pins
        self._keys = keys
        self._notes = notes
        self._tasks = tasks
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to ask and tell on ``view``."""
        self._view = view

    def begin(self, token: Token, deed: Deed) -> None:
        """Ask the token how it is now, then the person."""

        def look(_job: Job) -> tuple[Token, bool]:
            fresh = self._pins.status(token)
            found = self._pins.obstacle(fresh, OF_TOKENS[deed])
            # What lies on it is named in the question, and lost only by the typed confirmation.
            if found is not None and found.code is not ErrorCode.TOKEN_HOLDS_CONTAINERS:
                raise found
            return fresh, found is not None

        def take(looked: tuple[Token, bool]) -> None:
            fresh, lose = looked
            form = self.form(fresh, deed)
            self._view.ask_form(form, lambda filled: self._do(fresh, deed, filled, lose=lose))

        self._tasks.run(look, done=take, failed=self._fail, lane="pins")

    def end_session(self, done: Callable[[], None]) -> None:
        """Log out everywhere: PINs forgotten, hosts of tokens ended."""
        self._tasks.run(
            lambda _job: self._pins.end_session(),
            done=lambda _nothing: done(),
            failed=self._view.show_error,
        )

    def form(self, token: Token, deed: Deed) -> Form:
        """Compose the dialog: whose PIN, of which token, how many tries."""
        kind = _KINDS[deed]
        form = Form(
            heading=_(kind.heading),
            yes=kind.yes,
            icon=kind.icon,
            tone=kind.tone,
            facts=(*token_facts(token), (_("Device"), device_name(token))),
        )
        if deed is Deed.LABEL:
            form = replace(form, text=_("New name"), value=plain(token.label))
        if deed is Deed.FORMAT:
            form = replace(
                form,
                points=self._losses(token),
                text=_("Its new name"),
                value=plain(token.label),
                text_needed=False,
                typed=plain(confirmation_of(token)),
            )
        return self._with_pins(form, token, kind, deed)

    def _with_pins(self, form: Form, token: Token, kind: _Kind, deed: Deed) -> Form:
        state = pin_state(token, kind.role)
        if state.locked:
            return replace(form, barred=locked_words(token, kind.role), tone=Tone.ERROR)
        if token.flags.pin_pad:
            return replace(form, words=_("Type the PIN on the keypad of the reader."))
        ways = unblock_ways(token) if deed is Deed.UNBLOCK else ()
        new = None
        if kind.new is not None and ways != (Way.RESTORE,):
            new = _new_pin(token, kind.new, replaces=kind.new is kind.role)
        both = Way.RESTORE in ways and Way.NEW in ways
        fresh = deed is Deed.FORMAT and not token.flags.initialised
        return replace(
            form,
            pin=PinAsked(prompt=_("Administrator PIN, new"))
            if fresh
            else pin_asked(token, kind.role),
            new=new,
            keep=_("Leave the user PIN as it is") if both else "",
        )

    def _losses(self, token: Token) -> tuple[Point, ...]:
        here = [
            key.title
            for key in self._keys.keys
            if key.container.token is not None and is_on(key.container.token, token)
        ]
        last = _(
            "A key cannot be restored by anyone. Documents that were encrypted for it can no longer be read."
        )
        return (*((Tone.ERROR, name) for name in here), (Tone.WARN, last))

    def _do(self, token: Token, deed: Deed, filled: Filled, *, lose: bool) -> None:
        kind = _KINDS[deed]
        keep = filled.keep or (deed is Deed.UNBLOCK and unblock_ways(token) == (Way.RESTORE,))

        def work(_job: Job) -> Token:
            with ExitStack() as stack:
                pin, new = (
                    None if secret is None else stack.enter_context(secret)
                    for secret in (filled.pin, filled.new)
                )
                return self._call(token, deed, pin, new, filled, keep=keep, lose=lose)

        def take(after: Token) -> None:
            self._note(kind, token, "done")
            words = _("The user PIN is unblocked; it is the same as before.")
            changed = kind.new is PinRole.USER and not keep and deed is not Deed.FORMAT
            points = ((Tone.WARN, cryptopro_words()),) if changed else ()
            heading = words if keep else _(kind.done)
            name = token_facts(after)[0][1]
            self._view.tell(Told(heading=heading, words=name, points=points))
            self._keys.refresh()

        def fail(error: RoscherkError) -> None:
            self._note(kind, token, error.code.value)
            self._fail(error)
            self._keys.refresh()

        self._tasks.run(work, done=take, failed=fail, lane="pins")

    def _call(
        self,
        token: Token,
        deed: Deed,
        pin: Secret | None,
        new: Secret | None,
        filled: Filled,
        *,
        keep: bool,
        lose: bool,
    ) -> Token:
        """Make the one call. Runs in a thread."""
        pins, kind = self._pins, _KINDS[deed]
        if deed is Deed.CHECK_PIN:
            return pins.verify(token, pin, kind.role)
        if deed is Deed.UNBLOCK:
            return pins.unblock(token, pin, None if keep else new, keep=keep)
        if deed is Deed.FIRST_PIN:
            return pins.set_first(token, pin, new)
        if deed is Deed.LABEL:
            return pins.label(token, filled.text, pin)
        if deed is Deed.FORMAT:
            label = filled.text or token.label
            # What is typed is compared as it is shown: what cannot be typed is shown in its place.
            shown = filled.typed.strip() == plain(confirmation_of(token)).strip()
            typed = confirmation_of(token) if shown else filled.typed
            return pins.format(token, label, pin, new, typed=typed, lose_containers=lose)
        return pins.change(token, pin, new, kind.role)

    def _note(self, kind: _Kind, token: Token, outcome: str) -> None:
        target = str(KeyUri.of_token(token))
        self._notes.note(kind.action, target, outcome, role=kind.role.value)

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)


def pin_asked(token: Token, role: PinRole) -> PinAsked:
    """Say of a PIN that the token knows whose it is, and how many tries are left."""
    state = pin_state(token, role)
    tries = tries_words(state, role)
    factory = rules_of(token.product).factory_pin(role)
    if state.factory and factory is not None:
        tries = f"{tries} {factory_words(factory)}"
    few = state.tries_left is not None and state.tries_left <= _FEW_TRIES
    tone = Tone.ERROR if state.last_try else Tone.WARN if few or state.low else Tone.PLAIN
    sure = _("I am sure of this PIN: a wrong one locks the token")
    if role is PinRole.ADMINISTRATOR:
        sure = _("I am sure of this PIN: after a wrong one nobody can administer the token")
    return PinAsked(
        prompt=role_words(role), tries=tries, tone=tone, last_try=sure if state.last_try else ""
    )


def _new_pin(token: Token, role: PinRole, *, replaces: bool) -> NewPinAsked:
    prompt = _("New user PIN") if role is PinRole.USER else _("New administrator PIN")
    return NewPinAsked(
        prompt=prompt,
        minimum=token.pin_min,
        maximum=token.pin_max,
        factory=rules_of(token.product).factory_pin(role),
        replaces=replaces,
    )
