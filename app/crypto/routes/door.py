"""The door of routes: begin one, take in what came, say whose it is, gather what is signed.

Everything goes by files, there is no server. The document is never touched and never copied; what
came in is copied into the profile, so a route outlives a crash and a tidied folder of downloads.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from app.crypto.editing.door import Editing
from app.crypto.opening import looks_like_pdf, open_regular, path_fact
from app.crypto.packages.door import Packages
from app.crypto.routes.handing import handed_out
from app.crypto.routes.intake import Intake, Progress, Target
from app.crypto.routes.keeping import Keeping
from app.crypto.routes.model import (
    Arrival,
    DocumentState,
    Listed,
    Match,
    Person,
    Route,
    Signed,
)
from app.crypto.routes.people import named, whose
from app.crypto.routes.store import RouteStore
from app.crypto.verdict.facts import Notice
from app.crypto.verifying.door import Verifying
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.values import dataclass

_USUAL = ("sha256", "sha512", "streebog256", "streebog512")
"""Digests of the document that are taken at the beginning: signers use hardly any other."""
_NO_DATE = date.min


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of everything that was given."""

    arrivals: tuple[Arrival, ...]
    notices: tuple[Notice, ...] = ()
    routes: tuple[str, ...] = ()
    """Keys of the routes that changed."""


class Routes:
    """The routes of one profile. May be used from any thread; calls wait."""

    def __init__(
        self,
        workers: Pool,
        packages: Packages,
        verifying: Verifying,
        editing: Editing,
        folder: Path,
    ) -> None:
        """Take the rooms that do the work, and the folder, which need not exist."""
        self._workers = workers
        self._packages = packages
        self._verifying = verifying
        self._store = RouteStore(folder)
        self._keeping = Keeping(self._store, editing)

    # --- what there is

    def all(self) -> Listed:
        """Return every route, the newest first, and those that could not be read."""
        return self._store.all()

    def get(self, key: str) -> Route:
        """Return a route. Raises ROUTE_NOT_FOUND, ROUTE_DAMAGED, ROUTE_NEWER."""
        return self._store.get(key)

    def named(self, name: str) -> Route:
        """Return the route of this key, of a beginning of it, or of this document.

        Raises ROUTE_NOT_FOUND, also where several could be meant.
        """
        routes = self._store.all().routes
        document = Path(name).absolute()
        found = [each for each in routes if each.document == document and each.open]
        found = found or [each for each in routes if each.document == document]
        found = found or [each for each in routes if name and each.key.startswith(name)]
        if len(found) != 1:
            raise RoscherkError(ErrorCode.ROUTE_NOT_FOUND, name=name)
        return found[0]

    def document_state(self, route: Route, cancel: Cancel | None = None) -> DocumentState:
        """Tell whether the document is what it was when the route was begun."""
        try:
            with open_regular(route.document):
                pass
        except RoscherkError:
            return DocumentState.MISSING
        found = list(self._packages.digest([route.document], ("sha256",), None, cancel or Cancel()))
        same = bool(found) and found[0].digests.get("sha256", b"").hex() == route.sha256
        return DocumentState.SAME if same else DocumentState.CHANGED

    def kept(self, route: Route, name: str) -> Path:
        """Return where a kept file lies."""
        return self._store.kept(route.key, name)

    # --- the route itself

    def begin(
        self,
        document: Path,
        people: Sequence[Person],
        *,
        note: str = "",
        due: date | None = None,
        practice: bool = False,
        cancel: Cancel | None = None,
    ) -> Route:
        """Begin a route for a document. Raises the errors of reading it and of people (`named`)."""
        document = document.absolute()
        with open_regular(document) as file:
            pdf = looks_like_pdf(file)
        cancel = cancel or Cancel()
        found = list(self._packages.digest([document], _USUAL, None, cancel))
        if not found or not found[0].digests:
            raise RoscherkError(ErrorCode.FILE_UNREADABLE, path=path_fact(document))
        if not found[0].size:
            raise RoscherkError(ErrorCode.FILE_EMPTY, path=path_fact(document))
        checked = named(people)

        def make(key: str) -> Route:
            return Route(
                key=key,
                document=document,
                sha256=found[0].digests["sha256"].hex(),
                size=found[0].size,
                digests=dict(found[0].digests),
                pdf=pdf,
                practice=practice,
                begun=_now(),
                due=due,
                note=note.strip(),
                people=checked,
            )

        return self._store.create(make)

    def change(
        self,
        key: str,
        *,
        people: Sequence[Person] | None = None,
        note: str | None = None,
        due: date | None = _NO_DATE,
    ) -> Route:
        """Change who is awaited, the note, the date; what came in is compared with the people anew."""

        def change(route: Route) -> Route:
            new = route if note is None else replace(route, note=note.strip())
            new = new if due is _NO_DATE else replace(new, due=due)
            return new if people is None else _matched(replace(new, people=named(people)))

        return self._store.change(key, change)

    def move(self, key: str, document: Path, cancel: Cancel | None = None) -> Route:
        """Say where the document lies now. Raises ROUTE_DOCUMENT_CHANGED if it is another."""
        route = replace(self._store.get(key), document=document.absolute())
        if self.document_state(route, cancel) is not DocumentState.SAME:
            raise RoscherkError(ErrorCode.ROUTE_DOCUMENT_CHANGED, path=path_fact(document))
        return self._store.change(key, lambda now: replace(now, document=route.document))

    def forget(self, key: str) -> None:
        """Remove a route and the copies of what came in; documents and packages stay."""
        self._store.remove(key)

    def close(self, key: str, package: Path) -> Route:
        """Note that the package was made."""
        return self._store.change(
            key, lambda now: replace(now, finished=_now(), package=package.absolute())
        )

    def reopen(self, key: str) -> Route:
        """Go on gathering."""
        return self._store.change(key, lambda now: replace(now, finished=None))

    # --- what comes in

    def take(
        self,
        paths: Sequence[Path],
        chosen: str = "",
        *,
        offline: bool = False,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Taken:
        """Recognise signatures among files, folders and archives, verify them, keep what is of use.

        They go to the open route whose document they are over, to ``chosen`` first. Nothing is
        ever taken silently: each has its `Arrival`. Raises CANCELLED, DISK_FULL, ROUTE_BUSY.
        """
        targets = self._targets(chosen, cancel)
        intake = Intake(
            self._workers,
            self._packages,
            self._verifying,
            targets,
            offline=offline,
            cancel=cancel,
        )
        found = intake.look([each.absolute() for each in paths], progress)
        arrivals = list(found.others)
        changed = []
        for target in targets:
            key = target.route.key
            judged = [each for of, each in found.judged if of == key]
            if not judged:
                continue
            told, touched = self._keeping.take(key, judged, intake)
            arrivals += told
            if touched:
                changed.append(key)
        return Taken(arrivals=tuple(arrivals), notices=found.notices, routes=tuple(changed))

    def settle(self, key: str, identity: str, person: str) -> Route:
        """Say whose a signature is. Raises ROUTE_SIGNATURE_UNKNOWN, ROUTE_PERSON_UNKNOWN."""

        def change(route: Route) -> Route:
            _demand(route, identity)
            if route.person(person) is None:
                raise RoscherkError(ErrorCode.ROUTE_PERSON_UNKNOWN, name=person)
            return replace(
                route,
                signed=tuple(
                    replace(each, person=person, match=Match.CONFIRMED)
                    if each.identity == identity
                    else each
                    for each in route.signed
                ),
            )

        return self._store.change(key, change)

    def welcome(self, key: str, identity: str) -> Route:
        """Put whoever made a signature among those who are awaited: it is his."""

        def change(route: Route) -> Route:
            by = _demand(route, identity).by
            person = Person(name=by.name, inn=by.inn or by.inn_le, snils=by.snils)
            people = named([*route.people, person])
            signed = tuple(
                replace(each, person=people[-1].key, match=Match.CONFIRMED)
                if each.identity == identity
                else each
                for each in route.signed
            )
            return replace(route, people=people, signed=signed)

        return self._store.change(key, change)

    def dismiss(self, key: str, identity: str) -> Route:
        """Leave a signature out, with its file where nothing else in it is of use."""

        def change(route: Route) -> Route:
            gone = _demand(route, identity)
            signed = tuple(each for each in route.signed if each.identity != identity)
            receipts = tuple(each for each in route.receipts if each.of != identity)
            used = {each.file for each in signed} | {each.file for each in receipts}
            kept = tuple(each for each in route.kept if each.name in used)
            if gone.file not in used:
                needless.append(self.kept(route, gone.file))
            return replace(route, signed=signed, receipts=receipts, kept=kept)

        needless: list[Path] = []
        route = self._store.change(key, change)
        for each in needless:
            with contextlib.suppress(OSError):
                each.unlink()
        return route

    @contextlib.contextmanager
    def gathered(
        self, route: Route, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> Iterator[tuple[Path, ...]]:
        """Lend the files with the settled signatures: one of all that can be joined, PDFs, receipts.

        Raises ROUTE_NOTHING_SIGNED, ROUTE_DOCUMENT_CHANGED, the errors of joining.
        """
        if not any(each.settled for each in route.signed):
            raise RoscherkError(ErrorCode.ROUTE_NOTHING_SIGNED)
        if self.document_state(route, cancel) is not DocumentState.SAME:
            raise RoscherkError(ErrorCode.ROUTE_DOCUMENT_CHANGED, path=path_fact(route.document))
        with self._keeping.desk(route.key) as desk:
            yield handed_out(route, self._keeping, desk, progress, cancel)

    # --- inner

    def _targets(self, chosen: str, cancel: Cancel | None) -> list[Target]:
        routes = [each for each in self._store.all().routes if each.open or each.key == chosen]
        routes.sort(key=lambda each: each.key != chosen)
        return [Target(route=each, state=self.document_state(each, cancel)) for each in routes]


def _matched(route: Route) -> Route:
    """Compare with the people what nobody has confirmed, and what was of somebody who is gone."""
    people = {each.key for each in route.people}

    def again(signed: Signed) -> Signed:
        if signed.match is Match.CONFIRMED and signed.person in people:
            return signed
        person, match = whose(signed.by, route.people, doubtful=signed.doubtful)
        return replace(signed, person=person, match=match)

    return replace(route, signed=tuple(map(again, route.signed)))


def _demand(route: Route, identity: str) -> Signed:
    found = route.signature(identity)
    if found is None:
        raise RoscherkError(ErrorCode.ROUTE_SIGNATURE_UNKNOWN, name=identity[:12])
    return found


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
