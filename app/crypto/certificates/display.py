"""Text of strangers made fit for a screen: nothing in it may steer the line it is shown in."""

import unicodedata

_LONGEST = 300
_MARK = "\N{REPLACEMENT CHARACTER}"


def display_text(text: str, limit: int = _LONGEST) -> str:
    """Return ``text`` on one line, short enough, its invisible and steering characters marked.

    Facts keep what the certificate says; a face shows what this function makes of it, so that a
    name with a line break, U+202E or ten thousand letters cannot paint a verdict of its own.
    """
    shown = "".join(_shown(char) for char in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    # Cc, Cf, Cs, Co, Cn: control, format (bidi, zero width), surrogates, private and unassigned;
    # Zl, Zp: line and paragraph separators.
    return _MARK if category[0] == "C" or category in {"Zl", "Zp"} else char
