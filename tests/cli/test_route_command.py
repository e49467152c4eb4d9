"""`route`: several people sign one document, by files, from the first line to the package."""

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pypdfium2
import pytest
from roscherk_run import PASSWORD, Done, Firm, Roscherk
from stand_ins.pki import Pki
from stand_ins.signers_made import inn_of, signer, snils_of

from app.journal import Journal
from app.places import Places

Typed = Callable[[bytes], None]
Sign = Callable[[str, str, Path], Path]


@pytest.fixture
def trusted(firm: Firm, places: Places) -> Pki:
    """Let the profile trust the infrastructure of the firm; return it."""
    trust = firm.pki.trust(places.trust)
    assert trust.anchors
    return firm.pki


@pytest.fixture
def keys(trusted: Pki, tmp_path: Path) -> dict[str, str]:
    """Return the keys of two people, each in a file of its own."""
    made = {}
    for number, name in enumerate(("Пробный Пётр Петрович", "Пробная Анна Ивановна"), 1):
        key = signer(trusted, name, number)
        holder = replace(trusted, leaf_key=key.key, leaf=key.container.certificate)
        path = tmp_path / f"{name}.pfx"
        path.write_bytes(holder.pfx(PASSWORD))
        made[name] = f"pfx:{path}"
    return made


@pytest.fixture
def sign(roscherk: Roscherk, typed: Typed, keys: dict[str, str], tmp_path: Path) -> Sign:
    """Return a function that signs as somebody and hands over the file under some name."""
    inbox = tmp_path / "Входящие от всех"
    inbox.mkdir()

    def run(who: str, name: str, document: Path) -> Path:
        typed(PASSWORD + b"\n")
        target = inbox / name
        done = roscherk(
            "sign", document, "--key", keys[who], "--password-stdin", "--detached",
            "--format", "cades", "--output", target,
        )  # fmt: skip
        assert done.code == 0, done.err
        return target

    return run


def text_of(paper: Path) -> str:
    """Return all that is written on a paper."""
    with pypdfium2.PdfDocument(paper) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def progress(done: Done) -> list[str]:
    """Return how it stands with each person."""
    return [each["progress"] for each in done.json["people"]]


def test_from_the_first_line_to_the_package(  # noqa: PLR0917 - each is a fixture
    roscherk: Roscherk,
    document: Path,
    sign: Sign,
    places: Places,
    typed: Typed,
    keys: dict[str, str],
) -> None:
    """Begun, asked for by letter, taken in by content, finished: the ZIP verifies by itself."""
    before = document.read_bytes()
    begun = roscherk(
        "route", "new", document, "--person", f"Пробный Пётр Петрович, {inn_of(1)}",
        "--person", f"Пробная Анна Ивановна; СНИЛС {snils_of(2)}; anna@example.org",
        "--due", "2026-12-31", "--note", "до конца года", "--json",
    )  # fmt: skip
    assert begun.code == 0, begun.err
    key = begun.json["key"]
    assert roscherk("route", "finish", document).code == 1
    letter = document.with_name("просьба.eml")
    assert roscherk("route", "letter", key, "--output", letter).code == 0
    mail = message_from_bytes(letter.read_bytes(), policy=default)
    assert mail["To"] == "anna@example.org"
    assert "31.12.2026" in mail.get_body().get_content()
    assert [each.get_filename() for each in mail.iter_attachments()] == [document.name]

    sign("Пробная Анна Ивановна", "подпись (2).sig", document)
    done = roscherk("route", "add", document.parent.parent / "Входящие от всех", "--offline")
    assert done.code == 0, done.out + done.err
    assert "Подпись принята: Пробная Анна Ивановна" in done.out
    status = roscherk("route", "status", document, "--json")
    assert (status.code, progress(status)) == (10, ["awaited", "signed"])
    assert status.json["document_state"] == "same"
    petr = sign("Пробный Пётр Петрович", "p.sgn", document)
    assert roscherk("route", "add", petr, "--route", key[:5]).code == 0
    shown = roscherk("route", "status", key)
    assert (shown.code, "Подписали все" in shown.out) == (0, True), shown.out

    typed(PASSWORD + b"\n")
    receipt = document.with_name("квитанция.sig")
    done = roscherk(
        "route", "receipt", key, "--signature", "1", "--key", keys["Пробный Пётр Петрович"],
        "--password-stdin", "--output", receipt,
    )  # fmt: skip
    assert done.code == 0, done.err
    done = roscherk("route", "add", receipt)
    assert "Квитанция: Пробный Пётр Петрович" in done.out

    package = document.with_name("Итог по акту.zip")
    done = roscherk("route", "finish", key, "--output", package)
    assert done.code == 0, done.err
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        archive.extractall(document.parent / "распаковано")
    assert names == [
        document.name,
        f"{document.name}.sig",
        "квитанция.sig",
        "Протокол проверки.pdf",
    ]
    words = text_of(document.parent / "распаковано" / "Протокол проверки.pdf")
    assert f"{document.name}.sig" in words
    # Recipients learn nothing of our folders.
    assert not any(each in words for each in ("routes", "desk-", document.parent.name))
    joined = document.parent / "распаковано" / f"{document.name}.sig"
    checked = roscherk("verify", joined, "--json", "--offline")
    assert checked.code == 0
    assert len(checked.json["files"][0]["signatures"]) == 2
    assert document.read_bytes() == before
    listed = roscherk("route", "list", "--json").json["routes"]
    assert [each["package"] for each in listed] == [str(package)]
    noted = [row.action for row in Journal(places.journal).entries()]
    assert {"route_begin", "route_take", "route_finish"} <= set(noted)
    assert roscherk("route", "forget", key).code == 0
    assert "Подписи не собираются" in roscherk("route", "list").out


def test_what_needs_a_person(roscherk: Roscherk, document: Path, sign: Sign) -> None:
    """A stranger is told and decided about; a spoilt file ends with 20; nothing at all with 30."""
    new = roscherk("route", "new", document, "--person", f"Пробный Пётр Петрович, {inn_of(1)}")
    assert new.code == 0, new.err
    anna = sign("Пробная Анна Ивановна", "a.sig", document)
    added = roscherk("route", "add", anna)
    assert added.code == 10
    assert "кого не ждали" in added.out
    assert "Никого с такими номерами" in roscherk("route", "status", document).out
    done = roscherk("route", "assign", document, "--signature", "1", "--welcome", "--json")
    assert progress(done) == ["awaited", "signed"]
    package = document.with_name("часть.zip")
    done = roscherk("route", "finish", document, "--output", package, "--incomplete")
    assert "Не подписали: Пробный Пётр Петрович" in done.out
    assert done.code == 0
    data = anna.read_bytes()
    anna.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    roscherk("route", "new", document)
    done = roscherk("route", "add", anna)
    assert (done.code, "недействительна и не принята" in done.out) == (20, True), done.out
    assert roscherk("route", "add", document).code == 30
    assert roscherk("route", "assign", document, "--signature", "9", "--leave-out").code == 1


def test_what_became_open_before_the_end(
    roscherk: Roscherk, document: Path, sign: Sign, places: Places
) -> None:
    """The package is made and says what is not proved any more; the code says so to scripts."""
    roscherk("route", "new", document, "--person", f"Пробный Пётр Петрович, {inn_of(1)}")
    assert roscherk("route", "add", sign("Пробный Пётр Петрович", "п.sig", document)).code == 0
    shutil.rmtree(places.trust)
    done = roscherk("route", "finish", document, "--output", document.with_name("всё.zip"))
    assert (done.code, "Проверено не до конца" in done.out) == (10, True), done.out + done.err


def test_programs_are_told_what_is_open(
    roscherk: Roscherk, document: Path, sign: Sign, places: Places
) -> None:
    """The code 10 alone does not say which of the files are not proved any more."""
    roscherk("route", "new", document, "--person", f"Пробный Пётр Петрович, {inn_of(1)}")
    assert roscherk("route", "add", sign("Пробный Пётр Петрович", "п.sig", document)).code == 0
    shutil.rmtree(places.trust)
    target = document.with_name("всё.zip")
    done = roscherk("route", "finish", document, "--output", target, "--json")
    assert done.code == 10
    assert done.json["open"]
    assert set(done.json["open"]) <= set(done.json["files"])


def test_wrong_lines_are_refused(roscherk: Roscherk, document: Path, tmp_path: Path) -> None:
    """A typing error in a number is found at once, with the number of its line."""
    people = tmp_path / "кого ждём.txt"
    people.write_bytes(
        f"Пробный Пётр Петрович\t{inn_of(1)}\nПробная Анна, 000000000185\n".encode("cp1251")
    )
    done = roscherk("route", "new", document, "--people", people)
    assert done.code == 1
    assert "Строка 2" in done.err
    assert "контрольные" in done.err
    assert roscherk("route", "status", document).code == 1
    assert roscherk("route", "new", document, "--due", "завтра").code == 2
