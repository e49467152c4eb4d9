"""The start: finds out what is asked for, and loads what that needs and no more.

What a command needs is put together by `app.composition`, which takes as long to load as the whole of
Qt. The window shows itself first and has it loaded meanwhile.
"""

import gc
import importlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app import handover, log
from app.cli import main as cli
from app.errors import RoscherkError
from app.handover import Met, Outcome, Page
from app.places import Places
from app.tokens import pin

if TYPE_CHECKING:
    from app.services import Services

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str]) -> int:
    """Run the command line, or open the window; return the exit code."""
    return cli.main(arguments, build=build, open_window=open_window, refuse=refuse_window)


def build(places: Places, *, jobs: int = 2) -> "Services":
    """Load the parts of the program and put those of one profile together (`app.composition`)."""
    composition = importlib.import_module("app.composition")
    return cast("Services", composition.build(places, jobs=jobs))


def refuse_window(error: RoscherkError) -> None:
    """Say in a window of its own why the window of a profile is not opened."""
    handover.let_go()
    if os.name == "nt" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        importlib.import_module("app.ui.application").refuse(error)


def open_window(
    services: Callable[[], "Services"],
    places: Places,
    files: Sequence[Path] = (),
    *,
    practice: bool = False,
    verify: bool = False,
) -> int:
    """Open the window of one profile on some files, and stay until it is closed.

    ``services`` puts the parts together; the window calls it in a thread, when it is on the screen.
    Where that profile has a window on this screen already, the files are shown there.
    """
    configure_log(places)
    met = Met(Outcome.ALONE)
    if not practice:  # a window of practice is one of its own: what is open now may be real work
        page = Page.VERIFY if verify else Page.SIGN
        met = handover.met_before(places, handover.wish_of(files, page))
    if met.outcome is Outcome.HANDED:
        return 0
    interrupts = _Interrupts()
    try:
        # What is loaded is no garbage, and later the window collects it by itself.
        gc.disable()
        # Qt is imported by nobody who does not open a window: a command must start at once.
        application = importlib.import_module("app.ui.application")
        return int(
            application.run(
                services,
                places,
                files,
                practice=practice,
                verify=verify,
                met=met,
                when_interrupted=interrupts.then,
            )
        )
    finally:
        if met.claim is not None:
            met.claim.close()


class _Interrupts:
    """Hears Ctrl+C from now on: an exception in the middle of Qt's own loading would abort the process."""

    def __init__(self) -> None:
        self._came = False
        self._deed: Callable[[], None] | None = None
        signal.signal(signal.SIGINT, self._hear)

    def _hear(self, _number: int, _frame: object) -> None:
        self._came = True
        if self._deed is not None:
            self._deed()

    def then(self, deed: Callable[[], None]) -> None:
        """Do it when it comes, or now if it came."""
        self._deed = deed
        if self._came:
            deed()


def configure_log(places: Places) -> None:
    """Send the log to the profile; a profile that cannot be written to has no log."""
    try:
        log.configure(places, holds_secret=pin.holds_secret)
    except OSError as error:
        _log.warning("no log file: %s", type(error).__name__)
        sys.stderr.flush()
