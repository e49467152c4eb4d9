"""Routes on the disk: a folder each, with a note about it and the files that came in.

The note is written anew in one step, so a crash leaves the old one or the new one. A note that
cannot be read takes nothing with it: its folder is set aside whole, and told.
"""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from app.crypto.opening import path_fact
from app.crypto.routes.model import SCHEMA, Damaged, Listed, Route
from app.crypto.saving import write_error
from app.crypto.trust.locking import alone
from app.errors import ErrorCode, RoscherkError
from app.places import make_private, sync_folder, write_private
from app.shapes import read_json
from app.tokens.small_files import read_small_file

_NOTE = "route.json"
_LARGEST = 8 << 20
_KEY = re.compile(r"[0-9a-f]{8}")
_KEPT = re.compile(r"\d{4}\.(sig|pdf)")
_RAW = "octets:"
_FAMILY = SCHEMA.rpartition("/")[0]


class RouteStore:
    """The routes of one profile. May be used from any thread, and by several programs at once."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which need not exist."""
        self._folder = folder

    def all(self) -> Listed:
        """Return every route, the newest first; what cannot be read is set aside and told."""
        routes: list[Route] = []
        damaged: list[Damaged] = []
        for key in self._keys():
            try:
                routes.append(self._read(key))
            except RoscherkError as error:
                if error.code is ErrorCode.ROUTE_NOT_FOUND:
                    continue  # removed meanwhile, or its making was interrupted before the note
                if error.code not in {ErrorCode.ROUTE_DAMAGED, ErrorCode.ROUTE_NEWER}:
                    raise
                damaged.append(self._told(key, error))
        routes.sort(key=lambda each: (each.begun, each.key), reverse=True)
        return Listed(routes=tuple(routes), damaged=tuple(damaged))

    def get(self, key: str) -> Route:
        """Return a route. Raises ROUTE_NOT_FOUND, ROUTE_DAMAGED, ROUTE_NEWER, ``FILE_*``."""
        return self._read(key)

    def create(self, make: Callable[[str], Route]) -> Route:
        """Keep a new route under a new key."""
        key = next(name for name in _names() if not self.place(name).exists())
        with self._locked():
            route = make(key)
            self._write(route)
        return route

    def change(self, key: str, change: Callable[[Route], Route]) -> Route:
        """Change a route as it is now, alone; return it. Raises as `get`, ROUTE_BUSY, ``TARGET_*``."""
        with self._locked():
            now = self._read(key)
            new = change(now)
            if new != now:
                self._write(new)
        return new

    def remove(self, key: str) -> None:
        """Remove a route with the copies that were kept. Raises ROUTE_NOT_FOUND, ``TARGET_*``."""
        place = self.place(key)
        with self._locked():
            if not place.is_dir():
                raise RoscherkError(ErrorCode.ROUTE_NOT_FOUND, name=key)
            try:
                # First its note: half a removal leaves no half a route.
                (place / _NOTE).unlink(missing_ok=True)
                shutil.rmtree(place)
                sync_folder(self._folder)
            except OSError as error:
                raise write_error(error, place) from error

    def place(self, key: str) -> Path:
        """Return the folder of a route."""
        if _KEY.fullmatch(key) is None:
            raise RoscherkError(ErrorCode.ROUTE_NOT_FOUND, name=key)
        return self._folder / key

    def kept(self, key: str, name: str) -> Path:
        """Return where a kept file lies."""
        if _KEPT.fullmatch(name) is None:
            raise RoscherkError(ErrorCode.ROUTE_DAMAGED, path=path_fact(self.place(key)))
        return self.place(key) / name

    # --- inner

    def _keys(self) -> list[str]:
        try:
            return sorted(each.name for each in self._folder.iterdir() if _KEY.fullmatch(each.name))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise RoscherkError(
                ErrorCode.FILE_UNREADABLE, path=path_fact(self._folder), errno=error.errno or 0
            ) from error

    def _read(self, key: str) -> Route:
        note = self.place(key) / _NOTE
        try:
            data = read_small_file(note, _LARGEST, follow=False)
        except RoscherkError as error:
            if error.code is ErrorCode.FILE_NOT_FOUND:
                raise RoscherkError(ErrorCode.ROUTE_NOT_FOUND, name=key) from error
            if error.code is ErrorCode.FILE_UNREADABLE:
                raise
            raise RoscherkError(ErrorCode.ROUTE_DAMAGED, path=path_fact(note)) from error
        try:
            told = read_json(data, dict[str, msgspec.Raw])
            schema = read_json(told.get("schema", b'""'), str)
            if schema != SCHEMA and schema.startswith(_FAMILY + "/"):
                raise RoscherkError(ErrorCode.ROUTE_NEWER, path=path_fact(note))
            route = read_json(data, Route, dec_hook=_decode)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise RoscherkError(ErrorCode.ROUTE_DAMAGED, path=path_fact(note)) from error
        if route.schema != SCHEMA or route.key != key or not _sound(route):
            raise RoscherkError(ErrorCode.ROUTE_DAMAGED, path=path_fact(note))
        return route

    def _write(self, route: Route) -> None:
        note = self.place(route.key) / _NOTE
        try:
            data = msgspec.json.encode(route, enc_hook=_encode)
            data = msgspec.json.format(data, indent=1)
            if len(data) > _LARGEST:
                # It could not be read again: what is there stays as it is.
                raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, path=path_fact(note))
            write_private(note, data)
        except OSError as error:
            raise write_error(error, note) from error

    def _told(self, key: str, error: RoscherkError) -> Damaged:
        place = self.place(key)
        if error.code is ErrorCode.ROUTE_NEWER:
            return Damaged(key=key, place=place, newer=True)
        aside = make_private(self._folder / "damaged")
        target = next(each for each in _numbered(aside / key) if not each.exists())
        try:
            place.rename(target)
        except OSError:
            return Damaged(key=key, place=place)  # told again next time
        with contextlib.suppress(OSError):
            sync_folder(self._folder)
        return Damaged(key=key, place=target)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with alone(self._folder):
                yield
        except OSError as error:
            raise write_error(error, self._folder) from error
        except RoscherkError as error:
            if error.code is not ErrorCode.TRUST_BUSY:
                raise
            raise RoscherkError(ErrorCode.ROUTE_BUSY) from error


def _sound(route: Route) -> bool:
    """Tell whether nothing in a note points to where it must not, or to nowhere."""
    files = {each.name for each in route.kept}
    named = {each.file for each in route.signed} | {each.file for each in route.receipts}
    people = {each.key for each in route.people}
    came = [each.came for each in route.kept] + [each.came for each in route.signed]
    sizes = [route.size, *(each.size for each in route.kept)]
    moments = (route.begun, route.finished, *came)
    return (
        all(_KEPT.fullmatch(each) for each in files)
        and len(files) == len(route.kept)
        and all(each.origin == Path(each.origin).name != ".." for each in route.kept)
        and all(each >= 0 for each in sizes)
        and named <= files
        and all(not each.person or each.person in people for each in route.signed)
        and all(each is None or each.tzinfo is not None for each in moments)
    )


def _names() -> Iterator[str]:
    while True:
        yield secrets.token_hex(4)


def _numbered(place: Path) -> Iterator[Path]:
    yield place
    for number in range(1, 10_000):
        yield place.with_name(f"{place.name}-{number}")


def _encode(value: object) -> str:
    """Write a path as text; one that is no UTF-8 in a form that leads back to it."""
    if not isinstance(value, Path):
        raise TypeError(type(value).__name__)
    data = os.fsencode(value)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _RAW + data.hex()


def _decode(kind: type, value: object) -> object:
    if kind is not Path or not isinstance(value, str):
        raise TypeError(kind.__name__)
    if value.startswith(_RAW):
        return Path(os.fsdecode(bytes.fromhex(value.removeprefix(_RAW))))
    return Path(value)
