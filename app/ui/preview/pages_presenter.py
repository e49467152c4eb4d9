"""Which pages of which document are wanted, and their pictures as they come. No Qt here."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from app.crypto.pdf.pages import DocumentGeometry, PageImage, Pages
from app.errors import ErrorCode, RoscherkError
from app.ui.work import Task, Tasks

_BATCH: Final = 500
_PATIENCE: Final = 0.7
"""Seconds for which a page that nobody wants any more may go on: stopping it costs a new child."""
Wanted = tuple[int, int]
"""A page and its width in pixels."""


class View(Protocol):
    """What shows the pages."""

    def show_sizes(self, sizes: Sequence[tuple[float, float]], total: int) -> None:
        """Take the sizes of the pages in points, as far as they are known."""

    def show_page(self, width: int, image: PageImage) -> None:
        """Take a page that was drawn for a width."""

    def show_failure(self, page: int | None, error: RoscherkError) -> None:
        """Say why a page, or the document, cannot be drawn."""


class PageLoader:
    """One document at a time, one page at a time; what is no longer wanted is called off."""

    def __init__(self, pages: Pages, tasks: Tasks, view: View) -> None:
        self._pages = pages
        self._tasks = tasks
        self._view = view
        self.path: Path | None = None
        self._sizes: list[tuple[float, float]] = []
        self._wanted: list[Wanted] = []
        self._drawing: Wanted | None = None
        self._since = 0.0
        self._task: Task | None = None
        self._measuring: Task | None = None

    def show(self, path: Path) -> None:
        """Begin with a document."""
        self.hide()
        self.path = path
        self._measure(path, 0)

    def hide(self) -> None:
        """Look at nothing."""
        self.path = None
        self._wanted, self._sizes = [], []
        for task in (self._task, self._measuring):
            if task is not None:
                task.cancel()
        self._task = self._measuring = self._drawing = None

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Say which pages are looked at now, the most urgent first."""
        self._wanted = list(wanted)
        if self._drawing is not None and self._task is not None:
            stale = self._drawing not in self._wanted
            if stale and time.monotonic() - self._since > _PATIENCE:
                self._task.cancel()
            return
        self._next()

    def _measure(self, path: Path, first: int) -> None:
        self._measuring = self._tasks.run(
            lambda job: self._pages.geometry(path, first=first, count=_BATCH, cancel=job.cancel),
            done=lambda found: self._take_geometry(path, found),
            failed=lambda error: self._fail(None, error),
        )

    def _take_geometry(self, path: Path, found: DocumentGeometry) -> None:
        self._measuring = None
        if path != self.path:
            return
        self._sizes += [box.size for box in found.boxes]
        self._view.show_sizes(self._sizes, found.page_count)
        if found.boxes and len(self._sizes) < found.page_count:
            self._measure(path, len(self._sizes))

    def _next(self) -> None:
        path = self.path
        if path is None or not self._wanted:
            return
        page, width = self._drawing = self._wanted[0]
        self._since = time.monotonic()
        self._task = self._tasks.run(
            lambda job: self._pages.render(path, page, width, cancel=job.cancel),
            done=lambda image: self._take(path, width, image),
            failed=lambda error: self._fail(page, error),
        )

    def _take(self, path: Path, width: int, image: PageImage) -> None:
        done, self._drawing, self._task = self._drawing, None, None
        if path != self.path:
            return
        self._wanted = [each for each in self._wanted if each != done]
        self._view.show_page(width, image)
        self._next()

    def _fail(self, page: int | None, error: RoscherkError) -> None:
        if page is None:
            self._measuring = None
        else:
            done, self._drawing, self._task = self._drawing, None, None
            if error.code is not ErrorCode.CANCELLED:
                self._wanted = [each for each in self._wanted if each != done]
        if self.path is None:
            return
        if error.code is not ErrorCode.CANCELLED:
            self._view.show_failure(page, error)
        if page is not None:
            self._next()
