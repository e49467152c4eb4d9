"""Comparing objects of two revisions as they are written: the small tools of ``additions``."""

from typing import Any

from pyhanko.pdf_utils import generic


class NotPlainError(Exception):
    """The update is not plainly an addition of signatures and evidence."""


def demand(condition: object) -> None:
    """Raise `NotPlainError` unless the condition holds."""
    if not condition:
        raise NotPlainError


def dictionary(value: object) -> generic.DictionaryObject:
    """Return a dictionary that is not the head of a stream."""
    if not isinstance(value, generic.DictionaryObject) or isinstance(value, generic.StreamObject):
        raise NotPlainError
    return value


def plain_array(holder: generic.DictionaryObject, key: str) -> list[object]:
    """Return the raw members of an array that stands in its holder itself."""
    array = holder.raw_get(key) if key in holder else None
    if not isinstance(array, generic.ArrayObject):
        raise NotPlainError
    return raw_members(array)


def raw_members(array: Any) -> list[Any]:
    """Return the members of an array as they stand, references unresolved."""
    if not isinstance(array, generic.ArrayObject):
        raise NotPlainError
    return [array.raw_get(index) for index in range(len(array))]


def appended(old: list[object], new: list[object]) -> set[generic.Reference]:
    """Return what was appended; all that was there must still be there, in its place."""
    demand(len(new) >= len(old))
    demand(all(same(a, b) for a, b in zip(old, new, strict=False)))
    added = new[len(old) :]
    demand(all(isinstance(one, generic.IndirectObject) for one in added))
    return {one.reference for one in added if isinstance(one, generic.IndirectObject)}


def same_but(
    old: generic.DictionaryObject, new: generic.DictionaryObject, free: frozenset[str]
) -> bool:
    """Compare two dictionaries save for some keys."""
    keys = old.keys() - free
    return keys == new.keys() - free and all(
        same(old.raw_get(key), new.raw_get(key)) for key in keys
    )


def same(old: object, new: object) -> bool:
    """Compare two objects as they are written, without following references."""
    if type(old) is not type(new) or isinstance(old, generic.StreamObject):
        return False
    if isinstance(old, generic.IndirectObject) and isinstance(new, generic.IndirectObject):
        return bool(old.reference == new.reference)
    if isinstance(old, generic.DictionaryObject) and isinstance(new, generic.DictionaryObject):
        return same_but(old, new, frozenset())
    if isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
        pairs = zip(raw_members(old), raw_members(new), strict=False)
        return len(old) == len(new) and all(same(a, b) for a, b in pairs)
    if isinstance(old, generic.TextStringObject) and isinstance(new, generic.TextStringObject):
        return bool(old.original_bytes == new.original_bytes)
    return bool(old == new)
