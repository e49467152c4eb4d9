"""The pages of the window, one at a time. A page is built when it is first wanted, a piece a turn."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.ui.widgets.next_turn import NextTurn
from app.ui.widgets.page import Page, PageSpec


class PageStack(QStackedWidget):
    """Builds pages and brings them to the front.

    To build a page, to dress it and to paint it takes about as long each, and together longer than
    a window may stand still: each has a turn of the event loop, and whoever has changed their mind
    by then gets the page wanted last. Before anything is to be seen, all is done at once. Until it is
    known how pages are made (`furnish`), nothing but the title of the wanted one is there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._specs: list[PageSpec] = []
        self._makers: Sequence[Callable[[], Page]] = ()
        self._pages: dict[int, Page] = {}
        self._wanted = -1
        self._over: QWidget | None = None
        self._awaited: tuple[Callable[[], None], Callable[[Exception], None]] | None = None
        """What is done once the page that is wanted is in front, and who hears that there is none."""
        self._title: Page | None = None
        """Stands for a page that cannot be made yet."""
        self._incomplete: set[Page] = set()
        self._turn = NextTurn(self, self._next)

    def add(self, spec: PageSpec) -> None:
        """Add a page, not built yet."""
        self._specs.append(spec)

    def furnish(self, makers: Sequence[Callable[[], Page]]) -> None:
        """Take what makes the pages, in their order, and bring the one that is wanted."""
        self._makers = makers
        if self._wanted >= 0 and not self.covered:
            self.bring(self._wanted)

    def then(self, deed: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Do it once the page that is wanted has come to the front; at once, if no page is on its way.

        ``failed`` hears why there will be none.
        """
        if self._is_ready() or self.covered:
            deed()
        else:
            self._awaited = deed, failed

    @property
    def wanted(self) -> int:
        """Return the place of the page that is to be in front; below 0: none."""
        return self._wanted

    @property
    def furnished(self) -> bool:
        """Tell whether there are pages, or only their titles."""
        return bool(self._makers)

    def title(self, place: int) -> str:
        """Return the title of a page, not translated."""
        return self._specs[place].title

    def chapter(self) -> str:
        """Return what the guide says of the page that is wanted."""
        return self._specs[self._wanted].chapter if self._wanted >= 0 else ""

    def page(self, place: int) -> Page:
        """Return a page, built if it was not yet."""
        page = self._pages.get(place) or self._make(place)
        self._complete(place)
        if self.indexOf(page) < 0:
            self.addWidget(page)
        return page

    def bring(self, place: int) -> None:
        """Bring a page to the front: now if it is ready or nothing is seen yet, else in a few turns."""
        self._wanted = place
        if self.covered:
            return
        if not self._makers:
            self._show_title(self._specs[place].title)
            return
        if self._is_ready() or not self.isVisible():
            self._turn.stop()
            self._show(self.page(place))
        else:
            self._turn.start()

    def cover(self, widget: QWidget | None) -> None:
        """Show something instead of the pages; None: nothing more."""
        if self._over is not None:
            self.removeWidget(self._over)
            self._over.deleteLater()
        self._over = widget
        if widget is not None:
            self._turn.stop()
            self.addWidget(widget)
            self.setCurrentWidget(widget)

    @property
    def covered(self) -> bool:
        """Tell whether something is shown instead of the pages."""
        return self._over is not None

    def set_aside(self) -> None:
        """Take out what is not seen: it is dressed when it comes to the front again."""
        for page in self._pages.values():
            if page is not self.currentWidget():
                self.removeWidget(page)
                page.setParent(None)
            else:
                page.set_aside()

    def put_back(self) -> None:
        """Put in again what was set aside: the window ends, and all in it; no page is begun any more."""
        self._turn.stop()
        for page in self._pages.values():
            self.addWidget(page)
            page.put_back()

    def _is_ready(self) -> bool:
        page = self._pages.get(self._wanted)
        return page is not None and self.indexOf(page) >= 0 and page not in self._incomplete

    def _next(self) -> None:
        """Do the next piece: build, complete, dress, show."""
        page = self._pages.get(self._wanted)
        if page is None or page in self._incomplete:
            try:
                if page is None:
                    self._make(self._wanted)
                else:
                    self._complete(self._wanted)
            except Exception as error:
                if self._awaited is None:
                    raise
                (_deed, failed), self._awaited = self._awaited, None
                failed(error)
                return
        elif self.indexOf(page) < 0:
            self.addWidget(page)
            page.resize(self.size())
            page.body.activate()
        else:
            self._show(page)
            return
        self._turn.start()

    def _make(self, place: int) -> Page:
        page = self._pages[place] = self._makers[place]()
        self._incomplete.add(page)
        return page

    def _complete(self, place: int) -> None:
        """Build the rest of a page; one that cannot be is made anew when it is wanted again."""
        page = self._pages[place]
        if page not in self._incomplete:
            return
        self._incomplete.remove(page)
        try:
            page.complete()
        except Exception:
            del self._pages[place]
            page.deleteLater()
            raise

    def _show_title(self, title: str) -> None:
        self._drop_title()
        self._title = Page(title)
        self.addWidget(self._title)
        self.setCurrentWidget(self._title)

    def _drop_title(self) -> None:
        if self._title is not None:
            self.removeWidget(self._title)
            self._title.deleteLater()
            self._title = None

    def _show(self, page: Page) -> None:
        self.setCurrentWidget(page)
        self._drop_title()
        page.entered()
        if self._awaited is not None:
            (deed, _failed), self._awaited = self._awaited, None
            deed()
