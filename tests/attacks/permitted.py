"""The written list: what may change in a signed file without the verdict becoming another.

CMS leaves parts of itself unsigned, and PDF and text have their own slack. Each entry of `Reason`
says what and why. Which bytes these are is found out from the structure of the file: everything
that nobody signed is taken away, and what remains must be the same before and after the change.
Here only the verdict's silence is excused; where bytes were added, or evidence was broken, the
report must warn all the same (`WARNINGS`).

The structure is read by a reader of its own, so that a fault in the program's own is not excused.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from attacks.ber import BerError, first_in_der


class Reason(Enum):
    """An entry of the list, with the reason why it stands there."""

    VERSION = "a version field says how the structure is built, and the structure is there to see"
    OFF_THE_PATH = "a certificate that is not on the signer's path: material, believed in nothing"
    OTHERS_LIST = "a revocation list by an authority off the path: material, believed in nothing"
    UNSIGNED_ATTRIBUTE = "unsigned attributes are added after the signing, so nobody signed them"
    LETTER_CASE = "the hex of /Contents is in no digest, and a and A are the same digit"
    WHITE_SPACE = "blanks and line ends of text forms are changed by mail and mean nothing"
    BER = "CMS may be written in BER (RFC 5652 §1), and in DER the same octets come out of it"
    DIGEST_LIST = "the list of digests at the head only helps who reads in one pass (RFC 5652 §5.1)"
    NULL = "no parameters and NULL are the same to every reader (RFC 5754 §2, rule GST-01)"
    ATTRIBUTES_NOT_DER = (
        "signed attributes in another order or in BER are hashed in DER (rule CMS-07)"
    )
    SIGNER_AGAIN = "the same signer twice is the same signature twice, and each of them is shown"
    AFTER_THE_END = "blanks after the last line of a PDF: some programs add one when they save"


WARNINGS: dict[Reason, frozenset[str]] = {
    Reason.UNSIGNED_ATTRIBUTE: frozenset(
        {"unsigned_attribute_unchecked", "unsigned_attribute_damaged"}
    ),
    Reason.ATTRIBUTES_NOT_DER: frozenset({"attributes_not_der"}),
    Reason.AFTER_THE_END: frozenset({"pdf_blank_after_end"}),
}
"""What the report must say, one of these, where such a part was changed."""

_SPACE = re.compile(rb"[ \t\r\n\v\f]")
_GAP = re.compile(rb"/Contents[ \t\r\n]*<([0-9A-Fa-f]*)>")
_NULL = b"\x05\x00"
_END_OF_FILE = re.compile(rb"[\0\t\n\f\r ]*\Z")


class NotExcused(Exception):  # noqa: N818 - an answer, not an error
    """The bytes cannot be taken apart."""


@dataclass
class Parts:
    """A signature taken apart: what somebody vouches for, and the rest by its reason."""

    signed: list[bytes] = field(default_factory=list)
    free: dict[Reason, list[bytes]] = field(default_factory=dict)

    def put(self, reason: Reason, *parts: bytes) -> None:
        """Lay parts aside."""
        self.free.setdefault(reason, []).extend(parts)


def excuses(before: bytes, after: bytes, path: frozenset[bytes]) -> frozenset[Reason] | None:
    """Return the entries of the list that a change touches; None: it touches anything else.

    ``path`` holds the certificates that the verdict on the untouched file rests on.
    """
    try:
        old, new = _take_apart(before, path), _take_apart(after, path)
    except NotExcused:
        return None
    if old.signed != new.signed:
        return None
    reasons = old.free.keys() | new.free.keys()
    return frozenset(one for one in reasons if old.free.get(one) != new.free.get(one))


def _take_apart(data: bytes, path: frozenset[bytes]) -> Parts:
    if data.startswith(b"%PDF-"):
        return _of_pdf(data, path)
    parts = Parts()
    if data.startswith(b"\x30"):
        _of_cms(data, path, parts)
        return parts
    parts.put(Reason.WHITE_SPACE, *_SPACE.findall(data), b"|", *map(_place, _SPACE.finditer(data)))
    try:
        _of_cms(base64.b64decode(_SPACE.sub(b"", data), validate=True), path, parts)
    except binascii.Error as error:
        raise NotExcused from error
    return parts


def _place(match: re.Match[bytes]) -> bytes:
    return b"%d" % match.start()


def _of_pdf(data: bytes, path: frozenset[bytes]) -> Parts:
    """Take a PDF with one signature apart."""
    gaps = list(_GAP.finditer(data))
    if len(gaps) != 1:
        raise NotExcused
    start, end = gaps[0].span(1)
    digits = data[start:end]
    if len(digits) % 2:
        raise NotExcused
    tail = _END_OF_FILE.search(data)
    stop = len(data) if tail is None else tail.start()
    parts = Parts(signed=[data[:start], data[end:stop]])
    parts.put(Reason.AFTER_THE_END, data[stop:])
    parts.put(Reason.LETTER_CASE, digits if digits != digits.lower() else b"")
    octets = bytes.fromhex(digits.decode())
    length = _in_der(octets)[1]
    parts.signed.append(octets[length:].rstrip(b"\0"))  # in no digest, but only zeros are allowed
    _of_cms(octets[:length], path, parts)
    return parts


def _of_cms(data: bytes, path: frozenset[bytes], parts: Parts) -> None:
    """Take a SignedData apart (RFC 5652 §5.1)."""
    written, length = _in_der(data)
    if length != len(data):
        raise NotExcused
    parts.put(Reason.BER, data if written != data else b"")
    outer = Tlv.read(written, 0)
    oid, explicit = outer.children(2)
    (inner,) = explicit.children(1)
    version, digests, encapsulated, *sets = inner.children()
    if version.tag != 0x02:
        raise NotExcused
    parts.put(Reason.VERSION, version.raw)
    signed = parts.signed
    parts.put(Reason.DIGEST_LIST, digests.raw)
    signed += [bytes((outer.tag, explicit.tag, inner.tag)), oid.raw, encapsulated.raw]
    for held in sets[:-1]:
        _of_material(held, path, parts)
    signers = {signer.raw: signer for signer in sets[-1].children()}
    parts.put(Reason.SIGNER_AGAIN, *(signer.raw for signer in sets[-1].children()))
    vouched: set[tuple[bytes, ...]] = set()
    for signer in signers.values():
        own = Parts()
        _of_signer(signer, own)
        # The same signer again, whatever lies in the unsigned attributes, vouches for nothing more.
        if tuple(own.signed) not in vouched:
            signed += own.signed
            vouched.add(tuple(own.signed))
        for reason, free in own.free.items():
            parts.put(reason, *free)


def _in_der(data: bytes) -> tuple[bytes, int]:
    try:
        return first_in_der(data)
    except BerError as error:
        raise NotExcused from error


def _of_material(held: "Tlv", path: frozenset[bytes], parts: Parts) -> None:
    """Take certificates or revocation lists apart."""
    reason = {0xA0: Reason.OFF_THE_PATH, 0xA1: Reason.OTHERS_LIST}.get(held.tag)
    if reason is None:
        raise NotExcused
    found = [child.raw for child in held.children()]
    parts.signed += sorted({one for one in found if one in path})
    parts.put(reason, *found)  # their order and how often they come mean nothing either


def _of_signer(signer: "Tlv", parts: Parts) -> None:
    """Take a SignerInfo apart (RFC 5652 §5.3)."""
    version, *others = signer.children()
    if version.tag != 0x02 or signer.tag != 0x30:
        raise NotExcused
    parts.put(Reason.VERSION, version.raw)
    if others[-1].tag == 0xA1:
        unsigned = others.pop()
        parts.put(Reason.UNSIGNED_ATTRIBUTE, unsigned.raw)
    for one in others:
        if one.tag == 0xA0:
            parts.put(Reason.ATTRIBUTES_NOT_DER, one.raw)
            parts.signed.append(b"".join(sorted(child.raw for child in one.children())))
        else:
            plain = one.raw
            if one.tag == 0x30 and one.contents.endswith(_NULL):
                plain = encode(0x30, one.contents.removesuffix(_NULL))
            parts.put(Reason.NULL, one.raw)
            parts.signed.append(plain)


@dataclass(frozen=True)
class Tlv:
    """An element of DER: header in its shortest form, definite length."""

    data: bytes
    start: int
    body: int
    end: int

    @classmethod
    def read(cls, data: bytes, start: int, stop: int | None = None) -> "Tlv":
        """Read the element at ``start``."""
        limit = len(data) if stop is None else stop
        header = data[start : min(start + 6, limit)]
        if len(header) < 2:
            raise NotExcused
        length, size = header[1], 2
        if length > 0x80:
            size += length & 0x7F
            length = int.from_bytes(header[2:size], "big")
        body = start + size
        if body + length > limit or _header(header[0], length) != header[:size]:
            raise NotExcused
        return cls(data, start, body, body + length)

    @property
    def tag(self) -> int:
        """The identifier octet."""
        return self.data[self.start]

    @property
    def raw(self) -> bytes:
        """The element whole."""
        return self.data[self.start : self.end]

    @property
    def contents(self) -> bytes:
        """What is inside."""
        return self.data[self.body : self.end]

    def children(self, count: int | None = None) -> "list[Tlv]":
        """Return the elements inside; ``count`` of them, if given."""
        found = list(self._inside())
        if not self.tag & 0x20 or (count is not None and len(found) != count):
            raise NotExcused
        return found

    def _inside(self) -> "Iterator[Tlv]":
        position = self.body
        while position < self.end:
            child = Tlv.read(self.data, position, self.end)
            yield child
            position = child.end


def _header(tag: int, length: int) -> bytes:
    if length < 0x80:
        return bytes((tag, length))
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets


def encode(tag: int, *parts: bytes) -> bytes:
    """Return an element in DER."""
    contents = b"".join(parts)
    return _header(tag, len(contents)) + contents
