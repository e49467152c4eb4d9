"""The look of the pages against pictures that people have looked at; and that the comparison can fail."""

from collections.abc import Callable
from pathlib import Path

import pytest
from likeness import Likeness, compare, picture
from opened import Opened
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from reference_scenes import REFERENCES, scenes, taken

Spoil = Callable[[Image.Image], Image.Image]
PAGE = "documents-ru-light"
BUTTON = (546, 730, 676, 770)
"""Where «Проверить» is on it."""


@pytest.fixture
def page() -> Image.Image:
    """Return a reference."""
    return Image.open(REFERENCES / f"{PAGE}.png").convert("RGB")


def test_pages_look_as_they_did(
    tmp_path: Path,
    qapp: object,  # noqa: ARG001  # one QApplication
) -> None:
    """Every page in both languages and themes; `nox -s references` writes them anew, to be looked at."""
    told: list[str] = []
    seen: set[str] = set()
    with scenes(tmp_path / "profile") as each:
        for name, widget in each:
            seen.add(name)
            now = taken(widget)
            reference = Image.open(REFERENCES / f"{name}.png").convert("RGB")
            found = compare(reference, now)
            if not found.same:
                file = tmp_path / f"{name}-difference.png"
                picture(reference, now, found).save(file)
                told.append(
                    f"{name}: {found.fine} fine, {found.broad} broad blocks; look at {file}"
                )
    assert not told, "\n".join(told)
    assert seen == {each.stem for each in REFERENCES.glob("*.png")}


def other_letters(page: Image.Image) -> Image.Image:
    """Draw as another version of FreeType might: edges a little softer, shades a little off."""
    soft = Image.blend(page, page.filter(ImageFilter.GaussianBlur(0.6)), 0.5)
    return soft.point(lambda value: min(255, value + 2))


def test_letters_drawn_otherwise_are_the_same(page: Image.Image) -> None:
    """What only another version of a library changes is no difference."""
    assert compare(page, page).same
    assert compare(page, other_letters(page)).same


def moved(page: Image.Image) -> Image.Image:
    """Move a button four dots to the right."""
    made = page.copy()
    made.paste(page.crop(BUTTON), (BUTTON[0] + 4, BUTTON[1]))
    return made


def missing(page: Image.Image) -> Image.Image:
    """Leave a button out."""
    made = page.copy()
    ImageDraw.Draw(made).rectangle(BUTTON, fill=page.getpixel((BUTTON[0], BUTTON[1] - 6)))
    return made


def recoloured(page: Image.Image) -> Image.Image:
    """Give the ground of the page another shade."""
    ground = page.getpixel((page.width - 8, page.height // 2))
    assert isinstance(ground, tuple)
    other = (ground[0] - 9, ground[1], ground[2])
    apart = ImageChops.difference(page, Image.new("RGB", page.size, ground)).convert("L")
    mask = apart.point(lambda value: 0 if value else 255)
    return Image.composite(Image.new("RGB", page.size, other), page, mask)


def another_word(page: Image.Image) -> Image.Image:
    """Cover a heading with other letters."""
    made = page.copy()
    made.paste(page.crop((260, 64, 400, 84)), (262, 24))
    return made


@pytest.mark.parametrize("spoil", [moved, missing, recoloured, another_word])
def test_what_people_would_see_is_a_difference(page: Image.Image, spoil: Spoil) -> None:
    """Moved, missing, recoloured, or another word."""
    found: Likeness = compare(page, spoil(page))
    assert not found.same
    assert found.map.getbbox() is not None


def test_a_widget_that_is_gone(window: Opened) -> None:
    """The real window without one of its buttons is another picture."""
    page = window.desk.window.page(0)
    window.settle(0.1)
    before = taken(window.desk.window)
    page.drop.browse.hide()
    window.settle(0.1)
    assert not compare(before, taken(window.desk.window)).same
