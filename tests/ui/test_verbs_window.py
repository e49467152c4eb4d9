"""Work on signatures through the real window: add one, certify, join, part, convert, raise, leave out."""

from pathlib import Path

import pytest
from documents_desk import DocumentsDesk
from opened import Opened
from probe import LoopProbe
from stand_ins.pki import pki_of
from stand_ins.servers import running
from stand_ins.time_authority import time_authority_of
from test_main_job import finished

from app.algorithms.names import KeyAlgorithm
from app.crypto.trust.folders import StoreName
from app.settings import NAMED_HOSTS, NETWORK_PROXY, TIME_STAMP_SERVERS
from app.ui.documents.verbs import Verb
from app.ui.files import State
from app.ui.form_dialog import FormDialog
from app.ui.widgets.error_dialog import ErrorDialog


@pytest.fixture
def desk(window: Opened, tmp_path: Path) -> DocumentsDesk:
    """Return the page with practice mode on."""
    return DocumentsDesk(window, tmp_path)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Return a document that is no PDF."""
    path = tmp_path / "Письмо.docx"
    path.write_bytes(b"PK\3\4 letter" * 20)
    return path


def test_one_signature_through_every_verb(
    desk: DocumentsDesk, letter: Path, probe: LoopProbe
) -> None:
    """Put inside, taken out, apart again, certified, parted; every source stays as it was."""
    (first,) = desk.sign(letter)
    before = first.read_bytes()
    folder = letter.parent
    desk.choose(first)
    with probe:
        desk.do(Verb.ATTACH)
        assert "Документ вложен в файл подписи" in desk.told()
        attached = folder / "Письмо.docx.УЧЕБНАЯ (1).sig"
        desk.choose(attached)
        desk.do(Verb.EXTRACT)
        desk.told()
        (copy,) = [
            each
            for each in folder.iterdir()
            if each.is_file() and each != letter and each.read_bytes() == letter.read_bytes()
        ]
        assert copy.suffix == ".docx"
        desk.choose(attached)
        desk.do(Verb.DETACH)
        desk.told()
        desk.choose(first)
        desk.do(Verb.COUNTER_SIGN)
        desk.answer("1")
        finished(desk.it, first, State.SIGNED, State.FAILED)
        assert desk.document(first).error is None
        certified = desk.document(first).signed.target
        assert certified != first
        desk.do(Verb.SPLIT)
        assert "Для каждого подписанта сделан файл" in desk.told()
    probe.check()
    assert first.read_bytes() == before
    desk.it.settle(0.2)
    noted = {row.action for row in desk.it.services.journal.entries()}
    assert noted >= {"signature_convert", "signature_extract", "signature_split"}


def test_second_signer_joined_and_left_out(desk: DocumentsDesk, letter: Path) -> None:
    """A second signature by the same certificate is asked about; files are joined; one is left out."""
    (first,) = desk.sign(letter)
    desk.choose(first)
    desk.do(Verb.CO_SIGN)
    form = desk.dialog(FormDialog)
    assert "уже подписан этим сертификатом" in form._form.points[0][1]
    form.ok.click()
    (both,) = desk.signed(first)
    assert both != first
    desk.choose(both)
    desk.choose(letter, both)
    desk.do(Verb.MERGE)
    words = desk.told()
    assert "Подписи объединены" in words
    assert "дважды" in words
    desk.choose(both)
    desk.do(Verb.REMOVE)
    desk.answer("2")
    assert "Файл сохранён без этой подписи" in desk.told()


def test_added_to_what_was_signed_a_moment_ago(desk: DocumentsDesk, letter: Path) -> None:
    """A document that was signed in the list takes a second signature in its row."""
    (first,) = desk.sign(letter)
    desk.choose(letter)
    desk.do(Verb.CO_SIGN)
    desk.dialog(FormDialog).ok.click()
    desk.it.until(lambda: desk.document(letter).to_verify != first)
    assert desk.document(letter).to_verify.name == "Письмо.docx.УЧЕБНАЯ (1).sig"


def test_says_why_not(desk: DocumentsDesk, letter: Path) -> None:
    """A verb that does not go with the document says why, in the menu and to its keys."""
    desk.choose(letter)
    said: list[str] = []
    desk.page.said.connect(said.append)
    desk.do(Verb.MERGE)
    assert said == ["Выберите два или несколько файлов подписи одного документа."]
    assert all(each.why_not for each in desk.presenter.verbs.offered())


def test_raised_with_a_time_stamp(desk: DocumentsDesk, letter: Path) -> None:
    """Without a server the error says what to set; with one the signature gets its time."""
    (first,) = desk.sign(letter)
    desk.choose(first)
    desk.do(Verb.RAISE)
    desk.dialog(ErrorDialog).close()
    settings = desk.it.services.settings
    desk.it.services.stores.add(StoreName.ANCHORS, pki_of(KeyAlgorithm.RSA).root)
    with running() as server:
        settings.set(NAMED_HOSTS, (server.host,))
        settings.set(NETWORK_PROXY, "none")
        settings.set(TIME_STAMP_SERVERS, (server.tsa(time_authority_of(KeyAlgorithm.RSA)),))
        desk.do(Verb.RAISE)
        desk.answer("t")
        words = desk.told()
    assert "CAdES-BES → CAdES-T" in words
    assert (letter.parent / "Письмо.docx.УЧЕБНАЯ (1).sig").is_file()
