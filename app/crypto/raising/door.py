"""The one door for raising signatures that are there: a worker asks, checks and writes anew.

No key is needed. The source is never written; the new file gets its name only after every
signature in it was read back and found no worse than before.
"""

from collections.abc import Callable
from dataclasses import replace

from app.crypto import methods
from app.crypto.network.passwords import ProxyPassword
from app.crypto.opening import looks_like_pdf, open_regular, size_of
from app.crypto.raising.model import RaisedFile, RaiseRequest
from app.crypto.saving import new_job, remove_job
from app.crypto.timestamps.patience import longest_wait
from app.crypto.verifying.folder import size_of_document
from app.processes.cancelling import Cancel
from app.processes.pool import Pool

Progress = Callable[[int, int], None]

_PASSES = 6
"""How often the content is read or written at most: to check it, to digest it anew, to copy it."""
_SIGNATURES = 10
"""For so many signatures the network gets its time."""


class Raising:
    """Raises signatures of CMS and PDF files. May be used from any thread, several at once."""

    def __init__(self, workers: Pool, proxy_password: ProxyPassword | None = None) -> None:
        """Take the crypto workers."""
        self._workers = workers
        self._proxy_password = proxy_password or ProxyPassword()

    def raise_file(
        self,
        request: RaiseRequest,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> RaisedFile:
        """Save the file with its signatures raised; return what was reached and what was not.

        Raises LEVEL_REACHED, LEVEL_BASE_MISSING, LEVEL_ARCHIVE_OLD, LEVEL_UNSUITABLE,
        ARCHIVE_STAMP_HOLDS, SIGNATURE_*, CONTENT_*, and, where not one signature came any higher,
        the error that stood in the way (TIME_STAMP_*, NETWORK_*, EVIDENCE_INCOMPLETE).
        """
        request = replace(request, job=new_job())
        with open_regular(request.source) as file:
            pdf = looks_like_pdf(file)
        size = size_of(request.source)
        if not pdf:
            size = _PASSES * (size + size_of_document(request.source, request.content))
        count = _SIGNATURES if request.numbers is None else max(len(request.numbers), 1)
        try:
            return self._workers.run(
                methods.RAISE,
                request,
                size=size,
                pdf=pdf,
                waiting=longest_wait(request.evidence, request.level, 1 if pdf else count),
                secret=self._proxy_password.current,
                progress=progress,
                cancel=cancel or Cancel(),
            )
        except BaseException:
            remove_job((request.output or request.source).parent, request.job)
            raise
