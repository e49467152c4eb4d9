"""Which page of which PDF is looked at. Pages are drawn by a child process. No Qt here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from app.crypto.pdf.pages import PageImage, Pages
from app.errors import RoscherkError
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.ui.work import Job, Task, Tasks

WIDTH: Final = 900
"""Pixels: enough for a panel on a screen of high density."""


@dataclass(frozen=True)
class Leaf:
    """One page that was drawn."""

    image: PageImage
    page: int
    pages: int

    @property
    def title(self) -> str:
        """Return where in the document we are."""
        return _("Page {n} of {all}").format(n=self.page + 1, all=self.pages)


class View(Protocol):
    """What the preview can do for its presenter."""

    def show_leaf(self, leaf: Leaf) -> None:
        """Show a page."""

    def show_words(self, text: str) -> None:
        """Say why there is no page."""


class Preview:
    """Look at a document, page by page; what is no longer wanted is called off."""

    def __init__(self, pages: Pages, tasks: Tasks, view: View) -> None:
        self._pages = pages
        self._tasks = tasks
        self._view = view
        self._task: Task | None = None
        self._path: Path | None = None
        self._leaf: Leaf | None = None

    def show(self, path: Path, *, last: bool = False) -> None:
        """Look at the first page of a document, or at its last, where the mark is."""
        if path == self._path:
            return
        self._path = path
        self._leaf = None
        self._view.show_words(_("Drawing the page…"))
        self._draw(path, None if last else 0)

    def hide(self) -> None:
        """Look at nothing."""
        self._call_off()
        self._path = None
        self._leaf = None

    def turn(self, step: int) -> None:
        """Turn a leaf."""
        leaf = self._leaf
        if leaf is not None and self._path is not None and 0 <= leaf.page + step < leaf.pages:
            self._draw(self._path, leaf.page + step)

    def _draw(self, path: Path, page: int | None) -> None:
        self._call_off()

        def work(job: Job) -> Leaf:
            count = self._pages.geometry(path, count=1, cancel=job.cancel).page_count
            number = count - 1 if page is None else page
            image = self._pages.render(path, number, WIDTH, cancel=job.cancel)
            return Leaf(image, number, count)

        self._task = self._tasks.run(work, done=self._take, failed=self._fail)

    def _take(self, leaf: Leaf) -> None:
        self._task = None
        self._leaf = leaf
        self._view.show_leaf(leaf)

    def _fail(self, error: RoscherkError) -> None:
        self._task = None
        self._view.show_words(describe_error(error).heading)

    def _call_off(self) -> None:
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
