"""The worker's side of the room: a note is fetched or read from a file, and judged."""

from pathlib import Path

from app.crypto.network.fetching import Network
from app.crypto.network.policy import Purpose
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.releases.model import FetchNote, NoteAnswer, ReadNote
from app.crypto.releases.reading import LARGEST_NOTE, LARGEST_SIGNATURE, read_note
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context


def fetch(request: FetchNote, _context: Context) -> NoteAnswer:
    """Ask for the note and for its signature beside it."""
    network = Network(request.network)
    try:
        note = network.get(request.url, Purpose.RELEASE, limit=LARGEST_NOTE, fresh=True)
        beside = f"{request.url}.sig"
        signature = network.get(beside, Purpose.RELEASE, limit=LARGEST_SIGNATURE, fresh=True)
        release = read_note(note, signature, request.keys)
    except RoscherkError as error:
        reason = str(error.facts.get("reason", ""))
        return NoteAnswer(failure=error.code.value, reason=reason, network=network.uses)
    return NoteAnswer(release=release, network=network.uses)


def read(request: ReadNote, _context: Context) -> NoteAnswer:
    """Read a note out of a file. Raises as `read_note` does, and the errors of files."""
    beside = request.path.with_name(request.path.name + ".sig")
    note = _octets(request.path, LARGEST_NOTE)
    try:
        signature = _octets(beside, LARGEST_SIGNATURE)
        return NoteAnswer(release=read_note(note, signature, request.keys))
    except RoscherkError as error:
        raise error.with_facts(path=error.facts.get("path", path_fact(request.path))) from error


def _octets(path: Path, limit: int) -> bytes:
    try:
        with open_regular(path) as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise read_error(error, path) from error
    if len(data) > limit:
        raise RoscherkError(ErrorCode.FILE_TOO_LARGE, path=path_fact(path))
    return data
