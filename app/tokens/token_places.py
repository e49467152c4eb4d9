"""The tokens of all modules together, asked all at once.

A module that hangs costs its own patience and nobody else's: what the others say is there at once.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from app.errors import ErrorCode, RoscherkError
from app.tokens.backend import KeyBackend
from app.tokens.grouping import grouped, without_repeats
from app.tokens.model import Container, Module, Token
from app.tokens.token_place import OnSilence, Silence, TokenPlace
from app.tokens.traffic import Traffic
from app.values import dataclass

T = TypeVar("T")
_Answer = tuple[T, ...] | RoscherkError


@dataclass(frozen=True)
class SoFar(Generic[T]):
    """What a listing has found up to now."""

    found: tuple[T, ...]
    failures: tuple[RoscherkError, ...]
    """What went wrong with single modules; the fact ``module`` names it."""
    waiting: tuple[Module, ...]
    """The modules that have not answered yet; nobody: the listing is whole."""


class TokenPlaces:
    """The tokens of all modules together; a device that two modules show is listed once."""

    def __init__(
        self,
        modules: Iterable[Module],
        *,
        refused: Iterable[RoscherkError] = (),
        admit: Callable[[Module], None] | None = None,
        traffic: Traffic | None = None,
    ) -> None:
        """``refused``: why further modules were not taken, told with each listing.

        ``admit``, ``traffic``: see `TokenPlace`.
        """
        self._refused = tuple(refused)
        self._places = tuple(
            TokenPlace(module, on_silence=self._tell, admit=admit, traffic=traffic)
            for module in modules
        )
        self._failures: tuple[RoscherkError, ...] = ()
        self._on_silence: OnSilence = _nobody

    @property
    def failures(self) -> tuple[RoscherkError, ...]:
        """What went wrong with single modules in the last listing; the fact ``module`` names it."""
        return self._failures

    @property
    def modules(self) -> tuple[Module, ...]:
        """The modules, in the order in which they speak for a device."""
        return tuple(place.module for place in self._places)

    def heed(self, on_silence: OnSilence) -> None:
        """Name the one who is told when a module falls silent."""
        self._on_silence = on_silence

    def tokens(self) -> tuple[Token, ...]:
        """List all tokens; a module that fails is told in `failures` and hides no other."""
        return self._whole(self.tokens_as_they_come())

    def containers(self) -> tuple[Container, ...]:
        """List what all tokens show without a PIN, likewise."""
        return self._whole(self.containers_as_they_come())

    def tokens_as_they_come(self) -> Iterator[SoFar[Token]]:
        """List all tokens, anew after each module that has answered."""
        return self._each(TokenPlace.tokens, grouped)

    def containers_as_they_come(self) -> Iterator[SoFar[Container]]:
        """List what all tokens show without a PIN, likewise."""
        return self._each(TokenPlace.containers, without_repeats)

    def open(self, container: Container) -> KeyBackend:
        """Return the key of a container that was listed here."""
        return self.place_of(container).open(container)

    def place_of(self, container: Container) -> TokenPlace:
        """Return the place that listed a container; raise ``CONTAINER_NOT_FOUND``."""
        for place in self._places:
            if container.token is not None and container.token.module == place.module.path:
                return place
        raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=container.label)

    def place_of_token(self, token: Token) -> TokenPlace:
        """Return the place that listed a token; raise ``TOKEN_NOT_FOUND``."""
        for place in self._places:
            if token.module == place.module.path:
                return place
        raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND, serial=token.serial)

    def end_sessions(self) -> None:
        """End every host, and with it every login, also in the middle of a question."""
        for place in self._places:
            place.end_session()

    def renew(self) -> None:
        """Let the next questions find new hosts: a token was pulled out (see `TokenPlace.renew`)."""
        for place in self._places:
            place.renew()

    def close(self) -> None:
        """End all hosts."""
        for place in self._places:
            place.close()

    def _tell(self, silence: Silence) -> None:
        self._on_silence(silence)

    def _whole(self, listing: Iterator[SoFar[T]]) -> tuple[T, ...]:
        *_, last = listing
        self._failures = last.failures
        return last.found

    def _each(
        self,
        ask: Callable[[TokenPlace], tuple[T, ...]],
        joined: Callable[[Iterable[tuple[T, ...]]], tuple[T, ...]],
    ) -> Iterator[SoFar[T]]:
        """Ask all modules at once; tell first that nobody has answered yet."""
        answers: dict[TokenPlace, _Answer[T]] = {}
        coming: queue.SimpleQueue[tuple[TokenPlace, _Answer[T]]] = queue.SimpleQueue()

        def ask_one(place: TokenPlace) -> None:
            try:
                coming.put((place, ask(place)))
            except RoscherkError as error:
                coming.put((place, error))
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of each module
                kind = type(error).__name__
                coming.put((place, RoscherkError(ErrorCode.UNEXPECTED, exception=kind)))

        for place in self._places:
            threading.Thread(target=ask_one, args=(place,), daemon=True).start()
        yield self._so_far(answers, joined)
        while len(answers) < len(self._places):
            place, answer = coming.get()
            answers[place] = answer
            yield self._so_far(answers, joined)

    def _so_far(
        self,
        answers: dict[TokenPlace, _Answer[T]],
        joined: Callable[[Iterable[tuple[T, ...]]], tuple[T, ...]],
    ) -> SoFar[T]:
        in_order = [answers[place] for place in self._places if place in answers]
        of_slots = tuple(problem for place in answers for problem in place.problems)
        return SoFar(
            found=joined(each for each in in_order if not isinstance(each, RoscherkError)),
            failures=self._refused
            + tuple(each for each in in_order if isinstance(each, RoscherkError))
            + of_slots,
            waiting=tuple(place.module for place in self._places if place not in answers),
        )


def _nobody(_silence: Silence) -> None:
    """Nobody has asked to be told."""
