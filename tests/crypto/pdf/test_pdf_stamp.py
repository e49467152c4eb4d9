"""The mark: what ГОСТ Р 7.0.97 prescribes, from the certificate alone, legible whatever the name."""

import io
import itertools
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.fields import describe
from app.crypto.pdf.fields import signature_fields
from app.crypto.pdf.stamp import Drawing
from app.crypto.pdf.stamp_words import Telling, owner, stamp_text
from app.crypto.verdict.facts import CertificateFacts, Name

RSA = pki_of(KeyAlgorithm.RSA)


@pytest.fixture(scope="module")
def certificate() -> CertificateFacts:
    """Return the certificate of the tests' signer."""
    return describe(RSA.leaf)


def text_of(pdf: bytes | Path, page: int = 1) -> str:
    """Return the text of a page as pdftotext reads it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (poppler-utils)")
    data = pdf if isinstance(pdf, bytes) else pdf.read_bytes()
    command = ["pdftotext", "-f", str(page), "-l", str(page), "-layout", "-", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True, timeout=60)
    return " ".join(done.stdout.decode().split())


def test_says_what_is_prescribed(signed_rsa: Path, certificate: CertificateFacts) -> None:
    """Phrase, number, owner and term stand on the last page, as text that can be searched."""
    said = text_of(signed_rsa, page=4)
    assert "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ" in said
    assert f"Сертификат: {certificate.serial}" in said
    assert "Владелец: Тестов Тест Тестович" in said
    assert "Действителен: с 01.01.2024 по 01.01.2044" in said
    assert "ДОКУМЕНТ ПОДПИСАН" not in text_of(signed_rsa, page=1)


def test_practice_never_says_signed(contract: Path, tmp_path: Path) -> None:
    """A practice signature bears another phrase and never the one of ГОСТ (decision 16)."""
    signed = sign_pdf(contract, RSA, practice=True, output=tmp_path / "out.pdf").target
    said = text_of(signed, page=4)
    assert "УЧЕБНЫЙ ОБРАЗЕЦ, НЕ ПОДПИСЬ" in said
    assert "ПОДПИСАН ЭЛЕКТРОННОЙ" not in said


def test_marks_do_not_overlap(contract: Path, tmp_path: Path) -> None:
    """Three marks on one page stand one above the other."""
    source = contract
    for number in range(3):
        source = sign_pdf(source, RSA, output=tmp_path / f"{number}.pdf").target
    reader = PdfFileReader(io.BytesIO(source.read_bytes()))
    areas = sorted(
        [float(x) for x in field.dictionary["/Rect"]] for field in signature_fields(reader.root)
    )
    areas.sort(key=lambda area: area[1])
    for below, above in itertools.pairwise(areas):
        assert above[1] >= below[3]


def test_days_are_those_of_the_zone(certificate: CertificateFacts) -> None:
    """The term is told in days of the given time zone."""
    late = replace(certificate, not_after=datetime(2027, 3, 31, 23, 30, tzinfo=UTC))
    assert stamp_text(late, Telling(zone=UTC)).rows[2].value.endswith("31.03.2027")


@pytest.mark.parametrize(
    "name",
    [
        "Ф" * 10_000,
        "очень длинная организация " * 30,
        "a\u202eb\u0000c\nd\u2066",
        "日本語 العربية 🙂",
        "",
        " ",
    ],
)
def test_any_name_can_be_drawn(name: str, certificate: CertificateFacts) -> None:
    """No name breaks the mark, grows it over the page or turns it around."""
    text = stamp_text(
        replace(certificate, subject=Name(text=name or "-", common_name=name)), Telling()
    )
    assert not any(c in text.rows[1].value for c in "\u202e\u2066\n\0")
    stamp = Drawing(text).within(560, 800)
    assert stamp.height < 300
    assert PdfFileReader(io.BytesIO(stamp.pdf)).root["/Pages"]["/Count"] == 1


def test_owner_is_the_person_first(certificate: CertificateFacts) -> None:
    """The person's names come before the common name, the firm last."""
    assert owner(certificate) == "Тестов Тест Тестович"
    firm = Name(text="O=Фирма", organization="Фирма")
    assert owner(replace(certificate, subject=firm)) == "Фирма"
    nobody = Name(text="C=RU")
    assert owner(replace(certificate, subject=nobody)) == "C=RU"


def test_fonts_are_embedded_in_part(signed_rsa: Path) -> None:
    """The mark brings its letters along, and no more than those."""
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts is not installed (poppler-utils)")
    said = subprocess.run(["pdffonts", signed_rsa], capture_output=True, check=True, timeout=60)
    lines = said.stdout.decode().splitlines()[2:]
    assert lines
    assert all("yes yes" in line and "+Inter" in line for line in lines)
