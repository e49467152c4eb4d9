"""The page of the journal."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.errors import RoscherkError
from app.texts.catalogue import N_
from app.ui.details import Lines
from app.ui.dialogs import Dialogs
from app.ui.journal.presenter import JournalPresenter
from app.ui.phrases import Phrases
from app.ui.rows import ReasonText, Row
from app.ui.widgets.buttons import button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.fields import Fields
from app.ui.widgets.labels import label
from app.ui.widgets.notice import Notice
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView


class EntryCard(QFrame):
    """One row of the journal in full."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        self._nothing = EmptyState(
            phrases,
            "history",
            N_("No row is chosen"),
            N_("Choose a row to see when and with which key it was done."),
        )
        self._heading = label("heading", wrap=True)
        self._fields = Fields()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(18, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(self._heading)
        column.addWidget(self._fields)
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)  # Qt's signature
        self._scroll.setWidget(inner)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 1, 1, 1)
        frame.addWidget(self._nothing)
        frame.addWidget(self._scroll)

    def show_entry(self, heading: str, lines: Lines) -> None:
        """Show a row, or that none is chosen."""
        self._nothing.setVisible(not heading)
        self._scroll.setVisible(bool(heading))
        self._heading.setText(heading)
        self._fields.show_lines(lines)


class JournalPage(Page):
    """Shows what its presenter decides."""

    def __init__(self, presenter: JournalPresenter, dialogs: Dialogs) -> None:
        super().__init__(N_("Journal"))
        self._presenter = presenter
        self._dialogs = dialogs
        phrases = self.phrases
        phrases.say(
            self.subtitle.setText,
            N_("What was done in this profile; contents and passwords are never written"),
        )
        self.check = button("shield-check")
        phrases.say(self.check.setText, N_("Is it whole?"))
        phrases.say(self.check.setToolTip, N_("Check that no row was changed or removed"))
        self.tools.addWidget(self.check)
        self.told = Notice()
        self.body.addWidget(self.told)
        self.list = RowView()
        phrases.say(self.list.setAccessibleName, N_("Rows of the journal"))
        self.older = button()
        phrases.say(self.older.setText, N_("Show older rows"))
        self.empty = EmptyState(
            phrases,
            "history",
            N_("Nothing was done yet"),
            N_("Signatures, verifications and changes of keys and certificates will stand here."),
        )
        self.card = EntryCard(phrases)
        phrases.say(self.card.setAccessibleName, N_("The row in full"))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.list, 1)
        more = QHBoxLayout()
        more.addStretch()
        more.addWidget(self.older)
        more.addStretch()
        column.addLayout(more)
        self.split = QSplitter()
        self.split.setHandleWidth(16)
        self.split.setChildrenCollapsible(False)  # Qt's signature
        self.split.addWidget(left)
        self.split.addWidget(self.card)
        left.setMinimumWidth(340)
        self.card.setMinimumWidth(260)
        self.split.setSizes([620, 360])
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.empty, 1)
        self.check.clicked.connect(presenter.check)
        self.older.clicked.connect(presenter.older)
        self.list.chosen.connect(presenter.select)
        presenter.attach(self)

    def show_entries(self, rows: Sequence[Row], *, more: bool) -> None:
        """Show the rows."""
        self.list.show_rows(rows)
        self.list.choose_first()
        self.older.setVisible(more)
        self.split.setVisible(bool(rows))
        self.check.setVisible(bool(rows))
        self.empty.setVisible(not rows)

    def show_entry(self, heading: str, lines: Lines) -> None:
        """Show one row in full."""
        self.card.show_entry(heading, lines)

    def show_check(self, told: ReasonText | None) -> None:
        """Show whether the journal is as it was written."""
        if told is None:
            self.told.hide()
        else:
            self.told.say(told.tone, told.heading, told.explanation)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self._presenter.show_all()
