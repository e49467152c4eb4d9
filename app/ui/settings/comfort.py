"""The card of what makes work easier: recent files, notifications, the tour."""

from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import settings as table
from app.settings import Setting
from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.settings.section import Section
from app.ui.widgets.buttons import button
from app.ui.widgets.check import Check


class SetValue(Protocol):
    """How a setting is changed."""

    def __call__(self, setting: Setting[bool], value: bool) -> None:
        """Change it."""


class ComfortSection(Section):
    """Shows what can be chosen."""

    tour_asked = Signal()
    clear_asked = Signal()

    def __init__(self, phrases: Phrases, set_value: SetValue) -> None:
        super().__init__(phrases, N_("Convenience"))
        self.recent, self.notifications = Check(), Check()
        phrases.say(self.recent.setText, N_("Remember the files that were opened last"))
        phrases.say(self.notifications.setText, N_("Tell when a long run has ended"))
        self.clear = button(kind="link")
        phrases.say(self.clear.setText, N_("Clear the list"))
        self.tour = button("graduation-cap")
        phrases.say(self.tour.setText, N_("Begin the tour"))
        self.add(N_("Recent files"), self._beside(self.recent, self.clear), table.RECENT_FILES)
        self.add(
            N_("Notifications"),
            self.notifications,
            table.NOTIFICATIONS,
            N_("By the desktop, while you work elsewhere. They have counts in them and no names."),
        )
        self.add(
            N_("Tour"),
            self.tour,
            None,
            N_("Three steps in practice mode: a document, a signature, a check."),
        )
        self.recent.clicked.connect(lambda on: set_value(table.RECENT_FILES, value=on))
        self.notifications.clicked.connect(lambda on: set_value(table.NOTIFICATIONS, value=on))
        self.clear.clicked.connect(self.clear_asked)
        self.tour.clicked.connect(self.tour_asked)

    def _beside(self, *parts: QWidget) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for each in parts:
            row.addWidget(each)
        row.addStretch()
        return box

    def show_values(self, *, recent: bool, notifications: bool) -> None:
        """Show the values that hold now."""
        self.recent.setChecked(recent)
        self.notifications.setChecked(notifications)
