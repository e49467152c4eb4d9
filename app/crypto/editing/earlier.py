"""A CMS file whose signatures are to be kept: read, checked, and fit to be changed at all."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms import splicing, tlv
from app.crypto.cms.checking import check_cms
from app.crypto.cms.levels.stamps import LevelTerms
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.cms.splicing import Parts
from app.crypto.cms.stream import Sink
from app.crypto.cms.structure import SignedContent, SignedData
from app.crypto.evidence.terms import level_terms
from app.crypto.model import FileState
from app.crypto.opening import (
    check_unchanged,
    file_state,
    looks_like_pdf,
    open_regular,
    path_fact,
)
from app.crypto.verdict.facts import SignatureFacts
from app.crypto.verdict.numbering import number_in_cms
from app.crypto.verifying import package
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What a file holds before it is changed."""

    path: Path
    state: FileState
    signed: SignedData
    parts: Parts
    content: SignedContent | None
    """Of the document, inside or found beside; None: it was not found."""
    content_path: Path | None
    """Where the document of a detached signature was found."""
    facts: tuple[SignatureFacts, ...]
    """By the indices of the signatures."""

    @property
    def attached(self) -> bool:
        """Tell whether the document is inside the file."""
        return self.signed.content is not None

    @property
    def mismatched(self) -> int | None:
        """The index of the first signature that is of another content; None: there is none."""
        tops = (one for one in self.facts if one.parent is None)
        return next((one.index for one in tops if _of_another(one)), None)


def _of_another(facts: SignatureFacts) -> bool:
    """Tell whether a signature is of another content; a bare one is if it does not verify."""
    bare = not facts.signed_attributes
    return facts.digest_matches is False or (bare and facts.signature_verifies is False)


def read_earlier(
    path: Path,
    content: Path | None,
    progress: Progress | None,
    *,
    more_digests: Iterable[str] = (),
    take: Sink | None = None,
    search: bool = True,
) -> Earlier:
    """Read and check a file with signatures, and its document.

    ``content``: the document of a detached signature, if the caller named it; otherwise it is
    looked for (``search``), and may not be found. ``take`` gets the content inside.
    Raises FORMAT_* for what is no whole SignedData, PDF_NO_SIGNATURE_FILE for a PDF, SIGNATURE_NONE
    for a SignedData that nobody signed,
    CONTENT_DIFFERS if the document that was named is not the one.
    """
    wanted = frozenset(more_digests)
    with open_regular(path) as file:
        state = file_state(file)
    with naming(path), _telling_pdf(path):
        signed = open_cms(path, progress, more_digests=wanted, take=take)
    check_unchanged(path, state)
    _demand_sound_form(signed, path)
    found, where = _document(path, content, signed, wanted, progress, search=search)
    earlier = Earlier(
        path=path,
        state=state,
        signed=signed,
        parts=splicing.parts_of(signed),
        content=found,
        content_path=where,
        facts=check_cms(signed, found, levels=terms_of_editing()),
    )
    if content is not None:
        _demand_named(earlier, content)
    return earlier


def terms_of_editing() -> LevelTerms:
    """Return how time-stamps are looked at to see that they lose nothing: whom to trust is no matter."""
    return level_terms(LoadedTrust.of())


def demand_document(earlier: Earlier) -> SignedContent:
    """Return the content, which must be what at least one of the signers signed.

    Raises CONTENT_NOT_FOUND, CONTENT_DIFFERS.
    """
    if earlier.content is None:
        raise RoscherkError(ErrorCode.CONTENT_NOT_FOUND, path=path_fact(earlier.path))
    sure = any(one.digest_matches for one in earlier.facts if one.parent is None)
    if sure or (earlier.attached and earlier.mismatched is None):
        return earlier.content
    raise RoscherkError(
        ErrorCode.CONTENT_DIFFERS,
        path=path_fact(earlier.content_path or earlier.path),
        number=number_in_cms(earlier.mismatched or 0),
    )


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name the file in errors of the rooms below, which know its octets only."""
    try:
        yield
    except RoscherkError as error:
        if "path" in error.facts:
            raise
        raise error.with_facts(path=path_fact(path)) from error


@contextlib.contextmanager
def _telling_pdf(path: Path) -> Iterator[None]:
    """Say of a PDF that it is one: it may well bear signatures, but not of this kind."""
    try:
        yield
    except RoscherkError as error:
        if error.code is not ErrorCode.FORMAT_UNKNOWN:
            raise
        with open_regular(path) as file:
            if not looks_like_pdf(file):
                raise
        raise RoscherkError(ErrorCode.PDF_NO_SIGNATURE_FILE) from error


def _demand_sound_form(signed: SignedData, path: Path) -> None:
    """Refuse what would have to be dropped or could not be signed: no fault is washed away."""
    if not signed.layout.signers:
        raise RoscherkError(ErrorCode.SIGNATURE_NONE, path=path_fact(path))
    for notice in (*signed.problems, *signed.constraint_problems):
        raise tlv.damaged(notice.code, 0).with_facts(**notice.facts, path=path_fact(path))


def _document(
    path: Path,
    named: Path | None,
    signed: SignedData,
    wanted: frozenset[str],
    progress: Progress | None,
    *,
    search: bool,
) -> tuple[SignedContent | None, Path | None]:
    """Return the digested document: the one that was named, the one inside, or one found."""
    needed = signed.needed_digests | wanted
    if named is not None:
        return read_content(named, needed, progress), named
    if signed.content is not None or not search:
        return signed.content, None
    found = package.find_original(path, signed, progress)
    content = found.content
    if found.path is not None and content is not None and not wanted <= content.digests.keys():
        content = read_content(found.path, needed, progress)
    return content, found.path


def _demand_named(earlier: Earlier, content: Path) -> None:
    """Hold the document that the user named against the signatures."""
    for one in earlier.facts:
        if one.parent is None and (one.format_problems or _of_another(one)):
            number = number_in_cms(one.index)
            raise RoscherkError(ErrorCode.CONTENT_DIFFERS, path=path_fact(content), number=number)
