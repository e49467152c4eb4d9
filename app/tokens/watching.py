"""Tokens plugged in and pulled out, told as it happens.

A child process waits inside PC/SC (`app.tokens.cards.watch_host`); a thread here waits for what it
says. Where there is no PC/SC, the modules are asked every few seconds instead, and the state tells
why. Restarted whenever it dies.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Hashable, Sequence

from app.errors import ErrorCode, Fact, RoscherkError
from app.processes.child import Cancel, Child
from app.tokens.reader_methods import READERS_WATCH, WATCHING, Reader, ReadersState, WatchRequest
from app.values import dataclass

_ROLE = "reader-watch"
_POLL_SECONDS = 5.0
_RESTART_SECONDS = 2.0
_CLOSE_SECONDS = 1.0
_REMOTE_SESSION = 0x1000  # GetSystemMetrics: SM_REMOTESESSION
_REMOTE_SIGNS = ("XRDP_SESSION", "SSH_CONNECTION", "SSH_CLIENT")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What has changed about readers and tokens."""

    readers: tuple[Reader, ...] = ()
    """All readers there are now."""
    inserted: tuple[str, ...] = ()
    """The readers in which a card is new."""
    removed: tuple[str, ...] = ()
    """The readers whose card, or which themselves, are gone."""
    problem: RoscherkError | None = None
    """Why tokens cannot be seen, or only with a delay: one of the ``READERS_…`` codes."""


OnChange = Callable[[Change], None]
"""Called in the watcher's thread; must return soon."""


class Watcher:
    """Watches readers from `start` to `close`."""

    def __init__(
        self,
        *,
        poll: Callable[[], Hashable] | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        """``poll`` lists the tokens in some way that can be compared; used where PC/SC fails."""
        self._poll = poll
        self._command = command
        self._listeners: list[OnChange] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._cancel = Cancel()
        self._thread: threading.Thread | None = None
        self._child: Child | None = None
        self._state: ReadersState | None = None
        self._polled: Hashable = None
        self._poll_at = 0.0

    def heed(self, listener: OnChange) -> None:
        """Add one who is told of every change; the first one tells of the state as it is found."""
        with self._lock:
            self._listeners.append(listener)

    @property
    def problem(self) -> RoscherkError | None:
        """Why tokens cannot be seen now; None: they can, or nothing is known yet."""
        return None if self._state is None else _problem_of(self._state)

    @property
    def readers(self) -> tuple[Reader, ...]:
        """The readers that were there at the last look."""
        return () if self._state is None else self._state.readers

    def start(self) -> None:
        """Begin to watch; returns at once."""
        with self._lock:
            if self._thread is None and not self._over.is_set():
                self._thread = threading.Thread(target=self._watch, name="readers", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop watching. Never hangs."""
        self._over.set()
        self._cancel.cancel()
        with self._lock:
            child = self._child
        if child is not None:
            child.kill()
            child.join(_CLOSE_SECONDS)

    def _watch(self) -> None:
        while not self._over.is_set():
            try:
                self._take(self._ask())
            except RoscherkError as error:
                if not self._over.is_set():
                    _log.warning("the watcher of readers ended: %s", error)
                    self._take(ReadersState(problem=ErrorCode.READERS_FAILED, status=error.code))
                    self._over.wait(_RESTART_SECONDS)
            if self.problem is not None and not self._over.is_set():
                self._ask_modules()

    def _ask(self) -> ReadersState:
        with self._lock:
            if self._child is None or not self._child.usable:
                self._child = Child(_ROLE, command=self._command)
            child = self._child
        request = WatchRequest(known=self._state)
        return child.call(READERS_WATCH, request, limits=WATCHING, cancel=self._cancel)

    def _take(self, state: ReadersState) -> None:
        """Tell what is different from before."""
        before, self._state = self._state, state
        if before == state:
            return
        old = {} if before is None else {each.name: each for each in before.readers if each.card}
        new = {each.name: each for each in state.readers if each.card}
        changed = {name for name in old.keys() & new.keys() if old[name] != new[name]}
        self._tell(
            Change(
                readers=state.readers,
                inserted=tuple(sorted(new.keys() - old.keys() | changed)),
                removed=tuple(sorted(old.keys() - new.keys() | changed)),
                problem=_problem_of(state),
            )
        )

    def _ask_modules(self) -> None:
        """Ask the modules themselves, modestly: it is all there is without PC/SC."""
        state = self._state
        no_service = state is not None and state.problem is not ErrorCode.READERS_NONE
        if self._poll is None or not no_service or time.monotonic() < self._poll_at:
            return
        found = self._poll()
        self._poll_at = time.monotonic() + _POLL_SECONDS
        before, self._polled = self._polled, found
        if before is not None and before != found:
            self._tell(Change(readers=self.readers, problem=self.problem))

    def _tell(self, change: Change) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(change)
            except Exception:  # noqa: BLE001 - one who cannot hear must not make the others deaf
                _log.exception("a listener to changes of readers failed")


def _problem_of(state: ReadersState) -> RoscherkError | None:
    if state.problem is None:
        return None
    code = state.problem
    if code is ErrorCode.READERS_NONE and in_remote_session():
        code = ErrorCode.READERS_REMOTE
    facts: dict[str, Fact] = {"rv": state.status} if state.status else {}
    return RoscherkError(code, **facts)


def look_once(
    command: Sequence[str] | None = None,
) -> tuple[tuple[Reader, ...], RoscherkError | None]:
    """Look at the readers once, without a watcher; return them and why tokens cannot be seen.

    Raises ``CHILD_*``.
    """
    child = Child(_ROLE, command=command)
    try:
        state = child.call(READERS_WATCH, WatchRequest(), limits=WATCHING)
    finally:
        child.kill()
    return state.readers, _problem_of(state)


def in_remote_session() -> bool:
    """Tell whether a person sits at another computer: then its tokens are seen, not those here."""
    if sys.platform == "win32":
        # Imported here: no other system has it, and no other start shall load it.
        import ctypes  # noqa: PLC0415

        return bool(ctypes.windll.user32.GetSystemMetrics(_REMOTE_SESSION))
    return any(os.environ.get(name) for name in _REMOTE_SIGNS)
