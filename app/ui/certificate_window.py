"""The window of one certificate: its chain on the left, the fields of the chosen one on the right."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.crypto.trust.wanting import lacks
from app.crypto.verdict.facts import CertificateFacts, ChainFacts
from app.errors import RoscherkError
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.showing import local_date
from app.ui.chain_rows import LACKING, chain_reason, chain_rows, short_name
from app.ui.rows import ReasonText, Tone
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.buttons import button
from app.ui.widgets.certificate_fields import CertificateFields
from app.ui.widgets.labels import label
from app.ui.widgets.rows import RowView


class CertificateWindow(QDialog):
    """Shows what is known at once; the chain follows when a worker has built it."""

    def __init__(self, parent: QWidget | None, facts: CertificateFacts) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowTitle(_("Certificate: {name}").format(name=short_name(facts)))
        self.setMinimumSize(720, 480)
        self.resize(980, 680)
        self.gone = False
        """It was closed: Qt has deleted it, or will."""
        self.finished.connect(self._go)
        self._facts = facts
        self._chain: ChainFacts | None = None
        self._state = QVBoxLayout()
        self._said: QWidget | None = None
        self.links = RowView()
        self.links.setAccessibleName(_("Chain of certificates"))
        self.links.chosen.connect(self._on_link)
        self._fields = QScrollArea()
        self._buttons = QHBoxLayout()
        self._build()
        self._show_fields(facts)
        self._say(_term_reason(facts))

    def _build(self) -> None:
        left = QFrame()
        left.setProperty("card", True)  # Qt's signature
        left.setMinimumWidth(300)
        left.setMaximumWidth(380)
        heading = label("heading")
        heading.setText(_("Chain of certificates"))
        side = QVBoxLayout(left)
        side.setContentsMargins(14, 14, 14, 14)
        side.setSpacing(10)
        side.addWidget(heading)
        side.addWidget(self.links, 1)
        side.addLayout(self._state)
        self.links.setStyleSheet("QListView { border: none; padding: 0; }")
        right = QFrame()
        right.setProperty("card", True)  # Qt's signature
        frame = QVBoxLayout(right)
        frame.setContentsMargins(1, 1, 1, 1)
        self._fields.setWidgetResizable(True)
        self._fields.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fields.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._fields.setAccessibleName(_("Fields of the certificate"))
        frame.addWidget(self._fields)
        cards = QHBoxLayout()
        cards.setSpacing(14)
        cards.addWidget(left, 2)
        cards.addWidget(right, 3)
        self._buttons.setSpacing(8)
        self._buttons.addStretch()
        self.missing = self.add_button(_("Find what is missing…"), "link")
        self.missing.hide()
        self.add_button(_("Close"), None, self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(14)
        column.addLayout(cards, 1)
        column.addLayout(self._buttons)
        QShortcut(QKeySequence.StandardKey.Close, self).activated.connect(self.close)

    def add_button(
        self, text: str, icon: str | None, action: Callable[[], object] | None = None
    ) -> QPushButton:
        """Add a button before «Close»."""
        made = button(icon)
        made.setText(text)
        if action is not None:
            made.clicked.connect(action)
        self._buttons.insertWidget(max(1, self._buttons.count() - 1), made)
        return made

    def _go(self) -> None:
        self.gone = True

    def show_chain(self, chain: ChainFacts) -> None:
        """Show the chain; the certificate itself stays chosen."""
        self._chain = chain
        self.missing.setVisible(lacks(chain))
        self.links.show_rows(chain_rows(chain, chain.at or datetime.now(UTC)))
        self.links.choose(["0"])
        self._say(chain_reason(chain) or _term_reason(self._facts) or _whole(chain))

    def show_error(self, error: RoscherkError) -> None:
        """Say why there is no chain."""
        words = describe_error(error)
        self._say(
            ReasonText(
                heading=words.heading,
                explanation=words.explanation,
                advice=words.advice,
                tone=Tone.ERROR,
            )
        )

    def _say(self, reason: ReasonText | None) -> None:
        if self._said is not None:
            self._said.hide()
            self._said.deleteLater()
            self._said = None
        if reason is not None:
            self._said = ReasonCard(reason)
            self._state.addWidget(self._said)

    def _on_link(self, keys: list[str]) -> None:
        if keys and keys[0] != LACKING and self._chain is not None:
            self._show_fields(self._chain.links[int(keys[0])].certificate)

    def _show_fields(self, facts: CertificateFacts) -> None:
        self._fields.setWidget(CertificateFields(facts))


def _term_reason(facts: CertificateFacts) -> ReasonText | None:
    now = datetime.now(UTC)
    if now > facts.not_after:
        words = _("The certificate expired on {date}")
        return ReasonText(heading=words.format(date=local_date(facts.not_after)), tone=Tone.ERROR)
    if now < facts.not_before:
        words = _("The certificate is valid only from {date}")
        return ReasonText(heading=words.format(date=local_date(facts.not_before)), tone=Tone.ERROR)
    return None


def _whole(chain: ChainFacts) -> ReasonText:
    if any(link.certificate.practice for link in chain.links):
        return ReasonText(
            heading=_("The chain is whole, down from the practice root"), tone=Tone.PRACTICE
        )
    return ReasonText(
        heading=_("The chain is whole, down from a root that you trust"), tone=Tone.OK
    )
