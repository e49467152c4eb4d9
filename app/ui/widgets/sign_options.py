"""What can be chosen for a signature: where it goes, and whether a PDF gets a visible mark."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.texts.catalogue import N_
from app.ui.details import Offer
from app.ui.phrases import Phrases
from app.ui.signing_run import SignOptions
from app.ui.widgets.check import Check
from app.ui.widgets.labels import label
from app.ui.widgets.segments import Segments


class SignOptionsBox(QWidget):
    """Shows only the choices that make sense for the chosen documents."""

    changed = Signal(object)

    def __init__(self, phrases: Phrases, options: SignOptions) -> None:
        super().__init__()
        self._options = options
        self._where = QWidget()
        caption = label("strong")
        phrases.say(caption.setText, N_("The signature of files that are no PDF"))
        self._place = Segments(
            phrases, (("apart", N_("In a separate file")), ("inside", N_("Inside the file")))
        )
        phrases.say(self._place.setAccessibleName, N_("The signature of files that are no PDF"))
        where = QVBoxLayout(self._where)
        where.setContentsMargins(0, 0, 0, 0)
        where.setSpacing(6)
        where.addWidget(caption)
        where.addWidget(self._place)
        self._stamp = Check()
        phrases.say(self._stamp.setText, N_("Mark of the signature on the last page"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._where)
        column.addWidget(self._stamp)
        self.show_options(options)
        self._place.chosen.connect(self._on_change)
        self._stamp.clicked.connect(self._on_change)

    def show_options(self, options: SignOptions) -> None:
        """Show what is wanted."""
        self._options = options
        self._place.show_choice("inside" if options.attached else "apart")
        self._stamp.setChecked(options.stamp)

    def offer(self, offer: Offer) -> None:
        """Show what makes sense."""
        self._where.setVisible(offer.attached)
        self._stamp.setVisible(offer.stamp)
        self.setVisible(offer.attached or offer.stamp)

    def _on_change(self) -> None:
        self._options = replace(
            self._options,
            attached=self._place.choice == "inside",
            stamp=self._stamp.isChecked(),
        )
        self.changed.emit(self._options)
