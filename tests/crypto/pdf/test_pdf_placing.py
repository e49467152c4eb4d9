"""Where the mark goes: inside the page, upright, on blank paper, beside earlier marks."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.pdf.pages import PageBox
from app.crypto.pdf.placing import (
    MARGIN,
    Ground,
    Ink,
    Rectangle,
    Spot,
    find_spot,
    place_of,
    to_content,
    to_display,
)
from app.crypto.stamping.style import StampPosition

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
MARK = (244.0, 76.0)


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


def spot(
    ink: Ink | None,
    taken: Sequence[Rectangle] = (),
    position: StampPosition = StampPosition.AUTO,
    size: tuple[float, float] = MARK,
) -> Spot:
    """Find a place on an A4 page."""
    found = find_spot(A4.size, size, taken, ink, position)
    assert found is not None
    return found


@given(BOXES, st.floats(0.05, 1), st.floats(0.05, 1), st.sampled_from(StampPosition))
def test_always_inside_the_page(
    box: PageBox, across: float, up: float, position: StampPosition
) -> None:
    """Whatever the page, its turn and its crop, the mark is wholly on it, and not distorted."""
    size = box.size[0] * across, box.size[1] * up
    found = find_spot(box.size, size, [], None, position)
    assert found is not None
    left, bottom, right, top = place_of(box, found.area).rectangle
    assert box.left - 1e-6 <= left < right <= box.right + 1e-6
    assert box.bottom - 1e-6 <= bottom < top <= box.top + 1e-6
    shown = to_display(box, (left, bottom, right, top))
    assert shown.right - shown.left == pytest.approx(size[0])
    assert shown.top - shown.bottom == pytest.approx(size[1])


@given(
    st.integers(1, 12),
    st.sampled_from([(420.0, 595.0), (595.0, 842.0), (842.0, 595.0), (1684.0, 1191.0)]),
    st.sampled_from(StampPosition),
    st.booleans(),
)
def test_twelve_signers_stand_apart(
    count: int, page: tuple[float, float], position: StampPosition, seen: bool
) -> None:
    """Marks never overlap, however many there are; where no room is left there is none."""
    ink = Ink(100, 140, b"\xff" * (100 * 140 * 4)) if seen else None
    taken: list[Rectangle] = []
    for _ in range(count):
        found = find_spot(page, MARK, taken, ink, position)
        if found is None:
            assert (len(taken) + 1) * (MARK[1] + 8) > page[1] - 2 * MARGIN
            break
        assert not any(found.area.meets(one) for one in taken)
        taken.append(found.area)


def white() -> Ink:
    """Return a blank A4 page."""
    return Ink(298, 421, b"\xff" * (298 * 421 * 4))


def test_bottom_right_on_blank_paper() -> None:
    """An empty page takes the mark bottom right."""
    found = spot(white())
    assert found.ground is Ground.BLANK
    assert found.area.right == pytest.approx(595 - MARGIN)
    assert found.area.bottom == pytest.approx(MARGIN)


@pytest.mark.parametrize("position", [each for each in StampPosition if "-" in each])
def test_named_corners(position: StampPosition) -> None:
    """A corner that is named and free gets the mark."""
    area = spot(white(), position=position).area
    vertical, horizontal = position.split("-")
    assert (area.bottom == pytest.approx(MARGIN)) is (vertical == "bottom")
    assert (area.top == pytest.approx(842 - MARGIN)) is (vertical == "top")
    assert (area.left == pytest.approx(MARGIN)) is (horizontal == "left")
    assert (area.right == pytest.approx(595 - MARGIN)) is (horizontal == "right")


def test_a_named_corner_keeps_its_side() -> None:
    """Where a named corner is printed, the mark moves along that edge and nowhere else."""
    found = spot(picture(Rectangle(0, 700, 200, 842)), position=StampPosition.TOP_LEFT)
    assert found.area.left == pytest.approx(MARGIN)
    assert found.ground is Ground.BLANK
    full = spot(picture(Rectangle(0, 0, 400, 842)), position=StampPosition.TOP_LEFT)
    assert full.area.left == pytest.approx(MARGIN)
    assert full.ground is Ground.PRINTED


def picture(*areas: Rectangle) -> Ink:
    """Return an A4 page with areas of print: dense lines, more white than black."""
    width, height = 298, 421
    rows = [bytearray(b"\xff" * (width * 4)) for _ in range(height)]
    for area in areas:
        for y in range(int((842 - area.top) / 2), int((842 - area.bottom) / 2), 3):
            first, last = int(area.left / 2), int(area.right / 2)
            rows[y][first * 4 : last * 4] = bytes((last - first) * 4)
    return Ink(width, height, b"".join(rows))


def test_above_a_footer() -> None:
    """Printed text is not covered where there is room above it."""
    footer = Rectangle(500, 30, 580, 40)
    found = spot(picture(footer))
    assert not found.area.meets(footer)
    assert found.area.bottom < 60


def test_left_where_the_right_is_full() -> None:
    """A page whose right half is printed takes the mark on the left."""
    text = Rectangle(300, 0, 595, 842)
    assert not spot(picture(text)).area.meets(text)


def test_between_the_edges() -> None:
    """A blank place in the middle is found where both edges are printed."""
    left, right = Rectangle(0, 0, 150, 842), Rectangle(440, 0, 595, 842)
    found = spot(picture(left, right))
    assert found.ground is Ground.BLANK
    assert not found.area.meets(left)
    assert not found.area.meets(right)


def test_full_page_is_told() -> None:
    """Where nothing is blank the mark covers as little as it can, and that is known."""
    everything = [Rectangle(0, 0, 595, 400), Rectangle(0, 470, 595, 842)]
    found = spot(picture(*everything))
    assert found.ground is Ground.PRINTED
    assert 380 < (found.area.bottom + found.area.top) / 2 < 490
    second = spot(picture(*everything), taken=[found.area])
    assert not second.area.meets(found.area)


def test_an_unseen_page_is_told() -> None:
    """What could not be drawn is never called blank."""
    assert spot(None).ground is Ground.UNSEEN


def test_no_room_left() -> None:
    """A mark is refused rather than laid over another one."""
    assert find_spot(A4.size, MARK, [Rectangle(0, 0, 595, 842)], white()) is None


def test_tinted_paper_is_no_ink() -> None:
    """The commonest shade is paper, whatever it is."""
    grey = Ink(298, 421, b"\x90" * (298 * 421 * 4))
    assert not grey.touches(Rectangle(0, 0, 595, 842), A4.size)
