"""What came in, as documents of the list. Runs in a thread. No Qt here."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from app.crypto.packages.door import Packages
from app.crypto.packages.listing import is_package
from app.crypto.packages.model import NO_DOCUMENT, Member, Package
from app.crypto.packages.searching import SearchResult
from app.crypto.packages.tree import parts_of
from app.crypto.verdict.facts import FileFormat
from app.crypto.verdict.report import Indication
from app.errors import ErrorCode, RoscherkError
from app.texts.amounts import size_text
from app.texts.catalogue import _
from app.texts.package_words import package_notices
from app.texts.showing import plain
from app.ui.files import Document, State
from app.ui.work import Job
from app.values import dataclass

_NOT_THERE = frozenset(
    {ErrorCode.FILE_NOT_FOUND, ErrorCode.FILE_UNREADABLE, ErrorCode.FILE_NOT_REGULAR}
)
_MOST_SINGLE = 200
"""Files that came without what belongs to them and are looked at again at each drop."""


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came in at once."""

    documents: tuple[Document, ...]
    notices: tuple[str, ...] = ()
    whole: bool = False
    """It was a folder or an archive."""


def came_in(
    packages: Packages, paths: Sequence[Path], job: Job, single: Sequence[Path] = ()
) -> Came:
    """Open what was given: each file that gets a verdict is a document, with what belongs to it.

    ``single``: files that came earlier without what belongs to them; it may be here now.
    """
    given = [path.absolute() for path in paths]
    earlier = [path for path in single if path not in given]
    package = packages.open([*given, *earlier], progress=job.progress, cancel=job.cancel)
    documents = tuple(_document(member, part) for member, part in parts_of(package))
    # Whether a document is missing is known when its folder was looked through: the verdict says it.
    told = tuple(each for each in package.notices if each.code not in NO_DOCUMENT)
    notices = package_notices(replace(package, notices=told))
    return Came(documents=documents, notices=notices, whole=is_package(given))


def is_single(document: Document) -> bool:
    """Tell whether a file came without its document, or without its signature."""
    if document.shown is not None or document.checked is None:
        return False
    report = document.checked.report.files[0]
    if report.format is FileFormat.CMS_DETACHED:
        return report.content is None
    return report.verdict is Indication.NO_SIGNATURE


def singles(documents: Iterable[Document]) -> list[Path]:
    """Return files that came without what belongs to them: they may find it now."""
    return [each.path for each in documents if is_single(each)][:_MOST_SINGLE]


def has_found(document: Document, earlier: Document) -> bool:
    """Tell whether a file that was there found its document now."""
    return is_single(earlier) and signed_content_of(document) != document.path


def _document(member: Member, part: Package) -> Document:
    error = member.looked.error
    shown = member.shown if member.unpacked else None
    if error is not None and error.code in _NOT_THERE:
        failed = RoscherkError(ErrorCode(error.code), **error.facts)
        return Document(
            path=member.path, size=member.size, state=State.FAILED, error=failed, shown=shown
        )
    return Document(path=member.path, size=member.size, package=part, shown=shown)


def signed_content_of(document: Document) -> Path:
    """Return the document that a signature out of an archive is over, or the file itself."""
    package = document.package
    pairs = () if package is None else package.pairs
    found = (pair.document for pair in pairs if pair.signature == document.path)
    return next((each for each in found if each is not None), document.path)


def search_told(found: SearchResult) -> str:
    """Say what a search for a document came to, and whether it looked at everything."""
    if not found.tellable:
        return _("This signature does not say what its document is: point to the document.")
    if found.document is not None:
        return _("The document is found: {path}").format(path=plain(found.document))
    told = _("The document was not found among {files} files ({size}).").format(
        files=found.files, size=size_text(found.size)
    )
    if not found.complete:
        told += " " + _("Not everything was looked at: there are too many files.")
    if found.archives:
        told += " " + _("Archives were not looked into: {count}.").format(count=found.archives)
    return told
