"""Sizes in words."""

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
