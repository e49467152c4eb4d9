"""The window of one certificate: its chain drawn on the left, the fields of the chosen one on the right.

All of it is reached with the keyboard: Tab goes from the chain to the fields to the buttons; arrows
go along the chain and along the fields, Enter copies a field.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.crypto.trust.wanting import lacks
from app.crypto.verdict.facts import CertificateFacts, ChainFacts
from app.errors import RoscherkError
from app.texts.catalogue import _
from app.texts.certificate_fields import all_fields_text, portal_lines
from app.texts.errors import describe_error
from app.texts.showing import local_date
from app.ui.chain_rows import (
    LACKING,
    chain_reason,
    chain_rows,
    gap_reason,
    link_reason,
    short_name,
)
from app.ui.rows import ReasonText, Tone, reason_of
from app.ui.text_size import grow
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.buttons import button
from app.ui.widgets.certificate_fields import CertificateFields
from app.ui.widgets.chain_view import ChainView
from app.ui.widgets.copyable import FieldPath, put_into_clipboard
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label
from app.ui.widgets.paint_turn import PaintTurn
from app.ui.widgets.toast import Toast


class CertificateWindow(QDialog):
    """Shows what is known at once; the chain follows when a worker has built it."""

    def __init__(self, parent: QWidget | None, facts: CertificateFacts) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.Window)
        PaintTurn(self)
        self.setWindowTitle(_("Certificate: {name}").format(name=short_name(facts)))
        self.setMinimumSize(760, 560)
        self.resize(980, 680)
        self.gone = False
        """It was closed: Qt has deleted it, or will."""
        self.finished.connect(self._go)
        self._facts = facts
        self._chain: ChainFacts | None = None
        self._state, self._link = QVBoxLayout(), QVBoxLayout()
        self.links = ChainView()
        self.links.setAccessibleName(_("Chain of certificates"))
        self.links.chosen.connect(self._on_link)
        self._fields = QScrollArea()
        self._shown = facts
        self.path = FieldPath(lambda _field: None, lambda _name: None)
        self.buttons = Flow()
        self.export_asked: Callable[[CertificateFacts, bool], object] = lambda _facts, _text: None
        """Called with the chosen certificate, and whether it is to be written in Base64."""
        self._build()
        self._toast = Toast(self)
        self._say(_term_reason(facts))

    def complete(self) -> None:
        """Put in the fields, which take as long to build as the rest."""
        self._show_fields(self._shown)

    def _build(self) -> None:
        left = QFrame()
        left.setProperty("card", True)  # Qt's signature
        left.setMinimumWidth(300)
        grow(left, QWidget.setMaximumWidth, 380)
        heading = label("heading")
        heading.setText(_("Chain of certificates"))
        side = QVBoxLayout(left)
        side.setContentsMargins(14, 14, 14, 14)
        side.setSpacing(10)
        side.addWidget(heading)
        side.addWidget(self.links, 1)
        side.addLayout(self._link)
        side.addLayout(self._state)
        self.links.setStyleSheet("QListView { border: none; padding: 0; }")
        right = QFrame()
        right.setProperty("card", True)  # Qt's signature
        frame = QVBoxLayout(right)
        frame.setContentsMargins(1, 1, 1, 1)
        self._fields.setWidgetResizable(True)
        self._fields.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fields.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fields.setAccessibleName(_("Fields of the certificate"))
        frame.addWidget(self._fields)
        cards = QHBoxLayout()
        cards.setSpacing(14)
        cards.addWidget(left, 2)
        cards.addWidget(right, 3)
        self.copying, self.saving = button("copy"), button("save")
        self._make_menus()
        self.buttons.addWidget(self.copying)
        self.buttons.addWidget(self.saving)
        self.missing = self.add_button(_("Find what is missing…"), "link")
        self.missing.hide()
        closing = button(None)
        closing.setText(_("Close"))
        closing.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addLayout(self.buttons, 1)
        foot.addWidget(closing, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 16)
        column.setSpacing(14)
        column.addLayout(cards, 1)
        column.addLayout(foot)
        QShortcut(QKeySequence.StandardKey.Close, self).activated.connect(self.close)

    def add_button(
        self, text: str, icon: str | None, action: Callable[[], object] | None = None
    ) -> QPushButton:
        """Add a button to those below the fields."""
        made = button(icon)
        made.setText(text)
        if action is not None:
            made.clicked.connect(action)
        self.buttons.addWidget(made)
        return made

    def _make_menus(self) -> None:
        """Make what can be copied and saved of the certificate that is shown."""
        self.copying.setText(_("Copy"))
        menu = QMenu(self.copying)
        for words, told, text in (
            (_("Three lines for a portal: number, term, issuer"), _("Three lines"), portal_lines),
            (_("All fields"), _("All fields"), all_fields_text),
            (
                _("Fingerprint SHA-256"),
                _("Fingerprint SHA-256"),
                lambda facts: facts.sha256.upper(),
            ),
        ):
            menu.addAction(words).triggered.connect(
                lambda _checked=False, told=told, text=text: self._copy(told, text(self._shown))
            )
        self.copying.setMenu(menu)
        self.saving.setText(_("Save to a file"))
        menu = QMenu(self.saving)
        for words, base64_lines in (
            (_("Binary, DER (.cer)…"), False),
            (_("As text, Base64 (.cer)…"), True),
        ):
            menu.addAction(words).triggered.connect(
                lambda _checked=False, how=base64_lines: self.export_asked(self._shown, how)
            )
        self.saving.setMenu(menu)

    def _copy(self, name: str, text: str) -> None:
        put_into_clipboard(text)
        self.tell_copied(name)

    def tell_copied(self, name: str) -> None:
        """Say for a moment what lies in the clipboard now."""
        self.tell(_("Copied: {name}").format(name=name))

    def tell(self, text: str) -> None:
        """Say for a moment that something was done."""
        self._toast.say(text)

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
        self._say(reason_of(describe_error(error), Tone.ERROR))

    def _say(self, reason: ReasonText | None) -> None:
        _put(self._state, reason)

    def _on_link(self, keys: list[str]) -> None:
        if not keys or self._chain is None:
            return
        if keys[0] == LACKING:
            _put(self._link, gap_reason(self._chain))
            return
        place = int(keys[0])
        _put(self._link, link_reason(self._chain, place, self._chain.at or datetime.now(UTC)))
        self._show_fields(self._chain.links[place].certificate)

    def _show_fields(self, facts: CertificateFacts) -> None:
        if facts == self._shown and self._fields.widget() is not None:
            return
        self._shown = facts
        self.path = FieldPath(self._fields.ensureWidgetVisible, self.tell_copied)
        fields = CertificateFields(facts, self.path)
        fields.grown.connect(self._order)
        self._fields.setWidget(fields)
        self._order()

    def _order(self) -> None:
        """Put the fields between the chain and the buttons: new widgets come last in Qt's order."""
        for before, after in pairwise((self.links, *self.path.fields)):
            QWidget.setTabOrder(before, after)


def _put(column: QVBoxLayout, reason: ReasonText | None) -> None:
    """Show a reason in place of the one that is there."""
    while (taken := column.takeAt(0)) is not None:
        widget = taken.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
    if reason is not None:
        column.addWidget(ReasonCard(reason))


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
