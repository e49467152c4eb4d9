"""The mark: what ГОСТ Р 7.0.97 prescribes, from the certificate alone, legible whatever the name."""

import hashlib
import io
import itertools
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.fields import describe
from app.crypto.pdf.fields import signature_fields
from app.crypto.pdf.stamp import Drawing, Look
from app.crypto.pdf.stamp_layout import SMALLEST, Content, set_mark
from app.crypto.pdf.stamp_words import Telling, owner, stamp_text
from app.crypto.stamping.style import StampPreset, StampStyle
from app.crypto.verdict.facts import CertificateFacts, Name
from app.errors import ErrorCode, RoscherkError

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


@given(
    preset=st.sampled_from(StampPreset),
    width=st.floats(104, 560),
    scale=st.floats(0.65, 1.6),
    name=st.text(max_size=400),
    note=st.text(max_size=200),
    copy=st.booleans(),
    picture=st.sampled_from([None, (10, 600), (600, 10), (300, 300)]),
)
@settings(deadline=None, max_examples=100)
def test_everything_stands_inside_and_can_be_read(
    *,
    preset: StampPreset,
    width: float,
    scale: float,
    name: str,
    note: str,
    copy: bool,
    picture: tuple[int, int] | None,
) -> None:
    """Whatever is set: nothing stands out, nothing is smaller than six points, no line meets one."""
    certificate = replace(describe(RSA.leaf), subject=Name(text=name, common_name=name))
    telling = Telling(preset=preset, note=note, copy_of="x" * 300 if copy else "", unconfirmed=copy)
    content = Content(stamp_text(certificate, telling), logo=picture, facsimile=picture)
    layout = set_mark(content, width, lambda text, _strong, size: 0.6 * size * len(text), scale)
    assume(not layout.cramped)
    for line in layout.lines:
        assert line.size >= SMALLEST
        assert line.x >= 0
        assert 0.6 * line.size * len(line.text) + line.x <= width + 0.1 or len(line.text) == 1
        assert 0 < line.y <= layout.height
    for area in (layout.logo, layout.facsimile):
        if area is not None:
            assert min(area.x, area.y) >= 0
            assert area.x + area.width <= width
            assert area.y + area.height <= layout.height
    for one, other in itertools.combinations(layout.lines, 2):
        if abs(one.y - other.y) < 0.5 * max(one.size, other.size):
            first, second = sorted((one, other), key=lambda line: line.x)
            assert first.x + 0.6 * first.size * len(first.text) <= second.x + 0.1


def test_large_type_is_not_set_where_words_do_not_fit(certificate: CertificateFacts) -> None:
    """A narrow and high rectangle gets the type its words have room for, and no larger."""
    drawing = Drawing(stamp_text(certificate, Telling()), Look(logo=Image.new("RGB", (50, 50))))
    stamp = drawing.exactly(130, 800)
    said = text_of(stamp.pdf)
    for word in ("ДОКУМЕНТ", "ПОДПИСАН", "ЭЛЕКТРОННОЙ", "ПОДПИСЬЮ", "Действителен:"):
        assert word in said


@pytest.mark.parametrize("width", [110, 150, 200, 260, 400])
def test_the_least_room_is_named_rightly(width: float, certificate: CertificateFacts) -> None:
    """Too small a rectangle is refused, and the size that is named as the least is enough."""
    drawing = Drawing(stamp_text(certificate, Telling(note="Основание: доверенность № 15")))
    with pytest.raises(RoscherkError) as caught:
        drawing.exactly(width, 20)
    assert caught.value.code is ErrorCode.STAMP_TOO_SMALL
    least = [float(caught.value.facts[name]) * 72 / 25.4 for name in ("width", "height")]
    stamp = drawing.exactly(*least)
    assert stamp.size == pytest.approx(least)
    with pytest.raises(RoscherkError):
        drawing.exactly(90, 800)


def test_an_exact_rectangle_is_filled(certificate: CertificateFacts) -> None:
    """More room means larger type; the frame stands where it was wanted."""
    drawing = Drawing(stamp_text(certificate, Telling()))
    small, large = drawing.exactly(200, 80), drawing.exactly(400, 160)
    assert small.size == (200, 80)
    assert large.size == (400, 160)
    assert max(type_sizes(large.pdf)) > 1.4 * max(type_sizes(small.pdf))
    assert min(type_sizes(small.pdf)) >= SMALLEST


def type_sizes(pdf: bytes) -> list[float]:
    """Return the sizes of type in a drawn mark."""
    content = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"][0]["/Contents"].data
    return [float(size) for size in re.findall(rb"/F\d+ ([\d.]+) Tf", content)]


def test_forms(certificate: CertificateFacts) -> None:
    """Each form says the same four things in its own way."""
    said = {
        preset: text_of(
            Drawing(stamp_text(certificate, Telling(preset=preset))).within(560, 800).pdf
        )
        for preset in (StampPreset.GOST_2025, StampPreset.GOST_2016, StampPreset.COMPACT)
    }
    for text in said.values():
        assert "документ подписан электронной подписью" in text.lower()
        assert certificate.serial in text
        assert "Тестов Тест Тестович" in text
        assert "с 01.01.2024 по 01.01.2044" in text
    assert "Владелец: " in said[StampPreset.GOST_2025]
    assert "Владелец Т" in said[StampPreset.GOST_2016].replace("  ", " ")


def test_time_only_where_it_is_proved(certificate: CertificateFacts) -> None:
    """Date and time come with a time-stamp, and never in the older form."""
    moment = datetime(2026, 6, 1, 12, 0, 5, tzinfo=UTC)
    moscow = timezone(timedelta(hours=3))

    def said(preset: StampPreset, at: datetime | None) -> list[str]:
        telling = Telling(preset=preset, signed_at=at, zone=moscow)
        return [row.value for row in stamp_text(certificate, telling).rows]

    assert said(StampPreset.GOST_2025, moment)[-1] == "01.06.2026 15:00:05 (UTC+03:00)"
    assert said(StampPreset.COMPACT, moment)[-1] == "01.06.2026 15:00:05 (UTC+03:00)"
    assert said(StampPreset.GOST_2016, moment) == said(StampPreset.GOST_2016, None)
    assert len(said(StampPreset.GOST_2025, None)) == 3


def test_missing_letters_are_shown(certificate: CertificateFacts) -> None:
    """A name in letters that we do not have does not look like no name at all."""
    subject = Name(text="x", common_name="日本 Иванов")
    drawn = Drawing(stamp_text(replace(certificate, subject=subject), Telling()))
    assert "?? Иванов" in text_of(drawn.within(560, 800).pdf)


def test_qr_can_be_read(contract: Path, tmp_path: Path) -> None:
    """The code in a signed document holds the certificate and the hash of what was signed."""
    style = StampStyle(qr=True)
    signed = sign_pdf(contract, RSA, stamp=style, output=tmp_path / "qr.pdf").target
    with pdfium.PdfDocument(signed) as document:
        document.init_forms()
        shown = document[3].render(scale=3, may_draw_forms=True).to_pil()
    (code,) = zxingcpp.read_barcodes(shown)
    serial = describe(RSA.leaf).serial
    digest = hashlib.sha256(contract.read_bytes()).hexdigest()
    assert code.text == f"Сертификат: {serial}\nSHA-256 документа до подписания: {digest}"
    assert "QR-код: номер сертификата и SHA-256 документа до подписания." in text_of(signed, 4)


def test_pictures_are_drawn(contract: Path, tmp_path: Path) -> None:
    """An emblem and a facsimile come into the document, the latter with its note."""
    for name, colour in (("logo", "#ff0000"), ("hand", "#00ff00")):
        Image.new("RGB", (80, 40), colour).save(tmp_path / f"{name}.png")
    style = StampStyle(logo=tmp_path / "logo.png", facsimile=tmp_path / "hand.png")
    signed = sign_pdf(contract, RSA, stamp=style, output=tmp_path / "out.pdf").target
    with pdfium.PdfDocument(signed) as document:
        document.init_forms()
        shown = document[3].render(scale=1, may_draw_forms=True).to_pil().convert("RGB")
    colours = {colour for _, colour in shown.getcolors(1 << 20) or []}
    assert {(255, 0, 0), (0, 255, 0)} <= colours
    assert "Само по себе ничего не удостоверяет" in text_of(signed, 4)


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
