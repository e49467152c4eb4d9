"""A notice inside a page: icon, words, perhaps one or two things to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.ui.rows import TONE_ICONS, ReasonText, Tone, tone_tokens
from app.ui.widgets.buttons import button
from app.ui.widgets.labels import IconLabel, label


class Notice(QFrame):
    """Says one thing in a coloured box. Hidden while it has nothing to say."""

    asked = Signal()
    second_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("info", "accent", 18)
        self._heading = label("strong", wrap=True)
        self._text = label(wrap=True, selectable=True)
        self.action = button(kind="link")
        self.action.clicked.connect(self.asked)
        self.second = button(kind="link")
        self.second.clicked.connect(self.second_asked)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._heading)
        words.addWidget(self._text)
        # Before a stretch, because a button's own width would bound that of the whole column.
        deeds = QHBoxLayout()
        deeds.addWidget(self.action)
        deeds.addWidget(self.second)
        deeds.addStretch()
        words.addLayout(deeds)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.hide()

    def say(
        self, tone: Tone, heading: str, text: str = "", action: str = "", second: str = ""
    ) -> None:
        """Show words; without a heading the notice goes away."""
        if self.property("tone") != tone.value:
            self.setProperty("tone", tone.value)
            self.style().unpolish(self)
            self.style().polish(self)
        self._icon.show_icon(TONE_ICONS[tone], tone_tokens(tone)[0])
        for place, words in (
            (self._heading, heading),
            (self._text, text),
            (self.action, action),
            (self.second, second),
        ):
            place.setText(words)
            place.setVisible(bool(words))
        self.setAccessibleName(" ".join(part for part in (heading, text) if part))
        self.setVisible(bool(heading))

    def say_reason(self, reason: ReasonText | None, action: str) -> None:
        """Show a reason and what to do about it; None: the notice goes away."""
        if reason is None:
            self.hide()
        else:
            self.say(reason.tone, reason.heading, reason.explanation, action)
