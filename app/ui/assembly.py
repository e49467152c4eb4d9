"""Puts the window together: the only place of this room where presenters get their services."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import settings as table
from app.crypto.pdf.pages import Pages
from app.settings import Setting
from app.texts.catalogue import N_
from app.ui.checking import Checking
from app.ui.dialogs import Dialogs
from app.ui.documents.page import DocumentsPage
from app.ui.documents.presenter import DocumentsPresenter
from app.ui.files import Document
from app.ui.known_keys import KnownKeys
from app.ui.languages import Languages
from app.ui.main_window import MainWindow, PageSpec
from app.ui.notes import Notes
from app.ui.practice_mode import PracticeMode
from app.ui.services import Services
from app.ui.tasks import QtTasks
from app.ui.theme import ThemeChoice, apply_theme, is_dark
from app.ui.widgets.page import Page


class Desk:
    """The window with everything that belongs to it."""

    def __init__(self, app: QApplication, services: Services, languages: Languages) -> None:
        self._app = app
        self._services = services
        self._languages = languages
        self.tasks = QtTasks()
        self.notes = Notes(services.journal, self.tasks)
        self.keys = KnownKeys(services.keyring, services.certificates, self.tasks)
        self.practice = PracticeMode(services.practice, self.keys, self.notes, self.tasks)
        self.window = MainWindow(self.practice, self.keys)
        self.dialogs = Dialogs(self.window, services.settings)
        self.notes.on_problem = self.dialogs.show_error
        self.practice.on_error = self.dialogs.show_error
        self.dialogs.remember_folder = lambda folder: self._set(table.RECENT_FOLDER, str(folder))
        self.window.practice_asked.connect(self._ask_practice)
        self.window.theme_asked.connect(self._switch_theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.window.add_pages(
            [
                PageSpec("files", N_("Documents"), self._documents),
            ]
        )

    def begin(self, paths: Sequence[Path], *, practice: bool) -> None:
        """Start what may take time, now that the window is on the screen."""
        self._services.workers.warm()
        self.keys.refresh()
        if practice:
            self.practice.enter()
        if paths:
            self.window.open_paths(paths)
        for problem in self._services.settings.problems:
            self.dialogs.show_error(problem)

    def close(self) -> None:
        """Drop what is running."""
        self.tasks.close()

    # --- pages

    def _documents(self) -> Page:
        presenter = DocumentsPresenter(
            keys=self.keys,
            practice=self.practice,
            signing=self._services.signing,
            checking=self._checking,
            settings=self._services.settings,
            notes=self.notes,
            tasks=self.tasks,
        )
        return DocumentsPage(presenter, self.dialogs, Pages(self._services.renderer), self.tasks)

    def _checking(self, on_change: Callable[[Document], None]) -> Checking:
        return Checking(self._services.verifying, self.tasks, self.notes, on_change)

    # --- mode, theme, settings

    def _ask_practice(self) -> None:
        self.dialogs.ask(self.practice.question(), self.practice.enter)

    def _switch_theme(self) -> None:
        choice = ThemeChoice.LIGHT if is_dark() else ThemeChoice.DARK
        apply_theme(self._app, choice)
        self._set(table.THEME, choice.value)

    def _follow_system(self) -> None:
        apply_theme(self._app, ThemeChoice(self._services.settings.get(table.THEME)))

    def _set(self, setting: Setting[str], value: str) -> None:
        """Keep a choice; a policy that locks it has the last word, without a complaint."""
        settings = self._services.settings
        if not settings.locked(setting):
            self.tasks.run(
                lambda _job: settings.set(setting, value),
                done=lambda _nothing: None,
                failed=self.dialogs.show_error,
                lane="settings",
            )
