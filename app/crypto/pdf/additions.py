"""Recognising later revisions that add signatures and evidence only, without a full analysis.

Two parties sign one contract, evidence for long-term keeping is added: those are the usual cases,
and the full analysis of differences reads every object of the document for them. Here only what
the update itself touches is looked at, each object it brings must have its place in what was
understood, and every byte before it is searched for references to what it defines. Whatever is
not plainly such an addition is left to the full analysis; nothing is judged suspicious here.
"""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from app.crypto.pdf.fields import as_array, entry, is_visible
from app.crypto.pdf.kinds import TIMESTAMP
from app.crypto.pdf.plain import (
    NotPlainError,
    appended,
    demand,
    dictionary,
    plain_array,
    same,
    same_but,
)
from app.crypto.pdf.references import Searched, demand_unreferenced
from app.crypto.pdf.store_changes import StoreChange
from app.crypto.verdict.facts import ChangesAfter

_FIELD_KEYS = frozenset(
    {
        *("/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/F", "/Ff", "/Rect", "/P", "/AP"),
        *("/MK", "/BS", "/Border"),
    }
)
"""What a new field may hold: nothing that acts, nests or locks."""

_CATALOG_KEYS = frozenset({"/AcroForm", "/DSS", "/Extensions"})
"""What of the catalog may change, each in its own way."""

_FREE_TRAILER_KEYS = frozenset({"/Size", "/Prev", "/ID"})


class Recognition:
    """The recognition for one document. What was looked through for one signature serves the next."""

    def __init__(self, reader: PdfFileReader, *, first: bool = False) -> None:
        """``first``: nobody had signed before, so whoever signs may also name the version of PDF."""
        self._reader = reader
        self._free = _CATALOG_KEYS | {"/Version"} if first else _CATALOG_KEYS
        self._searched: Searched | None = None

    def recognise(self, revision: int, end: int) -> ChangesAfter | None:
        """Say what all revisions after ``revision``, which ends at ``end``, plainly do.

        ARCHIVAL: evidence and document time-stamps were added; SIGNATURE: signatures, too. None:
        they do more, or it is not plain.
        """
        reader = self._reader
        try:
            demand("/Encrypt" not in reader.trailer)
            defined, signed = set[int](), False
            for number in range(revision + 1, int(reader.xrefs.total_revisions)):
                step = _Step(reader, number, self._free)
                defined |= step.check()
                signed |= step.signed
            found = Searched(revision, end, frozenset(defined))
            demand_unreferenced(reader, found, self._searched)
            self._searched = found
        except NotPlainError:
            return None
        return ChangesAfter.SIGNATURE if signed else ChangesAfter.ARCHIVAL


class _Step:
    """One revision against the one before it."""

    def __init__(self, reader: PdfFileReader, number: int, free: frozenset[str]) -> None:
        self._reader = reader
        self._free = free
        self._new: HistoricalResolver = reader.get_historical_resolver(number)
        self._old: HistoricalResolver = reader.get_historical_resolver(number - 1)
        self._fields: set[generic.Reference] = set()
        self._understood: set[generic.Reference] = set()
        """Objects of either revision that have their place in what was added."""
        self.signed = False
        """More than evidence was added: a signature, or something that is seen."""

    def check(self) -> set[int]:
        """Return the numbers of the objects that the revision defines anew."""
        number = self._new.revision
        demand(self._reader.xrefs.get_xref_data(number).hybrid is None)
        demand(not self._new.refs_freed_in_revision())
        self._check_trailer()
        every = self._new.explicit_refs_in_revision()
        before = {ref for ref in every if not self._old.is_ref_unassignable(ref)}
        self._check_catalog()
        store = StoreChange(self._new, self._old)
        store.check()
        self._understood |= store.touched
        demand(self._fields or store.changed)
        for reference in before - self._understood:
            self._check_page(reference)
        for reference in self._fields:
            demand(reference in every - before)
            self._check_field(reference)
        demand(every - before <= self._understood | self._structure())
        return {ref.idnum for ref in every - before}

    def _structure(self) -> set[generic.Reference]:
        """Return the streams that only hold other objects, or say where they are."""
        table = self._reader.xrefs.get_xref_container_info(self._new.revision).stream_ref
        return {*self._new.object_streams_used(), *([] if table is None else [table])}

    def _check_trailer(self) -> None:
        old = self._reader.trailer.flatten(self._old.revision)
        new = self._reader.trailer.flatten(self._new.revision)
        demand(same_but(old, new, _FREE_TRAILER_KEYS))

    def _check_catalog(self) -> None:
        """Allow the catalog to gain a form, and the form to gain fields."""
        old, new = self._old.root, self._new.root
        demand(same_but(old, new, self._free))
        self._understood.add(self._new.root_ref)
        if "/AcroForm" not in new:
            demand("/AcroForm" not in old)
            return
        form = dictionary(entry(new, "/AcroForm"))
        names = [dictionary(one).get("/T") for one in as_array(form.raw_get("/Fields"))]
        demand(all(isinstance(name, str) and "." not in name for name in names))
        demand(len(names) == len(set(names)))
        held = new.raw_get("/AcroForm")
        if isinstance(held, generic.IndirectObject):
            self._understood.add(held.reference)
        if "/AcroForm" not in old:
            demand(form.keys() <= {"/Fields", "/SigFlags"})
            demand(self._is_new(held))
            self._take_fields([], form)
            return
        old_form = dictionary(entry(old, "/AcroForm"))
        demand(_same_place(old.raw_get("/AcroForm"), held))
        demand(same_but(old_form, form, frozenset({"/Fields"})))
        self._take_fields(plain_array(old_form, "/Fields"), form)

    def _is_new(self, held: object) -> bool:
        """Tell whether an entry is written where it stands or refers to an object of its own."""
        if isinstance(held, generic.IndirectObject):
            return bool(self._old.is_ref_unassignable(held.reference))
        return True

    def _take_fields(self, earlier: list[object], form: generic.DictionaryObject) -> None:
        self._fields.update(appended(earlier, plain_array(form, "/Fields")))

    def _check_page(self, reference: generic.Reference) -> None:
        """Allow a page to gain the widgets of the new fields."""
        old, new = dictionary(self._old(reference)), dictionary(self._new(reference))
        demand(entry(old, "/Type") == "/Page")
        demand(same_but(old, new, frozenset({"/Annots"})))
        earlier = plain_array(old, "/Annots") if "/Annots" in old else []
        added = appended(earlier, plain_array(new, "/Annots"))
        demand(added <= self._fields)

    def _check_field(self, reference: generic.Reference) -> None:
        """Demand a field that is signed, by a signature of this very revision."""
        field = dictionary(self._new(reference))
        demand(field.keys() <= _FIELD_KEYS)
        demand(field.get("/FT") == "/Sig" and "/V" in field)
        value = field.raw_get("/V")
        if not isinstance(value, generic.IndirectObject):
            raise NotPlainError
        demand(self._old.is_ref_unassignable(value.reference))
        signature = dictionary(self._new(value.reference))
        demand("/Reference" not in signature)
        demand("/ByteRange" in signature and "/Contents" in signature)
        if signature.get("/Type") == "/DocTimeStamp":
            demand(entry(signature, "/SubFilter") == TIMESTAMP)
            demand("/Rect" not in field or not is_visible(field))
            self.signed |= "/AP" in field
        else:
            demand(signature.get("/Type", "/Sig") == "/Sig")
            self.signed = True
        self._understood.add(reference)
        self._understood |= self._new.collect_dependencies(field, since_revision=self._new.revision)


def _same_place(old: object, new: object) -> bool:
    """Tell whether an entry that may have changed stands where it stood."""
    if isinstance(old, generic.IndirectObject) or isinstance(new, generic.IndirectObject):
        return same(old, new)
    return True
