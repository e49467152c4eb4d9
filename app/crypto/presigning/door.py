"""The one door to the look before signing: a worker reads the document, nobody else."""

from pathlib import Path

from app.crypto import methods
from app.crypto.opening import looks_like_pdf, open_regular, size_of
from app.crypto.presigning.model import PresignAnswer, PresignRequest
from app.processes.cancelling import Cancel
from app.processes.pool import Pool


class Presigning:
    """Looks at documents before they are signed. May be used from any thread, several at once."""

    def __init__(self, workers: Pool) -> None:
        """Take the crypto workers."""
        self._workers = workers

    def look(self, path: Path, cancel: Cancel | None = None) -> PresignAnswer:
        """Return what in a document may be other than it seems; of other files than PDF, nothing.

        Raises PDF_DAMAGED, PDF_ENCRYPTED, CHILD_OVER_LIMIT and the errors of opening.
        """
        with open_regular(path) as file:
            if not looks_like_pdf(file):
                return PresignAnswer()
        return self._workers.run(
            methods.PRESIGN,
            PresignRequest(path=path),
            size=size_of(path),
            pdf=True,
            cancel=cancel or Cancel(),
        )
