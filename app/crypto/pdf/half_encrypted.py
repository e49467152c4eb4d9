"""Whether an encrypted PDF leaves something in the clear (rule PDF-16).

Where some of a document is encrypted and some is not, somebody without the password can have put in
what is not (PDFex, CCS 2019).
"""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.content_walk import ContentWalk, resolved
from app.crypto.pdf.faults import pass_on
from app.crypto.pdf.fields import as_array, entry

_SECONDS = 3.0
_OPEN = frozenset({"/Identity", "/None"})


def encrypted_in_part(reader: PdfFileReader) -> bool:
    """Tell whether texts, streams or attached files stand in the clear, all of a kind or single ones.

    A document that is too large to be looked through counts as one: nothing passes unseen. The
    metadata alone may be read by everybody (ISO 32000-2, 7.6.6).
    """
    settings = reader.encrypt_dict
    if settings is None or "/CF" not in settings:
        return False
    if any(_is_open(settings, key) for key in ("/StmF", "/StrF", "/EFF")):
        return True
    walk = ContentWalk(reader, _SECONDS)
    metadata, elsewhere = set[object](), set[object]()
    for held, _page in walk.dictionaries():
        if isinstance(held, generic.StreamObject):
            if entry(held, "/Type") == "/Metadata":
                metadata.add(held.get_container_ref())
            elif _stands_apart(held):
                return True
        for key in held:
            if key != "/Metadata":
                _follow(held, key, elsewhere)
    # A stream may call itself metadata and be drawn on a page all the same.
    return not (walk.complete and metadata.isdisjoint(elsewhere))


def _is_open(settings: generic.DictionaryObject, key: str) -> bool:
    """Tell whether a filter that is named for all of a kind encrypts nothing."""
    if key not in settings:
        return key != "/EFF"  # nothing named is /Identity; attached files go with the streams
    name = settings.raw_get(key)
    filters = entry(settings, "/CF")
    named = entry(filters, str(name)) if isinstance(filters, generic.DictionaryObject) else None
    method = entry(named, "/CFM") if isinstance(named, generic.DictionaryObject) else None
    return name in _OPEN or method in _OPEN


def _follow(held: generic.DictionaryObject, key: str, known: set[object]) -> None:
    """Add the objects that an entry leads to, be it by way of arrays, each of which is read once."""
    try:
        waiting = [held.raw_get(key)]
    except Exception as error:  # noqa: BLE001 - a string that cannot be decrypted leads nowhere
        pass_on(error)
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, generic.IndirectObject):
            if value.reference in known:
                continue
            known.add(value.reference)
            value = resolved(value.reference)
        if isinstance(value, generic.ArrayObject):
            waiting += list.__iter__(value)


def _stands_apart(held: generic.StreamObject) -> bool:
    """Tell whether a stream is encrypted by a filter of its own, or not at all (7.4.10)."""
    filters = entry(held, "/Filter")
    return filters == "/Crypt" or "/Crypt" in as_array(filters)
