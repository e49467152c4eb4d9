"""The guide in the window: opened by F1 and from an error, at the right place, searched, gone back."""

from collections.abc import Iterator
from functools import partial

import pytest
from opened import Opened
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlock
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import set_language
from app.texts.errors import describe_error
from app.ui.help.desk import HelpDesk
from app.ui.help.library import Place, read_page
from app.ui.help.window import HelpWindow
from app.ui.rows import Tone, reason_of
from app.ui.tasks import QtTasks
from app.ui.widgets.answer_card import ReasonCard
from app.ui.widgets.error_dialog import ErrorDialog
from app.ui.widgets.help_link import open_contents


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[HelpDesk]:
    """Return a desk over an empty window, in Russian."""
    set_language("ru")
    parent = QWidget()
    qtbot.addWidget(parent)
    tasks = QtTasks(parent)
    failures: list[RoscherkError] = []
    made = HelpDesk(parent, tasks, failures.append)
    parent.show()
    yield made
    assert failures == []
    made.close()
    tasks.close()
    set_language("en")


def shown(desk: HelpDesk, qtbot: QtBot, page: str) -> HelpWindow:
    """Wait until a page is shown."""
    qtbot.waitUntil(
        lambda: (
            desk.window is not None
            and desk.window.browser._page is not None
            and desk.window.browser._page.name == page
        )
    )
    assert desk.window is not None
    assert desk.window.isVisible()
    return desk.window


def heading_at_top(window: HelpWindow) -> str:
    """Return the heading that stands at the top of what is seen, or the first one below."""
    browser = window.browser
    block: QTextBlock = browser.cursorForPosition(browser.viewport().rect().topLeft()).block()
    while block.isValid() and not block.blockFormat().headingLevel():
        block = block.next()
    return block.text()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_error_leads_to_its_place(desk: HelpDesk, qtbot: QtBot, language: str) -> None:
    """«More in the help» of an error opens the page of errors at the error's own heading."""
    set_language(language)
    error = RoscherkError(ErrorCode.PIN_LOCKED, serial="2ad0cafe")
    dialog = ErrorDialog(None, error)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.more.click()
    page = "guide/errors.md" if language == "ru" else "guide/en/errors.md"
    window = shown(desk, qtbot, page)
    qtbot.waitUntil(lambda: heading_at_top(window) == describe_error(error).heading)
    assert window.browser.verticalScrollBar().value() > 0
    assert dialog.isVisible()


def test_an_error_on_a_card_leads_there_too(desk: HelpDesk, qtbot: QtBot) -> None:
    """A card in a page carries the same link; a reason that is no error carries none."""
    error = RoscherkError(ErrorCode.FORMAT_DAMAGED, path="/d/x.sig")
    card = ReasonCard(reason_of(describe_error(error), Tone.ERROR))
    qtbot.addWidget(card)
    (link,) = card.findChildren(QPushButton)
    link.click()
    window = shown(desk, qtbot, "guide/errors.md")
    qtbot.waitUntil(lambda: heading_at_top(window) == describe_error(error).heading)
    plain = ReasonCard(reason_of(describe_error(error), Tone.ERROR).__class__(heading="…"))
    qtbot.addWidget(plain)
    assert plain.findChildren(QPushButton) == []


def test_an_error_that_nobody_foresaw_has_a_place() -> None:
    """An unknown code is told as unexpected, and leads to that."""
    assert describe_error(RoscherkError("a_newer_code")).code == "unexpected"  # type: ignore[arg-type]


def test_f1_tells_of_what_is_on_the_screen(window: Opened, qtbot: QtBot) -> None:
    """On each page F1 opens its chapter at its heading; «?» opens the contents."""
    main, desk = window.desk.window, window.desk.help
    headings = {
        0: ("guide/signing.md", "Первая подпись"),
        1: ("guide/tokens.md", "Токены, ключи и PIN-коды"),
        2: ("guide/certificates.md", "Сертификаты, доверие и сроки"),
        3: ("guide/verification.md", "Проверка подписи и что значит каждый ответ"),
        4: ("guide/settings.md", "Журнал"),
        5: ("guide/settings.md", "Настройки"),
        6: ("guide/settings.md", "Рабочее место"),
    }
    for place, (page, heading) in headings.items():
        main.go_to(place)
        main.activateWindow()
        qtbot.waitUntil(main.isActiveWindow)
        QTest.keyClick(main, Qt.Key.Key_F1)
        guide = shown(desk, qtbot, page)
        qtbot.waitUntil(lambda guide=guide, heading=heading: heading_at_top(guide) == heading)
    desk.close()


def test_f1_opens_the_contents(desk: HelpDesk, qtbot: QtBot) -> None:
    """F1 shows the first page; its contents list every page, and a click opens one."""
    parent = desk.parent()
    assert isinstance(parent, QWidget)
    qtbot.waitExposed(parent)
    QTest.keyClick(parent, Qt.Key.Key_F1)
    window = shown(desk, qtbot, "guide/README.md")
    assert window.windowTitle() == "Справка — Росчерк"
    assert window.contents.count() == 14
    window.contents.itemClicked.emit(window.contents.item(2))
    shown(desk, qtbot, "guide/tokens.md")
    assert window.contents.currentRow() == 2
    window.back.click()
    shown(desk, qtbot, "guide/README.md")
    assert not window.back.isEnabled()


def test_a_button_anywhere_opens_the_contents(desk: HelpDesk, qtbot: QtBot) -> None:
    """The settings have a button that knows nothing of the desk; it shows the open page again."""
    open_contents()
    shown(desk, qtbot, "guide/README.md")
    desk.go(Place("guide/law.md"))
    window = shown(desk, qtbot, "guide/law.md")
    open_contents()
    assert window.browser._page is not None
    assert window.browser._page.name == "guide/law.md"


def test_links_lead_to_pages_and_never_out(desk: HelpDesk, qtbot: QtBot) -> None:
    """A link with a place opens the page there; an address of the network is not followed."""
    desk.go(Place("guide/verification.md"))
    window = shown(desk, qtbot, "guide/verification.md")
    window.link_asked.emit("https://example.ru/")
    window.link_asked.emit("certificates.md#root")
    shown(desk, qtbot, "guide/certificates.md")
    qtbot.waitUntil(lambda: heading_at_top(window) == "Кому доверять")


def test_words_are_found_on_the_page(desk: HelpDesk, qtbot: QtBot) -> None:
    """Search marks every place, counts them, goes around; nothing found is said."""
    desk.go(Place("guide/tokens.md"))
    window = shown(desk, qtbot, "guide/tokens.md")
    window.words.setText("Администратора")
    total = len(window.browser.extraSelections())
    assert total >= 2
    assert window.count.text() == f"1 из {total}"
    window.find_next()
    assert window.count.text() == f"2 из {total}"
    window.find_before()
    window.find_before()
    assert window.count.text() == f"{total} из {total}"
    window.words.setText("нет таких слов")
    assert window.count.text() == "Ничего не найдено"


def test_pictures_fit(desk: HelpDesk, qtbot: QtBot) -> None:
    """A picture is never wider than the page, at any width of the window."""
    desk.go(Place("guide/signing.md"))
    window = shown(desk, qtbot, "guide/signing.md")
    for width in (1040, 640):
        window.resize(width, 700)
        qtbot.waitUntil(partial(_is_wide, window, width))
        assert window.browser.document().idealWidth() <= window.browser.viewport().width()
        assert window.browser.horizontalScrollBar().maximum() == 0


def _is_wide(window: HelpWindow, width: int) -> bool:
    return window.width() == width


def test_a_page_is_laid_out_once(qtbot: QtBot) -> None:
    """Not anew for each cell of its tables: the page that compares took twenty seconds so."""
    window = HelpWindow()
    qtbot.addWidget(window)
    window.show()
    changes: list[int] = []
    window.browser.document().contentsChange.connect(lambda at, _less, _more: changes.append(at))
    page = read_page("comparison.md")
    window.show_page(page, "", back=False)
    assert page.text.count("\n|") > 50
    assert len(changes) < 10
