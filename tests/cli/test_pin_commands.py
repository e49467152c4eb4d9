"""`pin …` and `token …` as a user meets them, on the mock; PINs by standard input."""

from collections.abc import Callable
from pathlib import Path

import pytest
from roscherk_run import Roscherk
from stand_ins.mock import MakeMock, Mock, MockToken, make_mock, mock_module, profiles

from app import composition
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode
from app.journal import Journal
from app.places import Places
from app.tokens.passive import PassiveAnswer, PassiveState
from app.tokens.token_places import TokenPlaces

__all__ = ["make_mock", "mock_module"]

Typed = Callable[[bytes], None]
PIN, SO_PIN, NEW = "Leto-1987", "Admin-555", "Zima-2026"
SERIAL = "2ad0ca00"


@pytest.fixture
def mock(make_mock: MakeMock, monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Return the only module of this computer."""
    made = make_mock(extended=True, slots=2)
    monkeypatch.setattr(composition, "_find_tokens", lambda *_: TokenPlaces([made.module]))
    return made


@pytest.fixture
def token(mock: Mock) -> MockToken:
    """Return a Рутокен with three tries."""
    return mock.insert(profiles.RUTOKEN_ECP_3, pin=PIN, so_pin=SO_PIN, label="Касса", tries=(3, 3))


def lines(*pins: str) -> bytes:
    """Return PINs as a script hands them over."""
    return "".join(f"{pin}\n" for pin in pins).encode()


def journal(places: Places) -> list[tuple[str, str]]:
    """Return what the journal says was done, and how it ended."""
    entries = Journal(places.journal).entries()
    return [(each.action, each.outcome) for each in reversed(entries)]


def test_status(roscherk: Roscherk, token: MockToken) -> None:
    """Both PINs, exactly, before anything is typed; in words and in JSON."""
    done = roscherk("pin", "status", SERIAL.upper())
    assert done.code == 0, done.err
    assert "Осталось 3 попытки" in done.out
    token.set(user_tries=1, user_factory=1)
    done = roscherk("pin", "status", SERIAL)
    told = " ".join(done.out.split())
    assert "Осталось попыток: 1. После неверного ввода токен заблокируется" in told
    assert "12345678" in told
    answer = roscherk("pin", "status", f"pkcs11:serial={SERIAL}", "--json").json
    assert answer["schema"] == "roscherk.pin/1"
    assert answer["user"]["tries_left"] == 1
    assert answer["user"]["factory"] is True
    assert "format" in answer["refused"]


def test_change(roscherk: Roscherk, token: MockToken, typed: Typed, places: Places) -> None:
    """Old, then new; afterwards what КриптоПро CSP may remember; the journal holds no PIN."""
    typed(lines(PIN, NEW))
    done = roscherk("pin", "change", SERIAL, "--pin-stdin")
    assert done.code == 0, done.err
    assert "Удалить запомненные пароли" in " ".join(done.out.split())
    assert token.accepts(NEW)
    typed(lines(PIN, "Osen-2027"))
    done = roscherk("pin", "change", SERIAL, "--pin-stdin", "--json")
    assert done.code == 1
    assert done.json["code"] == "pin_wrong"
    assert done.json["facts"]["tries_left"] == 2
    typed(lines(SO_PIN, "Admin-777"))
    assert roscherk("pin", "change", SERIAL, "--administrator", "--pin-stdin").code == 0
    assert journal(places) == [
        ("pin_change", "done"),
        ("pin_change", "pin_wrong"),
        ("pin_change", "done"),
    ]


def test_weak_pin(roscherk: Roscherk, token: MockToken, mock: Mock, typed: Typed) -> None:
    """Said in words, with no attempt made."""
    typed(lines(PIN, "qwerty"))
    done = roscherk("pin", "change", SERIAL, "--pin-stdin")
    assert done.code == 1
    assert "qwerty, такие подбирают первыми" in " ".join(done.err.split())
    assert mock.logins() == []
    assert token.accepts(PIN)


def test_last_try(roscherk: Roscherk, token: MockToken, mock: Mock, typed: Typed) -> None:
    """A script says --last-try, or nothing is sent; afterwards it is locked, and then unblocked."""
    token.set(user_tries=1)
    typed(lines("Leto-1986"))
    done = roscherk("pin", "verify", SERIAL, "--pin-stdin")
    assert done.code == 1
    assert "последняя попытка" in done.err
    assert mock.logins() == []
    typed(lines("Leto-1986"))
    done = roscherk("pin", "verify", SERIAL, "--pin-stdin", "--last-try")
    assert "PIN-код заблокирован" in done.err
    typed(lines(PIN))
    assert roscherk("pin", "verify", SERIAL, "--pin-stdin", "--last-try").code == 1
    assert len(mock.logins()) == 1
    typed(lines(SO_PIN))
    done = roscherk("pin", "unblock", SERIAL, "--pin-stdin")
    assert done.code == 0, done.err
    assert "он прежний" in done.out
    typed(lines(PIN))
    assert roscherk("pin", "verify", SERIAL, "--pin-stdin").code == 0


def test_first_pin(roscherk: Roscherk, mock: Mock, typed: Typed) -> None:
    """JaCarta ГОСТ gets its first user PIN."""
    made = mock.insert(profiles.JACARTA_GOST, so_pin=SO_PIN)
    typed(lines(SO_PIN, NEW))
    done = roscherk("pin", "set-first", SERIAL, "--pin-stdin")
    assert done.code == 0, done.err
    assert made.accepts(NEW)


def test_reserved(roscherk: Roscherk, mock: Mock) -> None:
    """What Аладдин reserves is explained before anything is asked."""
    mock.insert(profiles.JACARTA_2_GOST)
    done = roscherk("pin", "unblock", SERIAL)
    assert done.code == 1
    assert "АРМ администратора безопасности" in " ".join(done.err.split())


def test_label(roscherk: Roscherk, token: MockToken, typed: Typed) -> None:
    """A new name, with the user PIN."""
    typed(lines(PIN))
    done = roscherk("token", "label", SERIAL, "Бухгалтерия", "--pin-stdin")
    assert done.code == 0, done.err
    assert token.get("label") == "Бухгалтерия".encode().hex()


def test_format(
    roscherk: Roscherk, token: MockToken, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused while hidden containers may be there; then only with the serial number."""
    answer = [PassiveAnswer(PassiveState.UNKNOWN, reason=ErrorCode.READERS_SERVICE_STOPPED)]
    monkeypatch.setattr("app.tokens.passive.PassiveContainers.on", lambda *_, **__: answer[0])
    command = ("token", "format", SERIAL, "--label", "Склад", "--pin-stdin", "--confirm")
    done = roscherk(*command, SERIAL)
    assert done.code == 1
    assert "КриптоПро CSP" in done.err
    assert "Почему их не видно: служба считывателей не запущена" in done.err
    answer[0] = PassiveAnswer(PassiveState.NONE)
    typed(lines(SO_PIN, NEW))
    done = roscherk(*command, "yes")
    assert done.code == 1
    assert token.accepts(PIN)
    typed(lines(SO_PIN, NEW))
    done = roscherk(*command, SERIAL, "--json")
    assert done.code == 0, done.err
    assert done.json["label"] == "Склад"
    assert token.accepts(NEW)


def test_which_token(roscherk: Roscherk, token: MockToken, mock: Mock) -> None:
    """None and several are errors; nothing is asked for either."""
    assert token.slot == 0
    done = roscherk("pin", "status", "1234")
    assert done.code == 1
    assert "1234" in done.err
    mock.insert(profiles.RUTOKEN_ECP_3, 1, label="Касса")
    done = roscherk("pin", "status", "pkcs11:token=Касса")
    assert done.code == 1
    assert SERIAL in done.err


def test_many_files_are_one_login(
    roscherk: Roscherk, token: MockToken, mock: Mock, typed: Typed, tmp_path: Path
) -> None:
    """Several files are signed with one entry of the PIN and one login."""
    token.add_key("ivanov", KeyAlgorithm.RSA)
    folder = tmp_path / "Документы"
    folder.mkdir()
    files = [folder / f"{number}.txt" for number in range(3)]
    for file in files:
        file.write_text(file.name)
    mock.forget()
    typed(lines(PIN))
    done = roscherk("sign", *files, "--key", f"pkcs11:serial={SERIAL};object=ivanov", "--pin-stdin")
    assert done.code == 0, done.err
    assert [line.split()[0] for line in mock.logins()] == ["user=1"]


def test_wrong_pin_stops_the_run(
    roscherk: Roscherk, token: MockToken, mock: Mock, typed: Typed, tmp_path: Path
) -> None:
    """The first refusal is the last attempt, however many files were named."""
    token.add_key("ivanov", KeyAlgorithm.RSA)
    files = [tmp_path / f"{number}.txt" for number in range(3)]
    for file in files:
        file.write_text(file.name)
    mock.forget()
    typed(lines("Leto-1986"))
    key = f"pkcs11:serial={SERIAL};object=ivanov"
    done = roscherk("sign", *files, "--key", key, "--pin-stdin", "--json")
    assert done.code == 1
    assert [each["error"]["code"] for each in done.json["files"]] == ["pin_wrong"]
    assert len(mock.logins()) == 1
    assert not list(tmp_path.glob("*.sig"))


def test_key_that_wants_its_pin_each_time(
    roscherk: Roscherk, token: MockToken, typed: Typed, tmp_path: Path
) -> None:
    """Such a key is asked for its PIN before each file, and never signs with one typed before."""
    token.add_key("each", KeyAlgorithm.RSA, always_authenticate=True)
    files = [tmp_path / f"{number}.txt" for number in range(3)]
    for file in files:
        file.write_text(file.name)
    command = ("sign", *files, "--key", f"pkcs11:serial={SERIAL};object=each", "--pin-stdin")
    typed(lines(PIN, PIN, PIN))
    done = roscherk(*command)
    assert done.code == 0, done.err
    assert len(list(tmp_path.glob("*.sig"))) == 3
