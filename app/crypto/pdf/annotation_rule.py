"""Recognising notes that were added to pages, for the analysis of differences (PDF-11).

What is so recognised is never accepted in silence: a note may lie over the text that was signed.
"""

from collections.abc import Iterable, Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate, WhitelistRule

from app.crypto.pdf.fields import as_array, entry
from app.crypto.pdf.page_boxes import page_references
from app.crypto.pdf.plain import appended, raw_members, same_but

_PAGE_MAY_GAIN = frozenset({"/Annots"})


class AnnotationRule(WhitelistRule):
    """Clear pages that only gained annotations, and those annotations."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Clear what the new notes bring; widgets of forms are left to the rules of forms."""
        rewritten = new.explicit_refs_in_revision()
        for page in page_references(new.root):
            yield from self._of_page(old, new, page.reference, rewritten)

    @staticmethod
    def _of_page(
        old: HistoricalResolver,
        new: HistoricalResolver,
        reference: generic.Reference,
        rewritten: set[generic.Reference],
    ) -> Iterator[ReferenceUpdate]:
        before, now = old(reference), new(reference)
        if not (_is_dictionary(before) and _is_dictionary(now)):
            return
        if not same_but(before, now, _PAGE_MAY_GAIN):
            return
        held = now.raw_get("/Annots") if "/Annots" in now else None
        array = held.reference if isinstance(held, generic.IndirectObject) else None
        earlier = _annotations(before)
        for one in appended(earlier, _annotations(now)):
            if _is_note(new(one)):
                yield ReferenceUpdate(one)
                for part in new.collect_dependencies(new(one), since_revision=new.revision):
                    if part in rewritten and old.is_ref_unassignable(part):
                        yield ReferenceUpdate(part)
        if reference in rewritten:
            yield ReferenceUpdate(reference)
        if array is not None and array in rewritten:
            yield ReferenceUpdate(array)


def notes_of(root: generic.DictionaryObject) -> int:
    """Count the annotations of a document that are not parts of a form."""
    count = 0
    for page in page_references(root):
        held = page.get_object()
        if isinstance(held, generic.DictionaryObject):
            count += sum(1 for one in as_array(entry(held, "/Annots")) if _is_note(one))
    return count


def _annotations(page: generic.DictionaryObject) -> list[object]:
    array = entry(page, "/Annots")
    return raw_members(array) if isinstance(array, generic.ArrayObject) else []


def _is_note(value: object) -> bool:
    return isinstance(value, generic.DictionaryObject) and entry(value, "/Subtype") not in {
        None,
        "/Widget",
    }


def _is_dictionary(value: object) -> bool:
    return isinstance(value, generic.DictionaryObject)
