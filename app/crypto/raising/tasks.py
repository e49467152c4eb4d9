"""Raising signatures that are there, the worker's part: which kind of file it is decides."""

from app.crypto.model import SignatureLevel
from app.crypto.opening import looks_like_pdf, open_regular
from app.crypto.raising.model import RaisedFile, RaiseRequest
from app.crypto.saving import demand_free
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context


def raise_file(request: RaiseRequest, context: Context) -> RaisedFile:
    """Save the file with its signatures raised (see `app.crypto.raising.door`)."""
    if request.level is SignatureLevel.B:
        raise RoscherkError(ErrorCode.LEVEL_UNSUITABLE, level="B")
    if request.output is not None:
        demand_free(request.output)
    with open_regular(request.source) as file:
        pdf = looks_like_pdf(file)
    if not pdf:
        from app.crypto.raising import cades as raising_cades  # noqa: PLC0415 - it loads the network

        return raising_cades.raise_file(request, context.progress)
    if request.level is SignatureLevel.XL1:
        raise RoscherkError(ErrorCode.LEVEL_UNSUITABLE, level="XL1")
    from app.crypto.raising import pdf as raising_pdf  # noqa: PLC0415 - pyHanko takes 0.3 s to import

    return raising_pdf.raise_file(request, context.progress)
