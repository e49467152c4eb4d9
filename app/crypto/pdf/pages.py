"""Pages of a PDF for the window: what the renderer can be asked, and a client to ask it. Light."""

from pathlib import Path

from app.crypto.pdf.areas import Area
from app.processes.cancelling import Cancel
from app.processes.method import Method
from app.processes.pool import Pool
from app.values import dataclass


@dataclass(frozen=True)
class PageBox:
    """The visible part of a page in the units of its content, and how it is turned for display."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int
    """Degrees clockwise: 0, 90, 180 or 270."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as displayed, in points."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation in {90, 270} else (width, height)


@dataclass(frozen=True)
class GeometryRequest:
    """Ask for the boxes of ``count`` pages from ``first`` on."""

    path: Path
    first: int = 0
    count: int = 500


@dataclass(frozen=True)
class DocumentGeometry:
    """How many pages there are, and the boxes of those that were asked for."""

    page_count: int
    first: int
    boxes: tuple[PageBox, ...]


@dataclass(frozen=True)
class RenderRequest:
    """Ask for one page, ``width`` pixels wide."""

    path: Path
    page: int
    width: int


@dataclass(frozen=True)
class PageImage:
    """A drawn page: rows of blue, green, red, unused (Qt's Format_RGB32), without padding."""

    page: int
    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True)
class CompareRequest:
    """Ask where a document looks different from its revision that ends at ``end``."""

    path: Path
    end: int
    first: int = 1
    """The page to begin with, counted from 1."""


@dataclass(frozen=True)
class Differences:
    """Where the pages of two revisions look different."""

    areas: tuple[Area, ...]
    pages_then: int
    pages_now: int
    next_page: int | None
    """Where to go on; None: all pages that both have were compared."""


@dataclass(frozen=True)
class ComparePageRequest:
    """Ask for one page of both revisions, ``width`` pixels wide."""

    path: Path
    end: int
    page: int
    """Counted from 1."""
    width: int


@dataclass(frozen=True)
class ComparedPage:
    """One page as it was signed and as it is now; None: that revision has no such page."""

    page: int
    pages_then: int
    pages_now: int
    then: PageImage | None
    now: PageImage | None
    areas: tuple[Area, ...]
    width_mm: float
    """Of the page as displayed; of the signed one, if there is one."""


@dataclass(frozen=True)
class ImageRequest:
    """Ask for one picture of an image file, ``width`` pixels wide at most."""

    path: Path
    frame: int
    width: int


@dataclass(frozen=True)
class DrawnImage:
    """A picture, and how many the file has."""

    image: PageImage
    count: int


COMPARE = Method("compare", CompareRequest, Differences)
COMPARE_PAGE = Method("compare_page", ComparePageRequest, ComparedPage)
PAGE_GEOMETRY = Method("page_geometry", GeometryRequest, DocumentGeometry)
RENDER_IMAGE = Method("render_image", ImageRequest, DrawnImage)
RENDER_PAGE = Method("render_page", RenderRequest, PageImage)


class Pages:
    """Draws pages in the renderer's child process. Calls wait: use a thread."""

    def __init__(self, renderer: Pool) -> None:
        self._renderer = renderer

    def geometry(
        self, path: Path, *, first: int = 0, count: int = 500, cancel: Cancel | None = None
    ) -> DocumentGeometry:
        """Return the number of pages and the boxes of ``count`` of them.

        Raises NOT_A_PDF, PDF_DAMAGED, PDF_ENCRYPTED and the errors of opening a file.
        """
        return self._renderer.run(PAGE_GEOMETRY, GeometryRequest(path, first, count), cancel=cancel)

    def render(
        self, path: Path, page: int, width: int, *, cancel: Cancel | None = None
    ) -> PageImage:
        """Return one page drawn ``width`` pixels wide, form fields and stamps included.

        Raises FORMAT_TOO_COMPLEX for a page that takes too long, and what `geometry` raises.
        """
        return self._renderer.run(RENDER_PAGE, RenderRequest(path, page, width), cancel=cancel)

    def image(
        self, path: Path, frame: int, width: int, *, cancel: Cancel | None = None
    ) -> DrawnImage:
        """Return one picture of an image file (PNG, JPEG, TIFF, GIF, BMP).

        Raises FORMAT_TOO_COMPLEX, FORMAT_DAMAGED and the errors of opening a file.
        """
        return self._renderer.run(RENDER_IMAGE, ImageRequest(path, frame, width), cancel=cancel)
