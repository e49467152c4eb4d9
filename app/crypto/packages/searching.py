"""Finding the lost document of a detached signature in folders that the user chose, by its digest."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from app.crypto.opening import size_of
from app.crypto.packages.listing import files_behind, is_archive
from app.crypto.packages.model import Digested, Wanted
from app.processes.cancelling import Cancel
from app.values import dataclass

MAX_FILES = 200_000
MAX_BYTES = 100 << 30
"""How much is looked at in one search; the answer says if that was not all."""

Progress = Callable[[int, int], None]
Digest = Callable[[Sequence[Path], frozenset[str], Progress | None, Cancel], Iterator[Digested]]


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What a search came to."""

    signature: Path
    document: Path | None = None
    files: int = 0
    """Files that were looked at."""
    size: int = 0
    """Their bytes."""
    complete: bool = True
    """Nothing was left out for lack of budget."""
    archives: int = 0
    """Archives among them, whose content was not looked at."""
    tellable: bool = True
    """The signature says what its document is; one without signed attributes does not."""


def search(
    signature: Path,
    wanted: Sequence[Wanted],
    folders: Sequence[Path],
    digest: Digest,
    *,
    progress: Progress | None,
    cancel: Cancel,
) -> SearchResult:
    """Look for the content that a signature signs; like names first, then small files."""
    if not wanted:
        return SearchResult(signature=signature, tellable=False)
    listed = list(islice(files_behind(folders), MAX_FILES + 1))
    complete = len(listed) <= MAX_FILES
    chosen, fits = _within_budget(listed[:MAX_FILES], signature)
    known = {(each.algorithm, each.digest) for each in wanted}
    names = frozenset(each.algorithm for each in wanted)
    files = total = 0
    found: Path | None = None
    for each in digest(chosen, names, progress, cancel):
        files += 1
        total += each.size
        if known & set(each.digests.items()):
            found = each.path
            break
    return SearchResult(
        signature=signature,
        document=found,
        files=files,
        size=total,
        complete=complete and fits,
        archives=sum(map(is_archive, chosen)),
    )


def _within_budget(paths: Sequence[Path], signature: Path) -> tuple[list[Path], bool]:
    """Order the files and cut them to the budget; tell whether all of them fit."""
    stem = signature.name.split(".")[0].casefold()
    sized = [(path, size_of(path)) for path in paths if path != signature]
    sized.sort(key=lambda each: (not each[0].name.casefold().startswith(stem), each[1]))
    chosen: list[Path] = []
    left = MAX_BYTES
    for path, size in sized:
        if size > left:
            continue
        left -= size
        chosen.append(path)
    return chosen, len(chosen) == len(sized)
