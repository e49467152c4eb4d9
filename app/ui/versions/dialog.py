"""The dialog of two versions: pages side by side, differences in boxes, the keyboard for all of it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.crypto.pdf.areas import Area
from app.crypto.pdf.pages import ComparedPage, PageImage
from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.ui.dialogs import Dialogs
from app.ui.forms import Step, Told
from app.ui.rows import Tone
from app.ui.theme import colour, painting
from app.ui.versions.presenter import Turned, VersionsPresenter
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.choice import Choice
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.labels import label

_WIDTH = 980
_HEIGHT = 620
_READABLE = 320


class MarkedSheet(QWidget):
    """A drawn page, as wide as there is room, with boxes over it."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._pixels = b""
        self._areas: tuple[Area, ...] = ()
        self._width_mm = 1.0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # Qt's signature
        self.setSizePolicy(policy)

    def show_image(self, image: PageImage | None, areas: Sequence[Area], width_mm: float) -> None:
        """Show a page, or an empty place; the bytes are kept, Qt does not copy them."""
        self._pixels = b"" if image is None else image.pixels
        self._image = (
            QImage()
            if image is None
            else QImage(
                self._pixels,
                image.width,
                image.height,
                4 * image.width,
                QImage.Format.Format_RGB32,
            )
        )
        self._areas = tuple(areas)
        self._width_mm = max(width_mm, 1.0)
        self.updateGeometry()
        self.update()

    @property
    def boxes(self) -> list[QRectF]:
        """Where the boxes stand in the widget."""
        scale = self.width() / self._width_mm
        return [
            QRectF(one.left * scale, one.top * scale, one.width * scale, one.height * scale)
            for one in self._areas
        ]

    def hasHeightForWidth(self) -> bool:
        """Follow the form of the page."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the page at this width."""
        if self._image.isNull():
            return 0
        return round(width * self._image.height() / self._image.width())

    def sizeHint(self) -> QSize:
        """Ask for a readable width."""
        return QSize(_READABLE, self.heightForWidth(_READABLE))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the page with a thin edge, and the boxes."""
        if self._image.isNull():
            return
        with painting(QPainter(self)) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            area = QRectF(0, 0, self.width(), self.heightForWidth(self.width()))
            painter.drawImage(area, self._image)
            painter.setPen(QPen(colour("line"), 1))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
            painter.setPen(QPen(colour("error"), 2))
            for box in self.boxes:
                painter.drawRect(box.adjusted(-3, -3, 3, 3))


class VersionsDialog(Dialog):
    """Shows what its presenter decides."""

    def __init__(
        self, parent: QWidget | None, presenter: VersionsPresenter, dialogs: Dialogs
    ) -> None:
        super().__init__(parent, Tone.INFO, "file-text")
        self._presenter = presenter
        self._dialogs = dialogs
        self.setMinimumSize(720, 480)
        self.say(presenter.heading, plain(presenter.name))
        self.choice = Choice(20)
        self.choice.setAccessibleName(_("Earlier version"))
        self.summary = label(wrap=True, selectable=True)
        self.summary.setAccessibleName(_("Differences"))
        self.then, self.now = MarkedSheet(), MarkedSheet()
        self._title = label("caption")
        self.back, self.forth = tool_button("chevron-left"), tool_button("chevron-right")
        self.next = button("chevron-right")
        self._build()
        self._connect()
        presenter.attach(self)

    def _build(self) -> None:
        say = self.phrases.say
        for made, words in (
            (self.back, N_("Previous page")),
            (self.forth, N_("Next page")),
        ):
            say(made.setAccessibleName, words)
            say(made.setToolTip, words)
        say(self.next.setText, N_("Next difference"))
        say(self.next.setToolTip, N_("Go to the next page with a difference (F3)"))
        top = QHBoxLayout()
        top.addWidget(self.choice, 1)
        top.addWidget(self._title)
        top.addWidget(self.back)
        top.addWidget(self.forth)
        top.addWidget(self.next)
        sheets = QWidget()
        row = QHBoxLayout(sheets)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.caption, now = label("caption"), label("caption")
        now.setText(self._presenter.now)
        for caption, sheet in ((self.caption, self.then), (now, self.now)):
            column = QVBoxLayout()
            column.addWidget(caption)
            column.addWidget(sheet, 0, Qt.AlignmentFlag.AlignTop)
            column.addStretch()
            row.addLayout(column, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        scroll.setAccessibleName(_("Pages side by side"))
        scroll.setWidget(sheets)
        self.content.addLayout(top)
        self.content.addWidget(self.summary)
        self.content.addWidget(scroll, 1)
        self.save = self.add_button(N_("Save the signed version…"), "plain", self._ask_target)
        close = self.add_button(N_("Close"), "primary", self.accept)
        close.setDefault(True)
        for each in (self.back, self.forth, self.next, self.save):
            each.setEnabled(False)

    def _connect(self) -> None:
        presenter = self._presenter
        self.choice.activated.connect(lambda _row: presenter.choose(self.choice.currentData()))
        self.back.clicked.connect(lambda: presenter.turn(-1))
        self.forth.clicked.connect(lambda: presenter.turn(1))
        self.next.clicked.connect(presenter.next_difference)
        self.finished.connect(lambda _code: presenter.leave())
        for keys, act in (
            ("PgUp", lambda: presenter.turn(-1)),
            ("PgDown", lambda: presenter.turn(1)),
            ("F3", presenter.next_difference),
            ("Ctrl+S", self.save.click),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def fit(self) -> None:
        """Be large: pages are to be read."""
        self.resize(_WIDTH, _HEIGHT)

    # --- what the presenter asks for

    def show_versions(self, versions: tuple[tuple[str, str], ...], current: str) -> None:
        """Show the choice of signed versions."""
        self.choice.show_items(list(versions), current)
        self.choice.setEnabled(len(versions) > 1)
        self.caption.setText(self._presenter.then)
        self.save.setEnabled(self._presenter.can_save)

    def show_page(self, page: ComparedPage, turned: Turned) -> None:
        """Show one page of both versions with the places that differ."""
        self._title.setText(turned.title)
        self.then.show_image(page.then, page.areas, page.width_mm)
        self.now.show_image(page.now, page.areas, page.width_mm)
        self.then.setAccessibleName(f"{turned.title}. {self._presenter.then}")
        self.now.setAccessibleName(f"{turned.title}. {self._presenter.now}")
        self.back.setEnabled(turned.back)
        self.forth.setEnabled(turned.forth)

    def show_words(self, text: str) -> None:
        """Say what is going on, or why there is no page."""
        self.summary.setText(text)

    def show_summary(self, text: str, *, different: bool) -> None:
        """Say where the versions differ."""
        self.summary.setText(text)
        self.next.setEnabled(different)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error."""
        self._dialogs.show_error(error)

    def show_saved(self, target: Path) -> None:
        """Say that the signed version was saved."""
        show = Step(text=_("Show in folder"), act=lambda: self._dialogs.show_in_folder(str(target)))
        heading = _("Saved: {name}").format(name=plain(target.name))
        self._dialogs.tell(Told(heading=heading, steps=(show,)))

    def _ask_target(self) -> None:
        self._dialogs.choose_target(
            _("Save the signed version"),
            self._presenter.suggestion,
            [_("PDF documents (*.pdf)")],
            self._presenter.save,
        )
