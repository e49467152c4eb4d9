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
from app.ui.certificates.presenter import ALL, HISTORY, CertificatesPresenter
from app.ui.certificates.rows import Chosen
from app.ui.dialogs import Dialogs
from app.ui.forms import Told
from app.ui.rows import Row, Tone
from app.ui.viewing import Viewing
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
    (HISTORY, N_("History")),
)


class CertificatesPage(Page):
    """Shows what its presenter decides."""

    takes_files = True

    def __init__(
        self,
        presenter: CertificatesPresenter,
        bundles: BundleDeeds,
        dialogs: Dialogs,
        viewing: Viewing,
    ) -> None:
        super().__init__(N_("Certificates"))
        self._presenter = presenter
        self._bundles = bundles
        self._dialogs = dialogs
        self._viewing = viewing
        self._anew = False
        self._build_tools()
        self._build_lists()
        self._connect()
        bundles.attach(self)
        presenter.attach(self)

    def _build_tools(self) -> None:
        phrases = self.phrases
        self.browse = button("folder-open")
        self.renew = button("refresh-cw")
        self.bundle = button("save")
        phrases.say(self.browse.setText, N_("Open a certificate…"))
        phrases.say(self.renew.setText, N_("Renew revocation lists"))
        phrases.say(
            self.renew.setToolTip,
            N_("Fetch newer lists from the addresses that certificates name (F5)"),
        )
        phrases.say(self.bundle.setText, N_("Trust bundle…"))
        self.tools.addWidget(self.browse)
        self.undo = Notice()
        self.body.addWidget(self.undo)
        self.shelves = Segments(phrases, _SHELVES)
        self.shelves.show_choice(ALL)
        phrases.say(self.shelves.setAccessibleName, N_("Store"))
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)  # Qt's signature
        self.search.setMinimumWidth(260)
        phrases.say(self.search.setPlaceholderText, N_("Search by name, number, fingerprint"))
        phrases.say(self.search.setAccessibleName, N_("Search in the stores"))
        self.body.addWidget(self.shelves)
        self.body.addLayout(Flow(self.search, self.renew, self.bundle))

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
        left.setMinimumWidth(320)
        self.card.setMinimumWidth(320)
        self.split.setSizes([500, 500])
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.empty, 1)

    def _connect(self) -> None:
        presenter = self._presenter
        self.browse.clicked.connect(self._browse)
        self.renew.clicked.connect(presenter.renew)
        self.bundle.clicked.connect(self._bundles.offer)
        self.undo.asked.connect(presenter.undo)
        self.shelves.chosen.connect(presenter.show_shelf)
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
        self.list.choose([key])

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""
        self.subtitle.setText(text)

    def show_undo(self, text: str) -> None:
        """Offer to take back what was just done."""
        self.undo.say(Tone.OK, text, action=_("Undo") if text else "")

    def show_busy(self, *, busy: bool) -> None:
        """Show that lists are being fetched."""
        self.renew.setEnabled(not busy)

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes)

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""
        self._dialogs.tell(told)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    def choose_bundle(self, answer: Callable[[Path], object]) -> None:
        """Let the user choose a bundle."""
        self._dialogs.choose_file(_("Trust bundle"), [_bundle_filter()], answer)

    def choose_bundle_target(self, answer: Callable[[Path], object]) -> None:
        """Let the user say where a bundle is saved."""
        name = _("Trust bundle") + SUFFIX
        self._dialogs.choose_target(_("Save the trust bundle"), name, [_bundle_filter()], answer)

    # --- the page's own

    def accept_paths(self, paths: Sequence[Path]) -> None:
        """Take files that were dropped anywhere on the window."""
        bundles = [path for path in paths if is_bundle(path)]
        for path in bundles:
            self._bundles.show(path)
        self._presenter.open([path for path in paths if path not in bundles])

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
