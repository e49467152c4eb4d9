"""All places of keys together: list what is there, find a key by its URI, open it.

A place that fails hides no other: its error stands beside what was found. The modules of tokens
are looked for only when a listing or a PKCS #11 URI asks for them. Practice keys are never listed
among real ones; they are found by their own name only.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.tokens.backend import KeyBackend
from app.tokens.card_reader import Cards
from app.tokens.coming import as_iterator, latest
from app.tokens.cryptopro_folders import CryptoProFolders
from app.tokens.csp_keys import CspKeys
from app.tokens.file_methods import KeyTest
from app.tokens.model import Container, ContainerState, KeyPlaceKind, Module, Token
from app.tokens.pin import Secret
from app.tokens.pkcs12 import PfxFiles
from app.tokens.store import Store
from app.tokens.token_place import OnSilence
from app.tokens.tokens_port import Tokens
from app.tokens.uri import KeyUri
from app.values import dataclass


@dataclass(frozen=True)
class Listing:
    """What was found, and what went wrong in single places meanwhile."""

    containers: tuple[Container, ...]
    failures: tuple[RoscherkError, ...] = ()


@dataclass(frozen=True)
class TokenListing:
    """The tokens, and what went wrong with single modules."""

    tokens: tuple[Token, ...]
    failures: tuple[RoscherkError, ...] = ()
    waiting: tuple[Module, ...] = ()
    """The modules that have not answered yet (`Keyring.tokens_as_they_come`)."""


class Keyring:
    """Every key this program can reach. May be used from any thread."""

    def __init__(
        self,
        *,
        store: Store,
        practice: Store,
        pfx: PfxFiles,
        cryptopro: CryptoProFolders,
        tokens: Callable[[], Tokens],
        cards: Cards | None = None,
        csp: CspKeys | None = None,
        bound: Callable[[Container], Container] = lambda container: container,
    ) -> None:
        """Take the places; ``tokens`` is called once, when tokens are first asked for.

        ``cards`` finds the containers of CryptoPro CSP that lie as files on tokens, ``csp`` the
        keys that CSP itself signs with (Windows).

        ``bound`` gives a key the certificate that is kept apart for it (`app.tokens.bindings`).
        """
        self._bound = bound
        self._store = store
        self._practice = practice
        self._pfx = pfx
        self._cryptopro = cryptopro
        self._cards = cards
        self._csp = csp
        self._find_tokens = tokens
        self._tokens: Tokens | None = None
        self._on_silence: OnSilence | None = None
        self._lock = threading.Lock()

    def containers(self) -> tuple[Container, ...]:
        """List all real containers: of the program's own store and of all tokens."""
        return self.listing().containers

    def listing(self, uri: str | None = None, secret: Secret | None = None) -> Listing:
        """List all real containers, or those that ``uri`` names; failures stand beside them.

        A PKCS #12 file is listed by its URI only, and with its password. Container folders of
        CryptoPro CSP are listed where CSP itself keeps them; others by their URI. With the PIN a
        token shows what it hides without.
        """
        found = self._unbound_listing(uri, secret)
        return replace(found, containers=tuple(self._bound(each) for each in found.containers))

    def listings_as_they_come(self) -> Iterator[Listing]:
        """List all real containers, anew after each place that has answered.

        One that hangs hides no other; the last listing is that of `listing`.
        """
        asked = (*(as_iterator(ask) for ask in self._beside_tokens()), self._coming_from_tokens)
        for parts in latest(asked):
            yield Listing(
                tuple(self._bound(each) for part in parts for each in part.containers),
                tuple(failure for part in parts for failure in part.failures),
            )

    def _unbound_listing(self, uri: str | None, secret: Secret | None) -> Listing:
        if uri is None:
            return self._everything()
        wanted = KeyUri.parse(uri)
        if wanted.kind is KeyPlaceKind.PFX:
            return Listing((self._describe_pfx(wanted, secret),))
        if wanted.kind is KeyPlaceKind.CRYPTOPRO and wanted.path is not None:
            found = Listing(self._cryptopro.containers(wanted.path))
            wanted = replace(wanted, path=wanted.path.absolute())
        elif wanted.kind is KeyPlaceKind.CARD:
            found = self._listed_on_cards()
            if secret is not None:
                found = self._shown(wanted, found, secret)
        elif wanted.kind is KeyPlaceKind.CSP:
            found = self._listed_by_csp()
        elif wanted.kind is KeyPlaceKind.TOKEN:
            found = self._listed_on_tokens()
        else:
            found = self._listed(self._store_of(practice=wanted.practice))
        named = tuple(each for each in found.containers if wanted.matches(each))
        return Listing(named, found.failures)

    def tokens(self) -> TokenListing:
        """List the tokens that are plugged in now."""
        try:
            places = self.token_places()
            return TokenListing(places.tokens(), places.failures)
        except RoscherkError as error:
            return TokenListing((), _beside(error))

    def tokens_as_they_come(self) -> Iterator[TokenListing]:
        """List the tokens that are plugged in now, anew after each module that has answered.

        One that hangs hides no other; the last listing waits for nobody.
        """
        try:
            places = self.token_places()
        except RoscherkError as error:
            yield TokenListing((), _beside(error))
            return
        for so_far in places.tokens_as_they_come():
            yield TokenListing(so_far.found, so_far.failures, so_far.waiting)

    def heed_silence(self, on_silence: OnSilence) -> None:
        """Name the one who is told when a module has not answered for two seconds."""
        with self._lock:
            self._on_silence = on_silence
            tokens = self._tokens
        if tokens is not None:
            tokens.heed(on_silence)

    def renew_tokens(self) -> None:
        """Let the next questions to modules find new hosts: a token was pulled out."""
        with self._lock:
            tokens = self._tokens
        if tokens is not None:
            tokens.renew()

    def find(self, uri: str, secret: Secret | None = None) -> KeyBackend:
        """Return the one key that ``uri`` names. The password is used for a PKCS #12 file only.

        Raises ``KEY_URI_MALFORMED``, ``KEY_NOT_FOUND`` (with what went wrong in a module, if
        anything), ``KEY_AMBIGUOUS``, ``CONTAINER_NOT_FOUND``, ``PASSWORD_NEEDED``.
        """
        wanted = KeyUri.parse(uri)
        if wanted.kind is KeyPlaceKind.STORE and wanted.name:
            found = self._store_of(practice=wanted.practice).find(wanted.name)
            return self.open(self._bound(found))
        listing = self.listing(uri, secret)
        if len(listing.containers) == 1:
            return self.open(listing.containers[0])
        usable = [each for each in listing.containers if each.state is not ContainerState.NO_KEY]
        if len(usable) == 1:
            return self.open(usable[0])
        if usable:
            raise RoscherkError(ErrorCode.KEY_AMBIGUOUS, uri=uri, count=len(usable))
        raise _not_found(uri, listing)

    def open(self, container: Container) -> KeyBackend:
        """Return the key of a container that was listed or found before."""
        if container.place is KeyPlaceKind.CRYPTOPRO:
            return self._cryptopro.open(container)
        if container.place is KeyPlaceKind.CARD:
            return self._card_reader(container).open(container)
        if container.place is KeyPlaceKind.CSP and self._csp is not None:
            return self._csp.open(container)
        if container.state is ContainerState.NO_KEY:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=container.uri, reason="no_key")
        if container.state is ContainerState.UNSUPPORTED:
            algorithm = container.algorithm or "?"
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, uri=container.uri, algorithm=algorithm)
        if container.place is KeyPlaceKind.TOKEN:
            return self.token_places().open(container)
        if container.place is KeyPlaceKind.PFX:
            return self._pfx.open(container)
        return self._store_of(practice=container.practice).open(container)

    def test(self, container: Container, secret: Secret | None) -> KeyTest:
        """Open the key of a container and see that it is the one of the certificate.

        A container folder is opened and compared; any other key signs random octets, and the
        signature is checked. One call is one attempt at the password or the PIN.
        """
        if container.place is KeyPlaceKind.CRYPTOPRO:
            return self._cryptopro.test(container, secret)
        if container.place is KeyPlaceKind.CARD:
            return self._card_reader(container).test(container, secret)
        # Imported here: it brings the cryptography library, which no start shall wait for.
        from app.tokens.key_test import try_key  # noqa: PLC0415

        return try_key(self.open(container), secret)

    def export_pfx(self, container: Container, target: Path, password: Secret, new: Secret) -> None:
        """Write a key into a new PKCS #12 file under the password ``new``.

        Raises ``KEY_NOT_EXPORTABLE`` for a key on a token and for one that may not leave.
        """
        if container.place is KeyPlaceKind.CRYPTOPRO:
            self._cryptopro.export_pfx(container, target, password, new)
        elif container.place is KeyPlaceKind.PFX:
            self._pfx.export_pfx(container, target, password, new)
        elif container.place is KeyPlaceKind.STORE:
            store = self._store_of(practice=container.practice)
            store.export_pfx(container, target, password, new)
        else:
            raise RoscherkError(ErrorCode.KEY_NOT_EXPORTABLE, name=container.label)

    def forget_modules(self) -> None:
        """Look for the modules of tokens anew at the next question: their list was changed."""
        with self._lock:
            tokens, self._tokens = self._tokens, None
        if tokens is not None:
            tokens.close()

    def demand_permission(self, container: Container) -> None:
        """Raise what forbids signing with this key, before anybody types its password."""
        if container.place is KeyPlaceKind.CRYPTOPRO:
            self._cryptopro.demand_permission(container)
        if container.place is KeyPlaceKind.CARD:
            self._card_reader(container).demand_permission(container)

    def close(self) -> None:
        """End the work with all modules. Never hangs."""
        with self._lock:
            tokens = self._tokens
        if tokens is not None:
            tokens.close()
        if self._cards is not None:
            self._cards.close()
        if self._csp is not None:
            self._csp.close()

    def _store_of(self, *, practice: bool) -> Store:
        return self._practice if practice else self._store

    def token_places(self) -> Tokens:
        """Return the tokens of all modules, which are looked for at the first call."""
        with self._lock:
            if self._tokens is None:
                self._tokens = self._find_tokens()
                if self._on_silence is not None:
                    self._tokens.heed(self._on_silence)
            return self._tokens

    def _describe_pfx(self, wanted: KeyUri, secret: Secret | None) -> Container:
        if wanted.path is None:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=str(wanted))
        return self._pfx.describe(wanted.path, secret)

    def _everything(self) -> Listing:
        """Ask all places at once: a slow token delays no file, and the other way round."""
        asked = (*self._beside_tokens(), self._listed_on_tokens)
        with ThreadPoolExecutor(len(asked)) as threads:
            listings = [each.result() for each in [threads.submit(ask) for ask in asked]]
        return Listing(
            tuple(container for each in listings for container in each.containers),
            tuple(failure for each in listings for failure in each.failures),
        )

    def _beside_tokens(self) -> tuple[Callable[[], Listing], ...]:
        return (
            lambda: self._listed(self._store),
            self._listed_folders,
            self._listed_on_cards,
            self._listed_by_csp,
        )

    def _coming_from_tokens(self) -> Iterator[Listing]:
        try:
            for so_far in self.token_places().containers_as_they_come():
                yield Listing(so_far.found, so_far.failures)
        except RoscherkError as error:
            yield Listing((), _beside(error))

    def _card_reader(self, container: Container) -> Cards:
        if self._cards is None:
            raise RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=container.uri)
        return self._cards

    def _shown(self, wanted: KeyUri, found: Listing, pin: Secret) -> Listing:
        """Show one container that its token hides until the PIN is given; one attempt."""
        hidden = [
            each
            for each in found.containers
            if wanted.matches(each) and each.state is ContainerState.HIDDEN
        ]
        if len(hidden) != 1:
            return found
        seen = self._card_reader(hidden[0]).show(hidden[0], pin)
        rest = tuple(each for each in found.containers if each is not hidden[0])
        return Listing(rest + seen, found.failures)

    def _listed_on_cards(self) -> Listing:
        return Listing(()) if self._cards is None else Listing(*self._cards.found())

    def _listed_by_csp(self) -> Listing:
        try:
            return Listing(() if self._csp is None else self._csp.containers())
        except RoscherkError as error:
            return Listing((), _beside(error))

    def _listed_folders(self) -> Listing:
        try:
            return Listing(*self._cryptopro.found())
        except RoscherkError as error:
            return Listing((), _beside(error))

    def _listed(self, store: Store) -> Listing:
        try:
            return Listing(store.containers())
        except RoscherkError as error:
            return Listing((), _beside(error))

    def _listed_on_tokens(self) -> Listing:
        try:
            places = self.token_places()
            return Listing(places.containers(), places.failures)
        except RoscherkError as error:
            return Listing((), _beside(error))


def _beside(error: RoscherkError) -> tuple[RoscherkError, ...]:
    """Let an error stand beside what was found; work that was called off is no such error."""
    if error.code is ErrorCode.CANCELLED:
        raise error
    return (error,)


def _not_found(uri: str, listing: Listing) -> RoscherkError:
    if listing.containers:
        return RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=uri, reason="no_key")
    if listing.failures:
        # The key may well be there, behind what has failed.
        first = listing.failures[0]
        return RoscherkError(
            ErrorCode.KEY_NOT_FOUND, **{**first.facts, "uri": uri, "reason": first.code}
        )
    return RoscherkError(ErrorCode.KEY_NOT_FOUND, uri=uri)
