"""The one door to the empty signature fields of a document: a worker reads, nobody else."""

from pathlib import Path

from app.crypto import methods
from app.crypto.fields.model import EmptyField, FieldsRequest
from app.crypto.opening import size_of
from app.processes.cancelling import Cancel
from app.processes.pool import Pool


class SignatureFields:
    """Lists places for signatures. May be used from any thread, several at once."""

    def __init__(self, workers: Pool) -> None:
        """Take the crypto workers."""
        self._workers = workers

    def empty(self, path: Path, cancel: Cancel | None = None) -> tuple[EmptyField, ...]:
        """Return the empty signature fields of a PDF, in the order of its form.

        Raises NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED, FORMAT_TOO_COMPLEX and the errors of opening.
        """
        answer = self._workers.run(
            methods.SIGNATURE_FIELDS,
            FieldsRequest(path=path),
            size=size_of(path),
            pdf=True,
            cancel=cancel or Cancel(),
        )
        return answer.fields
