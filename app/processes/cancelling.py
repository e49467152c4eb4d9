"""A handle to call work off, from any thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancel:
    """One piece of work that may be called off. The child that does it is killed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._actions: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Tell whether the work was called off."""
        return self._cancelled

    def cancel(self) -> None:
        """Call the work off; returns at once, and may be called again."""
        with self._lock:
            self._cancelled = True
            actions = list(self._actions)
        for action in actions:
            action()

    @contextmanager
    def calling(self, action: Callable[[], None]) -> Iterator[None]:
        """Run ``action`` when the work is called off meanwhile (at once, if it already was)."""
        with self._lock:
            self._actions.append(action)
            already = self._cancelled
        if already:
            action()
        try:
            yield
        finally:
            with self._lock:
                self._actions.remove(action)
