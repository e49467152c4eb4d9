"""What came in, kept with its route: copies of the octets that were verified, and a note of each."""

import contextlib
import hashlib
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.crypto.editing.door import Editing
from app.crypto.editing.model import Convert, Split
from app.crypto.opening import open_regular, path_fact, read_error
from app.crypto.routes.intake import Intake
from app.crypto.routes.model import Arrival, Came, Kept, Route
from app.crypto.routes.sorting import USELESS, Judged, Sorted, sort
from app.crypto.routes.store import RouteStore
from app.crypto.saving import LEFTOVER_AGE, AtomicFile, write_error
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError
from app.places import make_private

_CHUNK = 1 << 20


class Keeping:
    """Keeps files in the folders of the store."""

    def __init__(self, store: RouteStore, editing: Editing) -> None:
        """Take the store, and what takes files apart."""
        self._store = store
        self.editing = editing

    def kept(self, route: Route, name: str) -> Path:
        """Return where a kept file lies."""
        return self._store.kept(route.key, name)

    def take(
        self, key: str, judged: Sequence[Judged], intake: Intake
    ) -> tuple[list[Arrival], bool]:
        """Keep what is of use of the files of one route, in one change of its note."""
        arrivals: list[Arrival] = []
        before: list[Route] = []

        def change(route: Route) -> Route:
            before.append(route)
            for each in judged:
                route = self._one(route, each, intake, arrivals)
            return route

        after = self._store.change(key, change)
        return arrivals, after != before[0]

    def _one(self, route: Route, judged: Judged, intake: Intake, told: list[Arrival]) -> Route:
        name = self._free_name(route, pdf=judged.pdf)
        result = sort(route, judged, name, _now())
        if not result.several:
            return self._kept_one(route, judged, result, name, told)
        with self.desk(route.key) as desk:
            try:
                parts = self._taken_apart(judged, desk)
            except RoscherkError as error:
                if not result.spoilt:
                    return self._kept_one(route, judged, result, name, told)
                told.append(_unreadable(route, judged, error))
                return route
            told += [each for each in result.arrivals if each.came in USELESS]
            for part in intake.again(judged, route.key, parts):
                name = self._free_name(route, pdf=False)
                result = sort(route, part, name, _now())
                if not any(each.came in USELESS for each in result.arrivals):
                    route = self._kept_one(route, part, result, name, told)
        return route

    def _kept_one(
        self, route: Route, judged: Judged, result: Sorted, name: str, told: list[Arrival]
    ) -> Route:
        renewed = {each.identity: each for each in result.renewed}
        signed = tuple(renewed.get(each.identity, each) for each in route.signed)
        again = {each.identity: each for each in result.renewed_receipts}
        receipts = tuple(again.get(each.identity, each) for each in route.receipts)
        route = replace(route, signed=signed, receipts=receipts)
        if not result.keep:
            told += result.arrivals
            return route
        try:
            kept = self._copy_in(route, judged, name)
        except RoscherkError as error:
            told.append(_unreadable(route, judged, error))
            return route
        told += result.arrivals
        fresh = {each.identity for each in result.signed}
        return replace(
            route,
            kept=(*route.kept, kept),
            signed=(*(each for each in signed if each.identity not in fresh), *result.signed),
            receipts=(*receipts, *result.receipts),
        )

    def _taken_apart(self, judged: Judged, desk: Path) -> tuple[Path, ...]:
        """Return a file for each signer, without the document. Raises where the file forbids it."""
        source = judged.path
        if judged.attached:
            source = desk / "inside.sig"
            self.editing.convert(Convert(source=judged.path, attached=False, output=source))
        return self.editing.split(Split(source=source, folder=desk)).targets

    def _copy_in(self, route: Route, judged: Judged, name: str) -> Kept:
        """Keep a copy: the octets that were verified, or the signature alone where the document is inside."""
        target = self.kept(route, name)
        sha256, size = judged.marks.sha256, judged.marks.size
        if judged.attached:
            self.editing.convert(Convert(source=judged.path, attached=False, output=target))
        else:
            copied(judged.path, target, sha256)
        grown = {each.sha256 for each in judged.marks.growths}
        older = [each for each in route.kept if each.pdf and each.sha256 in grown]
        return Kept(
            name=name,
            origin=judged.shown.name,
            sha256=sha256,
            size=size,
            pdf=judged.pdf,
            grew=max(older, key=lambda each: each.size).name if older else "",
            came=_now(),
        )

    def _free_name(self, route: Route, *, pdf: bool) -> str:
        suffix = "pdf" if pdf else "sig"
        taken = {each.name[:4] for each in route.kept}
        for number in range(1, 10_000):
            stem = f"{number:04}"
            if stem not in taken and not self.kept(route, f"{stem}.{suffix}").exists():
                return f"{stem}.{suffix}"
        raise RoscherkError(ErrorCode.TARGET_EXISTS, path=path_fact(self._store.place(route.key)))

    @contextlib.contextmanager
    def desk(self, key: str) -> Iterator[Path]:
        """Lend an empty folder beside the kept files; what a killed program left there goes first."""
        desk = self._store.place(key) / f"desk-{secrets.token_hex(4)}"
        _sweep(desk.parent)
        try:
            make_private(desk)
        except OSError as error:
            raise write_error(error, desk) from error
        try:
            yield desk
        finally:
            shutil.rmtree(desk, ignore_errors=True)


def _unreadable(route: Route, judged: Judged, error: RoscherkError) -> Arrival:
    """Tell of one file that it cannot be kept; raise what concerns all of them."""
    if error.code in {ErrorCode.DISK_FULL, ErrorCode.CANCELLED}:
        raise error
    return Arrival(
        came=Came.UNREADABLE,
        shown=judged.shown,
        route=route.key,
        notices=(Notice(error.code, dict(error.facts)),),
        loose=judged.loose,
    )


def copied(source: Path, target: Path, expected: str | None = None) -> Path:
    """Copy a file, whole or not at all; it must have the digest that is expected."""
    digest = hashlib.sha256()
    with open_regular(source) as file, AtomicFile.create(target.parent) as copy:
        try:
            while piece := file.read(_CHUNK):
                digest.update(piece)
                copy.write(piece)
        except OSError as error:
            raise read_error(error, source) from error
        if expected is not None and digest.hexdigest() != expected:
            raise RoscherkError(ErrorCode.FILE_CHANGED, path=path_fact(source))
        return copy.publish(target, numbers=expected is None)


def _sweep(place: Path) -> None:
    """Remove working folders that nobody works in any more."""
    oldest = time.time() - LEFTOVER_AGE
    for each in place.glob("desk-*"):
        with contextlib.suppress(OSError):
            if each.stat().st_mtime < oldest:
                shutil.rmtree(each, ignore_errors=True)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
