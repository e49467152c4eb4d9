"""Puts the window together: the only place of this room where presenters get their services."""

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import settings as table
from app.errors import RoscherkError
from app.services import Services
from app.settings import Setting
from app.tokens.awaiting import Awaiting
from app.ui.certificate_checking import CertificateChecking
from app.ui.checking import Checking
from app.ui.dialogs import Dialogs
from app.ui.documents.deeds import Engines
from app.ui.documents.draft import Draft
from app.ui.documents.page import DocumentsPage
from app.ui.documents.presenter import DocumentsPresenter
from app.ui.documents.sending import Sending
from app.ui.file_manager import FileManager
from app.ui.files import Document
from app.ui.help.desk import HelpDesk
from app.ui.journal_health import JournalHealth
from app.ui.known_keys import KnownKeys
from app.ui.languages import Languages, language_of
from app.ui.main_window import MainWindow
from app.ui.manners import Manners
from app.ui.notes import Notes
from app.ui.paperwork import Paperwork
from app.ui.pin_memory import PinMemory
from app.ui.practice_mode import PracticeMode
from app.ui.proxy_asking import ProxyAsking
from app.ui.reminders import Reminders
from app.ui.reminding import Reminding
from app.ui.routes.opening import JointSigning
from app.ui.saving import ReportSaving
from app.ui.secrets import Secrets
from app.ui.session_watch import SessionWatch
from app.ui.tasks import QtTasks
from app.ui.theme import ThemeChoice, apply_theme, is_dark, look_of
from app.ui.token_watch import TokenWatch
from app.ui.trusting import Trusting
from app.ui.versions.opening import Versions
from app.ui.viewing import Viewing
from app.ui.welcome.first_run import Around, FirstRun
from app.ui.widgets.page import Page
from app.ui.work import Job

if TYPE_CHECKING:
    from app.ui.rooms import Rooms


_LATER = (
    "app.ui.rooms",
    "app.ui.help.window",
    "app.ui.routes.outgoing",
    "app.ui.routes.presenter",
    "app.ui.routes.receipt",
    "app.ui.routes.window",
    "app.ui.versions.dialog",
    "app.ui.versions.presenter",
)
"""What the first page does without. It is loaded beside the window, so that no click waits for it."""
_PAINTED_MS = 150
"""By then the first page is on the screen: before, two threads would only take turns."""


def _load_the_rest(_job: Job) -> None:
    for name in _LATER:
        importlib.import_module(name)


class Desk:
    """The window with everything that belongs to it."""

    def __init__(
        self,
        app: QApplication,
        services: Services,
        languages: Languages,
        *,
        window: MainWindow | None = None,
        tasks: QtTasks | None = None,
    ) -> None:
        """``window``, ``tasks``: those that are there already."""
        self._app = app
        self._services = services
        self._languages = languages
        self.tasks = tasks or QtTasks(app)
        self.notes = Notes(services.journal, self.tasks)
        self.health = JournalHealth(services.journal, self.tasks)
        self.keys = KnownKeys(
            services.keyring, services.containers.looking, services.certificates, self.tasks
        )
        self.memory = PinMemory(services.pins.cache, services.settings, self.keys, self.tasks)
        self.secrets = Secrets(services.pins, services.keyring, self.memory, self.tasks)
        self.session = SessionWatch(app)
        self.session.left.connect(self.memory.forget)
        self.watch = TokenWatch(
            services.readers, services.keyring, services.modules, self.keys, self.tasks
        )
        self.practice = PracticeMode(services.practice, self.keys, self.notes, self.tasks)
        self.window = window or MainWindow()
        self.window.show_memory(self.memory.told)
        self.memory.watch(self.window.refresh_memory)
        self.window.remembered.clicked.connect(self.memory.forget)
        self.window.closing.connect(self.memory.forget)
        self.files = FileManager(self.tasks)
        self.dialogs = Dialogs(self.window, services.settings, self.files.show)
        self.help = HelpDesk.of(self.window, self.tasks, self.dialogs.show_error)
        self.manners = Manners(
            self.window,
            services,
            self.tasks,
            self.dialogs,
            notes=self.notes,
            practice=self.practice,
        )
        self.trusting = Trusting(services.trust, self.notes, self.tasks)
        self.paperwork = Paperwork(services.printing, services.packaging, self.tasks)
        self.saving = ReportSaving(self.dialogs, self.paperwork)
        self.joint = JointSigning(self, services)
        self.viewing = Viewing(
            self.window,
            services.certificates,
            self.trusting,
            self.dialogs,
            self.tasks,
            wanting=services.wanting,
            to_paper=self.saving.ask_certificate,
            checking=CertificateChecking(services.certificates, services.printing, self.tasks),
            versions=Versions(self.window, services.revisions, self.dialogs, self.tasks),
        )
        self.watch.watch(lambda: self.window.show_silence(self.watch.silence()))
        self.window.silence.asked.connect(self.watch.interrupt)
        self.notes.on_problem = self.health.failed
        self.notes.on_success = self.health.succeeded
        self.health.watch(lambda: self.window.show_trouble(self.health.trouble()))
        self.window.trouble.asked.connect(lambda: self.window.open_paths((), place=4))
        self.practice.on_error = self.dialogs.show_error
        self.dialogs.remember_folder = lambda folder: self._set(table.RECENT_FOLDER, str(folder))
        self.window.practice_asked.connect(self._ask_practice)
        self.window.theme_asked.connect(self._switch_theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._documents: DocumentsPresenter | None = None
        self._rooms: Rooms | None = None
        self.first_run = FirstRun(
            Around(
                window=self.window,
                practice=self.practice,
                notes=self.notes,
                settings=services.settings,
                paperwork=self.paperwork,
                dialogs=self.dialogs,
                tasks=self.tasks,
            )
        )
        self.reminders = Reminders(self.keys, services.settings, self.tasks, self._use_key)
        self.reminding = Reminding(self.reminders, self.window, self.dialogs)
        self.window.furnish(
            self.practice,
            self.keys,
            (
                self._make_documents,
                lambda: self.rooms().keys(),
                lambda: self.rooms().certificates(),
                lambda: self.rooms().verification(),
                lambda: self.rooms().journal(),
                lambda: self.rooms().settings(),
                lambda: self.rooms().workplace(),
            ),
        )

    def begin(self, paths: Sequence[Path], *, practice: bool, verify: bool = False) -> None:
        """Start what may take time, now that the window is on the screen."""
        self._services.workers.warm()
        self.session.begin(self.window)
        self.memory.hears_lock = self.session.hears_lock
        self.watch.begin()
        self.keys.refresh()
        self.health.examine()
        if practice:
            self.practice.enter()
        if paths or verify:
            self.window.open_paths(paths, place=3 if verify else 0)
        QTimer.singleShot(_PAINTED_MS, self.window, self._load)
        for problem in self._services.settings.problems:
            self.dialogs.show_error(problem)

    def _load(self) -> None:
        self.tasks.run(_load_the_rest, done=self._go_on, failed=self.dialogs.show_error)

    def _go_on(self, _loaded: None) -> None:
        """Do what needs more than the first page."""
        from app.ui.settings.care_presenter import tell_at_start  # noqa: PLC0415 - loaded just now

        tell_at_start(self._services, self.tasks, self.window.tell)

    def close(self) -> None:
        """Drop what is running."""
        self.session.end()
        self.memory.forget()
        self.tasks.close()

    # --- pages

    @property
    def documents(self) -> DocumentsPresenter | None:
        """What the page of documents shows; None: it was not built yet."""
        return self._documents

    def rooms(self) -> "Rooms":
        """Return the maker of all other pages."""
        from app.ui.rooms import Rooms  # noqa: PLC0415 - nothing of it is needed for the first page

        if self._rooms is None:
            self._rooms = Rooms(self, self._services)
        return self._rooms

    def _make_documents(self) -> Page:
        services = self._services
        presenter = DocumentsPresenter(
            keys=self.keys,
            practice=self.practice,
            signing=services.signing,
            awaits=Awaiting(services.keyring),
            presigning=services.presigning,
            engines=Engines(
                editing=services.editing,
                raising=services.raising,
                stamping=services.stamping,
                verifying=services.verifying,
                evidence=services.evidence,
                certificates=services.certificates,
                packages=services.packages,
                proxy=ProxyAsking(services.proxy_password),
            ),
            sending=self._sending,
            draft=lambda failed: Draft(
                services.places.data / "drafts" / "batch.json", self.tasks, failed
            ),
            secrets=self.secrets,
            checking=self.checking,
            settings=services.settings,
            notes=self.notes,
            paperwork=self.paperwork,
            tasks=self.tasks,
        )
        self._documents = presenter
        page = DocumentsPage(
            presenter,
            dialogs=self.dialogs,
            viewing=self.viewing,
            saving=self.saving,
            pages=services.pages,
            looking=services.viewing,
            tasks=self.tasks,
            recent=self.manners.recent,
        )
        page.keys_asked.connect(lambda: self.window.go_to(1))
        page.said.connect(self.window.tell)
        page.joint_asked.connect(self.joint.open)
        return page

    def _sending(
        self, on_change: Callable[[], None], on_error: Callable[[RoscherkError], None]
    ) -> Sending:
        services = self._services
        return Sending(
            services.places.config / "recipients",
            services.settings,
            services.evidence,
            services.viewing,
            self.tasks,
            on_change=on_change,
            on_error=on_error,
        )

    def checking(self, on_change: Callable[[Document], None]) -> Checking:
        """Return what verifies documents for a page and tells it of each change."""
        return Checking(
            self._services.verifying,
            self.tasks,
            self.notes,
            on_change,
            self._services.packages,
        )

    def _use_key(self, uri: str) -> None:
        if self._documents is not None:
            self._documents.choose_key(uri)

    # --- mode, theme, settings

    def _ask_practice(self) -> None:
        self.dialogs.ask(self.practice.question(), self.practice.enter)

    def _switch_theme(self) -> None:
        choice = ThemeChoice.LIGHT if is_dark() else ThemeChoice.DARK
        apply_theme(self._app, choice)
        self._set(table.THEME, choice.value)

    def follow(self, key: str) -> None:
        """Let what a setting governs follow it."""
        if key == table.LANGUAGE.key:
            self._languages.speak(language_of(self._services.settings.get(table.LANGUAGE)))
        elif key in {table.THEME.key, table.TEXT_SIZE.key}:
            self._follow_system()
        elif key == table.REMEMBER_PIN.key:
            self.memory.forget()
        elif key == table.RECENT_FILES.key:
            self.manners.recent.follow_setting()
        elif key == table.MODULES.key:
            self.tasks.run(
                lambda _job: self._services.keyring.forget_modules(),
                done=lambda _nothing: self.keys.refresh(),
                failed=self.dialogs.show_error,
            )
        elif self._documents is not None:
            self._documents.take_defaults()

    def _follow_system(self) -> None:
        apply_theme(self._app, *look_of(self._services.settings))

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
