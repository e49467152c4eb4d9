"""The button of recent files, and its menu: filled when it is opened, honest about what is gone."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.ui.documents.recent import RecentFile, RecentFiles
from app.ui.phrases import Phrases
from app.ui.widgets.buttons import tool_button
from app.ui.widgets.tips import tip


class RecentMenu(QWidget):
    """Asks for the files when it is pressed, then shows them."""

    chosen = Signal(list)

    def __init__(self, button: QToolButton, recent: RecentFiles) -> None:
        super().__init__(button)
        self._button = button
        self._recent = recent
        self.menu: QMenu | None = None
        self.hide()
        button.clicked.connect(lambda: recent.look(self._show))

    def _show(self, files: tuple[RecentFile, ...]) -> None:
        self.menu = menu = QMenu(self._button)
        menu.setToolTipsVisible(True)  # Qt's signature
        menu.aboutToHide.connect(menu.deleteLater)
        for file in files:
            menu.addAction(self._entry(menu, file))
        if files:
            menu.addSeparator()
            clear = menu.addAction(_("Clear the list"))
            clear.triggered.connect(self._recent.clear)
        else:
            words = (
                _("No files were opened yet") if self._recent.on else _("Files are not remembered")
            )
            menu.addAction(words).setEnabled(False)
        menu.popup(self._button.mapToGlobal(QPoint(0, self._button.height())))

    def _entry(self, menu: QMenu, file: RecentFile) -> QAction:
        name = plain(file.path.name or str(file.path)).replace("&", "&&")
        folder = plain(str(file.path.parent)).replace("&", "&&")
        entry = QAction(
            f"{name}  ·  {folder}" if file.there else _("{name} — gone").format(name=name)
        )
        entry.setParent(menu)
        entry.setToolTip(tip(plain(str(file.path))))
        entry.setEnabled(file.there)
        entry.triggered.connect(lambda: self.chosen.emit([file.path]))
        return entry


def recent_button(
    phrases: Phrases, recent: RecentFiles, choose: Callable[[list[Path]], object]
) -> QToolButton:
    """Return the button with its menu."""
    button = tool_button("history")
    phrases.say(button.setAccessibleName, N_("Recent files"))
    phrases.say(button.setToolTip, N_("Recent files"))
    menu = RecentMenu(button, recent)
    menu.setObjectName("recent")
    menu.chosen.connect(choose)
    return button
