"""Asking what a file shows, and how a mark would look in it: frozen values that cross a process. Light."""

from dataclasses import field
from enum import StrEnum
from pathlib import Path

from app.crypto.packages.model import DocumentCard
from app.crypto.stamping.style import StampBox, StampStyle
from app.crypto.verdict.mchd_facts import MchdFacts
from app.values import dataclass


class ViewKind(StrEnum):
    """How a file is shown."""

    PDF = "pdf"
    XML = "xml"
    TEXT = "text"
    IMAGE = "image"
    OFFICE = "office"
    OTHER = "other"


class OfficeMark(StrEnum):
    """What an Office file holds that a reader does not see at once."""

    MACROS = "macros"
    """Programs: vbaProject.bin, or a VBA project among the OLE streams."""
    OTHER_FILES = "other_files"
    """Other files inside: OLE objects, packages."""
    LINKS = "links"
    """Parts that are fetched from elsewhere when the file is opened."""
    TRACKED = "tracked"
    """Changes that were recorded and neither accepted nor refused."""
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    """It could not be looked into."""


@dataclass(frozen=True, kw_only=True)
class ViewRequest:
    """Look at one file."""

    path: Path


@dataclass(frozen=True)
class XmlLine:
    """One element or attribute of a tree, in the order of the document."""

    depth: int
    name: str
    value: str = ""
    attribute: bool = False


@dataclass(frozen=True, kw_only=True)
class ViewAnswer:
    """What a file shows."""

    kind: ViewKind
    size: int
    sha256: str = ""
    """Hex; empty: the file is too large to be digested for a look."""
    streebog256: str = ""
    encoding: str = ""
    """Of XML and text, as Python names it."""
    lines: tuple[XmlLine, ...] = ()
    text: str = ""
    more: bool = False
    """Not all of it is here."""
    card: DocumentCard | None = None
    mchd: MchdFacts | None = None
    receipt: tuple[tuple[str, str], ...] = ()
    """What a receipt of ФНС says of itself: code of a field and value, in order."""
    office: tuple[OfficeMark, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MarkTrial:
    """Ask how a mark would look at an exact place, and what it would cover there."""

    path: Path
    page: int
    """Counted from 0."""
    box: StampBox
    style: StampStyle
    certificate: bytes = field(repr=False)
    """DER."""
    practice: bool
    pixels_per_mm: float = 6.0


class Covered(StrEnum):
    """What lies under a mark."""

    BLANK = "blank"
    PRINTED = "printed"
    """Text or a picture."""
    MARK = "mark"
    """Another mark, or a form field."""
    UNSEEN = "unseen"
    """The page took too long to draw."""


@dataclass(frozen=True, kw_only=True)
class MarkPicture:
    """The mark as it would be drawn; no pixels where it could not be read there."""

    covered: Covered
    width: int = 0
    height: int = 0
    pixels: bytes = field(default=b"", repr=False)
    """Rows of blue, green, red, unused, without padding."""
    least_width: int | None = None
    """Millimetres that it needs to be legible; None: it is."""
    least_height: int | None = None
