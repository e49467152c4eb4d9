"""The keys that the window knows: containers with the fields of their certificates. No Qt here.

Pages look at the same list; it is read in a thread, and certificates are taken apart in a worker.
In practice mode the practice key stands alone: it is never listed beside real keys.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.crypto.certificates.door import Certificates
from app.crypto.verdict.facts import CertificateFacts
from app.errors import RoscherkError
from app.texts.catalogue import _
from app.texts.showing import local_date, plain
from app.tokens.keyring import Keyring
from app.tokens.model import Container, ContainerState, Token
from app.tokens.pin import Secret
from app.tokens.uri import KeyUri
from app.ui.work import Job, Tasks

SOON_DAYS = 30


@dataclass(frozen=True)
class Key:
    """A container and what its certificate says."""

    container: Container
    facts: CertificateFacts | None = None
    problem: RoscherkError | None = None
    """Why the certificate could not be read."""

    @property
    def uri(self) -> str:
        """Return the name that stays."""
        return self.container.uri

    @property
    def owner(self) -> str:
        """Return whose certificate it is, in one line."""
        return "" if self.facts is None else owner_of(self.facts)

    @property
    def title(self) -> str:
        """Return what the key is called in a list."""
        return self.owner or plain(self.container.label)

    def choice_text(self) -> str:
        """Return the key in one line, for the choice above «Sign»."""
        if self.facts is None:
            return _("{name} — no certificate").format(name=self.title)
        return _("{name}, until {date}").format(
            name=self.title, date=local_date(self.facts.not_after)
        )

    def days_left(self, now: datetime) -> int | None:
        """Return how many whole days the certificate is still valid; negative: it is over."""
        return None if self.facts is None else (self.facts.not_after - now).days

    @property
    def can_sign(self) -> bool:
        """Tell whether signing with it can be tried at all."""
        unusable = {ContainerState.NO_KEY, ContainerState.UNSUPPORTED, ContainerState.DAMAGED}
        return self.container.certificate is not None and self.container.state not in unusable


def owner_of(facts: CertificateFacts) -> str:
    """Return the person and the organisation of a certificate: «Иванов Иван — ООО «Ромашка»»."""
    name = facts.subject
    person = " ".join(part for part in (name.surname, name.given_name) if part)
    parts = [person or name.common_name or name.organization or name.text]
    if person and name.organization:
        parts.append(name.organization)
    return plain(" — ".join(parts), 160)


@dataclass(frozen=True)
class _Read:
    keys: tuple[Key, ...]
    tokens: tuple[Token, ...]
    failures: tuple[RoscherkError, ...]


class KnownKeys:
    """Read the keys, tell everybody who watches."""

    def __init__(self, keyring: Keyring, certificates: Certificates, tasks: Tasks) -> None:
        self._keyring = keyring
        self._certificates = certificates
        self._tasks = tasks
        self._watchers: list[Callable[[], None]] = []
        self._real: tuple[Key, ...] = ()
        self._opened: dict[str, Key] = {}
        self._practice: Key | None = None
        self._described: dict[bytes, CertificateFacts | RoscherkError] = {}
        self.tokens: tuple[Token, ...] = ()
        self.failures: tuple[RoscherkError, ...] = ()
        """What went wrong with single places; the other keys are there all the same."""
        self.reading = False
        self.read_once = False

    @property
    def practice(self) -> bool:
        """Tell whether the practice key is shown."""
        return self._practice is not None

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return the keys to choose from now."""
        if self._practice is not None:
            return (self._practice,)
        return (*self._real, *self._opened.values())

    def find(self, uri: str | None) -> Key | None:
        """Return the key of this name."""
        return next((key for key in self.keys if key.uri == uri), None)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be called after each change."""
        self._watchers.append(watcher)

    def refresh(self) -> None:
        """Read everything anew."""
        if self.reading:
            return
        self.reading = True
        self._tell()
        self._tasks.run(self._read, done=self._take, failed=self._fail, lane="keys")

    def open_pfx(
        self,
        path: Path,
        secret: Secret,
        done: Callable[[Key], None],
        failed: Callable[[RoscherkError], None],
    ) -> None:
        """Open a PFX file with its password; its key stays in the list while the window is open."""
        uri = str(KeyUri.of_pfx(path))

        def work(_job: Job) -> Key:
            with secret:
                return self._describe(self._keyring.find(uri, secret).container)

        def take(key: Key) -> None:
            self._opened[key.uri] = key
            self._tell()
            done(key)

        self._tasks.run(work, done=take, failed=failed, lane="keys")

    def forget(self, uri: str) -> None:
        """Take a PFX file off the list; the file stays."""
        if self._opened.pop(uri, None) is not None:
            self._tell()

    def show_practice(self, container: Container | None) -> None:
        """Show the practice key alone, or the real keys again."""
        self._practice = None if container is None else Key(container)
        self._tell()
        if container is not None:
            self._tasks.run(
                lambda _job: self._describe(container),
                done=self._take_practice,
                failed=lambda _error: None,
                lane="keys",
            )

    def _take_practice(self, key: Key) -> None:
        if self._practice is not None:
            self._practice = key
            self._tell()

    def _read(self, _job: Job) -> _Read:
        listing = self._keyring.listing()
        tokens = self._keyring.tokens()
        keys = tuple(self._describe(each) for each in listing.containers)
        failures = {str(each): each for each in (*listing.failures, *tokens.failures)}
        return _Read(keys, tokens.tokens, tuple(failures.values()))

    def _describe(self, container: Container) -> Key:
        der = container.certificate
        if der is None:
            return Key(container)
        if der not in self._described:
            try:
                self._described[der] = self._certificates.show(der)
            except RoscherkError as error:
                self._described[der] = error
        found = self._described[der]
        if isinstance(found, RoscherkError):
            return Key(container, problem=found)
        return Key(container, found)

    def _take(self, read: _Read) -> None:
        self._real, self.tokens, self.failures = read.keys, read.tokens, read.failures
        self._end()

    def _fail(self, error: RoscherkError) -> None:
        self.failures = (error,)
        self._end()

    def _end(self) -> None:
        self.reading = False
        self.read_once = True
        self._tell()

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()


def now() -> datetime:
    """Return the present moment, UTC."""
    return datetime.now(UTC)
