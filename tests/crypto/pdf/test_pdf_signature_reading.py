"""The quick reading of signature dictionaries: what it reads, pyHanko reads likewise."""

import io

import pytest
from attacks import pdf_documents as documents
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import read_object_header

from app.crypto.pdf.signature_reading import read_signature

READER = PdfFileReader(io.BytesIO(documents.plain()), strict=True)
REFERENCE = generic.Reference(7, 0, READER)
DIGITS = b"30820A0b" * 100
DICTIONARY = b"7 0 obj\n<< /Type /Sig /Contents <%s> /M (D:2026) /Reason <FEFF0041> >>\nendobj\n"


def theirs(text: bytes) -> generic.PdfObject:
    """Read as pyHanko does."""
    stream = io.BytesIO(text)
    assert read_object_header(stream, strict=True) == (7, 0)
    return generic.read_object(stream, REFERENCE)


def written(value: generic.PdfObject) -> bytes:
    """Return an object as it would be written."""
    out = io.BytesIO()
    value.write_to_stream(out, None)
    return out.getvalue()


@pytest.mark.parametrize("length", [1, 5, 40, 900])
def test_read_in_one_go(length: int) -> None:
    """Short of a chunk or over many, the octets are the same, and so is all the rest."""
    text = b"rubbish\n" + DICTIONARY % (DIGITS * length) + b"8 0 obj\nnull\nendobj\n"
    found = read_signature(io.BytesIO(text), 8, REFERENCE)
    assert found is not None
    assert found.raw_get("/Contents").original_bytes == bytes.fromhex((DIGITS * length).decode())
    assert written(found) == written(theirs(text[8:]))
    assert found.get_container_ref() == REFERENCE


LEFT_TO_PYHANKO = {
    "short": DICTIONARY % b"3000",
    "in a text": b"7 0 obj\n<< /T (/Contents <%s>) >>\nendobj\n" % DIGITS,
    "in a text before the real one": (
        b"7 0 obj\n<< /T (/Contents <%s>) /Contents <%s> >>\nendobj\n" % (DIGITS, DIGITS[:400])
    ),
    "deeper": b"7 0 obj\n<< /A << /Contents <%s> >> >>\nendobj\n" % DIGITS,
    "in a comment": b"7 0 obj\n<< %% /Contents <%s>\n/A 1 >>\nendobj\n" % DIGITS,
    "twice": b"7 0 obj\n<< /Contents <%s> /Contents <00> >>\nendobj\n" % DIGITS,
    "odd": DICTIONARY % (DIGITS + b"0"),
    "blanks": DICTIONARY % (DIGITS + b" 00"),
    "not closed": b"7 0 obj\n<< /Contents <%s" % DIGITS,
    "no end mark": b"7 0 obj\n<< /Contents <%s> >>\nendobk\n" % DIGITS,
    "other number": b"8 0 obj\n<< /Contents <%s> >>\nendobj\n" % DIGITS,
    "a stream": b"7 0 obj\n<< /Length 1 /Contents <%s> >>\nstream\nx\nendstream\nendobj\n" % DIGITS,
    "an array": b"7 0 obj\n[ /Contents <%s> ]\nendobj\n" % DIGITS,
    "the next object's": b"7 0 obj\n<< >>\nendobj\n8 0 obj\n<< /Contents <%s> >>\nendobj" % DIGITS,
    "nothing": b"",
}


@pytest.mark.parametrize("name", LEFT_TO_PYHANKO)
def test_left_to_pyhanko(name: str) -> None:
    """Whatever is odd is not read here."""
    assert read_signature(io.BytesIO(LEFT_TO_PYHANKO[name]), 0, REFERENCE) is None


PIECES = st.sampled_from(
    [
        b"/Contents <" + DIGITS[:300] + b"> ",
        b"/Contents<" + DIGITS[:260] + b">",
        b"/Contents <00> ",
        b"/Contents 9 0 R ",
        b"/Contents (text) ",
        b"/A (in (a) text \\) /Contents <" + DIGITS[:256] + b">) ",
        b"/B << /Contents <" + DIGITS[:280] + b"> >> ",
        b"/C [ 1 (x) <41> ] ",
        b"% a comment > endobj\n",
        b"/D#20E /F ",
        b"<< ",
        b">> ",
        b") ",
        b"> ",
        b"endobj ",
    ]
)


@given(st.lists(PIECES, max_size=6))
def test_never_reads_otherwise(pieces: list[bytes]) -> None:
    """In any mixture: either pyHanko's own reading comes out, or nothing."""
    text = b"7 0 obj\n<< " + b"".join(pieces) + b">>\nendobj\n"
    found = read_signature(io.BytesIO(text), 0, REFERENCE)
    if found is not None:
        assert written(found) == written(theirs(text))
