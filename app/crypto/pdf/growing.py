"""What was added to a document that somebody signed and sent back: signatures only, or more.

A first signature says nothing of what was changed in the revision that it made: whoever sent the
document out has to hold what came back against what he sent.
"""

from pathlib import Path

from app.crypto.opening import open_regular
from app.crypto.pdf.reading import boundary, buffered, open_lenient, unlock
from app.crypto.pdf.revisions import History
from app.crypto.verdict.facts import ChangesAfter, Notice

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
            xrefs = reader.xrefs
            tables = [xrefs.get_xref_container_info(n) for n in range(xrefs.total_revisions)]
            before = [n for n, each in enumerate(tables) if each.end_location <= size]
            found = History(reader, path).since(max(before, default=0), size)
    problems = (*found.format_problems, *found.constraint_problems)
    return found.changes in _PLAIN and not problems, problems
