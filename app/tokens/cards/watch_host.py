"""The watcher of readers: a child process that waits inside PC/SC, so that nobody else has to.

A call into PC/SC may block for as long as its service likes; this process can be killed.
"""

import time
from typing import Any

from app.errors import ErrorCode
from app.processes.serving import Context, serve
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
        self._scard: Any = None
        self._context: Any = None

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
            self._connect()
            readers = self._readers()
        except ImportError:
            return ReadersState(problem=ErrorCode.READERS_LIBRARY_MISSING)
        except PcscError as error:
            self._disconnect()
            return ReadersState(problem=problem_of(error.status), status=f"{error.status:08X}")
        problem = None if readers else ErrorCode.READERS_NONE
        return ReadersState(readers=readers, problem=problem)

    def _connect(self) -> None:
        if self._scard is None:
            # Imported here: where there are no smart cards the library may be missing too.
            from smartcard import scard  # noqa: PLC0415

            self._scard = scard
        if self._context is None:
            status, context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
            _demand(status)
            self._context = context

    def _disconnect(self) -> None:
        """Let go of a context that no longer works; the next look makes another."""
        context, self._context = self._context, None
        if context is not None:
            self._scard.SCardReleaseContext(context)

    def _readers(self) -> tuple[Reader, ...]:
        status, names = self._scard.SCardListReaders(self._context, [])
        if status & 0xFFFFFFFF == NO_READERS:
            return ()
        _demand(status)
        wanted = [(name, self._scard.SCARD_STATE_UNAWARE) for name in names[:_MOST_READERS]]
        if not wanted:
            return ()
        status, states = self._scard.SCardGetStatusChange(self._context, 0, wanted)
        if status & 0xFFFFFFFF == UNKNOWN_READER:
            return ()  # it went between the two calls; the next look sees it so
        _demand(status, TIMEOUT)
        return tuple(sorted(map(self._reader, states), key=lambda reader: reader.name))

    def _reader(self, state: tuple[str, int, list[int]]) -> Reader:
        name, event, atr = state
        card = bool(event & self._scard.SCARD_STATE_PRESENT)
        octets = bytes(each & 0xFF for each in atr) if card else b""
        return Reader(name=name, card=card, atr=octets.hex(), count=event >> _COUNT_SHIFT)

    def _wait(self, state: ReadersState, seconds: float) -> None:
        """Wait for the next event, or for a moment where nothing can be waited for."""
        if self._context is None:
            time.sleep(min(seconds, _BETWEEN_TRIES))
            return
        scard = self._scard
        known = [
            (
                reader.name,
                (scard.SCARD_STATE_PRESENT if reader.card else scard.SCARD_STATE_EMPTY)
                | reader.count << _COUNT_SHIFT,
            )
            for reader in state.readers
        ]
        begun = time.monotonic()
        status, _ = scard.SCardGetStatusChange(
            self._context,
            int(seconds * 1000),
            [*known, (_NEW_READERS, scard.SCARD_STATE_UNAWARE)],
        )
        if status & 0xFFFFFFFF == UNKNOWN_READER or time.monotonic() - begun < _SETTLED:
            time.sleep(_SETTLED)  # a system that answers at once must not keep us running


def _demand(status: int, *also: int) -> None:
    number = status & 0xFFFFFFFF
    if number not in {SUCCESS, *also}:
        raise PcscError(number)


def main() -> None:
    """Answer questions until the parent closes the pipe."""
    serve({READERS_WATCH: WatchHost().watch})
