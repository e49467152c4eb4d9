"""PDF documents of many shapes, written by hand or by pyHanko, as material for signatures."""

import io
from collections.abc import Callable
from functools import cache

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm

TEXT = b"BT /F1 18 Tf 72 700 Td (Contract: 100 RUB) Tj ET"
CONTENT = b"<</Length %d>>stream\n%s\nendstream" % (len(TEXT), TEXT)
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def assemble(objects: dict[int, bytes], trailer: bytes = b"", header: bytes = b"1.7") -> bytes:
    """Write objects with a classical table; object 1 is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-" + header + b"\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in sorted(objects.items()):
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    size = max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        out.write(b"%010d 00000 n \n" % offsets[number])
    out.write(
        b"trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, table)
    )
    return out.getvalue()


def _page(extra: bytes = b"", box: bytes = b"/MediaBox [0 0 595 842]") -> bytes:
    resources = b"/Resources <</Font <</F1 5 0 R>>>>"
    return b"<</Type/Page /Parent 2 0 R %s %s /Contents 4 0 R %s>>" % (box, resources, extra)


def objects_of_one_page(
    page: bytes | None = None, catalog: bytes = b"", pages: bytes = b""
) -> dict[int, bytes]:
    """Return the objects of a document of one page, by their numbers."""
    return {
        1: b"<</Type/Catalog /Pages 2 0 R %s>>" % catalog,
        2: b"<</Type/Pages /Kids [3 0 R] /Count 1 %s>>" % pages,
        3: page or _page(),
        4: CONTENT,
        5: FONT,
    }


def plain() -> bytes:
    """Return a document of one page."""
    return assemble(objects_of_one_page())


def with_contents(contents: bytes) -> bytes:
    """Return a document whose page has this entry as its /Contents."""
    page = _page().replace(b"/Contents 4 0 R", b"/Contents " + contents)
    return assemble(objects_of_one_page(page))


def two_pages() -> bytes:
    """Return a document of two pages."""
    objects = objects_of_one_page()
    objects[2] = b"<</Type/Pages /Kids [3 0 R 6 0 R] /Count 2>>"
    objects[6] = _page()
    return assemble(objects)


def with_form(annotations: bytes = b"[6 0 R]") -> bytes:
    """Return a document with a text field."""
    objects = objects_of_one_page(_page(b"/Annots " + annotations), b"/AcroForm 7 0 R")
    objects[6] = (
        b"<</Type/Annot /Subtype/Widget /FT/Tx /T(Sum) /V(100) /Rect [72 600 272 620] /P 3 0 R "
        b"/DA(/F1 12 Tf 0 g) /F 4>>"
    )
    objects[7] = b"<</Fields [6 0 R] /DR <</Font <</F1 5 0 R>>>>>>"
    return assemble(objects)


def _indirect_annotations() -> bytes:
    objects = objects_of_one_page(_page(b"/Annots 8 0 R"), b"/AcroForm <</Fields 9 0 R>>")
    objects[6] = (
        b"<</Type/Annot /Subtype/Widget /FT/Tx /T(Sum) /V(100) /Rect [72 600 272 620] /P 3 0 R>>"
    )
    objects[7] = b"null"
    objects[8] = b"[6 0 R]"
    objects[9] = b"[6 0 R]"
    return assemble(objects)


def _turned(rotation: int) -> bytes:
    return assemble(objects_of_one_page(_page(b"/Rotate %d" % rotation)))


def _cropped() -> bytes:
    box = b"/MediaBox [-100 -50 700 900] /CropBox [500 850 50 40]"
    return assemble(objects_of_one_page(_page(box=box)))


def _tiny() -> bytes:
    return assemble(objects_of_one_page(_page(box=b"/MediaBox [0 0 60 40]")))


def _inherited() -> bytes:
    return assemble(
        objects_of_one_page(_page(box=b""), pages=b"/MediaBox [0 0 842 595] /Rotate 90"),
        header=b"1.3",
    )


def streams() -> bytes:
    """Return a document with object streams and a cross-reference stream."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(two_pages())))
    writer.stream_xrefs = True
    held = writer.prepare_object_stream()
    writer.add_object(generic.DictionaryObject({pdf_name("/A"): pdf_name("/B")}), obj_stream=held)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def hybrid() -> bytes:
    """Return a hybrid document as word processors write it: a second table in an empty update."""
    base = plain()
    stream_at = len(base)
    body = b"\x00\x00\x00\xff" + b"".join(b"\x00\x00\x00\xff" for _ in range(5))
    stream = (
        b"6 0 obj\n<</Type/XRef /Size 6 /Root 1 0 R /W [1 2 1] /Length %d>>stream\n%s\nendstream\nendobj\n"
        % (
            len(body),
            body,
        )
    )
    table_at = stream_at + len(stream)
    first = base.rindex(b"startxref")
    previous = int(base[first:].split()[1])
    table = (
        b"xref\n0 0\ntrailer\n<</Size 7 /Root 1 0 R /Prev %d /XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            previous,
            stream_at,
            table_at,
        )
    )
    return base + stream + table


def encrypted(user_password: bytes) -> bytes:
    """Return an encrypted document; an empty password means that anybody may read it."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(plain())))
    writer.encrypt(b"owner", user_password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@cache
def pyhanko_signer() -> signers.SimpleSigner:
    """Return pyHanko's signer over the RSA key of the tests' infrastructure."""
    return signers.SimpleSigner.load_pkcs12_data(
        pki_of(KeyAlgorithm.RSA).pfx(b"x"), other_certs=[], passphrase=b"x"
    )


def certified(permission: int, document: bytes | None = None) -> bytes:
    """Return a document certified by pyHanko with this DocMDP permission."""
    writer = IncrementalPdfFileWriter(io.BytesIO(document or plain()))
    return certified_with(writer, permission)


def certified_with(writer: IncrementalPdfFileWriter, permission: int = 2) -> bytes:
    """Certify what a writer holds with this DocMDP permission."""
    meta = signers.PdfSignatureMetadata(
        field_name="Author",
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=MDPPerm(permission),
    )
    out = signers.sign_pdf(writer, meta, signer=pyhanko_signer())
    return bytes(out.getvalue())


GOOD: dict[str, Callable[[], bytes]] = {
    "plain": plain,
    "two pages": two_pages,
    "form": with_form,
    "form with indirect arrays": _indirect_annotations,
    "turned 90": lambda: _turned(90),
    "turned 180": lambda: _turned(180),
    "turned -90": lambda: _turned(-90),
    "odd rotation": lambda: _turned(45),
    "cropped": _cropped,
    "tiny": _tiny,
    "inherited": _inherited,
    "object streams": streams,
    "hybrid": hybrid,
    "empty annots": lambda: with_form(b"[]"),
}
