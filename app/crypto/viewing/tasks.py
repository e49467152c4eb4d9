"""Looking at a file for the preview: what it is, its tree, text or facts. Runs in a worker only."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.algorithms import digests
from app.algorithms.digests import CHUNK
from app.crypto.mchd.recognising import HEAD
from app.crypto.opening import open_regular, read_error
from app.crypto.viewing.model import (
    MarkPicture,
    MarkTrial,
    ViewAnswer,
    ViewKind,
    ViewRequest,
)
from app.errors import RoscherkError
from app.processes.serving import Context

_DIGESTED: Final = 256 << 20
"""Octets of a file that is digested for a look."""
_STREEBOG: Final = 32 << 20
_TEXT: Final = 400_000
"""Octets of text that are shown."""
_TEXT_SUFFIXES: Final = frozenset({".txt", ".csv", ".md", ".log", ".ini", ".json", ".toml", ".eml"})
_IMAGES: Final = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ZIP: Final = b"PK\3\4"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML: Final = frozenset(
    {".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".pptm", ".dotx", ".dotm", ".xltm", ".xlsb"}
)
_OLD_OFFICE: Final = frozenset({".doc", ".xls", ".ppt", ".dot", ".xlt", ".pps"})


def view(request: ViewRequest, context: Context) -> ViewAnswer:
    """Look at one file; raises the ``FILE_*`` codes. What cannot be taken apart is told by its facts."""
    path = request.path
    head, size, sha256, streebog = _read_once(path, context)
    answer = ViewAnswer(kind=_kind(path, head), size=size, sha256=sha256, streebog256=streebog)
    return _LOOKS.get(answer.kind, _nothing)(path, answer)


def _kind(path: Path, head: bytes) -> ViewKind:
    suffix = path.suffix.lower()
    if b"%PDF-" in head[:1024]:
        return ViewKind.PDF
    if head.startswith(_IMAGES):
        return ViewKind.IMAGE
    begun = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begun.startswith(b"<?xml") or (suffix == ".xml" and begun.startswith(b"<")):
        return ViewKind.XML
    if (head.startswith(_ZIP) and suffix in _OOXML) or (
        head.startswith(_OLE) and (suffix in _OOXML or suffix in _OLD_OFFICE)
    ):
        return ViewKind.OFFICE
    return ViewKind.TEXT if suffix in _TEXT_SUFFIXES and b"\0" not in head else ViewKind.OTHER


def _read_once(path: Path, context: Context) -> tuple[bytes, int, str, str]:
    """Return the first bytes, the size, and the digests where the file is not too large."""
    with open_regular(path) as file:
        try:
            size = file.seek(0, 2)
            file.seek(0)
            head = file.read(HEAD)
            if size > _DIGESTED:
                return head, size, "", ""
            file.seek(0)
            sha256 = hashlib.sha256()
            streebog = digests.new("streebog256") if size <= _STREEBOG else None
            done = 0
            while chunk := file.read(CHUNK):
                sha256.update(chunk)
                if streebog is not None:
                    streebog.update(chunk)
                done += len(chunk)
                context.progress(done, size)
        except OSError as error:
            raise read_error(error, path) from error
    told = "" if streebog is None else streebog.digest().hex()
    return head, size, sha256.hexdigest(), told


def _xml(path: Path, answer: ViewAnswer) -> ViewAnswer:
    from app.crypto.viewing.xml_tree import with_tree  # noqa: PLC0415 - lxml takes its time to import

    try:
        return with_tree(path, answer)
    except RoscherkError:
        return _text(path, answer)  # damaged or too complex: its letters can still be looked at


def _text(path: Path, answer: ViewAnswer) -> ViewAnswer:
    with open_regular(path) as file:
        try:
            data = file.read(_TEXT + 1)
        except OSError as error:
            raise read_error(error, path) from error
    encoding, words = _decoded(data[:_TEXT])
    kind = ViewKind.TEXT
    return replace(answer, kind=kind, encoding=encoding, text=words, more=len(data) > _TEXT)


def _decoded(data: bytes) -> tuple[str, str]:
    """Decode text: UTF-8 if it is that, else windows-1251, in which every octet is a letter."""
    for encoding in ("utf-8-sig", "utf-8"):
        for cut in range(4):  # the limit may have cut a letter in two
            try:
                return "utf-8", data[: len(data) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return "windows-1251", data.decode("windows-1251", "replace")


def _office(path: Path, answer: ViewAnswer) -> ViewAnswer:
    from app.crypto.viewing.office import with_marks  # noqa: PLC0415 - rarely needed

    return with_marks(path, answer)


def _nothing(_path: Path, answer: ViewAnswer) -> ViewAnswer:
    return answer


def try_mark(trial: MarkTrial, _context: Context) -> MarkPicture:
    """Try a mark (see `app.crypto.pdf.mark_trial`)."""
    from app.crypto.pdf import mark_trial  # noqa: PLC0415 - pyHanko and fpdf2 take 0.5 s

    return mark_trial.try_mark(trial)


_LOOKS: Final = {
    ViewKind.XML: _xml,
    ViewKind.TEXT: _text,
    ViewKind.OFFICE: _office,
}
