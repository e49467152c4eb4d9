"""The lines of a tree with who hangs on whom: numbers only, so that thousands cost little. No Qt."""

from collections.abc import Sequence
from typing import Final

from app.crypto.viewing.model import XmlLine

NO_LINE: Final = -1


class Branches:
    """Who hangs on whom; may be prepared in another thread."""

    def __init__(self, lines: Sequence[XmlLine]) -> None:
        self.lines = lines
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

    def find(self, words: str, after: int) -> int | None:
        """Return the next line that holds these words, from the end to the beginning again."""
        wanted = words.casefold()
        count = len(self.lines)
        for step in range(1, count + 1):
            number = (after + step) % count
            line = self.lines[number]
            if wanted in line.value.casefold() or wanted in line.name.casefold():
                return number
        return None
