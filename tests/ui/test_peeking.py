"""Looking beside the work at documents that came onto the list."""

from pathlib import Path
from typing import Any

import pytest
from fakes import FakeTasks

from app.crypto.packages.model import Looked
from app.errors import ErrorCode, RoscherkError
from app.ui.documents.peeking import Peeking
from app.ui.files import Document


class Looker:
    """Looks as told; keeps at how many it looked."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []
        self.runs: list[int] = []

    def look(self, paths: list[Path], _cancel: object) -> list[Looked]:
        """Answer for one run."""
        self.runs.append(len(paths))
        if self.errors:
            raise self.errors.pop()
        return [Looked(path=each) for each in paths]


def documents(count: int) -> list[Document]:
    """Return so many that nothing was done with."""
    return [Document(path=Path(f"/{number}.pdf"), size=1) for number in range(count)]


def test_a_run_that_fails_holds_up_no_other(tasks: FakeTasks) -> None:
    """A worker that broke, or a list that could not be shown: the rest is looked at all the same."""
    looker = Looker()
    looker.errors.append(RoscherkError(ErrorCode.CHILD_CRASHED))
    taken: list[int] = []

    def take(found: list[Document]) -> None:
        taken.append(len(found))
        if len(taken) == 1:
            raise ValueError("the page is gone")

    packages: Any = looker
    peeking = Peeking(packages, tasks, take)
    with pytest.raises(ValueError, match="gone"):
        peeking.look(documents(70))
    assert looker.runs == [32, 32, 6]
    assert taken == [32, 6]
    peeking.look(documents(1))
    assert taken == [32, 6, 1]
