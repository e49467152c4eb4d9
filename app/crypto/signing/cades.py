"""A CAdES signature beside a file or around its content: the two halves of `app.crypto.signing.tasks`."""

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from app.algorithms import digests, names
from app.crypto.cms import splicing, writing
from app.crypto.cms.checking import check_cms
from app.crypto.cms.output import CopyingReader, behind_gap, complete_in_place, write_structure
from app.crypto.cms.reading import open_cms, read_cms, read_content
from app.crypto.cms.self_check import demand_good
from app.crypto.cms.splicing import Parts
from app.crypto.cms.structure import SignedContent, SignedData
from app.crypto.model import (
    Encoding,
    PreparedSignature,
    SignatureFormat,
    SignatureLevel,
    SignRequest,
)
from app.crypto.network.policy import NetworkUse
from app.crypto.opening import check_unchanged, file_state, path_fact
from app.crypto.saving import AtomicFile, usual_target
from app.crypto.signing.completing import (
    Completed,
    NewSignature,
    complete,
    grown,
    level_terms_of,
    shortfall_of,
    without_evidence,
)
from app.crypto.verdict.facts import Notice, SignatureFacts
from app.crypto.verdict.stamps import first_time
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

Progress = Callable[[int, int], None]

_DRAFT = 0
_RESULT = 1
"""Parts of a piece of work: the content behind a gap, and the file to be saved."""


@dataclass(frozen=True)
class Saved:
    """What was saved."""

    target: Path
    size: int
    level: str
    shortfall: Notice | None = None
    network: tuple[NetworkUse, ...] = ()
    time_stamp: datetime | None = None


def prepare(
    request: SignRequest, source: BinaryIO, target: Path, certificate: bytes, progress: Progress
) -> PreparedSignature:
    """Digest the content; for an attached signature copy it into the new file on the way."""
    digest_name = names.default_digest(writing.signing_algorithm(certificate))
    state = file_state(source)
    # Made even where nothing is copied: an unwritable folder must show before the key is used.
    with AtomicFile.create(target.parent, request.job, _DRAFT) as draft:
        gap = _gap(request, certificate, digest_name, state.size) if request.attached else 0
        draft.write(bytes(gap))
        reader = CopyingReader(source, request.source, draft if request.attached else None)
        digest = digests.digest_stream(
            [digest_name], reader, lambda done: progress(done, max(done, state.size))
        )[digest_name]
        if file_state(source) != state or reader.size != state.size:
            raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(request.source))
        temporary = draft.keep() if request.attached else None
    attributes = writing.signed_attributes(
        digest_name=digest_name,
        content_digest=digest,
        certificate=certificate,
        signing_time=request.signing_time,
    )
    return PreparedSignature(
        request=request,
        format=SignatureFormat.CADES,
        target=target,
        state=state,
        digest_name=digest_name,
        content_digest=digest,
        to_be_signed=attributes,
        digest=digests.digest(digest_name, attributes),
        temporary=temporary,
        gap=(0, gap) if request.attached else None,
    )


def finish(
    prepared: PreparedSignature, signature: bytes, certificate: bytes, progress: Progress
) -> Saved:
    """Write the signature, read it back, judge it, give it its name."""
    request = prepared.request
    signer = writing.signer_info(
        attributes=prepared.to_be_signed,
        signature=signature,
        certificate=certificate,
        digest_name=prepared.digest_name,
        identifier=request.identifier,
    )
    parts = writing.new_parts(
        (), writing.embedded_certificates(certificate, request.container.chain)
    )
    digests_of_source = _DigestsOfSource(prepared)
    completed = complete(
        NewSignature(
            request=request,
            signer=signer,
            certificate=certificate,
            parts=parts,
            digest_of_content=digests_of_source,
        )
    )
    completed = _fitting(signer, parts, completed, certificate, digests_of_source)
    with _written(prepared, grown(parts, completed)) as result:
        facts = _demand_good(result.path, certificate, digests_of_source, progress)
        check_unchanged(request.source, prepared.state)
        size = result.file.seek(0, 2)
        target = result.publish(
            request.output
            or usual_target(
                request.source, SignatureFormat.CADES, practice=request.container.practice
            ),
            numbers=request.output is None,
            like=request.source if request.attached else None,
        )
    return saved(target, size, facts, completed, request)


def saved(
    target: Path, size: int, facts: SignatureFacts, completed: Completed, request: SignRequest
) -> Saved:
    """Return what is to be told of a signature that was read back and saved."""
    return Saved(
        target,
        size,
        facts.level.value,
        shortfall_of(completed, request, facts.level),
        completed.network,
        first_time(facts),
    )


class _DigestsOfSource:
    """Digests of the document: the one that was taken, others by reading it again."""

    def __init__(self, prepared: PreparedSignature) -> None:
        self.prepared = prepared
        self._known = {prepared.digest_name: prepared.content_digest}

    def __call__(self, name: str) -> bytes:
        """Return the digest by the name of its algorithm."""
        if name not in self._known:
            source, state = self.prepared.request.source, self.prepared.state
            self._known.update(read_content(source, {name}).digests)
            check_unchanged(source, state)
        return self._known[name]


def _gap(request: SignRequest, certificate: bytes, digest_name: str, content_size: int) -> int:
    """Return how many octets will stand before the content if the signature is as long as usual."""
    attributes = writing.signed_attributes(
        digest_name=digest_name,
        content_digest=bytes(names.digest_by_name(digest_name).size),
        certificate=certificate,
        signing_time=request.signing_time,
    )
    signer = writing.signer_info(
        attributes=attributes,
        signature=bytes(writing.signature_size(certificate)),
        certificate=certificate,
        digest_name=digest_name,
        identifier=request.identifier,
    )
    chain = writing.embedded_certificates(certificate, request.container.chain)
    head, _ = _around(writing.new_parts((signer,), chain), content_size)
    return len(head)


def _around(parts: Parts, content_size: int | None) -> tuple[bytes, bytes]:
    """Return everything that stands before and behind the content."""
    before = writing.content_head(content_size)
    head, tail = splicing.frame(parts, len(before) + (content_size or 0))
    return head + before, tail


@contextlib.contextmanager
def _written(prepared: PreparedSignature, parts: Parts) -> Iterator[AtomicFile]:
    """Write the whole result into a temporary file."""
    request = prepared.request
    head, tail = _around(parts, prepared.state.size if request.attached else None)
    content: Iterable[bytes] = ()
    with contextlib.ExitStack() as stack:
        if prepared.temporary is not None and prepared.gap is not None:
            draft, gap = stack.enter_context(AtomicFile.reopen(prepared.temporary)), prepared.gap[1]
            in_place = request.encoding is Encoding.DER
            if in_place and complete_in_place(draft, gap, head, tail):
                draft.flush()
                yield draft
                return
            content = behind_gap(draft, gap)
        folder = prepared.target.parent
        result = stack.enter_context(AtomicFile.create(folder, request.job, _RESULT))
        write_structure(result, request.encoding, itertools.chain([head], content, [tail]))
        yield result


def _demand_good(
    written: Path, certificate: bytes, digests_of_source: _DigestsOfSource, progress: Progress
) -> SignatureFacts:
    """Read the result back from the disk and judge it against the digest that was taken."""
    signed = open_cms(written, progress)
    if (signed.content is not None) != digests_of_source.prepared.request.attached:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="content")
    return _judge(signed, certificate, digests_of_source)


def _fitting(
    signer: bytes,
    parts: Parts,
    completed: Completed,
    certificate: bytes,
    digests_of_source: _DigestsOfSource,
) -> Completed:
    """Try what was raised before it is written: what our own reader refuses stays out."""
    if digests_of_source.prepared.request.level is SignatureLevel.B:
        return completed
    head, tail = _around(grown(parts, completed), None)
    try:
        _judge(read_cms(head + tail), certificate, digests_of_source)
    except RoscherkError as error:
        return without_evidence(signer, completed, error)
    return completed


def _judge(
    signed: SignedData, certificate: bytes, digests_of_source: _DigestsOfSource
) -> SignatureFacts:
    prepared = digests_of_source.prepared
    content = SignedContent(
        size=prepared.state.size,
        digests={name: digests_of_source(name) for name in signed.needed_digests},
    )
    (facts,) = check_cms(signed, content, levels=level_terms_of(prepared.request))
    demand_good(facts, certificate)
    return facts
