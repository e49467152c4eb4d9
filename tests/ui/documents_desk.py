"""The page of documents in practice mode, driven as a person drives it."""

from pathlib import Path

from opened import Opened
from PySide6.QtWidgets import QApplication
from test_main_job import drop, finished

from app.ui.documents.page import DocumentsPage
from app.ui.documents.verbs import Verb
from app.ui.files import Document, State
from app.ui.form_dialog import FormDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.dialog import Dialog


class DocumentsDesk:
    """A window with practice mode on, and its first page."""

    def __init__(self, it: Opened, folder: Path) -> None:
        self.it = it
        self.folder = folder
        it.desk.practice.enter()
        it.until(lambda: it.desk.practice.active, 60)
        page = it.desk.window.page(0)
        assert isinstance(page, DocumentsPage)
        self.page = page
        self.presenter = page._presenter
        it.until(lambda: self.presenter.key is not None and self.presenter.key.facts is not None)

    def dialog(self, kind: type[Dialog]) -> Dialog:
        """Wait for a dialog."""

        def there() -> list[Dialog]:
            widgets = QApplication.topLevelWidgets()
            return [each for each in widgets if type(each) is kind and each.isVisible()]

        self.it.until(lambda: bool(there()))
        self.it.settle(0.02)  # nobody answers what was not painted yet
        return there()[0]

    def document(self, path: Path) -> Document:
        """Return a document of the list."""
        found = self.presenter.document(str(path))
        assert found is not None
        return found

    def choose(self, *paths: Path) -> None:
        """Put files on the list, if need be, and choose them."""
        lacking = [path for path in paths if self.presenter.document(str(path)) is None]
        if lacking:
            drop(self.it, *lacking)
        self.it.until(lambda: all(self.presenter.document(str(path)) for path in paths))
        self.page.list.choose([str(path) for path in paths])

    def sign(self, *paths: Path) -> list[Path]:
        """Sign documents by the button; return the files of the signatures."""
        self.choose(*paths)
        self.page.bar.sign.click()
        return self.signed(*paths)

    def signed(self, *paths: Path) -> list[Path]:
        """Wait until documents are signed; return the files."""
        for path in paths:
            finished(self.it, path, State.SIGNED, State.FAILED)
        self.it.until(lambda: not self.presenter._desk.running)
        assert [self.document(path).error for path in paths] == [None] * len(paths)
        return [self.document(path).to_verify for path in paths]

    def do(self, verb: Verb) -> None:
        """Ask for a verb as its keys do."""
        self.page.verbs.ask_for(verb)

    def answer(self, choice: str) -> None:
        """Choose in the dialog that comes, and go on."""
        form = self.dialog(FormDialog)
        form.choice.setCurrentIndex(form.choice.findData(choice))
        form.ok.click()
        self.it.settle(0.02)

    def told(self) -> str:
        """Read what came of it, and close the dialog; the files are on the list."""
        dialog = self.dialog(ToldDialog)
        words = "\n".join((dialog.told.heading, *(text for _tone, text in dialog.told.points)))
        assert [step.text for step in dialog.told.steps] == ["Показать в папке"]
        dialog.accept()
        self.it.settle(0.05)
        return words
