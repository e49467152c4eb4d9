"""The door of the room: looks at everything at once, and tells each line as it comes.

Each area is looked at in a thread of its own. One that hangs, say in a driver, delays no other and
is given up after a while; its thread is a daemon and holds up no end of the program.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from app.crypto.accreditation.door import Accreditation
from app.crypto.containers.looking import Looking
from app.crypto.trials.door import Trials
from app.crypto.trust.door import Trust
from app.errors import ErrorCode, RoscherkError
from app.journal import Journal
from app.places import Places
from app.processes.cancelling import Cancel
from app.reports.printing import Printing
from app.settings import Settings
from app.tokens.csp.installed import InstalledCsp
from app.tokens.keyring import Keyring
from app.values import dataclass
from app.workplace import computer, devices, trusted
from app.workplace.model import Area, Code, Finding, Look, Seen, State, of_error

PATIENCE = 60.0
"""Seconds for all of it; drivers have a patience of their own, which is shorter."""
_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Whom the look asks."""

    places: Places
    settings: Settings
    journal: Journal
    printing: Printing
    trials: Trials
    keyring: Keyring
    looking: Looking
    trust: Trust
    accreditation: Accreditation
    csp: Callable[[], InstalledCsp | None]


class Workplace:
    """Looks over the workplace. May be used from any thread; nothing is changed by it."""

    def __init__(
        self,
        parts: Parts,
        *,
        now: Callable[[], datetime] = _now,
        looks: Mapping[Area, Look] | None = None,
    ) -> None:
        """Take whom to ask; ``now`` and ``looks`` are for tests."""
        self._parts = parts
        self._now = now
        self._own_looks = looks

    def close_profile(self) -> None:
        """Take all rights to the profile from others. Raises ``TARGET_UNWRITABLE``."""
        places = self._parts.places
        try:
            computer.close_profile(places)
        except OSError as error:
            raise RoscherkError(
                ErrorCode.TARGET_UNWRITABLE, path=str(places.data), errno=error.errno or 0
            ) from None

    def look(
        self, *, ask_time: bool = False, cancel: Cancel | None = None, patience: float = PATIENCE
    ) -> Iterator[Seen]:
        """Look at every area; tell what one has found whenever it has found something.

        ``ask_time``: the user wants an authority of time to be asked, if the settings allow it.
        """
        looks = self._own_looks or self._looks(ask_time=ask_time)
        wanted = cancel or Cancel()
        coming: queue.SimpleQueue[Seen] = queue.SimpleQueue()
        for area, look in looks.items():
            threading.Thread(
                target=_run, args=(area, look, wanted, coming), name=f"look {area}", daemon=True
            ).start()
        waiting = dict.fromkeys(looks, ())
        so_far: dict[Area, tuple[Finding, ...]] = dict(waiting)
        end = time.monotonic() + patience
        open_areas = set(looks)
        while open_areas and not wanted.cancelled:
            try:
                seen = coming.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                break
            so_far[seen.area] = seen.findings
            if seen.done:
                open_areas.discard(seen.area)
            yield seen
        for area in sorted(open_areas):
            silent = Finding(area=area, code=Code.NO_ANSWER, state=State.UNKNOWN)
            yield Seen(area=area, findings=(*so_far[area], silent), done=True)

    def findings(self, *, ask_time: bool = False) -> tuple[Finding, ...]:
        """Look at every area and return all lines in the order of the areas."""
        last: dict[Area, tuple[Finding, ...]] = {}
        for seen in self.look(ask_time=ask_time):
            last[seen.area] = seen.findings
        return tuple(each for area in Area for each in last.get(area, ()))

    def _looks(self, *, ask_time: bool) -> Mapping[Area, Look]:
        parts, now = self._parts, self._now

        def clock(cancel: Cancel) -> Iterator[Finding]:
            return computer.clock(
                parts.places,
                parts.journal,
                parts.settings,
                parts.trials,
                ask=ask_time,
                now=now,
                cancel=cancel,
            )

        return {
            Area.PROGRAM: partial(computer.program, parts.printing),
            Area.ALGORITHMS: partial(computer.algorithms, parts.trials),
            Area.PROFILE: partial(computer.profile, parts.places, parts.settings, parts.journal),
            Area.CLOCK: clock,
            Area.READERS: devices.readers,
            Area.TOKENS: partial(devices.tokens, parts.keyring, parts.csp),
            Area.KEYS: partial(devices.keys, parts.keyring, parts.looking, now),
            Area.TRUST: partial(trusted.roots, parts.trust, now),
            Area.LISTS: partial(trusted.lists, parts.trust, now),
            Area.ACCREDITATION: partial(trusted.accredited, parts.accreditation, now),
            Area.NETWORK: partial(trusted.network, parts.settings),
        }


def _run(area: Area, look: Look, cancel: Cancel, coming: "queue.SimpleQueue[Seen]") -> None:
    """Look at one area; whatever goes wrong becomes its last line."""
    found: tuple[Finding, ...] = ()
    try:
        for finding in look(cancel):
            found = (*found, finding)
            coming.put(Seen(area=area, findings=found, done=False))
    except RoscherkError as error:
        found = (*found, of_error(area, error))
    except Exception as error:  # noqa: BLE001 - whoever waits must hear of each area
        _log.exception("a look over the workplace failed")
        told = RoscherkError(ErrorCode.UNEXPECTED, exception=type(error).__name__)
        found = (*found, of_error(area, told, State.UNKNOWN))
    coming.put(Seen(area=area, findings=found, done=True))
