"""Signing what was chosen: the secret, the run over the documents, a run that stands still. No Qt here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from app.crypto.signing.door import Signing
from app.errors import ErrorCode, RoscherkError
from app.tokens.pin import Secret
from app.ui.asking import SecretQuestion
from app.ui.documents.pausing import ask_to_go_on
from app.ui.documents.telling import purpose_of
from app.ui.files import Document, State
from app.ui.known_keys import Key, KnownKeys
from app.ui.notes import Notes
from app.ui.practice_mode import PracticeMode
from app.ui.proxy_asking import ProxyAsking
from app.ui.secrets import Secrets, Wish
from app.ui.signing_run import Awaits, Pause, RunEnd, SigningRun, SignOptions
from app.ui.work import Tasks


class View(Protocol):
    """What signing needs of the page."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password; no answer means no."""


class SigningDesk:
    """Has one run at a time."""

    def __init__(
        self,
        signing: Signing,
        awaits: Awaits,
        secrets: Secrets,
        tasks: Tasks,
        notes: Notes,
        *,
        keys: KnownKeys,
        practice: PracticeMode,
        proxy: ProxyAsking,
        documents: Callable[[], Mapping[str, Document]],
        on_document: Callable[[Document], None],
        on_change: Callable[[], None],
        on_error: Callable[[RoscherkError], None],
    ) -> None:
        self._signing = signing
        self._awaits = awaits
        self._secrets = secrets
        self._tasks = tasks
        self._notes = notes
        self._keys = keys
        self._practice = practice
        self._proxy = proxy
        self._documents = documents
        self._on_document = on_document
        self._on_change = on_change
        self._on_error = on_error
        self._run: SigningRun | None = None
        self.last: tuple[str, ...] = ()
        """The keys of the documents of the present run, or of the last one."""
        self.failed = False
        """The last run was stopped by an error, not by the user: the rest may be wanted."""
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to ask by ``view``."""
        self._view = view

    @property
    def running(self) -> bool:
        """Tell whether something is being signed."""
        return self._run is not None

    @property
    def pause(self) -> Pause | None:
        """Return why a run stands still; None: it does not."""
        return None if self._run is None else self._run.pause

    @property
    def slow(self) -> bool:
        """Tell whether a signature takes longer than usual."""
        return self._run is not None and self._run.slow

    def ask(
        self,
        key: Key,
        documents: Sequence[Document],
        options: SignOptions,
        refused: RoscherkError | None = None,
    ) -> None:
        """Ask for the secrets, first that of the proxy if it is needed, then sign the documents."""
        self._proxy.before(
            self._view,
            options.evidence.network,
            lambda: self._ask(key, documents, options, refused),
        )

    def _ask(
        self,
        key: Key,
        documents: Sequence[Document],
        options: SignOptions,
        refused: RoscherkError | None,
    ) -> None:
        if key.container.practice:
            self._take_practice_secret(key, documents, options)
            return
        wish = Wish(
            container=key.container,
            owner=key.owner,
            purpose=purpose_of(len(documents), documents[0]),
            refused=refused,
        )
        self._secrets.ask(
            self._view,
            wish,
            lambda secret: self._start(key, documents, options, secret),
            self._on_error,
        )

    def _take_practice_secret(
        self, key: Key, documents: Sequence[Document], options: SignOptions
    ) -> None:
        self._tasks.run(
            lambda _job: self._practice.secret(),
            done=lambda secret: self._start(key, documents, options, secret),
            failed=self._on_error,
            lane="practice",
        )

    def _start(
        self, key: Key, asked: Sequence[Document], options: SignOptions, secret: Secret | None
    ) -> None:
        """Begin, unless that was done while the secret was awaited: a button was pressed twice."""
        before = {each.key: each.signed for each in asked}
        documents = [each for each in self._still_there(asked) if each.signed == before[each.key]]
        if self._run is not None or not documents:
            if secret is not None:
                secret.wipe()
            return
        self.last = tuple(each.key for each in documents)
        self._run = SigningRun(
            self._signing,
            self._tasks,
            self._notes,
            key,
            options,
            awaits=self._awaits,
            on_change=self._on_document,
            on_pause=self._on_pause,
            on_end=lambda end: self._end(key, documents, options, end),
        )
        self._run.start(documents, secret)
        self._on_change()

    def _on_pause(self, pause: Pause) -> None:
        self._on_change()
        if pause.pulled_out and not pause.others:
            if pause.container.token is not None and not pause.there:
                self._secrets.gone(pause.container.token)
            self._keys.refresh()  # where no reader tells of it
        if pause.each_signature:
            self._secrets.wants_typing(pause.container, pause.error)
            self.go_on()

    def go_on(self) -> None:
        """Go on with signing that stands still; the PIN is asked for anew."""
        if self._run is not None:
            ask_to_go_on(self._secrets, self._view, self._run, self._on_error)

    def cancel(self) -> None:
        """Stop. What is signed stays signed."""
        if self._run is not None:
            self._run.cancel()

    def _end(
        self, key: Key, documents: Sequence[Document], options: SignOptions, end: RunEnd
    ) -> None:
        self._run = None
        self.failed = end.error is not None and end.error.code is not ErrorCode.CANCELLED
        self._on_change()
        if end.error is None:
            return
        if end.error.code is ErrorCode.PASSWORD_WRONG and not key.container.practice:
            rest = self._still_there(documents)
            rest = [each for each in rest if each.state is State.ADDED]
            self.ask(key, rest, options, end.error)
        else:
            # A refused PIN is never asked for again by itself: each one is an attempt.
            self._on_error(end.error)
            self._keys.refresh()

    def _still_there(self, documents: Sequence[Document]) -> list[Document]:
        """Return documents as they are on the list now; some may have been taken off it."""
        known = self._documents()
        return [known[each.key] for each in documents if each.key in known]
