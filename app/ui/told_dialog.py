"""The dialog of a `Told`: what came of some work, in words, with things to do about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.texts.catalogue import N_
from app.ui.forms import Step, Told
from app.ui.widgets.buttons import button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.points import Points

_WIDTH = 560
_MOST_SHOWN = 9
_HIGHEST = 380


class ToldDialog(Dialog):
    """Heading, points, buttons; a long list scrolls."""

    def __init__(self, parent: QWidget | None, told: Told) -> None:
        super().__init__(parent, told.tone)
        self.setMinimumWidth(_WIDTH)
        self.told = told
        self.say(told.heading, told.words)
        if told.points:
            points = Points(told.points)
            self.content.addWidget(_scrolled(points) if len(told.points) > _MOST_SHOWN else points)
        column = QVBoxLayout()
        column.setSpacing(6)
        for step in told.steps:
            made = button(kind="plain")
            made.setText(step.text)
            made.clicked.connect(lambda _checked=False, step=step: self._do(step))
            column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        self.content.addLayout(column)
        close = self.add_button(N_("Close"), "primary", self.accept)
        close.setDefault(True)  # Qt's signature
        close.setFocus()

    def _do(self, step: Step) -> None:
        self.accept()
        step.act()


def _scrolled(inner: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)  # Qt's signature
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setMinimumHeight(_HIGHEST)
    area.setWidget(inner)
    return area
