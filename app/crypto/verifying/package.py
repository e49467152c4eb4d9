"""What came in: what a file is, by its content, and which file a detached signature belongs to."""

import hashlib
import os
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

from app.crypto.cms.attributes import message_digest
from app.crypto.cms.reading import read_content
from app.crypto.cms.structure import SignedContent, SignedData, SignerInfo
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.verdict.facts import Notice
from app.crypto.verifying.folder import MAX_SEARCHED_BYTES, MAX_SEARCHED_FILES, regular_files
from app.crypto.verifying.names import names_of_original
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_HEAD = 4096
_PDF_WITHIN = 1024
"""Readers look for the head of a PDF in its first kilobyte (ISO 32000-1, Annex H.3.4.1)."""
_XML_SIGNATURE = b"http://www.w3.org/2000/09/xmldsig#"
_BYTE_RANGE = b"/ByteRange"
_SEARCHED = 100 << 20
_CHUNK = 1 << 20

Progress = Callable[[int, int], None]


class Kind(StrEnum):
    """What a file seems to be by its first bytes; only reading it whole tells for sure."""

    PDF = "pdf"
    XML = "xml"
    OTHER = "other"


@dataclass(frozen=True)
class Looked:
    """A file at first sight."""

    kind: Kind
    size: int
    pdf_within: bool
    """The head of a PDF stands somewhere in the first kilobyte."""


def look(path: Path) -> Looked:
    """Look at the first bytes of a file. Raises ``FILE_*`` codes, for an empty file too."""
    with open_regular(path) as file:
        try:
            head = file.read(_HEAD)
            size = os.fstat(file.fileno()).st_size
        except OSError as error:
            raise read_error(error, path) from error
    if not head:
        raise RoscherkError(ErrorCode.FILE_EMPTY, path=path_fact(path))
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    kind = Kind.OTHER
    if head.startswith(b"%PDF-"):
        kind = Kind.PDF
    elif text.startswith(b"<") or head[:4] in {b"\xff\xfe<\0", b"\xfe\xff\0<"}:
        kind = Kind.XML
    return Looked(kind, size, b"%PDF-" in head[:_PDF_WITHIN])


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """Return the SHA-256 of a file, in hex."""
    found = hashlib.sha256()
    with open_regular(path) as file:
        try:
            total, done = os.fstat(file.fileno()).st_size, 0
            while chunk := file.read(_CHUNK):
                found.update(chunk)
                done += len(chunk)
                if progress is not None:
                    progress(done, max(total, done))
        except OSError as error:
            raise read_error(error, path) from error
    return found.hexdigest()


def holds_xml_signature(path: Path) -> bool:
    """Tell whether an XML file names the XML signature standard; it is searched, not parsed."""
    return _holds(path, _XML_SIGNATURE)


def holds_pdf_signature(path: Path) -> bool:
    """Tell whether a damaged PDF holds a signature: its byte range is never compressed."""
    return _holds(path, _BYTE_RANGE)


def _holds(path: Path, wanted: bytes) -> bool:
    """Search the beginning of a file for some bytes, or the same as UTF-16 text."""
    tail, read = b"", 0
    with open_regular(path) as file:
        try:
            while read < _SEARCHED and (chunk := file.read(_CHUNK)):
                read += len(chunk)
                # Some programs write XML in UTF-16: the same letters with zeros between.
                window = (tail + chunk).replace(b"\0", b"")
                if wanted in window:
                    return True
                tail = window[-len(wanted) :]
        except OSError as error:
            raise read_error(error, path) from error
    return False


@dataclass(frozen=True)
class Original:
    """The document of a detached signature, digested; or why there is none."""

    path: Path | None = None
    content: SignedContent | None = None
    warnings: tuple[Notice, ...] = ()


def take_original(
    path: Path,
    signed: SignedData,
    progress: Progress | None = None,
    more: frozenset[str] = frozenset(),
) -> Original:
    """Digest the document that the user pointed to; by ``more`` than what the signers ask for."""
    return Original(path, read_content(path, signed.needed_digests | more, progress))


def find_original(
    signature: Path, signed: SignedData, progress: Progress | None = None
) -> Original:
    """Look for the document of a detached signature in its folder: by name, then by content.

    A document of the right name but with another content is taken if no other file fits: it is
    the one that was changed.
    """
    wanted = message_digests(signed)
    named = Original()
    for path in names_of_original(signature):
        try:
            found = Original(path, read_content(path, signed.needed_digests, progress))
        except RoscherkError:
            continue  # not there, or not a readable file: look further
        if not wanted:
            return Original(found.path, found.content, (Notice("content_name_only"),))
        if _fits(found.content, wanted):
            return found
        named = named if named.path is not None else found
    if not wanted:
        return named
    by_content = _search(signature, named.path, signed, wanted, progress)
    if by_content.path is None and named.path is not None:
        return Original(named.path, named.content, by_content.warnings)
    return by_content


def message_digests(signed: SignedData) -> frozenset[tuple[str, bytes]]:
    """Return the digests of the content that the signers signed, by the name of the algorithm."""
    found = set()
    for signer in signed.signers:
        if isinstance(signer, SignerInfo) and signer.signed_attributes is not None:
            value = message_digest(signer.signed_attributes)
            if value and signer.digest_name is not None:
                found.add((signer.digest_name, value))
    return frozenset(found)


def _fits(content: SignedContent | None, wanted: Iterable[tuple[str, bytes]]) -> bool:
    """Tell whether this is the content of at least one signer."""
    return content is not None and any(content.digests.get(name) == value for name, value in wanted)


def _search(
    signature: Path,
    tried: Path | None,
    signed: SignedData,
    wanted: frozenset[tuple[str, bytes]],
    progress: Progress | None,
) -> Original:
    """Digest the files of the folder till one fits or the budget ends; tell if it ended."""
    files, complete = _neighbours(signature)
    names = frozenset(name for name, _ in wanted) & signed.needed_digests
    left = MAX_SEARCHED_BYTES
    for path, size in files:
        if path == tried:
            continue
        if size > left:
            complete = False
            continue
        left -= size
        try:
            content = read_content(path, names, progress)
        except RoscherkError:
            continue  # vanished or unreadable: it is no answer
        if _fits(content, wanted):
            whole = content
            if names != signed.needed_digests:
                whole = read_content(path, signed.needed_digests, progress)
            return Original(path, whole, (Notice("content_found_by_digest"),))
    return Original(warnings=() if complete else (Notice("content_search_incomplete"),))


def _neighbours(signature: Path) -> tuple[list[tuple[Path, int]], bool]:
    """List the other files of the folder: those of a like name first, then the small ones.

    Small ones first, so that the budget covers as many files as it can. Returns also whether the
    list is complete.
    """
    found: list[tuple[Path, int]] = []
    for path, size in regular_files(signature.parent):
        if path.name == signature.name:
            continue
        if len(found) == MAX_SEARCHED_FILES:
            return _in_order(found, signature), False
        found.append((path, size))
    return _in_order(found, signature), True


def _in_order(found: list[tuple[Path, int]], signature: Path) -> list[tuple[Path, int]]:
    stem = signature.name.split(".")[0].casefold()
    return sorted(
        found, key=lambda each: (not each[0].name.casefold().startswith(stem), each[1], each[0])
    )
