"""The one door to looks at files: a worker reads them, nobody else."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.crypto import methods
from app.crypto.mchd.checking import Signing, answer_of
from app.crypto.mchd.delegation import Attorney
from app.crypto.opening import size_of
from app.crypto.verdict.facts import CertificateFacts, SignatureKind
from app.crypto.verdict.mchd_facts import MchdFacts
from app.crypto.verdict.report import FileReport, MchdAnswer
from app.crypto.verifying.door import Verifying, VerifyOptions
from app.crypto.verifying.names import signature_beside
from app.crypto.viewing.model import MarkPicture, MarkTrial, ViewAnswer, ViewRequest
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.values import dataclass

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class CheckedMchd:
    """A power of attorney held against the one who is going to sign."""

    facts: MchdFacts
    signature: Path | None
    """The file of its principal's signature."""
    answer: MchdAnswer


class Viewing:
    """Looks at files before anything is done with them. May be used from any thread."""

    def __init__(self, workers: Pool, verifying: Verifying) -> None:
        """Take the crypto workers, and who judges the signature of a power of attorney."""
        self._workers = workers
        self._verifying = verifying

    def view(
        self, path: Path, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> ViewAnswer:
        """Return what a file shows. Raises the ``FILE_*`` codes and CHILD_OVER_LIMIT."""
        return self._workers.run(
            methods.VIEW,
            ViewRequest(path=path),
            size=size_of(path),
            progress=progress,
            cancel=cancel or Cancel(),
        )

    def try_mark(self, trial: MarkTrial, cancel: Cancel | None = None) -> MarkPicture:
        """Return how a mark would look at a place. Raises as `app.crypto.pdf.mark_trial` does."""
        return self._workers.run(
            methods.MARK_TRY,
            trial,
            size=size_of(trial.path),
            pdf=True,
            cancel=cancel or Cancel(),
        )

    def check_mchd(
        self, path: Path, signer: CertificateFacts | None, cancel: Cancel | None = None
    ) -> CheckedMchd:
        """Read a power of attorney and hold it against a signer, as of now.

        Raises FORMAT_UNKNOWN for what is no power of attorney, and what `view` raises.
        """
        facts = self.view(path, cancel=cancel).mchd
        if facts is None:
            raise RoscherkError(ErrorCode.FORMAT_UNKNOWN, path=str(path))
        signature = signature_beside(path)
        report: FileReport | None = None
        own: CertificateFacts | None = None
        if signature is not None:
            checked = self._verifying.verify(
                [signature], VerifyOptions(content=path), cancel=cancel
            )
            report = checked.report.files[0]
            found = checked.verifications[0].facts.signatures
            own = next((one.signer for one in found if one.kind is SignatureKind.SIGNATURE), None)
        now = datetime.now(UTC)
        answer = answer_of(
            Signing(signer=signer, at=now, proved=False, now=now),
            Attorney(mchd=facts, report=report, signer=own),
        )
        return CheckedMchd(facts=facts, signature=signature, answer=answer)
