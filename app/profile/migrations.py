"""What leads from each form of a profile to the next, one small function a step.

The form is one number for everything: settings, stores, journal, trust, drafts, routes. A step gets
a `Change` and the form that it finds there through `Change.now`; it never touches the profile itself.
Files that wander between profiles (containers, trust bundles, backups) have versions of their own.

A new step is added at the end together with its test, and the profile of the release before it goes
into ``tests/profile``. A step that was released is never changed.
"""

from collections.abc import Callable
from contextlib import closing
from typing import Final

from app.profile.changing import Change
from app.profile.files import JOURNAL, JOURNAL_HEAD

Step = Callable[[Change], None]


def number_the_journal(change: Change) -> None:
    """1: a journal of before the forms had numbers gets its form and the note of its newest row."""
    from app import journal  # noqa: PLC0415 - every start loads this module, and few have a step to take
    from app.profile.copies import copy_base  # noqa: PLC0415

    old = change.now(JOURNAL)
    if old is None or _is_numbered(old) is not False:
        return
    room = change.room(JOURNAL)
    if not copy_base(old, room):
        change.keep(JOURNAL)  # damaged: it is told where it is opened
        return
    head = journal.bring_up(room)
    if head is not None and change.now(JOURNAL_HEAD) is None:
        change.write(JOURNAL_HEAD, head)


def _is_numbered(path: object) -> bool | None:
    """Tell whether a journal has a number; None: it is no base that can be read."""
    import sqlite3  # noqa: PLC0415 - as above

    try:
        with closing(sqlite3.connect(f"{path}")) as base:
            return int(base.execute("PRAGMA user_version").fetchone()[0]) > 0
    except (sqlite3.Error, UnicodeDecodeError):
        return None  # SQLite quotes what it cannot read, and what it quotes need be no text


STEPS: Final[tuple[Step, ...]] = (number_the_journal,)
FORM: Final = len(STEPS)
"""The form that this program writes."""
