"""The gate of a profile: nothing reads or writes there before its form is that of this program.

What an interrupted change left is carried out first. An older form is renewed, after a copy of the
whole profile was made and read back; a newer or a damaged one is refused, and nothing is touched.
"""

import contextlib
import errno
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from app import __version__
from app.errors import ErrorCode, RoscherkError
from app.places import Places, make_private, write_private
from app.profile import changing, migrations, unfinished
from app.profile.changing import Change
from app.profile.files import NUMBER, ProfileFiles
from app.profile.locking import CHANGING, PATIENCE, Hold
from app.profile.migrations import Step
from app.values import dataclass

_LARGEST: Final = 64 << 10
_KEPT_COPIES: Final = 3


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A profile that may be used."""

    form: int
    renewed_from: int | None = None
    """The form it had before this start; None: it was not renewed."""
    restored: bool = False
    """A restore that was made ready earlier was carried out now: a backup is in place."""
    backup: Path | None = None
    """The copy that was made before; None: nothing that was there has changed."""
    backup_size: int = 0
    read_only: bool = False
    """Nothing can be written there."""


@contextmanager
def opened(
    places: Places, steps: Sequence[Step] = migrations.STEPS, *, patience: float = PATIENCE
) -> Iterator[Opened]:
    """Open a profile and hold it open together with others.

    Raises ``PROFILE_NEWER``, ``PROFILE_DAMAGED``, ``PROFILE_BUSY``, ``PROFILE_NO_ROOM``,
    ``PROFILE_UNSUITABLE``, ``PROFILE_UNREADABLE`` and ``PROFILE_NOT_RENEWED``; the profile is as it was then.
    """
    files = ProfileFiles(places)
    read_only = not _can_write(places.data)
    with Hold(places.data) as hold:
        hold.take(alone=False, patience=patience)
        found = Opened(form=len(steps), read_only=read_only)
        if changing.pending(places) or form_of(files, len(steps)) < len(steps):
            hold.take(alone=True, patience=patience)
            try:
                found = _renewed(files, steps, read_only=read_only)
            except OSError as error:
                raise _not_renewed(error, places) from error
            hold.take(alone=False, patience=patience)
        elif changing.left_over(places) or unfinished.left_over(files):
            _sweep(hold, files)
        yield found


def _sweep(hold: Hold, files: ProfileFiles) -> None:
    """Remove what a killed program left, unless another one is making a change or a backup there."""
    places = files.places
    with contextlib.suppress(RoscherkError, OSError):
        hold.take(alone=True, patience=0)
        with Hold(places.data, CHANGING) as maker:
            maker.take(alone=True, patience=0)
            unfinished.sweep(files.backups)
            changing.sweep(places)
    hold.take(alone=False)


def form_of(files: ProfileFiles, known: int = migrations.FORM) -> int:
    """Return the form of a profile; 0: it has no number yet.

    Raises ``PROFILE_NEWER``, ``PROFILE_DAMAGED`` and ``PROFILE_UNREADABLE``.
    """
    path = files.number
    try:
        with path.open("rb") as file:
            told: Any = json.loads(file.read(_LARGEST))
        form = told["form"]
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise RoscherkError(
            ErrorCode.PROFILE_UNREADABLE, path=str(path), errno=error.errno or 0
        ) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RoscherkError(ErrorCode.PROFILE_DAMAGED, path=str(path)) from None
    if type(form) is not int or form < 0:
        raise RoscherkError(ErrorCode.PROFILE_DAMAGED, path=str(path))
    if form > known:
        raise RoscherkError(
            ErrorCode.PROFILE_NEWER, path=str(files.places.data), form=form, known=known
        )
    return form


def told_form(files: ProfileFiles) -> int:
    """Return the form for a copy of a profile as it is, also of one that this program does not open."""
    try:
        return form_of(files, sys.maxsize)
    except RoscherkError:
        return migrations.FORM


def numbered(form: int) -> bytes:
    """Return what the file of the number holds."""
    return json.dumps({"form": form, "program": __version__}).encode()


def _can_write(folder: Path) -> bool:
    try:
        return os.access(make_private(folder), os.W_OK)
    except OSError:
        return False


def _renewed(files: ProfileFiles, steps: Sequence[Step], *, read_only: bool) -> Opened:
    """Carry out what is pending, then take every step that lacks, as one change."""
    from app.profile import copies  # noqa: PLC0415 - a profile of this form needs none of it

    places = files.places
    restored = changing.restores(places)
    changing.finish(places)
    unfinished.sweep(files.backups)
    # Another program may have renewed it while this one waited.
    form = form_of(files, len(steps))
    if form == len(steps):
        return Opened(form=form, restored=restored)
    change = Change(places)
    backup: Path | None = None
    try:
        for step in steps[form:]:
            step(change)
        if change.empty:
            # Nothing that is there changes. Where nothing can be written, no number is needed either.
            written = not read_only and _write_number(files, len(steps))
            return Opened(form=len(steps), restored=restored, read_only=not written)
        change.write(NUMBER, numbered(len(steps)))
        if change.touched:
            backup = copies.make_own(files, form)
        change.commit()
    except BaseException:
        if not changing.pending(places):
            change.drop()
            if backup is not None:
                backup.unlink(missing_ok=True)
        raise
    changing.finish(places)
    with contextlib.suppress(OSError):
        copies.forget_own(files, keep=_KEPT_COPIES)
    return Opened(
        form=len(steps),
        renewed_from=form,
        restored=restored,
        backup=backup,
        backup_size=0 if backup is None else backup.stat().st_size,
    )


def _write_number(files: ProfileFiles, form: int) -> bool:
    try:
        write_private(files.number, numbered(form))
    except OSError:
        return False
    return True


def _not_renewed(error: OSError, places: Places) -> RoscherkError:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    code = ErrorCode.PROFILE_NO_ROOM if full else ErrorCode.PROFILE_NOT_RENEWED
    return RoscherkError(code, path=str(places.data), errno=error.errno or 0)
