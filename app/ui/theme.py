"""The look: colour tokens for light and dark, the palette, the style sheet, and icons that follow.

Tokens are process-wide, as Qt's own palette is: icons and delegates ask `colours()` when they paint.
Contrast of the pairs in use is held by tests (text 4.5:1, borders of inputs 3:1; WCAG 2.2).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from string import Template
from typing import Final, TypeVar
from weakref import WeakSet

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app import settings as table
from app.places import resource
from app.settings import Settings
from app.ui.text_size import in_size, set_text_size, take_font
from app.values import dataclass


class ThemeChoice(StrEnum):
    """What the user may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, kw_only=True)
class Colours:
    """Colour tokens by their use. A ``…_soft`` colour lies under text of its name."""

    bg: str
    surface: str
    raised: str
    side: str
    line: str
    edge: str
    """Borders of inputs and buttons: at least 3:1 against what lies around."""
    scroll: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_down: str
    on_accent: str
    accent_soft: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    error: str
    error_soft: str
    selection: str
    focus: str
    practice: str
    ribbon: str
    on_ribbon: str
    practice_soft: str


LIGHT: Final = Colours(
    bg="#f6f7f9",
    surface="#ffffff",
    raised="#f1f3f6",
    side="#eceff4",
    line="#e2e5ea",
    edge="#8a93a3",
    scroll="#c3c9d3",
    text="#14171d",
    muted="#566070",
    faint="#616b7a",
    accent="#2459e6",
    accent_hover="#1d4cc9",
    accent_down="#173fab",
    on_accent="#ffffff",
    accent_soft="#e7eefe",
    ok="#0f6f43",
    ok_soft="#e2f5ea",
    warn="#8a5207",
    warn_soft="#fdf1d8",
    error="#b3261e",
    error_soft="#fde8e6",
    selection="#e4ebfd",
    focus="#2459e6",
    practice="#7a3fc4",
    ribbon="#7a3fc4",
    on_ribbon="#ffffff",
    practice_soft="#f1e8fc",
)
DARK: Final = Colours(
    bg="#14161a",
    surface="#1c1f25",
    raised="#252a32",
    side="#181a1f",
    line="#2e333c",
    edge="#6e7888",
    scroll="#454d59",
    text="#eceef2",
    muted="#a9b1be",
    faint="#929baa",
    accent="#6b97ff",
    accent_hover="#85a9ff",
    accent_down="#557fe0",
    on_accent="#0b1020",
    accent_soft="#1f2b4a",
    ok="#4fd18b",
    ok_soft="#14301f",
    warn="#f0b64b",
    warn_soft="#33270f",
    error="#ff8a80",
    error_soft="#3a1a18",
    selection="#23304f",
    focus="#8fb2ff",
    practice="#c39af5",
    ribbon="#6a41a3",
    on_ribbon="#ffffff",
    practice_soft="#2a1d3d",
)

CONTRAST: Final = Colours(
    bg="#000000",
    surface="#000000",
    raised="#1a1a1a",
    side="#000000",
    line="#b3b3b3",
    edge="#ffffff",
    scroll="#d9d9d9",
    text="#ffffff",
    muted="#e6e6e6",
    faint="#cccccc",
    accent="#7cc4ff",
    accent_hover="#a8d8ff",
    accent_down="#5cb3ff",
    on_accent="#000000",
    accent_soft="#00213d",
    ok="#7dffb0",
    ok_soft="#002b12",
    warn="#ffd75e",
    warn_soft="#332600",
    error="#ffb3ab",
    error_soft="#3d0a06",
    selection="#003058",
    focus="#ffff00",
    practice="#e0c4ff",
    ribbon="#43107a",
    on_ribbon="#ffffff",
    practice_soft="#26084a",
)
"""For those who see little: every pair of words and ground is 7:1 at least (WCAG 2.2, 1.4.6)."""

P = TypeVar("P", bound=QPainter)
_now: dict[str, Colours] = {"colours": LIGHT}
_dressed: "WeakSet[QWidget]" = WeakSet()
_FONT_SIZE: Final = 10


def colours() -> Colours:
    """Return the tokens of the theme in use."""
    return _now["colours"]


def colour(token: str) -> QColor:
    """Return one token of the theme in use as a colour."""
    return QColor(str(getattr(colours(), token)))


def look_of(settings: Settings) -> tuple[ThemeChoice, int]:
    """Return what the settings say of the look: the theme, and the size of words in per cent."""
    return ThemeChoice(settings.get(table.THEME)), int(settings.get(table.TEXT_SIZE))


def apply_theme(app: QApplication, choice: ThemeChoice, percent: int | None = None) -> None:
    """Colour the whole program as chosen; windows that are open follow at once.

    ``percent``: how large words are from now on; None: as large as they were.
    """
    _now["colours"] = _wanted(choice)
    if percent is not None:
        set_text_size(app, percent)
    app.setPalette(_palette(colours()))
    for window in list(_dressed):
        if isValid(window):
            dress(window)


def dress(window: QWidget) -> None:
    """Give a window, and the dialogs over it, the style sheet of the theme, now and later.

    Not the whole application: with a sheet of its own Qt polishes every widget there is, which
    takes 100 ms where this takes 30.
    """
    _dressed.add(window)
    window.setStyleSheet(style_sheet())


def fill(painter: QPainter, area: QRectF | QRect, ground: QColor) -> None:
    """Fill ``area`` with a colour, pen and brush left as they are.

    ``QPainter.fillRect`` takes gradients as well, and its first call makes Python classes of all
    their enumerations, of which one has 169 members: a tenth of what a turn of the window may take.
    """
    painter.setBackground(ground)
    painter.eraseRect(area)


@contextmanager
def painting(painter: P) -> Iterator[P]:
    """End the painter with the block, not when Python lets go of it.

    Painters of one window share its state. One that outlives its ``paintEvent``, because a traceback
    or a thread that looks at frames keeps it, takes that state away from whatever is painted then,
    and Qt crashes there.
    """
    try:
        yield painter
    finally:
        painter.end()


def style_sheet() -> str:
    """Return the style sheet with the tokens of the theme in use."""
    return in_size(_style_sheet().substitute(asdict(colours())))


def is_dark() -> bool:
    """Tell whether light words stand on a dark ground."""
    return colours() is not LIGHT


def _wanted(choice: ThemeChoice) -> Colours:
    if choice is ThemeChoice.CONTRAST or (choice is ThemeChoice.SYSTEM and _system_contrast()):
        return CONTRAST
    if choice is ThemeChoice.SYSTEM:
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    else:
        dark = choice is ThemeChoice.DARK
    return DARK if dark else LIGHT


def _system_contrast() -> bool:
    """Tell whether the system was asked for high contrast; Qt tells of that from 6.10 on."""
    accessibility = getattr(QGuiApplication.styleHints(), "accessibility", None)
    if accessibility is None:
        return False
    return bool(accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)


def use_bundled_font(app: QApplication) -> None:
    """Take Inter from the program's resources (Linux; other systems have their own good font)."""
    families: list[str] = []
    for path in sorted(resource("fonts").glob("Inter-*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        families += QFontDatabase.applicationFontFamilies(number)
    font = QFont(families[0] if families else app.font().family(), _FONT_SIZE)
    # Hinting differs between systems and blurs Inter at 10 pt; without it the window looks alike.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    take_font(app, font)


@cache
def _style_sheet() -> Template:
    return Template(resource("styles/window.qss").read_text(encoding="utf-8"))


def _palette(tokens: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for place, value in (
        (role.Window, tokens.bg),
        (role.WindowText, tokens.text),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.raised),
        (role.Text, tokens.text),
        (role.Button, tokens.surface),
        (role.ButtonText, tokens.text),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.ToolTipBase, tokens.surface),
        (role.ToolTipText, tokens.text),
        (role.PlaceholderText, tokens.faint),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.Accent, tokens.accent),
    ):
        palette.setColor(place, QColor(value))
    for place in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, place, QColor(tokens.faint))
    return palette


class _LucideEngine(QIconEngine):
    """Draw an SVG of ``stroke="currentColor"`` in a token's colour: crisp at any scale."""

    def __init__(self, name: str, tint: str, selected: str) -> None:
        super().__init__()
        self._name = name
        self._tint = tint
        self._selected = selected

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        tint = self._tint
        if mode is QIcon.Mode.Disabled:
            tint = "faint"
        elif mode is QIcon.Mode.Selected or state is QIcon.State.On:
            tint = self._selected
        # A rectangle wider than high leaves a gap between the icon and the words beside it.
        square = QRectF(rect.x(), rect.y(), rect.height(), rect.height())
        draw_icon(painter, square, self._name, tint)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        with painting(QPainter(pixmap)) as painter:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        return pixmap

    def clone(self) -> QIconEngine:
        return _LucideEngine(self._name, self._tint, self._selected)

    def key(self) -> str:
        return "lucide"


@lru_cache(maxsize=256)
def renderer(name: str, value: str) -> QSvgRenderer:
    """Return the renderer of the icon ``name`` drawn in the colour ``value``."""
    text = _icon_source(name).replace("currentColor", value)
    return QSvgRenderer(QByteArray(text.encode()))


@cache
def _icon_source(name: str) -> str:
    path: Path = resource(f"icons/{name}.svg")
    return path.read_text(encoding="utf-8").replace('stroke-width="2"', 'stroke-width="1.75"')


def icon(name: str, tint: str = "muted", selected: str = "accent") -> QIcon:
    """Return an icon that takes its colour from the theme each time it is painted."""
    return QIcon(_LucideEngine(name, tint, selected))


def draw_icon(painter: QPainter, rect: QRectF, name: str, tint: str) -> None:
    """Draw one icon in the colour of the token ``tint``."""
    scale = painter.device().devicePixelRatioF()
    size = round(rect.width() * scale), round(rect.height() * scale)
    drawn = _drawn(name, str(getattr(colours(), tint)), *size)
    painter.drawImage(rect, drawn)


@lru_cache(maxsize=512)
def _drawn(name: str, value: str, width: int, height: int) -> QImage:
    """Return an icon as it is copied to the screen: to draw its lines anew takes ten times longer."""
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with painting(QPainter(image)) as painter:
        renderer(name, value).render(painter, QRectF(0, 0, width, height))
    return image
