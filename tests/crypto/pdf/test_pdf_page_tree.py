"""Finding a page by its number without reading all the others."""

import io

import pytest
from plain_objects import write_objects
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.page_boxes import find_page
from app.crypto.pdf.update import Update


def tree(*shape: object) -> bytes:
    """Return a document whose page tree has this shape: numbers are so many pages, tuples nodes."""
    objects: list[bytes] = [b"", b""]

    def node(parts: tuple[object, ...], parent: int) -> tuple[int, int]:
        objects.append(b"")
        own, kids, count = len(objects), [], 0
        for part in parts:
            if isinstance(part, tuple):
                kid, below = node(part, own)
                kids.append(kid)
                count += below
                continue
            for _ in range(int(str(part))):
                objects.append(b"<</Type/Page /Parent %d 0 R /MediaBox [0 0 9 9]>>" % own)
                kids.append(len(objects))
                count += 1
        held = b" ".join(b"%d 0 R" % kid for kid in kids)
        above = b"/Parent %d 0 R" % parent if parent else b""
        objects[own - 1] = b"<</Type/Pages /Kids [%s] /Count %d %s>>" % (held, count, above)
        return own, count

    root, _ = node(shape, 0)
    objects[0] = b"<</Type/Catalog /Pages %d 0 R>>" % root
    objects[1] = b"null"
    out = io.BytesIO()
    write_objects(out, objects)
    return out.getvalue()


SHAPES = [(1,), (5,), ((2,), (3,)), (1, (2, (1,)), 2), ((1,), (1,), (1,)), (((4,),),), ((2,), ())]


@pytest.mark.parametrize("shape", SHAPES)
def test_page_by_number_is_that_of_pyhanko(shape: tuple[object, ...]) -> None:
    """Finding one page without reading all finds the same page, from both ends."""
    document = tree(*shape)
    count = PdfFileReader(io.BytesIO(document)).root["/Pages"]["/Count"]
    for number in (*range(count), *range(-count, 0)):
        update = Update(PdfFileReader(io.BytesIO(document)))
        theirs, _ = update.find_page_for_modification(number)
        assert update.page(number).reference == theirs.reference
    assert find_page(PdfFileReader(io.BytesIO(document)).root, count) is None
