"""Prove that the guide came with the installed program: prove_help.py, by that program's own Python.

Both ``prove.sh`` call it. Every page is drawn in the window of help, every link inside the guide leads
somewhere, and every error has its place on the page of errors, in both languages.
"""

import re
import sys
from functools import cache

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.errors import ErrorCode
from app.texts.catalogue import set_language
from app.ui.help import library
from app.ui.help.library import GuidePage
from app.ui.help.window import HelpWindow

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_BESIDE = {"administrators.md", "command-line.md", "comparison.md", "journeys.md", "trials.md"}
"""Pages that are not of the guide and travel with it, for its pages lead to them."""
_UNSHOWN = {ErrorCode.CANCELLED}
"""Whoever cancels is not told that he did."""
read = cache(library.read_page)


def demand(what: str, holds: object) -> None:
    """Stop where something does not hold."""
    if not holds:
        sys.exit(f"FAILED: {what}")


def reached(language: str) -> dict[str, GuidePage]:
    """Return every page that can be come to from the contents page."""
    waiting = [name for _title, name in library.contents(language)]
    pages: dict[str, GuidePage] = {}
    while waiting:
        name = waiting.pop()
        if name in pages:
            continue
        pages[name] = page = read(name)
        for link in _LINK.findall(page.text):
            place = library.follow(name, link)
            if place is not None:
                there = read(place.page)
                demand(f"{name} leads to {link}", place.anchor in {"", *there.anchors})
                waiting.append(place.page)
    return pages


def prove(language: str, shown: dict[str, GuidePage]) -> None:
    """Draw every page that was not drawn in the other language."""
    set_language(language)
    pages = reached(language)
    window = HelpWindow()
    window.list_pages(library.contents(language))
    window.show()
    for page in (each for name, each in pages.items() if name not in shown):
        window.show_page(page, "", back=False)
        QApplication.processEvents()
        demand(f"words on {page.name}", len(window.browser.toPlainText()) > 100)
        broken = [name for name, data in page.images.items() if QImage.fromData(data).isNull()]
        demand(f"pictures on {page.name}, not {broken}", not broken)
    errors = read(library.place_of_error("", language).page)
    missing = {code.value for code in set(ErrorCode) - _UNSHOWN} - errors.anchors
    demand(f"a place for each error, not {sorted(missing)}", not missing)
    window.close()
    shown |= pages


def main() -> None:
    """Prove both languages."""
    application = QApplication(["roscherk"])
    shown: dict[str, GuidePage] = {}
    for language in ("ru", "en"):
        prove(language, shown)
    demand(f"the pages beside the guide, only {sorted(shown)}", shown.keys() >= _BESIDE)
    application.processEvents()
    pictures = sum(len(page.images) for page in shown.values())
    print(f"PROVED: {len(shown)} pages of help, {pictures} pictures, {len(ErrorCode)} errors")


if __name__ == "__main__":
    main()
