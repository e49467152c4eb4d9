"""Joins the first run to the window: the two choices instead of the pages, the tour over them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from app import settings as table
from app.errors import RoscherkError
from app.settings import Settings
from app.texts.catalogue import _
from app.ui.dialogs import Dialogs
from app.ui.documents.page import DocumentsPage
from app.ui.main_window import MainWindow
from app.ui.notes import Notes
from app.ui.paperwork import Paperwork
from app.ui.practice_mode import PracticeMode
from app.ui.welcome.card import TourFrame
from app.ui.welcome.choices import WelcomePage
from app.ui.welcome.tour import Tour, TourCard
from app.ui.work import Tasks
from app.values import dataclass


def practice_folder() -> Path:
    """Return where practice documents are put."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place)) / _("Roscherk, practice")


@dataclass(frozen=True, kw_only=True)
class Around:
    """What the first run needs of the window's parts."""

    window: MainWindow
    practice: PracticeMode
    notes: Notes
    settings: Settings
    paperwork: Paperwork
    dialogs: Dialogs
    tasks: Tasks


class FirstRun:
    """Shows the two choices once, and the tour whenever it is asked for."""

    def __init__(self, around: Around, folder: Callable[[], Path] = practice_folder) -> None:
        self._around = around
        self._folder = folder
        self._window = around.window
        self._welcome: WelcomePage | None = None
        self.card = TourFrame()
        around.window.put_above(self.card)
        self.tour = Tour(self, around.practice, around.notes, around.tasks, remember=self._remember)
        self.card.act_asked.connect(self.tour.act)
        self.card.leave_asked.connect(self.tour.leave)
        around.window.uncovered.connect(self._on_uncovered)
        around.window.retranslated.connect(self._retranslate)

    def show(self, page: WelcomePage) -> None:
        """Hear what is chosen on the page of the two choices, which lies over the pages."""
        self._welcome = page
        page.own_chosen.connect(lambda: self._window.cover(None))
        page.sample_chosen.connect(self.begin)
        page.go_on()

    def begin(self) -> None:
        """Begin the tour."""
        self._window.cover(None)
        self._window.go_to(0)
        self.tour.begin()

    def _on_uncovered(self) -> None:
        """Take any way to the pages as an answer: a choice, or files that were dropped."""
        self._welcome = None
        self._remember()

    def _remember(self) -> None:
        settings = self._around.settings
        if settings.get(table.WELCOMED) or settings.locked(table.WELCOMED):
            return
        self._around.tasks.run(
            lambda _job: settings.set(table.WELCOMED, True),
            done=lambda _nothing: None,
            failed=self.show_error,
            lane="settings",
        )

    def _retranslate(self) -> None:
        if self._welcome is not None:
            self._welcome.phrases.refresh()
        self.tour.say_again()

    # --- what the tour asks for

    def make_sample(
        self, done: Callable[[Path], None], failed: Callable[[RoscherkError], None]
    ) -> None:
        """Make the practice document."""
        self._around.paperwork.sample(self._folder(), done, failed)

    def show_document(self, document: Path) -> None:
        """Put the document on the list and choose it."""
        self._window.open_paths([document])

    def sign(self, document: Path) -> None:
        """Sign the document as the button does."""
        self._choose(document)
        self._page().bar.sign.click()

    def verify(self, document: Path) -> None:
        """Verify the document as the button does."""
        self._choose(document)
        self._page().bar.verify.click()

    def show_card(self, card: TourCard | None) -> None:
        """Show the card of the tour; None: hide it."""
        self.card.show_card(card)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error."""
        self._around.dialogs.show_error(error)

    def _choose(self, document: Path) -> None:
        self._window.go_to(0)
        self._page().list.choose([str(document)])

    def _page(self) -> DocumentsPage:
        page = self._window.page(0)
        if not isinstance(page, DocumentsPage):
            raise TypeError("the first page is that of documents")
        return page
