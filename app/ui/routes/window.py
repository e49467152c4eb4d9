"""The window of joint signing: it may stand beside a mail program, and takes what is dropped anywhere on it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.errors import RoscherkError
from app.settings import Settings
from app.texts.catalogue import N_, _
from app.tokens.pin import Secret
from app.ui.asking import Question, SecretQuestion
from app.ui.dialogs import Dialogs
from app.ui.forms import Filled, Form, Told
from app.ui.phrases import Phrases
from app.ui.routes.asking import PeopleAsked, PeopleFilled
from app.ui.routes.card import RouteDetails
from app.ui.routes.people_dialog import PeopleDialog
from app.ui.routes.presenter import RoutesPresenter
from app.ui.routes.telling import EntryCard, RouteCard
from app.ui.rows import Row, Tone
from app.ui.text_size import grow
from app.ui.versions.opening import Versions
from app.ui.versions.presenter import Sent
from app.ui.widgets.busy_line import BusyLine
from app.ui.widgets.buttons import button
from app.ui.widgets.drop_area import DropArea, dropped_paths
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.labels import ElidedLabel, label
from app.ui.widgets.next_turn import NextTurn
from app.ui.widgets.notice import Notice
from app.ui.widgets.paint_turn import PaintTurn
from app.ui.widgets.ribbon import Ribbon
from app.ui.widgets.rows import RowView


class RoutesWindow(QDialog):
    """Shows what its presenter decides. Closing it hides it: what is gathered stays.

    It is built in two turns of the event loop: `complete` puts in the card of a document.
    """

    def __init__(
        self,
        parent: QWidget | None,
        presenter: RoutesPresenter,
        settings: Settings,
        show_file: Callable[[Path], None],
        versions: Callable[[QWidget, Dialogs], Versions],
    ) -> None:
        """``versions`` makes what opens the comparison of two versions over this window."""
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        PaintTurn(self)
        self.setAcceptDrops(True)
        self.setMinimumSize(860, 600)
        self.resize(1080, 720)
        self.phrases = Phrases()
        self.phrases.say(self.setWindowTitle, N_("Joint signing"))
        self.phrases.say(self.setAccessibleName, N_("Joint signing"))
        self._presenter = presenter
        self._dialogs = Dialogs(self, settings, show_file)
        self.versions = versions(self, self._dialogs)
        self._whole = False
        self._build()

    def complete(self) -> None:
        """Build the other half, and begin to show what there is."""
        self.details = RouteDetails(self.phrases)
        self.phrases.say(self.details.setAccessibleName, N_("About the document"))
        self.split.addWidget(self.details)
        grow(self.details, QWidget.setMinimumWidth, 380)
        self.split.setSizes([360, 680])
        self._connect()
        self._presenter.attach(self)
        self._whole = True

    def _build(self) -> None:
        phrases = self.phrases
        title, self.subtitle = label("title"), ElidedLabel("muted", sentence=True)
        phrases.say(title.setText, N_("Joint signing"))
        self.begin = button("plus", kind="primary")
        phrases.say(self.begin.setText, N_("Gather signatures…"))
        phrases.say(self.begin.setToolTip, N_("Choose the document that several are to sign"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(self.subtitle)
        top = QHBoxLayout()
        top.addLayout(words, 1)
        top.addWidget(self.begin)
        self.damaged = Notice()
        self.drop = DropArea(
            phrases,
            N_("Drop what came"),
            N_("Signatures, signed PDFs, whole folders, ZIP: each finds its document"),
        )
        self.drop.set_compact(compact=True)
        self.list = RowView()
        phrases.say(self.list.setAccessibleName, N_("Documents that gather signatures"))
        self.busy = BusyLine(phrases)
        self.empty = EmptyState(
            phrases,
            "users-round",
            N_("Several people sign one document"),
            N_(
                "Choose a document and name who is to sign. Send it by mail as you like; drop here "
                "what comes back: signatures are recognised, verified and put into one file."
            ),
        )
        self.begin_here = button("plus", kind="primary")
        phrases.say(self.begin_here.setText, N_("Gather signatures…"))
        self.empty.offer(self.begin_here)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for each in (self.drop, self.list, self.busy):
            column.addWidget(each)
        self.split = QSplitter()
        self.split.setHandleWidth(16)
        self.split.setChildrenCollapsible(False)  # Qt's signature
        self.split.addWidget(left)
        left.setMinimumWidth(330)
        self.ribbon = Ribbon(phrases)
        self.ribbon.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.ribbon)
        root = QVBoxLayout()
        whole.addLayout(root, 1)
        root.setContentsMargins(24, 18, 24, 20)
        root.setSpacing(14)
        root.addLayout(top)
        root.addWidget(self.damaged)
        root.addWidget(self.split, 1)
        root.addWidget(self.empty, 1)
        for unknown in (self.split, self.empty, self.begin):
            unknown.hide()  # until it is known which of them is true

    def _connect(self) -> None:
        presenter, details = self._presenter, self.details
        self.begin.clicked.connect(self.choose_document)
        self.begin_here.clicked.connect(self.choose_document)
        self.drop.dropped.connect(presenter.take)
        self.drop.browse_asked.connect(self._browse)
        self.list.chosen.connect(presenter.select)
        self.list.remove_asked.connect(presenter.forget)
        self.busy.cancel_asked.connect(presenter.cancel)
        self.damaged.asked.connect(self._show_damaged)
        details.list.chosen.connect(presenter.select_entry)
        details.list.remove_asked.connect(self._dismiss_by_key)
        details.settle_asked.connect(presenter.settle)
        details.choose_asked.connect(presenter.choose_person)
        details.welcome_asked.connect(presenter.welcome)
        details.dismiss_asked.connect(presenter.dismiss)
        details.receipt_asked.connect(self._receipt)
        details.copy_asked.connect(self._copy)
        details.compare_asked.connect(presenter.compare)
        details.finish_asked.connect(self._finish)
        details.letter_asked.connect(self._letter)
        details.save_asked.connect(self._save)
        details.edit_asked.connect(presenter.edit)
        details.forget_asked.connect(presenter.forget)
        details.reopen_asked.connect(presenter.reopen)
        details.move_asked.connect(self._move)
        details.package_asked.connect(self._dialogs.show_in_folder)
        for keys, action in (
            ("Ctrl+N", self.choose_document),
            ("Ctrl+O", self._browse),
            ("F5", presenter.refresh),
            ("Ctrl+Return", details.finish.click),
            ("Ctrl+E", details.edit.click),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(action)

    # --- what the presenter asks for

    def show_routes(self, rows: Sequence[Row]) -> None:
        """Show the documents."""
        self.split.setVisible(bool(rows))
        self.begin.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.list.show_rows(rows)

    def choose(self, key: str) -> None:
        """Choose a document."""
        if self.list.chosen_keys() != [key]:
            self.list.choose([key])

    def show_card(self, card: RouteCard | None) -> None:
        """Show a document in full."""
        self.details.show_card(card)

    def show_entry(self, entry: EntryCard) -> None:
        """Show what can be done about a chosen line."""
        self.details.show_entry(entry)

    def show_busy(self, text: str, percent: int | None) -> None:
        """Show what is being done."""
        self.busy.say(text, percent)

    def show_summary(self, text: str) -> None:
        """Say in one line what there is."""
        self.subtitle.setText(text)

    def show_damaged(self, text: str) -> None:
        """Tell that a record could not be read."""
        self.damaged.say(Tone.WARN, text, "", _("Show in folder") if text else "")

    def ask_people(
        self,
        asked: PeopleAsked,
        answer: Callable[[PeopleFilled], object],
        typed: Callable[[PeopleAsked], object] | None = None,
        closed: Callable[[], object] | None = None,
    ) -> None:
        """Ask who is to sign; ``typed`` hears what was typed so far, ``closed`` of the end."""
        dialog = PeopleDialog(self, asked)
        dialog.filled.connect(answer)
        if typed is not None:
            dialog.typed.connect(typed)
        if closed is not None:
            dialog.finished.connect(lambda _how: closed())
        NextTurn(dialog, dialog.open).start()  # to make it took a turn's time already

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes)

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask for several things at once."""
        self._dialogs.ask_form(form, answer)

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password."""
        self._dialogs.ask_secret(question, answer)

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""
        self._dialogs.tell(told)

    def show_versions(self, path: Path, sent: Sent) -> None:
        """Show the document beside the PDF that came."""
        self.versions.show(path, sent)

    def show_in_folder(self, path: str) -> None:
        """Open the folder of a file."""
        self._dialogs.show_in_folder(path)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the window."""
        self._dialogs.show_error(error)

    # --- the window's own

    def choose_document(self) -> None:
        """Choose the document that several are to sign."""
        title = _("Which document are several people to sign?")
        self._dialogs.choose_file(title, [_("All files (*)")], self._presenter.begin)

    def bring(self, document: Path | None = None) -> None:
        """Come to the front; with a document, ask at once who is to sign it."""
        self.show()
        self.activateWindow()
        self._presenter.refresh()
        if document is not None:
            self._presenter.begin(document)

    def _browse(self) -> None:
        self._dialogs.choose_files(_("Choose what people sent you"), self._presenter.take)

    def _dismiss_by_key(self) -> None:
        if self.details.dismiss.isVisible():
            self._presenter.dismiss()

    def _show_damaged(self) -> None:
        place = self._presenter.damaged_place()
        if place is not None:
            self._dialogs.show_folder(str(place))

    def _move(self) -> None:
        title = _("Where does the document lie now?")
        self._dialogs.choose_file(title, [_("All files (*)")], self._presenter.move)

    def _receipt(self) -> None:
        name = self._presenter.suggested(_(", receipt") + ".sig")
        self._dialogs.choose_target(
            _("Save the receipt"),
            name,
            [_("Signature (*.sig)")],
            self._presenter.make_receipt,
        )

    def _copy(self) -> None:
        suffix = self._presenter.kept_suffix()
        name = self._presenter.suggested(_(", as it came") + suffix)
        self._dialogs.choose_target(
            _("Save what came"), name, [_("All files (*)")], self._presenter.copy_out
        )

    def _finish(self) -> None:
        self._presenter.outgoing.finish(self._ask_package)

    def _ask_package(self) -> None:
        self._dialogs.choose_target(
            _("Save the package"),
            self._presenter.suggested(_(", signed by all") + ".zip"),
            [_("ZIP archive (*.zip)")],
            self._presenter.outgoing.finish_to,
        )

    def _letter(self) -> None:
        self._dialogs.choose_target(
            _("Save the draft of an e-mail"),
            self._presenter.suggested(".eml"),
            [_("Letter (*.eml)")],
            self._presenter.outgoing.letter_to,
        )

    def _save(self) -> None:
        self._dialogs.choose_folder(
            _("Where are the signatures to be saved?"), self._presenter.outgoing.save_to
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files anywhere on the window."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take in what was dropped; where nothing is gathered yet, it is the document."""
        event.acceptProposedAction()
        self.accept_paths(dropped_paths(event.mimeData()))

    def accept_paths(self, paths: Sequence[Path]) -> None:
        """Take in what was given."""
        if self.empty.isVisible() and len(paths) == 1 and paths[0].is_file():
            self._presenter.begin(paths[0])
        else:
            self._presenter.take(paths)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.phrases.refresh()
            if self._whole:
                self._presenter.show_all()
        super().changeEvent(event)
