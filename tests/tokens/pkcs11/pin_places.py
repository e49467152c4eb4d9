"""The places that the door to PINs asks, made of one module."""

from app.tokens.model import Token
from app.tokens.token_place import TokenPlace


class OnePlace:
    """The places of one module."""

    def __init__(self, place: TokenPlace) -> None:
        self.place = place

    def place_of_token(self, _token: Token) -> TokenPlace:
        """Return the only one."""
        return self.place

    def end_sessions(self) -> None:
        """End its host."""
        self.place.end_session()
