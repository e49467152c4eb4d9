"""Opens the guide: from the main window, by F1, and from an error at the place that tells of it.

An error card does not know who shows the guide. It opens an address of the scheme ``roscherk-help``,
for which this desk is registered with Qt, as Qt's documentation of QDesktopServices proposes.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.errors import RoscherkError
from app.texts.catalogue import language
from app.ui.help import library
from app.ui.help.library import GuidePage, Place
from app.ui.main_window import MainWindow
from app.ui.widgets.help_link import SCHEME
from app.ui.work import Tasks

if TYPE_CHECKING:
    from app.ui.help.window import HelpWindow

_MOST_BACK = 50


class HelpDesk(QObject):
    """One window of the guide for one main window; it is made when it is first asked for."""

    def __init__(
        self, parent: QWidget, tasks: Tasks, failed: Callable[[RoscherkError], None]
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._failed = failed
        self._listed_for = ""
        self._way: list[Place] = []
        self.window: HelpWindow | None = None
        self.chapter: Callable[[], str] = lambda: ""
        """What the guide says of what is on the screen."""
        QShortcut(QKeySequence("F1"), parent).activated.connect(self.show_chapter)
        # The stubs ask for octets, the library for text.
        QDesktopServices.setUrlHandler(SCHEME, self, "open_address")  # type: ignore[arg-type]

    @classmethod
    def of(
        cls, window: MainWindow, tasks: Tasks, failed: Callable[[RoscherkError], None]
    ) -> "HelpDesk":
        """Return the desk of a main window: asked by its sidebar, gone with it."""
        desk = cls(window, tasks, failed)
        desk.chapter = window.stack.chapter
        window.sidebar.help_asked.connect(desk.show_contents)
        window.closing.connect(desk.close)
        return desk

    @Slot()
    def show_contents(self) -> None:
        """Show the first page, or the page that is open already."""
        if self.window is not None and self.window.isVisible():
            self._raise(self.window)
            return
        self.go(Place(library.contents_page(language())))

    @Slot()
    def show_chapter(self) -> None:
        """Show what the guide says of what is on the screen."""
        self.go(library.place_of_chapter(self.chapter(), language()))

    @Slot(QUrl)
    def open_address(self, address: QUrl) -> None:
        """Show what an address of ours names: the code of an error; without one, the contents."""
        if not address.path():
            self.show_contents()
            return
        self.go(library.place_of_error(address.path(), language()))

    def go(self, place: Place, *, back: bool = False) -> None:
        """Read a page beside the window's thread, and show it."""
        listed = language()
        wanted = listed != self._listed_for

        def work(_job: object) -> tuple[GuidePage, tuple[tuple[str, str], ...] | None]:
            return library.read_page(place.page), library.contents(listed) if wanted else None

        def done(found: tuple[GuidePage, tuple[tuple[str, str], ...] | None]) -> None:
            page, pages = found
            window = self._opened()
            if pages is not None:
                self._listed_for = listed
                window.list_pages(pages)
            if not back and (not self._way or self._way[-1] != place):
                self._way = [*self._way[-_MOST_BACK:], place]
            window.show_page(page, place.anchor, back=len(self._way) > 1)
            self._raise(window)

        self._tasks.run(work, done=done, failed=self._failed, lane="help")

    def close(self) -> None:
        """Close the window, and hear no more addresses."""
        QDesktopServices.unsetUrlHandler(SCHEME)
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None

    def _opened(self) -> "HelpWindow":
        from app.ui.help.window import HelpWindow  # noqa: PLC0415 - not needed at the start

        if self.window is None:
            self.window = HelpWindow()
            self.window.page_asked.connect(lambda name: self.go(Place(name)))
            self.window.link_asked.connect(self._follow)
            self.window.back_asked.connect(self._go_back)
        return self.window

    def _follow(self, link: str) -> None:
        """Go where a link of the shown page leads; what leads out of the guide is not followed."""
        place = library.follow(self._way[-1].page, link) if self._way else None
        if place is not None:
            self.go(place)

    def _go_back(self) -> None:
        if len(self._way) > 1:
            self._way.pop()
            self.go(self._way[-1], back=True)

    @staticmethod
    def _raise(window: "HelpWindow") -> None:
        window.show()
        window.activateWindow()
