"""What an update did to the security store, if it did nothing but add evidence to it.

Part of the quick recognition in ``additions``: what is not plainly so, is left to the full analysis.
"""

import re
from dataclasses import field

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver

from app.crypto.pdf.fields import as_array, entry
from app.crypto.pdf.plain import appended, demand, dictionary, raw_members, same, same_but
from app.values import dataclass

_ARRAYS = ("/Certs", "/CRLs", "/OCSPs")
_ARRAYS_OF_ONE = ("/Cert", "/CRL", "/OCSP")
_STORE_KEYS = frozenset({"/Type", "/VRI", *_ARRAYS})
KEYS_OF_ONE = frozenset({"/Type", "/TU", "/TS", *_ARRAYS_OF_ONE})
"""What the entry of one signature may hold (ISO 32000-2, table 262)."""
_STREAM_KEYS = frozenset({"/Length", "/Filter", "/DecodeParms", "/DL"})
"""Evidence is octets: a stream that says it is something else may be drawn or run."""

_NAME = re.compile(r"/[0-9A-F]{40}")
_EXTENSION_KEYS = frozenset({"/Type", "/BaseVersion", "/ExtensionLevel"})


@dataclass
class StoreChange:
    """The store of one revision against that of the revision before it."""

    new: HistoricalResolver
    old: HistoricalResolver
    changed: bool = field(init=False, default=False)
    touched: set[generic.Reference] = field(init=False, default_factory=set)
    """Objects of either revision whose content is understood to be part of the store."""

    def check(self) -> None:
        """Demand that evidence was added and that all that was there is still there."""
        old_root, new_root = self.old.root, self.new.root
        _check_extensions(old_root, new_root)
        if "/DSS" not in new_root:
            demand("/DSS" not in old_root)
            return
        old_store = self._part(old_root, new_root, "/DSS")
        store = dictionary(entry(new_root, "/DSS"))
        before = generic.DictionaryObject() if old_store is None else dictionary(old_store)
        demand(store.keys() <= _STORE_KEYS and before.keys() <= store.keys())
        demand(entry(store, "/Type") in {None, "/DSS"})
        streams = set[generic.Reference]()
        for key in _ARRAYS:
            streams |= self._check_array(before, store, key)
        self._check_names(before, store, streams)

    def _part(
        self, old: generic.DictionaryObject, new: generic.DictionaryObject, key: str
    ) -> generic.PdfObject | None:
        """Return what stood under a key; what stands there now must have the same place, or be new."""
        held = new.raw_get(key)
        before = old.raw_get(key) if key in old else None
        if isinstance(held, generic.IndirectObject):
            if before is None:
                demand(self.old.is_ref_unassignable(held.reference))
            else:
                demand(same(before, held))
                # A list that was signed may be another thing as well, the content of a page even;
                # whether it is, only the full analysis tells.
                demand(key == "/DSS" or held.reference not in self.new.explicit_refs_in_revision())
            self._touch(held.reference)
        else:
            demand(not isinstance(before, generic.IndirectObject))
            self.changed |= before is None
        return None if before is None else entry(old, key)

    def _touch(self, reference: generic.Reference) -> None:
        self.touched.add(reference)
        self.changed |= reference in self.new.explicit_refs_in_revision()

    def _check_array(
        self, before: generic.DictionaryObject, store: generic.DictionaryObject, key: str
    ) -> set[generic.Reference]:
        """Demand an array that grew by new streams; return what it holds."""
        if key not in store:
            return set()
        earlier = self._part(before, store, key)
        array = entry(store, key)
        demand(isinstance(array, generic.ArrayObject))
        held = raw_members(earlier) if earlier is not None else []
        for reference in appended(held, raw_members(array)):
            self._check_stream(reference)
            self.changed = True
        return {one.reference for one in raw_members(array) if isinstance(one, _Indirect)}

    def _check_stream(self, reference: generic.Reference) -> None:
        """Demand a new stream that is nothing but octets."""
        demand(self.old.is_ref_unassignable(reference))
        demand(_is_octets(self.new(reference)))
        self._touch(reference)

    def _check_names(
        self,
        before: generic.DictionaryObject,
        store: generic.DictionaryObject,
        streams: set[generic.Reference],
    ) -> None:
        """Demand that entries of single signatures were at most added (ISO 32000-2, table 262)."""
        if "/VRI" not in store:
            return
        earlier = self._part(before, store, "/VRI")
        names = dictionary(entry(store, "/VRI"))
        known = generic.DictionaryObject() if earlier is None else dictionary(earlier)
        added = names.keys() - known.keys()
        demand(same_but(known, names, frozenset(added)))
        for name in added:
            demand(_NAME.fullmatch(name))
            self._check_one(names, name, streams)

    def _check_one(
        self, names: generic.DictionaryObject, name: str, streams: set[generic.Reference]
    ) -> None:
        self.changed = True
        one = dictionary(names[name])
        self._part(generic.DictionaryObject(), names, name)
        demand(one.keys() <= KEYS_OF_ONE and entry(one, "/Type") in {None, "/VRI"})
        demand(isinstance(entry(one, "/TU"), str | None))
        references = [reference for key in _ARRAYS_OF_ONE for reference in self._listed(one, key)]
        if "/TS" in one:
            references.append(one.raw_get("/TS"))
        for reference in references:
            demand(isinstance(reference, _Indirect))
            if reference.reference not in streams:
                self._check_stream(reference.reference)

    def _listed(self, one: generic.DictionaryObject, key: str) -> list[generic.IndirectObject]:
        if key not in one:
            return []
        demand(isinstance(entry(one, key), generic.ArrayObject))
        self._part(generic.DictionaryObject(), one, key)
        return raw_members(entry(one, key))


def holds_octets(root: generic.DictionaryObject) -> bool:
    """Tell whether the streams of a document's store, if it has one, are nothing but octets."""
    store = entry(root, "/DSS")
    if store is None:
        return True
    named = entry(store, "/VRI")
    entries = [entry(named, name) for name in named] if _is_dictionary(named) else []
    streams = [one for key in _ARRAYS for one in as_array(entry(store, key))]
    for single in filter(_is_dictionary, entries):
        streams += [one for key in _ARRAYS_OF_ONE for one in as_array(entry(single, key))]
        streams += [entry(single, "/TS")] if "/TS" in single else []
    return all(map(_is_octets, streams))


def _is_octets(value: object) -> bool:
    return isinstance(value, generic.StreamObject) and value.keys() <= _STREAM_KEYS


def _is_dictionary(value: object) -> bool:
    return isinstance(value, generic.DictionaryObject)


_Indirect = generic.IndirectObject


def _check_extensions(old: generic.DictionaryObject, new: generic.DictionaryObject) -> None:
    """Allow the document to say that it has a store (the developer extension ESIC)."""
    before = old.raw_get("/Extensions") if "/Extensions" in old else generic.DictionaryObject()
    now = new.raw_get("/Extensions") if "/Extensions" in new else generic.DictionaryObject()
    if same(before, now):
        return
    before, now = dictionary(before), dictionary(now)
    demand(same_but(before, now, frozenset({"/ESIC"})))
    told = dictionary(now.raw_get("/ESIC"))
    demand(told.keys() <= _EXTENSION_KEYS)
    demand(not any(isinstance(told.raw_get(key), _Indirect) for key in told))
