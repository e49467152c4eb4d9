"""The renderer: a child process that draws pages of strangers' PDF files."""

from app.crypto.pdf import comparing, drawing
from app.crypto.pdf.areas import MM_PER_POINT
from app.crypto.pdf.pages import (
    COMPARE,
    COMPARE_PAGE,
    PAGE_GEOMETRY,
    RENDER_IMAGE,
    RENDER_PAGE,
    ComparedPage,
    ComparePageRequest,
    CompareRequest,
    Differences,
    DocumentGeometry,
    DrawnImage,
    GeometryRequest,
    ImageRequest,
    PageImage,
    RenderRequest,
)
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context, serve

_SECONDS_OF_COMPARING = 4.0
_SECONDS = 8.0
"""A page that takes longer is given up: the person has long turned the leaf."""


def page_geometry(request: GeometryRequest, _: Context) -> DocumentGeometry:
    """Measure pages."""
    with drawing.document(request.path) as opened:
        total = len(opened)
        first = max(0, request.first)
        boxes = []
        for number in range(first, min(total, first + request.count)):
            page = opened[number]
            boxes.append(drawing.page_box(page))
            page.close()
        return DocumentGeometry(total, first, tuple(boxes))


def render_page(request: RenderRequest, _: Context) -> PageImage:
    """Draw one page."""
    with drawing.document(request.path) as opened:
        if not 0 <= request.page < len(opened):
            raise RoscherkError(ErrorCode.PDF_DAMAGED, reason="page_missing")
        page = opened[request.page]
        picture = drawing.draw(opened, page, request.width, seconds=_SECONDS)
        page.close()
    if picture is None:
        raise RoscherkError(
            ErrorCode.FORMAT_TOO_COMPLEX, limit="drawing_seconds", maximum=int(_SECONDS)
        )
    return PageImage(request.page, picture.width, picture.height, picture.pixels)


def render_image(request: ImageRequest, _: Context) -> DrawnImage:
    """Draw one picture of an image file."""
    from app.crypto.pdf.images import draw_image  # noqa: PLC0415 - Pillow, for pictures only

    picture, count = draw_image(request.path, request.frame, request.width)
    drawn = PageImage(request.frame, picture.width, picture.height, picture.pixels)
    return DrawnImage(drawn, count)


def compare(request: CompareRequest, _: Context) -> Differences:
    """Say where two revisions look different, as far as the time allows."""
    last = max(request.first, 1) - 1 + comparing.MOST_PAGES
    wanted = range(max(request.first, 1), last + 1)
    found = comparing.compare(
        request.path, request.end, seconds=_SECONDS_OF_COMPARING, pages=wanted
    )
    following = max(request.first, 1) + found.pages_compared
    both = min(found.pages_then, found.pages_now)
    return Differences(
        found.areas,
        found.pages_then,
        found.pages_now,
        following if following <= both and found.pages_compared else None,
    )


def compare_page(request: ComparePageRequest, _: Context) -> ComparedPage:
    """Draw one page of both revisions, and say where they differ."""
    with (
        drawing.document(request.path, request.end) as then,
        drawing.document(request.path) as now,
    ):
        pages = len(then), len(now)
        areas = comparing.differences_of_page(then, now, request.page)
        drawn = [comparing.draw_page(one, request.page, request.width) for one in (then, now)]
    pictures = [
        None if one is None else PageImage(request.page, one[0].width, one[0].height, one[0].pixels)
        for one in drawn
    ]
    wide = next((one[1][0] * MM_PER_POINT for one in drawn if one is not None), 0.0)
    return ComparedPage(request.page, *pages, pictures[0], pictures[1], tuple(areas), wide)


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    serve(
        {
            COMPARE: compare,
            COMPARE_PAGE: compare_page,
            PAGE_GEOMETRY: page_geometry,
            RENDER_IMAGE: render_image,
            RENDER_PAGE: render_page,
        }
    )
