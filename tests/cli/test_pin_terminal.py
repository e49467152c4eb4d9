"""PINs at a terminal: what is said before typing, twice for a new one, once more for a last try."""

import os
import pty
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace

import pytest
from test_key_commands import token

from app.cli import asking
from app.cli.pin_asking import ask_for_pin, new_pin
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import set_language
from app.tokens.pin import Secret
from app.tokens.pin_state import PinRole

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a console, not a terminal")

Answers = Callable[..., list[str]]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """Return a function that makes a terminal where these lines are typed, each after a prompt."""
    set_language("ru")
    shown: list[str] = []

    def answer(*lines: str) -> list[str]:
        ours, theirs = pty.openpty()
        name = os.ttyname(theirs)
        real = os.open
        monkeypatch.setattr(
            asking.os, "open", lambda path, *how: real(name if path == "/dev/tty" else path, *how)
        )

        def typist() -> None:
            waiting, said = list(lines), ""
            deadline = time.monotonic() + 5
            with suppress(OSError):
                while time.monotonic() < deadline:
                    said += os.read(ours, 1000).decode()
                    shown[:] = [said]
                    if waiting and said.endswith(": "):
                        time.sleep(0.05)  # the echo is switched off after the prompt
                        os.write(ours, waiting.pop(0).encode() + b"\n")

        threading.Thread(target=typist, daemon=True).start()
        return shown

    yield answer
    set_language("en")


def ask(**flags: object) -> Secret:
    """Ask for the user PIN of a token."""
    return ask_for_pin(token(**flags), PinRole.USER, from_stdin=False, last_try=False)


def test_tries_are_shown_first(terminal: Answers) -> None:
    """Whose PIN, of which token, how many tries; the PIN is not echoed."""
    shown = terminal("Leto-1987")
    with ask(tries_left=3) as pin:
        assert pin.buffer == b"Leto-1987"
        assert not pin.last_try_confirmed
    (said,) = shown
    for words in ("Осталось 3 попытки", "PIN-код Пользователя", "Бухгалтерия", "2ad0cafe"):
        assert words in said
    assert "Leto" not in said


def test_last_try_wants_a_word(terminal: Answers) -> None:
    """Only «да» goes on; anything else is a no, and no PIN is asked for."""
    shown = terminal("да", "Leto-1987")
    with ask(tries_left=1) as pin:
        assert pin.last_try_confirmed
    assert "токен заблокируется" in shown[0]
    terminal("нет")
    with pytest.raises(RoscherkError) as caught:
        ask(tries_left=1)
    assert caught.value.code is ErrorCode.CANCELLED


def test_new_pin_is_typed_twice(terminal: Answers) -> None:
    """A slip of the finger is not seen, so both must be the same."""
    run = SimpleNamespace(options=SimpleNamespace(pin_stdin=False))
    terminal("Zima-2026", "Zima-2026")
    with new_pin(run, token(), PinRole.USER) as pin:  # type: ignore[arg-type]
        assert pin is not None
        assert pin.buffer == b"Zima-2026"
    terminal("Zima-2026", "Zima-2027")
    with pytest.raises(RoscherkError, match="usage"), new_pin(run, token(), PinRole.USER):  # type: ignore[arg-type]
        pass
