"""Work that need not be done in the turn of the event loop which asks for it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class NextTurn(QTimer):
    """Does ``deed`` in the next turn, once, however often `start` was called; `stop` calls it off.

    What a turn has changed is painted at its end. Two pieces of work that are each short enough for
    one turn, and not together, are parted by this: between them the window hears its user.
    """

    def __init__(self, owner: QObject, deed: Callable[[], object]) -> None:
        """End with ``owner``."""
        super().__init__(owner)
        self.setSingleShot(True)
        self.setInterval(0)
        self.timeout.connect(deed)
