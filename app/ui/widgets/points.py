"""Several things said one below the other, each with the icon of its tone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.rows import TONE_ICONS, Tone, tone_tokens
from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import IconLabel, label
from app.ui.widgets.later import Later

_TOGETHER: Final = 6


class Points(InColumn, QWidget):
    """A list of statements. The words carry the meaning, the icon repeats it."""

    def __init__(self, points: Iterable[tuple[Tone, str]], at_once: int | None = None) -> None:
        """``at_once``: so many at first, and the others a few at a time; None: all of them."""
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        left = iter(points)
        self._add(islice(left, at_once))
        if at_once is not None:
            self._later = Later(self)
            self._later.do(self._parts(tuple(left)))

    def _parts(self, points: Sequence[tuple[Tone, str]]) -> Iterator[Callable[[], object]]:
        for start in range(0, len(points), _TOGETHER):
            yield partial(self._add, points[start : start + _TOGETHER])

    def _add(self, points: Iterable[tuple[Tone, str]]) -> None:
        for tone, text in points:
            icon = "info" if tone is Tone.PLAIN else TONE_ICONS[tone]
            said = label(wrap=True, selectable=True)
            said.setText(text)
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(IconLabel(icon, tone_tokens(tone)[0], 18), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(said, 1)
            self._column.addLayout(row)
