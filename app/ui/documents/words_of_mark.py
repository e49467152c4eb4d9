"""Where the mark of a signature goes, in words. No Qt here."""

from collections.abc import Mapping
from typing import Final

from app.crypto.stamping.style import StampStyle
from app.texts.catalogue import N_, _

_PAGES: Final[Mapping[str, str]] = {
    "last": N_("on the last page"),
    "first": N_("on the first page"),
    "all": N_("on every page"),
}


def mark_place_words(style: StampStyle) -> str:
    """Say on which page the mark goes, and where."""
    known = _PAGES.get(style.pages)
    page = _("on page {pages}").format(pages=style.pages) if known is None else _(known)
    if style.box is None:
        return _("The program finds a blank place {page}.").format(page=page)
    place = _("Chosen by hand: {page}, {x} mm from the left, {y} mm from the top.")
    return place.format(page=page, x=round(style.box.x), y=round(style.box.y))
