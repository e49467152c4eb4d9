"""Where the window listens for later starts under Windows: a named pipe of this user alone.

Elsewhere `app.handover` listens by itself, long before Qt is there.
"""

import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app import handover
from app.handover import Arrival

_PATIENCE_MS: Final = int(handover.PATIENCE * 1000)
_MOST_AT_ONCE: Final = 128
_log = logging.getLogger(__name__)


class PipeServer(QObject):
    """Listens by a name; ``take`` is asked for each wish, and says whether it took it."""

    def __init__(self, name: str, take: Callable[[Arrival], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._take = take
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(_MOST_AT_ONCE)
        self._server.newConnection.connect(self._come)
        if not self._server.listen(name):
            _log.info("nobody can hand anything over here: %s", self._server.serverError().name)

    @property
    def address(self) -> str:
        """Return where it listens; nothing where it does not."""
        return self._server.fullServerName()

    def close(self) -> None:
        """Let the next start be the first."""
        self._server.close()

    def _come(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            connection.readyRead.connect(lambda one=connection: self._read(one))
            QTimer.singleShot(_PATIENCE_MS, connection, connection.abort)
            self._read(connection)

    def _read(self, connection: QLocalSocket) -> None:
        if connection.bytesAvailable() > handover.MOST_BYTES:
            connection.abort()
        if not connection.canReadLine():
            return
        try:
            wish = handover.decode(bytes(connection.readLine(handover.MOST_BYTES).data()))
        except ValueError:
            _log.warning("a later start was not understood")
            connection.abort()
            return
        if self._take(Arrival(wish)):
            connection.write(handover.TAKEN)
            connection.flush()
        connection.disconnectFromServer()
