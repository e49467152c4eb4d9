"""The page of keys and tokens."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from app.crypto.requests.purpose import Purpose
from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.tokens.pin import Secret
from app.tokens.uri import KeyUri
from app.ui.asking import Question, SecretQuestion
from app.ui.dialogs import Dialogs
from app.ui.forms import Filled, Form, Told
from app.ui.keys.card import KeyCard
from app.ui.keys.deeds import Card, Deed
from app.ui.keys.dialogs import (
    NewContainerDialog,
    PasswordDialog,
    change_of,
    export_of,
    import_of,
)
from app.ui.keys.pending_dialog import PendingDialog
from app.ui.keys.presenter import KeysPresenter
from app.ui.keys.purpose_dialog import PurposeDialog
from app.ui.keys.request_deeds import FILES
from app.ui.keys.request_dialog import RequestDialog
from app.ui.keys.request_form import RequestAsked, RequestFilled
from app.ui.rows import ReasonText, Row
from app.ui.text_size import grow
from app.ui.viewing import Viewing
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.flow import Flow
from app.ui.widgets.next_turn import NextTurn
from app.ui.widgets.notice import Notice
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView


class KeysPage(Page):
    """Shows what its presenter decides."""

    def __init__(
        self,
        presenter: KeysPresenter,
        dialogs: Dialogs,
        viewing: Viewing,
        say: Callable[[str], object],
    ) -> None:
        super().__init__(N_("Keys and tokens"))
        self._presenter = presenter
        self._dialogs = dialogs
        self._viewing = viewing
        self._said = say
        phrases = self.phrases
        self.new_container = button("plus")
        self.pfx = button("folder-open")
        self.again = tool_button("refresh-cw")
        phrases.say(self.new_container.setText, N_("Create a key…"))
        phrases.say(self.pfx.setText, N_("Open a PFX file…"))
        phrases.say(self.again.setAccessibleName, N_("Look for keys again"))
        phrases.say(self.again.setToolTip, N_("Look for keys again (F5)"))
        for each in (self.again, self.pfx, self.new_container):
            self.tools.addWidget(each)
        self.readers, self.news, self.failure = Notice(), Notice(), Notice()
        for notice in (self.readers, self.news, self.failure):
            self.body.addWidget(notice)
        self.list = RowView(headers=True)
        phrases.say(self.list.setAccessibleName, N_("List of keys"))
        self.empty = EmptyState(
            phrases,
            "usb",
            N_("No keys found"),
            N_(
                "Plug in a token: it appears here by itself, with its keys and how many tries its "
                "PIN has left. Or open a PFX file, or make a container in the program's own store."
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
        grow(self.card, QWidget.setMinimumWidth, 300)
        split.setSizes([560, 440])
        self.split = split
        self.body.addWidget(split, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addLayout(self._make_foot())
        self._connect()
        presenter.attach(self)

    def _make_foot(self) -> QHBoxLayout:
        """Make the buttons for all keys together."""
        phrases = self.phrases
        self.check = button("shield-check")
        self.install, self.pending = button("badge-check"), button("clock")
        phrases.say(self.install.setText, N_("Certificate from a file…"))
        phrases.say(
            self.install.setToolTip,
            N_("Install an issued certificate: the program finds the key for it"),
        )
        phrases.say(self.pending.setText, N_("Requests…"))
        phrases.say(self.pending.setToolTip, N_("Requests that wait for a certificate"))
        self.end_session = button("x")
        phrases.say(self.check.setText, N_("Check all keys"))
        phrases.say(self.check.setToolTip, N_("Find what is wrong with the keys, and mend it"))
        phrases.say(self.end_session.setText, N_("End the session"))
        phrases.say(self.end_session.setToolTip, N_("Log out of all tokens and forget every PIN"))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addLayout(Flow(self.check, self.install, self.pending), 1)
        foot.addWidget(self.end_session, 0, Qt.AlignmentFlag.AlignBottom)
        return foot

    def _connect(self) -> None:
        presenter, card = self._presenter, self.card
        self.new_container.clicked.connect(self._create)
        self.install.clicked.connect(self._install_anywhere)
        self.pending.clicked.connect(presenter.requests.show_pending)
        self.pfx.clicked.connect(self._open_pfx)
        self.again.clicked.connect(presenter.refresh)
        self.list.chosen.connect(presenter.select)
        self.list.opened.connect(lambda _key: self._show_certificate())
        card.asked.connect(self._on_deed)
        self.check.clicked.connect(presenter.examine)
        self.end_session.clicked.connect(presenter.end_session)
        self.news.asked.connect(presenter.forget_news)
        QShortcut(QKeySequence("F5"), self).activated.connect(presenter.refresh)

    # --- what the presenter asks for

    def show_keys(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""
        self.list.show_rows(rows)
        self.list.choose_first()
        self.split.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.new_container.setVisible(self._presenter.can_create)
        for each in (self.pfx, self.install, self.pending):
            each.setVisible(self._presenter.can_create)

    def show_card(self, card: Card | None) -> None:
        """Show the chosen key."""
        self.card.show_card(card)

    def show_failure(self, failure: ReasonText | None) -> None:
        """Show what went wrong with single places of keys."""
        _say(self.failure, failure)

    def show_readers(self, problem: ReasonText | None) -> None:
        """Say why tokens are not seen, and the way out."""
        _say(self.readers, problem)

    def show_news(self, news: ReasonText | None) -> None:
        """Tell of a driver that is new, until it was read."""
        _say(self.news, news, _("I have read it"))

    def say(self, text: str) -> None:
        """Say for a moment that something was done."""
        self._said(text)

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

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask in a dialog."""
        self._dialogs.ask_form(form, answer)

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""
        self._dialogs.tell(told)

    def choose_target(self, title: str, suggestion: str, answer: Callable[[Path], object]) -> None:
        """Let the user say where to save a text."""
        self._dialogs.choose_target(title, suggestion, [_("Text (*.txt)")], answer)

    def ask_purpose(self, answer: Callable[[Purpose], object], *, key_alone: bool) -> None:
        """Ask what the key is for."""
        dialog = PurposeDialog(self.window(), key_alone=key_alone)
        dialog.chosen.connect(answer)
        dialog.key_alone.connect(self._new_container)
        dialog.open()

    def ask_request(self, asked: RequestAsked, answer: Callable[[RequestFilled], object]) -> None:
        """Ask for the fields of a request and for the key."""
        # A long form: the question before it is painted away, and the form made and shown, in turns.
        QTimer.singleShot(0, self, lambda: self._ask_request(asked, answer))

    def _ask_request(self, asked: RequestAsked, answer: Callable[[RequestFilled], object]) -> None:
        dialog = RequestDialog(self.window(), asked)
        dialog.filled.connect(answer)
        for step in (dialog.complete, dialog.open):
            NextTurn(dialog, step).start()

    def choose_request(self, suggestion: str, answer: Callable[[Path], object]) -> None:
        """Let the user say where the request is saved."""
        self._dialogs.choose_target(_("Save the request"), suggestion, [_(FILES)], answer)

    def show_pending(self, rows: tuple[Row, ...], placed: frozenset[str]) -> None:
        """Show the requests that wait."""
        dialog = PendingDialog(self.window(), rows, placed)
        dialog.install_asked.connect(self._install_anywhere)
        dialog.folder_asked.connect(self._presenter.requests.folder_of)
        dialog.forget_asked.connect(self._presenter.requests.forget)
        dialog.open()

    def show_folder_of(self, path: str) -> None:
        """Open the folder of a file."""
        self._dialogs.show_in_folder(path)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    # --- the page's own

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self._presenter.show_all()

    def _on_deed(self, deed: Deed) -> None:
        own = {
            Deed.CERTIFICATE: self._show_certificate,
            Deed.INSTALL: self._install,
            Deed.BIND: self._bind,
            Deed.PASSWORD: self._change_password,
            Deed.EXPORT: self._export,
            Deed.IMPORT: self._import,
        }
        if deed in own:
            own[deed]()
        else:
            self._presenter.do(deed)

    def _create(self) -> None:
        self._presenter.requests.begin()

    def _new_container(self) -> None:
        dialog = NewContainerDialog(self.window())
        dialog.wanted.connect(self._presenter.create)
        dialog.open()

    def _change_password(self) -> None:
        key = self._presenter.key
        if key is not None:
            dialog = PasswordDialog(self.window(), change_of(plain(key.container.label)))
            dialog.wanted.connect(self._presenter.change_password)
            dialog.open()

    def _export(self) -> None:
        key = self._presenter.key
        if key is None:
            return
        name = plain(key.container.label)

        def ask(target: Path) -> None:
            dialog = PasswordDialog(self.window(), export_of(name))
            dialog.wanted.connect(
                lambda old, new: self._presenter.export_pfx(key, target, old, new)
            )
            dialog.open()

        filters = [_("PFX files (*.pfx *.p12)")]
        title = _("Export the key to a PFX file")
        self._dialogs.choose_target(title, f"{name}.pfx", filters, ask)

    def _import(self) -> None:
        key = self._presenter.key
        path = None if key is None else KeyUri.parse(key.uri).path
        if key is not None and path is not None:
            dialog = PasswordDialog(self.window(), import_of(plain(path.name), plain(path.stem)))
            dialog.named.connect(
                lambda name, old, new: self._presenter.import_pfx(key, name, old, new)
            )
            dialog.open()

    def _open_pfx(self) -> None:
        filters = [_("PFX files (*.pfx *.p12)"), _("All files (*)")]
        self._dialogs.choose_file(_("Open a PFX file"), filters, self._presenter.open_pfx)

    def _install(self) -> None:
        self._choose_certificate(self._presenter.install)

    def _bind(self) -> None:
        self._choose_certificate(self._presenter.bind)

    def _install_anywhere(self) -> None:
        self._choose_certificate(self._presenter.install_anywhere)

    def _choose_certificate(self, answer: Callable[[Path], object]) -> None:
        filters = [_("Certificates (*.cer *.crt *.pem *.der *.p7b)"), _("All files (*)")]
        self._dialogs.choose_file(_("Install a certificate"), filters, answer)

    def _show_certificate(self) -> None:
        key = self._presenter.key
        if key is not None:
            self._viewing.show_key(key)


def _say(notice: Notice, said: ReasonText | None, action: str = "") -> None:
    if said is None:
        notice.hide()
        return
    words = " ".join(part for part in (said.explanation, said.advice) if part)
    notice.say(said.tone, said.heading, words, action)
