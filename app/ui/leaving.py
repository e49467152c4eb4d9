"""What is asked before the window is closed over work that is being done. No Qt here."""

from collections.abc import Collection
from typing import Final

from app.texts.catalogue import N_, _
from app.ui.asking import Question
from app.ui.rows import Tone

WORK: Final = {
    "keys": N_(
        "Keys or certificates are being worked with. Broken off, a change may be left half done."
    ),
    "pins": N_("A token is being worked with. Broken off, a change may be left half done."),
    "sign": N_(
        "Documents are being signed. What is signed already stays; the rest is offered at the next "
        "start."
    ),
    "deeds": N_("Signatures are being joined, taken out or raised. Files that are ready stay."),
    "check 1": N_("Files are being verified. Verdicts that are there already stay in the journal."),
    "check 2": N_("Files are being verified. Verdicts that are there already stay in the journal."),
    "printing": N_("A paper is being made. It will not be saved."),
    "profile": N_(
        "A backup is being made or put in place. Broken off, there is none, and the profile stays "
        "as it is."
    ),
    "bundles": N_("A trust bundle is being read or made."),
}
"""By the lane of the work (`app.ui.work.Tasks`): what closing would do to it."""
LONG_RUNS: Final = frozenset({"sign", "deeds", "check 1", "check 2"})
"""Work of many files, whose end is told to whoever does not look."""


def leave_question(busy: Collection[str]) -> Question | None:
    """Return what to ask, with staying as the easy answer; None: nothing would be lost."""
    told = dict.fromkeys(_(words) for lane, words in WORK.items() if lane in busy)
    if not told:
        return None
    return Question(
        heading=_("Close the program while it works?"),
        words=" ".join(told),
        yes=_("Break off and close"),
        no=_("Stay"),
        tone=Tone.ERROR,
        icon="loader-circle",
    )
