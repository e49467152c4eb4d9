"""`sign`: forms and names of signatures, one attempt per secret, errors before and after."""

import base64
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from roscherk_run import PASSWORD, Firm, Roscherk
from stand_ins.contract import make_contract

Typed = Callable[[bytes], None]


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_detached(roscherk: Roscherk, firm: Firm, document: Path, typed: Typed) -> None:
    """By default a document gets a detached DER signature beside it and stays as it was."""
    before = sha256(document)
    typed(PASSWORD + b"\n")
    done = roscherk("sign", document, "--key", firm.key, "--password-stdin")
    assert done.code == 0
    signature = document.with_name("Акт № 5.docx.sig")
    assert signature.read_bytes()[:1] == b"\x30"
    assert sha256(document) == before
    assert "CAdES-BES" in done.out
    assert "несертифицированное средство" in done.out
    assert PASSWORD.decode() not in done.out + done.err


def test_second_signature_gets_a_number(
    roscherk: Roscherk, signature: Path, document: Path, firm: Firm, typed: Typed
) -> None:
    """A taken name gets a number; nothing is overwritten."""
    before = sha256(signature)
    typed(PASSWORD)
    done = roscherk("sign", document, "--key", firm.key, "--password-stdin", "--json")
    assert done.code == 0
    assert done.json["files"][0]["target"] != str(signature)
    assert sha256(signature) == before


def test_attached_base64_under_a_name(
    roscherk: Roscherk, firm: Firm, document: Path, typed: Typed, tmp_path: Path
) -> None:
    """Attached, in base64, under the name that was asked for."""
    typed(PASSWORD)
    target = tmp_path / "подпись.p7m"
    options = ("--attached", "--encoding", "base64", "--output", target)
    done = roscherk("sign", document, "--key", firm.key, "--password-stdin", *options)
    assert done.code == 0, done.err
    assert document.read_bytes() in base64.b64decode(target.read_bytes())


def test_pdf(roscherk: Roscherk, firm: Firm, tmp_path: Path, typed: Typed) -> None:
    """A PDF is signed inside a new file; without a stamp it is smaller."""
    contract = make_contract(tmp_path / "Договор.pdf")
    sizes = []
    for option in ("--stamp=gost-2016", "--no-stamp"):
        typed(PASSWORD)
        done = roscherk("sign", contract, "--key", firm.key, "--password-stdin", option, "--json")
        assert done.code == 0, done.err
        (file,) = done.json["files"]
        assert (file["format"], file["level"]) == ("pades", "PAdES-B-B")
        sizes.append(Path(file["target"]).stat().st_size)
    assert sizes[0] > sizes[1]


def test_resume_leaves_out_what_is_signed(
    roscherk: Roscherk, firm: Firm, tmp_path: Path, typed: Typed
) -> None:
    """After an interruption no document is signed twice, and none is left out, whatever its form."""
    folder = tmp_path / "Документы"
    folder.mkdir()
    files = [folder / name for name in ("а.txt", "б.txt", "в.txt")]
    for file in files:
        file.write_text(file.name * 100, "utf-8")
    files.append(make_contract(folder / "Договор.pdf"))
    before = {file: sha256(file) for file in files}

    def sign(*options: str, files: list[Path] = files) -> Any:
        typed(PASSWORD + b"\n")
        done = roscherk("sign", *files, "--key", firm.key, "--password-stdin", "--json", *options)
        assert done.code == 0, done.err
        return done.json["files"]

    for options in ((), ("--attached", "--encoding", "base64", "--format", "cades")):
        sign(*options, files=[files[0], files[3]])
        told = sign("--resume", *options)
        assert [each["signed_before"] is not None for each in told] == [True, False, False, True]
        made = [Path(each["target"] or each["signed_before"]) for each in told]
        assert len(set(made)) == len(files)
        assert all(each["target"] is None for each in sign("--resume", *options))
        for path in made:
            path.unlink()
    assert {file: sha256(file) for file in files} == before
    assert sorted(folder.iterdir()) == sorted(files)


def test_resume_rests_on_the_files(
    roscherk: Roscherk, firm: Firm, document: Path, signature: Path, typed: Typed
) -> None:
    """A signature of other octets, a damaged one or a stranger's is no reason to leave a file out."""

    def sign_again() -> Any:
        typed(PASSWORD + b"\n")
        done = roscherk(
            "sign", document, "--key", firm.key, "--password-stdin", "--json", "--resume"
        )
        assert done.code == 0, done.err
        (told,) = done.json["files"]
        return told

    assert sign_again()["signed_before"] == str(signature)
    whole = signature.read_bytes()
    signature.write_bytes(whole[:-1] + bytes((whole[-1] ^ 1,)))
    assert sign_again()["signed_before"] is None
    signature.write_bytes(whole)
    document.write_bytes(document.read_bytes() + b"!")
    second = sign_again()
    assert second["signed_before"] is None
    assert sign_again()["signed_before"] == second["target"]


def test_resume_goes_past_a_name_without_room(
    roscherk: Roscherk, firm: Firm, document: Path, typed: Typed
) -> None:
    """Nothing can lie beside a file whose name is as long as names may be; the others are signed."""
    longest = document.with_name("a" * 255)
    longest.write_bytes(b"1")
    typed(PASSWORD)
    options = ("--key", firm.key, "--password-stdin", "--json", "--resume")
    done = roscherk("sign", longest, document, *options)
    assert done.code == 1, done.err
    first, second = done.json["files"]
    assert first["error"]["code"] == "target_name_too_long"
    assert second["error"] is None


def test_resume_needs_the_usual_names(roscherk: Roscherk, firm: Firm, document: Path) -> None:
    """With a name of the user's choice nobody could tell what was signed."""
    done = roscherk("sign", document, "--key", firm.key, "--resume", "--output", "x.sig")
    assert done.code == 2
    assert "--resume" in done.err


def test_into_a_folder(
    roscherk: Roscherk, firm: Firm, document: Path, typed: Typed, tmp_path: Path
) -> None:
    """Several files with one entry of the password, all results into one folder."""
    contract = make_contract(document.with_name("Договор.pdf"))
    results = tmp_path / "results"
    results.mkdir()
    typed(PASSWORD)
    options = ("--key", firm.key, "--password-stdin", "--output", results)
    done = roscherk("sign", document, contract, *options)
    assert done.code == 0, done.err
    names = sorted(path.name for path in results.iterdir())
    assert names == ["Акт № 5.docx.sig", "Договор_signed.pdf"]


def test_one_bad_file_does_not_stop_the_others(
    roscherk: Roscherk, firm: Firm, document: Path, typed: Typed
) -> None:
    """A file that cannot be signed is told; the rest is signed; the exit code says 1."""
    typed(PASSWORD)
    absent = document.with_name("нет такого.docx")
    options = ("--key", firm.key, "--password-stdin", "--json")
    done = roscherk("sign", absent, document, *options)
    assert done.code == 1
    first, second = done.json["files"]
    assert first["error"]["code"] == "file_not_found"
    assert second["error"] is None


def test_wrong_password_is_tried_once(
    roscherk: Roscherk, practising: str, document: Path, typed: Typed, profile: Path
) -> None:
    """A refused secret ends the run: it is never sent again for the next file."""
    (profile / "data" / "practice" / "password").write_bytes(b"wrong")
    typed(b"")
    other = document.with_name("второй.docx")
    other.write_bytes(b"2")
    done = roscherk("sign", document, other, "--key", practising, "--json")
    assert done.code == 1
    assert [file["error"]["code"] for file in done.json["files"]] == ["password_wrong"]
    assert sorted(path.name for path in document.parent.iterdir()) == [document.name, other.name]


def test_wrong_password_of_a_file(
    roscherk: Roscherk, firm: Firm, document: Path, typed: Typed
) -> None:
    """The words say what to do, and never the password."""
    typed(b"very secret\n")
    done = roscherk("sign", document, "--key", firm.key, "--password-stdin")
    assert done.code == 1
    assert "Неверный пароль" in done.err
    assert "secret" not in done.out + done.err


def test_practice(roscherk: Roscherk, practising: str, document: Path) -> None:
    """A practice key asks for nothing and marks what it makes."""
    done = roscherk("sign", document, "--key", practising)
    assert done.code == 0
    assert "УЧЕБНАЯ" in done.out
    assert document.with_name("Акт № 5.docx.УЧЕБНАЯ.sig").exists()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("container:нет", "container_not_found"),
        ("nonsense", "key_uri_malformed"),
        ("pfx:/nowhere.pfx", "file_not_found"),
    ],
)
def test_no_such_key(roscherk: Roscherk, document: Path, typed: Typed, key: str, code: str) -> None:
    """A key that is not there is told in words and as an object."""
    typed(b"x\n")
    done = roscherk("sign", document, "--key", key, "--password-stdin", "--json")
    assert done.code == 1
    assert done.json["code"] == code
    assert "Что делать" in done.err


def test_missing_file_before_the_password(roscherk: Roscherk, firm: Firm, tmp_path: Path) -> None:
    """Nobody types a password for a file that is not there."""
    done = roscherk("sign", tmp_path / "absent", "--key", firm.key)
    assert done.code == 1
    assert "не найден" in done.err


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--key",),
        ("--key", "practice:", "--attached", "--detached"),
        ("--key", "practice:", "--encoding", "xml"),
        ("--key", "practice:", "--pin-stdin", "--password-stdin"),
        ("--key", "practice:", "--password", "secret"),
        ("second.txt", "--key", "practice:", "--output", "one.sig"),
    ],
)
def test_wrong_usage(roscherk: Roscherk, options: tuple[str, ...]) -> None:
    """Wrong usage ends with 2; a password on the command line is not an option at all."""
    assert roscherk("sign", "first.txt", *options).code == 2


def test_target_exists(roscherk: Roscherk, practising: str, document: Path, tmp_path: Path) -> None:
    """A name that was asked for and is taken is not overwritten."""
    target = tmp_path / "taken.sig"
    target.write_bytes(b"precious")
    done = roscherk("sign", document, "--key", practising, "--output", target)
    assert done.code == 1
    assert target.read_bytes() == b"precious"


def test_no_secret_in_arguments_or_environment(
    roscherk: Roscherk, firm: Firm, document: Path, typed: Typed
) -> None:
    """The environment is no way to hand over a password."""
    typed(b"")
    os.environ["ROSCHERK_PASSWORD"] = PASSWORD.decode()
    try:
        done = roscherk("sign", document, "--key", firm.key, "--password-stdin", "--json")
    finally:
        del os.environ["ROSCHERK_PASSWORD"]
    assert done.code == 1
    assert done.json["code"] in {"password_wrong", "password_needed"}
