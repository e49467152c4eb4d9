"""A change of many files of a profile, as one step that no interruption can leave half made.

The new files are written beside the old ones and forced to the disk; then a plan is written, in one
step. Before the plan is there nothing has happened, and whatever was written is swept away. Once it
is there, the change is made: whoever opens the profile next carries it out to its end first
(`finish`), as often as it takes.
"""

import contextlib
import json
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import Any, Final

from app.errors import ErrorCode, RoscherkError
from app.places import Places, make_private, sync_folder, write_private
from app.profile.files import BASE, NUMBER, ROLLBACK, SETTINGS, ProfileFiles, demand_name
from app.values import dataclass

_PLAN: Final = "plan.json"
_LARGEST_PLAN: Final = 64 << 20


@dataclass(frozen=True)
class _Step:
    """One file is put in place, or (without ``arriving``) removed."""

    name: str
    arriving: str | None


class Change:
    """A change on its way. Nothing of the profile is touched before `commit`."""

    def __init__(self, places: Places) -> None:
        """Take the profile; what an earlier attempt left is swept away."""
        self.files = ProfileFiles(places)
        self._steps: dict[str, _Step] = {}
        self._rooms = 0
        sweep(places)

    def room(self, name: str) -> Path:
        """Return where to write a file that is to take the place of ``name``.

        Whoever writes there need not force it to the disk. Raises ``PROFILE_NO_ROOM`` where the whole
        profile would not fit twice more (the change, and a copy before it), and :class:`OSError`.
        """
        if not self._steps:
            self.files.demand_room(self.files.places.data, 2 * self.files.size())
        step = self._steps.get(demand_name(name))
        if step is None or step.arriving is None:
            self._rooms += 1
            step = self._steps[name] = _Step(name, str(self._rooms))
        return make_private(self.files.arriving(name)) / str(step.arriving)

    def write(self, name: str, data: bytes) -> None:
        """Put ``data`` in the place of ``name``."""
        self.room(name).write_bytes(data)

    def remove(self, name: str) -> None:
        """Remove ``name``."""
        self._steps[name] = _Step(demand_name(name), None)

    def keep(self, name: str) -> None:
        """Leave ``name`` as it is after all."""
        self._steps.pop(name, None)

    def now(self, name: str) -> Path | None:
        """Return where ``name`` can be read as this change leaves it; None: there is no such file."""
        step = self._steps.get(name)
        if step is not None:
            return None if step.arriving is None else self.files.arriving(name) / step.arriving
        path = self.files.path(name)
        return path if path.is_file() else None

    @property
    def empty(self) -> bool:
        """Tell whether it changes nothing."""
        return not self._steps

    @property
    def touched(self) -> tuple[str, ...]:
        """Return the names of files that are there now and will not be as they are."""
        return tuple(name for name in self._steps if self.files.path(name).exists())

    def commit(self, *, restores: bool = False) -> None:
        """Make the change: after this it happens, whatever becomes of this process.

        ``restores``: it puts a backup in place. Raises ``PROFILE_UNSUITABLE`` where a folder lies in
        the way of a file, for then it could never be carried out to its end.
        """
        steps = sorted(self._steps.values(), key=lambda step: step.arriving is not None)
        self._demand_way()
        for step in steps:
            if step.arriving is not None:
                _force(self.files.arriving(step.name) / step.arriving)
        for folder in {self.files.arriving(step.name) for step in steps if step.arriving}:
            sync_folder(folder)
            sync_folder(folder.parent)
        rows = [{"name": step.name, "arriving": step.arriving} for step in steps]
        told = {"steps": rows, "restores": restores}
        write_private(_plan(self.files), json.dumps(told).encode())

    def _demand_way(self) -> None:
        """Refuse what could not be put in place: a folder under the name, a file above it."""
        coming = [step.name for step in self._steps.values() if step.arriving is not None]
        above = {
            str(parent)
            for name in coming
            for parent in PurePosixPath(name).parents
            if parent.parts[1:]
        }
        blocked = [path for path in map(self.files.path, coming) if path.is_dir()]
        blocked += [
            self.files.path(name)
            for name in above
            if name not in self._steps and self.files.path(name).is_file()
        ]
        if blocked:
            raise RoscherkError(ErrorCode.PROFILE_UNSUITABLE, path=str(blocked[0]), reason="kind")

    def drop(self) -> None:
        """Let everything be as it was."""
        sweep(self.files.places)


def pending(places: Places) -> bool:
    """Tell whether a change was made that is not carried out to its end."""
    return _plan(ProfileFiles(places)).is_file()


def lost(places: Places) -> bool:
    """Tell whether a change is pending that nobody can carry out: its plan cannot be understood."""
    plan = _plan(ProfileFiles(places))
    if not plan.is_file():
        return False
    try:
        _read(plan)
    except RoscherkError:
        return True
    return False


def restores(places: Places) -> bool:
    """Tell whether the change that is pending puts a backup in place."""
    plan = _plan(ProfileFiles(places))
    return plan.is_file() and _told(plan).get("restores") is True


def finish(places: Places) -> None:
    """Carry out to its end what was begun; where nothing was, only sweep.

    Raises ``PROFILE_DAMAGED`` and :class:`OSError`; the change stays, and can be finished later.
    """
    files = ProfileFiles(places)
    plan = _plan(files)
    if plan.is_file():
        for step in _read(plan):
            _carry_out(files, step)
        plan.unlink()
        sync_folder(plan.parent)
    sweep(places)


def left_over(places: Places) -> bool:
    """Tell whether something lies there that `sweep` would remove, or that is being made ready."""
    files = ProfileFiles(places)
    return any(files.arriving(name).is_dir() for name in (NUMBER, SETTINGS))


def sweep(places: Places) -> None:
    """Remove what was written for a change that was never made.

    A plan that cannot be understood stays, until another takes its place: the profile is not whole.
    """
    files = ProfileFiles(places)
    plan = _plan(files)
    if plan.is_file() and not lost(places):
        raise RoscherkError(ErrorCode.PROFILE_BUSY, path=str(places.data))
    for name in (NUMBER, SETTINGS):
        folder = files.arriving(name)
        if folder == plan.parent and plan.is_file():
            for left in folder.iterdir():
                if left != plan:
                    left.unlink()
        elif folder.is_dir():
            shutil.rmtree(folder)


def _plan(files: ProfileFiles) -> Path:
    return files.arriving(NUMBER) / _PLAN


def _carry_out(files: ProfileFiles, step: _Step) -> None:
    target = files.path(step.name)
    if step.name.endswith(BASE):
        # Of a killed program, and of the base that goes: SQLite would roll it into the one that comes.
        target.with_name(target.name + ROLLBACK).unlink(missing_ok=True)
    if step.arriving is None:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            target.unlink()
        _remove_empty(target.parent, files.arriving(step.name).parent)
        return
    source = files.arriving(step.name) / step.arriving
    if source.is_file():
        make_private(target.parent)
        source.replace(target)
        sync_folder(target.parent)
    elif not target.is_file():
        raise RoscherkError(ErrorCode.PROFILE_DAMAGED, path=str(target))


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _read(plan: Path) -> list[_Step]:
    try:
        rows = _told(plan)["steps"]
        steps = [_Step(demand_name(row["name"]), row["arriving"]) for row in rows]
        if all(step.arriving is None or step.arriving.isdecimal() for step in steps):
            return steps
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise RoscherkError(ErrorCode.PROFILE_DAMAGED, path=str(plan))


def _told(plan: Path) -> dict[str, Any]:
    with plan.open("rb") as file, contextlib.suppress(ValueError, RecursionError):
        told = json.loads(file.read(_LARGEST_PLAN))
        if isinstance(told, dict):
            return told
    raise RoscherkError(ErrorCode.PROFILE_DAMAGED, path=str(plan))


def _force(path: Path) -> None:
    """Force a file to the disk, readable by its owner alone."""
    path.chmod(0o600)
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
