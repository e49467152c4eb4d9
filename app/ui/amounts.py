"""Sizes and places of files in words. No Qt here."""

from functools import lru_cache
from pathlib import Path

from app.texts.catalogue import N_, _

_UNITS = (N_("{n} B"), N_("{n} KB"), N_("{n} MB"), N_("{n} GB"), N_("{n} TB"))


def size_text(size: int) -> str:
    """Return a size as file windows of this country show it: 1,4 МБ."""
    number = float(size)
    unit = 0
    while number >= 1024 and unit < len(_UNITS) - 1:
        number /= 1024
        unit += 1
    digits = f"{number:.0f}" if unit == 0 or number >= 100 else f"{number:.1f}"
    whole, _dot, part = digits.partition(".")
    # Translators: a number with a decimal point.
    shown = whole if part in {"", "0"} else _("{whole}.{part}").format(whole=whole, part=part)
    return _(_UNITS[unit]).format(n=shown)


def folder_text(path: Path) -> str:
    """Return the folder of a file, the home folder written short."""
    return _short(path.parent)


@lru_cache(maxsize=64)
def _short(folder: Path) -> str:
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except ValueError:
        return str(folder)
