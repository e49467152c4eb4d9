"""What the keyring needs of the tokens of all modules."""

from collections.abc import Iterator
from typing import Protocol

from app.errors import RoscherkError
from app.tokens.backend import KeyBackend
from app.tokens.model import Container, Token
from app.tokens.token_place import OnSilence, TokenPlace
from app.tokens.token_places import SoFar


class Tokens(Protocol):
    """The tokens of all modules (`app.tokens.token_places.TokenPlaces`)."""

    @property
    def failures(self) -> tuple[RoscherkError, ...]:
        """What went wrong with single modules in the last listing."""
        ...

    def tokens(self) -> tuple[Token, ...]:
        """List the tokens."""
        ...

    def containers(self) -> tuple[Container, ...]:
        """List what they show without a PIN."""
        ...

    def open(self, container: Container) -> KeyBackend:
        """Return the key of a listed container."""
        ...

    def containers_as_they_come(self) -> Iterator[SoFar[Container]]:
        """List what they show without a PIN, anew after each module that has answered."""
        ...

    def tokens_as_they_come(self) -> Iterator[SoFar[Token]]:
        """List the tokens, anew after each module that has answered."""
        ...

    def heed(self, on_silence: OnSilence) -> None:
        """Name the one who is told when a module falls silent."""
        ...

    def renew(self) -> None:
        """Let the next questions find new hosts: a token was pulled out."""
        ...

    def place_of_token(self, token: Token) -> TokenPlace:
        """Return the place that listed a token."""
        ...

    def end_sessions(self) -> None:
        """End every login."""
        ...

    def close(self) -> None:
        """End the work with all modules."""
        ...
