"""`request` and `container`: a key is made, its certificate asked for and installed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from roscherk_run import Roscherk
from stand_ins import openssl
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.requests import reading

Typed = Callable[[bytes], None]
PASSWORD = b"pass word 1\n"
FIELDS = {
    "kind": "person",
    "surname": "Иванова",
    "given_name": "Анна Петровна",
    "inn": "500100732259",
    "snils": "112-233-445 95",
}


@pytest.fixture
def fields(tmp_path: Path) -> Path:
    """Return a file with the fields of a person."""
    path = tmp_path / "Иванова.json"
    path.write_text(json.dumps(FIELDS | {"purposes": ["1.3.6.1.5.5.7.3.2"]}), "utf-8")
    return path


@pytest.mark.parametrize("algorithm", ["gost2012-256", "rsa"])
def test_from_key_to_certificate(
    roscherk: Roscherk, typed: Typed, fields: Path, tmp_path: Path, algorithm: str
) -> None:
    """The way of a new employee: key, request, certificate, signature."""
    typed(PASSWORD)
    done = roscherk(
        "container", "create", "Иванова", "--algorithm", algorithm, "--password-stdin", "--json"
    )
    assert done.code == 0, done.err
    assert done.json["state"] == "no_certificate"
    uri = done.json["uri"]

    target = tmp_path / "Запрос.csr"
    typed(PASSWORD)
    done = roscherk(
        "request", "new", "--key", uri, "--fields", fields, "--output", target,
        "--locality", "г. Тверь", "--password-stdin", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["target"] == str(target)
    assert done.json["subject"]["locality"] == "г. Тверь"
    assert done.json["extended_key_usage"] == ["1.3.6.1.5.5.7.3.2"]
    assert "не СКЗИ" in done.json["subject_sign_tool"]
    openssl.demand()
    openssl.succeed("req", "-engine", "gost", "-verify", "-noout", "-in", target)

    request = reading.describe(reading.unwrap(target.read_bytes()))
    authority = pki_of(KeyAlgorithm.ECDSA_P256)
    issued = tmp_path / "Сертификат.cer"
    issued.write_bytes(authority.issue(request.public_key))
    strange = tmp_path / "Чужой.cer"
    strange.write_bytes(authority.leaf)
    refused = roscherk("container", "install", uri, strange)
    assert refused.code == 1
    assert "другому ключу" in refused.err or "другого ключа" in refused.err
    assert roscherk("container", "install", uri, issued).code == 0

    document = tmp_path / "Акт.txt"
    document.write_text("Акт", "utf-8")
    typed(PASSWORD)
    assert roscherk("sign", document, "--key", uri, "--password-stdin").code == 0


def test_show(roscherk: Roscherk, typed: Typed, fields: Path, tmp_path: Path) -> None:
    """A request is shown in words; a changed one ends with the code of a failed signature."""
    typed(PASSWORD)
    roscherk("container", "create", "К", "--password-stdin")
    target = tmp_path / "r.csr"
    new = ("request", "new", "--key", "container:К", "--fields", fields, "--password-stdin")
    typed(PASSWORD)
    done = roscherk(*new, "--output", target, "--encoding", "der")
    assert done.code == 0, done.err
    assert "Иванова Анна Петровна" in done.out
    shown = roscherk("request", "show", target)
    assert shown.code == 0
    assert "Подпись верна" in shown.out
    assert "11223344595" in shown.out
    target.write_bytes(target.read_bytes().replace("Анна".encode(), "Алла".encode()))
    shown = roscherk("request", "show", target, "--json")
    assert shown.code == 20
    assert shown.json["signature_verifies"] is False
    assert "Подпись неверна" in roscherk("request", "show", target).out


def test_practice_is_marked(
    roscherk: Roscherk, practising: str, fields: Path, tmp_path: Path
) -> None:
    """A request of a practice key says so and asks for no password."""
    target = tmp_path / "r.csr"
    done = roscherk("request", "new", "--key", practising, "--fields", fields, "--output", target)
    assert done.code == 0, done.err
    assert "УЧЕБНЫЙ" in done.out
    shown = roscherk("request", "show", target, "--json").json
    assert shown["practice"] is True


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (("--inn", "500100732258"), "опечатка"),
        (("--snils", "1"), "ровно 11 цифр"),
        (("--surname", " "), "не заполнено"),
        (("--ogrn", "1027700132195"), "физическое лицо"),
    ],
)
def test_slips_are_told(
    roscherk: Roscherk, practising: str, fields: Path, slip: tuple[str, str], words: str
) -> None:
    """The field is named as people call it, and nothing is written."""
    target = fields.with_name("r.csr")
    new = ("request", "new", "--key", practising, "--fields", fields, "--output", target)
    done = roscherk(*new, *slip)
    assert done.code == 1
    assert words in done.err
    assert "{" not in done.err
    assert not target.exists()


@pytest.mark.parametrize(
    "text", ['{"kind": "firm"}', '{"kind": "person", "colour": 1}', "[]", "{", '{"inn": 1}']
)
def test_bad_field_files(roscherk: Roscherk, practising: str, tmp_path: Path, text: str) -> None:
    """A file with unknown or wrong fields is wrong usage."""
    path = tmp_path / "f.json"
    path.write_text(text, "utf-8")
    done = roscherk("request", "new", "--key", practising, "--fields", path)
    assert done.code == 2


def test_not_a_request(roscherk: Roscherk, fields: Path) -> None:
    """Another file is told by its name."""
    done = roscherk("request", "show", fields, "--json")
    assert done.code == 1
    assert done.json["code"] == "request_damaged"
    assert "это не запрос" in done.err
    assert roscherk("request", "show", fields.with_name("нет.csr")).code == 1


def test_container_exists(roscherk: Roscherk, typed: Typed) -> None:
    """A key is never made over another."""
    for expected in (0, 1):
        typed(PASSWORD)
        assert roscherk("container", "create", "К", "--password-stdin").code == expected
    assert roscherk("container", "install", "practice:", "x.cer").code == 1
