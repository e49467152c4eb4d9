"""Whether two pictures of a page show the same: tolerant of how letters are drawn, not of what is where.

Two measures. *Fine*: means of 4×4 dots; another version of FreeType or Qt moves the shade of an edge,
a part that is missing, moved or new changes whole runs of them. *Broad*: means of 32×32 dots, held
tighter: a surface whose colour changed differs little everywhere, and letters have no say in it.
"""

from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops

FINE: Final = 4
FINE_STEP: Final = 44
"""Of 255, for the mean of 4×4 dots: letters drawn by others stay below it."""
FINE_ALLOWED: Final = 6
"""So many of the 64,000 fine blocks of a page may differ all the same."""
BROAD: Final = 32
BROAD_STEP: Final = 5


@dataclass(frozen=True)
class Likeness:
    """How far two pictures are apart."""

    fine: int
    broad: int
    map: Image.Image
    """Where they differ: white, in fine blocks."""

    @property
    def same(self) -> bool:
        """Tell whether they show the same."""
        return self.fine <= FINE_ALLOWED and not self.broad


def compare(one: Image.Image, other: Image.Image) -> Likeness:
    """Compare two pictures; of different sizes they show nothing alike."""
    if one.size != other.size:
        whole = Image.new("L", one.size, 255)
        return Likeness(fine=one.width * one.height, broad=1, map=whole)
    fine = _apart(one, other, FINE, FINE_STEP)
    broad = _apart(one, other, BROAD, BROAD_STEP)
    both = ImageChops.lighter(_back(fine, FINE, one.size), _back(broad, BROAD, one.size))
    return Likeness(fine=fine.histogram()[255], broad=broad.histogram()[255], map=both)


def picture(reference: Image.Image, now: Image.Image, likeness: Likeness) -> Image.Image:
    """Return both side by side, and what is now with the difference in red over it."""
    red = Image.new("RGB", now.size, (230, 0, 40))
    marked = Image.composite(Image.blend(now, red, 0.55), now, likeness.map.resize(now.size))
    made = Image.new(
        "RGB", (reference.width + 2 * now.width + 40, max(reference.height, now.height))
    )
    for place, each in enumerate((reference, now, marked)):
        made.paste(each, (place * (now.width + 20), 0))
    return made


def _apart(one: Image.Image, other: Image.Image, block: int, step: int) -> Image.Image:
    """Return a picture with one dot a block: white where any colour is further apart than ``step``."""
    apart = ImageChops.difference(one.reduce(block), other.reduce(block))
    red, green, blue = apart.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point(lambda value: 255 if value > step else 0)


def _back(blocks: Image.Image, block: int, size: tuple[int, int]) -> Image.Image:
    return blocks.resize(
        (blocks.width * block, blocks.height * block), Image.Resampling.NEAREST
    ).crop((0, 0, *size))
