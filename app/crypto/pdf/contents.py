"""The byte range of a PDF signature and what it leaves out, checked against the bytes of the file."""

import hashlib
import os
import re
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.cms import tlv
from app.crypto.pdf.codes import ConstraintProblem, FormatProblem, Remark
from app.crypto.verdict.facts import Notice
from app.errors import RoscherkError
from app.values import dataclass

_MAX_GAP = 32 << 20
_PARTS_OF_CMS = 4
"""ContentInfo, its content, SignedData, the parts of that."""
_MAX_BEFORE = 1 << 20
"""How far from the head of its object /Contents may stand."""
_HEX = re.compile(rb"<[0-9A-Fa-f]*>")
_CHUNK = 1 << 20


class BadContents(Exception):  # noqa: N818 - a finding on its way to the facts, not an error
    """The signature is not what its dictionary says."""

    def __init__(self, code: FormatProblem, **facts: str | int) -> None:
        super().__init__(code)
        self.notice = Notice(code, dict(facts))


@dataclass(frozen=True)
class Covered:
    """What a byte range covers: everything up to ``end`` but the gap."""

    gap_start: int
    gap_end: int
    end: int


@dataclass(frozen=True)
class Contents:
    """The signature octets, cut off after their outermost element."""

    octets: bytes
    problems: tuple[Notice, ...]
    """For the constraints."""
    name: str
    """What the security store calls this signature."""
    warnings: tuple[Notice, ...] = ()


def store_name(octets: bytes) -> str:
    """Return the name of a signature in the security store (ISO 32000-2, table 261).

    ``octets`` are those of /Contents, the zeros behind the signature included.
    """
    return hashlib.sha1(octets, usedforsecurity=False).hexdigest().upper()


def read_range(signature: generic.DictionaryObject, size: int) -> Covered:
    """Return the covered part of a file of ``size`` bytes, or raise `BadContents` (PDF-01)."""
    try:
        array = signature["/ByteRange"]
    except KeyError:
        raise BadContents(FormatProblem.BYTE_RANGE, what="missing") from None
    numbers = list(array) if isinstance(array, generic.ArrayObject) else []
    if len(numbers) != 4 or not all(isinstance(n, generic.NumberObject) for n in numbers):
        raise BadContents(FormatProblem.BYTE_RANGE, what="shape")
    start, gap_start, gap_end, rest = (int(number) for number in numbers)
    if start != 0:
        raise BadContents(FormatProblem.BYTE_RANGE, what="start")
    if not 0 < gap_start < gap_end or rest < 0:
        raise BadContents(FormatProblem.BYTE_RANGE, what="order")
    if gap_end + rest > size:
        raise BadContents(FormatProblem.BYTE_RANGE, what="beyond_file")
    return Covered(gap_start, gap_end, gap_end + rest)


def read_contents(
    reader: PdfFileReader, signature: generic.DictionaryObject, covered: Covered
) -> Contents:
    """Return what stands in the gap; it must be this dictionary's /Contents and nothing else."""
    if covered.gap_end - covered.gap_start > _MAX_GAP:
        raise BadContents(FormatProblem.CONTENTS_GAP)
    file = reader.stream
    file.seek(covered.gap_start)
    gap = file.read(covered.gap_end - covered.gap_start)
    if _HEX.fullmatch(gap) is None or len(gap) % 2:
        raise BadContents(FormatProblem.CONTENTS_GAP)
    octets = bytes.fromhex(gap[1:-1].decode("ascii"))
    _check_place(reader, signature, covered)
    stated = signature.raw_get("/Contents", decrypt=generic.EncryptedObjAccess.RAW)
    if getattr(stated, "original_bytes", None) != octets:
        raise BadContents(FormatProblem.CONTENTS_ELSEWHERE)
    return _cut(octets)


def _check_place(
    reader: PdfFileReader, signature: generic.DictionaryObject, covered: Covered
) -> None:
    """Hold the gap against the object that the table of objects points to now (PDF-01, PDF-09)."""
    reference = signature.get_container_ref()
    offset = reader.xrefs[reference] if isinstance(reference, generic.Reference) else None
    if not isinstance(offset, int) or not 0 < covered.gap_start - offset < _MAX_BEFORE:
        raise BadContents(FormatProblem.CONTENTS_ELSEWHERE)
    file = reader.stream
    file.seek(offset)
    before = file.read(covered.gap_start - offset)
    if b"endobj" in before or not before.rstrip().endswith(b"/Contents"):
        raise BadContents(FormatProblem.CONTENTS_ELSEWHERE)


def _cut(octets: bytes) -> Contents:
    """Separate the signature from the padding after it, which should be zeros (PDF-04)."""
    try:
        element = tlv.read(octets)
    except RoscherkError as error:
        raise BadContents(FormatProblem.CMS_DAMAGED, where=str(error.facts.get("where"))) from error
    padding = len(octets) - element.end - octets.count(0, element.end)
    told = (Notice(ConstraintProblem.CONTENTS_PADDING, {"count": padding}),) if padding else ()
    unusual = (Notice(Remark.CONTENTS_NOT_DER),) if _is_without_lengths(element) else ()
    return Contents(element.raw, told, store_name(octets), unusual)


def _is_without_lengths(element: tlv.Element, depth: int = _PARTS_OF_CMS) -> bool:
    """Tell whether the parts of a SignedData are written in BER, without their lengths (PDF-04)."""
    if element.indefinite or not depth or not element.constructed:
        return element.indefinite
    try:
        return any(_is_without_lengths(child, depth - 1) for child in element.children())
    except RoscherkError:
        return False  # whoever reads the signature itself says what is wrong


@dataclass
class CoveredBytes:
    """The covered bytes of a file as one stream to read from."""

    file: BinaryIO
    covered: Covered
    position: int = 0

    def readinto(self, buffer: bytearray | memoryview, /) -> int:
        """Fill the buffer from the covered bytes; 0 at their end."""
        if self.position == self.covered.gap_start:
            self.position = self.covered.gap_end
        before = self.position < self.covered.gap_start
        end = self.covered.gap_start if before else self.covered.end
        view = memoryview(buffer)[: max(0, end - self.position)]
        self.file.seek(self.position)
        count: int = self.file.readinto(view) if view else 0  # type: ignore[attr-defined]  # BinaryIO
        self.position += count or 0
        return count or 0


def blanks_and_more(file: BinaryIO, start: int) -> tuple[int, int]:
    """Return how many bytes follow ``start`` and how many of them are not white space."""
    size = file.seek(0, os.SEEK_END)
    file.seek(start)
    solid = 0
    while chunk := file.read(_CHUNK):
        solid += len(chunk) - sum(chunk.count(blank) for blank in b"\0\t\n\f\r ")
    return size - start, solid
