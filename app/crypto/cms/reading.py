"""Reading a CMS SignedData of any form and size; the content goes to the digests and is not kept.

What is no SignedData raises FORMAT_UNKNOWN, what breaks off or contradicts itself FORMAT_DAMAGED,
what is larger than any honest file FORMAT_TOO_COMPLEX; nothing else is raised for any input.
"""

import io
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from app.algorithms import digests
from app.crypto.cms import tlv
from app.crypto.cms.codes import ConstraintProblem, FormatProblem, Remark
from app.crypto.cms.signer_infos import read_algorithm, read_signer_info
from app.crypto.cms.stream import Sink, Stream
from app.crypto.cms.structure import (
    DATA,
    PREFIX_SIZE,
    SIGNED_DATA,
    AlgorithmId,
    Layout,
    SignedContent,
    SignedData,
    SignerInfo,
    digest_name_of,
)
from app.crypto.cms.text_forms import Progress, Source
from app.crypto.opening import open_regular, read_error
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

MAX_CERTIFICATES = 1000
MAX_REVOCATION_LISTS = 1000
MAX_SIGNERS = 100
MAX_DIGEST_ALGORITHMS = 100

_WORTH_A_THREAD = 64 << 10

_EXPLICIT = 0xA0
_CERTIFICATES = 0xA0
_REVOCATION_LISTS = 0xA1
_END_OF_CONTENTS = (0, 0)


def open_cms(
    path: Path,
    progress: Progress | None = None,
    *,
    more_digests: Iterable[str] = (),
    take: Sink | None = None,
) -> SignedData:
    """Read a CMS file of any form; once, unless its head hides which digests it needs.

    ``more_digests`` of the content are wanted by the caller; ``take`` gets the content itself,
    piece by piece, before anybody knows whether the signatures are good.
    """
    with open_regular(path) as file:
        try:
            size = file.seek(0, io.SEEK_END)
            options = _Options(more_digests=frozenset(more_digests), take=take)
            return _read_seekable(file, size, progress, options)
        except OSError as error:
            raise read_error(error, path) from error


def read_cms(data: bytes, *, zero_padding: bool = False) -> SignedData:
    """Read a CMS structure in memory; ``zero_padding``: zeros may follow it, as in a PDF."""
    return _read_seekable(io.BytesIO(data), len(data), None, _Options(zero_padding=zero_padding))


def read_content(
    path: Path, digest_names: Iterable[str], progress: Progress | None = None
) -> SignedContent:
    """Read the original of a detached signature once and digest it."""
    with open_regular(path) as file:
        return digest_content(file, path, digest_names, progress)


def digest_content(
    file: BinaryIO, path: Path, digest_names: Iterable[str], progress: Progress | None = None
) -> SignedContent:
    """Read an open file from its start to its end and digest it; ``path`` names it in errors."""
    try:
        total = file.seek(0, io.SEEK_END)
        file.seek(0)
        reader = _PrefixReader(file)

        def tell(done: int) -> None:
            if progress is not None:
                progress(done, max(total, done))

        found = digests.digest_stream(digest_names, reader, tell)
    except OSError as error:
        raise read_error(error, path) from error
    return SignedContent(size=reader.size, digests=found, prefix=bytes(reader.prefix))


class _PrefixReader:
    """A file that remembers its first octets and how many were read."""

    def __init__(self, file: BinaryIO) -> None:
        self._read = file.readinto  # type: ignore[attr-defined]  # typing's BinaryIO lacks it
        self.prefix = bytearray()
        self.size = 0

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:
        count: int = self._read(buffer) or 0
        missing = PREFIX_SIZE - len(self.prefix)
        if missing > 0:
            self.prefix += memoryview(buffer)[: min(count, missing)]
        self.size += count
        return count


class ContentSink:
    """Takes the content piece by piece: digests it, counts it, keeps its first octets.

    Large pieces are digested in a thread of their own while the next ones are read and decoded.
    """

    def __init__(self, digest_names: Iterable[str], pass_on: Sink | None = None) -> None:
        """Prepare the digests; ``pass_on`` gets every piece as well."""
        self._pass_on = pass_on
        self._digests = {name: digests.new(name) for name in set(digest_names)}
        self._prefix = bytearray()
        self._thread: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None
        self.size = 0

    def take(self, piece: memoryview) -> None:
        """Take the next piece, whose octets must not change."""
        self._wait()
        if len(piece) < _WORTH_A_THREAD:
            self._digest(piece)
        else:
            self._thread = self._thread or ThreadPoolExecutor(1)
            self._running = self._thread.submit(self._digest, piece)
        if self._pass_on is not None:
            self._pass_on(piece)
        missing = PREFIX_SIZE - len(self._prefix)
        if missing > 0:
            self._prefix += piece[:missing]
        self.size += len(piece)

    def result(self) -> SignedContent:
        """Return what is known of the content now."""
        self._wait()
        return SignedContent(
            size=self.size,
            digests={name: digest.digest() for name, digest in self._digests.items()},
            prefix=bytes(self._prefix),
        )

    def _digest(self, piece: memoryview) -> None:
        for digest in self._digests.values():
            digest.update(piece)

    def _wait(self) -> None:
        if self._running is not None:
            self._running.result()
            self._running = None


@dataclass(frozen=True)
class _Options:
    """How a file is to be read."""

    more_digests: frozenset[str] = frozenset()
    zero_padding: bool = False
    take: Sink | None = None


def _read_seekable(
    file: BinaryIO, size: int, progress: Progress | None, options: _Options
) -> SignedData:
    """Read once; twice only if a signer uses a digest that the head of the file does not name."""
    file.seek(0)
    signed = _Reading(Source(file, size, progress), options).result()
    if signed.content is not None and not signed.needed_digests <= signed.content.digests.keys():
        file.seek(0)
        needed = signed.needed_digests | options.more_digests
        again = replace(options, more_digests=needed, take=None)
        signed = _Reading(Source(file, size, progress), again).result()
    return signed


class _Reading:
    """One pass over one source."""

    def __init__(self, source: Source, options: _Options) -> None:
        self._source = source
        self._stream = Stream(source.read)
        self._options = options
        self._problems: list[Notice] = []
        self._constraints: list[Notice] = []
        self._warnings: list[Notice] = []

    def result(self) -> SignedData:
        outer = self._recognise()
        explicit = self._level(_EXPLICIT)
        inner = self._level(tlv.SEQUENCE)
        version = tlv.small_integer(self._stream.element())
        listed = _read_algorithms(self._stream.element())
        content_start = self._stream.position
        content_type, content = self._read_content(listed)
        before = self._stream.position
        tail = self._stream.rest()
        parts, position = _read_tail(tail, None if inner is None else inner - before)
        for end in (explicit, outer):
            position = _close(tail, position, None if end is None else end - before)
        self._check_trailing(tail, position, before)
        if version not in {1, 3, 4, 5}:
            self._warnings.append(Notice(Remark.SIGNED_DATA_VERSION, {"version": version}))
        sha256 = self._source.drain()
        return SignedData(
            form=self._source.form,
            version=version,
            digest_algorithms=listed,
            content_type=content_type,
            content=content,
            certificates=parts.certificates,
            crls=parts.crls,
            signers=parts.signers,
            problems=tuple(self._problems),
            constraint_problems=tuple(self._constraints),
            warnings=(*self._source.warnings, *self._warnings),
            structure_size=before + position,
            size=self._source.octets_read,
            sha256=sha256,
            layout=Layout(
                content=(content_start, before),
                certificates=parts.all_certificates,
                crls=parts.all_crls,
                signers=parts.all_signers,
            ),
        )

    def _recognise(self) -> int | None:
        """Read the head of the ContentInfo; until it is known to be one, all is FORMAT_UNKNOWN."""
        try:
            end = self._level(tlv.SEQUENCE)
            content_type = tlv.oid(self._stream.element())
        except RoscherkError as error:
            if error.code is not ErrorCode.FORMAT_DAMAGED:
                raise
            raise RoscherkError(ErrorCode.FORMAT_UNKNOWN) from error
        if content_type != SIGNED_DATA:
            raise RoscherkError(ErrorCode.FORMAT_UNKNOWN, content_type=content_type)
        return end

    def _level(self, tag: int) -> int | None:
        """Enter a constructed element; return the offset of its end (None: marked by octets)."""
        found, length = self._stream.header()
        if found != tag:
            raise tlv.damaged("tag_unexpected", self._stream.position)
        return None if length is None else self._stream.position + length

    def _read_content(self, listed: tuple[AlgorithmId, ...]) -> tuple[str, SignedContent | None]:
        """Read encapContentInfo; the content passes through the digests."""
        stream = self._stream
        end = self._level(tlv.SEQUENCE)
        content_type = tlv.oid(stream.element())
        if end is not None and stream.position == end:
            return content_type, None
        tag, length = stream.header()
        if end is None and (tag, length) == _END_OF_CONTENTS:
            return content_type, None
        if tag != _EXPLICIT:
            raise tlv.damaged("tag_unexpected", stream.position)
        explicit_end = None if length is None else stream.position + length
        known = {digest_name_of(algorithm) for algorithm in listed}
        wanted = {name for name in known if name is not None} | self._options.more_digests
        sink = ContentSink(wanted, self._options.take)
        tag, length = stream.header()
        if tag & ~0x20 == tlv.OCTET_STRING:
            stream.octet_string(tag, length, sink.take)
        elif length is not None and content_type != DATA:
            # PKCS #7 allowed any type here and hashed its value (RFC 5652 §5.2.1).
            self._constraints.append(Notice(ConstraintProblem.CONTENT_NOT_OCTETS))
            stream.feed(length, sink.take)
        else:
            raise tlv.damaged("octet_string_expected", stream.position)
        stream.end(explicit_end)
        stream.end(end)
        return content_type, sink.result()

    def _check_trailing(self, tail: bytes, position: int, before: int) -> None:
        trailing = tail[position:]
        if self._options.zero_padding:
            trailing = trailing.strip(b"\0")
        if trailing or self._source.text_follows():
            offset = before + position
            self._problems.append(Notice(FormatProblem.TRAILING_DATA, {"offset": offset}))


class _Tail:
    """What follows the content."""

    def __init__(self) -> None:
        self.all_certificates: tuple[bytes, ...] = ()
        self.all_crls: tuple[bytes, ...] = ()
        self.all_signers: tuple[bytes, ...] = ()
        self.signers: tuple[SignerInfo | Notice, ...] = ()

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """Return the X.509 certificates."""
        return tuple(each for each in self.all_certificates if each[0] == tlv.SEQUENCE)

    @property
    def crls(self) -> tuple[bytes, ...]:
        """Return the plain revocation lists."""
        return tuple(each for each in self.all_crls if each[0] == tlv.SEQUENCE)


def _read_tail(tail: bytes, end: int | None) -> tuple[_Tail, int]:
    """Read certificates, revocation lists and signers; return where they end."""
    stop = len(tail) if end is None else end
    if not 0 <= stop <= len(tail):
        raise tlv.damaged("truncated", len(tail))
    found = _Tail()
    element = tlv.read(tail, 0, stop)
    if element.tag == _CERTIFICATES:
        found.all_certificates = tuple(c.raw for c in element.children(MAX_CERTIFICATES))
        element = tlv.read(tail, element.end, stop)
    if element.tag == _REVOCATION_LISTS:
        found.all_crls = tuple(c.raw for c in element.children(MAX_REVOCATION_LISTS))
        element = tlv.read(tail, element.end, stop)
    if element.tag != tlv.SET:
        raise tlv.damaged("tag_unexpected", element.start)
    signers = element.children(MAX_SIGNERS)
    found.all_signers = tuple(child.raw for child in signers)
    found.signers = tuple(_read_signer(child) for child in signers)
    return found, _close(tail, element.end, end)


def _close(tail: bytes, position: int, end: int | None) -> int:
    """Close a level: its end must be at ``position``, or its end-of-contents octets."""
    if end is None:
        if tail[position : position + 2] != bytes(_END_OF_CONTENTS):
            raise tlv.damaged("end_of_contents_expected", position)
        return position + 2
    if end != position:
        raise tlv.damaged("length_mismatch", position)
    return position


def _read_algorithms(element: tlv.Element) -> tuple[AlgorithmId, ...]:
    if element.tag != tlv.SET:
        raise tlv.damaged("tag_unexpected", element.start)
    return tuple(read_algorithm(child) for child in element.children(MAX_DIGEST_ALGORITHMS))


def _read_signer(element: tlv.Element) -> SignerInfo | Notice:
    try:
        return read_signer_info(element)
    except RoscherkError as error:
        if error.code is not ErrorCode.FORMAT_DAMAGED:
            raise
        return Notice(FormatProblem.SIGNER_INFO_DAMAGED, dict(error.facts))
