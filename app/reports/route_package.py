"""What a route ends with: one ZIP of the document, the joined signatures, receipts and a protocol.

Everything in it is verified once more before the package gets its name: what was noted when a file
came in is no verdict.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from app.crypto.model import Verification
from app.crypto.packages.bundle import copy_beside, make_zip
from app.crypto.packages.renaming import with_names
from app.crypto.routes.door import Routes
from app.crypto.routes.model import Route
from app.crypto.saving import AtomicFile
from app.crypto.verdict.report import Indication
from app.crypto.verifying.door import Checked, Verifying, VerifyOptions, checked_of
from app.errors import ErrorCode, RoscherkError
from app.processes.cancelling import Cancel
from app.reports.dossier import Dossier
from app.reports.printing import Form, PaperKind, Printing
from app.texts.catalogue import _
from app.texts.showing import plain
from app.values import dataclass

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A package that was made."""

    package: Path
    checked: Checked
    """The verdict on what is in it."""
    files: tuple[str, ...]
    """Names of the files in it."""
    route: Route


def open_files(finished: Finished) -> tuple[str, ...]:
    """Return the names of the files that did not pass now, whatever they did when they came."""
    reports = finished.checked.report.files
    return tuple(
        Path(each.path).name for each in reports if each.verdict is not Indication.TOTAL_PASSED
    )


def open_words(finished: Finished) -> tuple[str, ...]:
    """Say which files did not pass now."""
    found = open_files(finished)
    if not found:
        return ()
    who = "; ".join(map(plain, found[:5]))
    return (_("Not wholly verified: {who}").format(who=who),)


class RoutePackages:
    """Makes packages of routes. Calls wait: use a thread."""

    def __init__(self, routes: Routes, verifying: Verifying, printing: Printing) -> None:
        self._routes = routes
        self._verifying = verifying
        self._printing = printing

    def finish(
        self,
        key: str,
        target: Path,
        *,
        incomplete: bool = False,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Finished:
        """Make the package and close the route; a taken name gets a number.

        ``incomplete``: also while signatures are lacking or not wholly verified. Raises
        ROUTE_INCOMPLETE otherwise, ROUTE_NOTHING_SIGNED, ROUTE_DOCUMENT_CHANGED, ROUTE_SIGNATURE_SPOILT
        where a kept file does not verify any more.
        """
        route = self._routes.get(key)
        if not route.complete and not incomplete:
            raise RoscherkError(ErrorCode.ROUTE_INCOMPLETE, count=len(route.left))
        with self._routes.gathered(route, progress, cancel) as files:
            checked = self._verified(route, files, cancel)
            protocol = files[0].parent / _("Verification protocol.pdf")
            self._print(checked, protocol)
            inside = (route.document, *files, protocol)
            package = make_zip(target.absolute(), inside, cancel)
        return Finished(
            package=package,
            checked=checked,
            files=tuple(each.name for each in inside),
            route=self._routes.close(key, package),
        )

    def _print(self, checked: Checked, target: Path) -> None:
        """Write the protocol; it goes to others, whom our folders do not concern."""
        dossier = by_name(self._printing.dossier(checked))
        with AtomicFile.create(target.parent) as file:
            file.write(self._printing.paper(PaperKind.PROTOCOL, Form.PDF, dossier))
            file.publish(target, numbers=False)

    def save_signature(
        self, key: str, folder: Path, cancel: Cancel | None = None
    ) -> tuple[Path, ...]:
        """Save the joined signature, PDFs and receipts of a route into a folder, as they are now."""
        route = self._routes.get(key)
        with self._routes.gathered(route, None, cancel) as files:
            self._verified(route, files, cancel)
            return tuple(copy_beside(files, folder, cancel))

    def _verified(self, route: Route, files: tuple[Path, ...], cancel: Cancel | None) -> Checked:
        options = VerifyOptions(allow_practice=route.practice)
        now = datetime.now(UTC).replace(microsecond=0)
        asked = [
            (path, None if path.suffix.lower() == ".pdf" else route.document) for path in files
        ]
        requests = self._verifying.requests(asked, options, now, search=False)
        found = self._verifying.verify_requests(requests, cancel=cancel)
        _demand_sound(found)
        return checked_of(found, options, now, online=any(one.network.online for one in requests))


def by_name(dossier: Dossier) -> Dossier:
    """Return a dossier that names files without their folders."""
    paths = {path for each in dossier.facts for path in (each.path, each.content) if path}
    names = {path: Path(path.name) for path in paths}
    files = tuple(
        replace(
            each,
            path=PurePath(each.path).name,
            content=None if each.content is None else PurePath(each.content).name,
        )
        for each in dossier.report.files
    )
    return replace(
        dossier,
        report=replace(dossier.report, files=files),
        facts=tuple(with_names(each, names) for each in dossier.facts),
        inputs=tuple(
            tuple(replace(one, path=PurePath(one.path).name) for one in each)
            for each in dossier.inputs
        ),
    )


def _demand_sound(found: tuple[Verification, ...]) -> None:
    """Let nothing out that is spoilt: it was not when it came."""
    for each in found:
        if each.report.verdict in {Indication.TOTAL_FAILED, Indication.NO_SIGNATURE}:
            raise RoscherkError(ErrorCode.ROUTE_SIGNATURE_SPOILT, path=each.facts.path.name)
