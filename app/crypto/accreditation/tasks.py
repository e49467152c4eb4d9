"""The worker's side of the room: a file is read, its signature checked, its index made."""

import hashlib

from app.crypto.accreditation.model import ListSigner, ReadList, ReadListRequest
from app.crypto.accreditation.reading import ListReader
from app.crypto.certificates.fields import describe
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.xml import reading as xml
from app.crypto.xml.signature import XmlSignatureError, check_enveloped
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context


def read_list(request: ReadListRequest, context: Context) -> ReadList:
    """Read a list of accredited authorities and check its signature.

    Raises ``ACCREDITED_LIST_DAMAGED`` and the errors of reading files and XML, with the path. A
    signature that does not hold is no error here: whoever imports the list decides.
    """
    try:
        return _read(request, context)
    except RoscherkError as error:
        if error.code is ErrorCode.FORMAT_DAMAGED:
            raise RoscherkError(
                ErrorCode.ACCREDITED_LIST_DAMAGED, path=path_fact(request.path), reason="root"
            ) from error
        raise error.with_facts(path=path_fact(request.path)) from error


def _read(request: ReadListRequest, context: Context) -> ReadList:
    with open_regular(request.path) as file:
        try:
            data = file.read(xml.LARGEST + 1)
        except OSError as error:
            raise read_error(error, request.path) from error
    if not data:
        raise RoscherkError(ErrorCode.FILE_EMPTY)
    reader = ListReader()
    reader.read(data)
    context.progress(1, 2)
    if reader.version is None or reader.date is None:
        raise RoscherkError(ErrorCode.ACCREDITED_LIST_DAMAGED, reason="version")
    signer, problem = _signer(data)
    if signer is not None and not signer.not_before <= reader.date <= signer.not_after:
        problem = "signer_term"
    context.progress(2, 2)
    return ReadList(
        version=reader.version,
        date=reader.date,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        signer=None if problem is not None else signer,
        signature_problem=problem,
        index=reader.index,
        notices=tuple(reader.notices),
        skipped=reader.skipped,
    )


def _signer(data: bytes) -> tuple[ListSigner | None, str | None]:
    """Return who signed the list, or why that cannot be said."""
    try:
        signature = check_enveloped(data)
    except XmlSignatureError as error:
        return None, error.code
    if signature.weak:
        return None, "weak"
    facts = describe(signature.signer)
    signer = ListSigner(
        sha256=facts.sha256,
        subject=facts.subject.text,
        issuer=facts.issuer.text,
        not_before=facts.not_before,
        not_after=facts.not_after,
    )
    return signer, None
