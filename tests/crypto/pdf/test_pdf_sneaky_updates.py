"""Updates that pass for additions of evidence and signatures, and change what is seen or done."""

from collections.abc import Callable
from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from stand_ins.pki import pki_of
from stand_ins.signed_pdf import sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.pdf.checking import check_pdf
from app.crypto.pdf.codes import ConstraintProblem, Remark
from app.crypto.verdict.facts import ChangesAfter, SignatureFacts

RSA = pki_of(KeyAlgorithm.RSA)
WHITE = b"1 g 0 0 595 842 re f 0 g BT /F1 18 Tf 72 700 Td (Contract: 999 RUB) Tj ET"

Writer = IncrementalPdfFileWriter


def after(document: bytes, change: forge.Change, folder: Path) -> SignatureFacts:
    """Sign a document, let the change be made, return the facts of the signature."""
    source, signed = folder / "source.pdf", folder / "signed.pdf"
    source.write_bytes(document)
    forged = forge.updated(change)(
        sign_pdf(source, RSA, stamp=False, output=signed).target.read_bytes()
    )
    signed.write_bytes(forged)
    return next(one for one in check_pdf(signed).signatures if one.field_name == "Signature1")


def codes(facts: SignatureFacts) -> set[str]:
    """Return what speaks against a signature because of later changes."""
    return {str(one.code) for one in (*facts.format_problems, *facts.constraint_problems)}


def numbers(*values: int) -> generic.ArrayObject:
    """Return an array of numbers."""
    return generic.ArrayObject(map(generic.NumberObject, values))


def add_field(writer: Writer, name: str, **entries: generic.PdfObject) -> None:
    """Add a signature field, shown on the first page."""
    field = {
        "Type": pdf_name("/Annot"),
        "Subtype": pdf_name("/Widget"),
        "FT": pdf_name("/Sig"),
        "T": generic.pdf_string(name),
        "F": generic.NumberObject(4),
        "Rect": numbers(0, 0, 0, 0),
        **entries,
    }
    reference = writer.add_object(
        generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in field.items()})
    )
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    writer.register_annotation(page, reference)


def painted(writer: Writer) -> generic.DictionaryObject:
    """Return an appearance that paints over the page."""
    return generic.DictionaryObject({pdf_name("/N"): forge.overlay(writer)})


@pytest.mark.parametrize("key", [b"Certs", b"CRLs", b"OCSPs"])
def test_array_of_the_store_that_is_also_drawn(key: bytes, tmp_path: Path) -> None:
    """A list of evidence that is the content of a page as well: what is added to it is drawn."""
    objects = documents.objects_of_one_page(catalog=b"/DSS <</%s 8 0 R>>" % key)
    objects[3] = objects[3].replace(b"/Contents 4 0 R", b"/Contents 8 0 R")
    objects |= {6: b"null", 7: b"null", 8: b"[4 0 R]"}

    def grow(writer: Writer) -> None:
        array = writer.root["/DSS"][f"/{key.decode()}"]
        array.append(writer.add_object(generic.StreamObject(stream_data=WHITE)))
        writer.update_container(array)

    facts = after(documents.assemble(objects), grow, tmp_path)
    assert facts.changes_after is ChangesAfter.UNDEFINED
    assert ConstraintProblem.CHANGED_AFTER in codes(facts)


@pytest.mark.parametrize(
    "rectangle",
    [numbers(60, 690, 400, 730, 0), generic.pdf_string("60 690 400 730"), numbers(60, 690, 400)],
)
def test_field_that_nobody_signs_with_an_odd_rectangle(
    rectangle: generic.PdfObject, tmp_path: Path
) -> None:
    """What is no proper rectangle may be one for somebody's viewer."""

    def draw(writer: Writer) -> None:
        add_field(writer, "Free", Rect=rectangle, AP=painted(writer))

    facts = after(documents.two_pages(), draw, tmp_path)
    assert facts.changes_after is ChangesAfter.UNDEFINED
    assert facts.constraint_problems


def _stamp_dictionary(writer: Writer) -> generic.IndirectObject:
    entries = {
        "/Type": pdf_name("/DocTimeStamp"),
        "/SubFilter": pdf_name("/ETSI.RFC3161"),
        "/ByteRange": numbers(0, 1, 2, 3),
        "/Contents": generic.ByteStringObject(b"0"),
    }
    return writer.add_object(
        generic.DictionaryObject({pdf_name(key): value for key, value in entries.items()})
    )


@pytest.mark.parametrize("rectangle", [numbers(60, 690, 400, 730), numbers(60, 690, 400, 730, 0)])
def test_time_stamp_that_paints(rectangle: generic.ArrayObject, tmp_path: Path) -> None:
    """Anybody gets a time-stamp without saying who he is: it may show nothing."""

    def draw(writer: Writer) -> None:
        value = _stamp_dictionary(writer)
        add_field(writer, "Stamp", Rect=rectangle, AP=painted(writer), V=value)

    facts = after(documents.two_pages(), draw, tmp_path)
    assert facts.changes_after is ChangesAfter.UNDEFINED
    assert ConstraintProblem.EMPTY_SIGNATURE_VISIBLE in codes(facts)


def _other_font(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/ZapfDingbats"}
    held = writer.add_object(
        generic.DictionaryObject({pdf_name(k): pdf_name(v) for k, v in font.items()})
    )
    fonts = generic.DictionaryObject({pdf_name("/F1"): held})
    form[pdf_name("/DR")] = generic.DictionaryObject({pdf_name("/Font"): fonts})
    writer.update_container(form)


def _font_in_place(writer: Writer) -> None:
    font = writer.root["/AcroForm"]["/DR"]["/Font"]["/F1"]
    font[pdf_name("/BaseFont")] = pdf_name("/ZapfDingbats")
    writer.update_container(font)


def _drawn_anew(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    form[pdf_name("/NeedAppearances")] = generic.BooleanObject(value=True)
    form[pdf_name("/DA")] = generic.pdf_string("/F1 40 Tf 1 g")
    writer.update_container(form)


def test_resources_replaced_in_their_place(tmp_path: Path) -> None:
    """The fonts of a form, an object by itself, name another font that the document has."""
    objects = documents.objects_of_one_page(catalog=b"/AcroForm 7 0 R")
    objects[3] = objects[3].replace(b"/F1 5 0 R", b"/F1 5 0 R /F2 9 0 R")
    objects |= {
        6: b"<</FT/Tx /T(Sum) /V(100) /DA(/F1 12 Tf 0 g)>>",
        7: b"<</Fields [6 0 R] /DR 8 0 R>>",
        8: b"<</Font <</F1 5 0 R>>>>",
        9: documents.FONT.replace(b"Helvetica", b"ZapfDingbats"),
    }

    def change(writer: Writer) -> None:
        resources = writer.root["/AcroForm"]["/DR"]
        fonts = resources["/Font"]
        fonts[pdf_name("/F1")] = generic.IndirectObject(9, 0, writer)
        writer.update_container(resources)

    facts = after(documents.assemble(objects), change, tmp_path)
    assert facts.changes_after not in {ChangesAfter.ARCHIVAL, ChangesAfter.SIGNATURE}
    assert facts.constraint_problems


@pytest.mark.parametrize("change", [_other_font, _font_in_place, _drawn_anew])
def test_form_that_is_drawn_otherwise(change: Callable[[Writer], None], tmp_path: Path) -> None:
    """The look of all fields, changed in the form itself, is neither evidence nor a signature."""
    facts = after(documents.with_form(), change, tmp_path)
    assert facts.changes_after not in {ChangesAfter.ARCHIVAL, ChangesAfter.SIGNATURE}
    assert facts.constraint_problems


def test_form_of_signatures_may_get_fonts(tmp_path: Path) -> None:
    """Others' programs add fonts when they sign; where nothing is written with them, let them."""

    def change(writer: Writer) -> None:
        _other_font(writer)
        add_field(writer, "Free")

    facts = after(documents.two_pages(), change, tmp_path)
    assert not codes(facts)


@pytest.mark.parametrize("key", ["A", "AA"])
@pytest.mark.parametrize("below", [False, True])
def test_field_that_acts(key: str, below: bool, tmp_path: Path) -> None:
    """An invisible field that runs a script when its page is shown is no evidence."""
    script = {"/S": pdf_name("/JavaScript"), "/JS": generic.pdf_string("x")}
    action = generic.DictionaryObject({pdf_name(name): one for name, one in script.items()})
    acts = action if key == "A" else generic.DictionaryObject({pdf_name("/PO"): action})

    def add(writer: Writer) -> None:
        if not below:
            add_field(writer, "Free", **{key: acts})
            return
        kid = generic.DictionaryObject(
            {pdf_name("/Subtype"): pdf_name("/Widget"), pdf_name(f"/{key}"): acts}
        )
        add_field(writer, "Free", Kids=generic.ArrayObject([writer.add_object(kid)]))

    facts = after(documents.two_pages(), add, tmp_path)
    assert facts.changes_after is ChangesAfter.UNDEFINED
    assert ConstraintProblem.CHANGED_AFTER in codes(facts)


@pytest.mark.parametrize("permission", [1, 2, 3])
def test_certification_that_came_later(permission: int, tmp_path: Path) -> None:
    """Nobody can allow, or forbid, after a signature what its signer did not know of."""

    def add(writer: Writer) -> None:
        forge.fill_text_field(writer)
        parameters = {"/Type": pdf_name("/TransformParams"), "/P": generic.NumberObject(permission)}
        reference = {
            "/Type": pdf_name("/SigRef"),
            "/TransformMethod": pdf_name("/DocMDP"),
            "/TransformParams": generic.DictionaryObject(
                {pdf_name(key): value for key, value in parameters.items()}
            ),
        }
        value = {
            "/Type": pdf_name("/Sig"),
            "/ByteRange": numbers(0, 1, 2, 3),
            "/Contents": generic.ByteStringObject(b"0"),
            "/Reference": generic.ArrayObject(
                [generic.DictionaryObject({pdf_name(key): one for key, one in reference.items()})]
            ),
        }
        held = writer.add_object(
            generic.DictionaryObject({pdf_name(key): one for key, one in value.items()})
        )
        add_field(writer, "Author", V=held)

    facts = after(documents.with_form(), add, tmp_path)
    assert facts.changes_after is ChangesAfter.FORM_FILL
    assert not facts.format_problems
    assert ConstraintProblem.FORM_FILLED in codes(facts)
    assert Remark.FORM_FILLED_ALLOWED not in {one.code for one in facts.warnings}
