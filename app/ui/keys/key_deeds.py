"""What is done with keys and their certificates from the window. No Qt here."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from app.crypto.containers.door import Containers
from app.crypto.containers.model import ContainerTest, Losses
from app.crypto.saving import AtomicFile
from app.errors import ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import N_, _
from app.texts.compromise import application
from app.texts.showing import plain
from app.tokens.model import Container, KeyPlaceKind, Token
from app.tokens.pin import Secret
from app.tokens.pin_state import PinRole, pin_state
from app.tokens.pins import Pins
from app.ui.asking import ask_for_secret
from app.ui.forms import Filled, Form, Step, Told, token_facts
from app.ui.keys.care_telling import loss_points, test_told
from app.ui.keys.port import View
from app.ui.keys.token_deeds import pin_asked
from app.ui.keys.token_telling import locked_words
from app.ui.known_keys import Key, KnownKeys
from app.ui.notes import Notes
from app.ui.rows import Tone
from app.ui.secrets import Secrets, Wish, WithSecret
from app.ui.work import Job, Tasks

T = TypeVar("T")


class KeyDeeds:
    """Asks, does one thing, tells what came of it."""

    def __init__(
        self,
        *,
        containers: Containers,
        secrets: Secrets,
        pins: Pins,
        keys: KnownKeys,
        notes: Notes,
        tasks: Tasks,
    ) -> None:
        self._containers = containers
        self._secrets = secrets
        self._pins = pins
        self._keys = keys
        self._notes = notes
        self._tasks = tasks
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to ask and tell on ``view``."""
        self._view = view

    # --- testing

    def show(self, key: Key) -> None:
        """Give the PIN to a token that shows no more than the name of a container."""
        purpose = _("To show what the container holds")
        self._view.ask_secret(
            ask_for_secret(key.container, "", purpose),
            lambda pin: self._keys.show_hidden(key.uri, pin, self._fail),
        )

    def test(self, key: Key) -> None:
        """Open a key, sign with it, compare it with its certificate: a plain report."""

        def run(secret: Secret | None) -> None:
            def work(_job: Job) -> ContainerTest:
                try:
                    return self._containers.testing.test(key.container, secret)
                finally:
                    _wipe(secret)

            def fail(error: RoscherkError) -> None:
                if self._secrets.wants_typing(key.container, error):
                    self.test(key)
                else:
                    self._fail(error)

            self._tasks.run(
                work, done=lambda tested: self._take_test(key, tested), failed=fail, lane="keys"
            )

        self._ask(key, _("To test the key: nothing is signed and saved"), run)

    def _take_test(self, key: Key, tested: ContainerTest) -> None:
        told = test_told(tested)
        outcome = "bad" if told.tone is Tone.ERROR else "done"
        self._notes.note(Action.CONTAINER_TEST, key.uri, outcome)
        self._view.tell(told)
        self._keys.refresh()

    # --- copying, renaming, deleting

    def copy(self, key: Key) -> None:
        """Copy a container within the program's store."""
        self._rename_or_copy(key, copy=True)

    def rename(self, key: Key) -> None:
        """Give a container another name."""
        self._rename_or_copy(key, copy=False)

    def _rename_or_copy(self, key: Key, *, copy: bool) -> None:
        moving = self._containers.moving
        move = moving.copy if copy else moving.rename
        if key.container.place is not KeyPlaceKind.STORE:
            # It is not ours to do: the answer names the steps.
            self._do(lambda _job: move(key.container, ""), lambda _made: None)
            return

        action = Action.CONTAINER_COPY if copy else Action.CONTAINER_RENAME

        def take(made: Container) -> None:
            self._notes.note(action, made.uri, "done", source=key.uri)
            self._keys.refresh()

        form = Form(
            heading=_("Copy the container") if copy else _("Rename the container"),
            words=_("The copy has the same key and the same password.") if copy else "",
            yes=N_("Copy") if copy else N_("Rename"),
            icon="files" if copy else "signature",
            facts=((_("Container"), plain(key.container.label)),),
            text=_("Name of the copy") if copy else _("New name"),
            value="" if copy else plain(key.container.label),
        )
        failed = self._notes.failing(action, key.uri, self._fail)
        self._view.ask_form(
            form,
            lambda filled: self._do(lambda _job: move(key.container, filled.text), take, failed),
        )

    def delete(self, key: Key) -> None:
        """Delete a key for good: first what exactly will be lost, then its name typed."""

        def look(_job: Job) -> tuple[Losses, Token | None]:
            token = key.container.token
            losses = self._containers.moving.losses(key.container)
            return losses, None if token is None else self._pins.status(token)

        self._do(look, lambda looked: self._ask_delete(key, *looked))

    def _ask_delete(self, key: Key, losses: Losses, token: Token | None) -> None:
        on_token = key.container.place is KeyPlaceKind.TOKEN and token is not None
        locked = token is not None and pin_state(token, PinRole.USER).locked
        pad = token is not None and token.flags.pin_pad
        form = Form(
            heading=_("Delete the key for good?"),
            words=_("This cannot be undone."),
            yes=N_("Delete for good"),
            icon="trash-2",
            tone=Tone.ERROR,
            facts=() if token is None else token_facts(token),
            points=loss_points(losses),
            typed=plain(losses.confirmation),
            barred=locked_words(token, PinRole.USER) if token and on_token and locked else None,
            pin=pin_asked(token, PinRole.USER) if token and on_token and not pad else None,
        )

        def go(filled: Filled) -> None:
            def work(_job: Job) -> tuple[str, ...]:
                secret = filled.pin if on_token else None
                typed = losses.confirmation  # typed as it was shown, or the dialog had not closed
                try:
                    return self._containers.moving.delete(key.container, typed, secret)
                finally:
                    _wipe(filled.pin)

            facts = {} if key.facts is None else {"sha256": key.facts.sha256}

            def take(gone: tuple[str, ...]) -> None:
                objects = " ".join(gone)
                self._notes.note(Action.CONTAINER_DELETE, key.uri, "done", objects=objects, **facts)
                self._view.tell(Told(heading=_("The key was deleted."), words=key.title))
                self._keys.refresh()

            failing = self._notes.failing(Action.CONTAINER_DELETE, key.uri, self._fail, **facts)
            self._do(work, take, failing)

        self._view.ask_form(form, go)

    # --- compromised

    def declare_compromised(self, key: Key) -> None:
        """Stop a key in this program, and write the application for the authority."""
        form = Form(
            heading=_("Declare this key compromised?"),
            words=_(
                "It signs no more in this program. Other programs know nothing of it: the authority has to revoke the certificate, and the application for that is written for you."
            ),
            yes=N_("Stop the key"),
            icon="triangle-alert",
            tone=Tone.ERROR,
            facts=((_("Key"), key.title),),
            text=_("What happened (for the application)"),
            text_needed=False,
        )
        self._view.ask_form(form, lambda filled: self._stop(key, filled.text))

    def _stop(self, key: Key, reason: str) -> None:
        def work(_job: Job) -> tuple[str, str]:
            stop = self._containers.stops.stop(key.container, reason)
            text = ""
            if key.facts is not None:
                text = application(key.facts, stop.reason, stop.at or datetime.now(UTC))
            return stop.key, text

        def take(made: tuple[str, str]) -> None:
            stopped, text = made
            self._notes.note(Action.KEY_STOP, key.uri, "done", key=stopped, reason=reason)
            steps: tuple[Step, ...] = ()
            if text:
                save = Step(text=_("Save the application…"), act=lambda: self._save(text))
                steps = (save,)
            words = _(
                "Other programs know nothing of it. Have the certificate revoked at once: call the authority that issued it, and hand in the application."
            )
            heading = _("The key signs no more in this program")
            self._view.tell(Told(heading=heading, words=words, tone=Tone.WARN, steps=steps))
            self._keys.refresh()

        self._do(work, take)

    def resume(self, key: Key) -> None:
        """Let a key sign again that was declared compromised by mistake."""
        name = plain(key.container.label or key.container.uri)

        def take(_nothing: None) -> None:
            self._notes.note(Action.KEY_RESUME, key.uri, "done")
            self._keys.refresh()

        form = Form(
            heading=_("Let the key sign again?"),
            words=_("Only if nobody else can have had it."),
            yes=N_("Let it sign"),
            icon="refresh-cw",
            tone=Tone.WARN,
            facts=((_("Key"), key.title),),
            typed=name,
        )
        self._view.ask_form(
            form,
            lambda _filled: self._do(
                lambda _job: self._containers.stops.resume(key.container), take
            ),
        )

    def _save(self, text: str) -> None:
        def write(target: Path) -> None:
            with AtomicFile.create(target.absolute().parent) as file:
                file.write(text.encode())
                file.publish(target.absolute(), numbers=False)

        def go(target: Path) -> None:
            self._do(lambda _job: write(target), lambda _nothing: None)

        name = _("Application, compromised key.txt")
        self._view.choose_target(_("Save the application"), name, go)

    # --- inner

    def _ask(self, key: Key, purpose: str, then: WithSecret) -> None:
        wish = Wish(container=key.container, owner=key.owner, purpose=purpose, unopened_too=True)
        self._secrets.ask(self._view, wish, then, self._fail)

    def _do(
        self,
        work: Callable[[Job], T],
        done: Callable[[T], None],
        failed: Callable[[RoscherkError], None] | None = None,
    ) -> None:
        self._tasks.run(work, done=done, failed=failed or self._fail, lane="keys")

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)
            self._keys.refresh()


def _wipe(secret: Secret | None) -> None:
    if secret is not None:
        secret.wipe()
