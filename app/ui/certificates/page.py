"""The page of certificates: the stores, what was opened, the record, bundles."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from app.crypto.trust.bundles import SUFFIX
from app.crypto.trust.folders import StoreName
from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.ui.asking import Question
from app.ui.certificates.bundle_deeds import BundleDeeds, is_bundle
from app.ui.certificates.card import CertificateCard
from app.ui.certificates.presenter import ALL, HISTORY, REGISTER, CertificatesPresenter
from app.ui.certificates.register_deeds import RegisterDeeds, is_register
from app.ui.certificates.rows import Chosen
from app.ui.dialogs import Dialogs
from app.ui.forms import Filled, Form, Told
from app.ui.rows import Row, Tone
from app.ui.text_size import grow
from app.ui.viewing import Viewing
from app.ui.widgets.busy_line import BusyLine
from app.ui.widgets.buttons import button
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.flow import Flow
from app.ui.widgets.notice import Notice
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView
from app.ui.widgets.segments import Segments

_SHELVES = (
    (ALL, N_("All")),
    (StoreName.ANCHORS.value, N_("Roots")),
    (StoreName.INTERMEDIATES.value, N_("Intermediate")),
    (StoreName.PERSONAL.value, N_("Personal")),
    (StoreName.OTHERS.value, N_("Other people")),
    (StoreName.CRLS.value, N_("Revocation lists")),
    (REGISTER, N_("Accredited CAs")),
    (HISTORY, N_("History")),
)


class CertificatesPage(Page):
    """Shows what its presenter decides."""

    takes_files = True

    def __init__(
        self,
        presenter: CertificatesPresenter,
        bundles: BundleDeeds,
        register: RegisterDeeds,
        dialogs: Dialogs,
        viewing: Viewing,
    ) -> None:
        super().__init__(N_("Certificates"))
        self._presenter = presenter
        self._bundles = bundles
        self._register = register
        self._dialogs = dialogs
        self._viewing = viewing
        self._anew = False
        self._build_tools()
        self._build_lists()
        self._connect()
        bundles.attach(self)
        register.attach(self)
        presenter.attach(self)

    def _build_tools(self) -> None:
        phrases = self.phrases
        self.browse = button("folder-open")
        self.renew = button("refresh-cw")
        self.renew_register = button("landmark")
        self.import_register = button("upload")
        self.bundle = button("save")
        phrases.say(self.browse.setText, N_("Open a certificate…"))
        phrases.say(self.renew.setText, N_("Renew revocation lists"))
        phrases.say(
            self.renew.setToolTip,
            N_("Fetch newer lists from the addresses that certificates name (F5)"),
        )
        phrases.say(self.renew_register.setText, N_("Renew the list of CAs"))
        phrases.say(
            self.renew_register.setToolTip,
            N_("Fetch the list of accredited authorities from where it is published"),
        )
        phrases.say(self.import_register.setText, N_("List of CAs from a file…"))
        phrases.say(self.bundle.setText, N_("Trust bundle…"))
        self.tools.addWidget(self.browse)
        self.undo = Notice()
        self.age = Notice()
        self.body.addWidget(self.undo)
        self.body.addWidget(self.age)
        self.shelves = Segments(phrases, _SHELVES)
        self.shelves.show_choice(ALL)
        phrases.say(self.shelves.setAccessibleName, N_("Store"))
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)  # Qt's signature
        self.search.setMinimumWidth(260)
        phrases.say(self.search.setPlaceholderText, N_("Search by name, number, fingerprint"))
        phrases.say(self.search.setAccessibleName, N_("Search in the stores"))
        self.body.addWidget(self.shelves)
        self.busy = BusyLine(phrases)
        self.import_register.hide()
        self.body.addLayout(
            Flow(self.search, self.renew, self.renew_register, self.import_register, self.bundle)
        )

    def _build_lists(self) -> None:
        phrases = self.phrases
        self.list = RowView(headers=True)
        phrases.say(self.list.setAccessibleName, N_("List of certificates"))
        self.card = CertificateCard(phrases)
        phrases.say(self.card.setAccessibleName, N_("About the certificate"))
        self.empty = EmptyState(phrases, "badge-check", "", "")
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)
        self.split = QSplitter()
        self.split.setHandleWidth(16)
        self.split.setChildrenCollapsible(False)  # Qt's signature
        self.split.addWidget(left)
        self.split.addWidget(self.card)
        left.setMinimumWidth(300)
        grow(self.card, QWidget.setMinimumWidth, 300)
        self.split.setSizes([500, 500])
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.busy)

    def _connect(self) -> None:
        presenter = self._presenter
        self.browse.clicked.connect(self._browse)
        self.renew.clicked.connect(presenter.renew)
        self.bundle.clicked.connect(self._bundles.offer)
        self.renew_register.clicked.connect(self._register.renew)
        self.import_register.clicked.connect(self._register.choose)
        self.age.asked.connect(self._register.renew)
        self.busy.cancel_asked.connect(presenter.cancel)
        self.card.go_back.clicked.connect(self._register.undo)
        self.undo.asked.connect(presenter.undo)
        self.shelves.chosen.connect(self._show_shelf)
        self.search.textChanged.connect(presenter.search)
        self.list.chosen.connect(presenter.select)
        self.list.opened.connect(lambda _key: self._show_chain())
        self.card.chain.clicked.connect(self._show_chain)
        self.card.trust.clicked.connect(presenter.trust)
        self.card.undo.clicked.connect(presenter.undo_chosen)
        self.card.remove.clicked.connect(presenter.remove)
        for keys, action in (
            ("Ctrl+O", self._browse),
            ("F5", presenter.renew),
            ("Ctrl+F", self.search.setFocus),
            ("Ctrl+Z", presenter.undo),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(action)

    # --- what the presenters ask for

    def show_certificates(self, rows: Sequence[Row], empty: tuple[str, str]) -> None:
        """Show the whole list, or what it is for."""
        self.list.show_rows(rows)
        self.list.choose_first()
        self.split.setVisible(bool(rows))
        self.empty.say(*empty)
        self.empty.setVisible(not rows)

    def show_chosen(self, chosen: Chosen | None) -> None:
        """Show one thing."""
        self.card.show_chosen(chosen, anew=self._anew)

    def choose(self, key: str) -> None:
        """Choose a row of the list."""
        self.shelves.show_choice(ALL)
        self.import_register.hide()
        self.renew.show()
        self.list.choose([key])

    def go_to_shelf(self, shelf: str) -> None:
        """Bring a shelf to the front, as if it had been chosen."""
        self.shelves.show_choice(shelf)
        self._show_shelf(shelf)

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""
        self.subtitle.setText(text)

    def show_undo(self, text: str) -> None:
        """Offer to take back what was just done."""
        self.undo.say(Tone.OK, text, action=_("Undo") if text else "")

    def show_work(self, words: str, percent: int | None) -> None:
        """Show what is being done."""
        self.busy.say(words, percent)
        for each in (self.renew, self.renew_register, self.import_register):
            each.setEnabled(not words)

    def show_age(self, warning: str) -> None:
        """Warn that the list of accredited authorities has grown old."""
        self.age.say(Tone.WARN, warning, action=_("Renew the list of CAs") if warning else "")

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes)

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""
        self._dialogs.tell(told)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask in a dialog."""
        self._dialogs.ask_form(form, answer)

    def choose_register(self, answer: Callable[[Path], object]) -> None:
        """Let the user choose the file of a list of accredited authorities."""
        filters = [_("List of accredited authorities (*.xml)"), _("All files (*)")]
        self._dialogs.choose_file(_("List of accredited authorities"), filters, answer)

    def choose_bundle(self, answer: Callable[[Path], object]) -> None:
        """Let the user choose a bundle."""
        self._dialogs.choose_file(_("Trust bundle"), [_bundle_filter()], answer)

    def choose_bundle_target(self, answer: Callable[[Path], object]) -> None:
        """Let the user say where a bundle is saved."""
        name = _("Trust bundle") + SUFFIX
        self._dialogs.choose_target(_("Save the trust bundle"), name, [_bundle_filter()], answer)

    # --- the page's own

    def _show_shelf(self, shelf: str) -> None:
        """Show a shelf, with the buttons that belong to it."""
        self.import_register.setVisible(shelf == REGISTER)
        self.renew.setVisible(shelf != REGISTER)
        self._presenter.show_shelf(shelf)

    def accept_paths(self, paths: Sequence[Path]) -> None:
        """Take files that were dropped anywhere on the window."""
        bundles = [path for path in paths if is_bundle(path)]
        for path in bundles:
            self._bundles.show(path)
        registers = [path for path in paths if is_register(path)]
        for path in registers:
            self._register.take_in(path)
        self._presenter.open([each for each in paths if each not in (*bundles, *registers)])

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self._anew = True
        self._presenter.show_all()
        self._anew = False

    def _browse(self) -> None:
        self._dialogs.choose_files(_("Open certificates"), self.accept_paths)

    def _show_chain(self) -> None:
        facts = self._presenter.facts
        if facts is not None:
            self._viewing.show(facts, pool=self._presenter.pool())


def _bundle_filter() -> str:
    return _("Trust bundles") + f" (*{SUFFIX})"
