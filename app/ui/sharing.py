"""What many verdicts have in common is kept once: certificates, names, digests. No Qt here.

Each answer of a worker is decoded by itself, so a thousand files signed by one person bring his chain
a thousand times, and all of it is kept as long as the list is.
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

from app.crypto.verdict.facts import CertificateFacts, LinkFacts
from app.crypto.verdict.report import Signer

T = TypeVar("T")
_WHOLE: Final = (CertificateFacts, LinkFacts, Signer)
"""Kinds that are kept once as wholes: every field of theirs has one type, so equal is the same."""
_MOST: Final = 100_000
"""So many things are remembered; after that it begins anew."""


class Sharing:
    """Gives back equal values that share what they have in common. May be used in any thread."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def of(self, value: T) -> T:
        """Return an equal value made of what is known already, as far as it is."""
        if len(self._known) > _MOST:
            self._known = {}
        shared: T = self._share(value)
        return shared

    def _share(self, value: Any) -> Any:
        # Not what only derives from them: a code equals its text and is more than that.
        if type(value) in {str, bytes}:
            return self._known.setdefault(value, value)
        if isinstance(value, tuple):
            parts = tuple(map(self._share, value))
            return parts if any(map(_other, parts, value)) else value
        if not is_dataclass(value) or isinstance(value, type):
            return value
        if isinstance(value, _WHOLE) and _can_be_known(value):
            known = self._known.get(value)
            if known is None:
                known = self._known.setdefault(value, self._of_parts(value))
            return known
        return self._of_parts(value)

    def _of_parts(self, value: Any) -> Any:
        old = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        new = {name: self._share(part) for name, part in old.items()}
        changed = {name: part for name, part in new.items() if part is not old[name]}
        return replace(value, **changed) if changed else value


def _other(one: object, other: object) -> bool:
    return one is not other


def _can_be_known(value: object) -> bool:
    """Tell whether a value can be a key: notices hold dictionaries."""
    return not (isinstance(value, LinkFacts) and value.problems)
