"""The page of the journal."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.errors import RoscherkError
from app.journal import Entry
from app.texts.catalogue import N_, _
from app.ui.asking import Question
from app.ui.details import Lines
from app.ui.dialogs import Dialogs
from app.ui.forms import Told
from app.ui.journal.narrowing import Narrowing
from app.ui.journal.presenter import JournalPresenter
from app.ui.journal.rows import EntryRows, row_of
from app.ui.phrases import Phrases
from app.ui.rows import ReasonText
from app.ui.text_size import grow
from app.ui.widgets.buttons import button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.fields import Fields
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label
from app.ui.widgets.notice import Notice
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView

_BATCH: Final = 5_000


class EntryCard(QFrame):
    """One row of the journal in full, and what can be done with it."""

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
        self.again, self.folder = button("refresh-cw"), button("folder-open")
        phrases.say(self.again.setText, N_("Do it again…"))
        phrases.say(
            self.again.setToolTip,
            N_("Opens the page with the same file and key; nothing is done before you say so"),
        )
        phrases.say(self.folder.setText, N_("Show in folder"))
        deeds = Flow()
        deeds.addWidget(self.again)
        deeds.addWidget(self.folder)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(18, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(self._heading)
        column.addWidget(self._fields)
        column.addLayout(deeds)
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)  # Qt's signature
        self._scroll.setWidget(inner)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 1, 1, 1)
        frame.addWidget(self._nothing)
        frame.addWidget(self._scroll)

    def show_entry(self, heading: str, lines: Lines, *, again: bool, folder: bool) -> None:
        """Show a row, or that none is chosen."""
        self._nothing.setVisible(not heading)
        self._scroll.setVisible(bool(heading))
        self._heading.setText(heading)
        self._fields.show_lines(lines)
        self.again.setVisible(again)
        self.folder.setVisible(folder)


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
        self.check, self.save = button("shield-check"), button("save")
        phrases.say(self.check.setText, N_("Is it whole?"))
        phrases.say(self.check.setToolTip, N_("Check that no row was changed or removed"))
        phrases.say(self.save.setText, N_("Save…"))
        phrases.say(self.save.setToolTip, N_("Save the rows that are shown: table or paper"))
        self.tools.addWidget(self.check)
        self.tools.addWidget(self.save)
        self.told = Notice()
        self.narrowing = Narrowing(phrases)
        self.rows = EntryRows()
        self.list = RowView(rows=self.rows)
        # Qt lays out every row before it shows one: of a hundred thousand it shall do so in parts.
        self.list.setLayoutMode(QListView.LayoutMode.Batched)
        self.list.setBatchSize(_BATCH)
        phrases.say(self.list.setAccessibleName, N_("Rows of the journal"))
        self.count = label("caption")
        self.empty = EmptyState(
            phrases,
            "history",
            N_("Nothing was done yet"),
            N_("Signatures, verifications and changes of keys and certificates will stand here."),
        )
        self.none = EmptyState(
            phrases,
            "history",
            N_("No row fits"),
            N_("Take other words, a longer period or another kind."),
        )
        self.card = EntryCard(phrases)
        phrases.say(self.card.setAccessibleName, N_("The row in full"))
        self._build()
        self._connect()
        presenter.attach(self)

    def _build(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.narrowing)
        column.addWidget(self.list, 1)
        column.addWidget(self.none, 1)
        column.addWidget(self.count)
        self.split = QSplitter()
        self.split.setHandleWidth(16)
        self.split.setChildrenCollapsible(False)  # Qt's signature
        self.split.addWidget(left)
        self.split.addWidget(self.card)
        left.setMinimumWidth(340)
        grow(self.card, QWidget.setMinimumWidth, 260)
        self.split.setSizes([620, 360])
        self.body.addWidget(self.told)
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.empty, 1)

    def _connect(self) -> None:
        presenter = self._presenter
        self.check.clicked.connect(presenter.check)
        self.save.clicked.connect(self._save)
        self.told.asked.connect(presenter.ask_to_set_aside)
        self.narrowing.narrowed.connect(presenter.narrow)
        self.rows.wanted.connect(presenter.read)
        self.list.chosen.connect(presenter.select)
        self.list.opened.connect(lambda _key: presenter.repeat())
        self.card.again.clicked.connect(presenter.repeat)
        self.card.folder.clicked.connect(presenter.show_file)

    # --- what the presenter asks for

    def show_numbers(self, numbers: Sequence[int], *, narrowed: bool) -> None:
        """Show which rows there are."""
        kept = self.list.chosen_keys()
        self.rows.show_numbers(numbers)
        if kept and self.rows.place_of(kept[0]) is not None:
            self.list.choose(kept)
        else:
            self.list.choose_first()
        nothing = not numbers and not narrowed
        self.split.setVisible(not nothing)
        self.empty.setVisible(nothing)
        self.check.setVisible(not nothing)
        self.save.setVisible(bool(numbers))
        self.list.setVisible(bool(numbers))
        self.none.setVisible(not numbers)
        if not numbers:
            self._presenter.select([])

    def show_rows(self, asked: Sequence[int], entries: Sequence[Entry]) -> None:
        """Show rows that were read."""
        self.rows.take(asked, [row_of(each) for each in entries])

    def show_entry(self, heading: str, lines: Lines, *, again: bool, folder: bool) -> None:
        """Show one row in full."""
        self.card.show_entry(heading, lines, again=again, folder=folder)

    def show_check(self, told: ReasonText | None, *, aside: bool) -> None:
        """Show whether the journal is as it was written."""
        if told is None:
            self.told.hide()
            return
        action = _("Set aside and begin anew") if aside else ""
        self.told.say(told.tone, told.heading, told.explanation, action)

    def show_count(self, text: str) -> None:
        """Say how many rows there are."""
        self.count.setText(text)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""
        self._dialogs.tell(told)

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes)

    def show_in_folder(self, path: str) -> None:
        """Show a file in the system's own program."""
        self._dialogs.show_in_folder(path)

    # --- the page's own

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self.rows.forget()
        self._presenter.show_all()

    def _save(self) -> None:
        filters = [
            _("Table for Excel (*.csv)"),
            _("Rows for programs (*.json)"),
            _("Extract on paper (*.pdf)"),
            _("Extract for a browser (*.html)"),
        ]
        self._dialogs.choose_target(
            _("Save the journal"), _("Journal.csv"), filters, self._presenter.export
        )
