"""Empty signature fields, the worker's part."""

from app.crypto.fields.model import FieldsAnswer, FieldsRequest
from app.processes.serving import Context


def list_fields(request: FieldsRequest, _context: Context) -> FieldsAnswer:
    """List the empty signature fields of one document (see `app.crypto.fields.door`)."""
    from app.crypto.pdf.empty_fields import list_empty  # noqa: PLC0415 - pyHanko takes 0.3 s

    return FieldsAnswer(fields=list_empty(request.path))
