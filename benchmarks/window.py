"""From the start of the process to the first paint of the window."""

import sys

from benchmarks.measuring import Bench, Row, Side, compare

_GOAL = 0.6

# The window as it is opened by the program, save that the event loop ends with the first paint.
_OPEN = """
import sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

class FirstPaint(QObject):
    seen = False
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.seen = self.seen or watched.isWindow() or watched.window().isVisible()
        return False

def until_painted(*_):
    app, watch = QApplication.instance(), FirstPaint()
    app.installEventFilter(watch)
    while not watch.seen:
        app.processEvents()
    app.removeEventFilter(watch)
    return 0

QApplication.exec = until_painted
sys.argv = ['roscherk', '--profile', sys.argv[1]]
from app.__main__ import main
sys.exit(main())
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


def measure(bench: Bench) -> list[Row]:
    """Against the smallest window that Qt from Python can open."""
    environment = {"QT_QPA_PLATFORM": "offscreen"}
    ours, bare = compare(
        3 * bench.rounds,
        Side([sys.executable, "-c", _OPEN, bench.folder / "profile"], environment=environment),
        Side([sys.executable, "-c", _BARE], environment=environment),
    )
    return [
        Row(
            "window to first paint, vs an empty Qt window",
            ours.seconds,
            bare.seconds,
            goal_seconds=_GOAL,
            memory=ours.memory,
        )
    ]
