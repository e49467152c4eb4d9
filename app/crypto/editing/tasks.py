"""Work on signatures that are there, the worker's part (see `app.crypto.editing.door`)."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from app.crypto.cms import editing, splicing, writing
from app.crypto.cms.checking import check_cms
from app.crypto.cms.locating import locate
from app.crypto.cms.output import document_pieces, structure_range, write_structure
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.cms.self_check import demand_kept
from app.crypto.cms.splicing import Parts
from app.crypto.cms.structure import Form, SignedContent, SignedData
from app.crypto.editing import merging
from app.crypto.editing.earlier import (
    Earlier,
    demand_document,
    naming,
    read_earlier,
    terms_of_editing,
)
from app.crypto.editing.model import Convert, Edited, Extract, Merge, Remove, Split
from app.crypto.model import Encoding
from app.crypto.opening import check_unchanged, path_fact
from app.crypto.saving import AtomicFile, demand_free, edited_target
from app.crypto.verdict.facts import Notice, SignatureFacts
from app.crypto.verdict.numbering import index_in_cms, number_in_cms
from app.crypto.verifying import names
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.values import dataclass

_PART = 1
_READ_BACK = "sha256"
"""The digest by which an extracted document is read back."""

Check = Callable[[SignedData, tuple[SignatureFacts, ...]], None]


def extract(request: Extract, context: Context) -> Edited:
    """Save the document that is inside; it goes to the new file while it is being digested."""
    source = request.source
    target = _target(request.output, names.name_of_enclosed(source))
    with AtomicFile.create(target.parent, request.job, _PART) as result:
        earlier = read_earlier(
            source,
            None,
            context.progress,
            more_digests={_READ_BACK},
            take=result.write,
            search=False,
        )
        if earlier.content is None:
            raise RoscherkError(ErrorCode.CONTENT_ABSENT, path=path_fact(source))
        _demand_matching(earlier)
        result.flush()
        again = read_content(result.path, {_READ_BACK}, context.progress)
        if again.digests[_READ_BACK] != earlier.content.digests[_READ_BACK]:
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="content")
        check_unchanged(source, earlier.state)
        saved = result.publish(target, numbers=request.output is None, like=source)
    return Edited(source=source, targets=(saved,))


def remove(request: Remove, context: Context) -> Edited:
    """Save the file without one signature."""
    earlier = read_earlier(request.source, request.content, context.progress, search=False)
    index = index_in_cms(request.number)
    with naming(request.source):
        removal = editing.removed(earlier.parts, index)
    gone = _with_all_below(earlier, index)
    saved = _save(
        _Result(earlier, request.output, request.encoding, request.job),
        removal.parts,
        _kept_content(earlier),
        lambda after, facts: demand_kept(
            earlier.signed, earlier.facts, after, facts, left_out=gone
        ),
        context,
    )
    held = (Notice("certificates_held"),) if removal.certificates_held else ()
    return Edited(
        source=request.source,
        targets=(saved,),
        signers=len(removal.parts.signers),
        attached=earlier.attached,
        document=earlier.content_path,
        certificates_removed=removal.certificates_removed,
        notices=held,
    )


def merge(request: Merge, context: Context) -> Edited:
    """Save one file with the signatures of several."""
    files, document = merging.read_all(request.sources, request.content, context.progress)
    first = files[0]
    with naming(first.path):
        parts = editing.merged([each.parts for each in files])
    head = writing.content_head(None, parts.content_type)

    def check(after: SignedData, facts: tuple[SignatureFacts, ...]) -> None:
        for each in files:
            demand_kept(each.signed, each.facts, after, facts)

    marked = next((one for one in request.sources if names.PRACTICE_MARK in one.name), None)
    saved = _save(
        _Result(first, request.output, request.encoding, request.job, name_like=marked),
        parts,
        _Content(len(head), lambda: (head,), first.content),
        check,
        context,
    )
    for each in files[1:]:
        check_unchanged(each.path, each.state)
    return Edited(
        source=first.path,
        targets=(saved,),
        signers=len(parts.signers),
        attached=False,
        document=document,
        duplicates=sum(len(each.parts.signers) for each in files) - len(parts.signers),
    )


def split(request: Split, context: Context) -> Edited:
    """Save a file for each signer; all of them or none."""
    earlier = read_earlier(request.source, None, context.progress, search=False)
    folder = request.folder or request.source.parent
    usual = edited_target(request.source, practice=False)
    saved: list[Path] = []
    with contextlib.ExitStack() as stack:
        made: list[tuple[_Result, AtomicFile]] = []
        for top, parts in enumerate(editing.split(earlier.parts)):
            others = {one.index for one in locate(earlier.parts.signers) if one.top != top}
            beside = folder / f"{usual.stem}_{top + 1}{usual.suffix}"
            result = _Result(
                earlier, None, request.encoding, request.job, name_like=beside, part=_PART + top
            )
            kept = _keeps(earlier, others)
            file = stack.enter_context(
                _written(result, parts, _kept_content(earlier), kept, context)
            )
            made.append((result, file))
        # Only now: who is killed before this has named nothing.
        with _all_or_none(saved):
            for result, file in made:
                saved.append(_named(result, file))
    return Edited(
        source=request.source,
        targets=tuple(saved),
        signers=len(saved),
        attached=earlier.attached,
    )


def convert(request: Convert, context: Context) -> Edited:
    """Save the signatures with the document inside, or without it."""
    source, progress = request.source, context.progress
    earlier = read_earlier(source, request.content, progress, search=request.attached)
    if earlier.attached == request.attached:
        code = ErrorCode.CONTENT_INSIDE if request.attached else ErrorCode.CONTENT_ABSENT
        raise RoscherkError(code, path=path_fact(source))
    with naming(source):
        editing.demand_convertible(earlier.parts)
    if request.attached:
        content = _document_inside(earlier)
    else:
        _demand_matching(earlier)
        head = writing.content_head(None, earlier.signed.content_type)
        content = _Content(len(head), lambda: (head,), earlier.content)
    saved = _save(
        _Result(earlier, request.output, request.encoding, request.job),
        earlier.parts,
        content,
        _keeps(earlier, ()),
        context,
    )
    return Edited(
        source=source,
        targets=(saved,),
        signers=len(earlier.parts.signers),
        attached=request.attached,
        document=earlier.content_path,
    )


@dataclass(frozen=True)
class _Result:
    """Where a result goes, and how it is written."""

    earlier: Earlier
    output: Path | None
    encoding: Encoding | None
    job: str
    name_like: Path | None = None
    """The file by whose name the result is called; None: the source."""
    part: int = _PART
    """Which of the files of one piece of work it is."""

    @property
    def target(self) -> Path:
        """Where the result goes, if that name is free."""
        if self.output is not None:
            return self.output
        return edited_target(self.name_like or self.earlier.path, practice=False)

    @property
    def written_as(self) -> Encoding:
        """The encoding: as asked for, or as the source has it."""
        if self.encoding is not None:
            return self.encoding
        binary = self.earlier.signed.form is Form.BINARY
        return Encoding.DER if binary else Encoding.BASE64


@dataclass(frozen=True)
class _Content:
    """The encapContentInfo of a result."""

    size: int
    pieces: Callable[[], Iterable[bytes]]
    document: SignedContent | None
    """What the signatures are over, as far as it is known."""


def _save(result: _Result, parts: Parts, content: _Content, check: Check, context: Context) -> Path:
    """Write a new file, read it back, have it checked, give it its name."""
    with _written(result, parts, content, check, context) as file:
        return _named(result, file)


@contextlib.contextmanager
def _written(
    result: _Result, parts: Parts, content: _Content, check: Check, context: Context
) -> Iterator[AtomicFile]:
    """Write a new file, read it back, have it checked; it has no name yet."""
    target, earlier = _target(result.output, result.target), result.earlier
    head, tail = splicing.frame(editing.within_limits(parts), content.size)

    def pieces() -> Iterator[bytes]:
        yield head
        yield from content.pieces()
        yield tail

    with AtomicFile.create(target.parent, result.job, result.part) as file:
        write_structure(file, result.written_as, pieces())
        after = open_cms(file.path, context.progress)
        _demand_octets(parts, after)
        check(after, check_cms(after, content.document, levels=terms_of_editing()))
        check_unchanged(earlier.path, earlier.state)
        yield file


def _named(result: _Result, file: AtomicFile) -> Path:
    """Give a checked file its name."""
    return file.publish(result.target, numbers=result.output is None, like=result.earlier.path)


def _demand_octets(parts: Parts, after: SignedData) -> None:
    """Demand that the file holds exactly the octets that it was to be made of."""
    layout = after.layout
    found = (layout.signers, layout.certificates, layout.crls)
    if found != (parts.signers, parts.certificates, parts.crls) or after.problems:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="octets")


def _keeps(earlier: Earlier, left_out: Iterable[int]) -> Check:
    """Return the check that all signatures but these are as they were."""
    gone = frozenset(left_out)

    def check(after: SignedData, facts: tuple[SignatureFacts, ...]) -> None:
        demand_kept(earlier.signed, earlier.facts, after, facts, left_out=gone)

    return check


def _kept_content(earlier: Earlier) -> _Content:
    """Return the content as it stands in the source, inside or absent."""
    start, end = earlier.signed.layout.content
    return _Content(end - start, lambda: structure_range(earlier.path, start, end), earlier.content)


def _document_inside(earlier: Earlier) -> _Content:
    """Return the document as content, once it is known to be that of every signer."""
    document = demand_document(earlier)
    for facts in earlier.facts:
        if facts.parent is None:
            _demand_of(earlier, facts)
    path = earlier.content_path
    if path is None:
        raise RoscherkError(ErrorCode.CONTENT_NOT_FOUND, path=path_fact(earlier.path))
    head = writing.content_head(document.size, earlier.signed.content_type)

    def pieces() -> Iterator[bytes]:
        yield head
        yield from document_pieces(path, document.size)

    return _Content(len(head) + document.size, pieces, document)


def _demand_of(earlier: Earlier, facts: SignatureFacts) -> None:
    """Raise unless the document is known to be what this signer signed."""
    bare = not facts.signed_attributes
    if facts.digest_matches or (bare and facts.signature_verifies):
        return
    if facts.unsupported:
        raise RoscherkError(ErrorCode.ALGORITHM_UNSUPPORTED, **facts.unsupported[0].facts)
    path = path_fact(earlier.content_path or earlier.path)
    raise RoscherkError(ErrorCode.CONTENT_DIFFERS, path=path, number=number_in_cms(facts.index))


def _demand_matching(earlier: Earlier) -> None:
    """Raise CONTENT_DIFFERS if some signer signed another content than the one inside."""
    index = earlier.mismatched
    if index is not None:
        path, number = path_fact(earlier.path), number_in_cms(index)
        raise RoscherkError(ErrorCode.CONTENT_DIFFERS, path=path, number=number)


def _with_all_below(earlier: Earlier, index: int) -> set[int]:
    """Return the index of a signature and those of all that stand on it."""
    gone = {index}
    for place in locate(earlier.parts.signers):
        if place.parent in gone:
            gone.add(place.index)
    return gone


def _target(output: Path | None, usual: Path) -> Path:
    """Return the target; a name that the user chose must be free before the work begins."""
    if output is not None:
        demand_free(output)
    return output or usual


@contextlib.contextmanager
def _all_or_none(saved: list[Path]) -> Iterator[None]:
    """Remove the files that were saved if the last of them cannot be."""
    try:
        yield
    except BaseException:
        for path in saved:
            with contextlib.suppress(OSError):
                path.unlink()
        raise
