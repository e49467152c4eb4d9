"""A few children of one role for any number of threads: each question gets a child of its own."""

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self, TypeVar

from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.child import Child, Progress, SecretBytes
from app.processes.limits import for_content
from app.processes.method import Method

Q = TypeVar("Q")
A = TypeVar("A")

_CLOSE_SECONDS = 1.0
_ENDED = frozenset({ErrorCode.CHILD_CRASHED, ErrorCode.CHILD_NOT_STARTED})


class Pool:
    """Up to ``size`` children. They start when needed and stay for the next question.

    The last one used is asked first: it is warm, and the others may never have to start.
    """

    def __init__(self, role: str, size: int = 2, *, command: Sequence[str] | None = None) -> None:
        self.role = role
        self._size = size
        self._command = command
        self._change = threading.Condition()
        self._idle: list[Child] = []
        self._busy: set[Child] = set()
        self._closed = False

    def run(
        self,
        method: Method[Q, A],
        request: Q,
        *,
        size: int = 0,
        pdf: bool = False,
        waiting: float = 0.0,
        secret: SecretBytes | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> A:
        """Ask one child and wait for the answer; any thread may call, several at once.

        ``size`` is the length of the content in bytes: it gives the task its time and memory.
        ``waiting`` is added to its time, in seconds, for what it asks of the network.
        Raises as `Child.call` does. A child that crashed or was over its limits is replaced.
        """
        cancel = cancel or Cancel()
        child = self._take(cancel)
        try:
            return child.call(
                method,
                request,
                limits=for_content(size, pdf=pdf, waiting=waiting),
                secret=secret,
                progress=progress,
                cancel=cancel,
            )
        except RoscherkError as error:
            if self._closed and error.code in _ENDED:
                raise RoscherkError(ErrorCode.CANCELLED) from None
            raise
        finally:
            self._give_back(child)

    def warm(self) -> None:
        """Begin to start one child, so that the first question finds it ready. Returns at once."""
        with self._change:
            if self._closed or self._idle or self._busy:
                return
            child = Child(self.role, command=self._command)
            self._idle.append(child)
        child.start()

    def close(self) -> None:
        """Kill all children; questions under way end with ``CANCELLED``. Never hangs."""
        with self._change:
            self._closed = True
            children = [*self._idle, *self._busy]
            self._idle.clear()
            self._change.notify_all()
        for child in children:
            child.kill()
        for child in children:
            child.join(_CLOSE_SECONDS)

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the children that live now."""
        with self._change:
            children = [*self._idle, *self._busy]
        return tuple(child.pid for child in children if child.usable and child.pid is not None)

    def _take(self, cancel: Cancel) -> Child:
        """Return an idle child, a new one, or wait for one."""
        with cancel.calling(self._wake), self._change:
            while True:
                if self._closed or cancel.cancelled:
                    raise RoscherkError(ErrorCode.CANCELLED)
                while self._idle:
                    child = self._idle.pop()
                    if child.usable:
                        self._busy.add(child)
                        return child
                    child.kill()
                if len(self._busy) < self._size:
                    child = Child(self.role, command=self._command)
                    self._busy.add(child)
                    return child
                self._change.wait()

    def _give_back(self, child: Child) -> None:
        with self._change:
            self._busy.discard(child)
            if child.usable and not self._closed:
                self._idle.append(child)
            else:
                child.kill()
            self._change.notify_all()  # one alone might be the waiter that was called off

    def _wake(self) -> None:
        with self._change:
            self._change.notify_all()

    def __enter__(self) -> Self:
        """Use the pool as a context: it is closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()
