"""PC/SC through pyscard's thin layer, as cards that are open for a while.

A card is shared: other programs keep their connections, a transaction is held for moments only, and
nothing is reset unless a PIN was given and the card knows no other way to forget it.
"""

import contextlib
from collections.abc import Iterator
from typing import Any, Protocol

from app.errors import ErrorCode, RoscherkError
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
            # Imported here: where there are no smart cards the library may be missing too.
            from smartcard import scard  # noqa: PLC0415
        except ImportError:
            raise RoscherkError(ErrorCode.READERS_LIBRARY_MISSING) from None
        self._scard = scard

    def names(self) -> tuple[str, ...]:
        """Return the readers, also those without a card."""
        with self._context() as context:
            status, names = self._scard.SCardListReaders(context, [])
            if status & 0xFFFFFFFF == NO_READERS:
                return ()
            _demand(status)
            return tuple(names)[:_MOST_READERS]

    @contextlib.contextmanager
    def open(self, reader: str) -> Iterator[Connection | None]:
        """Open a card, shared; it is left as it was unless `Connection.reset_at_end` was called."""
        scard = self._scard
        with self._context() as context:
            protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
            status, card, protocol = scard.SCardConnect(
                context, reader, scard.SCARD_SHARE_SHARED, protocols
            )
            if status & 0xFFFFFFFF in _REMOVED:
                yield None
                return
            _demand(status)
            connection = _Card(scard, card, protocol)
            try:
                yield connection
            finally:
                scard.SCardDisconnect(card, connection.at_end)

    @contextlib.contextmanager
    def _context(self) -> Iterator[Any]:
        status, context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        _demand(status)
        try:
            yield context
        finally:
            self._scard.SCardReleaseContext(context)


class _Card:
    """A connection to one card."""

    def __init__(self, scard: Any, card: Any, protocol: int) -> None:
        self._scard = scard
        self._card = card
        self._header = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else None
        self._header = self._header or scard.SCARD_PCI_T0
        self.at_end = scard.SCARD_LEAVE_CARD
        status, _, _, _, atr = scard.SCardStatus(card)
        _demand(status)
        self.atr = bytes(atr)

    def transmit(self, command: bytes) -> bytes:
        """Send one command."""
        status, answer = self._scard.SCardTransmit(self._card, self._header, list(command))
        _demand(status)
        if not answer:
            # What a reader says of a command in whose midst its card went: success, and nothing.
            raise RoscherkError(ErrorCode.TOKEN_REMOVED)
        return bytes(each & 0xFF for each in answer)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Wait for others to end their work with the card, and have it alone."""
        _demand(self._scard.SCardBeginTransaction(self._card))
        try:
            yield
        finally:
            self._scard.SCardEndTransaction(self._card, self._scard.SCARD_LEAVE_CARD)

    def reset_at_end(self) -> None:
        """Reset the card at the end: this is what takes every right away."""
        self.at_end = self._scard.SCARD_RESET_CARD


def _demand(status: int) -> None:
    """Raise what a status of PC/SC means (pcsclite.h); 0 is success."""
    number = status & 0xFFFFFFFF
    if number == 0:
        return
    if number in _REMOVED:
        raise RoscherkError(ErrorCode.TOKEN_REMOVED)
    if number == _SHARING_VIOLATION:
        raise RoscherkError(ErrorCode.TOKEN_BUSY)
    code = ErrorCode.TOKEN_ERROR if number in _OF_CARD else problem_of(number)
    raise RoscherkError(code, status=f"{number:08X}")
