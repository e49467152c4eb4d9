"""Settings: what can be chosen, what an administrator has fixed, which modules there are. No Qt."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from app import __version__
from app import settings as table
from app.errors import ErrorFamily, RoscherkError
from app.places import Places
from app.settings import Setting, Settings
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.showing import plain
from app.texts.signing_choices import LEVEL_WORDS, PRESET_WORDS
from app.tokens.catalogue import FoundModules, find_modules, module_at
from app.tokens.module_records import ModuleRecords
from app.ui.asking import Question
from app.ui.practice_mode import PracticeMode
from app.ui.rows import Badge, Row, Tone
from app.ui.work import Job, Tasks
from app.values import dataclass

USUAL: tuple[Setting[Any], ...] = (
    table.LANGUAGE,
    table.THEME,
    table.TEXT_SIZE,
    table.STAMP,
    table.STAMP_PRESET,
    table.LEVEL,
    table.ENCODING,
    table.ATTACHED,
    table.TIME_STAMP_SERVERS,
    table.NETWORK_ONLINE,
    table.NETWORK_PROXY,
    table.NETWORK_PROXY_URL,
    table.REMEMBER_PIN,
    table.NOTIFICATIONS,
    table.RECENT_FILES,
    table.UPDATES_AT_START,
)
"""What goes back to the usual values: all that is chosen on the page but the user's own modules."""
T = TypeVar("T", str, bool, tuple[str, ...])


@dataclass(frozen=True, kw_only=True)
class Modules:
    """The modules of tokens: what was found, what the user added, what was refused."""

    rows: tuple[Row, ...]
    own: frozenset[str]


class View(Protocol):
    """What the page can do for its presenter."""

    def show_values(self) -> None:
        """Show the values that hold now."""

    def show_modules(self, modules: Modules) -> None:
        """Show the modules of tokens."""

    def show_practice(self, *, made: bool) -> None:
        """Show whether this profile has practice keys."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""


class SettingsPresenter:
    """Decide what the page of settings shows and does."""

    def __init__(
        self,
        settings: Settings,
        places: Places,
        practice: PracticeMode,
        tasks: Tasks,
        modules: ModuleRecords,
        *,
        on_change: Callable[[str], None],
    ) -> None:
        """``on_change`` is called with the key of a setting that was changed."""
        self._settings = settings
        self._places = places
        self._practice = practice
        self._tasks = tasks
        self._records = modules
        self._on_change = on_change
        self._found = FoundModules(())
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self._practice.watch(self._look_for_practice)
        self.show_all()
        self._look_for_modules()
        self._look_for_practice()

    def show_all(self) -> None:
        """Show everything again."""
        self._view.show_values()
        self._show_modules()

    def get(self, setting: Setting[T]) -> T:
        """Return the value that holds."""
        return self._settings.get(setting)

    def locked(self, setting: Setting[Any]) -> bool:
        """Tell whether an administrator decides this one."""
        return self._settings.locked(setting)

    def lock_of(self, setting: Setting[Any]) -> str:
        """Return the file by which an administrator fixed this one; nothing where nobody did."""
        return plain(self._settings.policy or "") if self._settings.locked(setting) else ""

    def reset(self) -> None:
        """Let the usual settings hold again, as far as no administrator decides."""
        before = {each.key: self._settings.get(each) for each in USUAL}

        def take(_nothing: None) -> None:
            for each in USUAL:
                if self._settings.get(each) != before[each.key]:
                    self._on_change(each.key)
            self._view.show_values()

        self._tasks.run(
            lambda _job: self._settings.reset(USUAL), done=take, failed=self._fail, lane="settings"
        )

    def set(self, setting: Setting[T], value: T) -> None:
        """Change a setting; what it governs follows at once."""
        if self._settings.get(setting) == value:
            return

        def take(_nothing: None) -> None:
            self._on_change(setting.key)
            self._view.show_values()

        def fail(error: RoscherkError) -> None:
            self._view.show_values()
            self._fail(error)

        self._tasks.run(
            lambda _job: self._settings.set(setting, value), done=take, failed=fail, lane="settings"
        )

    @property
    def version(self) -> str:
        """Return the version of the program."""
        return __version__

    @property
    def profile(self) -> str:
        """Return where the data of this profile lie."""
        return str(self._places.data)

    # --- modules of tokens

    def add_module(self, path: Path) -> None:
        """Add a module, if it is one that may be loaded, and the user agrees to its SHA-256."""

        def work(_job: Job) -> str:
            module_at(path, away_from=self._document_folders())
            return self._records.digest(path)

        self._tasks.run(
            work,
            done=lambda sha256: self._ask_for_module(path, sha256),
            failed=self._fail,
            lane="settings",
        )

    def _ask_for_module(self, path: Path, sha256: str) -> None:
        question = Question(
            heading=_("Load this driver of tokens?"),
            words=_(
                "Its code will run beside your PIN. File: {path}. Compare the SHA-256 of the file "
                "with the one that the vendor publishes: {sha256}"
            ).format(path=plain(path), sha256=sha256),
            yes=_("Load"),
            icon="usb",
        )
        self._view.ask(question, lambda: self._accept_module(path, sha256))

    def _accept_module(self, path: Path, sha256: str) -> None:
        def take(_nothing: None) -> None:
            own = self._settings.get(table.MODULES)
            if str(path) not in own:
                self.set(table.MODULES, (*own, str(path)))
                self._look_for_modules()

        self._tasks.run(
            lambda _job: self._records.accept(path, sha256),
            done=take,
            failed=self._fail,
            lane="settings",
        )

    def _document_folders(self) -> tuple[Path, ...]:
        folder = self._settings.get(table.RECENT_FOLDER)
        return (Path(folder),) if folder else ()

    def remove_module(self, path: str) -> None:
        """Take a module off the user's own list."""
        own = tuple(each for each in self._settings.get(table.MODULES) if each != path)
        self.set(table.MODULES, own)
        self._look_for_modules()

    def _look_for_modules(self) -> None:
        def work(_job: Job) -> FoundModules:
            own = map(Path, self._settings.get(table.MODULES))
            return find_modules(own, away_from=self._document_folders())

        self._tasks.run(work, done=self._take_modules, failed=self._fail, lane="settings")

    def _take_modules(self, found: FoundModules) -> None:
        self._found = found
        self._show_modules()

    def _show_modules(self) -> None:
        own = frozenset(self._settings.get(table.MODULES))
        rows = [
            Row(
                key=str(each.path),
                title=plain(each.name),
                caption=plain("  ·  ".join(part for part in (each.vendor, str(each.path)) if part)),
                icon="usb",
                of_file=True,
                badge=Badge(_("Added by you"), Tone.INFO) if str(each.path) in own else None,
            )
            for each in self._found.modules
        ]
        rows += [_refused(each) for each in self._found.refused]
        self._view.show_modules(Modules(rows=tuple(rows), own=own))

    # --- practice

    def _look_for_practice(self) -> None:
        self._tasks.run(
            lambda _job: self._practice.exists(),
            done=lambda made: self._view.show_practice(made=made),
            failed=self._fail,
            lane="practice",
        )

    def delete_practice(self) -> None:
        """Delete the practice keys and certificates, if the user really wants that."""
        question = Question(
            heading=_("Delete the practice keys?"),
            words=_(
                "The practice key, its certificates and its authority will be gone. Practice "
                "signatures that were made with them can then no longer be checked. Real keys are "
                "not touched."
            ),
            yes=_("Delete"),
            tone=Tone.ERROR,
            icon="trash-2",
        )
        self._view.ask(question, self._practice.delete)

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)


def _refused(error: RoscherkError) -> Row:
    path = str(error.facts.get("path", ""))
    words = describe_error(error)
    return Row(
        key=path,
        title=words.heading,
        caption=plain(path),
        icon="usb",
        badge=Badge(_("Not used"), Tone.WARN),
    )


def own_path(rows: Sequence[Row], chosen: Sequence[str], own: frozenset[str]) -> str | None:
    """Return the chosen module, if the user may take it off the list."""
    keys = {row.key for row in rows}
    return next((key for key in chosen if key in keys and key in own), None)


def levels() -> list[tuple[str, str]]:
    """Return the levels of new signatures, in words."""
    return [(level.value, _(words)) for level, words in LEVEL_WORDS.items()]


def presets() -> list[tuple[str, str]]:
    """Return the looks of the mark, in words."""
    return [(preset.value, _(words)) for preset, words in PRESET_WORDS.items()]
