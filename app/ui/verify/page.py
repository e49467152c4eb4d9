"""The page of verification: drop what came in, read the verdicts, save a protocol."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.ui.details import Details
from app.ui.dialogs import Dialogs
from app.ui.rows import Row
from app.ui.saving import ReportSaving
from app.ui.text_size import grow
from app.ui.verify.coming import signed_content_of
from app.ui.verify.groups import HANDFUL
from app.ui.verify.narrowing import Narrowing
from app.ui.verify.presenter import VerifyPresenter
from app.ui.verify.tree_view import TreeView
from app.ui.viewing import Viewing
from app.ui.widgets.busy_line import BusyLine
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.details_panel import DetailsPanel
from app.ui.widgets.drop_area import DropArea
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.labels import label
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView

_SOON_MS, _LATEST_MS = 300, 1500
"""How long verdicts are gathered before the list is shown anew: the longer, the longer it is."""
_LIST, _TABLE = 46, 58
"""Hundredths of the width for the list, and for the table."""


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
        self.table = button("file-text")
        phrases.say(self.table.setText, N_("Save a table…"))
        phrases.say(self.table.setToolTip, N_("Save all verdicts as a table for Excel or programs"))
        self.out = button("upload")
        phrases.say(self.out.setText, N_("Save the document…"))
        phrases.say(self.out.setToolTip, N_("Save the chosen document out of the archive"))
        for each in (self.remove, self.again, self.out, self.table, self.report):
            self.tools.addWidget(each)
        self.drop = DropArea(
            phrases,
            N_("Drop files here"),
            N_(
                "A folder, a ZIP or files: what belongs together is found by content, whatever the names"
            ),
        )
        left = self._build_left()
        nothing = EmptyState(
            phrases,
            "shield-check",
            N_("No file is chosen"),
            N_("Choose a file in the list to read the verdict and its reasons."),
        )
        self.details = DetailsPanel(nothing)
        phrases.say(self.details.setAccessibleName, N_("The verdict"))
        self.split = split = QSplitter()
        split.setHandleWidth(16)
        split.setChildrenCollapsible(False)  # Qt's signature
        split.addWidget(left)
        split.addWidget(self.details)
        left.setMinimumWidth(320)
        grow(self.details, QWidget.setMinimumWidth, 320)
        split.setSizes([_LIST * 10, (100 - _LIST) * 10])
        self.body.addWidget(split, 1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self.details.searches = True
        self.details.rechecks = True

    def _build_left(self) -> QWidget:
        """Build what stands left of the card: the place to drop, the list, the tree."""
        phrases = self.phrases
        self.list = RowView(several=True)
        phrases.say(self.list.setAccessibleName, N_("List of verified files"))
        self.busy = BusyLine(phrases)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.drop, 1)
        self.narrowing = Narrowing(phrases)
        self.tree = TreeView()
        phrases.say(self.tree.setAccessibleName, N_("Table of what came in"))
        self.bare = EmptyState(
            phrases,
            "circle-check",
            N_("Nothing of the kind"),
            N_("No file has these words, or none needs attention."),
        )
        self.all = button()
        phrases.say(self.all.setText, N_("Show all"))
        self.bare.offer(self.all)
        self.bare.hide()
        self.notice = label("muted", wrap=True)
        self.notice.hide()
        column.addWidget(self.narrowing)
        column.addWidget(self.list, 1)
        column.addWidget(self.tree, 1)
        column.addWidget(self.bare, 1)
        column.addWidget(self.notice)
        column.addWidget(self.busy)
        return left

    def _connect(self) -> None:
        presenter = self._presenter
        self.drop.dropped.connect(presenter.add)
        self.drop.browse_asked.connect(self._browse)
        self.list.chosen.connect(presenter.select)
        self.list.remove_asked.connect(presenter.remove)
        self.tree.chosen.connect(presenter.select)
        self.tree.remove_asked.connect(presenter.remove)
        self.narrowing.narrowed.connect(lambda _wish: self._narrow())
        self.narrowing.as_tree.toggled.connect(self._show_as_tree)
        self.all.clicked.connect(self.narrowing.show_all)
        self.narrowing.skip.toggled.connect(lambda on: presenter.skip_checked(skip=on))
        self._soon.timeout.connect(self._show_what_came)
        self.table.clicked.connect(self._save_table)
        self.out.clicked.connect(self._save_out)
        self.details.search_asked.connect(self._search)
        self.remove.clicked.connect(presenter.remove)
        self.again.clicked.connect(presenter.again)
        self.report.clicked.connect(self._save)
        self.busy.cancel_asked.connect(presenter.cancel)
        self.details.certificate_asked.connect(self._viewing.show_signer)
        self.details.folder_asked.connect(self._dialogs.show_in_folder)
        self.details.report_asked.connect(self._save)
        self.details.paper_asked.connect(lambda wish: self._saving.ask(presenter.report(), wish))
        self.details.versions_asked.connect(self._viewing.versions.show)
        self.details.original_asked.connect(self._point_to_original)
        self.details.missing_asked.connect(
            lambda wanted: self._viewing.install_missing(wanted, presenter.again)
        )
        QShortcut(QKeySequence("Ctrl+O"), self).activated.connect(self._browse)
        self.details.again_asked.connect(presenter.again)
        self.details.offline_asked.connect(presenter.without_network)
        QShortcut(QKeySequence("F9"), self).activated.connect(presenter.again)

    # --- what the presenter asks for

    def show_now(self) -> None:
        """Show everything that the presenter has."""
        some = bool(self._presenter.count)
        seen = (self.details, self.remove, self.again, self.report, self.table, self.narrowing)
        for each in seen:
            each.setVisible(some)
        self.drop.set_compact(compact=some)
        self._show_lines()

    def show_file(self, row: Row) -> None:
        """Show one file that changed."""
        self.list.rows.replace([row])

    def show_soon(self) -> None:
        """Show everything anew, soon: while hundreds of verdicts come in, not at each of them."""
        if not self._soon.isActive():
            self._soon.start(min(max(_SOON_MS, self._presenter.count), _LATEST_MS))

    def prefer_tree(self) -> None:
        """Show the tree rather than the list, when the lines are shown next."""
        if not self.narrowing.as_tree.isChecked():
            with QSignalBlocker(self.narrowing.as_tree):
                self.narrowing.as_tree.setChecked(True)
            self._part(table=True)

    def show_notices(self, notices: Sequence[str]) -> None:
        """Tell what was refused or discarded in what came in."""
        self.notice.setText("\n".join(notices))
        self.notice.setVisible(bool(notices))

    def choose(self, keys: Sequence[str]) -> None:
        """Choose these files in the list."""
        self._view().choose(keys)

    def choose_first(self) -> None:
        """Choose the first of what is shown: what needs attention most."""
        self._view().choose_first()

    def show_details(self, details: Details) -> None:
        """Show what is known of the chosen file."""
        self.details.show_details(details)
        self.out.setVisible(self._presenter.document_to_save is not None)

    def show_busy(self, text: str, percent: int | None) -> None:
        """Show what is being done."""
        self.busy.say(text, percent)

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""
        self.subtitle.setText(text)
        self.report.setEnabled(self._presenter.can_report)
        self.table.setEnabled(self._presenter.can_report)

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

    def _view(self) -> RowView | TreeView:
        return self.tree if self.narrowing.as_tree.isChecked() else self.list

    def _show_as_tree(self, on: bool) -> None:
        """Show the table or the list, what was chosen stays chosen."""
        chosen = (self.list if on else self.tree).chosen_keys()
        self._show_lines()
        self._view().choose(chosen)
        self._part(table=on)

    def _part(self, *, table: bool) -> None:
        """Part the width between what came and the verdict."""
        whole = sum(self.split.sizes())
        left = whole * (_TABLE if table else _LIST) // 100
        self.split.setSizes([left, whole - left])

    def _narrow(self) -> None:
        """Show what is wanted now. What is not seen is not chosen: nothing is done to it unseen."""
        self._show_lines()
        seen = self._view().chosen_keys()
        if set(seen) != {each.key for each in self._presenter.chosen()}:
            self._presenter.select(seen)
        if not seen:
            self.choose_first()

    def _show_what_came(self) -> None:
        self._show_lines()
        self._presenter.show_state()

    def _show_lines(self) -> None:
        """Show what is to be seen now, in the list or in the table."""
        presenter, wish = self._presenter, self.narrowing.wish
        some, table = bool(presenter.count), self.narrowing.as_tree.isChecked()
        if table:
            self.tree.narrow(wish)
            self.tree.show_lines(presenter.tree() if some else ())
            bare = self.tree.is_bare
        else:
            rows = presenter.rows(wish)
            self.list.renew(rows)
            bare = not rows
        self.narrowing.show_problems(presenter.problems, many=presenter.count > HANDFUL)
        self.list.setVisible(some and not table and not bare)
        self.tree.setVisible(some and table and not bare)
        self.bare.setVisible(some and bare)

    def _search(self) -> None:
        title = _("In which folder may the document be?")
        self._dialogs.choose_folder(title, self._presenter.find_document)

    def _save_table(self) -> None:
        filters = [
            _("Table for Excel (*.xlsx)"),
            _("Text table (*.csv)"),
            _("For programs (*.json)"),
        ]
        self._dialogs.choose_target(
            _("Save the table"), _("Verification.xlsx"), filters, self._save_table_as
        )

    def _save_table_as(self, target: Path) -> None:
        words = _("The table is saved: {name}").format(name=plain(target.name))
        self._presenter.save_table(target, lambda: self.show_notices([words]))

    def _save_out(self) -> None:
        document = self._presenter.document_to_save
        if document is not None:
            name = signed_content_of(document).name
            filters = [_("All files (*)")]
            self._dialogs.choose_target(_("Save the document"), name, filters, self._save_out_as)

    def _save_out_as(self, target: Path) -> None:
        words = _("The document is saved: {name}").format(name=plain(target.name))
        self._presenter.save_out(target, lambda: self.show_notices([words]))
