"""The computer and the program: own files, fonts, the GOST library, disk, profile, clock."""

import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.crypto.trials.door import Trials
from app.errors import ErrorCode, RoscherkError
from app.journal import Journal
from app.places import Places, resource
from app.processes.cancelling import Cancel
from app.reports.own_files import OwnState
from app.reports.printing import Printing
from app.settings import NETWORK_ONLINE, TIME_STAMP_SERVERS, Settings
from app.workplace.model import Area, Code, Finding, Remedy, State, of_error

_FONTS: Final = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf", "Inter-Bold.ttf")
_FULL: Final = 200 << 20
_LOW: Final = 1 << 30
_MEGABYTE: Final = 1 << 20
_AHEAD: Final = timedelta(minutes=5)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OWN_FILES: Final = {
    OwnState.INTACT: (Code.FILES_INTACT, State.GOOD),
    OwnState.CHANGED: (Code.FILES_CHANGED, State.BAD),
    OwnState.NO_LIST: (Code.FILES_NO_LIST, State.PLAIN),
}


def program(printing: Printing, _cancel: Cancel) -> Iterator[Finding]:
    """Look at the program's own files and fonts."""
    missing = [name for name in _FONTS if not _font_there(name)]
    yield Finding(
        area=Area.PROGRAM,
        code=Code.FONTS_MISSING if missing else Code.FONTS_THERE,
        state=State.BAD if missing else State.GOOD,
        facts={"names": ", ".join(missing)} if missing else {"count": len(_FONTS)},
    )
    found = printing.own_files()
    code, state = _OWN_FILES[found.state]
    changed = len(found.changed) + len(found.missing) + len(found.extra)
    facts: dict[str, str | int | bool] = {"version": found.version, "count": found.checked}
    if changed:
        facts["changed"] = changed
    yield Finding(area=Area.PROGRAM, code=code, state=state, facts=facts)


def _font_there(name: str) -> bool:
    try:
        return resource(f"fonts/{name}").stat().st_size > 0
    except OSError:
        return False


def algorithms(trials: Trials, cancel: Cancel) -> Iterator[Finding]:
    """Have the GOST library compute the examples of the standards."""
    version = trials.self_test(cancel)
    yield Finding(
        area=Area.ALGORITHMS,
        code=Code.LIBRARY_GOOD,
        state=State.GOOD,
        facts={"version": version},
    )


def profile(
    places: Places, settings: Settings, journal: Journal, _cancel: Cancel
) -> Iterator[Finding]:
    """Look at the folder of the profile, the settings and the journal in it."""
    yield _disk(places.data)
    yield _rights(places)
    for problem in settings.problems:
        yield of_error(Area.PROFILE, problem)
    try:
        check = journal.verify()
    except RoscherkError as error:
        yield Finding(
            area=Area.PROFILE,
            code=error.code.value,
            state=State.BAD,
            facts=dict(error.facts),
            remedy=Remedy.JOURNAL,
        )
        return
    code, state = Code.JOURNAL_WHOLE, State.GOOD
    if not check.sound:
        code, state = Code.JOURNAL_BROKEN, State.BAD
    elif check.end_unknown:
        code, state = Code.JOURNAL_END_UNKNOWN, State.ATTENTION
    yield Finding(
        area=Area.PROFILE,
        code=code,
        state=state,
        facts={"count": check.rows},
        remedy=None if state is State.GOOD else Remedy.JOURNAL,
    )


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(_existing(folder)).free
    code, state = Code.DISK_FREE, State.GOOD
    if free < _FULL:
        code, state = Code.DISK_FULL, State.BAD
    elif free < _LOW:
        code, state = Code.DISK_LOW, State.ATTENTION
    return Finding(
        area=Area.PROFILE, code=code, state=state, facts={"megabytes": free // _MEGABYTE}
    )


def _rights(places: Places) -> Finding:
    """Tell whether others can look into the profile, and whether its owner can write there."""
    folders = [each for each in (places.data, places.config) if each.is_dir()]
    if not all(os.access(_existing(each), os.W_OK) for each in (places.data, places.config)):
        return Finding(
            area=Area.PROFILE,
            code=Code.PROFILE_READ_ONLY,
            state=State.BAD,
            facts={"path": str(places.data)},
            remedy=Remedy.OPEN_PROFILE,
        )
    open_to_others = [each for each in folders if sys.platform != "win32" and _is_open(each)]
    if not open_to_others:
        return Finding(area=Area.PROFILE, code=Code.PROFILE_PRIVATE, state=State.GOOD)
    return Finding(
        area=Area.PROFILE,
        code=Code.PROFILE_OPEN,
        state=State.BAD,
        facts={"path": str(open_to_others[0])},
        remedy=Remedy.CLOSE_PROFILE,
    )


def _is_open(folder: Path) -> bool:
    return bool(folder.stat().st_mode & _OTHERS)


def close_profile(places: Places) -> None:
    """Take all rights to the folders of the profile from others; raise `OSError`."""
    for folder in (places.data, places.config):
        if folder.is_dir():
            folder.chmod(0o700)


def _existing(folder: Path) -> Path:
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)


def clock(
    places: Places,
    journal: Journal,
    settings: Settings,
    trials: Trials,
    *,
    ask: bool,
    now: Callable[[], datetime],
    cancel: Cancel,
) -> Iterator[Finding]:
    """Compare the clock with what was written before, and with an authority if the user asks."""
    times = list(_written(places, journal))
    newest = max(times, default=None)
    servers = settings.get(TIME_STAMP_SERVERS)
    can_ask = settings.get(NETWORK_ONLINE) and bool(servers)
    if newest is not None and newest > now() + _AHEAD:
        hours = int((newest - now()).total_seconds() // 3600)
        yield Finding(
            area=Area.CLOCK, code=Code.CLOCK_BEHIND, state=State.BAD, facts={"hours": hours}
        )
    else:
        yield Finding(
            area=Area.CLOCK,
            code=Code.CLOCK_PLAUSIBLE,
            state=State.GOOD,
            facts={"zone": time.strftime("%z")},
            remedy=Remedy.ASK_TIME if can_ask and not ask else None,
        )
    if not ask:
        return
    if not servers:
        yield of_error(Area.CLOCK, RoscherkError(ErrorCode.TIME_STAMP_NO_SERVER), State.UNKNOWN)
        return
    try:
        answer = trials.stamp(servers[0], cancel)
    except RoscherkError as error:
        # Nobody to ask is no fault of the clock.
        yield of_error(Area.CLOCK, error, State.UNKNOWN)
        return
    wrong = abs(answer.skew) > _AHEAD.total_seconds()
    yield Finding(
        area=Area.CLOCK,
        code=Code.CLOCK_WRONG if wrong else Code.CLOCK_EXACT,
        state=State.BAD if wrong else State.GOOD,
        facts={"seconds": abs(answer.skew), "server": answer.server},
    )


def _written(places: Places, journal: Journal) -> Iterator[datetime]:
    """Return moments that have passed for sure: of files of the program and the profile."""
    for path in (places.journal, places.config / "settings.toml", Path(__file__)):
        try:
            yield datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (OSError, ValueError, OverflowError):
            continue
    try:
        yield from (each.time for each in journal.entries(limit=1))
    except RoscherkError:
        return  # told in the area of the profile
