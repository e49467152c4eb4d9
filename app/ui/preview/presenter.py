"""How a document is looked at: its pages, its tree, its text, its facts. No Qt here."""

from pathlib import Path
from typing import Final, Protocol

from app.crypto.pdf.pages import DrawnImage, Pages
from app.crypto.viewing.door import Viewing
from app.crypto.viewing.model import ViewAnswer, ViewKind
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.ui.preview.branches import Branches
from app.ui.work import Job, Task, Tasks

IMAGE_WIDTH: Final = 1400
"""Pixels: enough for a panel on a screen of high density."""


class View(Protocol):
    """What the preview can do for its presenter."""

    def show_pages(self, path: Path, *, last: bool) -> None:
        """Show the pages of a PDF."""

    def show_answer(self, answer: ViewAnswer, branches: Branches | None) -> None:
        """Show what another file shows of itself."""

    def show_image(self, drawn: DrawnImage) -> None:
        """Show the picture of an image file."""

    def show_words(self, text: str) -> None:
        """Say what is going on, or why there is nothing to be seen."""


class Preview:
    """Looks at one document at a time; what is no longer wanted is called off."""

    def __init__(self, pages: Pages, viewing: Viewing, tasks: Tasks, view: View) -> None:
        self._pages = pages
        self._viewing = viewing
        self._tasks = tasks
        self._view = view
        self._task: Task | None = None
        self.path: Path | None = None
        self._frame = 0
        self._frames = 1

    def show(self, path: Path, *, last: bool = False) -> None:
        """Look at the beginning of a document, or at its last page, where the mark is."""
        if path == self.path:
            return
        self._call_off()
        self.path = path
        if path.suffix.lower() == ".pdf":
            self._view.show_pages(path, last=last)
            return
        self._view.show_words(_("Looking at the document…"))
        self._task = self._tasks.run(
            lambda job: self._look(path, job),
            done=lambda found: self._take(path, *found),
            failed=self._fail,
        )

    def hide(self) -> None:
        """Look at nothing."""
        self._call_off()
        self.path = None

    def _look(self, path: Path, job: Job) -> tuple[ViewAnswer, Branches | None]:
        """Look at a file, and hang up its tree; runs in a thread."""
        answer = self._viewing.view(path, cancel=job.cancel)
        return answer, Branches(answer.lines) if answer.kind is ViewKind.XML else None

    def _take(self, path: Path, answer: ViewAnswer, branches: Branches | None) -> None:
        self._task = None
        if path != self.path:
            return
        if answer.kind is ViewKind.PDF:
            self._view.show_pages(path, last=False)
            return
        self._view.show_answer(answer, branches)
        if answer.kind is ViewKind.IMAGE:
            self._frame, self._frames = 0, 1
            self._draw(path, 0)

    def turn(self, by: int) -> None:
        """Look at another picture of a file with several, such as a scan of many sheets."""
        frame = min(max(self._frame + by, 0), self._frames - 1)
        if self.path is not None and frame != self._frame:
            self._frame = frame
            self._call_off()
            self._draw(self.path, frame)

    def _draw(self, path: Path, frame: int) -> None:
        self._task = self._tasks.run(
            lambda job: self._pages.image(path, frame, IMAGE_WIDTH, cancel=job.cancel),
            done=self._take_image,
            failed=self._fail,
        )

    def _take_image(self, drawn: DrawnImage) -> None:
        self._task = None
        self._frames = drawn.count
        self._view.show_image(drawn)

    def _fail(self, error: RoscherkError) -> None:
        self._task = None
        if error.code is not ErrorCode.CANCELLED:
            self._view.show_words(describe_error(error).heading)

    def _call_off(self) -> None:
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
