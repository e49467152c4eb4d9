"""The worker's side of packages: what each file is, and its digests. Runs in a worker only."""

import hashlib
from pathlib import Path

from app.crypto.cms.attributes import message_digest
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.cms.structure import SignedData, SignerInfo
from app.crypto.mchd.recognising import HEAD, seems_mchd
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.packages.model import (
    DigestAnswer,
    Digested,
    DigestRequest,
    Looked,
    Role,
    SiftAnswer,
    SiftRequest,
    Wanted,
)
from app.crypto.verdict.facts import Notice
from app.crypto.verdict.mchd_facts import MchdFacts
from app.crypto.verifying import package
from app.crypto.verifying.package import Kind
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context

_MAY_BE_CMS = (b"\x30", b"-----", b"MI", b"\xef\xbb\xbf", b" ", b"\r", b"\n")
"""How a CMS begins: a SEQUENCE, PEM, base64 of a SEQUENCE; blanks may go before text."""


def sift(request: SiftRequest, context: Context) -> SiftAnswer:
    """Find out what each file is. None of them makes it fail."""
    total = len(request.paths)
    found = []
    for done, path in enumerate(request.paths, 1):
        found.append(_look(path))
        context.progress(done, total)
    return SiftAnswer(looked=tuple(found))


def _look(path: Path) -> Looked:
    try:
        return _found(path)
    except RoscherkError as error:
        if error.code in {ErrorCode.CANCELLED, ErrorCode.UNEXPECTED}:
            raise
        return Looked(path=path, error=Notice(error.code, {"path": path_fact(path), **error.facts}))


def _found(path: Path) -> Looked:
    seen = package.look(path)
    if seen.kind is Kind.PDF:
        signed = package.holds_pdf_signature(path)
        return Looked(path=path, role=Role.SIGNED if signed else Role.DOCUMENT)
    if seen.kind is Kind.XML:
        return _xml(path)
    begins_so = _head(path).startswith(_MAY_BE_CMS)
    return _cms(path) if begins_so else Looked(path=path)


def _cms(path: Path) -> Looked:
    """Tell a detached signature from an attached one, and both from what only begins so."""
    try:
        signed = open_cms(path)
    except RoscherkError as error:
        # It begins as a signature does: whoever verifies it says what is wrong.
        unknown = error.code is ErrorCode.FORMAT_UNKNOWN
        return Looked(path=path, role=Role.DOCUMENT if unknown else Role.SIGNED)
    if not signed.signers:
        return Looked(path=path)
    if signed.content is None:
        return Looked(
            path=path, role=Role.SIGNATURE, signers=len(signed.signers), wanted=_wanted(signed)
        )
    name, value = next(iter(signed.content.digests.items()), (None, b""))
    inside = None if name is None else Wanted(algorithm=name, digest=value)
    return Looked(
        path=path,
        role=Role.SIGNED,
        signers=len(signed.signers),
        content=inside,
        mchd=_mchd_in(path) if seems_mchd(signed.content.prefix) else None,
    )


def _mchd_in(path: Path) -> MchdFacts | None:
    """Read a power of attorney that lies in its signature file; another content is none."""
    from app.crypto.mchd.enclosed import enclosed_mchd  # noqa: PLC0415 - as below

    try:
        return enclosed_mchd(path)
    except RoscherkError:
        return None  # whoever verifies the file says what is wrong


def _head(path: Path) -> bytes:
    with open_regular(path) as file:
        try:
            return file.read(HEAD)
        except OSError as error:
            raise read_error(error, path) from error


def _wanted(signed: SignedData) -> tuple[Wanted, ...]:
    """Return what the signers signed; a signer without signed attributes does not tell."""
    found = []
    for one in signed.signers:
        if isinstance(one, SignerInfo) and one.signed_attributes is not None:
            digest = message_digest(one.signed_attributes)
            if digest and one.digest_name is not None:
                found.append(Wanted(algorithm=one.digest_name, digest=digest))
    return tuple(dict.fromkeys(found))


def _xml(path: Path) -> Looked:
    """Take XML apart: a МЧД, or a document with its card. XML that cannot be read is a document."""
    # The parser takes a while to import: most files are no XML.
    from app.crypto.mchd.reading import facts_of, is_mchd  # noqa: PLC0415
    from app.crypto.mchd.xml import parse_xml, read_xml  # noqa: PLC0415
    from app.crypto.packages.cards import card_of  # noqa: PLC0415

    try:
        data = read_xml(path)
        root = parse_xml(data)
    except RoscherkError as error:
        told = Notice(error.code, {"path": path_fact(path), **error.facts})
        return Looked(path=path, role=_role_of_xml(path), error=told)
    if is_mchd(root):
        facts = facts_of(path, root, hashlib.sha256(data).hexdigest())
        return Looked(path=path, role=Role.MCHD, mchd=facts)
    return Looked(path=path, role=_role_of_xml(path), card=card_of(root))


def _role_of_xml(path: Path) -> Role:
    return Role.SIGNED if package.holds_xml_signature(path) else Role.DOCUMENT


def digest(request: DigestRequest, context: Context) -> DigestAnswer:
    """Digest files; one that cannot be read gets no digests."""
    found = []
    total = len(request.paths)
    for done, path in enumerate(request.paths, 1):
        try:
            content = read_content(path, request.algorithms)
            found.append(Digested(path=path, digests=dict(content.digests), size=content.size))
        except RoscherkError:
            found.append(Digested(path=path))
        context.progress(done, total)
    return DigestAnswer(digested=tuple(found))
