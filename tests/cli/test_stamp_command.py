"""`stamp`, and the options of `sign` about the mark."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from roscherk_run import PASSWORD, Firm, Roscherk
from stand_ins.contract import make_contract

Typed = Callable[[bytes], None]


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """Return a contract in a folder of its own."""
    (tmp_path / "Папка").mkdir()
    return make_contract(tmp_path / "Папка" / "Договор.pdf")


def pages_with_marks(path: Path) -> list[int]:
    """Return the numbers of the pages that bear annotations."""
    with path.open("rb") as file:
        kids = PdfFileReader(file).root["/Pages"]["/Kids"]
        return [n for n, page in enumerate(kids, 1) if page.get_object().get("/Annots")]


def test_copy_of_a_detached_signature(
    roscherk: Roscherk, firm: Firm, contract: Path, typed: Typed
) -> None:
    """Sign beside, then show it: the copy is told with the file that counts."""
    typed(PASSWORD)
    signed = roscherk("sign", contract, "--key", firm.key, "--password-stdin", "--format", "cades")
    assert signed.code == 0, signed.err
    done = roscherk("stamp", contract, "--preset", "compact", "--pages", "1,4", "--qr")
    assert done.code == 0, done.err
    copy = contract.with_name("Договор (со штампом).pdf")
    assert pages_with_marks(copy) == [1, 4]
    assert "Копия со штампом: " in done.out
    assert "Договор.pdf.sig" in done.out
    assert "Доверие к сертификату не установлено" in done.out
    assert roscherk("verify", copy).code == 30, "a copy is not signed"


def test_copy_in_json(roscherk: Roscherk, practising: str, contract: Path, tmp_path: Path) -> None:
    """A practice copy says that it is one, in words for scripts too."""
    assert roscherk("sign", contract, "--key", practising).code == 0
    signed = contract.with_name("Договор.УЧЕБНАЯ.pdf")
    target = tmp_path / "копия.pdf"
    done = roscherk("stamp", signed, "--output", target, "--json")
    assert done.code == 0, done.err
    answer = done.json
    assert answer["schema"] == "roscherk.stamp/1"
    assert answer["practice"] is True
    assert answer["target"] == str(target)
    assert answer["signed_in"] == str(signed)
    assert answer["marks"] == 1
    assert answer["notices"] == []


def test_nothing_to_show(roscherk: Roscherk, contract: Path) -> None:
    """A document that nobody signed is an error with advice."""
    done = roscherk("stamp", contract, "--json")
    assert done.code == 1
    assert done.json["code"] == "stamp_signature_missing"
    assert "Что делать: Укажите файл подписи" in done.err
    assert roscherk("stamp", contract.with_name("нет.pdf")).code == 1


def test_mark_of_a_signature(
    roscherk: Roscherk, firm: Firm, contract: Path, tmp_path: Path, typed: Typed
) -> None:
    """All that can be chosen of the mark, in one call; what comes of it is in the JSON."""
    Image.new("RGB", (40, 40), "red").save(tmp_path / "logo.png")
    typed(PASSWORD)
    options = (
        *("--stamp", "gost-2016", "--stamp-pages", "all", "--stamp-position", "top-right"),
        *("--stamp-logo", tmp_path / "logo.png", "--stamp-facsimile", tmp_path / "logo.png"),
        *("--stamp-qr", "--stamp-note", "Основание: доверенность", "--stamp-colour", "black"),
        "--stamp-no-frame",
    )
    done = roscherk("sign", contract, "--key", firm.key, "--password-stdin", *options, "--json")
    assert done.code == 0, done.err
    (file,) = done.json["files"]
    assert pages_with_marks(Path(file["target"])) == [1, 2, 3, 4]
    assert {one["code"] for one in file["notices"]} == {"stamp_over_text"}


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--stamp-pages", "5-3x", "stamp_pages_invalid"),
        ("--stamp-position", "middle", "stamp_place_invalid"),
        ("--stamp-logo", "/нет/такого.png", "file_not_found"),
    ],
)
def test_wrong_options_before_any_secret(  # noqa: PLR0917 - fixtures
    option: str, value: str, code: str, roscherk: Roscherk, firm: Firm, contract: Path
) -> None:
    """What cannot be is told before a password is asked for: none is given here."""
    done = roscherk("sign", contract, "--key", firm.key, option, value, "--json")
    assert done.code == 1
    assert done.json["code"] == code


def test_no_such_page(roscherk: Roscherk, firm: Firm, contract: Path, typed: Typed) -> None:
    """A page that this document lacks is an error of this document."""
    typed(PASSWORD)
    options = ("--key", firm.key, "--password-stdin", "--stamp-pages", "9", "--json")
    done = roscherk("sign", contract, *options)
    assert done.code == 1
    assert done.json["files"][0]["error"]["code"] == "stamp_pages_invalid"
    assert "Страниц в документе: 4." in done.err


def test_settings(
    roscherk: Roscherk, firm: Firm, contract: Path, profile: Path, typed: Typed
) -> None:
    """The mark can be switched off for good, and asked for all the same."""
    settings = profile / "config" / "settings.toml"
    for option, pages in ((), []), (("--stamp-pages", "first"), [1]), (("--stamp", "none"), []):
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("[signing]\nstamp = false\n")
        typed(PASSWORD)
        done = roscherk("sign", contract, "--key", firm.key, "--password-stdin", *option, "--json")
        assert done.code == 0, done.err
        target = Path(done.json["files"][0]["target"])
        with target.open("rb") as file:
            page = PdfFileReader(file).root["/Pages"]["/Kids"][0].get_object()
            shown = [one.get_object()["/Rect"] for one in page.get("/Annots", ())]
        assert bool(shown and any(float(x) for x in shown[0])) is bool(pages)
