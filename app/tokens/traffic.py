"""Who speaks to the tokens now: the modules of PKCS #11, or the reader of cards, but not both.

PC/SC keeps single commands apart. A vendor's module may however believe that the file it selected
is still selected, so its calls and the reading of files take turns. Neither side waits for ever: a
module that hangs must not take the list of containers with it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import ErrorCode, RoscherkError

_FOR_MODULES = 3.0
_FOR_CARDS = 1.0


class Traffic:
    """Turns at the readers, within this program."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._calls = 0
        self._reading = False

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Let a module work; files that are being read are waited for, for a second."""
        with self._change:
            self._change.wait_for(lambda: not self._reading, _FOR_CARDS)
            self._calls += 1
        try:
            yield
        finally:
            with self._change:
                self._calls -= 1
                self._change.notify_all()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let the reader of cards work; raise ``TOKEN_BUSY`` if the modules do not end."""
        with self._change:
            free = self._change.wait_for(self._free, _FOR_MODULES)
            if not free:
                raise RoscherkError(ErrorCode.TOKEN_BUSY)
            self._reading = True
        try:
            yield
        finally:
            with self._change:
                self._reading = False
                self._change.notify_all()

    def _free(self) -> bool:
        return not self._calls and not self._reading
