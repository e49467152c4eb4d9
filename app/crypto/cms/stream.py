"""A cursor over the elements of a source that is read once, forwards, in constant memory."""

from collections.abc import Callable

from app.crypto.cms import tlv
from app.crypto.cms.tlv import Element, damaged
from app.errors import ErrorCode, RoscherkError

MAX_METADATA = 64 << 20
"""Octets of everything that is not content: certificates, revocation lists, signers."""

MAX_SMALL = 1 << 20
"""Octets of one element before the content."""

_LONGEST_HEADER = 16
_END_OF_CONTENTS = (0, 0)
_OCTET_STRING_IN_PIECES = tlv.OCTET_STRING | 0x20

Sink = Callable[[memoryview], None]


class Stream:
    """Reads headers, small elements and the octets of the content."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        """Take octets from ``read``, which returns empty at the end."""
        self._read = read
        self._buffer = b""
        self._offset = 0
        self._before = 0  # octets that have left the buffer
        self._ended = False

    @property
    def position(self) -> int:
        """How many octets were taken."""
        return self._before + self._offset

    def _fill(self, count: int) -> None:
        """Make ``count`` octets ready, if there are so many."""
        while len(self._buffer) - self._offset < count and not self._ended:
            chunk = self._read()
            if not chunk:
                self._ended = True
                return
            self._before += self._offset
            self._buffer = self._buffer[self._offset :] + chunk
            self._offset = 0

    def header(self) -> tuple[int, int | None]:
        """Take the header of an element; return its identifier octet and length."""
        self._fill(_LONGEST_HEADER)
        start = self._offset
        try:
            tag, body, length = tlv.read_header(self._buffer, start, len(self._buffer))
        except RoscherkError as error:
            raise error.with_facts(offset=self.position) from None
        self._offset = body
        return tag, length

    def element(self) -> Element:
        """Take one small element as a whole."""
        start = self.position
        try:
            self._fill_element()
            found = tlv.read(self._buffer, self._offset, len(self._buffer))
        except RoscherkError as error:
            raise error.with_facts(offset=start) from None
        self._offset = found.end
        return tlv.read(found.raw)

    def _fill_element(self) -> None:
        """Make the next element ready, but read no further than it goes."""
        self._fill(_LONGEST_HEADER)
        _, body, length = tlv.read_header(self._buffer, self._offset, len(self._buffer))
        self._fill(min(MAX_SMALL, MAX_SMALL if length is None else body - self._offset + length))

    def feed(self, count: int, sink: Sink) -> None:
        """Pass ``count`` octets on to ``sink`` without keeping them."""
        while count:
            self._fill(1)
            ready = memoryview(self._buffer)[self._offset : self._offset + count]
            if not ready:
                raise damaged("truncated", self.position)
            sink(ready)
            self._offset += len(ready)
            count -= len(ready)

    def octet_string(self, tag: int, length: int | None, sink: Sink) -> None:
        """Pass on the value of an OCTET STRING whose header was taken, in pieces or not."""
        if tag == tlv.OCTET_STRING and length is not None:
            self.feed(length, sink)
            return
        ends = [None if length is None else self.position + length]
        while ends:
            if ends[-1] is not None and self.position >= ends[-1]:
                self.end(ends.pop())
                continue
            tag, length = self.header()
            if (tag, length) == _END_OF_CONTENTS and ends[-1] is None:
                ends.pop()
                continue
            self._check_within(ends, length)
            if tag == tlv.OCTET_STRING and length is not None:
                self.feed(length, sink)
            elif tag == _OCTET_STRING_IN_PIECES:
                ends.append(None if length is None else self.position + length)
            else:
                raise damaged("octet_string_expected", self.position)
            if len(ends) > tlv.MAX_DEPTH:
                raise RoscherkError(
                    ErrorCode.FORMAT_TOO_COMPLEX, limit="depth", maximum=tlv.MAX_DEPTH
                )

    def _check_within(self, ends: list[int | None], length: int | None) -> None:
        bounds = [end for end in ends if end is not None]
        if bounds and self.position + (length or 0) > min(bounds):
            raise damaged("length_beyond_end", self.position)

    def end(self, end: int | None) -> None:
        """Close a level: its end must be here, or its end-of-contents octets must follow."""
        if end is None:
            if self.header() != _END_OF_CONTENTS:
                raise damaged("end_of_contents_expected", self.position)
        elif self.position != end:
            raise damaged("length_mismatch", self.position)

    def rest(self) -> bytes:
        """Take everything that is left."""
        parts = [self._buffer[self._offset :]]
        total = len(parts[0])
        self._before += len(self._buffer)
        self._buffer, self._offset = b"", 0
        while chunk := self._read():
            parts.append(chunk)
            total += len(chunk)
            if total > MAX_METADATA:
                raise RoscherkError(
                    ErrorCode.FORMAT_TOO_COMPLEX, limit="metadata", maximum=MAX_METADATA
                )
        self._before += total - len(parts[0])
        self._ended = True
        return b"".join(parts)
