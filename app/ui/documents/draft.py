"""The list of a batch, kept on the disk while it is signed: what was done outlives a crash. No Qt here."""

import contextlib
import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app.crypto.model import SignatureFormat
from app.crypto.saving import usual_target, write_error
from app.errors import RoscherkError
from app.places import write_private
from app.texts.catalogue import _
from app.ui.files import SIGNATURE_SUFFIXES, Document, State
from app.ui.work import Tasks
from app.values import dataclass

_VERSION: Final = 1
_LARGEST: Final = 8 << 20
_RESULTS: Final = SIGNATURE_SUFFIXES | {".pdf"}
_NUMBER: Final = re.compile(r" \(\d+\)$")


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """A batch that was not finished."""

    left: tuple[Path, ...]
    signed: int
    total: int

    def words(self) -> str:
        """Say what was done and what is left."""
        told = _("Signed: {n} of {total}. What is signed stays; the rest can be put on the list.")
        return told.format(n=self.signed, total=self.total)


class Draft:
    """Writes in one lane, the newest state only; nothing is asked of the disk on the UI thread."""

    def __init__(self, file: Path, tasks: Tasks, on_error: Callable[[RoscherkError], None]) -> None:
        self._file = file
        self._tasks = tasks
        self._on_error = on_error
        self._newest: tuple[Document, ...] | None = None
        self._writing = False

    def look(self, found: Callable[[Unfinished], None]) -> None:
        """Tell of a batch that an earlier run of the program did not finish."""

        def take(unfinished: Unfinished | None) -> None:
            if unfinished is not None:
                found(unfinished)

        self._tasks.run(
            lambda _job: _read(self._file), done=take, failed=self._on_error, lane="draft"
        )

    def follow(self, batch: Sequence[Document], *, wanted: bool) -> None:
        """Write how far a batch is; ``wanted``: it goes on, or an error has stopped it."""
        if len(batch) < 2:
            return
        if wanted:
            self.keep(batch)
        else:
            self.forget()

    def keep(self, documents: Sequence[Document]) -> None:
        """Write how far the batch is."""
        self._newest = tuple(documents)
        if not self._writing:
            self._write()

    def forget(self) -> None:
        """Remove it: the batch is finished, or nobody wants the rest of it."""
        self._newest = None
        self._tasks.run(
            lambda _job: _remove(self._file),
            done=lambda _nothing: None,
            failed=self._on_error,
            lane="draft",
        )

    def _write(self) -> None:
        documents, self._newest = self._newest, None
        if documents is None:
            return
        self._writing = True
        self._tasks.run(
            lambda _job: _save(self._file, documents),
            done=lambda _nothing: self._written(),
            failed=self._fail,
            lane="draft",
        )

    def _written(self) -> None:
        self._writing = False
        self._write()

    def _fail(self, error: RoscherkError) -> None:
        self._writing = False
        self._on_error(error)


def _state_of(document: Document) -> str:
    if document.signed is not None or document.state is State.SIGNED:
        return "signed"
    return "failed" if document.state is State.FAILED else "left"


def _save(file: Path, documents: Sequence[Document]) -> None:
    rows = [{"path": str(each.path), "state": _state_of(each)} for each in documents]
    data = json.dumps({"version": _VERSION, "documents": rows})
    try:
        write_private(file, data.encode())
    except OSError as error:
        raise write_error(error, file) from error


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


def _signed_since(document: Path, written: float) -> bool:
    """Tell whether a signature of it was saved that this list, written before, does not know of.

    The program may have died between the two. Results lie beside their document under its name.
    """
    usual = {
        usual_target(document, form, practice=practice).stem
        for form in (SignatureFormat.CADES, SignatureFormat.PADES)
        for practice in (False, True)
    }
    with contextlib.suppress(OSError), os.scandir(document.parent) as entries:
        for entry in entries:
            path = Path(entry.path)
            named = _NUMBER.sub("", path.stem) in usual and path.suffix.lower() in _RESULTS
            if named and path != document and entry.stat().st_ctime >= written:
                return True
    return False


def _path_of(told: object) -> Path:
    """Return a path; raise :class:`ValueError` for what can be the name of no file."""
    path = Path(str(told))
    if b"\0" in os.fsencode(path) or not path.name:
        raise ValueError("path")
    return path


def _read(file: Path) -> Unfinished | None:
    """Return what is left; a damaged file is no draft: nothing can be said of it."""
    try:
        with file.open("rb") as stream:
            told = json.loads(stream.read(_LARGEST))
            written = os.fstat(stream.fileno()).st_mtime
        rows = [(_path_of(each["path"]), str(each["state"])) for each in told["documents"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    marked = [path for path, state in rows if state == "left"]
    left = tuple(path for path in marked if not _signed_since(path, written))
    signed = sum(state == "signed" for _path, state in rows) + len(marked) - len(left)
    return Unfinished(left=left, signed=signed, total=len(rows)) if left else None
