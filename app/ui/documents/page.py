"""The page of documents: drop, look, choose a key, sign, verify."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QStandardPaths, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QMenu,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.crypto.pdf.pages import Pages
from app.crypto.viewing.door import Viewing as Looking
from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.tokens.pin import Secret
from app.ui.asking import Question, SecretQuestion
from app.ui.details import Details
from app.ui.dialogs import Dialogs
from app.ui.documents.draft import Unfinished
from app.ui.documents.joint_menu import JointMenu
from app.ui.documents.port import Bar
from app.ui.documents.presenter import DocumentsPresenter
from app.ui.documents.recent import RecentFiles
from app.ui.documents.recent_menu import recent_button
from app.ui.documents.sign_bar import SignBar
from app.ui.documents.verb_menu import VerbMenu
from app.ui.forms import Filled, Form, Told
from app.ui.preview.view import PreviewView
from app.ui.rows import Row, Tone
from app.ui.saving import ReportSaving
from app.ui.sign_choices import SignChoices
from app.ui.signing_run import SignOptions
from app.ui.text_size import grow
from app.ui.viewing import Viewing
from app.ui.widgets.busy_line import BusyLine
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.details_panel import DetailsPanel
from app.ui.widgets.drop_area import DropArea
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.notice import Notice
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView
from app.ui.widgets.sign_options import SignOptionsBox
from app.ui.widgets.standstill_card import StandstillCard
from app.ui.work import Tasks


class DocumentsPage(Page):
    """Shows what its presenter decides."""

    takes_files = True
    keys_asked = Signal()
    joint_asked = Signal(object)
    """The path of a document that several are to sign; None: only show what is being gathered."""
    said = Signal(str)
    """A word that is shown for a moment."""

    def __init__(
        self,
        presenter: DocumentsPresenter,
        *,
        dialogs: Dialogs,
        viewing: Viewing,
        saving: ReportSaving,
        pages: Pages,
        looking: Looking,
        tasks: Tasks,
        recent: RecentFiles,
    ) -> None:
        super().__init__(N_("Documents"))
        self._recent = recent
        self._presenter = presenter
        self._dialogs = dialogs
        self._viewing = viewing
        self._saving = saving
        self._build(pages, looking, tasks)
        self._connect()
        presenter.attach(self)

    def _build(self, pages: Pages, looking: Looking, tasks: Tasks) -> None:
        phrases = self.phrases
        self.remove = tool_button("trash-2")
        phrases.say(self.remove.setAccessibleName, N_("Take off the list"))
        phrases.say(self.remove.setToolTip, N_("Take off the list (Delete)"))
        self.verbs = VerbMenu(
            self,
            phrases,
            self._presenter.verbs.offered,
            self._presenter.verbs.do,
            self.said.emit,
        )
        self.recent = recent_button(phrases, self._recent, self.accept_paths)
        self.tools.addWidget(self.recent)
        self.joint = JointMenu(
            self, phrases, self._presenter.chosen, self.joint_asked.emit, self.said.emit
        )
        self.tools.addWidget(self.joint.button)
        self.tools.addWidget(self.verbs.button)
        self.tools.addWidget(self.remove)
        self.drop = DropArea(
            phrases,
            N_("Drop documents here"),
            N_("PDF, DOCX, XML and any other files, signatures .sig and .p7s; whole folders too"),
        )
        self.sample = button("graduation-cap")
        phrases.say(self.sample.setText, N_("Make a sample contract"))
        self.drop.offer(self.sample)
        self.list = RowView(several=True)
        phrases.say(self.list.setAccessibleName, N_("List of documents"))
        self.list.drag_out(self._presenter.parcels.files)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.busy = BusyLine(phrases)
        self.standstill = StandstillCard(phrases)
        self.bar = SignBar(phrases)
        self.unfinished = Notice()
        self._left: Sequence[Path] = ()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.unfinished)
        column.addWidget(self.drop, 1)
        column.addWidget(self.list, 1)
        column.addWidget(self.busy)
        column.addWidget(self.standstill)
        column.addWidget(self.bar)
        nothing = EmptyState(
            phrases,
            "file-text",
            N_("No document is chosen"),
            N_("Choose a document in the list to see what it is and to sign or verify it."),
        )
        self.options = SignOptionsBox(phrases, self._presenter.options)
        self.preview = PreviewView(pages, looking, tasks, phrases)
        self.details = DetailsPanel(nothing, self.options, self.preview)
        phrases.say(self.details.setAccessibleName, N_("About the document"))
        split = QSplitter()
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)  # Qt's signature
        split.addWidget(left)
        split.addWidget(self.details)
        left.setMinimumWidth(340)
        grow(self.details, QWidget.setMinimumWidth, 320)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([580, 420])
        self.body.addWidget(split, 1)

    def _connect(self) -> None:
        presenter = self._presenter
        self.drop.dropped.connect(self.accept_paths)
        self.drop.browse_asked.connect(self._browse)
        self.sample.clicked.connect(self._make_sample)
        self.remove.clicked.connect(presenter.remove)
        self.list.chosen.connect(presenter.select)
        self.list.remove_asked.connect(presenter.remove)
        self.list.customContextMenuRequested.connect(self._menu)
        self.busy.cancel_asked.connect(presenter.cancel)
        self.standstill.stop_asked.connect(presenter.cancel)
        self.standstill.go_on_asked.connect(presenter.go_on)
        self.bar.sign_asked.connect(presenter.sign)
        self.bar.verify_asked.connect(presenter.verify)
        self.bar.key_chosen.connect(presenter.choose_key)
        self.bar.refresh_asked.connect(presenter.refresh_keys)
        self.bar.keys_asked.connect(self.keys_asked)
        self.bar.how_asked.connect(lambda: self.details.show_side("signing"))
        self.unfinished.asked.connect(self._take_up)
        self.unfinished.second_asked.connect(self._forget_unfinished)
        self.options.changed.connect(presenter.set_options)
        self.options.place_asked.connect(self._place_mark)
        self.options.mchd_asked.connect(self._attach_mchd)
        self.options.mchd_left.connect(presenter.sending.leave_mchd)
        self.preview.mark_chosen.connect(
            lambda place, last: presenter.sending.place_mark(place, last=last)
        )
        self.preview.paper_asked.connect(self._saving.ask_view)
        self.preview.mark_automatic.connect(presenter.sending.place_mark_itself)
        self.details.zip_asked.connect(self._bundle)
        self.details.mail_asked.connect(self._mail)
        self.details.verify_asked.connect(presenter.verify)
        self.details.certificate_asked.connect(self._viewing.show_signer)
        self.details.folder_asked.connect(self._dialogs.show_in_folder)
        self.details.report_asked.connect(lambda: self._saving.ask(presenter.report()))
        self.details.paper_asked.connect(lambda wish: self._saving.ask(presenter.report(), wish))
        self.details.versions_asked.connect(self._viewing.versions.show)
        self.details.original_asked.connect(self._point_to_original)
        self.details.missing_asked.connect(
            lambda wanted: self._viewing.install_missing(wanted, presenter.verify)
        )
        for keys, action in (
            ("Ctrl+O", self._browse),
            ("Ctrl+Return", self.bar.sign.click),
            ("F9", self.bar.verify.click),
            ("Ctrl+P", self._place_mark),
            ("Ctrl+L", self.bar.change.click),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(action)

    # --- what the presenter asks for

    def show_documents(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""
        self.list.show_rows(rows)
        self.list.setVisible(bool(rows))
        self.remove.setVisible(bool(rows))
        self.verbs.button.setVisible(bool(rows))
        self.details.setVisible(bool(rows))
        self.drop.set_compact(compact=bool(rows))

    def show_changed(self, rows: Sequence[Row]) -> None:
        """Show documents that changed."""
        self.list.rows.replace(rows)

    def choose(self, keys: Sequence[str]) -> None:
        """Choose these documents in the list."""
        self.list.choose(keys)

    def show_bar(self, bar: Bar) -> None:
        """Show the choice of a key and what can be done."""
        self.bar.show_bar(bar)
        self.sample.setVisible(bar.practice and not self.list.rows.rowCount())
        self.busy.say(bar.busy, bar.percent)
        still = bar.standstill
        if still is None:
            self.standstill.say("", "", can_go_on=False)
        else:
            self.standstill.say(still.heading, still.text, can_go_on=still.can_go_on)

    def show_details(self, details: Details) -> None:
        """Show what is known of the chosen documents."""
        self.details.show_details(details)

    def show_options(self, options: SignOptions) -> None:
        """Show what is wanted for the signature."""
        self.options.show_options(options)

    def show_choices(self, choices: SignChoices) -> None:
        """Show what stands around the choices for a signature."""
        self.options.show_choices(choices)

    def show_unfinished(self, unfinished: Unfinished) -> None:
        """Offer to go on with a batch that was not finished."""
        self._left = unfinished.left
        self.unfinished.say(
            Tone.WARN,
            _("The last batch was not finished"),
            unfinished.words(),
            _("Put the rest on the list"),
            _("Forget it"),
        )

    def _take_up(self) -> None:
        self.unfinished.hide()
        self._presenter.add(self._left)

    def _forget_unfinished(self) -> None:
        self.unfinished.hide()
        self._presenter.draft.forget()

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""
        self.subtitle.setText(text)

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password."""
        self._dialogs.ask_secret(question, answer)

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes)

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask for several things at once."""
        self._dialogs.ask_form(form, answer)

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""
        self._dialogs.tell(told)

    def choose_document(self, answer: Callable[[Path], object]) -> None:
        """Let the user point to the document of a detached signature."""
        title = _("Which document was signed?")
        self._dialogs.choose_file(title, [_("All files (*)")], answer)

    def show_in_folder(self, path: str) -> None:
        """Open the folder of a file."""
        self._dialogs.show_in_folder(path)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    # --- the page's own

    def accept_paths(self, paths: Sequence[Path]) -> None:
        """Take files that were dropped anywhere on the window, or opened in another way."""
        self._recent.note(paths)
        self._presenter.add(paths)

    def set_aside(self) -> None:
        """Take out what is not seen."""
        self.details.set_aside()

    def put_back(self) -> None:
        """Put it in again."""
        self.details.put_back()

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self.details.forget()
        self._presenter.show_all()

    def _place_mark(self) -> None:
        presenter = self._presenter
        wish = presenter.sending.mark_wish(presenter.key, presenter.chosen())
        if wish is None:
            self.said.emit(_("Choose one PDF, and a key whose mark is to be shown."))
        else:
            self.details.show_side("document")
            self.preview.begin_mark(wish)

    def _attach_mchd(self) -> None:
        filters = [_("Powers of attorney (*.xml)"), _("All files (*)")]
        title = _("Choose the power of attorney")
        self._dialogs.choose_file(title, filters, self._take_mchd)

    def _take_mchd(self, path: Path) -> None:
        key = self._presenter.key
        self._presenter.sending.attach_mchd(path, None if key is None else key.facts)

    def _bundle(self) -> None:
        name = self._presenter.parcels.suggested(".zip")
        title = _("Save documents and signatures")
        self._dialogs.choose_target(
            title, name, [_("ZIP archive (*.zip)")], self._presenter.parcels.zip
        )

    def _mail(self) -> None:
        name = self._presenter.parcels.suggested(".eml")
        title = _("Save the draft of an e-mail")
        self._dialogs.choose_target(
            title, name, [_("Letter (*.eml)")], self._presenter.parcels.mail
        )

    def _show_chosen(self) -> None:
        document = self._presenter.document(self.list.chosen_keys()[0])
        if document is not None:
            self.show_in_folder(str(document.to_verify))

    def _browse(self) -> None:
        self._dialogs.choose_files(_("Choose documents"), self.accept_paths)

    def _make_sample(self) -> None:
        place = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(place))
        self._presenter.make_sample(folder / _("Roscherk, practice"))

    def _point_to_original(self) -> None:
        self.choose_document(self._presenter.verify_with)

    def _menu(self, place: QPoint) -> None:
        if not self.list.chosen_keys():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, action, enabled in (
            (_("Sign"), self.bar.sign.click, self.bar.sign.isEnabled()),
            (_("Verify"), self.bar.verify.click, self.bar.verify.isEnabled()),
            (_("Show in folder"), self._show_chosen, True),
            (_("Take off the list"), self._presenter.remove, True),
        ):
            entry = QAction(text, menu)
            entry.triggered.connect(action)
            entry.setEnabled(enabled)
            menu.addAction(entry)
        self.joint.add_to(menu)
        menu.addSeparator()
        self.verbs.fill(menu)
        menu.popup(self.list.viewport().mapToGlobal(place))
