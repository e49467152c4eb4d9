"""Buttons that look alike everywhere."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton

from app.ui.theme import icon

_ICON: Final = QSize(18, 18)
_ICON_BESIDE_WORDS: Final = QSize(22, 18)


def button(icon_name: str | None = None, *, kind: str = "plain") -> QPushButton:
    """Return a button; ``kind`` is ``plain``, ``primary``, ``danger``, ``link`` or ``segment``."""
    made = QPushButton()
    made.setProperty("kind", kind)
    made.setAutoDefault(False)
    # A click leaves the focus where it was: a ring round a clicked button only distracts.
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    if icon_name is not None:
        tint = {"primary": "on_accent", "danger": "error", "link": "accent"}.get(kind, "muted")
        made.setIcon(icon(icon_name, tint, tint))
        made.setIconSize(_ICON_BESIDE_WORDS)
    if kind == "segment":
        made.setCheckable(True)
    return made


def tool_button(icon_name: str) -> QToolButton:
    """Return a small button of one icon; give it an accessible name and a tooltip."""
    made = QToolButton()
    made.setIcon(icon(icon_name))
    made.setIconSize(_ICON)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made
