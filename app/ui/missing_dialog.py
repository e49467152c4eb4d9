"""The dialog of missing certificates: the chain with its gap, whom one is about to trust, one button."""

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.ui.dialogs import Dialogs
from app.ui.missing import MissingPresenter, Shown
from app.ui.rows import Tone
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.buttons import button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.rows import RowView

_WIDTH = 640
_ROW = 60
_MOST_ROWS = 5
_MARGINS = 16
_REASONS = 260


class MissingDialog(Dialog):
    """Shows what its presenter found; nothing is installed before the button is pressed."""

    def __init__(
        self, parent: QWidget | None, presenter: MissingPresenter, dialogs: Dialogs
    ) -> None:
        super().__init__(parent, Tone.INFO, "link")
        self.setMinimumWidth(_WIDTH)
        self._presenter = presenter
        self._dialogs = dialogs
        self.gone = False
        self.list = RowView(headers=True)
        self.list.setAccessibleName(_("Chain of certificates"))
        self.content.addWidget(self.list)
        self._reasons = QVBoxLayout()
        self._reasons.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setLayout(self._reasons)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)  # Qt's signature
        self._area.setWidget(inner)
        self._area.setAccessibleName(_("Whom you are about to trust"))
        self.content.addWidget(self._area)
        self.file, self.folder = button("file"), button("folder-search")
        self.phrases.say(self.file.setText, N_("Point to a file…"))
        self.phrases.say(self.folder.setText, N_("Point to a folder…"))
        row = QHBoxLayout()
        row.addWidget(self.file)
        row.addWidget(self.folder)
        row.addStretch()
        self.content.addLayout(row)
        self.file.clicked.connect(
            lambda: dialogs.choose_files(_("Certificates of authorities"), presenter.search)
        )
        self.folder.clicked.connect(
            lambda: dialogs.choose_folder(
                _("Folder with certificates"), lambda path: presenter.search([path])
            )
        )
        self.no = self.add_cancel()
        self.yes = self.add_button(N_("Install"), "primary", presenter.install)
        self.finished.connect(self._go)
        presenter.attach(self)

    def _go(self) -> None:
        self.gone = True
        self._presenter.cancel()

    # --- what the presenter asks for

    def show_search(self) -> None:
        """Say that it is being looked for."""
        self.say(
            _("Looking for what is missing…"),
            _("In the document, in the files you pointed to, and at the addresses it names."),
        )
        self.yes.setEnabled(False)
        self.list.setVisible(False)
        self._area.setVisible(False)
        self._refit()

    def show_found(self, shown: Shown) -> None:
        """Show what was found."""
        if self.gone:
            return
        self.say(shown.heading)
        self.list.show_rows(shown.rows)
        self.list.setVisible(bool(shown.rows))
        self.list.setFixedHeight(min(len(shown.rows), _MOST_ROWS) * _ROW + _MARGINS)
        while (taken := self._reasons.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for reason in (*shown.roots, *shown.remarks):
            self._reasons.addWidget(ReasonCard(reason))
        self._reasons.addStretch()
        self._area.setVisible(bool(shown.roots or shown.remarks))
        self._area.setMinimumHeight(_REASONS if shown.roots else _REASONS // 3)
        self.yes.setText(shown.yes or _("Install"))
        self.yes.setEnabled(bool(shown.yes))
        safe = self.yes if shown.yes and not shown.grave else self.no
        safe.setDefault(True)  # Qt's signature
        safe.setFocus()
        self._refit()

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the dialog."""
        if not self.gone:
            self._dialogs.show_error(error)

    def finish(self) -> None:
        """Close: all was done."""
        if not self.gone:
            self.accept()

    def _refit(self) -> None:
        if self.isVisible():
            self.fit()
