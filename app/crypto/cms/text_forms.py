"""The outer dress of a CMS file: DER or BER as it is, PEM, or base64 with or without line breaks.

`Source` takes it off chunk by chunk, so that a file of any size passes in constant memory. White
space is free in the text forms only (rule CMS-02); everything else must be exact base64.
"""

import binascii
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
        self._rest = b""  # PEM: what follows the END line
        self._pending = self._read_raw(_HEAD)
        self.form = self._find_form()

    def read(self) -> bytes:
        """Return the next octets of the structure; empty at the end."""
        if self.form is Form.BINARY:
            chunk, self._pending = self._pending or self._read_raw(CHUNK), b""
            return chunk
        while not self._text_ended:
            decoded = self._read_text()
            if decoded:
                return decoded
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
            return self._end_of_pem(text, marker)
        text = text.translate(None, _SPACE)
        if not raw:
            self._text_ended = True
            if self.form is Form.PEM:
                raise damaged("pem_end_missing", self.octets_read)
            return self._decode(text, last=True)
        usable = len(text) // 4 * 4
        self._pending = text[usable:]
        return self._decode(text[:usable], last=False)

    def _end_of_pem(self, text: bytes, marker: int) -> bytes:
        end_line = _END + self._label + b"-----"
        tail = text[marker:]
        if len(tail) < len(end_line):
            tail += self._read_raw(CHUNK)
        if not tail.startswith(end_line):
            raise damaged("pem_end", self.octets_read)
        self._rest = tail[len(end_line) :]
        self._text_ended = True
        return self._decode(text[:marker].translate(None, _SPACE), last=True)

    def _decode(self, text: bytes, *, last: bool) -> bytes:
        """Decode whole groups of four; padding may stand only at the very end."""
        try:
            decoded = binascii.a2b_base64(text, strict_mode=True)
        except binascii.Error as error:
            raise damaged("base64", self.octets_read) from error
        if b"=" not in text[-2:]:
            return decoded
        # One text for one value: bits that padding cuts off must be zero.
        tail = decoded[len(decoded) // 3 * 3 :]
        if binascii.b2a_base64(tail, newline=False) != text[-4:]:
            raise damaged("base64", self.octets_read)
        if not last:
            self._only_space_follows()
        return decoded

    def _only_space_follows(self) -> None:
        """Check that padding was the end (PEM: that only its end line follows)."""
        self._pending = self._pending.lstrip(_SPACE)
        while not self._pending:
            raw = self._read_raw(CHUNK)
            if not raw:
                break
            self._pending = raw.lstrip(_SPACE)
        if self._pending and not (self.form is Form.PEM and self._pending[:1] == b"-"):
            raise damaged("base64", self.octets_read)
