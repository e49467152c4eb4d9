"""The card of what makes work easier: recent files, notifications, the tour."""

from PySide6.QtCore import Signal

from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.settings.section import Section
from app.ui.widgets.buttons import button


class ComfortSection(Section):
    """Shows what can be chosen."""

    tour_asked = Signal()

    def __init__(self, phrases: Phrases) -> None:
        super().__init__(phrases, N_("Convenience"))
        self.tour = button("graduation-cap")
        phrases.say(self.tour.setText, N_("Begin the tour"))
        self.tour.clicked.connect(self.tour_asked)
        self.add(
            N_("Tour"),
            self.tour,
            None,
            N_("Three steps in practice mode: a document, a signature, a check."),
        )
