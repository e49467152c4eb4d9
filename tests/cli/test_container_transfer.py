"""`container test`, `import` and `export`, and keys of container folders by their names."""

from collections.abc import Callable
from pathlib import Path

import pytest
from roscherk_run import PASSWORD, Firm, Roscherk
from stand_ins.cryptopro_folder import make
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build

Typed = Callable[[bytes], None]


def issue(public_key: bytes) -> bytes:
    """Make an ordinary certificate of a key."""
    usage = (build.key_usage("digitalSignature"),)
    return pki_of(KeyAlgorithm.GOST_256).issue(public_key, extensions=usage)


def test_pfx_is_taken_over_and_handed_on(
    roscherk: Roscherk, firm: Firm, typed: Typed, tmp_path: Path
):
    """Two lines of standard input: the old password and the new one."""
    typed(PASSWORD + b"\nnew one\n")
    done = roscherk("container", "import", firm.key, "--name", "Перенесённый", "--password-stdin")
    assert done.code == 0, done.err
    assert "Ключ перенесён: container:Перенесённый" in done.out
    typed(b"new one\n")
    done = roscherk("container", "test", "container:Перенесённый", "--password-stdin")
    assert (done.code, "Ключ подписывает" in done.out) == (0, True), done.err
    target = tmp_path / "Ключ.p12"
    typed(b"new one\nthird\n")
    told = roscherk(
        "container", "export", "container:Перенесённый", "--output", target,
        "--password-stdin", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    assert told.json["target"] == str(target)
    typed(b"third\n")
    told = roscherk("container", "test", f"pfx:{target}", "--password-stdin", "--json")
    assert (told.json["state"], told.json["warnings"]) == ("ok", [])


def test_container_folder_is_listed_shown_and_signs(
    roscherk: Roscherk, typed: Typed, tmp_path: Path
):
    """All commands take the name of a container folder."""
    made = make(tmp_path / "abcd.000", "пароль", issue=issue)
    uri = f"cryptopro:{made.folder}"
    listed = roscherk("containers", f"cryptopro:{tmp_path}", "--json").json["containers"]
    assert [(each["uri"], each["state"], each["exportable"]) for each in listed] == [
        (uri, "ok", True)
    ]
    assert roscherk("certificate", "show", uri, "--json").json["key_algorithm"] == "gost2012-256"
    typed("пароль\n".encode())
    tested = roscherk("container", "test", uri, "--password-stdin")
    assert (tested.code, "Ключ открывается" in tested.out) == (0, True), tested.err
    document = tmp_path / "a.txt"
    document.write_bytes(b"contract")
    typed("пароль\n".encode())
    signed = roscherk("sign", document, "--key", uri, "--password-stdin")
    assert signed.code == 0, signed.err
    assert (tmp_path / "a.txt.sig").exists()
    typed(b"wrong\n")
    refused = roscherk("container", "test", uri, "--password-stdin", "--json")
    assert (refused.code, refused.json["code"]) == (1, "password_wrong")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exportable": False}, "key_not_exportable"),
        ({"container_oid": "1.2.643.2.2.37.4"}, "key_unsupported"),
    ],
)
def test_what_may_not_leave_is_refused_before_the_password(
    roscherk: Roscherk, typed: Typed, tmp_path: Path, changes: dict[str, object], code: str
):
    """Nobody types a password for nothing, and no file is made."""
    made = make(tmp_path / "abcd.000", "1", issue=issue, **changes)
    typed(b"")
    target = tmp_path / "key.p12"
    done = roscherk(
        "container", "export", f"cryptopro:{made.folder}", "--output", target,
        "--password-stdin", "--json",
    )  # fmt: skip
    assert (done.code, done.json["code"]) == (1, code)
    assert not target.exists()


def test_qualified_key_is_not_read_to_sign(roscherk: Roscherk, typed: Typed, tmp_path: Path):
    """It is listed and tested; the refusal says what to do, before the password is asked for."""
    made = make(tmp_path / "q.000", "1", issue=pki_of(KeyAlgorithm.GOST_256).issue)
    uri = f"cryptopro:{made.folder}"
    typed(b"1\n")
    assert roscherk("container", "test", uri, "--password-stdin").code == 0
    document = tmp_path / "a.txt"
    document.write_bytes(b"contract")
    done = roscherk("sign", document, "--key", uri)
    assert done.code == 1
    assert "КриптоПро CSP" in done.err
    assert not (tmp_path / "a.txt.sig").exists()


def test_container_without_a_password_asks_for_none(roscherk: Roscherk, tmp_path: Path):
    """Nothing is read from anywhere, and the document is signed."""
    made = make(tmp_path / "open.000", issue=issue)
    document = tmp_path / "a.txt"
    document.write_bytes(b"contract")
    uri = f"cryptopro:{made.folder}"
    assert roscherk("container", "test", uri).code == 0
    done = roscherk("sign", document, "--key", uri)
    assert done.code == 0, done.err


def test_only_a_file_is_taken_over(roscherk: Roscherk):
    """Another place is a wrong call."""
    done = roscherk("container", "import", "container:x", "--name", "y")
    assert done.code == 2
