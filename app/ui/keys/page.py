"""The page of keys and tokens."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.tokens.pin import Secret
from app.ui.asking import Question, SecretQuestion
from app.ui.dialogs import Dialogs
from app.ui.keys.dialogs import NewContainerDialog, PasswordDialog
from app.ui.keys.presenter import Card, KeysPresenter
from app.ui.phrases import Phrases
from app.ui.rows import ReasonText, Row
from app.ui.viewing import Viewing
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.fields import Fields
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label
from app.ui.widgets.notice import Notice
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView


class KeyCard(QFrame):
    """The chosen key: what it is, and buttons for what can be done with it."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        self._nothing = EmptyState(
            phrases,
            "key-round",
            N_("No key is chosen"),
            N_("Choose a key in the list to see its certificate and what can be done with it."),
        )
        self._heading = label("heading", wrap=True, selectable=True)
        self._fields = Fields()
        self._notice = QVBoxLayout()
        self._said: ReasonCard | None = None
        self.certificate = button("badge-check")
        self.install = button("badge-check")
        self.password = button("lock-keyhole")
        self.forget = button("x")
        self.delete = button("trash-2", kind="danger")
        phrases.say(self.certificate.setText, N_("Certificate and chain…"))
        phrases.say(self.install.setText, N_("Install a certificate…"))
        phrases.say(self.password.setText, N_("Change the password…"))
        phrases.say(self.forget.setText, N_("Take off the list"))
        phrases.say(self.delete.setText, N_("Delete…"))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(18, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(self._heading)
        column.addLayout(self._notice)
        column.addWidget(self._fields)
        column.addLayout(
            Flow(self.certificate, self.install, self.password, self.forget, self.delete)
        )
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)  # Qt's signature
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 1, 1, 1)
        frame.addWidget(self._nothing)
        frame.addWidget(self._scroll)
        self.show_card(None)

    def show_card(self, card: Card | None) -> None:
        """Show a key, or that none is chosen."""
        self._nothing.setVisible(card is None)
        self._scroll.setVisible(card is not None)
        if card is None:
            return
        self._heading.setText(card.heading)
        self._fields.show_lines(card.lines)
        if self._said is not None:
            self._said.hide()
            self._said.deleteLater()
            self._said = None
        if card.notice is not None:
            self._said = ReasonCard(card.notice)
            self._notice.addWidget(self._said)
        self.certificate.setVisible(card.certificate)
        self.install.setVisible(card.install)
        self.password.setVisible(card.password)
        self.forget.setVisible(card.forget)
        self.delete.setVisible(card.delete)


class KeysPage(Page):
    """Shows what its presenter decides."""

    def __init__(self, presenter: KeysPresenter, dialogs: Dialogs, viewing: Viewing) -> None:
        super().__init__(N_("Keys and tokens"))
        self._presenter = presenter
        self._dialogs = dialogs
        self._viewing = viewing
        phrases = self.phrases
        self.new_container = button("plus")
        self.pfx = button("folder-open")
        self.again = tool_button("refresh-cw")
        phrases.say(self.new_container.setText, N_("New container…"))
        phrases.say(self.pfx.setText, N_("Open a PFX file…"))
        phrases.say(self.again.setAccessibleName, N_("Look for keys again"))
        phrases.say(self.again.setToolTip, N_("Look for keys again (F5)"))
        for each in (self.again, self.pfx, self.new_container):
            self.tools.addWidget(each)
        self.failure = Notice()
        self.body.addWidget(self.failure)
        self.list = RowView(headers=True)
        phrases.say(self.list.setAccessibleName, N_("List of keys"))
        self.empty = EmptyState(
            phrases,
            "usb",
            N_("No keys found"),
            N_(
                "Plug in a token and look again, open a PFX file, or make a container in the "
                "program's own store."
            ),
        )
        self.card = KeyCard(phrases)
        phrases.say(self.card.setAccessibleName, N_("About the key"))
        split = QSplitter()
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)  # Qt's signature
        split.addWidget(self.list)
        split.addWidget(self.card)
        self.list.setMinimumWidth(320)
        self.card.setMinimumWidth(300)
        split.setSizes([560, 440])
        self.split = split
        self.body.addWidget(split, 1)
        self.body.addWidget(self.empty, 1)
        self._connect()
        presenter.attach(self)

    def _connect(self) -> None:
        presenter, card = self._presenter, self.card
        self.new_container.clicked.connect(self._new_container)
        self.pfx.clicked.connect(self._open_pfx)
        self.again.clicked.connect(presenter.refresh)
        self.list.chosen.connect(presenter.select)
        self.list.opened.connect(lambda _key: self._show_certificate())
        card.certificate.clicked.connect(self._show_certificate)
        card.install.clicked.connect(self._install)
        card.password.clicked.connect(self._change_password)
        card.forget.clicked.connect(presenter.forget)
        card.delete.clicked.connect(presenter.delete)
        QShortcut(QKeySequence("F5"), self).activated.connect(presenter.refresh)

    # --- what the presenter asks for

    def show_keys(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""
        self.list.show_rows(rows)
        self.list.choose_first()
        self.split.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.new_container.setVisible(self._presenter.can_create)
        self.pfx.setVisible(self._presenter.can_create)

    def show_card(self, card: Card | None) -> None:
        """Show the chosen key."""
        self.card.show_card(card)

    def show_failure(self, failure: ReasonText | None) -> None:
        """Show what went wrong with single places of keys."""
        if failure is None:
            self.failure.hide()
            return
        words = " ".join(part for part in (failure.explanation, failure.advice) if part)
        self.failure.say(failure.tone, failure.heading, words)

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""
        self.subtitle.setText(text)

    def choose(self, uri: str) -> None:
        """Choose a key in the list."""
        self.list.choose([uri])

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes)

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a password."""
        self._dialogs.ask_secret(question, answer)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    # --- the page's own

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self._presenter.show_all()

    def _new_container(self) -> None:
        dialog = NewContainerDialog(self.window())
        dialog.wanted.connect(self._presenter.create)
        dialog.open()

    def _change_password(self) -> None:
        key = self._presenter.key
        if key is not None:
            dialog = PasswordDialog(self.window(), plain(key.container.label))
            dialog.wanted.connect(self._presenter.change_password)
            dialog.open()

    def _open_pfx(self) -> None:
        filters = [_("PFX files (*.pfx *.p12)"), _("All files (*)")]
        self._dialogs.choose_file(_("Open a PFX file"), filters, self._presenter.open_pfx)

    def _install(self) -> None:
        filters = [_("Certificates (*.cer *.crt *.pem *.der *.p7b)"), _("All files (*)")]
        self._dialogs.choose_file(_("Install a certificate"), filters, self._presenter.install)

    def _show_certificate(self) -> None:
        key = self._presenter.key
        if key is not None:
            self._viewing.show_key(key)
