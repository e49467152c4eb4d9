"""A sheet: what a paper says, as plain values; it becomes a PDF or a page of HTML, the same words.

Whoever writes a sheet does not escape anything: both renderers make every text harmless themselves,
because names in certificates and names of files are a stranger's.
"""

from datetime import datetime
from enum import StrEnum

from app.texts.verdicts import Tone
from app.values import dataclass

LONGEST = 4000
"""Characters of one text: a stranger's name fills no more than a page."""


class Style(StrEnum):
    """How a paragraph looks."""

    TITLE = "title"
    LEAD = "lead"
    HEADING = "heading"
    SUBHEADING = "subheading"
    BODY = "body"
    SMALL = "small"
    FAINT = "faint"


@dataclass(frozen=True)
class Text:
    """One paragraph."""

    words: str
    style: Style = Style.BODY


@dataclass(frozen=True)
class Banner:
    """A statement in a tinted box."""

    words: str
    tone: Tone
    practice: bool = False


@dataclass(frozen=True)
class Answer:
    """A question, how its answer counts, and the answer."""

    question: str
    answer: str
    tone: Tone
    small: bool = False
    """Several signatures stand on one page."""


@dataclass(frozen=True)
class Fields:
    """Labels with their values; ``small`` for what an expert looks up."""

    rows: tuple[tuple[str, str], ...]
    small: bool = True


@dataclass(frozen=True)
class Grid:
    """A table; widths are shares of the page."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Blank:
    """Something to be filled in by hand: a label and empty lines."""

    label: str
    lines: int = 1


@dataclass(frozen=True)
class SignHere:
    """Lines for signatures made by hand, one for each role."""

    roles: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A thin line across the page."""


@dataclass(frozen=True)
class Together:
    """Parts that should not be parted by the end of a page, if they fit on one."""

    height: float
    """Millimetres that are wanted on the page where they begin."""


Part = Text | Banner | Answer | Fields | Grid | Blank | SignHere | Rule | Together


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A whole paper."""

    title: str
    language: str
    created: datetime
    parts: tuple[Part, ...]
    mark: str | None = None
    """Printed on every page: what this paper is not."""
    one_page: bool = False
    """Set denser type, within what can be read, if that makes one page of it."""
