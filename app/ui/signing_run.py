"""Signing several documents with one key and one entry of its secret. No Qt here.

The secret is tried once. A wrong one ends the run before anything else is tried with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from app.crypto.model import Encoding, SignedFile, SignRequest
from app.crypto.signing.door import Signing
from app.crypto.stamping.style import NO_STAMP, StampStyle
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.tokens.model import Container
from app.tokens.pin import Secret
from app.ui.files import Document, State
from app.ui.notes import Notes
from app.ui.work import Job, Task, Tasks

_FATAL: Final = frozenset(
    {
        ErrorCode.CANCELLED,
        ErrorCode.CERTIFICATE_EXPIRED,
        ErrorCode.CERTIFICATE_KEY_MISMATCH,
        ErrorCode.CERTIFICATE_MISSING,
        ErrorCode.CERTIFICATE_NOT_YET_VALID,
        ErrorCode.CONTAINER_DAMAGED,
        ErrorCode.CONTAINER_NOT_FOUND,
        ErrorCode.DISK_FULL,
        ErrorCode.KEY_NOT_FOUND,
        ErrorCode.KEY_READING_OFF,
        ErrorCode.KEY_UNSUPPORTED,
        ErrorCode.PASSWORD_NEEDED,
        ErrorCode.PASSWORD_WRONG,
        ErrorCode.PIN_EXPIRED,
        ErrorCode.PIN_LAST_TRY,
        ErrorCode.PIN_LENGTH,
        ErrorCode.PIN_LOCKED,
        ErrorCode.PIN_NEEDED,
        ErrorCode.PIN_NOT_SET,
        ErrorCode.PIN_WRONG,
        ErrorCode.TOKEN_ERROR,
        ErrorCode.TOKEN_NOT_FOUND,
        ErrorCode.TOKEN_REMOVED,
    }
)
"""The key will fail for the next document too: the run ends."""


@dataclass(frozen=True, kw_only=True)
class SignOptions:
    """What the user chose for the signature."""

    attached: bool = False
    stamp: bool = True
    style: StampStyle = field(default_factory=StampStyle)
    encoding: Encoding = Encoding.DER


@dataclass(frozen=True)
class RunEnd:
    """How a run ended. ``error`` stopped it; failures of single documents stand on these."""

    signed: int
    failed: int
    error: RoscherkError | None = None


class SigningRun:
    """One run over several documents, one after another."""

    def __init__(
        self,
        signing: Signing,
        tasks: Tasks,
        notes: Notes,
        container: Container,
        options: SignOptions,
        *,
        on_change: Callable[[Document], None],
        on_end: Callable[[RunEnd], None],
    ) -> None:
        self._signing = signing
        self._tasks = tasks
        self._notes = notes
        self._container = container
        self._options = options
        self._on_change = on_change
        self._on_end = on_end
        self._secret: Secret | None = None
        self._waiting: list[Document] = []
        self._task: Task | None = None
        self._signed = 0
        self._failed = 0
        self.slow = False

    def start(self, documents: Sequence[Document], secret: Secret | None) -> None:
        """Sign the documents; the secret is taken over and wiped at the end."""
        self._secret = secret
        if secret is not None:
            secret.for_run = len(documents) > 1
        self._waiting = list(documents)
        for document in documents[1:]:
            self._on_change(replace(document, state=State.WAITING, error=None, percent=None))
        self._next()

    def cancel(self) -> None:
        """Stop. What is signed stays signed."""
        if self._task is not None:
            self._task.cancel()

    def _next(self) -> None:
        if not self._waiting:
            self._end(None)
            return
        document = self._waiting[0]
        self.slow = False
        self._on_change(replace(document, state=State.SIGNING, error=None, percent=None))
        request = self._request(document)
        self._task = self._tasks.run(
            lambda job: self._sign(request, job),
            done=lambda signed: self._take(document, signed),
            failed=lambda error: self._fail(document, error),
            progress=lambda done, total: self._progress(document, done, total),
            slow=lambda: self._is_slow(document),
            lane="sign",
        )

    def _request(self, document: Document) -> SignRequest:
        return SignRequest(
            source=document.path,
            container=self._container,
            attached=self._options.attached,
            stamp=self._options.style if self._options.stamp else NO_STAMP,
            encoding=self._options.encoding,
            signing_time=datetime.now(UTC),
        )

    def _sign(self, request: SignRequest, job: Job) -> SignedFile:
        return self._signing.sign(request, self._secret, progress=job.progress, cancel=job.cancel)

    def _progress(self, document: Document, done: int, total: int) -> None:
        percent = min(100, done * 100 // total) if total else None
        self._on_change(replace(document, state=State.SIGNING, error=None, percent=percent))

    def _is_slow(self, document: Document) -> None:
        self.slow = True
        self._on_change(replace(document, state=State.SIGNING, error=None, percent=None))

    def _take(self, document: Document, signed: SignedFile) -> None:
        self._signed += 1
        self._waiting.pop(0)
        self._notes.note(
            Action.SIGN,
            signed.target,
            "done",
            key=self._container.uri,
            created_with=signed.created_with,
            practice=signed.practice,
        )
        self._on_change(
            replace(document, state=State.SIGNED, signed=signed, percent=None, error=None)
        )
        self._next()

    def _fail(self, document: Document, error: RoscherkError) -> None:
        if error.code is not ErrorCode.CANCELLED:
            self._notes.note(Action.SIGN, document.path, str(error.code), key=self._container.uri)
        if error.code in _FATAL:
            self._end(error)
            return
        self._failed += 1
        self._waiting.pop(0)
        self._on_change(replace(document, state=State.FAILED, error=error, percent=None))
        self._next()

    def _end(self, error: RoscherkError | None) -> None:
        if self._secret is not None:
            self._secret.wipe()
            self._secret = None
        for document in self._waiting:
            self._on_change(replace(document, state=State.ADDED, error=None, percent=None))
        self._waiting = []
        self._task = None
        self._on_end(RunEnd(self._signed, self._failed, error))
