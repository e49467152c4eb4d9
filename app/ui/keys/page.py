"""The page of keys and tokens."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter

from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.tokens.pin import Secret
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
from app.ui.keys.presenter import KeysPresenter
from app.ui.rows import ReasonText, Row
from app.ui.viewing import Viewing
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.empty_state import EmptyState
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
        phrases.say(self.new_container.setText, N_("New container…"))
        phrases.say(self.pfx.setText, N_("Open a PFX file…"))
        phrases.say(self.again.setAccessibleName, N_("Look for keys again"))
        phrases.say(self.again.setToolTip, N_("Look for keys again (F5)"))
        self.check = button("shield-check")
        self.end_session = button("x")
        phrases.say(self.check.setText, N_("Check all keys"))
        phrases.say(self.check.setToolTip, N_("Find what is wrong with the keys, and mend it"))
        phrases.say(self.end_session.setText, N_("End the session"))
        phrases.say(self.end_session.setToolTip, N_("Log out of all tokens and forget every PIN"))
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
        self.card.setMinimumWidth(300)
        split.setSizes([560, 440])
        self.split = split
        self.body.addWidget(split, 1)
        self.body.addWidget(self.empty, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.check)
        foot.addStretch()
        foot.addWidget(self.end_session)
        self.body.addLayout(foot)
        self._connect()
        presenter.attach(self)

    def _connect(self) -> None:
        presenter, card = self._presenter, self.card
        self.new_container.clicked.connect(self._new_container)
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
        self.pfx.setVisible(self._presenter.can_create)

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
            Deed.PASSWORD: self._change_password,
            Deed.EXPORT: self._export,
            Deed.IMPORT: self._import,
        }
        if deed in own:
            own[deed]()
        else:
            self._presenter.do(deed)

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
        if key is not None:
            dialog = PasswordDialog(self.window(), import_of(plain(key.container.label)))
            dialog.wanted.connect(lambda old, new: self._presenter.import_pfx(key, old, new))
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


def _say(notice: Notice, said: ReasonText | None, action: str = "") -> None:
    if said is None:
        notice.hide()
        return
    words = " ".join(part for part in (said.explanation, said.advice) if part)
    notice.say(said.tone, said.heading, words, action)
