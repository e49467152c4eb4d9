"""What the look before signing found, in sentences for either face."""

from app.crypto.presigning.model import Finding
from app.texts.catalogue import _, ngettext
from app.texts.verdicts import notice

_MOST_PAGES = 5


def finding_words(found: Finding) -> str:
    """Say what was found, and on which pages."""
    told = notice(found.code, found.facts)
    where = pages_words(found.pages)
    if found.area is not None:
        place = _("{left} mm from the left, {top} mm from the top").format(
            left=round(found.area.left), top=round(found.area.top)
        )
        where = f"{where}, {place}" if where else place
    return f"{told.removesuffix('.')} ({where})." if where else told


def pages_words(pages: tuple[int, ...]) -> str:
    """Name pages; of many, the first ones."""
    if not pages:
        return ""
    named = ", ".join(str(page) for page in pages[:_MOST_PAGES])
    if len(pages) > _MOST_PAGES:
        named = f"{named}…"
    return ngettext("page {pages}", "pages {pages}", len(pages)).format(pages=named)
