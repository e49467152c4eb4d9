"""Which part of a file each of its signatures covers: the document as it was signed."""

from pathlib import Path

from app.crypto.opening import open_regular
from app.crypto.pdf.contents import BadContents, Covered, read_range
from app.crypto.pdf.fields import SignatureField, signature_fields
from app.crypto.pdf.reading import boundary, buffered, open_lenient, unlock
from app.crypto.pdf.revisions import coverage, revision_of
from app.crypto.revisions.model import SignedRevision
from app.crypto.verdict.facts import Coverage


def signed_revisions(path: Path) -> tuple[SignedRevision, ...]:
    """Return what each signature of a PDF covers, numbered as the verification numbers them.

    Raises NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED and the errors of opening.
    """
    with open_regular(path) as raw, buffered(raw) as file:
        reader, _ = open_lenient(file)
        unlock(reader)
        size = file.seek(0, 2)
        with boundary("form"):
            found: list[tuple[int, SignatureField, int | None]] = []
            for field in _signed(list(signature_fields(reader.root))):
                covered = _range(field, size)
                end = None
                if covered is not None:
                    state = coverage(reader, covered, revision_of(reader, field), size)
                    end = covered.end if state is not Coverage.PARTIAL else None
                found.append((size if covered is None else covered.end, field, end))
    found.sort(key=lambda one: one[0])
    return tuple(
        SignedRevision(
            number=number,
            field="".join(c for c in field.name if c.isprintable())[:200],
            end=end,
            whole=end == size,
        )
        for number, (_, field, end) in enumerate(found, 1)
    )


def _signed(fields: list[SignatureField]) -> list[SignatureField]:
    """Return the fields that are signed, each signature once (PDF-08)."""
    seen: dict[object, SignatureField] = {}
    for field in fields:
        if field.value is not None:
            seen.setdefault(field.value_reference or id(field.value), field)
    return list(seen.values())


def _range(field: SignatureField, size: int) -> Covered | None:
    try:
        return None if field.value is None else read_range(field.value, size)
    except BadContents:
        return None
