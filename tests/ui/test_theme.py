"""The look: contrast, icons, light and dark."""

import ast
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.places import resource
from app.ui import theme
from app.ui.theme import CONTRAST, DARK, LIGHT, Colours, ThemeChoice

UI = Path(theme.__file__).parent
TEXTS = (
    *product(("text", "muted", "faint"), ("bg", "surface", "raised", "side")),
    *(
        (tone, ground)
        for tone in ("ok", "warn", "error", "practice")
        for ground in (f"{tone}_soft", "surface")
    ),
    ("accent", "surface"),
    ("accent", "accent_soft"),
    ("text", "selection"),
    ("muted", "selection"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_ribbon", "ribbon"),
    *(("text", f"{tone}_soft") for tone in ("ok", "warn", "error", "practice", "accent")),
    *(("muted", f"{tone}_soft") for tone in ("ok", "warn", "error", "practice", "accent")),
)
BORDERS = (("edge", "surface"), ("focus", "surface"), ("focus", "bg"), ("error", "surface"))


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG."""
    parts = [part / 255 for part in QColor(colour).getRgb()[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(tokens: Colours, one: str, other: str) -> float:
    """Return the contrast of two tokens."""
    high, low = sorted((luminance(getattr(tokens, name)) for name in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(tokens: Colours) -> None:
    """Words can be read on whatever they stand, borders of inputs can be seen (WCAG 2.2)."""
    for words, ground in TEXTS:
        assert contrast(tokens, words, ground) >= 4.5, (words, ground)
    for border, ground in BORDERS:
        assert contrast(tokens, border, ground) >= 3, (border, ground)


def test_high_contrast() -> None:
    """Whoever sees little gets 7:1 for words and for borders (WCAG 2.2, 1.4.6)."""
    for words, ground in (*TEXTS, *BORDERS):
        assert contrast(CONTRAST, words, ground) >= 7, (words, ground)
    for ground in ("bg", "surface", "side"):
        assert contrast(CONTRAST, "line", ground) >= 7, ground


def test_icons_are_those_in_use() -> None:
    """Every icon that the window names is there, and none is carried along for nothing."""
    there = {path.stem for path in resource("icons").glob("*.svg")}
    words: set[str] = set()
    for path in UI.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    assert there - words == set()
    for name in there:
        assert theme.renderer(name, "#000000").isValid(), name


def test_icon_takes_the_colour_of_the_theme(qapp: QApplication) -> None:
    """The same icon is dark on light and light on dark."""
    picture = theme.icon("check", "text")
    brightest = []
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        theme.apply_theme(qapp, choice)
        image = QImage(24, 24, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        picture.paint(painter, image.rect())
        painter.end()
        seen = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
        brightest.append(max(colour.lightness() for colour in seen if colour.alpha() > 200))
    assert brightest[0] < 60
    assert brightest[1] > 180


def test_style_sheet_knows_every_token(qapp: QApplication) -> None:
    """The style sheet is filled in whole."""
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK, ThemeChoice.CONTRAST):
        theme.apply_theme(qapp, choice)
        assert "$" not in theme.style_sheet()
        assert theme.is_dark() is (choice is not ThemeChoice.LIGHT)
    theme.apply_theme(qapp, ThemeChoice.LIGHT)
