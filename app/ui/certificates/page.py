"""The page of certificates: open a file, look, trust."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.ui.asking import Question
from app.ui.certificates.presenter import CertificatesPresenter, Chosen
from app.ui.dialogs import Dialogs
from app.ui.phrases import Phrases
from app.ui.rows import Row
from app.ui.viewing import Viewing
from app.ui.widgets.buttons import button
from app.ui.widgets.certificate_fields import CertificateFields
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.flow import Flow
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView


class CertificateCard(QFrame):
    """The fields of the chosen certificate and what can be done with it."""

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
        self.remove = button("trash-2", kind="danger")
        phrases.say(self.chain.setText, N_("Chain…"))
        phrases.say(self.remove.setText, N_("Take out of the store…"))
        self._buttons = QWidget()
        row = Flow(self.chain, self.trust, self.remove)
        row.setContentsMargins(18, 10, 14, 14)
        self._buttons.setLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._nothing)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._buttons)
        self._shown: Chosen | None = None
        self.show_chosen(None)

    def show_chosen(self, chosen: Chosen | None, *, anew: bool = False) -> None:
        """Show one certificate, or that none is chosen."""
        self._nothing.setVisible(chosen is None)
        self._scroll.setVisible(chosen is not None)
        self._buttons.setVisible(chosen is not None)
        if chosen is None or (chosen == self._shown and not anew):
            self._shown = chosen
            return
        self._shown = chosen
        self._scroll.setWidget(CertificateFields(chosen.facts))
        self.trust.setText(chosen.trust)
        self.trust.setVisible(bool(chosen.trust))
        self.remove.setVisible(chosen.remove)


class CertificatesPage(Page):
    """Shows what its presenter decides."""

    takes_files = True

    def __init__(
        self, presenter: CertificatesPresenter, dialogs: Dialogs, viewing: Viewing
    ) -> None:
        super().__init__(N_("Certificates"))
        self._presenter = presenter
        self._dialogs = dialogs
        self._viewing = viewing
        self._anew = False
        phrases = self.phrases
        self.browse = button("folder-open")
        phrases.say(self.browse.setText, N_("Open a certificate…"))
        self.tools.addWidget(self.browse)
        self.list = RowView(headers=True)
        phrases.say(self.list.setAccessibleName, N_("List of certificates"))
        self.card = CertificateCard(phrases)
        phrases.say(self.card.setAccessibleName, N_("About the certificate"))
        self.empty = EmptyState(
            phrases,
            "badge-check",
            N_("No certificates yet"),
            N_(
                "Open a certificate file (.cer, .crt, .pem, .p7b) or drop it here: you will see its "
                "fields and its chain, and can add a root to the trusted ones."
            ),
        )
        self.split = QSplitter()
        self.split.setHandleWidth(16)
        self.split.setChildrenCollapsible(False)  # Qt's signature
        self.split.addWidget(self.list)
        self.split.addWidget(self.card)
        self.list.setMinimumWidth(320)
        self.card.setMinimumWidth(320)
        self.split.setSizes([500, 500])
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.empty, 1)
        self.browse.clicked.connect(self._browse)
        self.list.chosen.connect(presenter.select)
        self.list.opened.connect(lambda _key: self._show_chain())
        self.card.chain.clicked.connect(self._show_chain)
        self.card.trust.clicked.connect(presenter.trust)
        self.card.remove.clicked.connect(presenter.remove)
        QShortcut(QKeySequence("Ctrl+O"), self).activated.connect(self._browse)
        presenter.attach(self)

    # --- what the presenter asks for

    def show_certificates(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""
        self.list.show_rows(rows)
        self.list.choose_first()
        self.split.setVisible(bool(rows))
        self.empty.setVisible(not rows)

    def show_chosen(self, chosen: Chosen | None) -> None:
        """Show one certificate."""
        self.card.show_chosen(chosen, anew=self._anew)

    def choose(self, key: str) -> None:
        """Choose a row of the list."""
        self.list.choose([key])

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""
        self.subtitle.setText(text)

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    # --- the page's own

    def accept_paths(self, paths: Sequence[Path]) -> None:
        """Take files that were dropped anywhere on the window."""
        self._presenter.open(paths)

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self._anew = True
        self._presenter.show_all()
        self._anew = False

    def _browse(self) -> None:
        self._dialogs.choose_files(_("Open certificates"), self._presenter.open)

    def _show_chain(self) -> None:
        facts = self._presenter.facts
        if facts is not None:
            self._viewing.show(facts, pool=self._presenter.pool())
