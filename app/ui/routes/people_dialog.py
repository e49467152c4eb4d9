"""The dialog of people: one line for each, typed or pasted out of a table, read while it is typed."""

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.ui.routes.asking import PeopleAsked, PeopleFilled, day_of, read_lines
from app.ui.rows import Tone
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.labels import label
from app.ui.widgets.rows import RowView

_WIDTH = 680
_HEIGHT = 620
_SOON_MS = 150
_LATER_MS = 1000
_LONGEST_NOTE = 400
_DAY_WIDTH = 210


class PeopleDialog(Dialog):
    """Ask who is to sign. Nothing is begun before the button is pressed."""

    filled = Signal(object)
    """A `PeopleFilled`."""
    typed = Signal(object)
    """A `PeopleAsked`: what stands in the lines now, a while after they were changed."""

    def __init__(self, parent: QWidget | None, asked: PeopleAsked) -> None:
        super().__init__(parent, Tone.INFO, "users-round")
        self.setMinimumWidth(_WIDTH)
        heading = (
            _("Gather signatures under {name}")
            if asked.fresh
            else _("Whose signatures are awaited under {name}")
        )
        self.say(
            heading.format(name=plain(asked.document.name, 80)),
            _(
                "One line for each: name, ИНН, СНИЛС, e-mail — in any order, also pasted from a "
                "table. The order of the lines is a hint: everybody may sign when he can."
            ),
        )
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._read)
        self._asked = asked
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self._later.timeout.connect(self._tell_typed)
        self._ask_people(asked)
        self._ask_more(asked)
        self.add_cancel()
        yes = N_("Gather signatures") if asked.fresh else N_("Save")
        self.ok = self.add_button(yes, "primary", self._answer)
        self.ok.setDefault(True)  # Qt's signature
        self._read()
        self.lines.textChanged.connect(self._later.start)
        self.lines.setFocus()

    def _ask_people(self, asked: PeopleAsked) -> None:
        caption = label("strong")
        caption.setText(_("Who is to sign"))
        self.lines = QPlainTextEdit(asked.lines)
        self.lines.setTabChangesFocus(True)
        self.lines.setAccessibleName(_("Who is to sign, one line for each"))
        self.lines.setPlaceholderText(
            _("Full name, ИНН 12 digits, СНИЛС 11 digits, name@example.org")
        )
        self.lines.setMinimumHeight(120)
        caption.setBuddy(self.lines)
        self.lines.textChanged.connect(self._soon.start)
        self.count = label("muted")
        top = QHBoxLayout()
        top.addWidget(caption, 1)
        top.addWidget(self.count)
        self.read = RowView()
        self.read.setSelectionMode(RowView.SelectionMode.NoSelection)
        self.read.setAccessibleName(_("How the lines are understood"))
        self.hint = label("muted", wrap=True)
        self.hint.setText(
            _(
                "Nobody has to be named: signatures are gathered all the same, and you see who has "
                "signed."
            )
        )
        self.wrong = label("error", wrap=True)
        self.content.addLayout(top)
        self.content.addWidget(self.lines, 2)
        self.content.addWidget(self.wrong)
        self.content.addWidget(self.hint)
        self.content.addWidget(self.read, 3)

    def _ask_more(self, asked: PeopleAsked) -> None:
        self.day = QLineEdit("" if asked.due is None else f"{asked.due:%d.%m.%Y}")
        self.day.setPlaceholderText(_("By which day: 31.12.2026"))
        self.day.setAccessibleName(_("By which day, as in 31.12.2026; it may be left empty"))
        self.day.setFixedWidth(_DAY_WIDTH)
        self.day.textChanged.connect(self._soon.start)
        self.note = QLineEdit(asked.note)
        self.note.setMaxLength(_LONGEST_NOTE)
        self.note.setPlaceholderText(_("A note that stands in the letter"))
        self.note.setAccessibleName(_("A note that stands in the letter"))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.day)
        row.addWidget(self.note, 1)
        self.content.addLayout(row)
        self.trouble = label("error", wrap=True)
        self.content.addWidget(self.trouble)

    def fit(self) -> None:
        """Be high enough for several people, and no higher than the window below."""
        parent = self.parentWidget()
        most = _HEIGHT if parent is None else min(_HEIGHT, max(480, parent.height() - 40))
        self.resize(max(self.width(), _WIDTH), most)

    def done(self, how: int) -> None:
        """Close; nothing is told any more of what was typed."""
        self._later.stop()
        self._soon.stop()
        super().done(how)

    def _tell_typed(self) -> None:
        self.typed.emit(
            replace(
                self._asked,
                lines=self.lines.toPlainText(),
                note=self.note.text(),
                due=self._due(),
            )
        )

    def _read(self) -> None:
        """Say how the lines are understood so far."""
        self._soon.stop()
        read = read_lines(self.lines.toPlainText())
        self.count.setText(read.words)
        self.wrong.setText(read.trouble)
        self.wrong.setVisible(bool(read.trouble))
        if not read.trouble:  # else what was right a moment ago stays: nothing jumps about
            self.read.show_rows(read.rows)
        some = bool(self.read.rows.rowCount())
        self.hint.setVisible(not some and not read.trouble)
        self.read.setVisible(some)
        due = self._due()
        wrong = due is None and bool(self.day.text().strip())
        self.trouble.setText(_("There is no such day: write it as in 31.12.2026") if wrong else "")
        self.trouble.setVisible(wrong)
        self.ok.setEnabled(not read.trouble and not wrong)

    def _due(self) -> date | None:
        return day_of(self.day.text())

    def _answer(self) -> None:
        read = read_lines(self.lines.toPlainText())
        self._read()
        if not self.ok.isEnabled():
            return
        filled = PeopleFilled(people=read.people, note=self.note.text().strip(), due=self._due())
        self.accept()
        self.filled.emit(filled)
