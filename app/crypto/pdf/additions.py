"""Recognising later revisions that add signatures and nothing else, without a full analysis.

Two parties sign one contract: that is the usual case, and the full analysis of differences reads
every object of the document for it. Here only what the update itself touches is looked at, and
every byte before it is searched for references to what it defines. Whatever is not plainly such an
addition is left to the full analysis; nothing is judged suspicious here.
"""

import re
from collections.abc import Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from app.crypto.pdf.fields import as_array, entry

_FIELD_KEYS = frozenset(
    {
        *("/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/F", "/Ff", "/Rect", "/P", "/AP"),
        *("/MK", "/BS", "/Border"),
    }
)
"""What a new field may hold: nothing that acts, nests or locks."""

_FREE_TRAILER_KEYS = frozenset({"/Size", "/Prev", "/ID"})
_MOST_NEW_OBJECTS = 200
_CHUNK = 1 << 20
_OVERLAP = 256
_BLANK = rb"(?:[\0\t\n\f\r ]|%[^\r\n]{0,80}[\r\n])+"


class _NotPlainError(Exception):
    """The update is not plainly an addition of signatures."""


def only_signatures(reader: PdfFileReader, revision: int, end: int) -> bool:
    """Tell whether all revisions after ``revision``, which ends at ``end``, only add signatures."""
    try:
        _demand("/Encrypt" not in reader.trailer and not reader.xrefs.hybrid_xrefs_present)
        defined = set[int]()
        for number in range(revision + 1, int(reader.xrefs.total_revisions)):
            defined |= _Step(reader, number).check()
        _demand_unreferenced(reader, defined, revision, end)
    except _NotPlainError:
        return False
    return True


def _demand(condition: object) -> None:
    if not condition:
        raise _NotPlainError


class _Step:
    """One revision against the one before it."""

    def __init__(self, reader: PdfFileReader, number: int) -> None:
        self._reader = reader
        self._new: HistoricalResolver = reader.get_historical_resolver(number)
        self._old: HistoricalResolver = reader.get_historical_resolver(number - 1)
        self._fields: set[generic.Reference] = set()
        self._touched: set[generic.Reference] = set()
        """Objects of the older revision whose change was understood."""

    def check(self) -> set[int]:
        """Return the numbers of the objects that the revision defines anew."""
        _demand(not self._new.refs_freed_in_revision())
        self._check_trailer()
        every = self._new.explicit_refs_in_revision()
        before = {ref for ref in every if not self._old.is_ref_unassignable(ref)}
        self._check_catalog(before)
        _demand(self._fields)
        for reference in before - self._touched:
            self._check_page(reference)
        for reference in self._fields:
            _demand(reference in every - before)
            self._check_field(reference)
        return {ref.idnum for ref in every - before}

    def _check_trailer(self) -> None:
        old = self._reader.trailer.flatten(self._old.revision)
        new = self._reader.trailer.flatten(self._new.revision)
        _demand(_same_but(old, new, _FREE_TRAILER_KEYS))

    def _check_catalog(self, before: set[generic.Reference]) -> None:
        """Allow the catalog to gain a form, and the form to gain fields."""
        old, new = self._old.root, self._new.root
        _demand(_same_but(old, new, frozenset({"/AcroForm"})))
        self._touch(self._new.root_ref, before)
        form = _dictionary(entry(new, "/AcroForm"))
        names = [_dictionary(one).get("/T") for one in as_array(form.raw_get("/Fields"))]
        _demand(all(isinstance(name, str) and "." not in name for name in names))
        _demand(len(names) == len(set(names)))
        if "/AcroForm" not in old:
            _demand(form.keys() <= {"/Fields", "/SigFlags"})
            self._take_fields([], form)
            return
        old_form = _dictionary(entry(old, "/AcroForm"))
        held = old.raw_get("/AcroForm")
        if isinstance(held, generic.IndirectObject):
            _demand(_same(held, new.raw_get("/AcroForm")))
            self._touch(held.reference, before)
        _demand(_same_but(old_form, form, frozenset({"/Fields"})))
        self._take_fields(_plain_array(old_form, "/Fields"), form)

    def _take_fields(self, earlier: list[object], form: generic.DictionaryObject) -> None:
        added = _appended(earlier, _plain_array(form, "/Fields"))
        self._fields.update(added)

    def _touch(self, reference: generic.Reference, before: set[generic.Reference]) -> None:
        if reference in before:
            self._touched.add(reference)

    def _check_page(self, reference: generic.Reference) -> None:
        """Allow a page to gain the widgets of the new fields."""
        old, new = _dictionary(self._old(reference)), _dictionary(self._new(reference))
        _demand(entry(old, "/Type") == "/Page")
        _demand(_same_but(old, new, frozenset({"/Annots"})))
        earlier = _plain_array(old, "/Annots") if "/Annots" in old else []
        added = _appended(earlier, _plain_array(new, "/Annots"))
        _demand(added <= self._fields)

    def _check_field(self, reference: generic.Reference) -> None:
        """Demand a field that is signed, by a signature of this very revision."""
        field = _dictionary(self._new(reference))
        _demand(field.keys() <= _FIELD_KEYS)
        _demand(field.get("/FT") == "/Sig" and "/V" in field)
        value = field.raw_get("/V")
        if not isinstance(value, generic.IndirectObject):
            raise _NotPlainError
        _demand(self._old.is_ref_unassignable(value.reference))
        signature = _dictionary(self._new(value.reference))
        _demand(signature.get("/Type", "/Sig") == "/Sig" and "/Reference" not in signature)
        _demand("/ByteRange" in signature and "/Contents" in signature)


def _demand_unreferenced(reader: PdfFileReader, defined: set[int], revision: int, end: int) -> None:
    """Nothing in the signed revision may have waited for objects that came later (shadow attack)."""
    _demand(len(defined) <= _MOST_NEW_OBJECTS)
    numbers = b"|".join(b"%d" % number for number in sorted(defined))
    pattern = re.compile(rb"(?<![0-9])0*(?:%s)%s[0-9]+%sR" % (numbers, _BLANK, _BLANK))
    for piece in _signed_bytes(reader, revision, end):
        _demand(pattern.search(piece) is None)


def _signed_bytes(reader: PdfFileReader, revision: int, end: int) -> Iterator[bytes]:
    """Return the bytes of the signed revision in pieces, then its unpacked object streams."""
    stream = reader.stream
    stream.seek(0)
    rest, position = b"", 0
    while position < end:
        chunk = stream.read(min(_CHUNK, end - position))
        _demand(chunk)
        position += len(chunk)
        yield rest + chunk
        rest = chunk[-_OVERLAP:]
        stream.seek(position)  # whoever takes the pieces may read elsewhere
    for number in range(revision + 1):
        for reference in reader.xrefs.object_streams_used_in(number):
            held = reference.get_object()
            _demand(isinstance(held, generic.StreamObject))
            yield bytes(held.data)


def _dictionary(value: object) -> generic.DictionaryObject:
    """Return a dictionary that is not the head of a stream."""
    if not isinstance(value, generic.DictionaryObject) or isinstance(value, generic.StreamObject):
        raise _NotPlainError
    return value


def _plain_array(holder: generic.DictionaryObject, key: str) -> list[object]:
    """Return the raw members of an array that stands in its holder itself."""
    array = holder.raw_get(key) if key in holder else None
    if not isinstance(array, generic.ArrayObject):
        raise _NotPlainError
    return _raw(array)


def _appended(old: list[object], new: list[object]) -> set[generic.Reference]:
    """Return what was appended; all that was there must still be there, in its place."""
    _demand(len(new) >= len(old))
    _demand(all(_same(a, b) for a, b in zip(old, new, strict=False)))
    added = new[len(old) :]
    _demand(all(isinstance(one, generic.IndirectObject) for one in added))
    return {one.reference for one in added if isinstance(one, generic.IndirectObject)}


def _same_but(
    old: generic.DictionaryObject, new: generic.DictionaryObject, free: frozenset[str]
) -> bool:
    """Compare two dictionaries save for some keys."""
    keys = old.keys() - free
    return keys == new.keys() - free and all(
        _same(old.raw_get(key), new.raw_get(key)) for key in keys
    )


def _same(old: object, new: object) -> bool:
    """Compare two objects as they are written, without following references."""
    if type(old) is not type(new) or isinstance(old, generic.StreamObject):
        return False
    if isinstance(old, generic.IndirectObject) and isinstance(new, generic.IndirectObject):
        return bool(old.reference == new.reference)
    if isinstance(old, generic.DictionaryObject) and isinstance(new, generic.DictionaryObject):
        return _same_but(old, new, frozenset())
    if isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
        pairs = zip(_raw(old), _raw(new), strict=False)
        return len(old) == len(new) and all(_same(a, b) for a, b in pairs)
    if isinstance(old, generic.TextStringObject) and isinstance(new, generic.TextStringObject):
        return bool(old.original_bytes == new.original_bytes)
    return bool(old == new)


def _raw(array: generic.ArrayObject) -> list[object]:
    return [array.raw_get(index) for index in range(len(array))]
