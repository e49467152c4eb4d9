"""How the mark of a signature would look where it is put, and what it would cover there. No Qt here."""

from pathlib import Path
from typing import Protocol

from app.crypto.stamping.style import StampStyle
from app.crypto.viewing.door import Viewing
from app.crypto.viewing.model import Covered, MarkPicture, MarkTrial
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.ui.preview.mark_place import MarkPlace
from app.ui.rows import Tone
from app.ui.work import Tasks
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class MarkWish:
    """The mark that is to be put somewhere: in which document, of whom, how."""

    path: Path
    style: StampStyle
    certificate: bytes
    practice: bool


@dataclass(frozen=True)
class Said:
    """What is said of a place."""

    tone: Tone
    text: str
    possible: bool


class View(Protocol):
    """What shows the trial."""

    def show_trial(self, picture: MarkPicture | None, said: Said) -> None:
        """Show how the mark looks there, and what was found."""


class MarkTrying:
    """Tries the newest place; those in between are passed over."""

    def __init__(self, viewing: Viewing, tasks: Tasks, view: View) -> None:
        self._viewing = viewing
        self._tasks = tasks
        self._view = view
        self._wish: MarkWish | None = None
        self._place: MarkPlace | None = None
        self._running = False

    def begin(self, wish: MarkWish) -> None:
        """Begin with a document and a mark."""
        self._wish, self._place = wish, None

    def end(self) -> None:
        """Try nothing more."""
        self._wish = self._place = None

    def try_at(self, place: MarkPlace) -> None:
        """Try a place, as soon as the last trial is over."""
        self._place = place
        if not self._running:
            self._next()

    def _next(self) -> None:
        wish, place = self._wish, self._place
        if wish is None or place is None:
            return
        trial = MarkTrial(
            path=wish.path,
            page=place.page,
            box=place.box,
            style=wish.style,
            certificate=wish.certificate,
            practice=wish.practice,
        )
        self._running = True
        self._tasks.run(
            lambda job: self._viewing.try_mark(trial, job.cancel),
            done=lambda picture: self._take(wish, place, picture),
            failed=lambda error: self._fail(place, error),
        )

    def _take(self, wish: MarkWish, place: MarkPlace, picture: MarkPicture) -> None:
        self._running = False
        if place != self._place:
            self._next()
        elif wish is self._wish:
            self._view.show_trial(picture if picture.pixels else None, _said(picture))

    def _fail(self, place: MarkPlace, error: RoscherkError) -> None:
        self._running = False
        if place != self._place:
            self._next()
        elif error.code is not ErrorCode.CANCELLED:
            words = describe_error(error).heading
            self._view.show_trial(None, Said(Tone.ERROR, words, possible=False))


def _said(picture: MarkPicture) -> Said:
    if picture.least_width is not None:
        words = _("Too small to be read: it needs {width} by {height} mm at least.")
        told = words.format(width=picture.least_width, height=picture.least_height)
        return Said(Tone.ERROR, told, possible=False)
    if picture.covered is Covered.MARK:
        words = _("Another mark or a form field is here: choose another place.")
        return Said(Tone.ERROR, words, possible=False)
    if picture.covered is Covered.PRINTED:
        words = _("It would cover what is printed here. Blank paper is better.")
        return Said(Tone.WARN, words, possible=True)
    if picture.covered is Covered.UNSEEN:
        return Said(Tone.WARN, _("What is under it could not be seen in time."), possible=True)
    return Said(Tone.OK, _("The place is blank, and the mark is legible."), possible=True)
