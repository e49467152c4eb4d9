"""Seeing by its first bytes whether a file may be a МЧД. Light: no XML is parsed for it."""

import base64
import binascii
import re

NAMESPACE = "urn://x-artefacts/EMCHD_1"
HEAD = 4096
"""Octets at the beginning of a file that are looked at."""

_ARMOUR = re.compile(rb"\A\s*(?:-----BEGIN [A-Z0-9 #]{1,30}-----)?\s*([A-Za-z0-9+/\s]{64,})")


def seems_mchd(head: bytes) -> bool:
    """Tell by the first bytes of a file whether it is worth reading as МЧД."""
    return NAMESPACE.encode() in head[:HEAD].replace(b"\0", b"")


def seems_to_hold_mchd(head: bytes) -> bool:
    """Tell the same of a signature file, binary or in base64, that a МЧД may lie in."""
    if seems_mchd(head):
        return True
    text = _ARMOUR.match(head[:HEAD])
    if text is None:
        return False
    letters = b"".join(text[1].split())
    try:
        return seems_mchd(base64.b64decode(letters[: len(letters) // 4 * 4]))
    except binascii.Error:
        return False
