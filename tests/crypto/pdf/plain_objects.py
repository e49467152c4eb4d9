"""A PDF written object by object, with one table: what a test wants, and nothing else."""

import os
from collections.abc import Sequence
from typing import BinaryIO


def write_objects(out: BinaryIO, objects: Sequence[bytes], hole: int = 0) -> None:
    """Write objects 1, 2, …; the first is the catalog.

    ``hole``: so many zeros that take no room on the disk are the stream of the last object, which
    then ends with the word ``stream`` and a line end.
    """
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s" % (number, body))
        if hole and number == len(objects):
            out.seek(hole, os.SEEK_CUR)
            out.write(b"\nendstream")
        out.write(b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<</Size %d /Root 1 0 R>>\n" % (len(places) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
