"""What was added to a document that somebody signed and sent back: signatures only, or more.

A first signature says nothing of what was changed in the revision that it made: whoever sent the
document out has to hold what came back against what he sent.
"""

import re
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.opening import open_regular
from app.crypto.pdf.codes import ConstraintProblem
from app.crypto.pdf.reading import boundary, buffered, open_lenient, unlock
from app.crypto.pdf.revisions import History
from app.crypto.verdict.facts import ChangesAfter, Notice

_TAIL = 4096
_POINTER = re.compile(rb"startxref[\0\t\n\f\r ]+(\d{1,12})(?!\d)")
_PLAIN = frozenset({ChangesAfter.NONE, ChangesAfter.ARCHIVAL, ChangesAfter.SIGNATURE})


def growth(path: Path, size: int) -> tuple[bool, tuple[Notice, ...]]:
    """Tell whether a PDF whose first ``size`` octets are an earlier one adds signatures only.

    Also what speaks against it, in the words of the verification: what other programs add beside a
    signature is not told from what a person changed. Raises ``PDF_*`` codes.
    """
    with open_regular(path) as raw, buffered(raw) as file:
        reader, _ = open_lenient(file)
        unlock(reader)
        with boundary("revisions"):
            base = _base(reader, size)
            if base is None:
                return False, (Notice(ConstraintProblem.CHANGED_AFTER),)
            found = History(reader, path).since(base, size)
    problems = (*found.format_problems, *found.constraint_problems)
    return found.changes in _PLAIN and not problems, problems


def _base(reader: PdfFileReader, size: int) -> int | None:
    """Return the revision that the earlier document ends with; None: what follows does not continue it.

    A file may begin with all octets of a document and show another: one that stands whole behind
    them, or one of its older revisions.
    """
    xrefs = reader.xrefs
    tables = [xrefs.get_xref_container_info(n) for n in range(xrefs.total_revisions)]
    before = [n for n, each in enumerate(tables) if each.end_location <= size]
    if not before or before != list(range(len(before))):
        return None
    start = max(0, size - _TAIL)
    reader.stream.seek(start)
    told = _POINTER.findall(reader.stream.read(size - start))
    declared = xrefs.get_startxref_for_revision(before[-1])
    return before[-1] if told and int(told[-1]) == declared else None
