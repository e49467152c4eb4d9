"""Tells that a long run has ended while the user is elsewhere. No Qt here.

A notification may be read by anybody who passes the screen: it has counts in it, and no names.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol

from app import settings as table
from app.crypto.verdict.report import Indication
from app.journal import Action
from app.settings import Settings
from app.texts.catalogue import _, ngettext

_VERDICTS: Final = frozenset(Indication)
_SIGNED: Final = "signed"
_CHECKED: Final = "checked"
_FAILED: Final = "failed"
_KINDS: Final = {Action.SIGN: _SIGNED, Action.VERIFY: _CHECKED}


class Screen(Protocol):
    """What is to be known of the window, and how the system is spoken to."""

    def is_active(self) -> bool:
        """Tell whether the user looks at the window."""

    def look_soon(self, look: Callable[[], bool]) -> None:
        """Call ``look`` in a moment, and again while it returns True."""

    def notify(self, heading: str, words: str) -> None:
        """Show a notification."""


class Notifying:
    """Counts what is done, and speaks when nothing more is being done."""

    def __init__(self, screen: Screen, settings: Settings, working: Callable[[], bool]) -> None:
        self._screen = screen
        self._settings = settings
        self._working = working
        self._counts: Counter[str] = Counter()
        self._looking = False

    def on_note(self, action: Action, outcome: str) -> None:
        """Hear what was done, and with which outcome."""
        if action not in _KINDS:
            return
        done = outcome == "done" or outcome in _VERDICTS
        self._counts[_KINDS[action] if done else _FAILED] += 1
        if not self._looking:
            self._looking = True
            self._screen.look_soon(self._look)

    def _look(self) -> bool:
        """Speak, if the run is over; return whether to look again."""
        if self._working():
            return True
        self._looking = False
        counts, self._counts = self._counts, Counter()
        if self._settings.get(table.NOTIFICATIONS) and not self._screen.is_active():
            self._screen.notify(*notification(counts))
        return False


def notification(counts: Counter[str]) -> tuple[str, str]:
    """Return heading and words on what was done."""
    signed, checked, failed = counts[_SIGNED], counts[_CHECKED], counts[_FAILED]
    heading = _("Signing has ended") if signed else _("Verification has ended")
    if not signed and not checked:
        heading = _("The work has ended without a result")
    words = []
    if signed:
        words.append(ngettext("{n} document signed", "{n} documents signed", signed))
    if checked:
        words.append(ngettext("{n} file verified", "{n} files verified", checked))
    if failed:
        words.append(ngettext("{n} failed", "{n} failed", failed))
    numbers = [each for each in (signed, checked, failed) if each]
    return heading, ", ".join(
        each.format(n=number) for each, number in zip(words, numbers, strict=True)
    )
