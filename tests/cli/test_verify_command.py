"""`verify`: exit codes, JSON, words, and any input whatsoever."""

import json
import os
import shutil
from pathlib import Path

import pytest
from roscherk_run import Done, Firm, Roscherk

from app.cli.exit_codes import ExitCode, gravest
from app.places import Places


def test_good_signature(roscherk: Roscherk, signature: Path, firm: Firm) -> None:
    """A good signature ends with 0 and says the five answers in Russian."""
    done = roscherk("verify", signature, *firm.trust)
    assert done.code == 0, done.out
    for words in (
        "Подпись действительна",
        "Документ не изменён",
        "Тестов Тест Тестович",
        "От имени",
        "Издатель подтверждён",
        "не отозван",
        "не квалифицированный",
        "без обращения к сети",
        "несертифицированным средством",
    ):
        assert words in " ".join(done.out.split()), words
    assert done.err == ""


def test_leading_sentences(roscherk: Roscherk, signature: Path, firm: Firm) -> None:
    """The command line begins with the sentences that the window begins with."""
    done = roscherk("verify", signature, *firm.trust)
    lines = [line.strip() for line in done.out.splitlines()]
    first = next(n for n, line in enumerate(lines) if "Документ не изменён." in line)
    assert lines[first].endswith("Документ не изменён. Подпись действительна")
    assert lines[first + 1].startswith("Подписал: Тестов")
    unknown = roscherk("verify", signature).out
    assert "По сертификату подписал: Тестов" in " ".join(unknown.split())


def test_english(roscherk: Roscherk, signature: Path, firm: Firm) -> None:
    """The same in English, wherever the option stands."""
    done = roscherk("verify", signature, *firm.trust, "--language", "en")
    assert "The signature is valid" in done.out
    assert "has not changed" in done.out


def test_json(roscherk: Roscherk, signature: Path, firm: Firm, document: Path) -> None:
    """The answer in JSON names the file, its original and the verdict."""
    done = roscherk("verify", "--json", signature, *firm.trust)
    assert done.code == 0
    (file,) = done.json["files"]
    assert file["path"] == str(signature)
    assert file["content"] == str(document)
    assert file["verdict"] == "TOTAL_PASSED"
    assert file["signatures"][0]["signer"]["surname"] == "Тестов"
    assert done.json["engine"]["roscherk"]


def test_unknown_issuer(roscherk: Roscherk, signature: Path) -> None:
    """An unknown issuer ends with 10, and the words do not sound like forgery."""
    done = roscherk("verify", signature)
    assert done.code == 10
    assert "Документ не изменён" in done.out
    assert "издатель сертификата здесь не известен" in done.out
    assert "недействительна" not in done.out
    assert "Что делать" in done.out


def test_changed_document(roscherk: Roscherk, signature: Path, document: Path, firm: Firm) -> None:
    """A changed document ends with 20 and is said to be changed."""
    document.write_bytes(document.read_bytes() + b" ")
    done = roscherk("verify", signature, *firm.trust)
    assert done.code == 20
    assert "ИЗМЕНЁН" in done.out
    assert "Подпись недействительна" in done.out


def test_document_instead_of_signature(roscherk: Roscherk, signature: Path, document: Path) -> None:
    """A document given instead of its signature: 30, and where the signature is."""
    done = roscherk("verify", document)
    assert done.code == 30
    assert signature.name in done.out


def test_several_files(
    roscherk: Roscherk, signature: Path, document: Path, firm: Firm, tmp_path: Path
) -> None:
    """The gravest of several files wins; each stands under its heading, the worst first."""
    broken = tmp_path / "broken.sig"
    broken.write_bytes(signature.read_bytes()[:-9])
    good_and_none = roscherk("verify", signature, document, *firm.trust)
    assert good_and_none.code == 30
    with_broken = roscherk("verify", "--jobs", "2", signature, broken, document, *firm.trust)
    assert with_broken.code == 20
    told = (
        "Недействительны ·",
        broken,
        "Проверку прошли, по",
        signature,
        "Без подписи ·",
        document,
    )
    lines = [f"{one}" if isinstance(one, str) else f"{one}\n" for one in told]
    places = [with_broken.out.index(one) for one in lines]
    assert places == sorted(places)
    assert "3 файла" in with_broken.out
    with_absent = roscherk("verify", signature, broken, tmp_path / "absent", "--json")
    assert with_absent.code == 1


def test_gravity_of_codes() -> None:
    """2, then 1, 20, 10, 30, 0."""
    order = [2, 1, 20, 10, 30, 0]
    for place, code in enumerate(order):
        assert gravest(map(ExitCode, order[place:])) == code
    assert gravest(()) == 0


def test_named_moment(roscherk: Roscherk, signature: Path, firm: Firm) -> None:
    """A verdict for a moment the user names is conditional and says so."""
    moment = ("--at", "01.06.2030 12:00", "--because", "письмо зарегистрировано в тот день")
    done = roscherk("verify", signature, *firm.trust, *moment)
    assert done.code == 10
    assert "подпись действительна, если верна названная вами дата" in done.out
    assert "Вывод условный" in done.out
    assert "зарегистрировано" in done.out
    late = roscherk(
        "verify", signature, *firm.trust, "--at", "2060-01-01", "--because", "-", "--json"
    )
    assert late.code == 10
    assert late.json["control_time"].startswith(("2059-12-31", "2060-01-01"))
    assert late.json["files"][0]["signatures"][0]["control_time_source"] == "user"


@pytest.mark.parametrize(
    "words",
    [
        ("--at", "2030-01-01"),
        ("--because", "so"),
        ("--at", "yesterday", "--because", "so"),
        ("--at", "99.99.2030", "--because", "so"),
        ("--jobs", "0"),
        ("--jobs", "many"),
        ("--content", "x", "second.sig"),
        ("--report", "out.docx"),
        ("--nonsense",),
    ],
)
def test_wrong_usage(roscherk: Roscherk, words: tuple[str, ...]) -> None:
    """Wrong usage ends with 2 and a hint on standard error, before any work."""
    done = roscherk("verify", "first.sig", *words)
    assert done.code == 2
    assert "--help" in done.err
    assert done.out == ""


def test_no_file(roscherk: Roscherk) -> None:
    """Without a file there is nothing to verify."""
    done = roscherk("verify")
    assert done.code == 2
    assert "назовите файл" in done.err


def test_given_content(
    roscherk: Roscherk, signature: Path, document: Path, firm: Firm, tmp_path: Path
) -> None:
    """The document is taken from where the user says."""
    lonely = tmp_path / "lonely.sig"
    shutil.copy(signature, lonely)
    without = roscherk("verify", lonely, *firm.trust, "--json")
    assert without.code == 10
    sub = without.json["files"][0]["signatures"][0]["sub_indication"]
    assert sub == "SIGNED_DATA_NOT_FOUND"
    assert roscherk("verify", lonely, "--content", document, *firm.trust).code == 0


def test_report_file(roscherk: Roscherk, signature: Path, firm: Firm, tmp_path: Path) -> None:
    """The report in a file is the JSON of the answer; an existing file is not overwritten."""
    target = tmp_path / "отчёт.json"
    done = roscherk("verify", signature, *firm.trust, "--report", target, "--json")
    assert done.code == 0
    assert json.loads(target.read_text("utf-8")) == done.json
    again = roscherk("verify", signature, *firm.trust, "--report", target)
    assert again.code == 1
    assert "уже существует" in again.err
    nowhere = roscherk("verify", signature, "--report", tmp_path / "no folder" / "a.pdf")
    assert nowhere.code == 1


def test_protocol(roscherk: Roscherk, signature: Path, firm: Firm, tmp_path: Path) -> None:
    """The protocol is a PDF."""
    target = tmp_path / "протокол.PDF"
    assert roscherk("verify", signature, *firm.trust, "--report", target).code == 0
    assert target.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("option", ["--trust", "--crl"])
def test_wrong_trust(roscherk: Roscherk, signature: Path, option: str, tmp_path: Path) -> None:
    """Trust that is not there, or is none, stops the check; it colours no verdict."""
    absent = roscherk("verify", signature, option, tmp_path / "absent", "--json")
    assert absent.code == 1
    assert absent.json["code"] == "file_not_found"
    wrong = tmp_path / "wrong.cer"
    wrong.write_bytes(b"nothing")
    done = roscherk("verify", signature, option, wrong, "--json")
    assert done.code == 1
    assert done.json["schema"] == "roscherk.error/1"
    assert str(wrong) in done.err


def test_practice_does_not_pass_by_itself(
    roscherk: Roscherk, practising: str, document: Path
) -> None:
    """A practice signature ends with 10 unless practice is allowed, and is marked either way."""
    assert roscherk("sign", document, "--key", practising).code == 0
    signature = document.with_name(document.name + ".УЧЕБНАЯ.sig")
    strict = roscherk("verify", signature)
    allowed = roscherk("verify", signature, "--allow-practice")
    assert (strict.code, allowed.code) == (10, 0)
    for done in (strict, allowed):
        assert "УЧЕБНАЯ" in done.out
        assert "Подпись действительна" not in done.out
    answer = roscherk("verify", signature, "--json").json["files"][0]["signatures"][0]
    assert answer["practice"] is True
    assert answer["qualified_certificate"] == "no"
    assert answer["reasons"] == ["practice"]


def test_practice_of_another_profile(
    roscherk: Roscherk, practising: str, document: Path, profile: Path
) -> None:
    """Elsewhere a practice signature has no root; allowing practice does not give it one."""
    assert roscherk("sign", document, "--key", practising).code == 0
    shutil.rmtree(profile)
    signature = document.with_name(document.name + ".УЧЕБНАЯ.sig")
    done = roscherk("verify", signature, "--allow-practice", "--json")
    assert done.code == 10
    answer = done.json["files"][0]["signatures"][0]
    assert (answer["practice"], answer["integrity"]) == (True, "intact")
    assert answer["trust"] != "trusted"


def bad_files(folder: Path) -> dict[Path, int]:
    """Make bad input, with the exit code each must give."""
    made = {
        "empty": (b"", 30),
        "zeros": (bytes(4000), 30),
        "random": (os.urandom(4000).replace(b"\x30", b"\x31"), 30),
        "deep.sig": (b"\x30\x80" * 50_000, 20),
        "null.p7s": (bytes.fromhex("300b06092a864886f70d010702"), 20),
        "text": ("просто текст".encode(), 30),
        "pdf.pdf": (b"%PDF-1.4\n%%EOF", 30),
        "xml.xml": (b"<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>", 10),
    }
    files: dict[Path, int] = {}
    for name, (content, code) in made.items():
        (folder / name).write_bytes(content)
        files[folder / name] = code
    strange = folder / os.fsdecode(b"\xff\xfe.sig")
    strange.write_bytes(b"?")
    os.mkfifo(folder / "pipe")
    return files | {
        strange: 30,
        folder / "pipe": 1,
        folder: 20,  # the gravest of all that lies there
        folder / "absent": 1,
        Path("/proc/self/mem"): 1,
    }


def test_any_input(roscherk: Roscherk, tmp_path: Path) -> None:
    """Any input gives an answer by the schema, the right exit code, words and no traceback."""
    place = tmp_path / "bad"
    place.mkdir()
    for path, code in bad_files(place).items():
        done = roscherk("verify", path, "--json")
        assert done.code == code, (path, done)
        words = roscherk("verify", path)
        assert words.code == code
        assert len(words.out.splitlines()) >= 3
        assert "Что делать" in words.out or code == 30, words.out


def test_colours_only_at_terminals(roscherk: Roscherk, signature: Path) -> None:
    """What is piped has no colours."""
    assert "\x1b" not in roscherk("verify", signature).out


def test_journal(roscherk: Roscherk, signature: Path, places: Places) -> None:
    """A check is noted; a journal that cannot be written is told and spoils nothing."""
    roscherk("verify", signature)
    journal = places.journal
    assert journal.exists()
    journal.unlink()
    journal.mkdir()
    done: Done = roscherk("verify", signature)
    assert done.code == 10
    assert "Журнал не записан" in done.err


def test_signature_of_gost(roscherk: Roscherk, practising: str, document: Path) -> None:
    """An attached GOST signature in base64 passes under its practice root."""
    options = ("--attached", "--encoding", "base64", "--output", document.with_name("a.p7m"))
    assert roscherk("sign", document, "--key", practising, *options).code == 0
    done = roscherk("verify", document.with_name("a.p7m"), "--allow-practice", "--json")
    assert done.code == 0
    assert done.json["files"][0]["format"] == "cms-attached"
    assert done.json["files"][0]["signatures"][0]["algorithms"]["digest"] == "streebog256"
