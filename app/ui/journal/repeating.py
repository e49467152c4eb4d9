"""What doing a row of the journal again means: which page, which files, which key. No Qt here."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from app.crypto.model import Encoding
from app.journal import Action, Entry
from app.texts.journal_words import Kind, kind_of
from app.ui.signing_run import SignOptions
from app.values import dataclass


class Desk(StrEnum):
    """Where the work is done."""

    DOCUMENTS = "documents"
    KEYS = "keys"
    CERTIFICATES = "certificates"
    VERIFICATION = "verification"


@dataclass(frozen=True, kw_only=True)
class Again:
    """What to open; nothing is done until the user says so there."""

    desk: Desk
    file: Path | None = None
    """What it was done with."""
    key: str | None = None
    attached: bool | None = None
    """How the signature was kept; None: not told."""
    encoding: str | None = None

    def options(self, usual: SignOptions) -> SignOptions:
        """Return how the signature was made, as far as that is told; the rest as usual."""
        attached = usual.attached if self.attached is None else self.attached
        told = self.encoding if self.encoding in set(Encoding) else None
        encoding = usual.encoding if told is None else Encoding(told)
        return replace(usual, attached=attached, encoding=encoding)


_NOT_AGAIN = frozenset({Action.CONTAINER_DELETE, Action.TOKEN_FORMAT})
"""What was done is gone with it."""
_DESKS = {
    Kind.SIGNING: Desk.DOCUMENTS,
    Kind.VERIFYING: Desk.VERIFICATION,
    Kind.KEYS: Desk.KEYS,
    Kind.PINS: Desk.KEYS,
    Kind.TRUST: Desk.CERTIFICATES,
}


def again(entry: Entry) -> Again | None:
    """Return how a row is done again; None: there is no way to."""
    desk = _DESKS.get(kind_of(entry.action))
    if desk is None or entry.action in _NOT_AGAIN:
        return None
    if desk in {Desk.DOCUMENTS, Desk.VERIFICATION}:
        named = entry.facts.get("source") or entry.target
        if not isinstance(named, str) or not named:
            return None
        attached, encoding = entry.facts.get("attached"), entry.facts.get("encoding")
        return Again(
            desk=desk,
            file=Path(named),
            key=_text(entry.facts.get("key")),
            attached=attached if isinstance(attached, bool) else None,
            encoding=_text(encoding),
        )
    return Again(desk=desk, key=_text(entry.facts.get("key")) or entry.target)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
