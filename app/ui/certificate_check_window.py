"""The window of a certificate check: two conclusions, what they rest on, and its protocol."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.crypto.certificates.checked import CheckedCertificate
from app.texts import certificate_check
from app.texts.catalogue import _
from app.ui.certificate_checking import reason_cards
from app.ui.chain_rows import short_name
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.buttons import button
from app.ui.widgets.fields import Fields
from app.ui.widgets.labels import label
from app.ui.widgets.paint_turn import PaintTurn


class CertificateCheckWindow(QDialog):
    """Shows what a check found; ``save`` is called for the protocol."""

    def __init__(
        self, parent: QWidget | None, checked: CheckedCertificate, save: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        self._save = save
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.Window)
        PaintTurn(self)
        name = short_name(checked.certificate)
        self.setWindowTitle(_("Check of the certificate: {name}").format(name=name))
        self.setMinimumSize(560, 420)
        self.resize(720, 680)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(14)
        self.conclusions = [ReasonCard(reason) for reason in reason_cards(checked)]
        for card in self.conclusions:
            column.addWidget(card)
        column.addWidget(_found(checked), 1)
        self.saving = button("save")
        self.saving.setText(_("Save the protocol…"))
        self.saving.clicked.connect(self._on_save)
        closing = button(None)
        closing.setText(_("Close"))
        closing.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.saving)
        row.addStretch()
        row.addWidget(closing)
        column.addLayout(row)
        QShortcut(QKeySequence.StandardKey.Close, self).activated.connect(self.close)

    def _on_save(self) -> None:
        self._save()


def _found(checked: CheckedCertificate) -> QScrollArea:
    """Lay out the groups of what was found."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(20, 18, 18, 18)
    column.setSpacing(10)
    for group in certificate_check.groups(checked):
        heading = label("overline")
        heading.setText(group.title.upper())
        column.addWidget(heading)
        column.addWidget(Fields(group.lines))
        column.addSpacing(6)
    column.addStretch()
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    area.setAccessibleName(_("What was checked"))
    return area
