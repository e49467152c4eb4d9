"""Masks of drawn pages against what a slow filter of the library makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from app.crypto.pdf import looks


@pytest.mark.parametrize("pixels", [1, 2, 3, 8])
@given(data=st.data())
def test_near_is_what_lies_within_a_square(pixels: int, data: st.DataObject) -> None:
    """Also at the edges of the page, and where it is smaller than the square."""
    width, height = data.draw(st.integers(1, 30)), data.draw(st.integers(1, 30))
    places = st.tuples(st.integers(0, width - 1), st.integers(0, height - 1))
    mask = Image.new("L", (width, height))
    for place in data.draw(st.lists(places, max_size=5)):
        mask.putpixel(place, 255)
    expected = mask.filter(ImageFilter.MaxFilter(2 * pixels + 1))
    assert looks.near(mask, pixels).tobytes() == expected.tobytes()
