"""Work that need not be done in the turn of the event loop which asks for it."""

from collections import deque
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from shiboken6 import isValid


class NextTurn(QObject):
    """Does ``deed`` in a later turn, once, however often `start` was called; `stop` calls it off.

    What a turn has changed is laid out at its end. Two pieces of work that are each short enough for
    one turn, and not together, are parted by this: of all that was put off, in whatever window, a turn
    does one piece, in the order in which they were asked for, and then the window hears its user.
    """

    _came = Signal()
    """Qt keeps the deed: it holds nobody alive, and is forgotten where its object ends."""

    def __init__(self, owner: QObject, deed: Callable[[], object]) -> None:
        """End with ``owner``."""
        super().__init__(owner)
        self._came.connect(deed)
        self._due = False

    @property
    def is_due(self) -> bool:
        """Tell whether it is still to be done."""
        return self._due

    def start(self) -> None:
        """Have it done."""
        if not self._due:
            self._due = True
            _Queue.of_the_program().put(self)

    def stop(self) -> None:
        """Do not do it, unless it is asked for again."""
        if self._due:
            self._due = False
            _Queue.of_the_program().drop(self)

    def do(self) -> None:
        """Do it now."""
        self._due = False
        self._came.emit()


class _Queue(QTimer):
    """What is put off, of all windows."""

    _made: ClassVar["_Queue | None"] = None

    def __init__(self, app: QCoreApplication | None) -> None:
        super().__init__(app)
        self.setSingleShot(True)
        self.setInterval(0)
        self.timeout.connect(self._next)
        self._waiting: deque[NextTurn] = deque()

    @classmethod
    def of_the_program(cls) -> "_Queue":
        """Return the only one; it ends with the program's `QCoreApplication`."""
        if cls._made is None or not isValid(cls._made):
            cls._made = cls(QCoreApplication.instance())
        return cls._made

    def put(self, turn: NextTurn) -> None:
        """Put it behind what waits already."""
        self._waiting.append(turn)
        self.start()

    def drop(self, turn: NextTurn) -> None:
        """Let go of what is not to be done any more; asked for again, it stands behind the others."""
        if turn in self._waiting:
            self._waiting.remove(turn)

    def _next(self) -> None:
        """Do one piece. Begun anew before it: a dialog of the system's may run a loop of its own."""
        while self._waiting:
            turn = self._waiting.popleft()
            if isValid(turn) and turn.is_due:
                if self._waiting:
                    self.start()
                turn.do()
                return
