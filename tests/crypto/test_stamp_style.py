"""What is said about pages and places is read strictly, and nothing else is taken for it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.stamping.style import (
    NO_STAMP,
    StampBox,
    StampPosition,
    StampPreset,
    StampStyle,
    box_text,
    choose_pages,
    read_position,
    usual_style,
)
from app.errors import ErrorCode, RoscherkError
from app.processes import wire


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("first", (0,)),
        ("last", (6,)),
        ("all", (0, 1, 2, 3, 4, 5, 6)),
        ("1,3-5", (0, 2, 3, 4)),
        (" 5 , last, 5-6 ", (4, 5, 6)),
        ("7-7", (6,)),
    ],
)
def test_pages(text: str, pages: tuple[int, ...]) -> None:
    """Words, numbers and ranges name pages, each once, in order."""
    assert choose_pages(text, 7) == pages


@pytest.mark.parametrize(
    "text", ["", "0", "8", "3-8", "5-3", "-1", "1-", "1..3", "1;2", "²", "١", "last page", "1,,2"]
)
def test_no_pages(text: str) -> None:
    """What names no pages of this document is refused, with the number there are."""
    with pytest.raises(RoscherkError) as caught:
        choose_pages(text, 7)
    assert caught.value.code is ErrorCode.STAMP_PAGES_INVALID


def test_a_document_may_lie_about_its_pages() -> None:
    """A thousand million pages are refused, not counted out."""
    for text in ("all", "1-999999"):
        with pytest.raises(RoscherkError) as caught:
            choose_pages(text, 10**9)
        assert caught.value.facts["maximum"] == 1000
    assert choose_pages("last", 10**9) == (10**9 - 1,)


@given(st.text(max_size=30), st.integers(0, 50))
def test_any_text(text: str, count: int) -> None:
    """Whatever is typed gives pages of the document, or that one error."""
    with contextlib.suppress(RoscherkError):
        chosen = choose_pages(text, count)
        assert chosen
        assert all(0 <= page < count for page in chosen)


def test_positions() -> None:
    """A corner by its name, a box by four numbers, which come back as they were written."""
    assert read_position("top-left") is StampPosition.TOP_LEFT
    box = read_position("20, 250.5, 86, 30")
    assert box == StampBox(x=20, y=250.5, width=86, height=30)
    assert read_position(box_text(box)) == box


@pytest.mark.parametrize(
    "text", ["", "middle", "1,2,3", "1,2,3,4,5", "-1,2,30,30", "1,2,0,5", "nan,1,1,1", "1e9,1,1,1"]
)
def test_no_positions(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(RoscherkError) as caught:
        read_position(text)
    assert caught.value.code is ErrorCode.STAMP_PLACE_INVALID


def test_style_crosses_processes() -> None:
    """Every choice arrives as it was sent."""
    style = StampStyle(
        preset=StampPreset.COMPACT,
        pages="1,3-5",
        box=StampBox(x=1, y=2, width=3, height=4),
        qr=True,
    )
    assert wire.decode(wire.encode(style), StampStyle) == style


def test_settings() -> None:
    """Switched off is off, whatever else is set."""
    assert usual_style("gost-2016", "", shown=False) == NO_STAMP
    assert usual_style("gost-2016", "").preset is StampPreset.GOST_2016
    assert str(usual_style("compact", "/logo.png").logo) == "/logo.png"
