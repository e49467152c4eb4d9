"""Several things said one below the other, each with the icon of its tone."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.rows import TONE_ICONS, Tone
from app.ui.widgets.labels import IconLabel, label
from app.ui.widgets.rows import tone_tokens


class Points(QWidget):
    """A list of statements. The words carry the meaning, the icon repeats it."""

    def __init__(self, points: Iterable[tuple[Tone, str]]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for tone, text in points:
            icon = "info" if tone is Tone.PLAIN else TONE_ICONS[tone]
            said = label(wrap=True, selectable=True)
            said.setText(text)
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(IconLabel(icon, tone_tokens(tone)[0], 18), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(said, 1)
            column.addLayout(row)
