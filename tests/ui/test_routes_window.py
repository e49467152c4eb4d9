"""Joint signing in the real window, with real workers: from the first line to the package, and a restart."""

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from attacks import pdf_forgeries as forge
from hand import Hand, words
from opened import Opened, opened
from probe import LoopProbe
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent
from PySide6.QtWidgets import QLabel
from stand_ins.pki import Pki, pki_of
from stand_ins.signed_pdf import sign_pdf
from stand_ins.signers_made import inn_of, signer
from test_access import NAMED, tree

from app.algorithms.names import KeyAlgorithm
from app.crypto.routes.people import people_of
from app.journal import Action
from app.ui.routes.people_dialog import PeopleDialog
from app.ui.routes.window import RoutesWindow
from app.ui.told_dialog import ToldDialog
from app.ui.versions.dialog import VersionsDialog

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "crypto"))

from signing_files import sign

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
PETR, ANNA = "Пробный Пётр Петрович", "Пробная Анна Ивановна"


@pytest.fixture
def pki() -> Pki:
    """Return an infrastructure whose signatures are quick."""
    return pki_of(KeyAlgorithm.ECDSA_P256)


@pytest.fixture
def window(qapp: object, tmp_path: Path, pki: Pki) -> Iterator[Opened]:  # noqa: ARG001
    """Open the window on a profile that trusts the infrastructure."""
    pki.trust(tmp_path / "profile" / "data" / "trust")
    with opened(tmp_path / "profile") as it:
        yield it


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """Return a document to sign."""
    folder = tmp_path / "Договоры на подпись"
    folder.mkdir()
    path = folder / "Договор № 7 (итог).docx"
    path.write_bytes(b"PK\3\4 contract" * 500)
    return path


def came(contract: Path, pki: Pki, who: str, number: int | None, name: str) -> Path:
    """Return a signature as it came by mail: under any name, in a folder of downloads."""
    inbox = contract.parent.parent / "Загрузки"
    inbox.mkdir(exist_ok=True)
    return sign(contract, signer(pki, who, number)).rename(inbox / name)


def drop(onto: RoutesWindow, *paths: Path) -> None:
    """Drop files anywhere on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(600, 400), Qt.DropAction.CopyAction, data, left, none)
    onto.dropEvent(event)


def titles(joint: RoutesWindow) -> list[str]:
    """Return the lines about people, each with its state."""
    rows = joint.details.list.rows.shown
    return [f"{row.title}: {row.badge.text}" for row in rows if row.badge is not None]


def test_from_the_first_line_to_the_package(
    window: Opened, contract: Path, pki: Pki, probe: LoopProbe
) -> None:
    """Named, dropped, decided, packed by clicks; the window never stalls, the document is as it was."""
    before = contract.read_bytes()
    hand, page = Hand(window), window.desk.window.page(0)
    petr = came(contract, pki, PETR, 1, "подпись.sig")
    came(contract, pki, ANNA.upper(), None, "от Анны.bin")
    with probe, hand.journey("joint_signing"):
        hand.drop(contract)
        window.until(lambda: page.list.rows.rowCount() == 1)
        hand.pick(page.joint.button, "Собрать подписи")
        people = hand.dialog(PeopleDialog)
        hand.fill(people.lines, f"{PETR}, 000000000185")
        window.until(lambda: not people.ok.isEnabled())
        assert any("контрольные" in each.text() for each in people.findChildren(QLabel))
        people.lines.setPlainText(f"{PETR}, {inn_of(1)}\n{ANNA}, {inn_of(2)}, anna@example.org")
        window.until(people.ok.isEnabled)
        hand.click(people.ok)
        joint = hand.window(RoutesWindow)
        window.until(lambda: titles(joint) == [f"{PETR}: Ждём", f"{ANNA}: Ждём"])
        assert not joint.details.finish.isEnabled()

        drop(joint, petr.parent)
        hand.drops += 1
        told = hand.dialog(ToldDialog)
        assert told.told.heading == "2 новые подписи"
        hand.press(told, "Закрыть")
        window.until(lambda: f"{PETR}: Подписан" in titles(joint))
        hand.row(joint.details.list, ANNA.upper())
        hand.click(joint.details.settle)
        window.until(lambda: titles(joint) == [f"{PETR}: Подписан", f"{ANNA}: Подписан"])
        assert "Подписали все" in words(joint.details)

        hand.click(joint.details.finish)
        package = hand.save()
        done = hand.dialog(ToldDialog)
        hand.press(done, "Закрыть")
    probe.check()
    assert package.parent == contract.parent
    with zipfile.ZipFile(package) as archive:
        assert archive.namelist() == [
            contract.name,
            f"{contract.name}.sig",
            "Протокол проверки.pdf",
        ]
    window.until(lambda: "Завершён" in words(joint.details))
    assert contract.read_bytes() == before
    window.settle(0.2)
    noted = {row.action for row in window.services.journal.entries()}
    wanted = {Action.ROUTE_BEGIN, Action.ROUTE_TAKE, Action.ROUTE_SETTLE, Action.ROUTE_FINISH}
    assert noted >= wanted


def test_everything_has_a_name_and_the_empty_window_says_what_to_do(
    window: Opened, contract: Path
) -> None:
    """A screen reader finds a name on whatever can be used, empty or not; keys do the main things."""
    window.desk.joint.open()
    joint = Hand(window).window(RoutesWindow)
    window.until(joint.empty.isVisible)
    assert "Один документ подписывают несколько человек" in words(joint.empty)
    assert not joint.split.isVisible()
    nameless(joint)
    window.services.routes.begin(contract, people_of(PETR))
    joint._presenter.refresh()
    window.until(lambda: joint.list.rows.rowCount() == 1)
    nameless(joint)
    spoken = joint.list.rows.shown[0].spoken
    assert "Подписали 0 из 1" in spoken
    window.languages.speak("en")
    assert joint.windowTitle() == "Joint signing"
    assert titles(joint) == [f"{PETR}: Awaited"]
    window.languages.speak("ru")


def nameless(joint: RoutesWindow) -> None:
    """Fail on whatever can be pressed, chosen or filled in and has no name."""
    for each in tree(QAccessible.queryAccessibleInterface(joint)):
        state = each.state()
        if each.role() in NAMED and not state.invisible:
            assert each.text(QAccessible.Text.Name), (each.role(), each.object())


def test_what_came_is_seen_beside_ones_own(window: Opened, pki: Pki, tmp_path: Path) -> None:
    """A PDF whose page was changed before it was signed: both looks side by side, the change in a box."""
    contract = tmp_path / "Договор.pdf"
    contract.write_bytes(documents.two_pages())
    changed = tmp_path / "изменён.pdf"
    changed.write_bytes(forge.updated(forge.replace_page_content)(contract.read_bytes()))
    sent_back = sign_pdf(changed, pki, stamp=False, output=tmp_path / "подписан.pdf").target
    services = window.services
    services.routes.begin(contract, people_of(f"{PETR}, {inn_of(1)}"), practice=False)
    window.desk.joint.open()
    window.until(lambda: isinstance(window.app.activeWindow(), RoutesWindow))
    joint = window.app.activeWindow()
    assert isinstance(joint, RoutesWindow)
    window.until(lambda: titles(joint) == [f"{PETR}: Ждём"])
    assert not joint.details.compare.isVisible()
    drop(joint, sent_back)
    window.until(lambda: [each for each in titles(joint) if each.endswith(": Сравните")])
    for each in joint.findChildren(ToldDialog):
        each.accept()
    (row,) = [each for each in joint.details.list.rows.shown if each.key.startswith("signed")]
    joint.details.list.choose([row.key])
    window.until(joint.details.compare.isVisible)
    joint.details.compare.click()
    window.until(lambda: joint.findChild(VersionsDialog) is not None)
    dialog = joint.findChild(VersionsDialog)
    assert isinstance(dialog, VersionsDialog)
    window.until(lambda: bool(dialog.now.boxes))
    assert dialog.heading.text() == "Ваш документ и то, что пришло"
    assert "подписан.pdf" in dialog.words.text()
    assert dialog.caption.text() == "Как отправлено"
    assert dialog.choice.itemText(0) == "Ваш документ"
    assert not dialog.save.isEnabled()  # it lies there already
    dialog.choice.setCurrentIndex(1)
    dialog.choice.activated.emit(1)
    window.until(dialog.save.isEnabled)
    assert dialog.caption.text() == "Как подписано"
    window.until(lambda: "одинаково" in dialog.summary.text())
    dialog.reject()
    joint.close()


def test_practice_mode_is_told_over_this_window_too(window: Opened) -> None:
    """What is begun in it has no legal force; the way out is at hand, and tells every window."""
    window.desk.joint.open()
    window.until(lambda: isinstance(window.app.activeWindow(), RoutesWindow))
    joint = window.app.activeWindow()
    assert isinstance(joint, RoutesWindow)
    assert not joint.ribbon.isVisible()
    window.desk.practice.enter()
    window.until(joint.ribbon.isVisible)
    assert window.desk.window.ribbon.isVisible()
    joint.ribbon.leave.click()
    assert not joint.ribbon.isVisible()
    assert not window.desk.practice.active
    assert not window.desk.window.ribbon.isVisible()
    joint.close()
