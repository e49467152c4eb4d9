"""Seeing by its first bytes whether a file may be a МЧД. Light: no XML is parsed for it."""

NAMESPACE = "urn://x-artefacts/EMCHD_1"
HEAD = 4096
"""Octets at the beginning of a file that are looked at."""


def seems_mchd(head: bytes) -> bool:
    """Tell by the first bytes of a file whether it is worth reading as МЧД."""
    return NAMESPACE.encode() in head[:HEAD].replace(b"\0", b"")
