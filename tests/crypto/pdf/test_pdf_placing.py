"""Where the mark goes: inside the page, upright, on blank paper, beside earlier marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.pdf.pages import PageBox
from app.crypto.pdf.placing import Ink, Rectangle, find_place, to_content, to_display

TURNS = st.sampled_from([0, 90, 180, 270])
BOXES = st.builds(
    lambda left, bottom, width, height, turn: PageBox(
        left, bottom, left + width, bottom + height, turn
    ),
    st.floats(-1000, 1000),
    st.floats(-1000, 1000),
    st.floats(30, 3000),
    st.floats(30, 3000),
    TURNS,
)
A4 = PageBox(0, 0, 595, 842, 0)


def close(first: Rectangle, second: Rectangle) -> bool:
    """Compare within a thousandth of a point."""
    pairs = zip(vars(first).values(), vars(second).values(), strict=True)
    return all(abs(a - b) < 1e-3 for a, b in pairs)


@given(BOXES, st.floats(0, 1), st.floats(0, 1))
def test_there_and_back(box: PageBox, across: float, up: float) -> None:
    """What is turned into the content's units comes back as it was."""
    width, height = box.size
    area = Rectangle(across * width / 2, up * height / 2, across * width / 2 + 9, height / 2 + 20)
    assert close(to_display(box, to_content(box, area)), area)


@given(BOXES, st.floats(20, 400), st.floats(10, 200))
def test_always_inside_the_page(box: PageBox, width: float, height: float) -> None:
    """Whatever the page, the mark is wholly on it, and not distorted."""
    place = find_place(box, width, height, [], None)
    left, bottom, right, top = place.rectangle
    assert box.left - 1e-6 <= left < right <= box.right + 1e-6
    assert box.bottom - 1e-6 <= bottom < top <= box.top + 1e-6
    shown = to_display(box, place.rectangle)
    ratio = (shown.right - shown.left) / (shown.top - shown.bottom)
    assert ratio == pytest.approx(width / height, rel=1e-3)


def test_bottom_right_on_blank_paper() -> None:
    """An empty page takes the mark bottom right."""
    white = Ink(298, 421, b"\xff" * (298 * 421 * 4))
    left, bottom, right, _ = find_place(A4, 244, 76, [], white).rectangle
    assert right == pytest.approx(595 - 22)
    assert bottom == pytest.approx(22)
    assert left == pytest.approx(595 - 22 - 244)


def picture(*areas: Rectangle) -> Ink:
    """Return an A4 page with black areas."""
    width, height = 298, 421
    rows = [bytearray(b"\xff" * (width * 4)) for _ in range(height)]
    for area in areas:
        for y in range(int((842 - area.top) / 2), int((842 - area.bottom) / 2)):
            first, last = int(area.left / 2), int(area.right / 2)
            rows[y][first * 4 : last * 4] = bytes((last - first) * 4)
    return Ink(width, height, b"".join(rows))


def test_above_a_footer() -> None:
    """Printed text is not covered where there is room above it."""
    footer = Rectangle(500, 30, 580, 40)
    shown = to_display(A4, find_place(A4, 244, 76, [], picture(footer)).rectangle)
    assert not shown.meets(footer)
    assert shown.bottom < 60


def test_left_where_the_right_is_full() -> None:
    """A page whose right half is printed takes the mark on the left."""
    text = Rectangle(300, 0, 595, 842)
    shown = to_display(A4, find_place(A4, 244, 76, [], picture(text)).rectangle)
    assert not shown.meets(text)


def test_full_page_takes_it_all_the_same() -> None:
    """Where nothing is free, the mark goes bottom right, but never over another mark."""
    everything = picture(Rectangle(0, 0, 595, 842))
    first = find_place(A4, 244, 76, [], everything)
    second = find_place(A4, 244, 76, [to_display(A4, first.rectangle)], everything)
    assert first.rectangle[1] == pytest.approx(22)
    assert not to_display(A4, second.rectangle).meets(to_display(A4, first.rectangle))


def test_tinted_paper_is_no_ink() -> None:
    """The commonest shade is paper, whatever it is."""
    grey = Ink(298, 421, b"\x90" * (298 * 421 * 4))
    assert not grey.touches(Rectangle(0, 0, 595, 842), A4.size)
