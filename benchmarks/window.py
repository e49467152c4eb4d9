"""From the start of the process to the first paint; how much a thousand verdicts keep in memory."""

import sys
from pathlib import Path

from app.places import Places
from app.settings import WELCOMED, Settings
from benchmarks.measuring import Bench, Row, Side, compare, run

_GOAL = 0.5
_GOAL_USABLE = 0.8
_GOAL_STRETCH = 0.05
_FILES = 1000
_GOAL_MEMORY = 200_000_000

# The window as it is opened by the program, save that the process ends with the first paint, or once
# the page of documents is there and painted.
_OPEN = """
import os, sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

wanted = sys.argv[2]

class Paint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and type(watched).__name__ == wanted:
            os._exit(0)
        return False

def until_painted(*_):
    watch = Paint()
    QApplication.instance().installEventFilter(watch)
    return run()

run, QApplication.exec = QApplication.exec, until_painted
sys.argv = ['roscherk', '--profile', sys.argv[1]]
from app.__main__ import main
sys.exit(main())
"""

# The longest stretch of work of the window's thread, from the first paint to a window at rest.
_STRETCH = """
import os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

def watched(*_):
    longest, last = 0.0, time.thread_time()
    def tick():
        nonlocal longest, last
        now = time.thread_time()
        longest, last = max(longest, now - last), now
    def end():
        print(longest, flush=True)
        os._exit(0)
    ticking = QTimer()
    ticking.timeout.connect(tick)
    ticking.start(5)
    QTimer.singleShot(2500, end)
    return run()

run, QApplication.exec = QApplication.exec, watched
sys.argv = ['roscherk', '--profile', sys.argv[1]]
from app.__main__ import main
sys.exit(main())
"""

# A sample is signed by the key of practice and copied; all copies are verified by the page.
_VERIFY = """
import shutil, sys, time
from pathlib import Path
from app.composition import build
from app.places import Places
from app.ui.application import make_application
from app.ui.assembly import Desk
from app.ui.collecting import Collector
from app.ui.files import State
from app.ui.languages import Languages
from app.ui.theme import ThemeChoice, apply_theme

def until(reached):
    end = time.monotonic() + 600
    while not reached():
        assert time.monotonic() < end
        app.processEvents()
        time.sleep(0.001)

folder, count = Path(sys.argv[1]), int(sys.argv[2])
app = make_application()
apply_theme(app, ThemeChoice.LIGHT)
languages = Languages(app)
languages.speak('ru')
with build(Places.under(folder / 'profile')) as services:
    desk = Desk(app, services, languages)
    collector = Collector(app)
    desk.window.show()
    desk.begin([], practice=True)
    until(lambda: desk.practice.active)
    contract = services.printing.sample(folder, 'sample.pdf')
    documents = desk.window.page(0)._presenter
    documents.add([contract])
    until(lambda: documents.document(str(contract)) is not None)
    documents.select([str(contract)])
    until(lambda: documents.key is not None)
    documents.sign()
    until(lambda: documents.document(str(contract)).state is State.SIGNED)
    signed, many = documents.document(str(contract)).to_verify, folder / 'many'
    many.mkdir()
    for number in range(count):
        shutil.copy(signed, many / f'{number:04}.pdf')
    for place in range(7):
        desk.window.go_to(place)
    desk.window.go_to(3)
    verification = desk.window.page(3)._presenter
    verification.add([many])
    until(lambda: verification.count == count and not verification._checking.running)
    desk.close()
"""

_BARE = """
import sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.show()
app.processEvents()
"""


def _opened(profile: Path) -> list[str | Path]:
    return [sys.executable, "-c", _OPEN, profile]


def _worked(profile: Path) -> Path:
    """Make a profile in which somebody has worked: its window opens on the page of documents."""
    places = Places.under(profile)
    places.config.mkdir(parents=True)
    Settings.of(places).set(WELCOMED, True)
    return profile


def measure(bench: Bench) -> list[Row]:
    """Against the smallest window that Qt from Python can open."""
    environment = {"QT_QPA_PLATFORM": "offscreen"}
    first, usable, bare = compare(
        3 * bench.rounds,
        Side([*_opened(bench.folder / "new"), "MainWindow"], environment=environment),
        Side(
            [*_opened(_worked(bench.folder / "worked")), "DocumentsPage"], environment=environment
        ),
        Side([sys.executable, "-c", _BARE], environment=environment),
    )
    stretch = Side(
        [sys.executable, "-c", _STRETCH, bench.folder / "worked"], environment=environment
    )
    longest = min(float(run(stretch).text.split()[-1]) for _ in range(bench.rounds))
    folder = bench.folder / "verdicts"
    folder.mkdir()
    window = Side([sys.executable, "-c", _VERIFY, folder, str(_FILES)], environment=environment)
    (verdicts,) = compare(1, window)
    return [
        Row(
            "window to first paint, vs an empty Qt window",
            first.seconds,
            bare.seconds,
            goal_seconds=_GOAL,
            memory=first.memory,
        ),
        Row(
            "window until documents can be dropped on it, likewise",
            usable.seconds,
            bare.seconds,
            goal_seconds=_GOAL_USABLE,
            memory=usable.memory,
        ),
        Row(
            "window: the longest stretch of work at its start", longest, goal_seconds=_GOAL_STRETCH
        ),
        Row(
            f"window: {_FILES} signed PDFs verified, every page built",
            verdicts.seconds,
            memory=verdicts.memory,
            goal_memory=_GOAL_MEMORY,
        ),
    ]
