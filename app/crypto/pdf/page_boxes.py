"""What of a page is visible and how it is turned, as the page tree says; and what stands on it."""

from collections.abc import Iterator

from pyhanko.pdf_utils import generic

from app.crypto.pdf.fields import as_array, entry
from app.crypto.pdf.pages import PageBox
from app.crypto.pdf.placing import Rectangle, to_display

_INHERITED_DEPTH = 64
_A4 = (0.0, 0.0, 595.0, 842.0)
_HIDDEN = 2
_MOST_OF_PAGE = 1 / 3
"""What is larger than this part of its page is a watermark, not a mark or a field to keep clear of."""


def page_count(root: generic.DictionaryObject) -> int:
    """Return how many pages a document says it has; 0 where it does not say."""
    pages = entry(root, "/Pages")
    count = entry(pages, "/Count") if isinstance(pages, generic.DictionaryObject) else None
    return max(0, int(count)) if isinstance(count, generic.NumberObject) else 0


def page_box(page: generic.DictionaryObject) -> PageBox:
    """Return what is visible of a page: CropBox within MediaBox, both perhaps inherited."""
    media = _box(_inherited(page, "/MediaBox")) or _A4
    crop = _box(_inherited(page, "/CropBox")) or media
    box = (
        max(media[0], crop[0]),
        max(media[1], crop[1]),
        min(media[2], crop[2]),
        min(media[3], crop[3]),
    )
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        box = media
    turn = _inherited(page, "/Rotate")
    rotation = int(turn) % 360 if isinstance(turn, generic.NumberObject) else 0
    return PageBox(*box, rotation if rotation in {90, 180, 270} else 0)


def taken_areas(page: generic.DictionaryObject, box: PageBox) -> Iterator[Rectangle]:
    """Return where marks, stamps and form fields stand on the page, as displayed."""
    width, height = box.size
    for annotation in as_array(entry(page, "/Annots")):
        if not isinstance(annotation, generic.DictionaryObject):
            continue
        if entry(annotation, "/Subtype") not in {"/Widget", "/Stamp"}:
            continue
        flags = entry(annotation, "/F")
        if isinstance(flags, generic.NumberObject) and int(flags) & _HIDDEN:
            continue
        area = rectangle_of(annotation, box)
        if area is None:
            continue
        covered = (area.right - area.left) * (area.top - area.bottom)
        if 0 < covered < width * height * _MOST_OF_PAGE:
            yield area


def rectangle_of(annotation: generic.DictionaryObject, box: PageBox) -> Rectangle | None:
    """Return where an annotation stands on the page as displayed; None: nowhere."""
    found = _box(entry(annotation, "/Rect"))
    return None if found is None else to_display(box, found)


def _inherited(page: generic.DictionaryObject, key: str) -> object:
    node: object = page
    for _ in range(_INHERITED_DEPTH):
        if not isinstance(node, generic.DictionaryObject):
            return None
        found: object = entry(node, key)
        if found is not None:
            return found
        node = entry(node, "/Parent")
    return None


def _box(value: object) -> tuple[float, float, float, float] | None:
    numbers = [float(number) for number in as_array(value)]
    if len(numbers) != 4:
        return None
    left, right = sorted((numbers[0], numbers[2]))
    bottom, top = sorted((numbers[1], numbers[3]))
    return (left, bottom, right, top) if right - left >= 1 and top - bottom >= 1 else None


def find_page(root: generic.DictionaryObject, number: int) -> generic.IndirectObject | None:
    """Return a page by its number, from 0 or from -1 backwards, without reading all the others.

    None: the tree of pages is odd, or there is no such page.
    """
    count = page_count(root)
    left = number if number >= 0 else count + number
    node = root.raw_get("/Pages") if "/Pages" in root and 0 <= left < count else None
    for _ in range(_INHERITED_DEPTH):
        found = node.get_object() if isinstance(node, generic.IndirectObject) else None
        if not isinstance(found, generic.DictionaryObject):
            return None
        if "/Kids" not in found:
            return node if left == 0 and entry(found, "/Type") == "/Page" else None
        node, left = _below(found, left)
    return None


def _below(node: generic.DictionaryObject, left: int) -> tuple[generic.IndirectObject | None, int]:
    """Return the kid that holds a page of a node, and the number of the page below it."""
    kids = entry(node, "/Kids")
    if not isinstance(kids, generic.ArrayObject):
        return None, 0
    if _count(node) == len(kids):  # every kid is a page, or a node with one
        kid = kids.raw_get(min(left, len(kids) - 1)) if len(kids) else None
        return (kid, 0) if _count(kid) == 1 else (None, 0)
    for index in range(len(kids)):
        kid = kids.raw_get(index)
        if left < _count(kid):
            return kid, left
        left -= _count(kid)
    return None, 0


def _count(node: object) -> int:
    """Return how many pages a node of the tree says it holds; a page is one."""
    found = node.get_object() if isinstance(node, generic.IndirectObject) else node
    if not isinstance(found, generic.DictionaryObject):
        return 0
    count = entry(found, "/Count") if "/Kids" in found else generic.NumberObject(1)
    return max(0, int(count)) if isinstance(count, generic.NumberObject) else 0


def page_references(root: generic.DictionaryObject) -> Iterator[generic.IndirectObject]:
    """Walk the page tree, which may be a trap; every page once, in order."""
    waiting = [root.raw_get("/Pages")] if "/Pages" in root else []
    seen: set[generic.Reference] = set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, generic.IndirectObject) or node.reference in seen:
            continue
        seen.add(node.reference)
        found = node.get_object()
        kids = entry(found, "/Kids") if isinstance(found, generic.DictionaryObject) else None
        if isinstance(kids, generic.ArrayObject):
            waiting += [kids.raw_get(index) for index in reversed(range(len(kids)))]
        elif isinstance(found, generic.DictionaryObject):
            yield node
