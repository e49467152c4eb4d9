"""What goes out of a route: the settled signatures in one file, PDFs, receipts."""

from collections.abc import Sequence
from pathlib import Path

from app.crypto.editing.model import Merge
from app.crypto.routes.intake import Progress
from app.crypto.routes.keeping import Keeping, copied
from app.crypto.routes.model import Kept, Route
from app.crypto.verifying.names import SIGNATURE_SUFFIXES
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel

_PRACTICE = ".УЧЕБНАЯ"


def handed_out(
    route: Route,
    keeping: Keeping,
    desk: Path,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> tuple[Path, ...]:
    """Lay out in an empty folder what belongs into the package, by its final names.

    A PDF that another one continues is left out, as is what holds no settled signature.
    """
    settled = {each.file for each in route.signed if each.settled}
    files = [each for each in route.kept if each.name in settled]
    found = _joined(
        route, [each for each in files if not each.pdf], keeping, desk, progress, cancel
    )
    grown = {each.grew for each in files}
    for each in files:
        if each.pdf and each.name not in grown:
            target = desk / f"{route.document.stem}_signed.pdf"
            found.append(copied(keeping.kept(route, each.name), target))
    certifying = {each.file for each in route.receipts} - settled
    for each in route.kept:
        if each.name in certifying:
            # By the name it came under, but never by that of a document.
            told = Path(each.origin).suffix.lower() in SIGNATURE_SUFFIXES
            name = each.origin if told else f"{each.origin}.sig"
            found.append(copied(keeping.kept(route, each.name), desk / name))
    return tuple(found)


def _joined(  # noqa: PLR0917 - a step of the above
    route: Route,
    files: Sequence[Kept],
    keeping: Keeping,
    desk: Path,
    progress: Progress | None,
    cancel: Cancel | None,
) -> list[Path]:
    """Put all signatures into one file; an archive time-stamp may forbid it, then each stays apart."""
    sources = [keeping.kept(route, each.name) for each in files]
    mark = _PRACTICE if route.practice else ""
    target = desk / f"{route.document.name}{mark}.sig"
    if len(sources) > 1:
        merge = Merge(sources=tuple(sources), content=route.document, output=target)
        try:
            return list(keeping.editing.merge(merge, progress, cancel).targets)
        except RoscherkError as error:
            if error.code is not ErrorCode.ARCHIVE_STAMP_HOLDS:
                raise
    return [copied(each, target) for each in sources]
