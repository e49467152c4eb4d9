"""A key is made on a token, its certificate asked for, awaited, recognised and installed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from roscherk_run import Roscherk
from stand_ins import openssl
from stand_ins.mock import MakeMock, Mock, MockToken, make_mock, mock_module, profiles
from stand_ins.pki import pki_of

from app import composition
from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.crypto.requests import reading
from app.journal import Journal
from app.places import Places
from app.tokens.token_places import TokenPlaces

__all__ = ["make_mock", "mock_module"]

Typed = Callable[[bytes], None]
PIN = "Leto-1987"
SERIAL = "2ad0ca00"
FIELDS = {
    "kind": "person",
    "surname": "Иванова",
    "given_name": "Анна Петровна",
    "inn": "500100732259",
    "snils": "112-233-445 95",
}


@pytest.fixture
def mock(make_mock: MakeMock, monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Return the only module of this computer."""
    made = make_mock(extended=True, slots=2)
    monkeypatch.setattr(composition, "_find_tokens", lambda *_: TokenPlaces([made.module]))
    return made


@pytest.fixture
def token(mock: Mock) -> MockToken:
    """Return a Рутокен with three tries."""
    return mock.insert(profiles.RUTOKEN_ECP_2, pin=PIN, label="Касса", tries=(3, 3))


@pytest.fixture
def fields(tmp_path: Path) -> Path:
    """Return a file with the fields of a person."""
    path = tmp_path / "Иванова.json"
    path.write_text(json.dumps(FIELDS), "utf-8")
    return path


def actions(places: Places) -> list[tuple[str, str, str | None]]:
    """Return what the journal tells, the oldest first."""
    entries = reversed(Journal(places.journal).entries(limit=50))
    return [(each.action, each.outcome, each.target) for each in entries]


def test_parameter_set_is_chosen(roscherk: Roscherk, typed: Typed, token: MockToken) -> None:
    """`--curve`, in the store and on a token; one of another size is wrong usage, no PIN is read."""
    for place in ((), ("--on", SERIAL)):
        typed(f"{PIN}\n".encode())
        create = ("container", "create", "К", *place, "--pin-stdin", "--json", "--curve")
        done = roscherk(*create, "TC26-256-B")
        assert done.code == 0, done.err
        assert done.json["algorithm"] == "gost2012-256"
        done = roscherk(*create, "TC26-512-C")
        assert done.code == 2
        assert "TC26-512-C" in done.err
    assert token.objects()[0]["gost_params"] == der.oid("1.2.643.7.1.2.1.1.2")
    typed(f"{PIN}\n".encode())
    done = roscherk("container", "create", "К2", "--bits", "2048", "--password-stdin")
    assert done.code == 2  # the usual algorithm has no length


@pytest.mark.parametrize(
    ("algorithm", "more"), [("gost2012-256", ()), ("gost2012-512", ()), ("rsa", ("--bits", "2048"))]
)
def test_way_of_a_new_key(  # noqa: PLR0917 - each is a fixture
    roscherk: Roscherk,
    typed: Typed,
    mock: Mock,
    token: MockToken,
    fields: Path,
    tmp_path: Path,
    places: Places,
    algorithm: str,
    more: tuple[str, ...],
) -> None:
    """From the empty token to the signed document: each PIN is sent once, each step noted."""
    pin = f"{PIN}\n".encode()
    typed(pin)
    done = roscherk(
        "container", "create", "Иванова", "--on", SERIAL.upper(), "--algorithm", algorithm, *more,
        "--pin-stdin", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    uri = done.json["uri"]
    assert (done.json["algorithm"], done.json["state"]) == (algorithm, "no_certificate")
    assert len(mock.logins()) == mock.count("C_GenerateKeyPair") == 1

    target = tmp_path / "Запрос.csr"
    typed(pin)
    new = ("request", "new", "--key", uri, "--fields", fields, "--for", "commercial")
    done = roscherk(*new, "--output", target, "--pin-stdin", "--json")
    assert done.code == 0, done.err
    assert done.json["pending"] is True
    assert done.json["subject_sign_tool"] == "Aktiv Co. Rutoken ECP"
    openssl.demand()
    openssl.succeed("req", "-engine", "gost", "-verify", "-noout", "-in", target)
    (waiting,) = roscherk("request", "list", "--json").json["requests"]
    assert waiting["applicant"] == "Иванова Анна Петровна"
    assert (waiting["file"], waiting["key"]) == (str(target), uri)

    (row,) = roscherk("containers", "--json").json["containers"]
    assert row["request"] == waiting
    assert "Запрос на сертификат составлен" in roscherk("containers").out
    (finding,) = roscherk("container", "doctor", "--json").json["findings"]
    assert (finding["code"], finding["tone"]) == ("certificate_awaited", "warn")
    assert "Ключ ждёт своего сертификата" in roscherk("container", "doctor").out

    request = reading.describe(reading.unwrap(target.read_bytes()))
    issued = tmp_path / "Сертификат.cer"
    issued.write_bytes(pki_of(KeyAlgorithm(algorithm)).issue(request.public_key))
    shown = roscherk("certificate", "show", issued)
    assert "Выдан по вашему запросу от" in shown.out
    told = roscherk("certificate", "show", issued, "--json").json["pending_request"]
    assert told["name"] == waiting["name"]
    typed(pin)
    done = roscherk("container", "install", issued, "--pin-stdin", "--json")
    assert done.code == 0, done.err
    assert (done.json["where"], done.json["state"]) == ("token", "ok")
    assert done.json["request"]["file"] == str(target)
    assert roscherk("request", "list", "--json").json["requests"] == []
    assert "Выдан по вашему запросу" not in roscherk("certificate", "show", issued).out
    assert len({each["id"] for each in token.objects()}) == 1

    document = tmp_path / "Акт.txt"
    document.write_text("Акт", "utf-8")
    typed(pin)
    assert roscherk("sign", document, "--key", uri, "--pin-stdin").code == 0
    assert len(mock.logins()) == 4
    assert [each[:2] for each in actions(places)] == [
        ("container_create", "done"),
        ("request_create", "done"),
        ("certificate_install", "done"),
        ("sign", "done"),
    ]
    assert PIN.encode() not in places.journal.read_bytes()


def test_what_the_token_cannot_do_asks_for_no_pin(
    roscherk: Roscherk, mock: Mock, token: MockToken, places: Places
) -> None:
    """No mechanism, no room, no such token: no PIN is read, none is sent, nothing is made."""
    create = ("container", "create", "К", "--json", "--pin-stdin", "--on")
    for name, more, code in (
        (SERIAL, ("--algorithm", "ecdsa-p256"), "token_makes_no_such_keys"),
        (SERIAL, ("--algorithm", "ecdsa-p384"), "token_makes_no_such_keys"),
        ("00000001", (), "token_not_found"),
        ("pkcs11:serial=00000001", (), "token_not_found"),
        ("container:x", (), "usage"),
    ):
        done = roscherk(*create, name, *more)
        assert done.code in {1, 2}, (name, more)
        assert done.json["code"] == code, (name, more, done.out)
    token.set(free=100)
    assert roscherk(*create, f"pkcs11:serial={SERIAL}").json["code"] == "token_full"
    told = roscherk("container", "create", "К", "--on", SERIAL, "--algorithm", "ecdsa-p256")
    assert "Этот токен не создаёт таких ключей" in told.err
    assert roscherk("container", "create", "К", "--bits", "4096").code == 2
    assert mock.logins() == []
    assert token.objects() == []
    assert actions(places) == []


def test_wrong_pin_is_noted(
    roscherk: Roscherk, typed: Typed, mock: Mock, token: MockToken, places: Places
) -> None:
    """One attempt, and the journal says what came of it."""
    typed(b"wrong-pin\n")
    done = roscherk("container", "create", "К", "--on", SERIAL, "--pin-stdin", "--json")
    assert done.json["code"] == "pin_wrong"
    assert len(mock.logins()) == 1
    assert token.tries[0] == 2
    assert actions(places) == [("container_create", "pin_wrong", "К")]


def test_request_is_forgotten(
    roscherk: Roscherk, typed: Typed, fields: Path, tmp_path: Path, places: Places
) -> None:
    """By its name or its file; the file and the key stay."""
    names = []
    for label in ("Один", "Два"):
        typed(b"word\n")
        assert roscherk("container", "create", label, "--password-stdin").code == 0
        typed(b"word\n")
        new = ("request", "new", "--key", f"container:{label}", "--fields", fields)
        done = roscherk(*new, "--output", tmp_path / f"{label}.csr", "--password-stdin", "--json")
        assert "не СКЗИ" in done.json["subject_sign_tool"]
    listed = roscherk("request", "list")
    assert str(tmp_path / "Один.csr") in listed.out.replace("\n", "").replace("  ", "")
    names = [each["name"] for each in roscherk("request", "list", "--json").json["requests"]]
    assert roscherk("request", "forget", "nothing", "--json").json["code"] == "request_not_pending"
    assert roscherk("request", "forget", tmp_path / "Один.csr").code == 0
    (left,) = roscherk("request", "list", "--json").json["requests"]
    assert left["file"] == str(tmp_path / "Два.csr")
    assert left["name"] in names
    assert roscherk("request", "forget", left["name"]).code == 0
    assert "нет" in roscherk("request", "list").out
    assert (tmp_path / "Один.csr").exists()
    assert [each[0] for each in actions(places)][-2:] == ["request_forget"] * 2


def test_profile_that_takes_no_note_undoes_no_request(
    roscherk: Roscherk, typed: Typed, fields: Path, tmp_path: Path, places: Places
) -> None:
    """The request is there; that nobody will remember it is said."""
    typed(b"word\n")
    assert roscherk("container", "create", "К", "--password-stdin").code == 0
    places.requests.write_bytes(b"")
    typed(b"word\n")
    new = ("request", "new", "--key", "container:К", "--fields", fields, "--password-stdin")
    done = roscherk(*new, "--output", tmp_path / "r.csr")
    assert done.code == 0, done.err
    assert "не попал в список" in " ".join(done.out.split())
    assert (tmp_path / "r.csr").stat().st_size
    assert roscherk("request", "list", "--json").json["requests"] == []


def test_key_from_a_file_names_no_tool(
    roscherk: Roscherk, typed: Typed, fields: Path, tmp_path: Path
) -> None:
    """A key that was taken over was made who knows where: nobody is named for it."""
    pfx = tmp_path / "k.pfx"
    pfx.write_bytes(pki_of(KeyAlgorithm.ECDSA_P256).pfx(b"old"))
    typed(b"old\nnew\n")
    done = roscherk("container", "import", f"pfx:{pfx}", "--name", "Чужой", "--password-stdin")
    assert done.code == 0, done.err
    typed(b"new\n")
    new = ("request", "new", "--key", "container:Чужой", "--fields", fields, "--password-stdin")
    done = roscherk(*new, "--output", tmp_path / "r.csr", "--json")
    assert done.code == 0, done.err
    assert done.json["subject_sign_tool"] is None


def test_purpose(roscherk: Roscherk, fields: Path, tmp_path: Path) -> None:
    """For the tax office there is a list of what to take along, and no request."""
    asked = roscherk("request", "purpose")
    assert "Для чего ключ?" in asked.out
    purposes = roscherk("request", "purpose", "--json").json["purposes"]
    assert {each["purpose"]: each["by_request"] for each in purposes} == {
        "fns": False,
        "commercial": True,
        "internal": True,
    }
    told = " ".join(roscherk("request", "purpose", "fns").out.split())
    assert "паспорт, СНИЛС, ИНН" in told
    assert "запросов там не принимают" in told
    target = tmp_path / "r.csr"
    new = ("request", "new", "--key", "container:нет", "--fields", fields, "--output", target)
    done = roscherk(*new, "--for", "fns", "--json")
    assert (done.code, done.json["code"]) == (1, "request_of_no_use")
    assert not target.exists()
