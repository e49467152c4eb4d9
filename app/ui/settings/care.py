"""The card of the profile as a whole: backups, and news of versions."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import settings as table
from app.errors import RoscherkError
from app.settings import Setting
from app.texts.catalogue import N_, _
from app.tokens.pin import Secret
from app.ui.asking import Question, SecretQuestion
from app.ui.dialogs import Dialogs
from app.ui.forms import Told
from app.ui.phrases import Phrases
from app.ui.settings.care_presenter import CarePresenter
from app.ui.settings.section import Section
from app.ui.widgets.buttons import button
from app.ui.widgets.check import Check
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label

SetBool = Callable[[Setting[bool], bool], object]


class CareSection(Section):
    """Shows what its presenter decides."""

    def __init__(
        self, phrases: Phrases, presenter: CarePresenter, dialogs: Dialogs, set_value: SetBool
    ) -> None:
        super().__init__(phrases, N_("Backup and new versions"))
        self._presenter = presenter
        self._dialogs = dialogs
        self.make, self.restore = button("save"), button("history")
        self.updates, self.from_file = button("refresh-cw"), button("file-text")
        self.backup_told, self.updates_told = label("muted", wrap=True), label("muted", wrap=True)
        self.at_start = Check()
        phrases.say(self.make.setText, N_("Make a backup…"))
        phrases.say(self.restore.setText, N_("Restore…"))
        phrases.say(self.updates.setText, N_("Check for updates"))
        phrases.say(self.from_file.setText, N_("From a file…"))
        phrases.say(self.at_start.setText, N_("Look once a day when the window opens"))
        self.add(
            N_("Everything in one file"),
            _row(self.make, self.restore, told=self.backup_told),
            None,
            N_(
                "Keys, certificates, settings and the journal, closed with a password. Keep it "
                "apart from the computer."
            ),
        )
        self.add(
            N_("New versions"),
            _row(self.updates, self.from_file, told=self.updates_told),
            None,  # what an administrator fixed is the address: the button stays
            N_(
                "Only the note about the newest version is asked for, and its signature is checked. "
                "Nothing is downloaded, nothing is told about you."
            ),
        )
        self.add(N_("By itself"), self.at_start, table.UPDATES_AT_START)
        self.make.clicked.connect(self._make)
        self.restore.clicked.connect(self._restore)
        self.updates.clicked.connect(presenter.look_for_updates)
        self.from_file.clicked.connect(self._from_file)
        self.at_start.clicked.connect(lambda on: set_value(table.UPDATES_AT_START, on))
        presenter.attach(self)

    # --- what the presenter asks for

    def show_values(self, *, at_start: bool) -> None:
        """Show the values that hold now."""
        self.at_start.setChecked(at_start)
        self._presenter.show_all()

    def show_backup(self, text: str, *, busy: bool) -> None:
        """Say what is being done with a backup."""
        self.backup_told.setText(text)
        self.backup_told.setVisible(bool(text))
        for each in (self.make, self.restore):
            each.setEnabled(not busy)

    def show_updates(self, text: str, *, busy: bool, address: str) -> None:
        """Say what came of a look for a new version, and where is looked."""
        none = _("No address is named: this program comes without one.")
        self.updates_told.setText(text or address or none)
        self.updates.setEnabled(not busy and bool(address))
        self.from_file.setEnabled(not busy)

    def ask(
        self, question: Question, on_yes: Callable[[], object], on_no: Callable[[], object]
    ) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes).rejected.connect(on_no)

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a password."""
        self._dialogs.ask_secret(question, answer)

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""
        self._dialogs.tell(told)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    # --- the section's own

    def _make(self) -> None:
        filters = [_("Backups (*.roscherk)")]
        title, name = _("Save the backup"), self._presenter.suggestion
        self._dialogs.choose_target(title, name, filters, self._presenter.make)

    def _restore(self) -> None:
        filters = [_("Backups (*.roscherk)"), _("All files (*)")]
        self._dialogs.choose_file(_("Choose a backup"), filters, self._presenter.restore)

    def _from_file(self) -> None:
        filters = [_("Notes (*.json)"), _("All files (*)")]
        self._dialogs.choose_file(_("Choose a note"), filters, self._presenter.read_note)


def _row(*parts: QWidget, told: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    column.addLayout(Flow(*parts))
    column.addWidget(told)
    return box
