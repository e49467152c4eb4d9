"""What can be chosen for a signature: where it goes, and whether a PDF gets a visible mark."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.texts.catalogue import N_
from app.ui.details import Offer
from app.ui.phrases import Phrases
from app.ui.signing_run import SignOptions
from app.ui.widgets.buttons import button
from app.ui.widgets.labels import label


class SignOptionsBox(QWidget):
    """Shows only the choices that make sense for the chosen documents."""

    changed = Signal(object)

    def __init__(self, phrases: Phrases, options: SignOptions) -> None:
        super().__init__()
        self._options = options
        self._where = QWidget()
        caption = label("strong")
        phrases.say(caption.setText, N_("The signature of files that are no PDF"))
        self._apart, self._inside = button(kind="segment"), button(kind="segment")
        phrases.say(self._apart.setText, N_("In a separate file"))
        phrases.say(self._inside.setText, N_("Inside the file"))
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(6)
        for each in (self._apart, self._inside):
            group.addButton(each)
            row.addWidget(each)
        row.addStretch()
        where = QVBoxLayout(self._where)
        where.setContentsMargins(0, 0, 0, 0)
        where.setSpacing(6)
        where.addWidget(caption)
        where.addLayout(row)
        self._stamp = QCheckBox()
        phrases.say(self._stamp.setText, N_("Mark of the signature on the last page"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._where)
        column.addWidget(self._stamp)
        (self._inside if options.attached else self._apart).setChecked(True)
        self._stamp.setChecked(options.stamp)
        self._inside.toggled.connect(self._on_change)
        self._stamp.toggled.connect(self._on_change)

    def offer(self, offer: Offer) -> None:
        """Show what makes sense."""
        self._where.setVisible(offer.attached)
        self._stamp.setVisible(offer.stamp)
        self.setVisible(offer.attached or offer.stamp)

    def _on_change(self) -> None:
        self._options = replace(
            self._options, attached=self._inside.isChecked(), stamp=self._stamp.isChecked()
        )
        self.changed.emit(self._options)
