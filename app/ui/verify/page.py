"""The page of verification: drop what came in, read the verdicts, save a protocol."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.ui.details import Details
from app.ui.dialogs import Dialogs
from app.ui.rows import Row
from app.ui.saving import ReportSaving
from app.ui.verify.presenter import VerifyPresenter
from app.ui.viewing import Viewing
from app.ui.widgets.busy_line import BusyLine
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.details_panel import DetailsPanel
from app.ui.widgets.drop_area import DropArea
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView


class VerifyPage(Page):
    """Shows what its presenter decides."""

    takes_files = True

    def __init__(
        self,
        presenter: VerifyPresenter,
        dialogs: Dialogs,
        viewing: Viewing,
        saving: ReportSaving,
    ) -> None:
        super().__init__(N_("Verification"))
        self._presenter = presenter
        self._dialogs = dialogs
        self._viewing = viewing
        self._saving = saving
        self._build()
        self._connect()
        presenter.attach(self)

    def _build(self) -> None:
        phrases = self.phrases
        self.again = button("refresh-cw")
        self.report = button("save")
        self.remove = tool_button("trash-2")
        phrases.say(self.again.setText, N_("Verify again"))
        phrases.say(self.again.setToolTip, N_("Verify the chosen files again (F9)"))
        phrases.say(self.report.setText, N_("Save the protocol…"))
        phrases.say(self.report.setToolTip, N_("Save a protocol of the chosen files, or of all"))
        phrases.say(self.remove.setAccessibleName, N_("Take off the list"))
        phrases.say(self.remove.setToolTip, N_("Take off the list (Delete)"))
        for each in (self.remove, self.again, self.report):
            self.tools.addWidget(each)
        self.drop = DropArea(
            phrases,
            N_("Drop files here"),
            N_(
                "Signed PDF, .sig, .sgn, .p7s; the original of a detached signature is found by itself"
            ),
        )
        self.list = RowView(several=True)
        phrases.say(self.list.setAccessibleName, N_("List of verified files"))
        self.busy = BusyLine(phrases)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.drop, 1)
        column.addWidget(self.list, 1)
        column.addWidget(self.busy)
        nothing = EmptyState(
            phrases,
            "shield-check",
            N_("No file is chosen"),
            N_("Choose a file in the list to read the verdict and its reasons."),
        )
        self.details = DetailsPanel(nothing)
        phrases.say(self.details.setAccessibleName, N_("The verdict"))
        split = QSplitter()
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)  # Qt's signature
        split.addWidget(left)
        split.addWidget(self.details)
        left.setMinimumWidth(320)
        self.details.setMinimumWidth(320)
        split.setSizes([500, 500])
        self.body.addWidget(split, 1)

    def _connect(self) -> None:
        presenter = self._presenter
        self.drop.dropped.connect(presenter.add)
        self.drop.browse_asked.connect(self._browse)
        self.list.chosen.connect(presenter.select)
        self.list.remove_asked.connect(presenter.remove)
        self.remove.clicked.connect(presenter.remove)
        self.again.clicked.connect(presenter.again)
        self.report.clicked.connect(self._save)
        self.busy.cancel_asked.connect(presenter.cancel)
        self.details.certificate_asked.connect(self._viewing.show_signer)
        self.details.folder_asked.connect(self._dialogs.show_in_folder)
        self.details.report_asked.connect(self._save)
        self.details.paper_asked.connect(lambda wish: self._saving.ask(presenter.report(), wish))
        self.details.original_asked.connect(self._point_to_original)
        self.details.missing_asked.connect(
            lambda wanted: self._viewing.install_missing(wanted, presenter.again)
        )
        QShortcut(QKeySequence("Ctrl+O"), self).activated.connect(self._browse)
        QShortcut(QKeySequence("F9"), self).activated.connect(presenter.again)

    # --- what the presenter asks for

    def show_files(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""
        self.list.show_rows(rows)
        for each in (self.list, self.details, self.remove, self.again, self.report):
            each.setVisible(bool(rows))
        self.drop.set_compact(compact=bool(rows))

    def show_file(self, row: Row) -> None:
        """Show one file that changed."""
        self.list.rows.replace(row)

    def choose(self, keys: Sequence[str]) -> None:
        """Choose these files in the list."""
        self.list.choose(keys)

    def show_details(self, details: Details) -> None:
        """Show what is known of the chosen file."""
        self.details.show_details(details)

    def show_busy(self, text: str, percent: int | None) -> None:
        """Show what is being done."""
        self.busy.say(text, percent)

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""
        self.subtitle.setText(text)
        self.report.setEnabled(self._presenter.can_report)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    # --- the page's own

    def accept_paths(self, paths: Sequence[Path]) -> None:
        """Take files that were dropped anywhere on the window."""
        self._presenter.add(paths)

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self.details.forget()
        self._presenter.show_all()

    def _browse(self) -> None:
        self._dialogs.choose_files(_("Choose files to verify"), self._presenter.add)

    def _point_to_original(self) -> None:
        title = _("Which document was signed?")
        self._dialogs.choose_file(title, [_("All files (*)")], self._presenter.verify_with)

    def _save(self) -> None:
        self._saving.ask(self._presenter.report())
