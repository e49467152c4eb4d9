"""Commands to a card and their answers (ISO/IEC 7816-4), over whatever carries them.

The card is not trusted: its answers are bounded in number and length, and a status that nobody
foresaw is an error with its number.
"""

from collections.abc import Callable
from typing import Final

from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

Transmit = Callable[[bytes], bytes]
"""Sends one command to the card; the answer ends with two octets of status."""

DONE: Final = 0x9000
FILE_NOT_FOUND: Final = 0x6A82
NOT_ALLOWED: Final = 0x6982
BLOCKED: Final = 0x6983
_MORE, _OTHER_LENGTH = 0x61, 0x6C
_MOST_COMMANDS = 4000
_MOST_PIECES = 64

VERIFY: Final = 0x20
SELECT: Final = 0xA4
READ_BINARY: Final = 0xB0
_GET_RESPONSE = 0xC0


@dataclass(frozen=True)
class Answer:
    """What a card said."""

    data: bytes
    status: int

    def demand(self) -> bytes:
        """Return the data of a command that succeeded; raise ``PIN_NEEDED``, ``TOKEN_ERROR``."""
        if self.status == DONE:
            return self.data
        if self.status == NOT_ALLOWED:
            raise RoscherkError(ErrorCode.PIN_NEEDED)
        raise RoscherkError(ErrorCode.TOKEN_ERROR, status=f"{self.status:04X}")

    @property
    def tries_left(self) -> int | None:
        """How many tries a PIN has left, if this status tells (63Cx; 6983: none)."""
        if self.status == BLOCKED:
            return 0
        return self.status & 0x0F if self.status & 0xFFF0 == 0x63C0 else None


class Channel:
    """One card under work; it has answered enough when it has answered four thousand times."""

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit
        self._left = _MOST_COMMANDS

    def ask(
        self,
        instruction: int,
        p1: int,
        p2: int,
        data: bytes | bytearray = b"",
        *,
        expected: int | None = None,
        kind: int = 0x00,
    ) -> Answer:
        """Send one command and put its answer together.

        ``expected`` is the greatest length of the answer (256 at most), ``kind`` the class octet.
        """
        command = bytearray((kind, instruction, p1, p2))
        if data:
            command.append(len(data))
            command += data
        if expected is not None:
            command.append(expected & 0xFF)
        try:
            answer = self._once(bytes(command))
            if answer.status >> 8 == _OTHER_LENGTH and expected is not None:
                command[-1] = answer.status & 0xFF
                answer = self._once(bytes(command))
        finally:
            command[:] = bytes(len(command))  # a PIN may be in it
        return self._whole(answer, kind)

    def _whole(self, answer: Answer, kind: int) -> Answer:
        """Fetch what the card keeps ready (61xx)."""
        pieces = [answer.data]
        for _ in range(_MOST_PIECES):
            if answer.status >> 8 != _MORE:
                return Answer(b"".join(pieces), answer.status)
            answer = self._once(bytes((kind, _GET_RESPONSE, 0, 0, answer.status & 0xFF)))
            pieces.append(answer.data)
        raise RoscherkError(ErrorCode.TOKEN_ERROR, status="61")

    def _once(self, command: bytes) -> Answer:
        self._left -= 1
        if self._left < 0:
            raise RoscherkError(ErrorCode.TOKEN_ERROR, reason="endless")
        octets = self._transmit(command)
        if len(octets) < 2:
            raise RoscherkError(ErrorCode.TOKEN_ERROR, reason="short")
        return Answer(octets[:-2], int.from_bytes(octets[-2:], "big"))
