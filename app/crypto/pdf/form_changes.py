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
_ANEW = ("/DA", "/Q", "/NeedAppearances")
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


def drawn_anew(reader: PdfFileReader, revision: int) -> bool:
    """Tell whether a form says otherwise than in a revision how, or that, viewers draw its fields.

    Who fills in a form may add fonts, and need not touch those that are there.
    """
    before = entry(reader.get_historical_root(revision), "/AcroForm")
    now = entry(reader.root, "/AcroForm")
    if not isinstance(before, generic.DictionaryObject):
        return False
    if not isinstance(now, generic.DictionaryObject):
        return True
    if any(not same(_raw(before, key), _raw(now, key)) for key in _ANEW):
        return True
    fonts, fonts_now = _fonts(before), _fonts(now)
    return any(
        name not in fonts_now
        or not same(fonts.raw_get(name), fonts_now.raw_get(name))
        or _rewritten(reader, fonts.raw_get(name), revision)
        for name in fonts
    )


def _raw(held: generic.DictionaryObject, key: str) -> object:
    return held.raw_get(key) if key in held else None


def _fonts(form: generic.DictionaryObject) -> generic.DictionaryObject:
    resources = entry(form, "/DR")
    found = entry(resources, "/Font") if isinstance(resources, generic.DictionaryObject) else None
    return found if isinstance(found, generic.DictionaryObject) else generic.DictionaryObject()


def _rewritten(reader: PdfFileReader, held: object, revision: int) -> bool:
    if not isinstance(held, generic.IndirectObject):
        return False
    return int(reader.xrefs.get_last_change(held.reference)) > revision


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
