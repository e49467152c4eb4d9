"""The parent's side of one child: start it, ask it, watch over it, kill it.

All waiting for pipes is done by a daemon thread that belongs to the child, so a child that cannot
even be killed (stuck in the kernel) blocks neither a caller nor the program's exit.
"""

import logging
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import field
from io import BufferedReader, FileIO
from typing import Protocol, TypeVar, cast

from app.errors import ErrorCode, Fact, RoscherkError
from app.processes import wire
from app.processes.cancelling import Cancel
from app.processes.frames import Kind, read_frame, write_frames
from app.processes.launch import command_of, launch
from app.processes.limits import Limits
from app.processes.messages import Failure, Task
from app.processes.method import Method
from app.processes.watch import Quiet, Watch
from app.values import dataclass

__all__ = ["Cancel", "Child", "Limits", "Progress", "Quiet", "SecretBytes"]

Q = TypeVar("Q")
A = TypeVar("A")
Progress = Callable[[int, int], None]

_BETWEEN_REPORTS = 0.04
_MAX_STEPS = 100
_BUFFER = 64 << 10
_log = logging.getLogger(__name__)


class SecretBytes(Protocol):
    """A secret as the tokens' room keeps it; this room only carries it."""

    @property
    def buffer(self) -> bytearray:
        """The live bytes."""
        ...

    @property
    def wiped(self) -> bool:
        """Whether it was withdrawn; set before its bytes are overwritten."""
        ...


@dataclass(frozen=True)
class _Gone:
    """The last event of a child: it has ended, or could not be started."""

    started: bool
    status: int | None
    malformed: bool = False


@dataclass(frozen=True)
class _Frame:
    kind: Kind
    body: bytearray


@dataclass
class _Job:
    """One question on its way through the child's thread."""

    task: bytes
    request: bytes
    secret: SecretBytes | None
    events: "queue.SimpleQueue[_Frame | _Gone]" = field(default_factory=queue.SimpleQueue)
    reported: float = 0.0
    steps: int = 0
    begun: bool = False
    """The child was ready when it was asked: it need not say so again."""
    settled: bool = False
    """The child has given its answer, or its error, and is ready for the next question."""


class Child:
    """One child process. Questions to it are serial; any thread may ask or kill."""

    def __init__(self, role: str, *, command: Sequence[str] | None = None) -> None:
        self.role = role
        self._command = list(command) if command is not None else command_of(role)
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: BufferedReader | None = None
        self._ready = False
        self._over = False

    @property
    def pid(self) -> int | None:
        """The process id, once the child has been started."""
        process = self._process
        return None if process is None else process.pid

    @property
    def usable(self) -> bool:
        """Tell whether the child can still be asked (also before its start)."""
        process = self._process
        return not self._over and (process is None or process.poll() is None)

    def start(self) -> None:
        """Begin to start the process, if that has not been done; returns at once."""
        with self._state:
            if self._thread is None and not self._over:
                self._thread = threading.Thread(
                    target=self._live, name=f"child-{self.role}", daemon=True
                )
                self._thread.start()

    def kill(self) -> None:
        """End the process now; a question under way ends with an error. Returns at once."""
        with self._state:
            self._over = True
            if self._process is not None:
                self._process.kill()
        self._jobs.put(None)

    def join(self, seconds: float) -> None:
        """Wait for a killed child to be gone, at most so long."""
        if self._thread is not None:
            self._thread.join(seconds)

    def call(
        self,
        method: Method[Q, A],
        request: Q,
        *,
        limits: Limits,
        secret: SecretBytes | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        quiet: Quiet | None = None,
    ) -> A:
        """Ask the child and wait for its answer.

        Raises what the child raised, or ``CHILD_CRASHED``, ``CHILD_OVER_LIMIT``, ``CHILD_SILENT``,
        ``CHILD_NOT_STARTED``, ``CANCELLED``. After any of these the child is no longer usable, save
        for a secret that was wiped before it was sent, which is ``CANCELLED`` too.
        """
        task = Task(method.name, limits.cpu_seconds, limits.memory, secret is not None)
        job = _Job(wire.encode(task), wire.encode(request), secret)
        cancel = cancel or Cancel()
        if cancel.cancelled:
            raise RoscherkError(ErrorCode.CANCELLED)

        def call_off() -> None:
            self.kill()
            job.events.put(_Gone(started=True, status=None))  # not even waiting for its death

        with self._turn, cancel.calling(call_off):
            try:
                self._ask(job)
                body = self._await(job, Watch(limits, quiet), progress)
            except BaseException:
                if not job.settled:
                    self.kill()
                if cancel.cancelled:
                    raise RoscherkError(ErrorCode.CANCELLED) from None
                raise
        return self._decoded(body, method.answer)

    def _ask(self, job: _Job) -> None:
        """Hand the question to the child's thread."""
        self.start()
        with self._state:
            if self._over:
                raise self._error(ErrorCode.CHILD_CRASHED)
            job.begun = self._ready
            self._jobs.put(job)

    def _decoded(self, body: bytearray, kind: type[A]) -> A:
        """Return the answer; a child that answers nonsense is not asked again."""
        try:
            return wire.decode(body, kind)
        except wire.WireError as error:
            self.kill()
            raise self._error(ErrorCode.CHILD_CRASHED, reason="malformed") from error

    def _await(self, job: _Job, watch: Watch, progress: Progress | None) -> bytearray:
        """Wait for the answer; report progress; lose patience."""
        if job.begun:
            watch.begin()
        with watch:
            return self._answer(job, watch, progress)

    def _answer(self, job: _Job, watch: Watch, progress: Progress | None) -> bytearray:
        while True:
            try:
                event = job.events.get(timeout=watch.remaining())
            except queue.Empty:
                if watch.told_quiet():
                    continue
                raise watch.error(self._error) from None
            if isinstance(event, _Gone):
                raise self._death(event)
            if event.kind is Kind.READY:
                watch.begin()
            elif event.kind is Kind.PROGRESS:
                watch.heard()
                self._report(event.body, progress)
            elif event.kind is Kind.STEP:
                self._step(event.body, watch)
            elif event.kind is Kind.ERROR:
                job.settled = True
                raise self._failure(event.body)
            else:
                job.settled = True
                if event.kind is Kind.LAST_ANSWER:
                    self.kill()
                return event.body

    def _report(self, body: bytearray, progress: Progress | None) -> None:
        try:
            done, total = wire.decode(body, tuple[int, int])
        except wire.WireError as error:
            raise self._error(ErrorCode.CHILD_CRASHED, reason="malformed") from error
        if progress is not None:
            progress(done, total)

    def _step(self, body: bytearray, watch: Watch) -> None:
        try:
            watch.step(wire.decode(body, int))
        except (wire.WireError, IndexError) as error:
            raise self._error(ErrorCode.CHILD_CRASHED, reason="malformed") from error

    def _failure(self, body: bytearray) -> RoscherkError:
        """Return the error that the child met."""
        try:
            failure = wire.decode(body, Failure)
        except wire.WireError:
            self.kill()
            return self._error(ErrorCode.CHILD_CRASHED, reason="malformed")
        if failure.last:
            self.kill()
            return RoscherkError(failure.code, **failure.facts).with_facts(role=self.role)
        return RoscherkError(failure.code, **failure.facts)

    def _death(self, gone: _Gone) -> RoscherkError:
        """Say what a child died of."""
        if not gone.started:
            return self._error(ErrorCode.CHILD_NOT_STARTED)
        if gone.malformed:
            return self._error(ErrorCode.CHILD_CRASHED, reason="malformed")
        if gone.status == -getattr(signal, "SIGXCPU", 0) and gone.status:
            return self._error(ErrorCode.CHILD_OVER_LIMIT, limit="cpu")
        if gone.status is None:
            return self._error(ErrorCode.CHILD_CRASHED)
        return self._error(ErrorCode.CHILD_CRASHED, status=gone.status)

    def _error(self, code: ErrorCode, **facts: Fact) -> RoscherkError:
        return RoscherkError(code, role=self.role, **facts)

    # --- what follows runs in the child's own thread

    def _live(self) -> None:
        """Start the process and carry questions and answers until one side ends."""
        job: _Job | None = None
        started = malformed = False
        try:
            with self._state:
                if self._over:
                    return
                self._process = launch(self._command)
            # No secret ever comes from a child: its words may pass through a buffer.
            self._answers = BufferedReader(self._pipe("stdout"), _BUFFER)
            ready = self._read()
            started = self._ready = True
            while (job := self._jobs.get()) is not None:
                if not job.begun:
                    job.events.put(ready)
                self._carry(job)
        except wire.WireError:
            malformed = True
        except (OSError, EOFError, ValueError) as error:
            _log.debug("child %s ended: %s", self.role, type(error).__name__)
        finally:
            status = self._bury()
            gone = _Gone(started, status, malformed)
            if job is not None:
                job.events.put(gone)
            self._turn_away(gone)

    def _carry(self, job: _Job) -> None:
        """Send one question and pass on what comes back, up to its answer."""
        if not self._send(job):
            # Nothing was sent: this is answered here, and the child waits for the next question.
            withdrawn = wire.encode(Failure(ErrorCode.CANCELLED, {}))
            job.events.put(_Frame(Kind.ERROR, bytearray(withdrawn)))
            return
        while True:
            frame = self._read()
            if frame.kind is Kind.PROGRESS:
                # A child that floods us fills no queue.
                now = time.monotonic()
                if now - job.reported >= _BETWEEN_REPORTS:
                    job.reported = now
                    job.events.put(frame)
                continue
            if frame.kind not in _FINAL:
                job.steps += 1
                if frame.kind is not Kind.STEP or job.steps > _MAX_STEPS:
                    raise wire.WireError("order")
            job.events.put(frame)
            if frame.kind in _FINAL:
                return

    def _send(self, job: _Job) -> bool:
        """Send a question; False: its secret was wiped, and is not sent as zeros.

        It may be wiped at any moment, so what is sent is a copy, made at one go.
        """
        frames: list[tuple[Kind, bytes | bytearray]] = [
            (Kind.TASK, job.task),
            (Kind.REQUEST, job.request),
        ]
        if job.secret is None:
            write_frames(self._pipe("stdin"), *frames)
            return True
        copy = bytearray(job.secret.buffer)
        try:
            if job.secret.wiped:
                return False
            write_frames(self._pipe("stdin"), *frames, (Kind.SECRET, copy))
        finally:
            copy[:] = bytes(len(copy))
        return True

    def _read(self) -> _Frame:
        return _Frame(*read_frame(cast(BufferedReader, self._answers)))

    def _pipe(self, name: str) -> FileIO:
        return cast(FileIO, getattr(self._process, name))  # bufsize=0 gives raw files

    def _bury(self) -> int | None:
        """Close the pipes, see the process dead, leave no zombie; return how it ended."""
        with self._state:
            self._over = True
            process = self._process
        if process is None:
            return None
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            status = process.wait(timeout=0.5)  # its own way of dying tells more than our kill
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        return status

    def _turn_away(self, gone: _Gone) -> None:
        """Answer questions that came too late."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None:
                job.events.put(gone)


_FINAL = frozenset({Kind.ANSWER, Kind.LAST_ANSWER, Kind.ERROR})
