"""The one door for stamped copies: a worker checks the signatures and draws them onto a copy."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.crypto import methods
from app.crypto.model import TrustMaterial
from app.crypto.opening import size_of
from app.crypto.saving import new_job, remove_job
from app.crypto.stamping.copy import StampedCopy, StampRequest, usual_copy_name
from app.crypto.stamping.style import StampStyle
from app.crypto.verifying.folder import bytes_to_search
from app.processes.cancelling import Cancel
from app.processes.pool import Pool

__all__ = ["StampRequest", "StampedCopy", "Stamping", "usual_copy_name"]

Progress = Callable[[int, int], None]


class Stamping:
    """Makes stamped copies under the trust of one profile. May be used from any thread."""

    def __init__(self, workers: Pool, trust: Callable[[], TrustMaterial]) -> None:
        """Take the workers; ``trust`` is asked at each copy for what the user trusts then."""
        self._workers = workers
        self._trust = trust

    def stamp(
        self,
        source: Path,
        style: StampStyle,
        *,
        signature: Path | None = None,
        output: Path | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> StampedCopy:
        """Check the signatures of one document and draw one mark for each onto a copy of it.

        Raises STAMP_SIGNATURE_BROKEN, STAMP_SIGNATURE_MISSING, STAMP_NOT_PDF, the other ``STAMP_*``
        codes, and those of opening, reading and saving files. Originals are never written.
        """
        request = StampRequest(
            source=source,
            signature=signature,
            style=style,
            output=output,
            trust=self._trust(),
            at=datetime.now(UTC).replace(microsecond=0),
            job=new_job(),
        )
        try:
            return self._workers.run(
                methods.STAMP,
                request,
                size=_weigh(request),
                pdf=True,
                progress=progress,
                cancel=cancel,
            )
        except BaseException:
            remove_job((output or source).parent, request.job)
            raise


def _weigh(request: StampRequest) -> int:
    """Return how much may have to be read: the document several times over."""
    named = size_of(request.source)
    if request.signature is not None:
        return 4 * named + size_of(request.signature)
    return 4 * max(named, min(bytes_to_search(request.source.parent), named * 4 + (64 << 20)))
