"""CAdES-BES beside a file or around its content: the two halves of `app.crypto.signing_tasks`."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.algorithms import digests, names
from app.crypto.cms import writing
from app.crypto.cms.checking import check_cms
from app.crypto.cms.output import Base64Writer, CopyingReader, complete_in_place, write_around
from app.crypto.cms.reading import open_cms
from app.crypto.cms.self_check import demand_good
from app.crypto.cms.structure import SignedContent
from app.crypto.model import Encoding, PreparedSignature, SignatureFormat, SignRequest
from app.crypto.opening import check_unchanged, file_state, path_fact
from app.crypto.saving import AtomicFile, usual_target
from app.errors import ErrorCode, RoscherkError

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
    with _written(prepared, signature, certificate) as result:
        level = _demand_good(prepared, result.path, certificate, progress)
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
    return Saved(target, size, level)


def _gap(request: SignRequest, certificate: bytes, digest_name: str, content_size: int) -> int:
    """Return how many octets will stand before the content if the signature is as long as usual."""
    attributes = writing.signed_attributes(
        digest_name=digest_name,
        content_digest=bytes(names.digest_by_name(digest_name).size),
        certificate=certificate,
        signing_time=request.signing_time,
    )
    outer, before, _ = writing.frame(
        attributes=attributes,
        signature=bytes(writing.signature_size(certificate)),
        certificate=certificate,
        chain=request.container.chain,
        digest_name=digest_name,
        content_size=content_size,
    )
    return len(outer) + len(before)


@contextlib.contextmanager
def _written(
    prepared: PreparedSignature, signature: bytes, certificate: bytes
) -> Iterator[AtomicFile]:
    """Write the whole result into a temporary file."""
    request = prepared.request
    outer, before, after = writing.frame(
        attributes=prepared.to_be_signed,
        signature=signature,
        certificate=certificate,
        chain=request.container.chain,
        digest_name=prepared.digest_name,
        content_size=prepared.state.size if request.attached else None,
    )
    head = outer + before
    with contextlib.ExitStack() as stack:
        draft = None
        if prepared.temporary is not None and prepared.gap is not None:
            draft = stack.enter_context(AtomicFile.reopen(prepared.temporary))
            in_place = request.encoding is Encoding.DER
            if in_place and complete_in_place(draft, prepared.gap[1], head, after):
                draft.flush()
                yield draft
                return
        folder = prepared.target.parent
        result = stack.enter_context(AtomicFile.create(folder, request.job, _RESULT))
        text = Base64Writer(result) if request.encoding is Encoding.BASE64 else None
        if draft is None or prepared.gap is None:
            (text or result).write(head + after)
        else:
            write_around(draft, prepared.gap[1], head, after, text or result)
        if text is not None:
            text.finish()
        result.flush()
        yield result


def _demand_good(
    prepared: PreparedSignature, written: Path, certificate: bytes, progress: Progress
) -> str:
    """Read the result back from the disk and judge it against the digest that was taken."""
    signed = open_cms(written, progress)
    content = SignedContent(
        size=prepared.state.size, digests={prepared.digest_name: prepared.content_digest}
    )
    (facts,) = check_cms(signed, content)
    if (signed.content is not None) != prepared.request.attached:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="content")
    demand_good(facts, certificate)
    return facts.level.value
