"""The sample contract: a real-looking document of several pages that nobody can take for real."""

import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from stand_ins.signed_pdf import NoProgress

from app.crypto.certificates import numbers
from app.crypto.practice.names import INN_LE, OGRN
from app.crypto.saving import new_job
from app.errors import ErrorCode, RoscherkError
from app.reports import sample
from app.reports.printer import print_sample
from app.reports.printing import SampleRequest
from app.reports.sample_words import BUYER, GOODS, SUPPLIER


def pages_of(pdf: Path) -> list[str]:
    """Return the text of each page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (poppler-utils)")
    done = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode().split("\f")[:-1]


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the contract."""
    path = tmp_path_factory.mktemp("sample") / "договор.pdf"
    path.write_bytes(sample.contract())
    return path


def test_same_bytes_every_time(contract: Path) -> None:
    """Two calls give the same file."""
    assert sample.contract() == contract.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a limit of Unix")
def test_a_disk_that_is_full_is_told_in_words(tmp_path: Path) -> None:
    """Wherever writing ends, nothing of it is left."""
    resource = importlib.import_module("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    order = SampleRequest(folder=tmp_path, name="a.pdf", job=new_job())
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(RoscherkError) as caught:
            print_sample(order, NoProgress())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.code is ErrorCode.DISK_FULL
    assert not list(tmp_path.iterdir())


def test_every_page_says_practice(contract: Path) -> None:
    """No page can be taken out and shown as real."""
    pages = pages_of(contract)
    assert len(pages) >= 3
    for number, text in enumerate(pages, start=1):
        assert "УЧЕБНЫЙ ДОКУМЕНТ" in text
        assert re.search(rf"\b{number} ?/ ?{len(pages)}\s*$", text)


def test_sum_is_that_of_the_table(contract: Path) -> None:
    """The specification adds up, in figures and in words."""
    total = sum(count * price for *_, count, price in GOODS)
    last = " ".join(pages_of(contract)[-1].split())
    assert total == 126_953_200
    assert "Итого: 1 269 532,00 ₽" in last
    assert "один миллион двести шестьдесят девять тысяч пятьсот тридцать два рубля" in last


def test_numbers_are_well_formed_and_nobodys() -> None:
    """The parties' numbers have right check digits, in a region that does not exist."""
    for party in (SUPPLIER, BUYER):
        assert numbers.inn_of_entity(party.inn)
        assert numbers.ogrn(party.ogrn)
        assert party.inn.startswith("00")
        assert "УЧЕБНЫЙ" in party.name
        assert party.email.endswith("@example.com")


def test_supplier_is_the_practice_firm() -> None:
    """The practice certificate is that of a party to the contract."""
    assert (SUPPLIER.inn, SUPPLIER.ogrn) == (INN_LE, OGRN)


def test_room_for_marks(contract: Path) -> None:
    """The lower part of the last page is free."""
    last = pages_of(contract)[-1]
    assert re.search(r"Отметки об электронных подписях ставятся ниже\.\s+Договор", last)
