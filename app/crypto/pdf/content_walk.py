"""One walk over everything a document's trailer leads to: each object once, with its page."""

import time
from collections.abc import Iterator
from dataclasses import field
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.faults import pass_on
from app.crypto.pdf.page_boxes import page_references
from app.values import dataclass

_MOST_OBJECTS = 300_000
_MOST_PAGES = 5_000
_KEPT_STREAM = 64 << 10
"""Octets of a stream that costs little to keep, and time to read again."""


def resolved(reference: generic.Reference) -> generic.PdfObject | None:
    """Return an object; None for one that is not there, which is no fault (ISO 32000-2, 7.3.10)."""
    try:
        return reference.get_object()
    except Exception as error:  # noqa: BLE001 - pyHanko lets out a dozen kinds of exception
        pass_on(error)
        return None


def let_go(reference: generic.Reference, held: object) -> None:
    """Have the reader forget a stream that was looked at; it would keep all that it has read."""
    if isinstance(held, generic.StreamObject) and len(held.encoded_data) > _KEPT_STREAM:
        reader = reference.get_pdf_handler()
        if isinstance(reader, PdfFileReader):
            reader.resolved_objects.pop((reference.generation, reference.idnum), None)


@dataclass
class ContentWalk:
    """A walk that ends by itself: ``complete`` says whether it saw everything."""

    reader: PdfFileReader
    seconds: float
    seen: dict[generic.Reference, int | None] = field(init=False, default_factory=dict)
    """Every indirect object reached, with the page it was reached from, counted from 1."""
    complete: bool = field(init=False, default=True)
    pages: list[generic.Reference] = field(init=False, default_factory=list)

    def dictionaries(self) -> Iterator[tuple[generic.DictionaryObject, int | None]]:
        """Yield every dictionary and stream, pages first; None: it belongs to no page."""
        deadline = time.monotonic() + self.seconds
        for number, page in enumerate(page_references(self.reader.root), 1):
            if number > _MOST_PAGES:
                self.complete = False
                break
            self.pages.append(page.reference)
        for number, page_reference in enumerate(self.pages, 1):
            self.seen[page_reference] = number
        for number, page_reference in enumerate(self.pages, 1):
            yield from self._below(resolved(page_reference), number, deadline)
        trailer = self.reader.trailer
        for key in trailer.keys():  # noqa: SIM118 - pyHanko's own class
            yield from self._below(trailer.raw_get(key), None, deadline)

    def _below(
        self, start: object, page: int | None, deadline: float
    ) -> Iterator[tuple[generic.DictionaryObject, int | None]]:
        waiting = [start]
        while waiting:
            held = waiting.pop()
            reference = None
            if isinstance(held, generic.IndirectObject):
                if held.reference in self.seen:
                    continue
                if len(self.seen) > _MOST_OBJECTS or time.monotonic() > deadline:
                    self.complete = False
                    return
                self.seen[held.reference] = page
                reference = held.reference
                held = resolved(reference)
            if isinstance(held, generic.DictionaryObject):
                yield held, page
                waiting += [_raw(held, key) for key in held if key not in _UPWARDS or page is None]
            elif isinstance(held, generic.ArrayObject):
                waiting += [_raw(held, index) for index in range(len(held))]
            if reference is not None:
                let_go(reference, held)


def _raw(held: generic.DictionaryObject | generic.ArrayObject, key: Any) -> object:
    """Return what a container holds; None for a string that cannot be decrypted.

    The octets of a signature are such a string: they stand in the clear (ISO 32000-2, 7.6.2).
    """
    try:
        return held.raw_get(key)
    except Exception as error:  # noqa: BLE001 - as above
        pass_on(error)
        return None


_UPWARDS = frozenset({"/Parent", "/P", "/Dest", "/D", "/StructParent", "/Pg"})
"""From a page these lead to the rest of the document, which is looked at later."""
