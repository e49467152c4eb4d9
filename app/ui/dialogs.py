"""Everything that opens over the window: questions, secrets, errors, choices of files.

All of it is opened without waiting: answers come by calls, and no event loop runs inside another.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app import settings as table
from app.errors import ErrorFamily, RoscherkError
from app.settings import Settings
from app.tokens.pin import Secret
from app.ui.asking import Question, SecretQuestion
from app.ui.file_manager import open_folder
from app.ui.form_dialog import FormDialog
from app.ui.forms import Filled, Form, Told
from app.ui.pin_dialog import PinDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.dialog import confirm
from app.ui.widgets.error_dialog import ErrorDialog
from app.ui.widgets.next_turn import NextTurn


class Dialogs:
    """Opens things over ``parent``; there is one for each window."""

    def __init__(
        self, parent: QWidget, settings: Settings, show_file: Callable[[Path], None]
    ) -> None:
        """``show_file`` shows a file in the system's file manager (`file_manager.FileManager`)."""
        self._parent = parent
        self._settings = settings
        self._show_file = show_file
        self._asked: list[SecretQuestion | Form] = []
        """What is being asked just now: a button pressed twice does not ask twice."""
        self.remember_folder: Callable[[Path], None] = lambda _folder: None

    def ask(self, question: Question, on_yes: Callable[[], object]) -> QDialog:
        """Ask before something that matters; the dialog is open already."""
        return confirm(self._parent, question, on_yes)

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password."""
        if question not in self._asked:
            dialog = PinDialog(self._parent, question)
            dialog.answered.connect(answer)
            self._open(question, dialog)

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask for several things at once."""
        if form not in self._asked:
            dialog = FormDialog(self._parent, form)
            dialog.filled.connect(answer)
            self._open(form, dialog)

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""
        ToldDialog(self._parent, told).open()

    def show_error(self, error: RoscherkError) -> None:
        """Show an error, unless it is one of those that nobody wants to see."""
        if error.family is not ErrorFamily.SILENT:
            ErrorDialog(self._parent, error).open()

    def choose_files(self, title: str, answer: Callable[[Sequence[Path]], object]) -> None:
        """Let the user choose files that exist."""
        dialog = self._file_dialog(title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._take_files(names, answer))
        dialog.open()

    def choose_file(
        self, title: str, filters: Sequence[str], answer: Callable[[Path], object]
    ) -> None:
        """Let the user choose one file that exists."""
        dialog = self._file_dialog(title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(filters)
        dialog.fileSelected.connect(lambda name: answer(Path(name)))
        dialog.open()

    def choose_folder(self, title: str, answer: Callable[[Path], object]) -> None:
        """Let the user choose a folder that exists."""
        dialog = self._file_dialog(title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: answer(Path(name)))
        dialog.open()

    def choose_target(
        self,
        title: str,
        suggestion: str,
        filters: Sequence[str],
        answer: Callable[[Path], object],
    ) -> None:
        """Let the user say where to save. Nothing is overwritten, so Qt need not ask about it."""
        dialog = self._file_dialog(title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setNameFilters(filters)
        dialog.selectFile(suggestion)
        dialog.filterSelected.connect(lambda chosen: _follow_filter(dialog, chosen))
        dialog.fileSelected.connect(lambda name: answer(Path(name)))
        dialog.open()

    def show_in_folder(self, path: str) -> None:
        """Open the folder of a file in the system's own program, the file chosen where it can be."""
        self._show_file(Path(path))

    def open_file(self, path: str) -> None:
        """Open a file of ours in the system's own program, which can print it too."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))

    def show_folder(self, folder: str) -> None:
        """Open a folder in the system's own program."""
        open_folder(Path(folder))

    def _open(self, asked: SecretQuestion | Form, dialog: QDialog) -> None:
        self._asked.append(asked)
        dialog.finished.connect(lambda _how: self._asked.remove(asked))
        NextTurn(dialog, dialog.open).start()  # to make it took a turn's time already

    def _take_files(self, names: Sequence[str], answer: Callable[[Sequence[Path]], object]) -> None:
        paths = [Path(name) for name in names]
        if paths:
            self.remember_folder(paths[0].parent)
        answer(paths)

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._parent, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        folder = self._settings.get(table.RECENT_FOLDER)
        if folder:
            dialog.setDirectory(folder)
        return dialog


def _follow_filter(dialog: QFileDialog, chosen: str) -> None:
    """Give the name the suffix of the form that was chosen."""
    _words, _star, suffix = chosen.rstrip(")").rpartition("*.")
    dialog.setDefaultSuffix(suffix)
    names = dialog.selectedFiles()
    if names:
        dialog.selectFile(Path(names[0]).with_suffix(f".{suffix}").name)
