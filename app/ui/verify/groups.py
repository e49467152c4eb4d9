"""What is shown of all that came in: by standing, narrowed by words and by standing. No Qt here."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final, Protocol, TypeVar

from app.crypto.verdict.report import Standing
from app.texts.catalogue import _
from app.texts.standings import ORDER, standing_heading, standing_hint
from app.ui.rows import Row
from app.ui.verify.tree_lines import Told
from app.values import dataclass

PROBLEMS: Final = "problems"
"""The key that narrows to what needs somebody's attention."""
ATTENTION: Final = frozenset({Standing.BROKEN, Standing.PROBLEM, Standing.UNKNOWN})


class Judged(Protocol):
    """What has a standing."""

    @property
    def standing(self) -> Standing | None:
        """Return the standing; None: there is no verdict yet."""


class Findable(Judged, Protocol):
    """What has words to be found by as well."""

    @property
    def found_by(self) -> str:
        """Return all its words, in small letters."""


HANDFUL: Final = 3
"""So many files need no headings."""
T = TypeVar("T", bound=Judged)


@dataclass(frozen=True)
class Narrowed:
    """What to show: words, and the key of a standing, or `PROBLEMS`; empty: all."""

    words: str = ""
    standing: str = ""

    def __bool__(self) -> bool:
        """Tell whether it leaves anything out."""
        return bool(self.words.strip() or self.standing)

    def accepts(self, one: Findable) -> bool:
        """Tell whether this is to be shown."""
        if self.standing == PROBLEMS:
            if one.standing not in ATTENTION:
                return False
        elif self.standing and (one.standing is None or one.standing.value != self.standing):
            return False
        return not self._wanted or self._wanted in one.found_by

    @cached_property
    def _wanted(self) -> str:
        return self.words.casefold().strip()


@dataclass(frozen=True)
class Group:
    """The heading of a group, and what is to be known of it."""

    key: str
    heading: str
    hint: str


def grouped(lines: Iterable[T]) -> list[tuple[Group, list[T]]]:
    """Return the lines by their standing, what needs attention first, what has no verdict last."""
    found: dict[Standing | None, list[T]] = {each: [] for each in (*ORDER, None)}
    for line in lines:
        found[line.standing].append(line)
    return [(_group(one, below), below) for one, below in found.items() if below]


def rows_of(told: Sequence[Told], narrowed: Narrowed) -> list[Row]:
    """Return the rows of the list: under headings by standing, where there is more than a handful."""
    shown = [each for each in told if narrowed.accepts(each.line)]
    if len(told) <= HANDFUL:
        return [each.row for each in shown]
    rows: list[Row] = []
    for group, below in grouped(shown):
        rows.append(Row(key=group.key, title=group.heading, caption=group.hint, header=True))
        rows += (each.row for each in below)
    return rows


def _group(standing: Standing | None, below: Sequence[object]) -> Group:
    if standing is None:
        waiting = _("No verdict yet")
        return Group("group:", f"{waiting} · {len(below)}", "")
    heading = f"{standing_heading(standing)} · {len(below)}"
    return Group(f"group:{standing.value}", heading, standing_hint(standing))
