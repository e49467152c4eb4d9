"""The guard against forged attributes (rule CMS-06).

A signature over attributes can be passed off as a bare signature over a document whose octets are
those very attributes: the hashed bytes are the same. No honest document is a DER set of signed
attributes, so a bare signature over one is refused.
"""

from app.crypto.cms import structure, tlv
from app.crypto.cms.structure import SignedContent
from app.errors import RoscherkError

_HEADER_ROOM = 128
"""Octets that surely hold the header of an attribute and its type."""

_TELLING = frozenset({structure.CONTENT_TYPE, structure.MESSAGE_DIGEST})


def looks_like_attributes(content: SignedContent) -> bool:
    """Tell whether the content is a SET OF Attribute with content-type or message-digest."""
    prefix = content.prefix
    try:
        tag, position, length = tlv.read_header(prefix, 0, len(prefix))
        whole = length is None or position + length == content.size
        return tag == tlv.SET and whole and _holds_telling(content, position)
    except RoscherkError:
        return False


def _holds_telling(content: SignedContent, position: int) -> bool:
    """Walk over things like attributes from ``position`` on, as far as the content was kept."""
    prefix = content.prefix
    cut = content.size > len(prefix)
    first = position
    while position < len(prefix):
        if cut and position > first and len(prefix) - position < _HEADER_ROOM:
            break
        _, body, length = tlv.read_header(prefix, position, len(prefix))
        if tlv.oid(tlv.read(prefix, body)) in _TELLING:
            return True
        if length is None:
            return False
        position = body + length
    return cut  # attributes that go on beyond what was kept cannot be cleared
