"""Which token may be waited for: one that can be told from every other."""

from pathlib import Path

import pytest

from app.errors import ErrorCode, RoscherkError
from app.tokens.awaiting import LOST, can_await
from app.tokens.model import Container, KeyPlaceKind, Token


def key(serial: str, place: KeyPlaceKind = KeyPlaceKind.TOKEN) -> Container:
    """Return a key on a token with this serial number."""
    token = Token(
        module=Path("/m.so"), slot=0, serial=serial, label="x", manufacturer="y", model="z"
    )
    return Container(uri="pkcs11:", place=place, label="k", algorithm=None, token=token)


@pytest.mark.parametrize("code", sorted(LOST))
def test_known_by_its_serial(code: ErrorCode) -> None:
    """Without a serial number another token of the same kind would be sent the PIN."""
    error = RoscherkError(code)
    assert can_await(key("2ad0cafe"), error)
    assert not can_await(key(""), error)
    assert not can_await(key("   "), error)
    assert not can_await(key("1", KeyPlaceKind.PFX), error)


def test_a_pin_typed_anew_is_wanted_of_any() -> None:
    """The token is there, and nothing has to be recognised; a wrong PIN is no reason to wait."""
    assert can_await(key(""), RoscherkError(ErrorCode.PIN_NEEDED, reason="each_signature"))
    assert not can_await(key("2ad0cafe"), RoscherkError(ErrorCode.PIN_WRONG))
