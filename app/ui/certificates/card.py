"""The card of the page of certificates: the fields of what is chosen, what can be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.texts.catalogue import N_
from app.ui.certificates.rows import Chosen
from app.ui.phrases import Phrases
from app.ui.widgets.buttons import button
from app.ui.widgets.certificate_fields import CertificateFields
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.fields import Fields
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label
from app.ui.widgets.next_turn import NextTurn


class CertificateCard(QFrame):
    """Shows a certificate, a revocation list, or a change of the record."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        self._nothing = EmptyState(
            phrases,
            "badge-check",
            N_("No certificate is chosen"),
            N_("Choose a certificate in the list to read its fields."),
        )
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)  # Qt's signature
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        phrases.say(self._scroll.setAccessibleName, N_("Fields of the certificate"))
        self.chain = button("link")
        self.trust = button("landmark")
        self.undo = button("history")
        self.go_back = button("history")
        self.remove = button("trash-2", kind="danger")
        phrases.say(self.chain.setText, N_("Chain…"))
        phrases.say(self.undo.setText, N_("Undo this change"))
        phrases.say(self.go_back.setText, N_("Go back to this list…"))
        phrases.say(self.remove.setText, N_("Take out of the store…"))
        self._buttons = QWidget()
        row = Flow(self.chain, self.trust, self.undo, self.go_back, self.remove)
        row.setContentsMargins(18, 10, 14, 14)
        self._buttons.setLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._nothing)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._buttons)
        self._chosen: Chosen | None = None
        self._shown: Chosen | None = None
        self._turn = NextTurn(self, self._show)
        self._show()

    def show_chosen(self, chosen: Chosen | None, *, anew: bool = False) -> None:
        """Show one thing, or that none is chosen, in the next turn; ``anew``: in another language."""
        self._chosen = chosen
        if anew:
            self._shown = None
        self._turn.start()

    def _show(self) -> None:
        chosen = self._chosen
        self._nothing.setVisible(chosen is None)
        self._scroll.setVisible(chosen is not None)
        self._buttons.setVisible(
            chosen is not None
            and (
                chosen.facts is not None
                or bool(chosen.trust)
                or chosen.undo
                or chosen.go_back
                or chosen.remove
            )
        )
        if chosen is None or chosen == self._shown:
            self._shown = chosen
            return
        self._shown = chosen
        self._scroll.setWidget(
            _Lines(chosen) if chosen.facts is None else CertificateFields(chosen.facts)
        )
        self.chain.setVisible(chosen.facts is not None)
        self.trust.setText(chosen.trust)
        self.trust.setVisible(bool(chosen.trust))
        self.undo.setVisible(chosen.undo)
        self.go_back.setVisible(chosen.go_back)
        self.remove.setVisible(chosen.remove)


class _Lines(QWidget):
    """A heading and lines under it."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__()
        heading = label("heading", wrap=True, selectable=True)
        heading.setText(chosen.heading)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(heading)
        column.addWidget(Fields(chosen.lines))
        column.addStretch()
