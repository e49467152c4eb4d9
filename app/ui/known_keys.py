"""The keys that the window knows: containers with the fields of their certificates. No Qt here.

Pages look at the same list; it is read in a thread, and certificates are taken apart in a worker.
In practice mode the practice key stands alone: it is never listed beside real keys.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from app.crypto.certificates.door import Certificates
from app.crypto.containers.looking import Looking
from app.crypto.containers.model import ContainerFacts, Device
from app.crypto.verdict.facts import CertificateFacts
from app.errors import RoscherkError
from app.texts.catalogue import _, ngettext
from app.texts.certificate_fields import owner_words
from app.texts.showing import local_date, plain
from app.tokens.grouping import same_device
from app.tokens.keyring import Keyring, Listing, TokenListing
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Module, Token
from app.tokens.pin import Secret
from app.tokens.uri import KeyUri
from app.ui.work import Job, Tasks
from app.values import dataclass

SOON_DAYS = 30


@dataclass(frozen=True)
class Key:
    """A container and what its certificate says."""

    container: Container
    facts: CertificateFacts | None = None
    problem: RoscherkError | None = None
    """Why the certificate could not be read."""
    details: ContainerFacts | None = None
    """How it can sign here, in what state it is, and what to beware of."""

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
        if self.details is not None and not self.details.way.possible:
            return False
        unusable = {ContainerState.NO_KEY, ContainerState.UNSUPPORTED, ContainerState.DAMAGED}
        return self.container.certificate is not None and self.container.state not in unusable


def owner_of(facts: CertificateFacts) -> str:
    """Return the person and the organisation of a certificate: «Иванов Иван — ООО «Ромашка»»."""
    return owner_words(facts)


class KnownKeys:
    """Read the keys, tell everybody who watches."""

    def __init__(
        self, keyring: Keyring, looking: Looking, certificates: Certificates, tasks: Tasks
    ) -> None:
        self._keyring = keyring
        self._looking = looking
        self._certificates = certificates
        self._tasks = tasks
        self._watchers: list[Callable[[], None]] = []
        self._real: tuple[Key, ...] = ()
        self._opened: dict[str, Key] = {}
        self._practice: Key | None = None
        self._again = False
        self._running = 0
        self._told: tuple[object, ...] = ()
        self._of_tokens: tuple[RoscherkError, ...] = ()
        self._of_keys: tuple[RoscherkError, ...] = ()
        self.tokens: tuple[Token, ...] = ()
        self.waiting: tuple[Module, ...] = ()
        """The modules that have not answered yet."""
        self.devices: tuple[Device, ...] = ()
        """What lies on each carrier, as the last whole reading has found it."""
        self.read_once = False

    def tokens_told(self) -> tuple[str, str] | None:
        """Return what a card says of the tokens that are plugged in: a title, a caption; None: there are none."""
        tokens = [each for each in self.tokens if each.flags.initialised]
        if not tokens:
            return None
        count = len(tokens)
        name = tokens[0].label or tokens[0].model
        title = name if count == 1 else ngettext("{n} token", "{n} tokens", count)
        keys = sum(each.container.token is not None for each in self.keys)
        caption = ngettext("Connected · {n} key", "Connected · {n} keys", keys)
        return title.format(n=count), caption.format(n=keys)

    @property
    def reading(self) -> bool:
        """Tell whether something is being read."""
        return self._running > 0

    @property
    def failures(self) -> tuple[RoscherkError, ...]:
        """What went wrong with single places; the other keys are there all the same."""
        found = {str(each): each for each in (*self._of_keys, *self._of_tokens)}
        return tuple(found.values())

    def device_of(self, token: Token) -> Device | None:
        """Return what is known of what lies on a token; None: it was not looked at yet."""
        return next(
            (each for each in self.devices if each.token is not None and is_on(each.token, token)),
            None,
        )

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

    @property
    def described(self) -> tuple[ContainerFacts, ...]:
        """Return what is known of the real keys, for terms and renewals."""
        return tuple(key.details for key in self.keys if key.details is not None)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be called after each change."""
        self._watchers.append(watcher)

    def refresh(self) -> None:
        """Read everything anew: tokens, and beside them what lies on them and elsewhere."""
        if self.reading:
            self._again = True
            return
        self._running = 2
        self._tell()
        for read, lane in (
            (self._read_tokens, "list of tokens"),
            (self._read_keys, "list of keys"),
        ):
            self._tasks.run(read, done=self._end, failed=self._fail, lane=lane)

    def pulled_out(self, readers: Collection[str]) -> None:
        """Take what was pulled out off the list at once; reading anew is for the caller."""
        gone = {token.serial for token in self.tokens if token.reader in readers}
        self.tokens = tuple(each for each in self.tokens if each.reader not in readers)
        self._real = tuple(
            key
            for key in self._real
            if key.container.token is None
            or (
                key.container.token.reader not in readers and key.container.token.serial not in gone
            )
        )
        self._tell()

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

    def show_hidden(self, uri: str, pin: Secret, failed: Callable[[RoscherkError], None]) -> None:
        """Show what a container holds that its token hides without the PIN, until the next reading."""

        def work(_job: Job) -> tuple[Key, ...]:
            with pin:
                listing = self._keyring.listing(uri, pin)
            if not listing.containers and listing.failures:
                raise listing.failures[0]
            return tuple(self._describe(each) for each in listing.containers)

        def take(found: tuple[Key, ...]) -> None:
            kept = [key for key in self._real if key.uri != uri]
            self._real = (*kept, *found) if found else self._real
            self._tell()

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
                lane="practice",
            )

    def _take_practice(self, key: Key) -> None:
        if self._practice is not None:
            self._practice = key
            self._tell()

    def _read_tokens(self, _job: Job) -> None:
        for listing in self._keyring.tokens_as_they_come():
            self._tasks.post(partial(self._take_tokens, listing))

    def _read_keys(self, _job: Job) -> None:
        known: dict[Container, Key] = {}
        listing = Listing(())
        for listing in self._keyring.listings_as_they_come():
            for each in listing.containers:
                if each not in known:
                    known[each] = self._describe(each)
            keys = tuple(known[each] for each in listing.containers)
            self._tasks.post(partial(self._take_some, keys))
        details = [known[each].details for each in listing.containers]
        described = [each for each in details if each is not None]
        devices = self._looking.carriers(described, self._keyring.tokens().tokens)
        keys = tuple(known[each] for each in listing.containers)
        self._tasks.post(lambda: self._take_all(keys, devices, listing.failures))

    def _describe(self, container: Container) -> Key:
        try:
            details = self._looking.facts(container)
            if details.certificate is None and container.certificate is not None:
                self._certificates.show(container.certificate)
        except RoscherkError as error:
            return Key(container, problem=error)
        return Key(container, details.certificate, details=details)

    def _take_tokens(self, listing: TokenListing) -> None:
        silent = {module.path for module in listing.waiting}
        late = [each for each in self.tokens if each.module in silent]
        before = [(each.module, each.slot, each.serial) for each in self.tokens]
        places = {name: place for place, name in enumerate(before)}
        found = (*listing.tokens, *late)
        if late:  # what is known keeps its place in the list while one is waited for
            found = tuple(
                sorted(
                    found,
                    key=lambda each: places.get((each.module, each.slot, each.serial), len(places)),
                )
            )
        self.tokens = found
        self.waiting = listing.waiting
        self._of_tokens = listing.failures
        if not listing.waiting and not listing.failures:
            self._real = tuple(key for key in self._real if not self._is_gone(key))
        self._tell()

    def _is_gone(self, key: Key) -> bool:
        token = key.container.token
        if token is None or key.container.place is not KeyPlaceKind.TOKEN:
            return False
        return not any(is_on(token, each) for each in self.tokens)

    def _take_some(self, keys: tuple[Key, ...]) -> None:
        """Show what has come; what was known and has not come yet stays for now."""
        come = {key.uri for key in keys}
        kept = [key for key in self._real if key.uri not in come]
        self._real = (*keys, *kept)
        self._tell()

    def _take_all(
        self,
        keys: tuple[Key, ...],
        devices: tuple[Device, ...],
        failures: tuple[RoscherkError, ...],
    ) -> None:
        self._real, self.devices, self._of_keys = keys, devices, failures
        self._tell()

    def _fail(self, error: RoscherkError) -> None:
        self._of_keys = (error,)
        self._end()

    def _end(self, _nothing: None = None) -> None:
        self._running -= 1
        if self._running:
            return
        self.waiting = ()
        self.read_once = True
        if self._again:
            self._again = False
            self.refresh()
        else:
            self._tell()

    def _tell(self) -> None:
        """Call everybody, unless all is as it was: what a watcher does takes time in a long list."""
        told = (
            self.keys,
            self.tokens,
            self.waiting,
            self.devices,
            self.failures,
            self.reading,
            self.read_once,
        )
        if told != self._told:
            self._told = told
            for watcher in self._watchers:
                watcher()


def is_on(one: Token, other: Token) -> bool:
    """Tell whether two descriptions are of one token, whichever slot or module they came from."""
    place = (one.module, one.slot, one.serial)
    return place == (other.module, other.slot, other.serial) or same_device(one, other)


def now() -> datetime:
    """Return the present moment, UTC."""
    return datetime.now(UTC)
