"""How the window behaves beside its work: what it remembers, when it asks, what it tells the desktop."""

from app.services import Services
from app.ui.dialogs import Dialogs
from app.ui.documents.recent import RecentFiles
from app.ui.leaving import LONG_RUNS
from app.ui.main_window import MainWindow
from app.ui.notes import Notes
from app.ui.notifying import Notifying
from app.ui.practice_mode import PracticeMode
from app.ui.quitting import Quitting
from app.ui.system_notices import SystemNotices
from app.ui.tasks import QtTasks


class Manners:
    """Recent files, the question before it closes, notifications."""

    def __init__(
        self,
        window: MainWindow,
        services: Services,
        tasks: QtTasks,
        dialogs: Dialogs,
        *,
        notes: Notes,
        practice: PracticeMode,
    ) -> None:
        self.recent = RecentFiles(
            services.places.data / "recent.json",
            services.settings,
            tasks,
            dialogs.show_error,
            wanted=lambda: not practice.active,
        )
        self.quitting = Quitting(window, tasks, dialogs)
        notices = SystemNotices(window, tasks)
        self.notifying = Notifying(notices, services.settings, lambda: bool(tasks.busy & LONG_RUNS))
        notes.watch(self.notifying.on_note)
