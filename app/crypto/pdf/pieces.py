"""The signatures of a PDF, taken out as they stand, with what each of them is over."""

import os
from pathlib import Path

from app.crypto.opening import open_regular
from app.crypto.pdf.contents import BadContents, Covered, read_contents, read_range
from app.crypto.pdf.fields import entry, signature_fields
from app.crypto.pdf.reading import boundary, buffered, open_lenient, unlock
from app.values import dataclass

_STAMP = "/ETSI.RFC3161"


@dataclass(frozen=True)
class Piece:
    """One signature."""

    octets: bytes
    covered: Covered
    time_stamp: bool


def pieces(path: Path) -> tuple[Piece, ...]:
    """Return every signature whose place in the file is what its dictionary says, each once.

    Raises PDF_DAMAGED, PDF_ENCRYPTED, FORMAT_TOO_COMPLEX and the errors of opening.
    """
    found: dict[Covered, Piece] = {}
    with open_regular(path) as raw, buffered(raw) as file:
        reader, _mended = open_lenient(file)
        unlock(reader)
        size = file.seek(0, os.SEEK_END)
        with boundary("form"):
            for field in signature_fields(reader.root):
                if field.value is None:
                    continue
                try:
                    covered = read_range(field.value, size)
                    contents = read_contents(reader, field.value, covered)
                except BadContents:
                    continue  # the verdict tells of it; there is nothing to take out
                stamp = str(entry(field.value, "/SubFilter") or "") == _STAMP
                found.setdefault(covered, Piece(contents.octets, covered, stamp))
    return tuple(found[key] for key in sorted(found, key=lambda one: one.end))
