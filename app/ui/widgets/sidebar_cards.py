"""Cards at the foot of the sidebar: which tokens are there, and the way into practice mode."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout

from app.ui.widgets.labels import ElidedLabel, IconLabel
from app.ui.widgets.tips import tip


class SideCard(QPushButton):
    """An icon, a line, a smaller line; the whole card is one button."""

    def __init__(self, icon_name: str, tint: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(54)
        self._title = ElidedLabel("strong", sentence=True)
        self._caption = ElidedLabel("caption", sentence=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._caption)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(IconLabel(icon_name, tint, 20))
        row.addLayout(words, 1)
        for each in (self._title, self._caption):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def say(self, title: str, caption: str) -> None:
        """Give the card its words."""
        self._title.setText(title)
        self._caption.setText(caption)
        self.setAccessibleName(f"{title}. {caption}" if caption else title)
        self.setToolTip(tip(caption))
