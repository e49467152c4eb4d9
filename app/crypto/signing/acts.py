"""Co-signing and counter-signing a CMS file: the two halves of `app.crypto.signing.tasks`.

The earlier file is never written: a new one is made of its own octets with one signature more
(`app.crypto.cms.editing`). It gets its name only after our reader has found that every earlier
signature that verified still does, and that the new one is beyond doubt.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from app.algorithms import digests, names
from app.crypto.cms import editing, locating, splicing, writing
from app.crypto.cms.checking import check_cms
from app.crypto.cms.output import structure_range, write_structure
from app.crypto.cms.reading import open_cms, read_cms, read_content
from app.crypto.cms.self_check import demand_good, demand_kept
from app.crypto.cms.splicing import Parts
from app.crypto.cms.structure import SignedContent, SignedData
from app.crypto.editing.earlier import Earlier, demand_document, naming, read_earlier
from app.crypto.model import (
    PreparedSignature,
    SignatureFormat,
    SignatureLevel,
    SigningAct,
    SignRequest,
)
from app.crypto.opening import check_unchanged, path_fact
from app.crypto.saving import AtomicFile, edited_target
from app.crypto.signing.cades import Saved, saved
from app.crypto.signing.completing import (
    Completed,
    NewSignature,
    complete,
    level_terms_of,
    without_evidence,
)
from app.crypto.verdict.facts import SignatureFacts
from app.crypto.verdict.numbering import index_in_cms, number_in_cms
from app.errors import ErrorCode, RoscherkError

Progress = Callable[[int, int], None]

_SKELETON = 0
_RESULT = 1
"""Parts of a piece of work: the earlier file without its content, and the file to be saved."""


def usual_target(request: SignRequest) -> Path:
    """Return the usual name of the result: that of the source, to be numbered."""
    return edited_target(request.source, practice=request.container.practice)


def prepare(
    request: SignRequest, target: Path, certificate: bytes, progress: Progress
) -> PreparedSignature:
    """Read the file and its document, and say what the key has to sign."""
    with naming(request.source):
        return _prepare(request, target, certificate, progress)


def _prepare(
    request: SignRequest, target: Path, certificate: bytes, progress: Progress
) -> PreparedSignature:
    digest_name = names.default_digest(writing.signing_algorithm(certificate))
    co_sign = request.act is SigningAct.CO_SIGN
    wanted = {digest_name} if co_sign else ()
    earlier = read_earlier(request.source, request.content, progress, more_digests=wanted)
    if co_sign:
        signed_digest = _document_of_all(earlier).digests[digest_name]
        content_type: str | None = earlier.signed.content_type
    else:
        signed_digest = digests.digest(digest_name, _countersigned_value(request, earlier))
        content_type = None
    # Limits and archive time-stamps must speak before the key is asked.
    _grown(request, earlier.parts, b"\x30\x00", _certificates(request, certificate), ())
    attributes = writing.signed_attributes(
        digest_name=digest_name,
        content_digest=signed_digest,
        certificate=certificate,
        signing_time=request.signing_time,
        content_type=content_type,
    )
    head = writing.content_head(None, earlier.signed.content_type)
    with AtomicFile.create(target.parent, request.job, _SKELETON) as skeleton:
        skeleton.write(splicing.put_together(earlier.parts, head))
        temporary = skeleton.keep()
    return PreparedSignature(
        request=replace(request, content=earlier.content_path, attached=earlier.attached),
        format=SignatureFormat.CADES,
        target=target,
        state=earlier.state,
        digest_name=digest_name,
        content_digest=signed_digest,
        to_be_signed=attributes,
        digest=digests.digest(digest_name, attributes),
        temporary=temporary,
        gap=earlier.signed.layout.content,
        content=earlier.content,
    )


def finish(
    prepared: PreparedSignature, signature: bytes, certificate: bytes, progress: Progress
) -> Saved:
    """Make the signature, and the file in which it stands with the earlier ones."""
    request = prepared.request
    before, parts = _read_skeleton(prepared)
    signer = writing.signer_info(
        attributes=prepared.to_be_signed,
        signature=signature,
        certificate=certificate,
        digest_name=prepared.digest_name,
        identifier=request.identifier,
    )
    if request.act is SigningAct.CO_SIGN and signer in map(locating.identity, parts.signers):
        raise RoscherkError(ErrorCode.SIGNATURE_REPEATED, path=path_fact(request.source))
    made = _Made(prepared, before, parts, certificate)
    completed = complete(
        NewSignature(
            request=request,
            signer=signer,
            certificate=certificate,
            parts=editing.with_material(parts, made.certificates, ()),
            digest_of_content=made.digest_of_signed,
        )
    )
    try:
        return _save(made, completed, progress)
    except RoscherkError as error:
        if request.level is SignatureLevel.B:
            raise
        return _save(made, without_evidence(signer, completed, error), progress)


def _save(made: "_Made", completed: Completed, progress: Progress) -> Saved:
    """Write the file with the new signature, have all of it checked, give it its name."""
    request = made.prepared.request
    more = (*made.certificates, *completed.certificates)
    after = _grown(request, made.parts, completed.signer, more, completed.crls)
    folder = made.prepared.target.parent
    with AtomicFile.create(folder, request.job, _RESULT) as result:
        write_structure(result, request.encoding, _pieces(made.prepared, after))
        facts = _demand_sound(made, completed, result, progress)
        check_unchanged(request.source, made.prepared.state)
        size = result.file.seek(0, 2)
        target = result.publish(
            request.output or usual_target(request),
            numbers=request.output is None,
            like=request.source if request.attached else None,
        )
    return saved(target, size, facts, completed, request)


def _document_of_all(earlier: Earlier) -> SignedContent:
    """Return the document; raise CONTENT_DIFFERS if one of its signers signed another."""
    index = earlier.mismatched
    if earlier.content is not None and index is not None:
        path = path_fact(earlier.content_path or earlier.path)
        raise RoscherkError(ErrorCode.CONTENT_DIFFERS, path=path, number=number_in_cms(index))
    return demand_document(earlier)


def _countersigned_value(request: SignRequest, earlier: Earlier) -> bytes:
    """Return the signature value to be signed; raise SIGNATURE_BROKEN if it does not verify."""
    number = request.countersigned
    if number is None:
        raise RoscherkError(ErrorCode.USAGE, option="countersigned", value="")
    target = editing.demand_countersignable(earlier.parts, index_in_cms(number))
    facts = earlier.facts[target.index]
    if target.signer is None or not facts.signature_verifies or facts.digest_matches is False:
        raise RoscherkError(ErrorCode.SIGNATURE_BROKEN, number=number)
    return target.signer.signature


def _certificates(request: SignRequest, certificate: bytes) -> tuple[bytes, ...]:
    return writing.embedded_certificates(certificate, request.container.chain)


def _grown(
    request: SignRequest,
    parts: Parts,
    signer: bytes,
    certificates: Iterable[bytes],
    crls: Iterable[bytes],
) -> Parts:
    """Return the file with one signature more."""
    if request.act is SigningAct.CO_SIGN or request.countersigned is None:
        return editing.co_signed(parts, signer, certificates, crls)
    index = index_in_cms(request.countersigned)
    return editing.counter_signed(parts, index, signer, certificates, crls)


def _read_skeleton(prepared: PreparedSignature) -> tuple[SignedData, Parts]:
    if prepared.temporary is None or prepared.gap is None:
        raise ValueError("prepared by another act")
    with AtomicFile.reopen(prepared.temporary) as skeleton:
        data = skeleton.file.read()
    signed = read_cms(data)
    return signed, splicing.parts_of(signed)


def _pieces(prepared: PreparedSignature, parts: Parts) -> Iterable[bytes]:
    """Yield the octets of the new file; the content comes straight out of the earlier one."""
    start, end = prepared.gap or (0, 0)
    head, tail = splicing.frame(parts, end - start)
    yield head
    yield from structure_range(prepared.request.source, start, end)
    yield tail


class _DigestsOfSigned:
    """Digests of what the new signature is over: those that were taken, others by reading again."""

    def __init__(self, prepared: PreparedSignature, parts: Parts) -> None:
        self._prepared = prepared
        self._parts = parts
        content = prepared.content
        self._known = dict(content.digests) if content is not None else {}

    def __call__(self, name: str) -> bytes:
        """Return the digest by the name of its algorithm."""
        request = self._prepared.request
        if request.act is SigningAct.COUNTER_SIGN and request.countersigned is not None:
            target = locating.find(self._parts.signers, index_in_cms(request.countersigned))
            return digests.digest(name, b"" if target.signer is None else target.signer.signature)
        if name not in self._known:
            self._known.update(self._read(name))
        return self._known[name]

    def _read(self, name: str) -> dict[str, bytes]:
        request = self._prepared.request
        if request.content is not None:
            return dict(read_content(request.content, {name}).digests)
        inside = open_cms(request.source, more_digests={name}).content
        check_unchanged(request.source, self._prepared.state)
        return {} if inside is None else dict(inside.digests)


class _Made:
    """A new signature, and the file to which it is added."""

    def __init__(
        self, prepared: PreparedSignature, before: SignedData, parts: Parts, certificate: bytes
    ) -> None:
        self.prepared = prepared
        self.before = before
        self.parts = parts
        self.certificate = certificate
        self.certificates = _certificates(prepared.request, certificate)
        self.digest_of_signed = _DigestsOfSigned(prepared, parts)

    def content(self, after: SignedData) -> SignedContent | None:
        """Return the document with every digest that the new file speaks of."""
        content = self.prepared.content
        if content is None or self.prepared.request.act is not SigningAct.CO_SIGN:
            return content
        more = after.needed_digests - content.digests.keys()
        taken = {name: self.digest_of_signed(name) for name in more}
        return replace(content, digests={**content.digests, **taken})


def _demand_sound(
    made: _Made, completed: Completed, result: AtomicFile, progress: Progress
) -> SignatureFacts:
    """Read the result back and judge its signatures, old and new; return the facts of the new."""
    request = made.prepared.request
    after = open_cms(result.path, progress)
    if (after.content is not None) != request.attached:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="content")
    levels = level_terms_of(request)
    content = made.content(after)
    facts = check_cms(after, content, levels=levels)
    before = check_cms(made.before, content, levels=levels)
    demand_kept(made.before, before, after, facts)
    places = locating.locate(after.layout.signers)
    new = [facts[one.index] for one in places if one.raw == completed.signer]
    if len(new) != 1:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="place")
    demand_good(new[0], made.certificate)
    return new[0]
