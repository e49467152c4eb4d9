"""Several files that sign one document: its one line of the table tells of all of them."""

import weakref
from dataclasses import replace
from pathlib import Path

import pytest

from app.crypto.verdict.report import Standing
from app.ui.files import Document
from app.ui.rows import Row
from app.ui.verify.tree_lines import Told, TreeLine, TreeLines

PLACE = Path("почта.zip/Договор.pdf")


class Fixed(TreeLines):
    """Lines whose verdicts are given, by the name of the file."""

    def __init__(self, verdicts: dict[str, Standing | None]) -> None:
        super().__init__()
        self.verdicts = verdicts

    def told(self, document: Document) -> Told:
        """Return the line of one file."""
        name = document.path.name
        standing = self.verdicts[name]
        word = "waits" if standing is None else standing.value
        below = () if standing is None else (TreeLine(key=name, title=name, verdict=word),)
        line = TreeLine(key=name, title="Договор.pdf", verdict=word, standing=standing, below=below)
        return Told(line, PLACE, Row(key=name, title=name))


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        (Standing.PASSED, None, None),
        (None, Standing.PASSED, None),
        (None, Standing.TIME_NOT_PROVED, None),
        (None, Standing.BROKEN, Standing.BROKEN),
        (Standing.UNKNOWN, None, Standing.UNKNOWN),
        (Standing.PASSED, Standing.PROBLEM, Standing.PROBLEM),
    ],
)
def test_one_line_of_two_files(
    first: Standing | None, second: Standing | None, shown: Standing | None
) -> None:
    """No document is shown as good before every signature of it has its verdict."""
    lines = Fixed({"a.sig": first, "b.sig": second})
    documents = [Document(path=Path("/тмп") / each, size=1) for each in lines.verdicts]
    (line,) = lines.of(documents)
    assert line.standing is shown
    assert line.verdict == ("waits" if shown is None else shown.value)
    assert len(line.below) == sum(each is not None for each in (first, second))


def test_a_line_that_is_told_anew_goes_at_once() -> None:
    """Nobody looks for garbage while the window is at work: a line must not hold itself."""
    lines, document = TreeLines(), Document(path=Path("/тмп/a.sig"), size=1)
    gone = weakref.ref(lines.told(document).line)
    assert gone() is not None
    lines.told(replace(document, size=2))
    assert gone() is None
