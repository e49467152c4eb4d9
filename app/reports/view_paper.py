"""What is seen of an XML document, on paper: what it says of itself, and its tree as a table."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from app.crypto.viewing.model import XmlLine
from app.reports.sheet import Fields, Grid, Part, Sheet, Style, Text
from app.texts.catalogue import _, language
from app.texts.showing import local_time, plain

MOST_ON_PAPER: Final = 2000
"""Lines: some forty pages, made in seconds."""
_LONGEST: Final = 600
_STEP: Final = "· "
_DEEPEST: Final = 12


def view_paper(
    name: str,
    facts: Sequence[tuple[str, str]],
    lines: Sequence[XmlLine],
    *,
    more: bool,
    made: datetime | None = None,
) -> Sheet:
    """Return a document as it is shown; ``more``: the view itself has only its beginning."""
    made = made or datetime.now(UTC)
    parts: list[Part] = [
        Text(plain(name, _LONGEST), Style.TITLE),
        Text(
            _("Contents of the file as the program shows them · {when}").format(
                when=local_time(made)
            ),
            Style.LEAD,
        ),
        Fields(tuple((plain(label), plain(value, _LONGEST)) for label, value in facts)),
    ]
    if more or len(lines) > MOST_ON_PAPER:
        parts.append(Text(_("Only its beginning is on this paper."), Style.SMALL))
    parts.append(
        Grid(
            heading=(_("Element"), _("Value")),
            rows=tuple(map(_row, lines[:MOST_ON_PAPER])),
            widths=(45, 55),
        )
    )
    words = _("The paper proves nothing: what was signed is the file.")
    parts.append(Text(words, Style.SMALL))
    return Sheet(title=plain(name, _LONGEST), language=language(), created=made, parts=tuple(parts))


def _row(line: XmlLine) -> tuple[str, str]:
    name = f"@{line.name}" if line.attribute else line.name
    return (
        f"{_STEP * min(line.depth, _DEEPEST)}{plain(name, _LONGEST)}",
        plain(line.value, _LONGEST),
    )
