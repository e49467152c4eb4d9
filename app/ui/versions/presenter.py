"""Which page of which signed version is looked at, and where it differs. No Qt here."""

from pathlib import Path
from typing import Final, Protocol

from app.crypto.pdf.pages import ComparedPage, Differences
from app.crypto.revisions.door import Revisions
from app.crypto.revisions.model import (
    ExtractedRevision,
    ExtractRevision,
    SignedRevision,
    signed_version_name,
)
from app.errors import RoscherkError
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe_error
from app.texts.presigning import pages_words
from app.texts.showing import plain
from app.ui.work import Job, Task, Tasks
from app.values import dataclass

WIDTH: Final = 900
"""Pixels of each of the two pages."""
_SENT: Final = 0
"""Stands where the number of a signature does, for the document as it was sent out."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A document of one's own that was sent out, and grew."""

    size: int
    """Octets, with which what came begins."""
    came: str
    """What the file was called when it came."""


@dataclass(frozen=True)
class Turned:
    """Where in the document we are, and which ways are open."""

    title: str
    back: bool
    forth: bool


class View(Protocol):
    """What the dialog can do for its presenter."""

    def show_versions(self, versions: tuple[tuple[str, str], ...], current: str) -> None:
        """Show the choice of signed versions: key and words."""

    def show_page(self, page: ComparedPage, turned: Turned) -> None:
        """Show one page of both versions with the places that differ."""

    def show_words(self, text: str) -> None:
        """Say what is going on, or why there is no page."""

    def show_summary(self, text: str, *, different: bool) -> None:
        """Say where the versions differ; ``different``: there is a place to go to."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error."""

    def show_saved(self, target: Path) -> None:
        """Say that the signed version was saved."""


class VersionsPresenter:
    """Compare one document with what its signatures cover, and with what it grew out of."""

    def __init__(
        self, revisions: Revisions, tasks: Tasks, path: Path, sent: Sent | None = None
    ) -> None:
        """``sent``: the file grew out of a document of one's own, which is an earlier version too."""
        self._revisions = revisions
        self._tasks = tasks
        self.path = path
        self.name = path.name if sent is None else sent.came
        """Under which the user knows the file."""
        self._sent = (
            () if sent is None else (SignedRevision(number=_SENT, field="", end=sent.size),)
        )
        self._versions: tuple[SignedRevision, ...] = ()
        self._version: SignedRevision | None = None
        self._shown: ComparedPage | None = None
        self._different: list[int] = []
        self._counted = 0
        self._finding: Task | None = None
        self._drawing: Task | None = None
        self._gone = False
        self._view: View

    def leave(self) -> None:
        """Stop everything: nobody looks any more, what still comes is not shown."""
        self._gone = True
        self.close()

    def attach(self, view: View) -> None:
        """Find the signed versions, and show the first that is not the present one."""
        self._view = view
        view.show_words(_("Looking for the signed versions…"))
        self._tasks.run(
            lambda job: self._revisions.signed(self.path, job.cancel),
            done=self._take_versions,
            failed=self._fail if not self._sent else lambda _error: self._take_versions(()),
        )

    def close(self) -> None:
        """Stop wanting anything."""
        for task in (self._finding, self._drawing):
            if task is not None:
                task.cancel()
        self._finding = self._drawing = None

    @property
    def suggestion(self) -> str:
        """Return the usual name of the file for the version that is shown."""
        number = 1 if self._version is None else self._version.number
        return signed_version_name(self.path, number).name

    @property
    def can_save(self) -> bool:
        """Whether there is a version to save: what was sent out is there already."""
        return self._version is not None and self._version.number != _SENT

    @property
    def heading(self) -> str:
        """Return what is compared."""
        if self._sent:
            return _("Your document and what came")
        return _("The signed version and the present one")

    @property
    def now(self) -> str:
        """Return what the later version is."""
        return _("As it came") if self._sent else _("As it is now")

    @property
    def then(self) -> str:
        """Return what the earlier version is."""
        sent = self._version is not None and self._version.number == _SENT
        return _("As it was sent out") if sent else _("As it was signed")

    def choose(self, key: str) -> None:
        """Show another signed version."""
        for version in self._versions:
            if str(version.number) == key and version != self._version:
                self._show(version)

    def turn(self, step: int) -> None:
        """Turn a leaf."""
        shown = self._shown
        if shown is not None and 1 <= shown.page + step <= max(shown.pages_then, shown.pages_now):
            self._draw(shown.page + step)

    def next_difference(self) -> None:
        """Go to the next page with a difference, from the last one to the first again."""
        if self._different and self._shown is not None:
            here = self._shown.page
            later = [page for page in self._different if page > here]
            self._draw(later[0] if later else self._different[0])

    def save(self, target: Path) -> None:
        """Save the signed version that is shown."""
        version = self._version
        if version is None or version.number == _SENT:
            return
        order = ExtractRevision(source=self.path, number=version.number, output=target)

        def done(saved: ExtractedRevision) -> None:
            if not self._gone:
                self._view.show_saved(saved.target)

        self._tasks.run(
            lambda job: self._revisions.extract(order, job.cancel),
            done=done,
            failed=self._view.show_error,
        )

    # --- inner

    def _take_versions(self, found: tuple[SignedRevision, ...]) -> None:
        if self._gone:
            return
        self._versions = (*self._sent, *(one for one in found if one.end is not None))
        if not self._versions:
            self._view.show_words(_("No signature covers a whole version of the document."))
            return
        earlier = [one for one in self._versions if not one.whole]
        self._show((earlier or list(self._versions))[0])

    def _show(self, version: SignedRevision) -> None:
        self.close()
        self._version = version
        self._shown = None
        self._different = []
        self._counted = 0
        choices = tuple((str(one.number), _version_words(one)) for one in self._versions)
        self._view.show_versions(choices, str(version.number))
        self._view.show_summary(_("Comparing the pages…"), different=False)
        self._draw(1)
        self._compare(version, 1)

    def _compare(self, version: SignedRevision, first: int) -> None:
        end = version.end or 0

        def work(job: Job) -> Differences:
            return self._revisions.differences(self.path, end, first=first, cancel=job.cancel)

        self._finding = self._tasks.run(
            work, done=lambda found: self._take_differences(version, found), failed=self._no_summary
        )

    def _take_differences(self, version: SignedRevision, found: Differences) -> None:
        self._finding = None
        if version != self._version:
            return
        first_time = not self._different
        self._different += sorted({area.page for area in found.areas})
        self._counted += len(found.areas)
        self._view.show_summary(self._summary(found), different=bool(self._different))
        if first_time and self._different and self._shown is not None and self._shown.page == 1:
            self._draw(self._different[0])
        if found.next_page is not None:
            self._compare(version, found.next_page)

    def _summary(self, found: Differences) -> str:
        parts = []
        if found.pages_then != found.pages_now:
            parts.append(
                _("Pages then: {then}, now: {now}.").format(
                    then=found.pages_then, now=found.pages_now
                )
            )
        if self._different:
            count = self._counted
            told = ngettext("{n} place differs", "{n} places differ", count).format(n=count)
            parts.append(f"{told}: {pages_words(tuple(self._different))}.")
        elif found.next_page is None:
            parts.append(_("The pages look the same."))
        if found.next_page is not None:
            parts.append(_("Comparing further, from page {page}…").format(page=found.next_page))
        return " ".join(parts)

    def _draw(self, page: int) -> None:
        if self._drawing is not None:
            self._drawing.cancel()
        version = self._version
        if version is None or version.end is None:
            return
        end = version.end

        def work(job: Job) -> ComparedPage:
            return self._revisions.page(self.path, end, page, WIDTH, cancel=job.cancel)

        self._drawing = self._tasks.run(work, done=self._take_page, failed=self._fail)

    def _take_page(self, page: ComparedPage) -> None:
        self._drawing = None
        self._shown = page
        last = max(page.pages_then, page.pages_now)
        title = _("Page {n} of {all}").format(n=page.page, all=last)
        self._view.show_page(page, Turned(title, page.page > 1, page.page < last))

    def _no_summary(self, error: RoscherkError) -> None:
        self._finding = None
        self._view.show_summary(describe_error(error).heading, different=bool(self._different))

    def _fail(self, error: RoscherkError) -> None:
        self._drawing = None
        if not self._gone:
            self._view.show_words(describe_error(error).heading)


def _version_words(version: SignedRevision) -> str:
    if version.number == _SENT:
        return _("Your document")
    words = _("Signature {number} ({field})").format(
        number=version.number, field=plain(version.field)
    )
    return _("{version}, the present version").format(version=words) if version.whole else words
