"""Trust through the real window: missing certificates in three clicks, stores, undo, lists, bundles."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from opened import Opened
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from stand_ins import servers
from stand_ins.extensions_made import authority_access
from stand_ins.pki import Pki, ca_extensions, end_entity, make_pki, pki_of
from test_main_job import drop

from app import settings
from app.algorithms.names import KeyAlgorithm
from app.composition import build as build_services
from app.crypto.certificates import building as build
from app.crypto.model import SignRequest
from app.crypto.trust.folders import StoreName
from app.crypto.trust.wanting import Wanted
from app.crypto.verdict.report import Indication
from app.places import Places
from app.texts.certificate_fields import fingerprint
from app.tokens.pin import Secret
from app.ui.certificates.page import CertificatesPage
from app.ui.missing_dialog import MissingDialog
from app.ui.told_dialog import ToldDialog
from app.ui.widgets.dialog import Dialog

PKI = pki_of(KeyAlgorithm.GOST_256)
PASSWORD = b"pass word 1"


def stored(window: Opened, store: StoreName) -> list[str]:
    """Return the fingerprints in a store."""
    return [path.stem for path in window.services.stores.files(store)]


def page(window: Opened) -> CertificatesPage:
    """Go to the page of certificates."""
    window.desk.window.go_to(2)
    window.settle(0.1)
    return window.desk.window.page(2)


def choose(window: Opened, where: CertificatesPage, text: str) -> None:
    """Choose the row whose title has this text in it, once it is there."""
    rows = where.list.rows

    def key() -> str | None:
        for place in range(rows.rowCount()):
            row = rows.index(place, 0).data(Qt.ItemDataRole.UserRole)
            if text in row.title and not row.header:
                return str(row.key)
        return None

    window.until(lambda: key() is not None)
    where.list.choose([key()])


def words(dialog: QWidget) -> str:
    """Return all that is written on a dialog."""
    return "\n".join(each.text() for each in dialog.findChildren(QLabel) if each.text())


def top_dialog(window: Opened, kind: type[Dialog]) -> Dialog:
    """Return the dialog of this kind that is open, once it is."""

    def found() -> list[Dialog]:
        return [each for each in window.desk.window.findChildren(kind) if each.isVisible()]

    window.until(lambda: bool(found()))
    return found()[-1]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with the certificates and lists of an infrastructure."""
    folder = tmp_path / "от УЦ"
    folder.mkdir()
    for name, der in (("root.cer", PKI.root), ("ca.cer", PKI.ca), ("leaf.cer", PKI.leaf)):
        (folder / name).write_bytes(der)
    (folder / "ca.crl").write_bytes(PKI.crls[1])
    return folder


def test_root_is_trusted_listed_and_taken_back(window: Opened, files: Path) -> None:
    """Drop a root, agree, see it in its store; the bar takes it back; the record stays."""
    it = page(window)
    it.shelves._buttons["anchors"].click()
    assert "С корня начинается доверие" in it.empty._words.text()
    drop(window, files / "root.cer")
    choose(window, it, "Тестовый корень")
    QTest.mouseClick(it.card.trust, Qt.MouseButton.LeftButton)
    dialog = top_dialog(window, Dialog)
    assert "Программа не знает этого корня" in words(dialog)
    yes = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Доверять")
    yes.click()
    window.until(lambda: len(stored(window, StoreName.ANCHORS)) == 1)
    window.until(it.undo.isVisible)
    it.undo.action.click()
    window.until(lambda: not stored(window, StoreName.ANCHORS))
    it.shelves._buttons["history"].click()
    choose(window, it, "Доверие корню")
    window.until(lambda: "Отменено" in words(it.card))
    assert not it.card.undo.isVisible()


def test_list_goes_into_its_store_without_a_question(window: Opened, files: Path) -> None:
    """A revocation list needs no decision; its age and its next one are shown; search finds it."""
    it = page(window)
    drop(window, files / "ca.crl")
    window.until(lambda: len(stored(window, StoreName.CRLS)) == 1)
    it.shelves._buttons["crls"].click()
    it.search.setText("такого нет")
    window.until(it.empty.isVisible)
    it.search.setText("тестовый уц")
    choose(window, it, "Тестовый УЦ")
    window.until(lambda: "Следующий" in words(it.card))
    assert "его УЦ здесь ещё нет" in words(it.card)


def online_pki(server: servers.Server) -> Pki:
    """Make an infrastructure whose certificates name where their issuers and lists lie."""
    pki = make_pki(KeyAlgorithm.ECDSA_P256)
    root, ca = pki.root_issuer, pki.ca_issuer
    fresh = {"this_update": datetime.now(UTC) - timedelta(hours=1)}
    ca.certificate = root.issue(
        ca.key.public,
        subject=ca.name,
        extensions=(
            *ca_extensions(ca.key.public, root.key.public, path_length=0),
            authority_access(issuers=[server.file("root.cer", root.certificate)]),
            build.crl_points(server.file("root.crl", root.crl(**fresh))),
        ),
    )
    pki.leaf = ca.issue(
        pki.leaf_key.public,
        extensions=(
            *end_entity(pki.leaf_key.public, ca.key.public),
            authority_access(issuers=[server.file("ca.cer", ca.certificate)]),
            build.crl_points(server.file("ca.crl", ca.crl(**fresh))),
        ),
    )
    return pki


def signed(window: Opened, pki: Pki, folder: Path) -> Path:
    """Sign a document with the person's key; return the signature."""
    key = folder / "ключ.pfx"
    key.write_bytes(pki.pfx(PASSWORD))
    document = folder / "Акт № 5.txt"
    document.write_text("Акт сверки", "utf-8")
    with Secret(bytearray(PASSWORD)) as secret:
        container = window.services.keyring.find(f"pfx:{key}", secret).container
        request = SignRequest(source=document, container=container, signing_time=datetime.now(UTC))
        return window.services.signing.sign(request, secret).target


def test_from_a_drop_to_a_full_verdict(window: Opened, tmp_path: Path) -> None:
    """A new profile: drop, «Установить недостающие…», «Установить…»: a full verdict, two clicks."""
    with servers.running() as server:
        window.services.settings.set(settings.NAMED_HOSTS, (server.host,))
        pki = online_pki(server)
        signature = signed(window, pki, tmp_path)
        window.desk.window.go_to(3)
        it = window.desk.window.page(3)
        drop(window, signature)
        window.until(lambda: find(it, "Установить недостающие") is not None)
        assert not stored(window, StoreName.ANCHORS)
        find(it, "Установить недостающие").click()  # the first click
        dialog = top_dialog(window, MissingDialog)
        window.until(dialog.yes.isEnabled)
        said = words(dialog)
        assert "Тестовый корень" in said
        assert fingerprint(hashlib.sha256(pki.root).hexdigest()) in said
        assert not stored(window, StoreName.ANCHORS)  # nothing before the consent
        assert dialog.yes.text() == "Установить и доверять корню"
        dialog.yes.click()  # the second
        window.until(lambda: stored(window, StoreName.ANCHORS) != [])

        def verdict() -> Indication | None:
            (document,) = it._presenter._documents.values()
            checked = document.checked
            return None if checked is None else checked.report.files[0].verdict

        window.until(lambda: verdict() is Indication.TOTAL_PASSED)
        window.until(lambda: find(it, "Установить недостающие") is None)
    assert len(stored(window, StoreName.CRLS)) == 2
    (change,) = window.services.trust.history().changes
    assert {each.store for each in change.added} == {
        StoreName.ANCHORS,
        StoreName.INTERMEDIATES,
        StoreName.CRLS,
    }
    assert server.host in change.source
    window.services.trust.undo()
    assert not stored(window, StoreName.ANCHORS)


def test_without_the_network_a_folder_will_do(window: Opened, tmp_path: Path, files: Path) -> None:
    """The chain is drawn with its gap; the user points to a folder; the root is his decision."""
    window.services.settings.set(settings.NETWORK_ONLINE, False)
    leaf = window.services.certificates.show(PKI.leaf)
    done: list[bool] = []
    dialog = window.desk.viewing.install_missing(
        [Wanted(certificate=leaf)], lambda: done.append(True)
    )
    window.until(dialog.list.isVisible)
    assert not dialog.yes.isEnabled()
    titles = [dialog.list.rows.index(n, 0).data() for n in range(dialog.list.rows.rowCount())]
    assert titles == ["Цепочка: Тестов Тест Тестович", "Тестовый УЦ", "Тестов Тест Тестович"]
    dialog._presenter.search([files])
    window.until(dialog.yes.isEnabled)
    dialog.yes.click()
    window.until(lambda: done == [True])
    assert len(stored(window, StoreName.ANCHORS)) == 1
    assert len(stored(window, StoreName.INTERMEDIATES)) == 1
    del tmp_path


def test_closing_installs_nothing(window: Opened, files: Path) -> None:
    """Escape is a no, also while it is still being looked for."""
    leaf = window.services.certificates.show(PKI.leaf)
    dialog = window.desk.viewing.install_missing([Wanted(certificate=leaf)], lambda: None)
    dialog._presenter.search([files])
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    window.settle(1.5)
    assert not stored(window, StoreName.ANCHORS)
    assert not stored(window, StoreName.INTERMEDIATES)


def test_certificate_window_finds_what_is_missing(window: Opened, files: Path) -> None:
    """The button is there only while the chain lacks something."""
    leaf = window.services.certificates.show(PKI.leaf)
    it = window.desk.viewing.show(leaf, pool=[])
    window.until(it.missing.isVisible)
    window.services.trust.add(
        [window.services.certificates.show(der) for der in (PKI.root, PKI.ca)],
        confirmed=[hashlib.sha256(PKI.root).hexdigest()],
    )
    window.desk.viewing._build_chain(it, leaf, ())
    window.until(lambda: not it.missing.isVisible())
    it.close()
    del files


def test_bundle_goes_from_profile_to_profile(window: Opened, tmp_path: Path) -> None:
    """Made, dropped on another profile, shown before it changes anything, imported with its root."""
    with build_services(Places.under(tmp_path / "другой")) as other:
        other.trust.add(
            [other.certificates.show(der) for der in (PKI.root, PKI.ca)],
            confirmed=[hashlib.sha256(PKI.root).hexdigest()],
            lists=other.trust.look([_written(tmp_path / "ca.crl", PKI.crls[1])]).lists,
        )
        bundle = tmp_path / "комплект.roscherk-trust"
        other.bundles.make(bundle)
    page(window)
    drop(window, bundle)
    dialog = top_dialog(window, ToldDialog)
    assert "Что изменил бы этот комплект" in words(dialog)
    assert not stored(window, StoreName.INTERMEDIATES)
    button = next(b for b in dialog.findChildren(QPushButton) if "доверять корням" in b.text())
    button.click()
    window.until(lambda: len(stored(window, StoreName.CRLS)) == 1)
    assert (
        len(stored(window, StoreName.ANCHORS)) == len(stored(window, StoreName.INTERMEDIATES)) == 1
    )


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def find(widget: QWidget, text: str) -> QPushButton | None:
    """Return the visible button with this text in it."""
    found = [b for b in widget.findChildren(QPushButton) if text in b.text() and b.isVisible()]
    return found[0] if found else None
