"""The running digest that older archive time-stamps begin with: content of any size, only hashed."""

from collections.abc import Callable, Iterator
from pathlib import Path

from app.algorithms import digests
from app.algorithms.digests import Digest
from app.crypto.cms.output import document_pieces, structure_range
from app.crypto.cms.structure import SignedData
from app.crypto.verifying.package import Original


def whole_digest_of(
    path: Path, signed: SignedData, original: Original
) -> Callable[[str], Digest | None]:
    """Return a function that digests encapContentInfo of a file, and the document outside it.

    RFC 5126 §6.4.1. It reads the files again, once for each digest, and only if it is asked; None
    comes out where the document of a detached signature was not found.
    """
    known: dict[str, Digest] = {}

    def pieces() -> Iterator[bytes]:
        yield from structure_range(path, *signed.layout.content)
        if signed.content is None and original.path is not None and original.content is not None:
            yield from document_pieces(original.path, original.content.size)

    def whole(name: str) -> Digest | None:
        if signed.content is None and original.content is None:
            return None
        if name not in known:
            running = digests.new(name)
            for piece in pieces():
                running.update(piece)
            known[name] = running
        return known[name].copy()

    return whole
