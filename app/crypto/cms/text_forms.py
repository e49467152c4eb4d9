"""The outer dress of a CMS file: DER or BER as it is, PEM, or base64 with or without line breaks.

`Source` takes it off chunk by chunk, so that a file of any size passes in constant memory. White
space is free in the text forms only (rule CMS-02); everything else must be exact base64.
"""

import binascii
import contextlib
import hashlib
import re
from collections.abc import Callable
from typing import BinaryIO

from app.crypto.cms.codes import Remark
from app.crypto.cms.structure import Form
from app.crypto.cms.tlv import damaged
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError

CHUNK = 1 << 20
_HEAD = 64 << 10
_SPACE = b" \t\r\n\v\f"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 #/+._-]{0,64}?)-----[ \t]*\r?\n?")
_END = b"-----END "
_ALPHABET = re.compile(rb"[A-Za-z0-9+/]*")

Progress = Callable[[int, int], None]


class Source:
    """The DER or BER of a file, whatever form it has, in chunks."""

    def __init__(self, file: BinaryIO, size: int, progress: Progress | None = None) -> None:
        """Look at the beginning of ``file`` and find its form."""
        self._file = file
        self._total = size
        self._progress = progress
        self._hash = hashlib.sha256()
        self.octets_read = 0
        self.warnings: list[Notice] = []
        self._label = b""
        self._text_ended = False
        self._failure: RoscherkError | None = None
        self._rest = b""  # PEM: what follows the END line
        self._pending = self._read_raw(_HEAD)
        self.form = self._find_form()

    def read(self) -> bytes:
        """Return the next octets of the structure; empty at the end.

        What is wrong with the text is raised only after all that stands before it was returned,
        so that the reader can tell a damaged signature from what never was one.
        """
        if self.form is Form.BINARY:
            chunk, self._pending = self._pending or self._read_raw(CHUNK), b""
            return chunk
        while not self._text_ended:
            decoded = self._read_text()
            if decoded:
                return decoded
        if self._failure is not None:
            raise self._failure
        return b""

    def drain(self) -> str:
        """Read what is left and return the SHA-256 of the whole file, in hex."""
        while self._read_raw(CHUNK):
            pass
        return self._hash.hexdigest()

    def text_follows(self) -> bool:
        """Tell whether something other than white space follows the end line of a PEM block."""
        if self.form is not Form.PEM or not self._text_ended:
            return False
        chunk = self._rest
        while chunk:
            if chunk.strip(_SPACE):
                return True
            chunk = self._read_raw(CHUNK)
        return False

    def _read_raw(self, size: int) -> bytes:
        chunk = self._file.read(size)
        self._hash.update(chunk)
        self.octets_read += len(chunk)
        if self._progress is not None and chunk:
            self._progress(self.octets_read, max(self._total, self.octets_read))
        return chunk

    def _find_form(self) -> Form:
        head = self._pending
        if head[:1] == b"\x30":
            return Form.BINARY
        text = head.removeprefix(_BYTE_ORDER_MARK).lstrip(_SPACE)
        begin = _BEGIN.search(text)
        if begin is not None:
            if begin.start():
                self.warnings.append(Notice(Remark.TEXT_BEFORE_PEM))
            self._label = begin.group(1)
            self._pending = text[begin.end() :]
            return Form.PEM
        if text[:1] == b"M":  # what the tag of a SEQUENCE gives in base64
            self._pending = text
            return Form.BASE64
        raise RoscherkError(ErrorCode.FORMAT_UNKNOWN)

    def _read_text(self) -> bytes:
        raw = self._read_raw(CHUNK)
        text = self._pending + raw
        if self.form is Form.PEM and (marker := text.find(b"-")) >= 0:
            self._end_of_pem(text[marker:])
            return self._decode(text[:marker].translate(None, _SPACE))
        text = text.translate(None, _SPACE)
        if not raw:
            self._text_ended = True
            if self.form is Form.PEM:
                self._failure = damaged("pem_end_missing", self.octets_read)
            return self._decode(text)
        # The last group waits: only behind it may padding stand.
        usable = max(len(text) - 1, 0) // 4 * 4
        self._pending = text[usable:]
        return self._decode(text[:usable], padded=False)

    def _end_of_pem(self, tail: bytes) -> None:
        end_line = _END + self._label + b"-----"
        if len(tail) < len(end_line):
            tail += self._read_raw(CHUNK)
        if not tail.startswith(end_line):
            self._failure = damaged("pem_end", self.octets_read)
        self._rest = tail[len(end_line) :]
        self._text_ended = True

    def _decode(self, text: bytes, *, padded: bool = True) -> bytes:
        """Decode groups of four; where something is wrong, what stands before it.

        One value has one text: padding only at the end, and the bits it cuts off are zero.
        """
        if b"=" not in text:
            with contextlib.suppress(binascii.Error):
                return binascii.a2b_base64(text, strict_mode=True)
        plain = _ALPHABET.match(text)
        length = 0 if plain is None else plain.end()
        padding = text[length:] if padded else b""
        whole = length + len(padding)
        if whole == len(text) and whole % 4 == 0 and padding in {b"=", b"=="}:
            decoded = binascii.a2b_base64(text)
            tail = decoded[len(decoded) // 3 * 3 :]
            if binascii.b2a_base64(tail, newline=False) == text[-4:]:
                return decoded
        self._text_ended = True
        self._failure = damaged("base64", self.octets_read)
        return binascii.a2b_base64(text[: length // 4 * 4])
