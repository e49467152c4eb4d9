"""Which rows of the journal are wanted: words, a period or exact days, a kind."""

from datetime import date
from typing import Final

from PySide6.QtCore import QDate, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.texts.catalogue import N_
from app.ui.journal.period import DAYS, between, periods
from app.ui.journal.presenter import kinds
from app.ui.phrases import Phrases
from app.ui.theme import draw_icon, painting
from app.ui.widgets.choice import Choice
from app.ui.widgets.labels import label

_SHORTEST: Final = 6
_TYPING_MS: Final = 200
_RANGE: Final = (QDate(2000, 1, 1), QDate(2199, 12, 31))
"""What every system can tell the local time of; no journal is older."""


class DayEdit(QDateEdit):
    """A day, typed or taken from a calendar."""

    def __init__(self) -> None:
        super().__init__()
        self.setCalendarPopup(True)  # Qt's signature
        self.setDateRange(*_RANGE)
        self.setDate(QDate.currentDate())
        self.setDisplayFormat("dd.MM.yyyy")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign of the calendar: a styled field has none."""
        super().paintEvent(event)
        with painting(QPainter(self)) as painter:
            place = QRectF(self.width() - 26, (self.height() - 16) / 2, 16, 16)
            draw_icon(painter, place, "chevron-down", "muted")


class Narrowing(QWidget):
    """Which rows are wanted: words, a period, a kind."""

    narrowed = Signal(str, str, str)

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.words = QLineEdit()
        self.words.setClearButtonEnabled(True)  # Qt's signature
        self.period, self.kind = Choice(_SHORTEST), Choice(_SHORTEST)
        phrases.say(self.words.setPlaceholderText, N_("Find: file, key, action, outcome"))
        phrases.say(self.words.setAccessibleName, N_("Words to look for"))
        phrases.say(self.period.setAccessibleName, N_("Of which period"))
        phrases.say(self.kind.setAccessibleName, N_("Of which kind"))
        phrases.tell(lambda _text: self._say_choices(), str)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._tell)
        self.days = self._make_days(phrases)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 2)
        row.addWidget(self.period, 1)
        row.addWidget(self.kind, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.days)
        self.words.textChanged.connect(lambda _text: self._typing.start())
        self.words.returnPressed.connect(self._tell)
        self.period.currentIndexChanged.connect(lambda _index: self._on_period())
        self.kind.currentIndexChanged.connect(lambda _index: self._tell())

    def _make_days(self, phrases: Phrases) -> QWidget:
        box = QWidget()
        self.first, self.last = DayEdit(), DayEdit()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for edit, words in ((self.first, N_("From")), (self.last, N_("To, inclusive"))):
            name = label("muted")
            phrases.say(name.setText, words)
            phrases.say(edit.setAccessibleName, words)
            name.setBuddy(edit)
            edit.dateChanged.connect(lambda _date: self._typing.start())
            row.addWidget(name)
            row.addWidget(edit)
        row.addStretch()
        box.hide()
        return box

    def _on_period(self) -> None:
        self.days.setVisible(self.period.currentData() == DAYS)
        self._tell()

    def clear(self) -> None:
        """Want every row again."""
        self.words.clear()
        self.period.setCurrentIndex(0)
        self.kind.setCurrentIndex(0)
        self._tell()

    def _say_choices(self) -> None:
        for choice, items in ((self.period, periods()), (self.kind, kinds())):
            choice.show_items(items, str(choice.currentData() or ""))

    def _tell(self) -> None:
        self._typing.stop()
        period = str(self.period.currentData())
        if period == DAYS:
            period = between(_day(self.first.date()), _day(self.last.date()))
        self.narrowed.emit(self.words.text(), period, str(self.kind.currentData()))


def _day(found: QDate) -> date:
    return date(found.year(), found.month(), found.day())
