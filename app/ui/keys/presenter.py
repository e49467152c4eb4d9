"""Keys and tokens: what there is, and what can be done with it. No Qt here."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.door import Certificates
from app.crypto.containers.door import Containers
from app.crypto.requests.door import Requests
from app.errors import ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.keyring import Keyring
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.tokens.pins import Pins
from app.tokens.store import Store
from app.ui.asking import SecretQuestion
from app.ui.keys.certificate_deeds import CertificateDeeds
from app.ui.keys.deeds import Card, Deed
from app.ui.keys.doctor import DoctorDeeds
from app.ui.keys.import_deeds import ImportDeeds
from app.ui.keys.key_deeds import KeyDeeds
from app.ui.keys.request_deeds import RequestDeeds
from app.ui.keys.request_deeds import View as RequestView
from app.ui.keys.telling import card_of, failure_of, problem_of, rows_of
from app.ui.keys.token_deeds import TokenDeeds
from app.ui.keys.token_telling import token_card, token_key
from app.ui.known_keys import Key, KnownKeys, now
from app.ui.notes import Notes
from app.ui.rows import ReasonText, Row
from app.ui.secrets import Secrets
from app.ui.token_watch import TokenWatch
from app.ui.work import Job, Tasks

T = TypeVar("T")


class View(RequestView, Protocol):
    """What the page can do for its presenter."""

    def show_keys(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""

    def show_card(self, card: Card | None) -> None:
        """Show the chosen key, or that none is chosen."""

    def show_failure(self, failure: ReasonText | None) -> None:
        """Show what went wrong with single places of keys."""

    def show_readers(self, problem: ReasonText | None) -> None:
        """Say in one line why tokens are not seen, and the way out."""

    def show_news(self, news: ReasonText | None) -> None:
        """Tell of a driver that is new."""

    def say(self, text: str) -> None:
        """Say for a moment that something was done."""

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""

    def choose(self, uri: str) -> None:
        """Choose a key in the list."""


class KeysPresenter:
    """Decide what the page of keys shows and does."""

    def __init__(
        self,
        *,
        keys: KnownKeys,
        store: Store,
        certificates: Certificates,
        containers: Containers,
        keyring: Keyring,
        requests: Requests,
        secrets: Secrets,
        pins: Pins,
        watch: TokenWatch,
        notes: Notes,
        tasks: Tasks,
    ) -> None:
        self._watch = watch
        self._keyring = keyring
        self._token_deeds = TokenDeeds(pins, keys, notes, tasks)
        self._doctor = DoctorDeeds(containers.doctor, secrets, keys, notes, tasks)
        self._key_deeds = deeds = KeyDeeds(
            containers=containers,
            secrets=secrets,
            pins=pins,
            keys=keys,
            notes=notes,
            tasks=tasks,
        )
        self._certificate_deeds = on_certificates = CertificateDeeds(
            installing=containers.installing,
            certificates=certificates,
            secrets=secrets,
            keys=keys,
            notes=notes,
            tasks=tasks,
        )
        self._imports = ImportDeeds(
            moving=containers.moving,
            store=store,
            keyring=keyring,
            secrets=secrets,
            keys=keys,
            notes=notes,
            tasks=tasks,
            want=self.want,
        )
        self.requests = RequestDeeds(
            requests=requests,
            moving=containers.moving,
            store=store,
            secrets=secrets,
            keys=keys,
            notes=notes,
            tasks=tasks,
            want=self.want,
        )
        self._with_keys: Mapping[Deed, Callable[[Key], None]] = {
            Deed.PERSONAL: on_certificates.personal,
            Deed.UNBIND: on_certificates.unbind,
            Deed.EARLIER: on_certificates.earlier,
            Deed.IMPORT_TOKEN: self._imports.onto_token,
            Deed.REQUEST: self.requests.begin,
            Deed.SHOW: deeds.show,
            Deed.TEST: deeds.test,
            Deed.COPY: deeds.copy,
            Deed.RENAME: deeds.rename,
            Deed.COMPROMISED: deeds.declare_compromised,
            Deed.RESUME: deeds.resume,
            Deed.DELETE: deeds.delete,
            Deed.FORGET: lambda _key: self.forget(),
        }
        self._keys = keys
        self._store = store
        self._notes = notes
        self._tasks = tasks
        self._chosen: str | None = None
        self._wanted: str | None = None
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        for each in (self._token_deeds, self._key_deeds, self._doctor):
            each.attach(view)
        for one in (self._certificate_deeds, self._imports, self.requests):
            one.attach(view)
        self._keys.watch(self.show_all)
        self._watch.watch(self._show_notices)
        self.show_all()

    def show_all(self) -> None:
        """Show everything again."""
        self._view.show_keys(rows_of(self._keys.keys, self._keys, now()))
        if self._keys.find(self._wanted) is not None:
            self._view.choose(self._wanted or "")
            self._wanted = None
        self._show_notices()
        self._view.show_summary(self._summary())
        self._show_card()

    def want(self, uri: str) -> None:
        """Choose a key that was made just now, as soon as it is in the list."""
        self._wanted = uri
        self._keys.refresh()

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
    def token(self) -> Token | None:
        """Return the chosen token, or the chosen applet of one."""
        found = (each for token in self._keys.tokens for each in (token, *token.slots))
        return next((each for each in found if token_key(each) == self._chosen), None)

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
            self.want(uri)

        self._do(work, take, self._notes.failing(Action.CONTAINER_CREATE, name, self._fail))

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
            self._notes.failing(Action.CONTAINER_PASSWORD, container.uri, self._fail),
        )

    def export_pfx(self, key: Key, target: Path, password: Secret, new: Secret) -> None:
        """Write a key into a new PFX file."""

        def work(_job: Job) -> None:
            with password, new:
                self._keyring.export_pfx(key.container, target, password, new)

        def take(_nothing: None) -> None:
            self._notes.note(Action.CONTAINER_EXPORT, key.uri, "done", file=str(target))
            words = _("The key was written: {name}").format(name=plain(target.name))
            self._view.say(words)

        failed = self._notes.failing(Action.CONTAINER_EXPORT, key.uri, self._fail, file=str(target))
        self._do(work, take, failed)

    def import_pfx(self, key: Key, name: str, password: Secret, new: Secret) -> None:
        """Take the key of a PFX file over into the program's store."""
        self._imports.into_store(key, name, password, new)

    def forget(self) -> None:
        """Take the chosen PFX file off the list."""
        key = self.key
        if key is not None:
            self._keys.forget(key.uri)

    def install(self, path: Path) -> None:
        """Put a certificate from a file into the chosen container."""
        key = self.key
        if key is not None:
            self._certificate_deeds.install(key, path)

    def bind(self, path: Path) -> None:
        """Keep a certificate from a file beside the chosen key."""
        key = self.key
        if key is not None:
            self._certificate_deeds.bind(key, path)

    def install_anywhere(self, path: Path) -> None:
        """Find the key of a certificate from a file, and put it there."""
        self._certificate_deeds.install_anywhere(path)

    def do(self, deed: Deed) -> None:
        """Do what was asked on the card with what is chosen."""
        token, key = self.token, self.key
        if token is not None:
            self._token_deeds.begin(token, deed)
        elif key is not None and deed in self._with_keys:
            self._with_keys[deed](key)

    def examine(self) -> None:
        """Look for what is wrong with the keys."""
        self._doctor.examine()

    def end_session(self) -> None:
        """Log out everywhere."""
        self._token_deeds.end_session(
            lambda: self._view.say(
                _("The session has ended: no token is logged in, no PIN is remembered.")
            )
        )

    # --- inner

    def _do(
        self,
        work: Callable[[Job], T],
        done: Callable[[T], None],
        failed: Callable[[RoscherkError], None] | None = None,
    ) -> None:
        self._tasks.run(work, done=done, failed=failed or self._fail, lane="keys")

    def _show_notices(self) -> None:
        practice = self._keys.practice
        self._view.show_failure(None if practice else failure_of(self._keys.failures))
        seen = bool(self._keys.tokens)
        problem = None if practice else problem_of(self._watch.problem, tokens_seen=seen)
        self._view.show_readers(problem)
        self._view.show_news(None if practice else self._watch.news())

    def forget_news(self) -> None:
        """Take the news that was read away."""
        self._watch.forget_news()

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)

    def _summary(self) -> str:
        if self._keys.practice:
            return _("Practice mode: real keys are not shown")
        if self._keys.waiting and self._keys.tokens:
            names = ", ".join(plain(module.name) for module in self._keys.waiting)
            return _("Waiting for the drivers: {names}").format(names=names)
        if self._keys.reading:
            return _("Looking for keys…")
        return _("Containers with keys: of this program, in PFX files, on tokens")

    def _show_card(self) -> None:
        key, token = self.key, self.token
        if key is not None:
            self._view.show_card(card_of(key))
        elif token is not None:
            self._view.show_card(token_card(token, self._keys.device_of(token)))
        else:
            self._view.show_card(None)
