"""Several detached signatures: are they all of one document? Compared before they are joined."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app.crypto.cms.checking import check_cms
from app.crypto.cms.reading import read_content
from app.crypto.editing.earlier import Earlier, read_earlier, terms_of_editing
from app.crypto.opening import path_fact
from app.crypto.verifying import package
from app.errors import ErrorCode, RoscherkError

Progress = Callable[[int, int], None]


def read_all(
    sources: Sequence[Path], content: Path | None, progress: Progress
) -> tuple[list[Earlier], Path | None]:
    """Read signature files that must be of one document; return also where that lies, if known.

    The digests that were signed are compared. Where the files do not all use the same algorithms,
    the document itself must decide: the one that was named, or one that is found beside the first.
    Raises SIGNATURE_OF_ANOTHER, CONTENT_INSIDE, CONTENT_NOT_FOUND.
    """
    files = [read_earlier(source, None, progress, search=False) for source in sources]
    for each in files:
        if each.attached:
            raise RoscherkError(ErrorCode.CONTENT_INSIDE, path=path_fact(each.path))
        if each.signed.content_type != files[0].signed.content_type:
            raise _of_another(each)
    apart = _compared(files)
    if content is None and apart is not None:
        content = package.find_original(files[0].path, files[0].signed, progress).path
        if content is None:
            raise RoscherkError(ErrorCode.CONTENT_NOT_FOUND, path=path_fact(apart.path))
    if content is None:
        return files, None
    needed = frozenset().union(*(each.signed.needed_digests for each in files))
    document = read_content(content, needed, progress)
    checked = [
        replace(
            each,
            content=document,
            content_path=content,
            facts=check_cms(each.signed, document, levels=terms_of_editing()),
        )
        for each in files
    ]
    for each in checked:
        if each.mismatched is not None:
            raise _of_another(each)
    return checked, content


def _compared(files: Sequence[Earlier]) -> Earlier | None:
    """Compare by what was signed; return the first file that cannot be compared with the others.

    Not even by way of a third file: signers of one file may have signed different documents.
    """
    known: dict[str, bytes] = {}
    for each in files:
        claims = package.message_digests(each.signed)
        names = {name for name, _ in claims}
        whole = len(claims) > 0 and not _has_unclaimed(each)
        if any(known.get(name, value) != value for name, value in claims) or len(names) < len(
            claims
        ):
            raise _of_another(each)
        if not whole or (known and names != known.keys()):
            return each
        known.update(claims)
    return None


def _has_unclaimed(earlier: Earlier) -> bool:
    """Tell of signers that name no digest of the content, or one that we do not know."""
    tops = [one for one in earlier.facts if one.parent is None]
    return any(not one.signed_attributes or one.algorithms.digest is None for one in tops)


def _of_another(earlier: Earlier) -> RoscherkError:
    return RoscherkError(ErrorCode.SIGNATURE_OF_ANOTHER, path=path_fact(earlier.path))
