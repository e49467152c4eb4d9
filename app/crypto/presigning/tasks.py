"""The look before signing, the worker's part."""

from app.crypto.presigning.model import PresignAnswer, PresignRequest
from app.processes.serving import Context


def look(request: PresignRequest, _context: Context) -> PresignAnswer:
    """Look at one document (see `app.crypto.presigning.door`)."""
    from app.crypto.pdf.suspicions import look_over  # noqa: PLC0415 - pyHanko takes 0.3 s

    return PresignAnswer(findings=look_over(request.path))
