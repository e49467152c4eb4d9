"""The page of the workplace: lines on the left, the chosen one with its remedy on the right."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.ui.dialogs import Dialogs
from app.ui.forms import Told
from app.ui.phrases import Phrases
from app.ui.rows import Row, Tone, tone_tokens
from app.ui.text_size import grow
from app.ui.widgets.buttons import button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.in_column import Column
from app.ui.widgets.labels import IconLabel, label
from app.ui.widgets.notice import Notice
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView
from app.ui.workplace.presenter import LineCard, WorkplacePresenter
from app.ui.workplace.support_dialog import SupportDialog


class Card(QFrame):
    """One line in full: state, why, what to do, one button or one command."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        self._nothing = EmptyState(
            phrases,
            "activity",
            N_("No line is chosen"),
            N_("Choose a line to see what it means and what to do."),
        )
        self._icon = IconLabel("info", "muted", 22)
        self._state = label("strong")
        self.heading = label("heading", wrap=True)
        self._explanation = label(wrap=True, selectable=True)
        self._what = label("strong")
        phrases.say(self._what.setText, N_("What to do"))
        self.advice = label(wrap=True, selectable=True)
        self.command = QLineEdit()
        self.command.setReadOnly(True)
        phrases.say(self.command.setAccessibleName, N_("What to type in a terminal"))
        self.copy = button("files")
        phrases.say(self.copy.setText, N_("Copy the command"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.command.text()))
        self.action = button(kind="primary")
        inner = Column()
        column = QVBoxLayout(inner)
        column.setContentsMargins(18, 16, 20, 16)
        column.setSpacing(10)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._icon)
        top.addWidget(self._state, 1)
        column.addLayout(top)
        for each in (self.heading, self._explanation, self._what, self.advice, self.command):
            column.addWidget(each)
        left = Qt.AlignmentFlag.AlignLeft
        column.addWidget(self.copy, 0, left)
        column.addWidget(self.action, 0, left)
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)  # Qt's signature
        self._scroll.setWidget(inner)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 1, 1, 1)
        frame.addWidget(self._nothing)
        frame.addWidget(self._scroll)

    def show_card(self, card: LineCard | None) -> None:
        """Show a line, or that none is chosen."""
        self._nothing.setVisible(card is None)
        self._scroll.setVisible(card is not None)
        if card is None:
            return
        self._icon.show_icon(card.badge.icon_name, tone_tokens(card.badge.tone)[0])
        self._state.setText(card.badge.text)
        for place, words in (
            (self.heading, card.heading),
            (self._explanation, card.explanation),
            (self.advice, card.advice),
            (self.action, card.action),
        ):
            place.setText(words)
            place.setVisible(bool(words))
        self._what.setVisible(bool(card.advice))
        self.command.setText(card.command)
        self.command.setCursorPosition(0)
        self.command.setVisible(bool(card.command))
        self.copy.setVisible(bool(card.command))


class WorkplacePage(Page):
    """Shows what its presenter decides."""

    def __init__(self, presenter: WorkplacePresenter, dialogs: Dialogs) -> None:
        super().__init__(N_("Workplace check"))
        self._presenter = presenter
        self._dialogs = dialogs
        phrases = self.phrases
        phrases.say(
            self.subtitle.setText,
            N_("What works on this computer and what does not; no PIN is asked for"),
        )
        self.again, self.support = button("refresh-cw"), button("file-text")
        phrases.say(self.again.setText, N_("Look again"))
        phrases.say(self.support.setText, N_("For support…"))
        phrases.say(
            self.support.setToolTip,
            N_("Gather information for support; you see all of it before it is saved"),
        )
        self.tools.addWidget(self.support)
        self.tools.addWidget(self.again)
        self.summary = Notice()
        self.list = RowView(headers=True)
        phrases.say(self.list.setAccessibleName, N_("What was looked at"))
        self.card = Card(phrases)
        phrases.say(self.card.setAccessibleName, N_("The line in full"))
        split = QSplitter()
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)  # Qt's signature
        split.addWidget(self.list)
        split.addWidget(self.card)
        self.list.setMinimumWidth(340)
        grow(self.card, QWidget.setMinimumWidth, 280)
        split.setSizes([620, 380])
        self.body.addWidget(self.summary)
        self.body.addWidget(split, 1)
        self.again.clicked.connect(presenter.look)
        self.support.clicked.connect(presenter.gather)
        self.list.chosen.connect(presenter.select)
        self.card.action.clicked.connect(presenter.act)
        presenter.attach(self)

    def entered(self) -> None:
        """Look when the page comes to the front for the first time."""
        self._presenter.entered()

    # --- what the presenter asks for

    def show_lines(self, rows: Sequence[Row]) -> None:
        """Show the lines."""
        self.list.show_rows(rows)

    def choose(self, key: str) -> None:
        """Choose a line."""
        self.list.choose([key])

    def show_card(self, card: LineCard | None) -> None:
        """Show one line in full."""
        self.card.show_card(card)

    def show_summary(self, text: str, tone: Tone, *, busy: bool) -> None:
        """Say how it stands in all."""
        self.summary.say(tone, text)
        self.again.setEnabled(not busy)
        self.support.setEnabled(not busy)

    def show_support(self, text: str) -> None:
        """Show what is gathered for support."""
        dialog = SupportDialog(self, text)
        dialog.save_asked.connect(self._save)
        dialog.open()

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""
        self._dialogs.tell(told)

    def show_in_folder(self, path: str) -> None:
        """Show a file in the system's own program."""
        self._dialogs.show_in_folder(path)

    # --- the page's own

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self._presenter.show_all()

    def _save(self, text: str) -> None:
        name = _("Roscherk for support {day}.zip").format(day=f"{datetime.now(UTC):%Y-%m-%d}")
        self._dialogs.choose_target(
            _("Save information for support"),
            name,
            [_("Archive (*.zip)"), _("Text (*.txt)")],
            lambda target: self._presenter.save(text, target),
        )
