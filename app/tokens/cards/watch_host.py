"""The watcher of readers: a child process that waits inside PC/SC, so that nobody else has to.

A call into PC/SC may block for as long as its service likes; this process can be killed.
"""

import time

from app.errors import ErrorCode
from app.processes.serving import Context, serve
from app.tokens.cards import winscard
from app.tokens.cards.problems import NO_READERS, SUCCESS, TIMEOUT, UNKNOWN_READER, problem_of
from app.tokens.reader_methods import READERS_WATCH, Reader, ReadersState, WatchRequest

_NEW_READERS = r"\\?PnP?\Notification"
_SLICE = 1.0
"""Seconds between two looks where the system does not tell of new readers (macOS)."""
_BETWEEN_TRIES = 0.5
_SETTLED = 0.1
_SETTLING_ROUNDS = 3
_MOST_READERS = 32
_COUNT_SHIFT = 16


class PcscError(Exception):
    """A call of PC/SC did not succeed."""

    def __init__(self, status: int) -> None:
        super().__init__(hex(status))
        self.status = status


class WatchHost:
    """The answers of this process, and its connection to PC/SC."""

    def __init__(self) -> None:
        self._pcsc: winscard.Pcsc | None = None
        self._context: int | None = None

    def watch(self, request: WatchRequest, _: Context) -> ReadersState:
        """Wait for a change of the readers."""
        until = time.monotonic() + request.seconds
        state = self._state()
        while state == request.known and (left := until - time.monotonic()) > 0:
            self._wait(state, min(left, _SLICE))
            state = self._state()
        return state if state == request.known else self._settled(state)

    def _settled(self, state: ReadersState) -> ReadersState:
        """Wait for the last of several changes: a token of many applets comes in steps."""
        for _ in range(_SETTLING_ROUNDS):
            time.sleep(_SETTLED)
            now = self._state()
            if now == state:
                break
            state = now
        return state

    def _state(self) -> ReadersState:
        """Look at all readers; a failure is a state too."""
        try:
            readers = self._readers(*self._connected())
        except OSError:
            return ReadersState(problem=ErrorCode.READERS_LIBRARY_MISSING)
        except PcscError as error:
            self._disconnect()
            return ReadersState(problem=problem_of(error.status), status=f"{error.status:08X}")
        problem = None if readers else ErrorCode.READERS_NONE
        return ReadersState(readers=readers, problem=problem)

    def _connected(self) -> tuple[winscard.Pcsc, int]:
        """Return the library and a context; raise `OSError` where there is no library."""
        pcsc = self._pcsc = self._pcsc or winscard.Pcsc()
        if self._context is None:
            status, context = pcsc.establish()
            _demand(status)
            self._context = context
        return pcsc, self._context

    def _disconnect(self) -> None:
        """Let go of a context that no longer works; the next look makes another."""
        context, self._context = self._context, None
        if context is not None and self._pcsc is not None:
            self._pcsc.release(context)

    @staticmethod
    def _readers(pcsc: winscard.Pcsc, context: int) -> tuple[Reader, ...]:
        status, names = pcsc.readers(context)
        if status == NO_READERS:
            return ()
        _demand(status)
        wanted = [(name, winscard.STATE_UNAWARE) for name in names[:_MOST_READERS]]
        if not wanted:
            return ()
        status, states = pcsc.changes(context, 0, wanted)
        if status == UNKNOWN_READER:
            return ()  # it went between the two calls; the next look sees it so
        _demand(status, TIMEOUT)
        return tuple(sorted(map(_reader, states), key=lambda reader: reader.name))

    def _wait(self, state: ReadersState, seconds: float) -> None:
        """Wait for the next event, or for a moment where nothing can be waited for."""
        if self._context is None or self._pcsc is None:
            time.sleep(min(seconds, _BETWEEN_TRIES))
            return
        known = [
            (
                reader.name,
                (winscard.STATE_PRESENT if reader.card else winscard.STATE_EMPTY)
                | reader.count << _COUNT_SHIFT,
            )
            for reader in state.readers
        ]
        begun = time.monotonic()
        wanted = [*known, (_NEW_READERS, winscard.STATE_UNAWARE)]
        status, _ = self._pcsc.changes(self._context, int(seconds * 1000), wanted)
        if status == UNKNOWN_READER or time.monotonic() - begun < _SETTLED:
            time.sleep(_SETTLED)  # a system that answers at once must not keep us running


def _reader(state: tuple[str, int, bytes]) -> Reader:
    name, event, atr = state
    card = bool(event & winscard.STATE_PRESENT)
    octets = atr.hex() if card else ""
    return Reader(name=name, card=card, atr=octets, count=event >> _COUNT_SHIFT)


def _demand(status: int, *also: int) -> None:
    if status not in {SUCCESS, *also}:
        raise PcscError(status)


def main() -> None:
    """Answer questions until the parent closes the pipe."""
    serve({READERS_WATCH: WatchHost().watch})
