"""Where the window opens again, and that it does not close over work."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeTasks
from opened import Opened
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import settings as table
from app.journal import Action
from app.places import Places
from app.settings import Settings
from app.ui import system_notices
from app.ui.leaving import LONG_RUNS, WORK, leave_question
from app.ui.notifying import Notifying, notification
from app.ui.rows import Tone
from app.ui.system_notices import SystemNotices
from app.ui.widgets.dialog import Dialog
from app.ui.window_geometry import Area, Placed, put_on, read
from app.ui.window_place import keep_place, put_back
from app.ui.work import Job

LEFT = Area(0, 0, 1920, 1080)
RIGHT = Area(1920, 0, 1280, 1024)
LEAST = (900, 560)


@pytest.mark.parametrize(
    ("was", "screens", "now"),
    [
        (Area(100, 80, 1280, 800), [LEFT], Area(100, 80, 1280, 800)),
        (Area(2000, 10, 1000, 700), [LEFT, RIGHT], Area(2000, 10, 1000, 700)),
        # the second screen is gone: in the middle of the first
        (Area(2000, 10, 1000, 700), [LEFT], Area(460, 190, 1000, 700)),
        # the title is above the screen, or hardly any of it is on one
        (Area(100, -200, 1000, 700), [LEFT], Area(460, 190, 1000, 700)),
        (Area(1900, 10, 1000, 700), [LEFT], Area(460, 190, 1000, 700)),
        # larger than what is there now, and smaller than the window can be
        (Area(0, 0, 3840, 2160), [LEFT], Area(0, 0, 1920, 1080)),
        (Area(10, 10, 5, -5), [LEFT], Area(510, 260, 900, 560)),
        (Area(0, 0, 1000, 700), [], None),
    ],
)
def test_the_window_is_put_where_it_can_be_grasped(
    was: Area, screens: list[Area], now: Area | None
) -> None:
    """Where it was, if that place is there; else in the middle of the first screen."""
    found = put_on(Placed(was), screens, LEAST)
    assert (None if found is None else found.area) == now


def test_a_place_is_written_and_read(tmp_path: Path) -> None:
    """Anything else in the file counts for nothing."""
    placed = Placed(Area(-5, 10, 1000, 700), maximised=True)
    assert read(placed.written()) == placed
    assert read("") is None
    settings = Settings(tmp_path / "settings.toml")
    settings.set(table.WINDOW_PLACE, placed.written())
    for bad in ("1 2 3 4", "1 2 3 4 x", "1 2 3 4 999999", "1 2 3 4 ٣"):
        (tmp_path / "settings.toml").write_text(f'[interface]\nwindow_place = "{bad}"\n')
        assert Settings(tmp_path / "settings.toml").get(table.WINDOW_PLACE) == ""


def test_the_place_is_kept_for_the_next_time(window: Opened) -> None:
    """It is written once the window is gone, and only if it changed."""
    shown, settings = window.desk.window, window.services.settings
    put_back(shown, settings)  # nothing is remembered yet
    keep_place(shown, settings)
    settings.set(table.WINDOW_PLACE, "0 0 950 600 0")
    put_back(shown, settings)
    assert (shown.width(), shown.height()) == (min(950, shown.width()), min(600, shown.height()))
    keep_place(shown, settings)
    kept = read(settings.get(table.WINDOW_PLACE))
    assert kept is not None
    assert (kept.area.width, kept.area.height) == (shown.width(), shown.height())


@pytest.mark.parametrize("lane", [*WORK, "peek", "settings"])
def test_what_is_asked_before_work_is_broken_off(lane: str) -> None:
    """Each kind of work is told in its own words; reading is no work, and staying is easy."""
    question = leave_question({lane})
    if lane not in WORK:
        assert question is None
        return
    assert question is not None
    assert question.words
    assert question.tone is Tone.ERROR  # Enter and Escape both mean no
    assert set(WORK) >= LONG_RUNS


def asked() -> list[Dialog]:
    """Return the dialogs that are open."""
    widgets = QApplication.topLevelWidgets()
    return [each for each in widgets if isinstance(each, Dialog) and each.isVisible()]


def test_the_window_stays_while_it_works(window: Opened) -> None:
    """Closed over work it asks once; Enter stays, and the other button closes."""
    it, going = window.desk, [True]

    def work(job: Job) -> None:
        while going and not job.cancel.cancelled:
            pass

    it.tasks.run(work, done=lambda _: None, failed=lambda _: None, lane="sign")
    assert it.tasks.busy >= {"sign"}
    assert not it.window.close()
    assert not it.window.close()
    (dialog,) = asked()
    assert "Остаться" in {
        button.text() for button in dialog.findChildren(type(it.window.ribbon.leave))
    }
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    window.until(lambda: not asked())
    assert it.window.isVisible()
    assert not it.window.close()
    asked()[0].accept()
    window.until(lambda: not it.window.isVisible())
    going.clear()


def test_an_idle_window_closes_at_once(window: Opened) -> None:
    """Nothing is asked."""
    window.until(lambda: not window.desk.tasks.busy & set(WORK))
    assert window.desk.window.close()
    assert not asked()


class FakeScreen:
    """A desktop that notes what it is told."""

    def __init__(self) -> None:
        self.active = False
        self.told: list[tuple[str, str]] = []
        self.looks: list[Any] = []

    def is_active(self) -> bool:
        """Tell whether the user looks."""
        return self.active

    def look_soon(self, look: Any) -> None:
        """Keep it."""
        self.looks.append(look)

    def notify(self, heading: str, words: str) -> None:
        """Note it."""
        self.told.append((heading, words))


def test_the_end_of_a_run_is_told_to_whoever_is_elsewhere(tmp_path: Path) -> None:
    """Once, with counts and no names; not to one who looks, nor to one who wants none."""
    settings = Settings.of(Places.under(tmp_path))
    screen, working = FakeScreen(), [True]
    notifying = Notifying(screen, settings, lambda: bool(working))
    for outcome in ("done", "done", "pin_wrong"):
        notifying.on_note(Action.SIGN, outcome)
    notifying.on_note(Action.PRACTICE_ENTER, "done")
    (look,) = screen.looks
    assert look()
    assert screen.told == []
    working.clear()
    assert not look()
    assert screen.told == [("Подписание окончено", "Подписано 2 документа, не удалось: 1")]
    screen.active = True
    notifying.on_note(Action.VERIFY, "TOTAL_FAILED")
    assert not screen.looks[-1]()
    screen.active = False
    settings.set(table.NOTIFICATIONS, value=False)
    notifying.on_note(Action.VERIFY, "TOTAL_PASSED")
    assert not screen.looks[-1]()
    assert len(screen.told) == 1


def test_words_of_a_notification() -> None:
    """A run without a result says so."""
    assert notification(Counter(checked=5)) == ("Проверка окончена", "Проверено 5 файлов")
    assert notification(Counter(failed=1))[0] == "Работа окончена без результата"


def test_a_desktop_without_notifications_is_no_trouble(
    window: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window says it all anyway."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    assert not system_notices.send("heading", "words")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "tcp:host=localhost")
    assert not system_notices.send("heading", "words")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    assert not system_notices.send("heading", "words")
    notices = SystemNotices(window.desk.window, FakeTasks())
    notices.notify("heading", "words")
    looks = [True, False]
    notices.look_soon(lambda: looks.pop(0))
    window.until(lambda: not looks)
    assert isinstance(notices.is_active(), bool)
