"""What a check asked of the network: one line that unfolds, and ways to check once more."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.crypto.network.policy import NetworkUse
from app.texts.catalogue import _
from app.texts.network_words import network_summary, use_lines
from app.ui.widgets.buttons import button
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label


class NetworkLine(QWidget):
    """The line; unfolded, one address a line. Nothing to unfold: the line alone."""

    again_asked = Signal()
    offline_asked = Signal()

    def __init__(
        self, uses: Sequence[NetworkUse], *, online: bool | None, rechecks: bool = False
    ) -> None:
        """``rechecks``: there is somebody who can check again."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        summary = network_summary(uses, online=online)
        self.lines = label("muted", wrap=True, selectable=True)
        self.lines.setText("\n".join(use_lines(uses)))
        self.lines.setAccessibleName(_("What was asked of the network"))
        self.lines.hide()
        if uses:
            self.toggle = button("chevron-right", kind="link")
            self.toggle.setText(summary)
            self.toggle.setCheckable(True)
            self.toggle.toggled.connect(self.lines.setVisible)
            column.addWidget(Flowing(self.toggle))
        else:
            said = label("muted", wrap=True)
            said.setText(summary)
            column.addWidget(said)
        column.addWidget(self.lines)
        if rechecks:
            again, without = button("refresh-cw", kind="link"), button(kind="link")
            again.setText(_("Check again"))
            again.clicked.connect(self.again_asked)
            without.setText(_("Check without the network"))
            without.clicked.connect(self.offline_asked)
            if online is False:  # to show what has no place yet would open a window of its own
                without.hide()
            self.again, self.without = again, without
            column.addWidget(Flowing(again, without))


class Flowing(QWidget):
    """Buttons that go on in the next line where there is no room."""

    def __init__(self, *buttons: QWidget) -> None:
        super().__init__()
        self.setLayout(Flow(*buttons))
