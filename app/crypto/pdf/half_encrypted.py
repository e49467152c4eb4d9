"""Whether an encrypted PDF leaves something in the clear (rule PDF-16).

Where some of a document is encrypted and some is not, somebody without the password can have put in
what is not (PDFex, CCS 2019).
"""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from app.crypto.pdf.content_walk import ContentWalk
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
    single = any(_stands_apart(held) for held, _page in walk.dictionaries())
    return single or not walk.complete


def _is_open(settings: generic.DictionaryObject, key: str) -> bool:
    """Tell whether a filter that is named for all of a kind encrypts nothing."""
    if key not in settings:
        return key != "/EFF"  # nothing named is /Identity; attached files go with the streams
    name = settings.raw_get(key)
    filters = entry(settings, "/CF")
    named = entry(filters, str(name)) if isinstance(filters, generic.DictionaryObject) else None
    method = entry(named, "/CFM") if isinstance(named, generic.DictionaryObject) else None
    return name in _OPEN or method in _OPEN


def _stands_apart(held: generic.DictionaryObject) -> bool:
    """Tell whether a stream is encrypted by a filter of its own, or not at all (7.4.10)."""
    if not isinstance(held, generic.StreamObject) or entry(held, "/Type") == "/Metadata":
        return False
    filters = entry(held, "/Filter")
    return filters == "/Crypt" or "/Crypt" in as_array(filters)
