"""The renderer: a child process that draws pages of strangers' PDF files."""

from app.crypto.pdf import drawing
from app.crypto.pdf.pages import (
    PAGE_GEOMETRY,
    RENDER_PAGE,
    DocumentGeometry,
    GeometryRequest,
    PageImage,
    RenderRequest,
)
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context, serve

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


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    serve({PAGE_GEOMETRY: page_geometry, RENDER_PAGE: render_page})
