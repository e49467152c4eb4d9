"""Make resources/fonts from Inter's OpenType files: TrueType, Latin and Cyrillic only.

A developer runs this once when Inter is renewed: ``python installer/make_fonts.py FOLDER``, where
FOLDER holds Inter-Regular.otf and its sisters (Debian's package fonts-inter). TrueType because a
PDF embeds it as CIDFontType2 without further conversion; subsets because four weights then take
0.3 MB instead of 1.1 MB. Inter's licence (OFL 1.1, no reserved name) allows both.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")
TARGET = Path(__file__).resolve().parent.parent / "resources" / "fonts"
CHARACTERS = [
    *range(0x20, 0x7F),  # ASCII
    *range(0xA0, 0x180),  # Latin-1, Latin Extended-A
    *(0x218, 0x219, 0x21A, 0x21B, 0x2BC),
    *range(0x400, 0x460),  # Cyrillic
    *(0x490, 0x491),
    *range(0x4D8, 0x4EA),  # Tatar, Bashkir, Kazakh
    *range(0x2010, 0x2016),  # dashes
    *(0x2009, 0x202F, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020, 0x2022, 0x2026),
    *(0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x20BD, 0x2116, 0x2122),
    *(0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25CF),
    *(0x2713, 0x2717),
]
MAXIMA = (
    *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
    *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxPoints"),
    *("maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth"),
)


def cut(font: TTFont) -> None:
    """Keep the characters above, kerning and tabular figures."""
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 11, 13, 14, 16, 17]
    options.notdef_outline = True
    options.hinting = False
    options.glyph_names = False
    worker = subset.Subsetter(options)
    worker.populate(unicodes=CHARACTERS)
    worker.subset(font)


def to_truetype(font: TTFont) -> None:
    """Turn the cubic outlines of CFF into quadratic ones, within one unit of 2816."""
    order, outlines = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    metrics = font["hmtx"]
    for name, glyph in glyphs.items():
        glyph.recalcBounds(table)
        metrics[name] = (metrics[name][0], getattr(glyph, "xMin", 0))
    maxp = font["maxp"]
    maxp.tableVersion, maxp.maxZones = 0x00010000, 1
    for name in MAXIMA:
        setattr(maxp, name, 0)
    font["post"].formatType = 3.0
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"
    font["head"].glyphDataFormat = 0
    font.recalcTimestamp = False


def main(source: Path) -> None:
    """Write every weight."""
    for weight in WEIGHTS:
        font = TTFont(source / f"Inter-{weight}.otf")
        cut(font)
        to_truetype(font)
        font.save(TARGET / f"Inter-{weight}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
