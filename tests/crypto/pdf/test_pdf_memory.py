"""Large documents: no step holds one in memory, whatever its size."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from plain_objects import write_objects

from app.crypto.pdf.suspicions import look_over
from app.crypto.presigning.codes import PresignCode

SIZE = 100 << 20
"""Octets of one picture, a hole in a sparse file."""
MOST = 40 << 20
"""Octets that all steps together may add to what is loaded anyway."""

STEPS = """
import json, resource, sys
from pathlib import Path
sys.path[:0] = json.loads(sys.argv[1])
from pdf_levels_lab import lab
from stand_ins import servers
from stand_ins.signed_pdf import NoProgress
from app.algorithms.names import KeyAlgorithm
from app.crypto.raising import tasks as raising_tasks
from app.crypto.signing import pdf_levels as signing_pdf_levels
from app.crypto.model import SignatureLevel
from app.crypto.raising.model import RaiseRequest
from app.crypto.saving import new_job
from app.crypto.stamping.style import StampStyle

def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

source = Path(sys.argv[2])
with servers.running() as server:
    room = lab(source.parent / "lab", KeyAlgorithm.ECDSA_P256, server)
    small = source.with_name("small.pdf")
    room.check(room.sign(small, SignatureLevel.LTA, stamp=StampStyle()).target)
    before = used()
    signed = room.sign(source, SignatureLevel.B).target
    order = RaiseRequest(
        source=signed, level=SignatureLevel.LTA, evidence=room.order, job=new_job(),
        output=source.with_name("raised.pdf"),
    )
    raised = raising_tasks.raise_file(order, NoProgress())
    again = room.sign(raised.target, SignatureLevel.B).target
    levels = [one.level.value for one in room.check(again).signatures]
print(json.dumps({"grown": used() - before, "levels": levels}))
"""


LOOK = """
import json, resource, sys
from pathlib import Path
sys.path[:0] = json.loads(sys.argv[1])
from app.crypto.pdf.suspicions import look_over

def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

source = Path(sys.argv[2])
look_over(source.with_name("small.pdf"))
before = used()
found = [(one.code.value, one.facts) for one in look_over(source)]
print(json.dumps({"grown": used() - before, "found": found}))
"""
"""The look at a document before it is signed."""


def write(path: Path, size: int) -> None:
    """Write a document with one stream of so many zeros."""
    objects = [
        b"<</Type/Catalog /Pages 2 0 R>>",
        b"<</Type/Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type/Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</XObject <</I 4 0 R>>>>>>",
        b"<</Type/XObject /Subtype/Image /Width 1 /Height 1 /BitsPerComponent 8"
        b" /ColorSpace/DeviceGray /Length %d>>\nstream\n" % size,
    ]
    with path.open("wb") as file:
        write_objects(file, objects, size)


def write_pieces(path: Path, count: int, octets: bytes) -> None:
    """Write a document of one page and so many streams that nothing refers to."""
    objects = [
        b"<</Type/Catalog /Pages 2 0 R>>",
        b"<</Type/Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type/Page /Parent 2 0 R /MediaBox [0 0 595 842]>>",
        *[b"<</Length %d>>\nstream\n%s\nendstream" % (len(octets), octets)] * count,
    ]
    with path.open("wb") as file:
        write_objects(file, objects)


def run(steps: str, source: Path) -> dict[str, Any]:
    """Run steps in a process of their own; return what they tell."""
    here = Path(__file__).resolve()
    paths = [str(here.parent), str(here.parents[2]), str(here.parents[3])]
    done = subprocess.run(
        [sys.executable, "-c", steps, json.dumps(paths), str(source)],
        capture_output=True,
        check=False,
        timeout=120,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures as Linux counts")
def test_the_look_before_signing_keeps_no_stream(tmp_path: Path) -> None:
    """A document of many large streams is looked at piece by piece; noise is no hidden page."""
    source, piece = tmp_path / "large.pdf", 1 << 20
    write_pieces(source, SIZE // piece, Random(7).randbytes(piece))
    write_pieces(tmp_path / "small.pdf", 2, b"BT (unseen) Tj ET")
    told = run(LOOK, source)
    assert told["found"] == []
    assert told["grown"] < MOST
    assert [one.code for one in look_over(tmp_path / "small.pdf")] == [PresignCode.SPARE_PAGE]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures as Linux counts")
def test_every_step_in_small_memory(tmp_path: Path) -> None:
    """Signed, raised to B-LTA, signed again, checked: the document is never in memory."""
    source = tmp_path / "large.pdf"
    write(source, SIZE)
    write(tmp_path / "small.pdf", 10)
    told = run(STEPS, source)
    assert told["levels"][0] == "PAdES-B-LTA"
    assert told["grown"] < MOST
