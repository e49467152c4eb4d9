"""The lines of a tree with who hangs on whom: numbers only, so that thousands cost little. No Qt."""

from collections.abc import Sequence
from typing import Final

from app.crypto.viewing.model import XmlLine

NO_LINE: Final = -1
MOST_TOGETHER: Final = 250
"""Of more lines below one, so many hang on a branch of their own: a tree asks for each that it opens."""


class Branches:
    """Who hangs on whom; may be prepared in another thread."""

    def __init__(self, lines: Sequence[XmlLine]) -> None:
        self.lines = list(lines)
        self.parents: list[int] = []
        self.children: dict[int, list[int]] = {NO_LINE: []}
        self.rows: list[int] = []
        above: list[int] = []
        for number, line in enumerate(lines):
            del above[line.depth :]
            parent = above[-1] if above else NO_LINE
            siblings = self.children.setdefault(parent, [])
            self.parents.append(parent)
            self.rows.append(len(siblings))
            siblings.append(number)
            above.append(number)
        self._folded = [f"{line.name}\0{line.value}".casefold() for line in lines]
        for parent, siblings in list(self.children.items()):
            if len(siblings) > MOST_TOGETHER:
                self._part(parent, siblings)

    def _part(self, parent: int, siblings: list[int]) -> None:
        """Hang the many lines below one on branches of their own: «1–250», «251–500» and so on."""
        parts: list[int] = []
        self.children[parent] = parts
        for first in range(0, len(siblings), MOST_TOGETHER):
            some = siblings[first : first + MOST_TOGETHER]
            number = len(self.lines)
            depth = self.lines[some[0]].depth
            self.lines.append(XmlLine(depth=depth, name=f"{first + 1}–{first + len(some)}"))
            self.parents.append(parent)
            self.rows.append(len(parts))
            parts.append(number)
            self.children[number] = some
            for row, each in enumerate(some):
                self.parents[each], self.rows[each] = number, row

    def find(self, words: str, after: int) -> int | None:
        """Return the next line that holds these words, from the end to the beginning again."""
        wanted = words.casefold()
        count = len(self._folded)
        for step in range(1, count + 1):
            number = (after + step) % count
            if wanted in self._folded[number]:
                return number
        return None
