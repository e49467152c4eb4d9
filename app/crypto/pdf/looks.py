"""Drawn pages held against each other: where they differ, and what ink of the one the other hides."""

from PIL import Image, ImageChops, ImageFilter

from app.crypto.pdf.drawing import Picture

_DIFFERENT = 40
"""Shades of 255 by which a pixel has to differ: less is how edges are smoothed."""
_INK = 64
"""Shades by which ink differs from the paper."""
_CELL = 8
"""Pixels of a cell by which differences are gathered into boxes."""
_MOST_BOXES = 20

_LINE = 2
"""Pixels: a line no higher than this is a rule, not a letter."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""


def grey(picture: Picture) -> Image.Image:
    """Return a drawn page in shades of grey."""
    size = (picture.width, picture.height)
    return Image.frombuffer("RGB", size, picture.pixels, "raw", "BGRX", 0, 1).convert("L")


def different(before: Picture, after: Picture) -> Image.Image:
    """Return a mask of the pixels that differ in any colour; both pictures have one size."""
    size = (before.width, before.height)
    first = Image.frombuffer("RGB", size, before.pixels, "raw", "BGRX", 0, 1)
    second = Image.frombuffer("RGB", size, after.pixels, "raw", "BGRX", 0, 1)
    bands = ImageChops.difference(first, second).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return _over(most, _DIFFERENT)


def ink(shades: Image.Image) -> Image.Image:
    """Return a mask of what is not paper; paper is the commonest shade."""
    counts = shades.histogram()
    paper = counts.index(max(counts))
    return _over(ImageChops.difference(shades, Image.new("L", shades.size, paper)), _INK)


def hidden(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return a mask of the ink of ``before`` that ``after`` shows no longer."""
    gone = _over(ImageChops.difference(before, after), _INK)
    return ImageChops.multiply(ink(before), gone)


def solid(mask: Image.Image) -> Image.Image:
    """Return a mask without thin horizontal lines: rules to write on, and borders of tables."""
    width, height = mask.size
    taller = mask
    for step in range(1, _LINE + 1):
        moved = Image.new("L", mask.size)
        moved.paste(mask.crop((0, 0, width, max(1, height - step))), (0, step))
        taller = ImageChops.multiply(taller, moved)
    whole = taller
    for step in range(1, _LINE + 1):
        moved = Image.new("L", mask.size)
        moved.paste(taller.crop((0, min(step, height - 1), width, height)), (0, 0))
        whole = ImageChops.lighter(whole, moved)
    return whole


def near(mask: Image.Image, pixels: int) -> Image.Image:
    """Return a mask grown by so many pixels on every side.

    First to the sides, then up and down: one filter for the whole square takes ten times as long.
    """
    for radius in ((pixels, 0), (0, pixels)):
        mask = mask.filter(ImageFilter.BoxBlur(radius)).point(lambda shade: 255 if shade else 0)
    return mask


def both(first: Image.Image, second: Image.Image) -> Image.Image:
    """Return what two masks have in common."""
    return ImageChops.multiply(first, second)


def amount(mask: Image.Image, box: Box | None = None) -> int:
    """Return how many pixels of a mask, or of a box of it, are set."""
    return int((mask if box is None else mask.crop(box)).histogram()[255])


def contrast(shades: Image.Image, box: Box) -> int:
    """Return how far the darkest and the lightest shade of a box are apart."""
    darkest, lightest = shades.crop(box).getextrema()
    return int(lightest) - int(darkest)  # type: ignore[arg-type]  # one band


def boxes(mask: Image.Image) -> list[Box]:
    """Gather the set pixels of a mask into boxes, from the top of the page on."""
    wide, high = -(-mask.width // _CELL), -(-mask.height // _CELL)
    padded = Image.new("L", (wide * _CELL, high * _CELL))
    padded.paste(mask)
    cells = padded.reduce(_CELL).point(lambda shade: 255 if shade else 0).tobytes()
    free = {index for index, cell in enumerate(cells) if cell}
    found = []
    while free:
        group = _group(free, wide)
        columns = [index % wide for index in group]
        rows = [index // wide for index in group]
        cell_box = (min(columns), min(rows), max(columns) + 1, max(rows) + 1)
        left, top, right, bottom = (side * _CELL for side in cell_box)
        found.append((left, top, min(right, mask.width), min(bottom, mask.height)))
    found.sort(key=lambda box: (box[1], box[0]))
    return found[:_MOST_BOXES]


def _group(free: set[int], wide: int) -> set[int]:
    """Take one connected group of cells out of ``free``; a gap of one cell does not part them."""
    start = min(free)
    free.discard(start)
    group, waiting = {start}, [start]
    while waiting:
        row, column = divmod(waiting.pop(), wide)
        for y in range(row - 2, row + 3):
            for x in range(max(0, column - 2), min(wide, column + 3)):
                index = y * wide + x
                if index in free:
                    free.discard(index)
                    group.add(index)
                    waiting.append(index)
    return group


def _over(shades: Image.Image, limit: int) -> Image.Image:
    return shades.point(lambda shade: 255 if shade > limit else 0)
