"""The one door to signed revisions: a worker finds and saves them, the renderer draws them."""

from dataclasses import replace
from pathlib import Path

from app.crypto import methods
from app.crypto.opening import size_of
from app.crypto.pdf.pages import (
    COMPARE,
    COMPARE_PAGE,
    ComparedPage,
    ComparePageRequest,
    CompareRequest,
    Differences,
)
from app.crypto.revisions.model import (
    ExtractedRevision,
    ExtractRevision,
    RevisionsRequest,
    SignedRevision,
)
from app.crypto.saving import new_job, remove_job
from app.processes.cancelling import Cancel
from app.processes.pool import Pool


class Revisions:
    """Shows what was signed beside what is there now. May be used from any thread."""

    def __init__(self, workers: Pool, renderer: Pool) -> None:
        """Take the crypto workers and the renderer."""
        self._workers = workers
        self._renderer = renderer

    def signed(self, path: Path, cancel: Cancel | None = None) -> tuple[SignedRevision, ...]:
        """Return what each signature of a PDF covers, in the order of the verification.

        Raises NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED and the errors of opening.
        """
        answer = self._workers.run(
            methods.REVISIONS,
            RevisionsRequest(path=path),
            size=size_of(path),
            pdf=True,
            cancel=cancel or Cancel(),
        )
        return answer.revisions

    def extract(self, request: ExtractRevision, cancel: Cancel | None = None) -> ExtractedRevision:
        """Save the revision that a signature covers as a file of its own; nothing is overwritten.

        Raises SIGNATURE_NUMBER_UNKNOWN, REVISION_UNKNOWN, the errors of opening and of saving.
        """
        named = replace(request, job=new_job())
        folder = (request.output or request.source).parent
        try:
            return self._workers.run(
                methods.REVISION_EXTRACT,
                named,
                size=size_of(request.source),
                pdf=True,
                cancel=cancel or Cancel(),
            )
        except BaseException:
            remove_job(folder, named.job)
            raise

    def differences(
        self, path: Path, end: int, *, first: int = 1, cancel: Cancel | None = None
    ) -> Differences:
        """Return where the pages look different from those of the revision that ends at ``end``.

        It stops after some seconds and says with which page to go on (``first``, counted from 1).
        """
        request = CompareRequest(path, end, first)
        return self._renderer.run(COMPARE, request, cancel=cancel)

    def page(
        self, path: Path, end: int, page: int, width: int, cancel: Cancel | None = None
    ) -> ComparedPage:
        """Draw a page, counted from 1, of both revisions, and say where they differ."""
        request = ComparePageRequest(path, end, page, width)
        return self._renderer.run(COMPARE_PAGE, request, cancel=cancel)
