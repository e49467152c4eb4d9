"""The rows of the journal as a list: each is read when somebody looks at it, so that it may be long."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.journal import Action, Entry
from app.texts.catalogue import _
from app.texts.journal_words import Kind, action_words, kind_of, outcome_words, target_words
from app.texts.showing import local_time
from app.texts.verdicts import Tone as Spoken
from app.ui.rows import Badge, Row, Tone
from app.ui.widgets.rows import ROW_ROLE, Index, RowModel
from app.ui.widgets.tips import tip

PAGE: Final = 100
"""Rows that are read together."""
_MOST_KEPT: Final = 5_000
_ICONS: Final[Mapping[Kind, str]] = {
    Kind.SIGNING: "signature",
    Kind.VERIFYING: "shield-check",
    Kind.KEYS: "key-round",
    Kind.PINS: "lock-keyhole",
    Kind.TRUST: "badge-check",
    Kind.OTHER: "history",
}
_OWN_ICONS: Final[Mapping[str, str]] = {
    Action.SIGNATURE_REMOVE: "trash-2",
    Action.CONTAINER_DELETE: "trash-2",
    Action.TOKEN_FORMAT: "trash-2",
    Action.PRACTICE_ENTER: "graduation-cap",
    Action.PRACTICE_LEAVE: "graduation-cap",
    Action.TRUST_ADD: "landmark",
    Action.TRUST_REMOVE: "landmark",
}
_TONES: Final = {
    Spoken.GOOD: Tone.OK,
    Spoken.BAD: Tone.ERROR,
    Spoken.UNSURE: Tone.WARN,
    Spoken.PLAIN: Tone.PLAIN,
}


def row_of(entry: Entry) -> Row:
    """Return one row of the journal as it is shown."""
    target = target_words(entry)
    action = action_words(entry.action)
    return Row(
        key=str(entry.number),
        title=f"{action}: {target}" if target else action,
        caption=local_time(entry.time),
        icon=_OWN_ICONS.get(entry.action, _ICONS[kind_of(entry.action)]),
        badge=badge_of(entry),
    )


def badge_of(entry: Entry) -> Badge:
    """Say what came of it; what was done in practice mode is never called good."""
    words, spoken = outcome_words(entry.outcome)
    if entry.facts.get("practice") is True and spoken is not Spoken.BAD:
        return Badge(_("For practice"), Tone.PRACTICE)
    return Badge(words, _TONES[spoken], "file-text" if spoken is Spoken.PLAIN else None)


class EntryRows(RowModel):
    """Knows all numbers, and of the rows those that were looked at."""

    wanted = Signal(list)
    """Numbers of rows that are to be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: Sequence[int] = ()
        self._known: dict[int, Row] = {}
        self._asked: set[int] = set()

    def show_numbers(self, numbers: Sequence[int]) -> None:
        """Show these rows, the newest first, from now on."""
        if tuple(numbers) == tuple(self._numbers):
            return
        self._asked.clear()
        self.reset_count(len(numbers), lambda: self._take_numbers(numbers))

    def _take_numbers(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers

    def take(self, asked: Sequence[int], rows: Sequence[Row]) -> None:
        """Take rows that were read; one of ``asked`` that is not among them is not there."""
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        self._known.update((int(row.key), row) for row in rows)
        self._asked.difference_update(asked)
        gone = set(asked) - self._known.keys()
        self._known.update((number, Row(key=str(number), title="—")) for number in gone)
        places = [place for number in asked if (place := self.place_of(str(number))) is not None]
        if places:
            self.dataChanged.emit(self.index(min(places)), self.index(max(places)))

    def forget(self) -> None:
        """Have every row read again: another language."""
        self._known.clear()
        self._asked.clear()
        if self._numbers:
            self.dataChanged.emit(self.index(0), self.index(len(self._numbers) - 1))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row, its title, or what a screen reader says of it."""
        if not index.isValid():
            return None
        row = self._row(index.row())
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(f"{row.title}\n{row.caption}".strip())
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every row be chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def is_choosable(self, place: int) -> bool:
        """Tell that there are no headings here."""
        return 0 <= place < len(self._numbers)

    def place_of(self, key: str) -> int | None:
        """Return where the row of this number stands: they stand in falling order."""
        number = int(key)
        place = bisect_left(self._numbers, -number, key=lambda each: -each)
        there = place < len(self._numbers) and self._numbers[place] == number
        return place if there else None

    def key_at(self, place: int) -> str:
        """Return the number of a row."""
        return str(self._numbers[place])

    def _row(self, place: int) -> Row:
        number = self._numbers[place]
        known = self._known.get(number)
        if known is not None:
            return known
        if number not in self._asked:
            first = place - place % PAGE
            page = [
                each
                for each in self._numbers[first : first + PAGE]
                if each not in self._known and each not in self._asked
            ]
            self._asked.update(page)
            self.wanted.emit(page)
        return Row(key=str(number), title="…")
