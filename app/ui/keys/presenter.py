"""Keys and tokens: what there is, and what can be done with it. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.door import Certificates
from app.errors import ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.model import ContainerState, KeyPlaceKind
from app.tokens.pin import Secret
from app.tokens.store import Store
from app.ui.asking import Question, SecretQuestion
from app.ui.details import Lines
from app.ui.keys.telling import failure_of, lines_of, notice_of, rows_of, token_key, token_lines
from app.ui.known_keys import Key, KnownKeys, now
from app.ui.notes import Notes
from app.ui.rows import ReasonText, Row, Tone
from app.ui.work import Job, Tasks

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Card:
    """What stands beside the list: the chosen key or token, and what can be done with it."""

    heading: str
    lines: Lines
    notice: ReasonText | None = None
    certificate: bool = False
    install: bool = False
    password: bool = False
    delete: bool = False
    forget: bool = False


class View(Protocol):
    """What the page can do for its presenter."""

    def show_keys(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""

    def show_card(self, card: Card | None) -> None:
        """Show the chosen key, or that none is chosen."""

    def show_failure(self, failure: ReasonText | None) -> None:
        """Show what went wrong with single places of keys."""

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""

    def choose(self, uri: str) -> None:
        """Choose a key in the list."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a password."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""


class KeysPresenter:
    """Decide what the page of keys shows and does."""

    def __init__(
        self,
        *,
        keys: KnownKeys,
        store: Store,
        certificates: Certificates,
        notes: Notes,
        tasks: Tasks,
    ) -> None:
        self._keys = keys
        self._store = store
        self._certificates = certificates
        self._notes = notes
        self._tasks = tasks
        self._chosen: str | None = None
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self._keys.watch(self.show_all)
        self.show_all()

    def show_all(self) -> None:
        """Show everything again."""
        tokens = () if self._keys.practice else self._keys.tokens
        self._view.show_keys(rows_of(self._keys.keys, tokens, now()))
        self._view.show_failure(None if self._keys.practice else failure_of(self._keys.failures))
        self._view.show_summary(self._summary())
        self._show_card()

    def refresh(self) -> None:
        """Read tokens and containers anew."""
        self._keys.refresh()

    def select(self, chosen: Sequence[str]) -> None:
        """Learn which row is chosen."""
        self._chosen = chosen[0] if chosen else None
        self._show_card()

    @property
    def key(self) -> Key | None:
        """Return the chosen key."""
        return self._keys.find(self._chosen)

    @property
    def can_create(self) -> bool:
        """Tell whether containers are made here; practice mode has its own key and no other."""
        return not self._keys.practice

    # --- what can be done

    def create(self, name: str, algorithm: KeyAlgorithm, secret: Secret) -> None:
        """Make a container in the program's own store."""

        def work(_job: Job) -> str:
            with secret:
                return self._store.create(name, algorithm, secret).uri

        def take(uri: str) -> None:
            self._notes.note(Action.CONTAINER_CREATE, uri, "done", algorithm=algorithm.value)
            self._chosen = uri
            self._keys.refresh()

        self._do(work, take)

    def open_pfx(self, path: Path) -> None:
        """Open a PFX file: its password is asked for first."""
        question = SecretQuestion(
            heading=_("Password of the PFX file"),
            prompt=_("Password"),
            purpose=_("To see the certificate inside. It is asked again for each signing."),
            facts=((_("File"), plain(path.name)),),
        )

        def open_it(secret: Secret) -> None:
            self._keys.open_pfx(path, secret, self._take_pfx, self._fail)

        self._view.ask_secret(question, open_it)

    def _take_pfx(self, key: Key) -> None:
        self._chosen = key.uri
        self.show_all()
        self._view.choose(key.uri)

    def change_password(self, old: Secret, new: Secret) -> None:
        """Lock the chosen container with another password."""
        key = self.key
        if key is None:
            return
        container = key.container

        def work(_job: Job) -> None:
            with old, new:
                self._store.change_password(container, old, new)

        self._do(
            work,
            lambda _nothing: self._notes.note(Action.CONTAINER_PASSWORD, container.uri, "done"),
        )

    def delete(self) -> None:
        """Delete the chosen container, if the user really wants that."""
        key = self.key
        if key is None:
            return
        name = plain(key.container.label)
        words = _(
            "The private key in «{name}» will be gone for good. Documents that were signed stay "
            "signed, but nothing can be signed or decrypted with this key any more."
        )
        question = Question(
            heading=_("Delete the container with its key?"),
            words=words.format(name=name),
            yes=_("Delete for good"),
            tone=Tone.ERROR,
            icon="trash-2",
        )
        self._view.ask(question, lambda: self._delete(key))

    def _delete(self, key: Key) -> None:
        def take(_nothing: None) -> None:
            self._notes.note(Action.CONTAINER_DELETE, key.uri, "done")
            self._keys.refresh()

        self._do(lambda _job: self._store.delete(key.container), take)

    def forget(self) -> None:
        """Take the chosen PFX file off the list."""
        key = self.key
        if key is not None:
            self._keys.forget(key.uri)

    def install(self, path: Path) -> None:
        """Put a certificate from a file into the chosen container."""
        key = self.key
        if key is None:
            return

        def work(_job: Job) -> None:
            found = self._certificates.read(path).certificates
            chain = [each.der for each in found[1:]]
            self._store.install_certificate(key.container, found[0].der, chain)

        def take(_nothing: None) -> None:
            self._notes.note(Action.CERTIFICATE_INSTALL, key.uri, "done")
            self._keys.refresh()

        self._do(work, take)

    # --- inner

    def _do(self, work: Callable[[Job], T], done: Callable[[T], None]) -> None:
        self._tasks.run(work, done=done, failed=self._fail, lane="keys")

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)

    def _summary(self) -> str:
        if self._keys.practice:
            return _("Practice mode: real keys are not shown")
        if self._keys.reading:
            return _("Looking for keys…")
        return _("Containers with keys: of this program, in PFX files, on tokens")

    def _show_card(self) -> None:
        key = self.key
        if key is not None:
            self._view.show_card(_card(key))
            return
        for token in self._keys.tokens:
            if token_key(token) == self._chosen:
                lines = tuple(token_lines(token))
                self._view.show_card(Card(heading=plain(token.label or token.model), lines=lines))
                return
        self._view.show_card(None)


def _card(key: Key) -> Card:
    container = key.container
    own = container.place is KeyPlaceKind.STORE and not container.practice
    sound = container.state is not ContainerState.DAMAGED
    return Card(
        heading=key.title,
        lines=lines_of(key),
        notice=notice_of(key),
        certificate=key.facts is not None,
        install=own and sound and container.certificate is None,
        password=own and sound,
        delete=own,
        forget=container.place is KeyPlaceKind.PFX,
    )
