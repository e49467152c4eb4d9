"""How values are shown to people: text of strangers made harmless, times, sizes, names of files."""

import re
import string
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

_LONGEST = 300
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: object, longest: int = _LONGEST) -> str:
    """Return ``text`` on one line without control and direction marks, cut where it is too long.

    Names in certificates and names of files are a stranger's: they must not move the cursor of a
    terminal, turn the reading direction, or hide what follows.
    """
    cleaned = str(text)
    # What Python calls printable has none of the unsafe categories; lists show thousands of names.
    if not cleaned.isprintable():
        cleaned = "".join(_mark(character) for character in cleaned)
    return cleaned if len(cleaned) <= longest else cleaned[: longest - 1] + "…"


def _mark(character: str) -> str:
    if unicodedata.category(character) in _UNSAFE:
        return " " if character in "\n\r\t" else "\N{REPLACEMENT CHARACTER}"
    return character


def fact(value: object) -> str:
    """Return a fact as a person reads it: moments as local time, the rest as harmless text."""
    text = str(value)
    if _MOMENT.fullmatch(text):
        return local_time(datetime.fromisoformat(text))
    if _DAY.fullmatch(text):
        return ".".join(reversed(text.split("-")))
    return plain(text)


def wanted_facts(template: str) -> tuple[str, ...]:
    """Return the names of the facts that a sentence needs."""
    parts = string.Formatter().parse(template)
    return tuple(name for _literal, name, _spec, _conversion in parts if name)


def fill(template: str, facts: Mapping[str, object]) -> str:
    """Fill the facts into a sentence; return nothing where one of them is missing."""
    wanted = wanted_facts(template)
    if not all(name in facts for name in wanted):
        return ""
    return template.format_map({name: fact(facts[name]) for name in wanted})


def fill_anyway(template: str, facts: Mapping[str, object]) -> str:
    """Fill the facts into a sentence that must be said; a missing one leaves a mark."""
    blanks = dict.fromkeys(wanted_facts(template), "…")
    return fill(template, {**blanks, **facts})


def local_time(moment: datetime) -> str:
    """Return a moment as local time with its offset: 25.11.2026 07:20 (UTC+3)."""
    local = _local(moment)
    return f"{local:%d.%m.%Y %H:%M} ({offset(local)})"


def utc_time(moment: datetime) -> str:
    """Return a moment in UTC, for details: 25.11.2026 04:20:31 UTC."""
    return f"{moment.astimezone(UTC):%d.%m.%Y %H:%M:%S} UTC"


def local_date(moment: datetime) -> str:
    """Return the day of a moment, local."""
    return f"{_local(moment):%d.%m.%Y}"


def _local(moment: datetime) -> datetime:
    try:
        return moment.astimezone()
    except (OverflowError, ValueError, OSError):
        return moment.astimezone(UTC)  # certificates without end last until 9999 in UTC


def offset(moment: datetime) -> str:
    """Return the offset of a local moment from UTC: UTC+3, UTC+5:30, UTC."""
    minutes = round((moment.utcoffset() or (moment - moment)).total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")
