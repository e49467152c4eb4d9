"""Marks in documents: on which pages, where exactly, and never at the cost of a signature."""

import io
import shutil
import subprocess
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from asn1crypto import x509
from fpdf import FPDF
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from stand_ins.pki import NOW, pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.fields import describe
from app.crypto.pdf.checking import check_pdf
from app.crypto.pdf.fields import signature_fields
from app.crypto.pdf.marking import MarkOrder, draw_mark_in
from app.crypto.pdf.page_boxes import page_box, rectangle_of
from app.crypto.pdf.placing import Rectangle
from app.crypto.pdf.stamp_words import Telling, stamp_text
from app.crypto.pdf.update import Update
from app.crypto.stamping.style import StampBox, StampPosition, StampPreset, StampStyle
from app.crypto.verdict.facts import ChangesAfter, Coverage
from app.errors import ErrorCode, RoscherkError

RSA = pki_of(KeyAlgorithm.RSA)
MM = 72 / 25.4


def page_of(size: tuple[float, float] = (595, 842), pages: int = 1) -> bytes:
    """Return blank pages."""
    with pdfium.PdfDocument.new() as document:
        for _ in range(pages):
            document.new_page(*size)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def turned(data: bytes, rotation: int, crop: tuple[int, ...] | None) -> bytes:
    """Turn and crop the first page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Rotate")] = generic.NumberObject(rotation)
    if crop is not None:
        page[generic.pdf_name("/CropBox")] = generic.ArrayObject(map(generic.NumberObject, crop))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def marks(path: Path) -> dict[int, list[Rectangle]]:
    """Return where marks stand on each page as displayed, from page 1 on."""
    reader = PdfFileReader(io.BytesIO(path.read_bytes()))
    found = {}
    for number, kid in enumerate(reader.root["/Pages"]["/Kids"], 1):
        page = kid.get_object()
        box = page_box(page)
        areas = [rectangle_of(one.get_object(), box) for one in page.get("/Annots", ())]
        found[number] = [area for area in areas if area is not None]
    return {number: areas for number, areas in found.items() if areas}


def make(path: Path, data: bytes) -> Path:
    """Write a document."""
    path.write_bytes(data)
    return path


def valid_for_others(path: Path, count: int) -> None:
    """Demand that pyHanko and pdfsig find every signature valid."""
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(RSA.root)],
        other_certs=[x509.Certificate.load(RSA.ca)],
        moment=NOW,
        allow_fetching=False,
    )
    reader = PdfFileReader(io.BytesIO(path.read_bytes()))
    assert len(reader.embedded_signatures) == count
    for embedded in reader.embedded_signatures:
        status = validate_pdf_signature(
            embedded,
            context,
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
        assert status.bottom_line, status.pretty_print_details()
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig is not installed (poppler-utils)")
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, check=False, timeout=60)
    assert said.stdout.decode().count("Signature is Valid") == count


def test_all_pages_with_one_signature(tmp_path: Path) -> None:
    """The first chosen page has the field, the others stamps; all of it is inside what is signed."""
    source = make(tmp_path / "in.pdf", page_of(pages=5))
    style = StampStyle(pages="2,4-5")
    signed = sign_pdf(source, RSA, stamp=style, output=tmp_path / "out.pdf")
    assert signed.notices == ()
    assert sorted(marks(signed.target)) == [2, 4, 5]
    reader = PdfFileReader(io.BytesIO(signed.target.read_bytes()))
    pages = [page.get_object() for page in reader.root["/Pages"]["/Kids"]]
    kinds = [pages[n]["/Annots"][0].get_object()["/Subtype"] for n in (1, 3, 4)]
    assert kinds == ["/Widget", "/Stamp", "/Stamp"]
    (field,) = signature_fields(reader.root)
    assert len(field.widgets) == 1
    forms = {pages[n]["/Annots"][0].get_object()["/AP"].raw_get("/N").idnum for n in (1, 3, 4)}
    assert len(forms) == 1, "pages that are turned alike share one form"
    (facts,) = check_pdf(signed.target).signatures
    assert facts.coverage is Coverage.WHOLE_FILE
    assert facts.signature_verifies
    valid_for_others(signed.target, 1)


def test_second_signer_spoils_nothing(tmp_path: Path) -> None:
    """Marks on further pages would break signature one: the second signer gets one, and is told."""
    source = make(tmp_path / "in.pdf", page_of(pages=3))
    style = StampStyle(pages="all")
    first = sign_pdf(source, RSA, stamp=style, output=tmp_path / "1.pdf").target
    second = sign_pdf(first, RSA, stamp=style, output=tmp_path / "2.pdf")
    assert [(one.code, one.facts) for one in second.notices] == [("stamp_one_page", {"page": 1})]
    found = marks(second.target)
    assert [len(found[number]) for number in (1, 2, 3)] == [2, 1, 1]
    assert not found[1][0].meets(found[1][1])
    old, new = check_pdf(second.target).signatures
    assert old.signature_verifies
    assert old.changes_after is ChangesAfter.SIGNATURE
    assert not old.constraint_problems
    assert new.coverage is Coverage.WHOLE_FILE
    valid_for_others(second.target, 2)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (50, 100, 545, 742)])
def test_exact_place(rotation: int, crop: tuple[int, ...] | None, tmp_path: Path) -> None:
    """Millimetres count from the upper left corner of the page as displayed, however it is turned."""
    source = make(tmp_path / "in.pdf", turned(page_of(), rotation, crop))
    style = StampStyle(box=StampBox(x=20, y=30, width=80, height=30))
    signed = sign_pdf(source, RSA, stamp=style, output=tmp_path / "out.pdf").target
    ((area,),) = marks(signed).values()
    with pdfium.PdfDocument(signed) as document:
        document.init_forms()
        page = document[0]
        height = page.get_size()[1]
        shown = page.render(scale=2, may_draw_forms=True).to_pil().convert("L")
    assert area.left == pytest.approx(20 * MM, abs=0.01)
    assert area.top == pytest.approx(height - 30 * MM, abs=0.01)
    assert area.right - area.left == pytest.approx(80 * MM, abs=0.01)
    assert area.top - area.bottom == pytest.approx(30 * MM, abs=0.01)
    ink = shown.point(lambda shade: 255 if shade < 200 else 0).getbbox()
    assert ink is not None
    wanted = (20 * MM, 30 * MM, 100 * MM, 60 * MM)
    assert [edge / 2 for edge in ink] == pytest.approx(wanted, abs=2)


@pytest.mark.parametrize(
    ("box", "code"),
    [
        ((150, 10, 80, 30), ErrorCode.STAMP_PLACE_INVALID),
        ((10, 280, 80, 30), ErrorCode.STAMP_PLACE_INVALID),
        ((-5, 10, 80, 30), ErrorCode.STAMP_PLACE_INVALID),
        ((10, 10, 40, 8), ErrorCode.STAMP_TOO_SMALL),
        ((10, 10, 20, 80), ErrorCode.STAMP_TOO_SMALL),
    ],
)
def test_exact_place_that_cannot_be(
    box: tuple[float, ...], code: ErrorCode, tmp_path: Path
) -> None:
    """A place off the page or too small for six points is refused with the sizes that matter."""
    source = make(tmp_path / "in.pdf", page_of())
    x, y, width, height = box
    style = StampStyle(box=StampBox(x=x, y=y, width=width, height=height))
    with pytest.raises(RoscherkError) as caught:
        sign_pdf(source, RSA, stamp=style, output=tmp_path / "out.pdf")
    assert caught.value.code is code
    assert [path.name for path in tmp_path.iterdir()] == ["in.pdf"]


def test_exact_place_of_another_mark(tmp_path: Path) -> None:
    """A place that another signature's mark has is refused."""
    source = make(tmp_path / "in.pdf", page_of())
    style = StampStyle(box=StampBox(x=20, y=30, width=80, height=30))
    first = sign_pdf(source, RSA, stamp=style, output=tmp_path / "1.pdf").target
    with pytest.raises(RoscherkError) as caught:
        sign_pdf(first, RSA, stamp=style, output=tmp_path / "2.pdf")
    assert caught.value.code is ErrorCode.STAMP_NO_ROOM
    assert caught.value.facts["page"] == 1


def test_page_that_others_filled(tmp_path: Path) -> None:
    """Marks fill a small page one by one; then the next is refused, and nothing is laid over."""
    source = make(tmp_path / "in.pdf", page_of((300, 250)))
    style = StampStyle(preset=StampPreset.COMPACT)
    for number in range(4):
        try:
            source = sign_pdf(source, RSA, stamp=style, output=tmp_path / f"{number}.pdf").target
        except RoscherkError as error:
            assert error.code is ErrorCode.STAMP_NO_ROOM  # noqa: PT017 - one of several rounds
            break
        (areas,) = marks(source).values()
        assert len(areas) == number + 1
        for one in areas[:-1]:
            assert not one.meets(areas[-1])
    else:
        pytest.fail("a page of 10 × 9 cm took four marks")


def test_page_too_small_for_words(tmp_path: Path) -> None:
    """A page of a thumbnail's size is signed without a mark, and that is told."""
    source = make(tmp_path / "in.pdf", page_of((90, 60)))
    signed = sign_pdf(source, RSA, output=tmp_path / "out.pdf")
    assert [one.code for one in signed.notices] == ["stamp_left_out"]
    assert not marks(signed.target)


def test_narrow_page_gets_a_narrow_mark(tmp_path: Path) -> None:
    """A receipt of 58 mm width is wide enough for a mark in small type."""
    source = make(tmp_path / "in.pdf", page_of((164, 400)))
    signed = sign_pdf(source, RSA, output=tmp_path / "out.pdf")
    assert signed.notices == ()
    ((area,),) = marks(signed.target).values()
    assert 0 < area.left < area.right < 164


@pytest.mark.parametrize("pages", ["2", "1-9", "0"])
def test_pages_that_are_not_there(pages: str, tmp_path: Path) -> None:
    """A page that the document lacks is an error, with the number it has."""
    source = make(tmp_path / "in.pdf", page_of())
    with pytest.raises(RoscherkError) as caught:
        sign_pdf(source, RSA, stamp=StampStyle(pages=pages), output=tmp_path / "out.pdf")
    assert caught.value.code is ErrorCode.STAMP_PAGES_INVALID
    assert caught.value.facts["count"] == 1


def test_text_under_a_named_place_is_told(contract: Path, tmp_path: Path) -> None:
    """Where the user insists on a printed place, the mark goes there and that is said."""
    style = StampStyle(pages="1", box=StampBox(x=30, y=60, width=90, height=35))
    signed = sign_pdf(contract, RSA, stamp=style, output=tmp_path / "out.pdf")
    assert [(one.code, one.facts) for one in signed.notices] == [
        ("stamp_over_text", {"pages": "1"})
    ]


def test_named_corner(tmp_path: Path) -> None:
    """A corner is where it is on the page as displayed."""
    source = make(tmp_path / "in.pdf", turned(page_of(), 90, None))
    style = StampStyle(position=StampPosition.TOP_LEFT)
    signed = sign_pdf(source, RSA, stamp=style, output=tmp_path / "out.pdf").target
    ((area,),) = marks(signed).values()
    assert area.left == pytest.approx(22, abs=0.01)
    assert area.top == pytest.approx(595 - 22, abs=0.01)


def test_closer_before_text_is_covered(tmp_path: Path) -> None:
    """A blank place that is too small for the natural mark takes one that is set closer."""
    paper = FPDF(unit="pt", format=(300, 400))
    paper.add_page()
    paper.set_fill_color(90, 90, 90)
    for y in range(0, 400, 8):
        paper.rect(0, y, 300 if y < 290 else 75, 4, style="F")
    data = bytes(paper.output())
    signed = sign_pdf(make(tmp_path / "in.pdf", data), RSA, output=tmp_path / "out.pdf")
    assert signed.notices == ()
    ((area,),) = marks(signed.target).values()
    assert area.left > 75
    assert area.right - area.left < 225


@pytest.mark.parametrize("rotation", [0, 90])
def test_field_that_is_there(rotation: int, tmp_path: Path) -> None:
    """The rectangle of an empty field is filled, upright, or refused if it is too small."""
    for box, fits in (((100, 100, 300, 220), True), ((100, 100, 130, 120), False)):
        writer = IncrementalPdfFileWriter(io.BytesIO(turned(page_of(), rotation, None)))
        append_signature_field(writer, SigFieldSpec("Подпись директора", box=box))
        out = io.BytesIO()
        writer.write(out)
        reader = PdfFileReader(out)
        update = Update(reader, lambda _: None)
        text = stamp_text(describe(RSA.leaf), Telling())
        order = MarkOrder(document=tmp_path / "none.pdf", style=StampStyle(), text=text)
        (field,) = signature_fields(reader.root)
        if not fits:
            with pytest.raises(RoscherkError) as caught:
                draw_mark_in(update, order, field)
            assert caught.value.code is ErrorCode.STAMP_TOO_SMALL
            continue
        mark = draw_mark_in(update, order, field)
        assert mark.place is not None
        assert mark.appearance is not None
        assert mark.place.rectangle == pytest.approx(box)
        _, _, width, height = mark.appearance.get_object()["/BBox"]
        assert (float(width), float(height)) == ((200, 120) if rotation == 0 else (120, 200))


def test_a_watermark_takes_no_place(tmp_path: Path) -> None:
    """A stamp annotation over the whole page does not keep signers from signing."""
    writer = IncrementalPdfFileWriter(io.BytesIO(page_of()))
    page = writer.root["/Pages"]["/Kids"][0]
    watermark = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Stamp"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                map(generic.NumberObject, (0, 0, 595, 842))
            ),
        }
    )
    page[generic.pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(watermark)])
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    source = make(tmp_path / "in.pdf", out.getvalue())
    assert sign_pdf(source, RSA, output=tmp_path / "out.pdf").target.exists()
