"""Whether a new PIN is fit to guard a key, before it is sent to a token. No Qt, no words here.

The PIN is looked at in its own buffer, octet by octet: no text and no copy of it is made.
"""

from collections.abc import Sequence
from enum import StrEnum

_SHORTEST = 6
"""Where the token asks for less or says nothing: the least that Russian makers set."""
_RUN = 4
"""So many neighbours in a row are a run."""
_REST = 3
"""A PIN of runs with fewer other characters than this is no secret."""
_DISTINCT = 3
_ROWS = tuple(
    tuple(row)
    for row in (
        b"01234567890",
        b"abcdefghijklmnopqrstuvwxyz",
        b"qwertyuiop",
        b"asdfghjkl",
        b"zxcvbnm",
        b"1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        b"!@#$%^&*()",
        b"147258369",
    )
)


class PinProblem(StrEnum):
    """What is wrong with a new PIN."""

    EMPTY = "empty"
    SHORT = "short"
    LONG = "long"
    CHARACTERS = "characters"
    SEQUENCE = "sequence"
    REPEATS = "repeats"
    SAME = "same"
    ADMINISTRATOR = "administrator"
    """The user PIN is that of the administrator."""
    FACTORY = "factory"
    HISTORY = "history"
    """Only the token can tell: it was used before."""
    TOKEN = "token"  # noqa: S105 - a name
    """Only the token can tell: a rule of its own."""


def shortest(minimum: int | None) -> int:
    """Return the least length of a new PIN for a token that takes PINs from ``minimum`` octets."""
    return max(_SHORTEST, minimum or 0)


def problems(
    new: bytearray,
    *,
    old: bytearray | None = None,
    administrator: bytearray | None = None,
    minimum: int | None = None,
    maximum: int | None = None,
    factory: str | None = None,
) -> tuple[PinProblem, ...]:
    """Return what is wrong with a new PIN, the plainest first; nothing: it may be sent.

    ``old`` is the PIN it replaces, ``administrator`` the other PIN of the token, ``minimum`` and ``maximum`` are the token's lengths in octets,
    ``factory`` the PIN its maker sets.
    """
    if not new:
        return (PinProblem.EMPTY,)
    codes = list(new)
    found = (
        (len(codes) < shortest(minimum), PinProblem.SHORT),
        (maximum is not None and len(codes) > maximum, PinProblem.LONG),
        # What another keyboard layout, or another program, would send as other octets.
        (any(not 0x21 <= code <= 0x7E for code in codes), PinProblem.CHARACTERS),
        (_is_repetition(codes), PinProblem.REPEATS),
        (_is_sequence(codes), PinProblem.SEQUENCE),
        (old is not None and old == new, PinProblem.SAME),
        (administrator is not None and administrator == new, PinProblem.ADMINISTRATOR),
        (factory is not None and new == factory.encode(), PinProblem.FACTORY),
    )
    return tuple(problem for holds, problem in found if holds)


def _is_repetition(codes: Sequence[int]) -> bool:
    """Tell whether it is one short piece over and over, or hardly any different characters."""
    if len(set(codes)) < _DISTINCT:
        return True
    return any(
        len(codes) >= 2 * size
        and all(code == codes[place % size] for place, code in enumerate(codes))
        for size in range(1, len(codes) // 2 + 1)
    )


def _is_sequence(codes: Sequence[int]) -> bool:
    """Tell whether it is made of runs along the alphabet, the digits, or a row of the keyboard."""
    lower = [code + 32 if 0x41 <= code <= 0x5A else code for code in codes]
    rest = place = 0
    while place < len(lower):
        length = max(_run_at(lower, place, row) for row in _ROWS)
        if length >= _RUN:
            place += length
        else:
            rest += 1
            place += 1
    return rest < _REST


def _run_at(codes: Sequence[int], start: int, row: Sequence[int]) -> int:
    """Return how far the characters from ``start`` follow a row, in either direction."""
    longest = 0
    for first in (place for place, code in enumerate(row) if code == codes[start]):
        for step in (1, -1):
            length, at = 0, first
            while (
                start + length < len(codes)
                and 0 <= at < len(row)
                and codes[start + length] == row[at]
            ):
                length += 1
                at += step
            longest = max(longest, length)
    return longest
