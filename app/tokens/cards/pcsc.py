"""The readers of PC/SC, and cards that are open for a while.

A card is shared: other programs keep their connections, a transaction is held for moments only, and
nothing is reset unless a PIN was given and the card knows no other way to forget it.
"""

import contextlib
from collections.abc import Iterator
from typing import Protocol

from app.errors import ErrorCode, RoscherkError
from app.tokens.cards import winscard
from app.tokens.cards.problems import NO_READERS, problem_of

_MOST_READERS = 32
_REMOVED = frozenset({0x80100069, 0x80100068, 0x8010000C, 0x80100017})
"""SCARD_W_REMOVED_CARD, W_RESET_CARD, E_NO_SMARTCARD, E_READER_UNAVAILABLE."""
_SHARING_VIOLATION = 0x8010000B
_OF_CARD = frozenset({0x80100016, 0x80100066, 0x80100067, 0x8010002F, 0x8010000F})
"""E_NOT_TRANSACTED, W_UNRESPONSIVE_CARD, W_UNPOWERED_CARD, E_COMM_DATA_LOST, E_PROTO_MISMATCH."""


class Connection(Protocol):
    """One card, open for a while."""

    atr: bytes

    def transmit(self, command: bytes) -> bytes:
        """Send a command; raise ``TOKEN_REMOVED``, ``TOKEN_BUSY``, ``TOKEN_ERROR``."""
        ...

    def transaction(self) -> "contextlib.AbstractContextManager[None]":
        """Keep others off the card, for a moment."""
        ...

    def reset_at_end(self) -> None:
        """Let the card forget its rights when the connection ends."""
        ...


class Readers(Protocol):
    """The readers of this computer."""

    def names(self) -> tuple[str, ...]:
        """Return the readers; raise one of the ``READERS_…`` codes."""
        ...

    def open(self, reader: str) -> "contextlib.AbstractContextManager[Connection | None]":
        """Open the card in a reader; None: there is none."""
        ...


class PcscReaders:
    """The readers of PC/SC. Each thread opens its own."""

    def __init__(self) -> None:
        """Load the library; raise ``READERS_LIBRARY_MISSING``."""
        try:
            self._pcsc = winscard.Pcsc()
        except OSError:
            raise RoscherkError(ErrorCode.READERS_LIBRARY_MISSING) from None

    def names(self) -> tuple[str, ...]:
        """Return the readers, also those without a card."""
        with self._context() as context:
            status, names = self._pcsc.readers(context)
            if status == NO_READERS:
                return ()
            _demand(status)
            return names[:_MOST_READERS]

    @contextlib.contextmanager
    def open(self, reader: str) -> Iterator[Connection | None]:
        """Open a card, shared; it is left as it was unless `Connection.reset_at_end` was called."""
        pcsc, protocols = self._pcsc, winscard.PROTOCOL_T0 | winscard.PROTOCOL_T1
        with self._context() as context:
            status, card, protocol = pcsc.connect(context, reader, winscard.SHARE_SHARED, protocols)
            if status in _REMOVED:
                yield None
                return
            _demand(status)
            connection = _Card(pcsc, card, protocol)
            try:
                connection.look()
                yield connection
            finally:
                pcsc.disconnect(card, connection.at_end)

    @contextlib.contextmanager
    def _context(self) -> Iterator[int]:
        status, context = self._pcsc.establish()
        _demand(status)
        try:
            yield context
        finally:
            self._pcsc.release(context)


class _Card:
    """A connection to one card."""

    def __init__(self, pcsc: winscard.Pcsc, card: int, protocol: int) -> None:
        self._pcsc = pcsc
        self._card = card
        self._protocol = protocol
        self.at_end = winscard.LEAVE_CARD
        self.atr = b""

    def look(self) -> None:
        """Learn the answer to reset."""
        status, self.atr = self._pcsc.atr(self._card)
        _demand(status)

    def transmit(self, command: bytes) -> bytes:
        """Send one command."""
        status, answer = self._pcsc.transmit(self._card, self._protocol, command)
        _demand(status)
        if not answer:
            # What a reader says of a command in whose midst its card went: success, and nothing.
            raise RoscherkError(ErrorCode.TOKEN_REMOVED)
        return answer

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Wait for others to end their work with the card, and have it alone."""
        _demand(self._pcsc.begin(self._card))
        try:
            yield
        finally:
            self._pcsc.end(self._card)

    def reset_at_end(self) -> None:
        """Reset the card at the end: this is what takes every right away."""
        self.at_end = winscard.RESET_CARD


def _demand(status: int) -> None:
    """Raise what a status of PC/SC means (pcsclite.h); 0 is success."""
    if status == 0:
        return
    if status in _REMOVED:
        raise RoscherkError(ErrorCode.TOKEN_REMOVED)
    if status == _SHARING_VIOLATION:
        raise RoscherkError(ErrorCode.TOKEN_BUSY)
    code = ErrorCode.TOKEN_ERROR if status in _OF_CARD else problem_of(status)
    raise RoscherkError(code, status=f"{status:08X}")
