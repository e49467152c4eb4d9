"""Fonts that draw other characters than the ones they are asked for.

A font named by a well-known encoding has a fixed character for each code. If its own table of
differences, or its table of meanings, gives a digit or letter another digit or letter, then what is
seen is not what is found by searching and copying, nor perhaps what is seen tomorrow.
"""

import re
from collections.abc import Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose

from app.crypto.pdf.fields import as_array, entry

_ENCODINGS = frozenset({"/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding"})
_SIMPLE = frozenset({"/Type1", "/TrueType", "/MMType1", "/Type3"})
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NAMES = {48 + value: name for value, name in enumerate(_DIGITS)} | {
    code: chr(code) for code in (*range(65, 91), *range(97, 123))
}
_CODES = {name: code for code, name in _NAMES.items()}
_PAIR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4})>")
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4})>")


def is_odd(font: generic.DictionaryObject) -> bool:
    """Tell whether a simple font with a well-known encoding contradicts it for digits or letters."""
    if entry(font, "/Type") != "/Font" or entry(font, "/Subtype") not in _SIMPLE:
        return False
    encoding = entry(font, "/Encoding")
    base = encoding
    drawn: dict[int, int] = {}
    if isinstance(encoding, generic.DictionaryObject):
        base = entry(encoding, "/BaseEncoding")
        drawn = dict(_differences(encoding))
        if any(code in _NAMES and other != code for code, other in drawn.items()):
            return base in _ENCODINGS or _keeps_most(drawn)
    if base not in _ENCODINGS:
        return False
    return any(
        code in _NAMES and meaning in _NAMES and meaning != drawn.get(code, code)
        for code, meaning in _meanings(font)
    )


def _keeps_most(drawn: dict[int, int]) -> bool:
    """Tell whether most codes keep their character: then those that do not are odd."""
    kept = sum(1 for code, other in drawn.items() if code == other)
    return kept * 2 > len(drawn)


def _differences(encoding: generic.DictionaryObject) -> Iterator[tuple[int, int]]:
    """Yield codes of digits and letters with the digit or letter that they draw."""
    code = 0
    for one in as_array(entry(encoding, "/Differences")):
        if isinstance(one, generic.NumberObject):
            code = int(one)
            continue
        name = str(one).removeprefix("/")
        if name in _CODES:
            yield code, _CODES[name]
        code += 1


def _meanings(font: generic.DictionaryObject) -> Iterator[tuple[int, int]]:
    table = entry(font, "/ToUnicode")
    if not isinstance(table, generic.StreamObject):
        return
    try:
        data = bytes(table.read_data(DecodePurpose.GENERIC))
    except Exception:  # noqa: BLE001 - pyHanko: what cannot be unpacked says nothing
        return
    for block in _CHARS.findall(data):
        for code, meaning in _PAIR.findall(block):
            yield int(code, 16), int(meaning, 16)
    for block in _RANGES.findall(data):
        for first, last, meaning in _RANGE.findall(block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                yield int(first, 16) + step, int(meaning, 16) + step
