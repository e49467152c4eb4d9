"""What a key is for: it decides whether a request is of any use (`app.texts.purposes` has words)."""

from enum import StrEnum

from app.errors import ErrorCode, RoscherkError


class Purpose(StrEnum):
    """What a person wants a key for."""

    FNS = "fns"
    """A qualified certificate of the tax office's authority: it makes the key itself."""
    COMMERCIAL = "commercial"
    """A commercial authority that takes requests (PKCS #10)."""
    INTERNAL = "internal"
    """Inside an organization, with an authority of its own."""

    @property
    def by_request(self) -> bool:
        """Tell whether the authority takes a request that was made elsewhere."""
        return self is not Purpose.FNS


def demand_request(purpose: Purpose) -> None:
    """Raise ``REQUEST_OF_NO_USE`` for a purpose to which no request leads."""
    if not purpose.by_request:
        raise RoscherkError(ErrorCode.REQUEST_OF_NO_USE, purpose=purpose.value)
