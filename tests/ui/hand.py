"""A person's hand at the window: mouse and keys as the system sends them, every click counted.

A click goes to the window at a place, not to a widget: what is covered, disabled, scrolled out of sight
or behind a dialog is not hit, and that fails the test. Scrolling to what one wants is no click.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from opened import Opened
from probe import noted
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QWidget,
)
from test_main_job import drop

JOURNEYS: Final = Path(__file__).parents[2] / "docs" / "journeys.md"
_ROW = re.compile(r"^\|[^|]+\| (\d+) \|[^|]+\| `(\w+)` \|$", re.MULTILINE)
D = TypeVar("D", bound=QDialog)


def written() -> dict[str, int]:
    """Return what docs/journeys.md says: the clicks of each journey, by its name in the tests."""
    return {name: int(clicks) for clicks, name in _ROW.findall(JOURNEYS.read_text("utf-8"))}


class Hand:
    """Clicks, types and drops, and counts."""

    def __init__(self, it: Opened) -> None:
        self.it = it
        self.clicks = 0
        self.drops = 0

    @contextmanager
    def journey(self, name: str) -> Iterator[None]:
        """Begin to count; at the end compare with what the document of journeys tells people.

        Files that are dropped count like a click.
        """
        self.clicks = self.drops = 0
        with noted(name):
            yield
        counted = self.clicks + self.drops
        assert written().get(name) == counted, f"docs/journeys.md: {name} takes {counted}"

    def let_go(self) -> None:
        """Close what a journey that failed has left open, so that the next one begins alone."""
        while (
            front := QApplication.activePopupWidget() or QApplication.activeModalWidget()
        ) is not None:
            front.close()
            self.it.settle(0.02)

    # --- finding

    def dialog(self, kind: type[D], seconds: float = 30) -> D:
        """Wait for a dialog of exactly this kind to be in front."""

        def front() -> D | None:
            found = QApplication.activeModalWidget()
            return found if type(found) is kind else None

        self.it.until(lambda: front() is not None, seconds)
        found = front()
        assert found is not None
        return found

    def window(self, kind: type[D]) -> D:
        """Wait for a window of this kind that stands beside the main one."""

        def there() -> list[D]:
            tops = QApplication.topLevelWidgets()
            return [each for each in tops if isinstance(each, kind) and each.isVisible()]

        self.it.until(lambda: bool(there()))
        (found,) = there()
        return found

    def button(self, where: QWidget, words: str) -> QAbstractButton:
        """Wait for the one button with these words that can be seen."""

        def seen() -> list[QAbstractButton]:
            buttons = where.findChildren(QAbstractButton)
            said = [(each, each.text() or each.accessibleName()) for each in buttons]
            return [each for each, text in said if words in text and each.isVisibleTo(where)]

        self.it.until(lambda: bool(seen()))
        (found,) = seen()
        return found

    # --- doing

    def click(self, widget: QWidget) -> None:
        """Click on the middle of a widget."""
        self.it.until(lambda: widget.isVisible() and widget.isEnabled())
        self.it.settle(0.02)  # nobody is quicker than the window paints
        _bring_into_sight(widget)
        self.it.until(lambda: _lies_open(widget, widget.rect().center()), 5)
        self._press(widget, widget.rect().center())

    def drag(self, widget: QWidget, start: QPoint, x: int, y: int) -> None:
        """Take something at ``start`` and let it go elsewhere on the same widget."""
        window = widget.window()
        handle, left = window.windowHandle(), Qt.MouseButton.LeftButton
        points = [widget.mapTo(window, each) for each in (start, QPoint(x, y))]
        assert all(widget.rect().contains(each) for each in (start, QPoint(x, y)))
        QTest.mousePress(handle, left, Qt.KeyboardModifier.NoModifier, points[0])
        QTest.mouseMove(handle, points[1])
        QTest.mouseRelease(handle, left, Qt.KeyboardModifier.NoModifier, points[1])
        self.clicks += 1

    def press(self, where: QWidget, words: str) -> None:
        """Click on the button with these words."""
        self.click(self.button(where, words))

    def row(self, view: QAbstractItemView, words: str) -> None:
        """Click on the row that has these words, when it has come."""
        self.it.until(lambda: _find(view.model(), words) is not None)
        index = _find(view.model(), words)
        assert index is not None
        view.scrollTo(index)
        self.it.settle(0.02)
        self._press(view.viewport(), view.visualRect(index).center())

    def pick(self, opener: QAbstractButton, words: str) -> None:
        """Open the menu of a button and click on an entry: two clicks."""
        looking = QTimer()

        def look() -> None:
            menu = QApplication.activePopupWidget()
            if isinstance(menu, QMenu) and menu.isVisible():
                looking.stop()
                (action,) = (each for each in menu.actions() if words in each.text())
                assert action.isEnabled(), words
                self._press(menu, menu.actionGeometry(action).center())

        # A button with a menu of its own waits for it in a loop: the second click comes from inside.
        looking.timeout.connect(look)
        looking.start(20)
        self.click(opener)
        self.it.until(lambda: QApplication.activePopupWidget() is None)

    def choose(self, combo: QComboBox, words: str) -> None:
        """Open a combo box and take the item with these words: two clicks."""
        (place,) = (n for n in range(combo.count()) if words in combo.itemText(n))
        self.click(combo)
        view = combo.view()
        self.it.until(view.isVisible)
        view.setCurrentIndex(combo.model().index(place, 0))
        QTest.keyClick(view, Qt.Key.Key_Return)  # a click so soon would be the first one's release
        self.clicks += 1
        self.it.until(lambda: QApplication.activePopupWidget() is None)
        assert combo.currentIndex() == place

    def type(self, text: str) -> None:
        """Type into whatever has the keyboard; the eye puts the cursor there by a click before."""
        front = QApplication.activeModalWidget() or self.it.desk.window
        for char in text:
            for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, char)
                focus = front.focusWidget()
                assert focus is not None, "nothing takes the keys"
                QApplication.sendEvent(focus, event)
            QApplication.processEvents()

    def fill(self, line: QWidget, text: str) -> None:
        """Put the cursor into a line by a click, and type."""
        self.click(line)
        self.type(text)

    def key(self, key: Qt.Key) -> None:
        """Press a key in whatever has the keyboard."""
        front = QApplication.activeModalWidget() or self.it.desk.window
        QTest.keyClick(front.focusWidget() or front, key)

    def drop(self, *paths: Path) -> None:
        """Drop files onto the window."""
        drop(self.it, *paths)
        self.drops += 1

    def save(self) -> Path:
        """Agree to the name and the folder that are proposed; return the file."""
        chooser = self.dialog(QFileDialog)
        (name,) = chooser.selectedFiles()
        self._agree(chooser)
        return Path(name)

    def open_file(self, path: Path) -> None:
        """Type the name of a file that exists, and agree."""
        chooser = self.dialog(QFileDialog)
        line = chooser.findChild(QLineEdit)
        line.setFocus()
        self.type(str(path))
        line.completer().popup().hide()
        self._agree(chooser)

    def _agree(self, chooser: QFileDialog) -> None:
        (box,) = chooser.findChildren(QDialogButtonBox)
        role = QDialogButtonBox.ButtonRole.AcceptRole
        (ok,) = (each for each in box.buttons() if box.buttonRole(each) is role)
        self.click(ok)

    def _press(self, widget: QWidget, place: QPoint) -> None:
        window = widget.window()
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        assert front in (None, window), f"{front} is in front of {widget}"
        assert _lies_open(widget, place), f"something lies over {widget}"
        self.clicks += 1
        QTest.mouseClick(
            window.windowHandle(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            widget.mapTo(window, place),
        )


def words(widget: QWidget) -> str:
    """Return all that is written on a widget and can be seen."""
    labels = widget.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if each.text() and each.isVisibleTo(widget))


def _lies_open(widget: QWidget, place: QPoint) -> bool:
    """Tell whether what is seen at a place of a widget is the widget."""
    hit = widget.window().childAt(widget.mapTo(widget.window(), place)) or widget.window()
    return hit is widget or widget.isAncestorOf(hit)


def _bring_into_sight(widget: QWidget) -> None:
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()
    assert not widget.visibleRegion().isEmpty(), f"{widget} cannot be seen"


def _find(model: QAbstractItemModel, words: str) -> QModelIndex | None:
    """Return the first row, at any depth, that can be chosen and has these words."""

    def below(parent: QModelIndex) -> QModelIndex | None:
        for place in range(model.rowCount(parent)):
            index = model.index(place, 0, parent)
            said = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data()
            if index.flags() & Qt.ItemFlag.ItemIsSelectable and words in str(said):
                return index
            if (found := below(index)) is not None:
                return found
        return None

    return below(QModelIndex())
