"""The preview of a document: its pages, or what else can be seen of it; and the place of the mark."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QImage,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.crypto.pdf.pages import DrawnImage, Pages
from app.crypto.viewing.door import Viewing
from app.crypto.viewing.model import MarkPicture, ViewAnswer
from app.texts.catalogue import N_, _
from app.ui.phrases import Phrases
from app.ui.preview.branches import Branches
from app.ui.preview.file_view import FileView
from app.ui.preview.mark_place import MarkPlace, usual_place
from app.ui.preview.mark_trying import MarkTrying, MarkWish, Said
from app.ui.preview.pages_view import PagesView
from app.ui.preview.presenter import Preview
from app.ui.rows import Tone
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label
from app.ui.widgets.notice import Notice
from app.ui.work import Tasks

_LOW: Final = 470
"""Pixels of height below which there is no room for more than what matters."""


class PreviewView(QWidget):
    """A line above, the document below; while a mark is placed, a bar with what to know of it."""

    mark_chosen = Signal(object, bool)
    """The `MarkPlace`, and whether it is on the last page."""
    mark_automatic = Signal()
    """The program is to find the place itself."""
    paper_asked = Signal(Path, object)
    """The file whose `ViewAnswer` is wanted on paper."""
    wide_asked = Signal(bool)
    """The document alone is to be seen, or what stands above it too."""

    def __init__(self, pages: Pages, viewing: Viewing, tasks: Tasks, phrases: Phrases) -> None:
        super().__init__()
        self.presenter = Preview(pages, viewing, tasks, self)
        self.pages = PagesView(pages, tasks)
        phrases.say(self.pages.setAccessibleName, N_("Pages of the document"))
        self.file = FileView(phrases)
        self._trying = MarkTrying(viewing, tasks, self)
        self._wish: MarkWish | None = None
        self._answer: ViewAnswer | None = None
        self._said = Said(Tone.PLAIN, "", possible=True)
        self._words = label("caption")
        self.file.found.connect(self._words.setText)
        self._build(phrases)
        self.pages.page_shown.connect(self._show_page)
        self.pages.failed.connect(self.show_words)
        self.pages.mark_moved.connect(self._moved)
        self.pages.mark_done.connect(self._choose)
        self.setMinimumHeight(160)

    def _build(self, phrases: Phrases) -> None:
        self._smaller, self._larger = tool_button("minus"), tool_button("plus")
        for made, words in ((self._smaller, N_("Smaller")), (self._larger, N_("Larger"))):
            phrases.say(made.setAccessibleName, words)
            phrases.say(made.setToolTip, words)
        self.before, self.after = tool_button("chevron-left"), tool_button("chevron-right")
        for made, words in (
            (self.before, N_("Previous picture")),
            (self.after, N_("Next picture")),
        ):
            phrases.say(made.setAccessibleName, words)
            phrases.say(made.setToolTip, words)
            made.hide()
        self.paper = button("save")
        phrases.say(self.paper.setText, N_("For printing…"))
        self.paper.clicked.connect(self._ask_paper)
        self.paper.hide()
        self.before.clicked.connect(lambda: self.presenter.turn(-1))
        self.after.clicked.connect(lambda: self.presenter.turn(1))
        self._smaller.clicked.connect(lambda: self.pages.zoom(-1))
        self._larger.clicked.connect(lambda: self.pages.zoom(1))
        self.wide = tool_button("maximize-2")
        self.wide.setCheckable(True)
        phrases.say(self.wide.setAccessibleName, N_("Only the document"))
        phrases.say(self.wide.setToolTip, N_("Only the document (F11)"))
        self.wide.toggled.connect(self.wide_asked)
        QShortcut(QKeySequence("F11"), self).activated.connect(self.wide.toggle)
        self._stack = QStackedWidget()
        # What is above has its height first: the document can be scrolled.
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._stack.setMinimumHeight(110)
        for widget in (self.pages, self.file):
            self._stack.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self._words, 1)
        row.addWidget(self.paper)
        for made in (self.before, self.after, self._smaller, self._larger, self.wide):
            row.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._placing(phrases))
        column.addWidget(self._stack, 1)

    def _placing(self, phrases: Phrases) -> QWidget:
        self.placing = QWidget()
        self.told = Notice()
        self.done, self.automatic = button("check", kind="primary"), button()
        phrases.say(self.done.setText, N_("Leave it here"))
        phrases.say(self.automatic.setText, N_("Automatically"))
        self.done.clicked.connect(self._choose)
        self.automatic.clicked.connect(self._leave_to_program)
        self._hint = label("caption", wrap=True)
        phrases.say(
            self._hint.setText,
            N_(
                "Arrows move it (Shift: far), Ctrl and arrows: size, 1-9: corners, "
                "Page Up and Down: page, Enter: done."
            ),
        )
        column = QVBoxLayout(self.placing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.told)
        column.addWidget(self._hint)
        column.addLayout(Flow(self.done, self.automatic))
        self.placing.hide()
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.end_mark)
        return self.placing

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the keys unsaid where there is little room; they stand in the tooltip too."""
        self._hint.setVisible(self.height() > _LOW)
        self.pages.setToolTip("" if self.height() > _LOW else self._hint.text())
        super().resizeEvent(event)

    # --- what the presenter asks for

    def show_pages(self, path: Path, *, last: bool) -> None:
        """Show the pages of a PDF."""
        self._leave_file()
        self.end_mark()
        self._words.setText(_("Drawing the pages…"))
        self._stack.setCurrentWidget(self.pages)
        self._stack.show()
        self._show_zoom(shown=True)
        self.pages.show_document(path, last=last)

    def show_answer(self, answer: ViewAnswer, branches: Branches | None) -> None:
        """Show what another file shows of itself."""
        self._leave_pages()
        self._words.setText("")
        self._stack.setCurrentWidget(self.file)
        self._stack.show()
        self.file.show_answer(answer, branches)
        self._answer = answer
        self.paper.setVisible(branches is not None)

    def _ask_paper(self) -> None:
        if self._answer is not None and self.presenter.path is not None:
            self.paper_asked.emit(self.presenter.path, self._answer)

    def show_image(self, drawn: DrawnImage) -> None:
        """Show the picture of an image file."""
        number, count = drawn.image.page + 1, drawn.count
        words = _("Picture {number} of {n}").format(number=number, n=count) if count > 1 else ""
        self._words.setText(words)
        for made, possible in ((self.before, number > 1), (self.after, number < count)):
            made.setVisible(count > 1)
            made.setEnabled(possible)
        self.file.show_picture(drawn.image)

    def show_words(self, text: str) -> None:
        """Say what is going on, or why there is nothing to be seen."""
        self._leave_pages()
        self._words.setText(text)
        self._stack.hide()

    def hide_all(self) -> None:
        """Look at nothing."""
        self.presenter.hide()
        self._leave_pages()

    def _leave_file(self) -> None:
        for made in (self.before, self.after, self.paper):
            made.hide()
        self._answer = None

    def _leave_pages(self) -> None:
        self._leave_file()
        self.end_mark()
        self.pages.forget()
        self._show_zoom(shown=False)

    def _show_zoom(self, *, shown: bool) -> None:
        self._smaller.setVisible(shown)
        self._larger.setVisible(shown)

    def _show_page(self, page: int, total: int) -> None:
        self._words.setText(_("Page {n} of {all}").format(n=page + 1, all=total))

    # --- the place of the mark

    def begin_mark(self, wish: MarkWish) -> None:
        """Let the mark be put on the page that is seen, or go on where it was put before."""
        if self.presenter.path != wish.path or not self.pages.pages:
            return
        self._wish = wish
        self._trying.begin(wish)
        page = self.pages.middle
        size = self.pages.page_size_mm(page)
        place = usual_place(page, size)
        if wish.style.box is not None:
            place = MarkPlace(page=page, size=size, box=wish.style.box).on_page(page, size)
        self.placing.show()
        self.wide.setChecked(True)
        self.pages.begin_mark(place)
        self.pages.setFocus(Qt.FocusReason.OtherFocusReason)
        self._moved(place)

    def end_mark(self) -> None:
        """Stop placing; what was chosen before stays."""
        if self._wish is not None:
            self.wide.setChecked(False)
        self._wish = None
        self._trying.end()
        self.placing.hide()
        self.pages.end_mark()

    def show_trial(self, picture: MarkPicture | None, said: Said) -> None:
        """Show how the mark looks there, and what was found."""
        image = QImage()
        if picture is not None:
            row = 4 * picture.width
            form = QImage.Format.Format_RGB32
            image = QImage(picture.pixels, picture.width, picture.height, row, form).copy()
        self._said = said
        self.pages.show_mark(image, bad=not said.possible)
        self.told.say(said.tone, said.text, self.pages.say_place())
        self.done.setEnabled(said.possible)
        event = QAccessibleAnnouncementEvent(self.pages, f"{self.pages.say_place()}. {said.text}")
        QAccessible.updateAccessibility(event)

    def _moved(self, place: MarkPlace) -> None:
        self._trying.try_at(place)

    def _choose(self) -> None:
        place = self.pages.mark
        if place is None or not self._said.possible:
            return
        self.mark_chosen.emit(place, place.page == self.pages.pages - 1)
        self.end_mark()

    def _leave_to_program(self) -> None:
        self.mark_automatic.emit()
        self.end_mark()
