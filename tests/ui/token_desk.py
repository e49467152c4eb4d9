"""A window whose tokens are those of mock modules, and a reader that tells what one tells it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest
from opened import Opened, opened
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from app import composition
from app.errors import RoscherkError
from app.tokens.model import Module
from app.tokens.token_places import TokenPlaces
from app.tokens.watching import Change, OnChange
from app.ui.keys.page import KeysPage


class HasModule(Protocol):
    """A stand-in that is reached through a module."""

    @property
    def module(self) -> Module:
        """What a `TokenPlace` takes."""
        ...


@dataclass
class TalkingReaders:
    """Stands in for the watcher: tells of what the test plugs in and pulls out."""

    listeners: list[OnChange] = field(default_factory=list)
    started: bool = False

    def heed(self, listener: OnChange) -> None:
        """Add a listener."""
        self.listeners.append(listener)

    def start(self) -> None:
        """Begin."""
        self.started = True

    def close(self) -> None:
        """End."""

    def tell(
        self,
        *,
        inserted: tuple[str, ...] = (),
        removed: tuple[str, ...] = (),
        problem: RoscherkError | None = None,
    ) -> None:
        """Tell everybody of a change."""
        for each in self.listeners:
            each(Change(inserted=inserted, removed=removed, problem=problem))


@dataclass
class TokenDesk:
    """The window on its page of keys, with the reader beside it."""

    it: Opened
    readers: TalkingReaders

    @property
    def page(self) -> KeysPage:
        """The page of keys."""
        page = self.it.desk.window.page(1)
        assert isinstance(page, KeysPage)
        return page

    def titles(self) -> list[str]:
        """Return what the rows say."""
        return [row.spoken for row in self.page.list.rows._rows]

    def choose(self, words: str) -> None:
        """Choose the row that has these words, when it has come."""

        def find() -> str | None:
            rows = self.page.list.rows._rows
            return next((r.key for r in rows if not r.header and words in r.spoken), None)

        self.it.until(lambda: find() is not None)
        self.page.list.choose([find() or ""])
        self.it.settle(0.05)

    def quiet(self) -> None:
        """Wait until nothing is being read."""
        self.it.until(lambda: self.it.desk.keys.read_once and not self.it.desk.keys.reading)

    def dialog(self, kind: type[QDialog] = QDialog, seconds: float = 10) -> Any:
        """Return the dialog that is open, when it has come."""

        def find() -> QDialog | None:
            tops = QApplication.topLevelWidgets()
            return next((w for w in tops if isinstance(w, kind) and w.isVisible()), None)

        self.it.until(lambda: find() is not None, seconds)
        self.it.settle(0.02)  # nobody types into what was not painted yet
        return find()

    def none_open(self) -> bool:
        """Tell whether no dialog is open."""
        tops = QApplication.topLevelWidgets()
        return not any(isinstance(w, QDialog) and w.isVisible() for w in tops)


def words(widget: QWidget) -> str:
    """Return all that is written on a widget and is to be seen."""
    labels = widget.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if each.text() and each.isVisibleTo(widget))


@contextmanager
def token_desk(
    folder: Path, mocks: Sequence[HasModule], patch: pytest.MonkeyPatch, **look: str
) -> Iterator[TokenDesk]:
    """Open the window on mock modules."""
    readers = TalkingReaders()
    modules = [mock.module for mock in mocks]
    patch.setattr(composition, "_find_tokens", lambda *_: TokenPlaces(modules))
    patch.setattr(composition, "Watcher", lambda **_: readers)
    with opened(folder, **look) as it:
        it.desk.window.go_to(1)
        desk = TokenDesk(it, readers)
        desk.quiet()
        yield desk
