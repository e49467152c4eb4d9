"""Finding the МЧД that belong to a file, and the facts of their signatures. Runs in a worker only."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from app.crypto.mchd.recognising import HEAD, seems_mchd, seems_to_hold_mchd
from app.crypto.model import MchdPair, VerifyRequest
from app.crypto.opening import open_regular
from app.crypto.verdict.facts import FileFacts
from app.crypto.verdict.mchd_facts import MchdFacts
from app.crypto.verifying.folder import MAX_SEARCHED_FILES, regular_files
from app.crypto.verifying.names import SIGNATURE_SUFFIXES, signature_beside
from app.errors import RoscherkError

MOST = 20
"""Powers of attorney that are looked at for one document."""
_XML = ".xml"
_SMALL = 4 << 20

FindFacts = Callable[[VerifyRequest], FileFacts]


def with_mchd(facts: FileFacts, request: VerifyRequest, find_facts: FindFacts) -> FileFacts:
    """Add the powers of attorney that lie beside a signed file.

    One that cannot be read is passed over here: as a file of its own it is judged and told.
    ``find_facts`` also tells the SHA-256 of what was signed: by it the judge sees that this is what
    was read here, though another program writes to the folder meanwhile.
    """
    if not facts.signatures:
        return facts
    pairs = request.mchd
    if request.search and not pairs:
        pairs = tuple(pairs_in(request.path.parent, besides=(facts.path, facts.content)))
    found: list[MchdFacts] = []
    signed: list[FileFacts] = []
    for pair in pairs[:MOST]:
        mchd = _read(pair)
        if mchd is None:
            continue
        if pair.signature is not None:
            content = None if mchd.inside else pair.document
            own = replace(request, path=pair.signature, content=content, search=False, mchd=())
            signed.append(find_facts(own))
            mchd = replace(mchd, signature=len(signed) - 1)
        found.append(mchd)
    asked = tuple(use for each in signed for use in each.network)
    return replace(
        facts,
        mchd=tuple(found),
        mchd_signatures=tuple(signed),
        network=facts.network + asked,
    )


def pairs_in(folder: Path, besides: Collection[Path | None] = ()) -> Iterable[MchdPair]:
    """List the powers of attorney of a folder with the signatures that their names point to.

    One that lies in its signature file is its own signature.
    """
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return ()
    return tuple(one for one in _listed(folder, changed) if one.document not in besides)


@lru_cache(maxsize=16)
def _listed(folder: Path, _changed: int) -> tuple[MchdPair, ...]:
    """Look into a folder once, while the same names stand in it."""
    small = sorted(
        path
        for path, size in islice(regular_files(folder), MAX_SEARCHED_FILES)
        if 0 < size <= _SMALL
    )
    plain = [path for path in small if path.suffix.lower() == _XML and _seems(path, seems_mchd)]
    pairs = [MchdPair(document=each, signature=signature_beside(each)) for each in plain]
    known = {each.signature for each in pairs}
    pairs += (
        MchdPair(document=path, signature=path)
        for path in small
        if path.suffix.lower() in SIGNATURE_SUFFIXES
        and path not in known
        and _seems(path, seems_to_hold_mchd)
    )
    return tuple(pairs[:MOST])


def _seems(path: Path, seems: Callable[[bytes], bool]) -> bool:
    try:
        with open_regular(path) as file:
            return seems(file.read(HEAD))
    except (OSError, RoscherkError):
        return False


def _read(pair: MchdPair) -> MchdFacts | None:
    # The parser of XML takes a while to import: most files have no МЧД beside them.
    from app.crypto.mchd.enclosed import enclosed_mchd  # noqa: PLC0415
    from app.crypto.mchd.reading import read_mchd  # noqa: PLC0415

    try:
        if pair.document == pair.signature:
            return enclosed_mchd(pair.document)
        return read_mchd(pair.document)
    except RoscherkError:
        return None
