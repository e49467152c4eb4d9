"""Signing several documents with one key and one entry of its secret. No Qt here.

The secret is tried once. A wrong one ends the run before anything else is tried with it. When the
token is pulled out, or its module dies, the run stands still: it goes on at the same document when
the same token is there again and its PIN was typed anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Final, Protocol

from app.crypto.model import (
    Encoding,
    EvidenceOrder,
    SignatureFormat,
    SignatureLevel,
    SignedFile,
    SigningAct,
    SignRequest,
)
from app.crypto.saving import free_name, usual_target
from app.crypto.signing.door import Signing
from app.crypto.stamping.style import NO_STAMP, StampStyle
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.processes.cancelling import Cancel
from app.tokens.awaiting import Look, OnLook, can_await, wants_pin
from app.tokens.model import Container, Token
from app.tokens.pin import Secret
from app.ui.files import Document, State
from app.ui.known_keys import Key
from app.ui.notes import Notes
from app.ui.work import Job, Task, Tasks
from app.values import dataclass

USUAL_SUFFIX: Final = ".sig"

_AT_ONCE: Final = 250
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
PUT_TOGETHER: Final = frozenset({State.WAITING, State.ADDED})
"""A run puts its whole batch to wait, or back, at once: it is shown all together."""


@dataclass(frozen=True, kw_only=True)
class SignOptions:
    """What the user chose for the signature."""

    attached: bool = False
    stamp: bool = True
    style: StampStyle = field(default_factory=StampStyle)
    encoding: Encoding = Encoding.DER
    form: SignatureFormat = SignatureFormat.AUTO
    level: SignatureLevel = SignatureLevel.B
    evidence: EvidenceOrder = field(default_factory=EvidenceOrder)
    """Where time-stamps come from; needed above level B."""
    suffix: str = USUAL_SUFFIX
    """Of a signature in a file of its own."""
    server: str = ""
    """The server of time-stamps to be asked; empty: those of the settings, in their order."""
    recipient: str = ""
    """To whom it goes: the ``id`` of a row of `app.crypto.recipients`; empty: nobody is named."""
    act: SigningAct = SigningAct.NEW
    countersigned: int | None = None
    """COUNTER_SIGN: the number of that signature."""


@dataclass(frozen=True)
class RunEnd:
    """How a run ended. ``error`` stopped it; failures of single documents stand on these."""

    signed: int
    failed: int
    error: RoscherkError | None = None


class Awaits(Protocol):
    """What is needed to wait for a token (`app.tokens.awaiting.Awaiting`)."""

    def wait(self, container: Container, cancel: Cancel, on_look: OnLook) -> Container:
        """Return when the token of the container is there."""
        ...


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Why a run stands still, and what it waits for."""

    container: Container
    error: RoscherkError
    """What has interrupted it."""
    document: Document
    """It is not signed yet; the run goes on with it."""
    signed: int
    left: int
    """Documents still to be signed, with that one."""
    there: bool = False
    """Nothing is missing but the PIN: `SigningRun.resume`."""
    others: tuple[Token, ...] = ()
    """Tokens that are plugged in and are not the one that is waited for."""
    problem: RoscherkError | None = None
    """Why tokens cannot be seen now."""

    @property
    def pulled_out(self) -> bool:
        """Tell whether it is the token that went, and not its driver."""
        return self.error.code in {ErrorCode.TOKEN_REMOVED, ErrorCode.TOKEN_NOT_FOUND}

    @property
    def each_signature(self) -> bool:
        """Tell whether the key wants its PIN for each signature."""
        return self.error.facts.get("reason") == "each_signature"


class SigningRun:
    """One run over several documents, one after another."""

    def __init__(
        self,
        signing: Signing,
        tasks: Tasks,
        notes: Notes,
        key: Key,
        options: SignOptions,
        *,
        awaits: Awaits,
        on_change: Callable[[Document], None],
        on_pause: Callable[[Pause], None],
        on_end: Callable[[RunEnd], None],
    ) -> None:
        self._signing = signing
        self._tasks = tasks
        self._notes = notes
        self.key = key
        self._container = key.container
        self._options = options
        self._awaits = awaits
        self._on_pause = on_pause
        self._on_change = on_change
        self._on_end = on_end
        self._secret: Secret | None = None
        self._waiting: list[Document] = []
        self._task: Task | None = None
        self._made: tuple[Document, SignedFile] | None = None
        """Made by the thread, and not taken yet."""
        self._over = False
        self._signed = 0
        self._failed = 0
        self.slow = False
        self.pause: Pause | None = None
        """Set while the run stands still."""

    def start(self, documents: Sequence[Document], secret: Secret | None) -> None:
        """Sign the documents; the secret is taken over and wiped at the end."""
        self._waiting = list(documents)
        self._mark(tuple(documents), 1)
        self._take_secret(secret)
        self._next()

    def _mark(self, documents: Sequence[Document], first: int) -> None:
        """Say of documents that they wait, from the place ``first`` on: so many a turn, if they still do."""
        at_work = len(documents) - len(self._waiting)
        for document in documents[max(first, at_work + 1) : first + _AT_ONCE]:
            self._on_change(replace(document, state=State.WAITING, error=None, percent=None))
        if self._waiting and first + _AT_ONCE < len(documents):
            self._tasks.post(lambda: self._mark(documents, first + _AT_ONCE))

    def resume(self, secret: Secret | None) -> None:
        """Go on with the document at which the run stands, with a secret that was typed anew."""
        if self.pause is None or not self.pause.there:
            raise ValueError("the run does not wait for a secret")
        self.pause = None
        self._take_secret(secret)
        self._next()

    def wait_again(self, error: RoscherkError) -> None:
        """Wait for the token once more: it went away while its PIN was asked for."""
        if self.pause is not None:
            self._stand_still(self._waiting[0], error)

    def cancel(self) -> None:
        """Stop. What is signed stays signed."""
        if self.pause is not None and self.pause.there:
            self._end(RoscherkError(ErrorCode.CANCELLED))
        elif self._task is not None:
            self._task.cancel()

    def _take_secret(self, secret: Secret | None) -> None:
        self._secret = secret
        if secret is not None:
            secret.for_run = len(self._waiting) > 1

    def _wipe_secret(self) -> None:
        if self._secret is not None:
            self._secret.wipe()
            self._secret = None

    def _next(self) -> None:
        if not self._waiting:
            self._end(None)
            return
        document = self._waiting[0]
        self.slow = False
        self._on_change(replace(document, state=State.SIGNING, error=None, percent=None))
        request = self._request(document)
        self._task = self._tasks.run(
            lambda job: self._sign(document, request, job),
            done=lambda signed: self._take(document, signed),
            failed=lambda error: self._fail(document, error),
            progress=lambda done, total: self._progress(document, done, total),
            slow=lambda: self._is_slow(document),
            lane="sign",
        )

    def _request(self, document: Document) -> SignRequest:
        options = self._options
        act, source = options.act, document.path
        if act is not SigningAct.NEW:
            source = document.to_verify
            if source.suffix.lower() == ".pdf":
                act = SigningAct.NEW  # a PDF takes one signature after another
        return SignRequest(
            source=source,
            container=self._container,
            format=options.form if act is SigningAct.NEW else SignatureFormat.AUTO,
            attached=options.attached,
            stamp=options.style if options.stamp else NO_STAMP,
            encoding=options.encoding,
            signing_time=datetime.now(UTC),
            level=options.level,
            evidence=options.evidence,
            act=act,
            content=document.content if act is not SigningAct.NEW else None,
            countersigned=options.countersigned,
        )

    def _sign(self, document: Document, request: SignRequest, job: Job) -> SignedFile:
        """Sign one document; runs in a thread."""
        named, secret = self._named(request), self._secret
        signed = self._signing.sign(named, secret, progress=job.progress, cancel=job.cancel)
        # Whoever called the run off does not hear the thread; the file is there all the same.
        self._tasks.post(lambda: self._hear(document, signed))
        return signed

    def _hear(self, document: Document, signed: SignedFile) -> None:
        if self._over:
            self._tell_signed(document, signed)
        else:
            self._made = document, signed

    def _named(self, request: SignRequest) -> SignRequest:
        """Give the signature file another suffix, where one is wanted."""
        pdf = request.source.suffix.lower() == ".pdf"
        inside = pdf and request.format is not SignatureFormat.CADES
        usual = self._options.suffix == USUAL_SUFFIX
        if usual or inside or request.act is not SigningAct.NEW:
            return request
        practice = self._container.practice
        target = usual_target(request.source, SignatureFormat.CADES, practice=practice)
        return replace(request, output=free_name(target.with_suffix(self._options.suffix)))

    def _progress(self, document: Document, done: int, total: int) -> None:
        percent = min(100, done * 100 // total) if total else None
        self._on_change(replace(document, state=State.SIGNING, error=None, percent=percent))

    def _is_slow(self, document: Document) -> None:
        self.slow = True
        self._on_change(replace(document, state=State.SIGNING, error=None, percent=None))

    def _take(self, document: Document, signed: SignedFile) -> None:
        self._made = None
        self._waiting.pop(0)
        self._tell_signed(document, signed)
        self._next()

    def _tell_signed(self, document: Document, signed: SignedFile) -> None:
        self._signed += 1
        self._notes.note(
            Action.SIGN,
            signed.target,
            "done",
            source=str(document.path),
            key=self._container.uri,
            created_with=signed.created_with,
            practice=signed.practice,
            level=signed.level,
            attached=signed.attached,
            encoding=signed.encoding.value,
        )
        self._on_change(
            replace(document, state=State.SIGNED, signed=signed, percent=None, error=None)
        )

    def _fail(self, document: Document, error: RoscherkError) -> None:
        if error.code is not ErrorCode.CANCELLED and not wants_pin(error):
            self._notes.note(Action.SIGN, document.path, str(error.code), key=self._container.uri)
        if can_await(self._container, error):
            self._stand_still(document, error)
            return
        if error.code in _FATAL:
            self._end(error)
            return
        self._failed += 1
        self._waiting.pop(0)
        self._on_change(replace(document, state=State.FAILED, error=error, percent=None))
        self._next()

    def _stand_still(self, document: Document, error: RoscherkError) -> None:
        """Wipe the PIN, and wait for the token where it is the token that is missing."""
        self._wipe_secret()
        self._task = None
        self._on_change(replace(document, state=State.WAITING, error=None, percent=None))
        self._show_pause(
            Pause(
                container=self._container,
                error=error,
                document=document,
                signed=self._signed,
                left=len(self._waiting),
                there=wants_pin(error),
            )
        )
        if not wants_pin(error):
            self._task = self._tasks.run(
                lambda job: self._awaits.wait(self._container, job.cancel, self._look),
                done=self._is_back,
                failed=self._end,
                lane="sign",
            )

    def _look(self, look: Look) -> None:
        """Hear what the waiting thread sees."""
        self._tasks.post(lambda: self._take_look(look))

    def _take_look(self, look: Look) -> None:
        if self.pause is not None and not self.pause.there:
            self._show_pause(replace(self.pause, others=look.others, problem=look.problem))

    def _is_back(self, container: Container) -> None:
        self._task = None
        self._container = container
        if self.pause is not None:
            back = replace(self.pause, container=container, there=True, others=(), problem=None)
            self._show_pause(back)

    def _show_pause(self, pause: Pause) -> None:
        self.pause = pause
        self._on_pause(pause)

    def _end(self, error: RoscherkError | None) -> None:
        self._wipe_secret()
        self.pause = None
        self._over = True
        if self._made is not None:
            self._waiting.remove(self._made[0])
            self._tell_signed(*self._made)
        for document in self._waiting:
            self._on_change(replace(document, state=State.ADDED, error=None, percent=None))
        self._waiting = []
        self._task = None
        self._on_end(RunEnd(self._signed, self._failed, error))
