"""Work on signatures through the real window: add one, certify, join, part, convert, raise, leave out."""

from pathlib import Path

import pytest
from opened import Opened
from probe import LoopProbe
from PySide6.QtWidgets import QApplication
from test_main_job import drop, finished

from app.errors import ErrorCode
from app.settings import TIME_STAMP_SERVERS
from app.ui.documents.page import DocumentsPage
from app.ui.documents.verbs import Verb
from app.ui.files import State
from app.ui.form_dialog import FormDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.error_dialog import ErrorDialog


class Desk:
    """The page of documents in practice mode."""

    def __init__(self, it: Opened, folder: Path) -> None:
        self.it = it
        self.folder = folder
        it.desk.practice.enter()
        it.until(lambda: it.desk.practice.active)
        page = it.desk.window.page(0)
        assert isinstance(page, DocumentsPage)
        self.page = page
        self.presenter = page._presenter
        it.until(lambda: self.presenter.key is not None and self.presenter.key.can_sign)

    def dialog(self, kind: type[Dialog]) -> Dialog:
        """Wait for a dialog."""

        def there() -> list[Dialog]:
            widgets = QApplication.topLevelWidgets()
            return [each for each in widgets if type(each) is kind and each.isVisible()]

        self.it.until(lambda: bool(there()))
        return there()[0]

    def choose(self, *paths: Path) -> None:
        """Put files on the list, if need be, and choose them."""
        lacking = [path for path in paths if self.presenter.document(str(path)) is None]
        if lacking:
            drop(self.it, *lacking)
        self.it.until(lambda: all(self.presenter.document(str(path)) for path in paths))
        self.page.list.choose([str(path) for path in paths])

    def sign(self, path: Path) -> Path:
        """Sign a document; return the file of the signature."""
        self.choose(path)
        self.presenter.sign()
        finished(self.it, path, State.SIGNED, State.FAILED)
        document = self.presenter.document(str(path))
        assert document.error is None
        return document.signed.target

    def do(self, verb: Verb) -> None:
        """Ask for a verb as its keys do."""
        self.page.verbs.ask_for(verb)

    def told(self) -> str:
        """Read what came of it, and close the dialog."""
        dialog = self.dialog(ToldDialog)
        words = "\n".join((dialog.told.heading, *(text for _tone, text in dialog.told.points)))
        assert [step.text for step in dialog.told.steps] == ["Показать в папке"]
        dialog.accept()
        self.it.settle(0.05)
        return words


@pytest.fixture
def desk(window: Opened, tmp_path: Path) -> Desk:
    """Return the page with practice mode on."""
    return Desk(window, tmp_path)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Return a document that is no PDF."""
    path = tmp_path / "Письмо.docx"
    path.write_bytes(b"PK\3\4 letter" * 20)
    return path


def test_extra_signers_join_and_part(desk: Desk, letter: Path, probe: LoopProbe) -> None:
    """A second signature is added; parted, joined, put together with the document and apart again."""
    first = desk.sign(letter)
    before = first.read_bytes()
    with probe:
        desk.choose(first)
        desk.do(Verb.CO_SIGN)
        finished(desk.it, first, State.SIGNED, State.FAILED)
        both = desk.presenter.document(str(first)).signed
        assert both is None or both.target != first
        assert desk.presenter.document(str(first)).error is None or (
            desk.presenter.document(str(first)).error.code is ErrorCode.SIGNATURE_REPEATED
        )
        desk.do(Verb.ATTACH)
        assert "Сохранено" in desk.told()
    probe.check()
    assert first.read_bytes() == before


def test_says_why_not(desk: Desk, letter: Path) -> None:
    """A verb that does not go with the document says why, in the menu and to its keys."""
    desk.choose(letter)
    said: list[str] = []
    desk.page.said.connect(said.append)
    desk.do(Verb.MERGE)
    assert said == ["Выберите два или несколько файлов подписи одного документа."]
    offered = {each.verb: each.why_not for each in desk.presenter.verbs.offered()}
    assert all(offered.values())


def test_raise_without_a_server(desk: Desk, letter: Path) -> None:
    """Without a server of time stamps nothing is asked: the error says what to set."""
    sig = desk.sign(letter)
    desk.choose(sig)
    desk.do(Verb.RAISE)
    desk.dialog(ErrorDialog).close()
    desk.it.services.settings.set(TIME_STAMP_SERVERS, ("http://127.0.0.1:9/tsp",))
    desk.do(Verb.RAISE)
    form = desk.dialog(FormDialog)
    assert [key for key, _words in form._form.choices] == ["t", "xl1", "lt", "lta"]
    form.close()
