"""Pages as pixels, through the real renderer process."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from attacks import pdf_documents as documents

from app.crypto.pdf import drawing
from app.crypto.pdf.pages import PageImage, Pages
from app.errors import ErrorCode, RoscherkError
from app.processes.pool import Pool


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    """Return a client over one renderer."""
    with Pool("renderer", 1) as pool:
        yield Pages(pool)


def shades(image: PageImage) -> set[bytes]:
    """Return the colours of a picture."""
    pixels = image.pixels
    return {pixels[at : at + 3] for at in range(0, len(pixels), 4)}


def test_geometry(pages: Pages, contract: Path) -> None:
    """Number and boxes of the pages."""
    found = pages.geometry(contract)
    assert found.page_count == 4
    assert [round(side) for side in found.boxes[0].size] == [595, 842]
    some = pages.geometry(contract, first=3, count=5)
    assert (some.first, len(some.boxes)) == (3, 1)


@pytest.mark.parametrize(
    ("name", "size"), [("turned 90", (842, 595)), ("cropped", (450, 810)), ("tiny", (60, 40))]
)
def test_geometry_of_odd_pages(
    pages: Pages, name: str, size: tuple[int, int], tmp_path: Path
) -> None:
    """Rotation and crop are those of the display."""
    path = tmp_path / "Документ №1.pdf"
    path.write_bytes(documents.GOOD[name]())
    (box,) = pages.geometry(path).boxes
    assert tuple(round(side) for side in box.size) == size


def test_draws_the_stamp(pages: Pages, contract: Path, signed_rsa: Path) -> None:
    """The mark of a signature is a form field: it must be drawn too."""
    before = pages.render(contract, 3, 600)
    after = pages.render(signed_rsa, 3, 600)
    assert (before.width, before.height) == (600, 849)
    assert len(after.pixels) == 600 * 849 * 4
    blue = {c for c in shades(after) if c[0] > 120 and c[2] < 90}
    assert blue
    assert not {c for c in shades(before) if c[0] > 120 and c[2] < 90}


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"no pdf at all", ErrorCode.NOT_A_PDF),
        (lambda: documents.encrypted(b"secret"), ErrorCode.PDF_ENCRYPTED),
    ],
    ids=["text", "password"],
)
def test_says_what_is_wrong(pages: Pages, make: object, code: ErrorCode, tmp_path: Path) -> None:
    """A file that cannot be drawn has its own code."""
    assert callable(make)
    path = tmp_path / "file.pdf"
    path.write_bytes(make())
    with pytest.raises(RoscherkError) as caught:
        pages.geometry(path)
    assert caught.value.code is code


def test_pages_that_are_not_there(pages: Pages, contract: Path, tmp_path: Path) -> None:
    """A page or a file that is not there, and a picture nobody could hold."""
    with pytest.raises(RoscherkError) as caught:
        pages.render(contract, 99, 100)
    assert caught.value.code is ErrorCode.PDF_DAMAGED
    with pytest.raises(RoscherkError) as caught:
        pages.render(tmp_path / "none.pdf", 0, 100)
    assert caught.value.code is ErrorCode.FILE_NOT_FOUND
    with pytest.raises(RoscherkError) as caught:
        pages.render(contract, 0, 100_000)
    assert caught.value.code is ErrorCode.FORMAT_TOO_COMPLEX


def test_heavy_page_is_given_up(tmp_path: Path) -> None:
    """A page that takes too long is given up, soon after its time."""
    body = b"0 0 m 595 842 100 700 300 20 c S 1 0 0 RG " * 100_000
    objects = documents.objects_of_one_page()
    objects[4] = b"<</Length %d>>stream\n%s\nendstream" % (len(body), body)
    path = tmp_path / "heavy.pdf"
    path.write_bytes(documents.assemble(objects))
    with drawing.document(path) as opened:
        page = opened[0]
        begun = time.monotonic()
        assert drawing.draw(opened, page, 1500, seconds=0.1) is None
        assert time.monotonic() - begun < 2
        page.close()


def test_killed_renderer(contract: Path) -> None:
    """A renderer that dies in the middle costs one error within two seconds; the next page is drawn."""
    with Pool("renderer", 1) as pool:
        pages = Pages(pool)
        pages.geometry(contract)
        (victim,) = pool.pids()
        os.kill(victim, signal.SIGSTOP)  # it cannot answer before it dies
        threading.Timer(0.2, os.kill, (victim, signal.SIGKILL)).start()
        begun = time.monotonic()
        with pytest.raises(RoscherkError) as caught:
            pages.render(contract, 0, 400)
        assert caught.value.code is ErrorCode.CHILD_CRASHED
        assert time.monotonic() - begun < 2.2
        assert pages.render(contract, 0, 400).width == 400
