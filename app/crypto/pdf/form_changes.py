"""What pyHanko's analysis of differences lets pass in a form, and we do not.

It does not look at what a new field does, nor at the settings by which a form is drawn, whatever
else it allows: a script may come with the one, another sum with the other.
"""

from collections.abc import Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.fields import as_array, entry, signature_fields
from app.crypto.pdf.plain import same
from app.errors import ErrorCode, RoscherkError

_ACTIONS = ("/A", "/AA")
_SETTINGS = ("/DR", "/DA", "/Q", "/NeedAppearances")
"""By these a viewer draws a field anew: fonts, the default look, and that it has to."""
_MOST_DEPTH = 32


def acts(reader: PdfFileReader, revision: int) -> bool:
    """Tell whether a signature field that came after a revision does anything by itself."""
    known = {field.name for field in signature_fields(reader.get_historical_root(revision))}
    return any(
        any(key in part for key in _ACTIONS)
        for field in signature_fields(reader.root)
        if field.name not in known
        for part in (
            field.dictionary,
            *(one for one, _ in _below(field.dictionary, "/Kids", None, set(), 0)),
        )
    )


def looks_otherwise(reader: PdfFileReader, revision: int) -> bool:
    """Tell whether fields other than those for signatures may be drawn otherwise since a revision.

    Programs add fonts to a form when they sign in it; where nothing is written with them, they may.
    """
    if not _has_others(entry(reader.root, "/AcroForm")):
        return False
    return any(
        _settings_changed(reader, number)
        for number in range(revision + 1, int(reader.xrefs.total_revisions))
    )


def _settings_changed(reader: PdfFileReader, number: int) -> bool:
    resolver = reader.get_historical_resolver(number)
    before = entry(reader.get_historical_root(number - 1), "/AcroForm")
    now = entry(resolver.root, "/AcroForm")
    if not isinstance(now, generic.DictionaryObject):
        return False
    for key in _SETTINGS:
        held = now.raw_get(key) if key in now else None
        if not same(before.raw_get(key) if before and key in before else None, held):
            return True
        rewritten = resolver.explicit_refs_in_revision()
        if isinstance(held, generic.IndirectObject) and held.reference in rewritten:
            return True
        if held is not None and resolver.collect_dependencies(held, since_revision=number):
            return True
    return False


def _has_others(form: object) -> bool:
    """Tell whether a form holds any fields but those for signatures."""
    if not isinstance(form, generic.DictionaryObject):
        return False
    fields = _below(form, "/Fields", None, set(), 0)
    return any(kind != "/Sig" for part, kind in fields if "/Kids" not in part)


def _below(
    holder: generic.DictionaryObject, key: str, inherited: object, seen: set[int], depth: int
) -> Iterator[tuple[generic.DictionaryObject, object]]:
    """Yield all that stands below a list of fields, each once, with the kind of the field."""
    if depth > _MOST_DEPTH:
        raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit="depth", maximum=_MOST_DEPTH)
    for part in as_array(entry(holder, key)):
        if isinstance(part, generic.DictionaryObject) and id(part) not in seen:
            seen.add(id(part))
            kind = entry(part, "/FT") or inherited
            yield part, kind
            yield from _below(part, "/Kids", kind, seen, depth + 1)
