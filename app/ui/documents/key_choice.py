"""The keys to choose from, in groups, and the one that is proposed. No Qt here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from app.texts.catalogue import N_, _
from app.ui.known_keys import SOON_DAYS, Key

Item = tuple[str | None, str]
"""The name of a key, or None for a heading; and the words."""
_TITLES: Final = (
    N_("Keys in force"),
    N_("Keys that expire soon"),
    N_("Expired keys"),
    N_("Cannot sign here"),
)


def grouped(keys: Sequence[Key], at: datetime) -> tuple[Item, ...]:
    """Return the keys by how long they last; headings only where there is more than one group."""
    groups: list[list[Key]] = [[] for _title in _TITLES]
    for key in keys:
        groups[_group(key, at)].append(key)
    several = sum(bool(group) for group in groups) > 1
    items: list[Item] = []
    for title, group in zip(_TITLES, groups, strict=True):
        if group and several:
            items.append((None, _(title)))
        items += [(key.uri, key.choice_text()) for key in group]
    return tuple(items)


def _group(key: Key, at: datetime) -> int:
    if not key.can_sign:
        return 3
    days = key.days_left(at)
    if days is None or days > SOON_DAYS:
        return 0
    return 2 if days < 0 else 1


def proposed(keys: Sequence[Key], wanted: str | None, at: datetime) -> Key | None:
    """Return the key that was chosen last; its successor where it has expired; or the only usable one.

    Of several usable keys of one person for one organisation the one that lasts longest is meant; whose
    name a signature carries is never guessed.
    """
    last = next((key for key in keys if key.uri == wanted), None)
    usable = [key for key in keys if _group(key, at) < 2]
    if last is not None and _group(last, at) == 2:
        renewed = [key for key in usable if _same_owner(key, last)]
        return max(renewed, key=_end) if renewed else last
    if last is not None:
        return last
    if not usable:
        usable = [key for key in keys if key.can_sign]
    if len(usable) > 1 and all(_same_owner(key, usable[0]) for key in usable):
        return max(usable, key=_end)
    return usable[0] if len(usable) == 1 else None


def _same_owner(one: Key, other: Key) -> bool:
    """Tell whether two certificates name one person, for one organisation."""
    if one.facts is None or other.facts is None:
        return False
    mine, theirs = one.facts.subject, other.facts.subject
    person = mine.snils or mine.inn
    if person is None or person != (theirs.snils or theirs.inn):
        return False
    return (mine.ogrn, mine.ogrnip) == (theirs.ogrn, theirs.ogrnip)


def _end(key: Key) -> datetime:
    if key.facts is None:
        raise ValueError(key.uri)
    return key.facts.not_after
