"""PAdES inside a PDF: the two halves of `app.crypto.signing.tasks`."""

import hashlib
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from app.algorithms import digests, names
from app.crypto.certificates.fields import describe
from app.crypto.cms import writing
from app.crypto.cms.self_check import demand_good
from app.crypto.model import PreparedSignature, SignatureFormat, SignatureLevel, SignRequest
from app.crypto.network.policy import NetworkUse
from app.crypto.opening import check_unchanged, file_state, path_fact
from app.crypto.pdf.appending import fill
from app.crypto.pdf.checking import check_pdf
from app.crypto.pdf.marking import MarkOrder
from app.crypto.pdf.seed_values import Offer
from app.crypto.pdf.stamp_words import Telling, stamp_text
from app.crypto.pdf.writing import Order, Written, write_update
from app.crypto.saving import AtomicFile, usual_target, write_error
from app.crypto.signing.cades import Saved
from app.crypto.verdict.facts import Coverage, Notice
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

Progress = Callable[[int, int], None]

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Reached:
    """How far a signature went on its way up."""

    level: str
    shortfall: Notice | None = None
    network: tuple[NetworkUse, ...] = ()
    time_stamp: datetime | None = None


def prepare(
    request: SignRequest, source: BinaryIO, target: Path, certificate: bytes, progress: Progress
) -> PreparedSignature:
    """Write the signed document with a gap for the signature; digest all but the gap."""
    if request.level is SignatureLevel.XL1:
        raise RoscherkError(ErrorCode.LEVEL_UNSUITABLE, level="XL1")
    digest_name = names.default_digest(writing.signing_algorithm(certificate))
    state = file_state(source)
    order = Order(
        mark=_mark(request, source, certificate),
        signing_time=request.signing_time,
        digest_name=digest_name,
        cms_size=writing.reserved_size(certificate, request.container.chain),
        timed=request.level is not SignatureLevel.B,
        field_name=request.field_name,
        offer=Offer(
            digest_name=digest_name,
            level=request.level,
            certificate=certificate,
            chain=request.container.chain,
        ),
    )
    with AtomicFile.create(target.parent, request.job) as draft:
        written = _write(source, draft, order, lambda done: progress(done, max(done, state.size)))
        if file_state(source) != state:
            raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(request.source))
        temporary = draft.keep()
    attributes = writing.signed_attributes(
        digest_name=digest_name,
        content_digest=written.digest,
        certificate=certificate,
        signing_time=None,
    )
    return PreparedSignature(
        request=request,
        format=SignatureFormat.PADES,
        target=target,
        state=state,
        digest_name=digest_name,
        content_digest=written.digest,
        to_be_signed=attributes,
        digest=digests.digest(digest_name, attributes),
        temporary=temporary,
        gap=written.gap,
        notices=written.notices,
    )


def finish(prepared: PreparedSignature, signature: bytes, certificate: bytes) -> Saved:
    """Put the signature into its gap, read the whole file back, judge it, give it its name."""
    request = prepared.request
    if prepared.temporary is None or prepared.gap is None:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="prepared")
    cms = writing.build_signed_data(
        attributes=prepared.to_be_signed,
        signature=signature,
        certificate=certificate,
        chain=request.container.chain,
        digest_name=prepared.digest_name,
    )
    with AtomicFile.reopen(prepared.temporary) as result:
        fill(result.path, prepared.gap, cms)
        reached = _raised(prepared, cms, certificate, result.path)
        check_unchanged(request.source, prepared.state)
        size = result.file.seek(0, io.SEEK_END)
        target = result.publish(
            request.output
            or usual_target(
                request.source, SignatureFormat.PADES, practice=request.container.practice
            ),
            numbers=request.output is None,
            like=request.source,
        )
    return Saved(
        target, size, reached.level, reached.shortfall, reached.network, reached.time_stamp
    )


def _mark(request: SignRequest, source: BinaryIO, certificate: bytes) -> MarkOrder | None:
    style = request.stamp
    if not style.shown:
        return None
    telling = Telling(
        preset=style.preset,
        practice=request.container.practice,
        note=style.note,
        sha256=_sha256(source) if style.qr else "",
    )
    text = stamp_text(describe(certificate), telling)
    return MarkOrder(document=request.source, style=style, text=text)


def _sha256(source: BinaryIO) -> str:
    """Digest the document as it is before this signature; it is read once more for that."""
    running = hashlib.sha256()
    source.seek(0)
    while piece := source.read(_CHUNK):
        running.update(piece)
    source.seek(0)
    return running.hexdigest()


def _write(
    source: BinaryIO, draft: AtomicFile, order: Order, progress: Callable[[int], None]
) -> Written:
    try:
        return write_update(source, draft.file, order, progress)
    except OSError as error:
        raise write_error(error, draft.path) from error


def _raised(prepared: PreparedSignature, cms: bytes, certificate: bytes, path: Path) -> Reached:
    """Judge the signature as it stands, then raise it to the level that was asked for."""
    level = _demand_good(path, certificate, prepared.state.size)
    if prepared.request.level is SignatureLevel.B:
        return Reached(level)
    # Only these levels ask the network; most signatures do without, and without loading it.
    from app.crypto.signing import pdf_levels as signing_pdf_levels  # noqa: PLC0415

    return signing_pdf_levels.raise_new(prepared, cms, certificate, path)


def _demand_good(written: Path, certificate: bytes, since: int) -> str:
    """Judge the one signature that covers the whole new file."""
    signatures = check_pdf(written, since=since).signatures
    whole = [facts for facts in signatures if facts.coverage is Coverage.WHOLE_FILE]
    if len(whole) != 1:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="coverage")
    demand_good(whole[0], certificate)
    return whole[0].level.value
