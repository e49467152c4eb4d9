"""Journeys with documents, clicked through in the real window; docs/journeys.md tells the same clicks."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hand import Hand, words
from opened import Opened, opened
from stand_ins import servers
from stand_ins.incoming import Mail
from test_trust_window import online_pki

from app import settings
from app.crypto.trust.folders import StoreName
from app.crypto.verdict.report import Standing
from app.ui.certificate_window import CertificateWindow
from app.ui.documents.page import DocumentsPage
from app.ui.missing_dialog import MissingDialog
from app.ui.told_dialog import ToldDialog
from app.ui.verify.page import VerifyPage
from app.ui.welcome.first_run import FirstRun
from app.ui.welcome.tour import Step
from app.ui.widgets.answers_panel import VerdictHead


def documents(it: Opened) -> DocumentsPage:
    """Return the first page."""
    page = it.desk.window.page(0)
    assert isinstance(page, DocumentsPage)
    return page


def verification(it: Opened) -> VerifyPage:
    """Return the page of verification."""
    page = it.desk.window.page(3)
    assert isinstance(page, VerifyPage)
    return page


def head(page: DocumentsPage | VerifyPage) -> str:
    """Return what the card says first."""
    heads = [each for each in page.details.findChildren(VerdictHead) if each.isVisible()]
    return heads[-1].accessibleName() if heads else ""


def test_newcomer(window: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From an empty profile to a verified signature: at most 8 clicks and 60 seconds."""
    run, hand = window.desk.first_run, Hand(window)
    monkeypatch.setattr(run, "_folder", lambda: tmp_path / "Документы")
    begun = time.monotonic()
    run.show(window.desk.window.ask_first())  # as the program does on an empty profile
    choices = window.desk.window.stack.currentWidget()
    with hand.journey("newcomer"):
        hand.press(choices, "Попробовать на учебном примере")
        bar = documents(window).bar
        for step, able in (
            (Step.DOCUMENT, run.card.action),
            (Step.SIGNATURE, bar.sign),
            (Step.CHECK, bar.verify),
        ):
            window.until(partial(_is_at, run, step), 60)
            window.until(able.isEnabled, 60)
            hand.click(run.card.action)
        window.until(partial(_is_at, run, Step.DONE), 60)
        window.until(
            lambda: head(documents(window)).startswith("УЧЕБНАЯ подпись, проверка пройдена")
        )
    assert hand.clicks <= 8
    assert time.monotonic() - begun < 60
    (made,) = tmp_path.rglob("*.УЧЕБНАЯ.pdf")
    assert made.stat().st_size > 10_000


def _is_at(run: FirstRun, step: Step) -> bool:
    return run.tour.step is step


# --- what comes in


@pytest.fixture
def mail(tmp_path: Path) -> Mail:
    """Return what came in."""
    return Mail(tmp_path / "Почта")


@pytest.fixture
def office(qapp: object, tmp_path: Path, mail: Mail) -> Iterator[Opened]:  # noqa: ARG001  # one QApplication
    """Open the window of a user who trusts two authorities."""
    mail.trust(tmp_path / "profile" / "data" / "trust")
    with opened(tmp_path / "profile") as it:
        it.services.settings.set(settings.RECENT_FOLDER, str(tmp_path))
        yield it


def test_what_comes_in(office: Opened, mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature: three clicks and ten seconds at most; its protocol; a folder of twenty."""
    hand, page = Hand(office), verification(office)
    paper, folder = mail.passed("Акт сверки за ноябрь.docx"), mail.twenty()
    begun = time.monotonic()
    with hand.journey("incoming_signature"):
        hand.row(office.desk.window.sidebar.navigation, "Проверка")
        hand.drop(paper)
        office.until(lambda: "Подписал:" in head(page))
    assert hand.clicks + hand.drops <= 3
    assert time.monotonic() - begun < 10
    sound = "Документ не изменён. Подпись действительна. Подписал: Тестов Тест Тестович, от имени"
    assert head(page).startswith(sound)
    shown: list[str] = []
    monkeypatch.setattr(office.desk.dialogs, "open_file", shown.append)
    with hand.journey("protocol"):
        hand.press(page.details, "Сохранить протокол…")
        saved = hand.save()
        hand.press(hand.dialog(ToldDialog), "Открыть и напечатать")
    assert saved.read_bytes().startswith(b"%PDF")
    assert shown == [str(saved)]
    office.desk.window.go_to(0)
    with hand.journey("folder"):
        hand.row(office.desk.window.sidebar.navigation, "Проверка")
        hand.drop(folder)
        office.until(lambda: page.subtitle.text().startswith("Проверено: 21 из 21"), 60)
    office.until(lambda: head(page).startswith("Подпись недействительна"))
    checked = [one.checked for one in page._presenter._documents.values()]
    found = [one.report.files[0].standing for one in checked if one is not None]
    assert found.count(Standing.BROKEN) == 1
    assert found.count(Standing.PASSED) >= 14


def test_chain_and_what_is_missing(window: Opened, tmp_path: Path) -> None:
    """The chain is drawn with its gap; what lacks is found, told, and installed by one consent."""
    hand = Hand(window)
    with servers.running() as server:
        window.services.settings.set(settings.NAMED_HOSTS, (server.host,))
        file = tmp_path / "Сертификат.cer"
        file.write_bytes(online_pki(server).leaf)
        page = window.desk.window.page(2)
        with hand.journey("chain"):
            hand.row(window.desk.window.sidebar.navigation, "Сертификаты")
            hand.drop(file)
            hand.press(page, "Цепочка…")
            shown = hand.window(CertificateWindow)
            hand.press(shown, "Найти недостающие…")
            dialog = hand.dialog(MissingDialog)
            window.until(dialog.yes.isEnabled)
            assert "Тестовый корень" in words(dialog)
            hand.click(dialog.yes)
            window.until(lambda: not shown.missing.isVisible())
    shown.close()
    for store in (StoreName.ANCHORS, StoreName.INTERMEDIATES):
        assert len(list(window.services.stores.files(store))) == 1
