"""`sign` loses its token in the middle of a batch: a person is waited for, a script is not."""

import json
import os
import pty
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from roscherk_run import Done, Roscherk
from stand_ins.mock import MakeMock, Mock, MockToken, make_mock, mock_module, profiles

from app import composition
from app.algorithms.names import KeyAlgorithm
from app.cli import asking, token_wait
from app.tokens.token_places import TokenPlaces

__all__ = ["make_mock", "mock_module"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a console, not a terminal")

Typed = Callable[[bytes], None]
PIN = "Leto-1987"
NAMES = ("Акт 1.docx", "Акт 2.docx", "Акт 3.docx")


@pytest.fixture
def mock(make_mock: MakeMock, monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Return the only module of this computer."""
    made = make_mock(extended=True, slots=2)
    monkeypatch.setattr(composition, "_find_tokens", lambda *_: TokenPlaces([made.module]))
    return made


@pytest.fixture
def token(mock: Mock) -> MockToken:
    """Return a token with one key."""
    made = mock.insert(profiles.RUTOKEN_ECP_2, pin=PIN, label="Касса", tries=(3, 3))
    made.add_key("ivanov", KeyAlgorithm.GOST_256)
    return made


@pytest.fixture
def batch(tmp_path: Path) -> list[Path]:
    """Return three documents, alone in their folder."""
    folder = tmp_path / "документы"
    folder.mkdir()
    files = [folder / name for name in NAMES]
    for path in files:
        path.write_bytes(path.name.encode() * 50)
    return files


class Person:
    """Sits at a terminal: types what is asked for, and hears what is said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard = ""
        self.answers: list[tuple[str, Callable[[], object]]] = []
        self._ours, theirs = pty.openpty()
        name = os.ttyname(theirs)
        real = os.open
        monkeypatch.setattr(
            asking.os, "open", lambda path, *how: real(name if path == "/dev/tty" else path, *how)
        )
        threading.Thread(target=self._live, daemon=True).start()

    def when(self, words: str, do: Callable[[], object]) -> None:
        """Do something when these words are heard, once, in this order."""
        self.answers.append((words, do))

    def type(self, text: str) -> None:
        """Type a line, after the echo was switched off."""
        time.sleep(0.05)
        os.write(self._ours, text.encode() + b"\n")

    def _live(self) -> None:
        unanswered = ""
        with suppress(OSError):
            while True:
                piece = os.read(self._ours, 1000).decode("utf-8", "ignore")
                self.heard += piece
                unanswered += piece
                while self.answers and self.answers[0][0] in unanswered:
                    words, do = self.answers.pop(0)
                    unanswered = unanswered.partition(words)[2]
                    do()


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    """Return a person at the terminal."""
    return Person(monkeypatch)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the terminal away."""

    def no_terminal(path: object, *how: int) -> int:
        if path == "/dev/tty":
            raise OSError
        return real(path, *how)  # type: ignore[call-overload]  # as it was given

    real = os.open
    monkeypatch.setattr(asking.os, "open", no_terminal)


def key_of(token: MockToken) -> str:
    """Return the URI of the token's key."""
    return f"pkcs11:serial={token.get('serial')}"


def made(batch: list[Path]) -> list[str]:
    """Return what lies beside the documents."""
    return sorted(each.name for each in batch[0].parent.iterdir() if each not in batch)


@pytest.fixture
def sign(roscherk: Roscherk, token: MockToken, batch: list[Path]) -> Callable[..., Done]:
    """Return a function that signs the batch."""
    return lambda *more: roscherk("sign", *batch, "--key", key_of(token), *more)


def test_waits_and_goes_on(
    sign: Callable[..., Done], person: Person, mock: Mock, token: MockToken, batch: list[Path]
) -> None:
    """Which token is said, another one is told apart; the same one and its PIN go on at that file."""

    def other_token() -> None:
        mock.order()
        other = mock.insert(profiles.RUTOKEN_ECP_2, slot=1, label="Чужой", pin=PIN)
        other.put_back()

    mock.order("C_Sign=vanish:0x32@2")
    person.when("(Rutoken ECP, 2ad0ca00): ", lambda: person.type(PIN))
    person.when("Вставьте носитель «Касса», серийный номер 2ad0ca00", other_token)
    person.when("«Чужой», серийный номер 2ad0ca01", token.put_back)
    person.when("(Rutoken ECP, 2ad0ca00): ", lambda: person.type(PIN))
    done = sign()
    assert done.code == 0, done.err
    assert "Ctrl+C" in person.heard
    assert "Акт 2.docx: Токен извлечён" in person.heard
    assert "Подписание продолжится с файла: Акт 2.docx" in person.heard
    assert PIN not in person.heard
    assert made(batch) == [f"{name}.sig" for name in NAMES]
    assert mock.logins() == ["user=1 slot=0 answer=0x0"] * 2
    assert mock.count("C_Sign") == 4


def test_crash_is_made_good(
    sign: Callable[..., Done], person: Person, mock: Mock, batch: list[Path]
) -> None:
    """A module that crashed leaves its token where it is: only the PIN is asked for."""
    mock.order("C_Sign=crash@2")
    person.when("(Rutoken ECP, 2ad0ca00): ", lambda: person.type(PIN))
    person.when("(Rutoken ECP, 2ad0ca00): ", lambda: person.type(PIN))
    done = sign()
    assert done.code == 0, done.err
    assert made(batch) == [f"{name}.sig" for name in NAMES]
    assert len(mock.logins()) == 2


def test_ctrl_c_while_waiting(
    sign: Callable[..., Done],
    person: Person,
    mock: Mock,
    batch: list[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl+C keeps what is signed, says what is not, and ends with 130."""

    class Interrupted(token_wait.Awaiting):
        def wait(self, *_: object) -> None:  # type: ignore[override]
            raise KeyboardInterrupt

    monkeypatch.setattr(token_wait, "Awaiting", Interrupted)
    mock.order("C_Sign=vanish:0x32@2")
    person.when("(Rutoken ECP, 2ad0ca00): ", lambda: person.type(PIN))
    done = sign()
    assert done.code == 130
    assert "Подписано: 1 из 3" in done.err
    assert f"подписан: {batch[0]}" in done.err
    assert all(f"не подписан: {path}" in done.err for path in batch[1:])
    assert made(batch) == ["Акт 1.docx.sig"]


@pytest.mark.usefixtures("nobody")
def test_script_stops_with_a_list(
    sign: Callable[..., Done], typed: Typed, mock: Mock, batch: list[Path]
) -> None:
    """Without a terminal: 1, what is signed and what is not, and no second attempt."""
    mock.order("C_Sign=vanish:0x32@2")
    typed(f"{PIN}\n{PIN}\n".encode())
    begun = time.monotonic()
    done = sign("--pin-stdin")
    assert time.monotonic() - begun < 20
    assert done.code == 1
    assert "Токен извлечён" in done.err
    assert "Подписано: 1 из 3" in done.err
    assert f"подписан: {batch[0]}" in done.err
    assert all(f"не подписан: {path}" in done.err for path in batch[1:])
    assert made(batch) == ["Акт 1.docx.sig"]
    assert len(mock.logins()) == 1


def test_pin_of_a_script_waits_for_nobody(
    sign: Callable[..., Done], person: Person, typed: Typed, mock: Mock, batch: list[Path]
) -> None:
    """A PIN from standard input: a script, though somebody may look on. The answer is in JSON too."""
    mock.order("C_Sign=crash@2")
    typed(f"{PIN}\n{PIN}\n".encode())
    done = sign("--pin-stdin", "--json")
    assert done.code == 1
    assert person.heard == ""
    told = json.loads(done.out)
    assert [each["error"] and each["error"]["code"] for each in told["files"]] == [
        None,
        "module_crashed",
    ]
    assert told["not_signed"] == [str(path) for path in batch[1:]]
    assert len(mock.logins()) == 1


def test_each_signature_wants_a_pin(
    sign: Callable[..., Done], typed: Typed, mock: Mock, token: MockToken, batch: list[Path]
) -> None:
    """CKA_ALWAYS_AUTHENTICATE in a script: a line of standard input for each file."""
    for number in ("1", "2", "3"):
        (token._folder / "objects" / number).unlink()
    token.add_key("each", KeyAlgorithm.RSA, always_authenticate=True)
    typed(f"{PIN}\n".encode() * 3)
    done = sign("--pin-stdin")
    assert done.code == 0, done.err
    assert made(batch) == [f"{name}.sig" for name in NAMES]
    assert {line.split()[-1] for line in mock.logins()} == {"answer=0x0"}


@pytest.mark.usefixtures("nobody")
def test_wrong_pin_stops_the_batch(
    sign: Callable[..., Done], typed: Typed, mock: Mock, token: MockToken, batch: list[Path]
) -> None:
    """The first refusal is the last attempt; all files are named as not signed."""
    typed(f"Leto-1986\n{PIN}\n".encode())
    done = sign("--pin-stdin")
    assert done.code == 1
    assert "Подписано: 0 из 3" in done.err
    assert token.tries == (2, 3)
    assert len(mock.logins()) == 1
    assert made(batch) == []
