"""The tour: a practice document is made, signed and verified on the real pages. No Qt here.

It hears from the notes what was done, so a user may press the page's own buttons instead of the
tour's; and it goes on from what is done, not from what was asked for.
"""

from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Final, Protocol

from app.crypto.verdict.report import Indication
from app.errors import ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.ui.notes import Notes
from app.ui.practice_mode import PracticeMode
from app.ui.work import Tasks
from app.values import dataclass

STEPS: Final = 3
_VERDICTS: Final = frozenset(Indication)
"""How a check ends that came to an answer; an error is none."""


class Step(IntEnum):
    """Where the tour is."""

    OFF = 0
    DOCUMENT = 1
    SIGNATURE = 2
    CHECK = 3
    DONE = 4


@dataclass(frozen=True, kw_only=True)
class TourCard:
    """What the card of the tour says."""

    place: str
    heading: str
    words: str
    action: str
    """Empty: there is nothing to press now."""
    leave: str
    last: bool = False


class Pages(Protocol):
    """What the tour has done on the pages."""

    def make_sample(
        self, done: Callable[[Path], None], failed: Callable[[RoscherkError], None]
    ) -> None:
        """Make the practice document."""

    def show_document(self, document: Path) -> None:
        """Put the document on the list and choose it."""

    def sign(self, document: Path) -> None:
        """Sign the document as the button does."""

    def verify(self, document: Path) -> None:
        """Verify the document as the button does."""

    def show_card(self, card: TourCard | None) -> None:
        """Show the card of the tour; None: hide it."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error."""


class Tour:
    """Lead through the main job once; may be begun again at any time."""

    def __init__(
        self,
        pages: Pages,
        practice: PracticeMode,
        notes: Notes,
        tasks: Tasks,
        *,
        remember: Callable[[], object],
    ) -> None:
        """``remember``: note for good that the first run is over."""
        self._pages = pages
        self._practice = practice
        self._tasks = tasks
        self._remember = remember
        self.step = Step.OFF
        self._document: Path | None = None
        self._working = False
        practice.watch(self._on_practice)
        notes.watch(self._on_note)

    def begin(self) -> None:
        """Enter practice mode and begin with the first step."""
        self.step = Step.DOCUMENT
        self._document = None
        self._working = False
        self._remember()
        self._practice.enter()
        self._show()

    def act(self) -> None:
        """Do what the card's button says."""
        if self.step is Step.DONE:
            self._practice.leave()
            self._end()
        elif self.step is Step.DOCUMENT:
            self._make_document()
        elif self._document is not None and self.step is Step.SIGNATURE:
            self._pages.sign(self._document)
        elif self._document is not None and self.step is Step.CHECK:
            self._pages.verify(self._document)

    def leave(self) -> None:
        """Skip the rest, or stay in practice mode at the end."""
        self._end()

    def say_again(self) -> None:
        """Show the card in another language."""
        self._show()

    def _make_document(self) -> None:
        if not self._practice.active or self._working:
            return
        self._working = True
        self._show()
        self._pages.make_sample(self._take_document, self._fail)

    def _take_document(self, document: Path) -> None:
        self._working = False
        if self.step is Step.DOCUMENT:
            self._document = document
            self._pages.show_document(document)
            self._go(Step.SIGNATURE)

    def _fail(self, error: RoscherkError) -> None:
        self._working = False
        self._show()
        if error.family is not ErrorFamily.SILENT:
            self._pages.show_error(error)

    def _on_practice(self) -> None:
        """Follow the mode: a tour without practice keys would sign with real ones."""
        if self.step is Step.OFF:
            return
        if self._practice.active or self._practice.entering:
            self._show()
        else:
            self._end()

    def _on_note(self, action: Action, outcome: str) -> None:
        if self.step is Step.SIGNATURE and action is Action.SIGN and outcome == "done":
            self._go(Step.CHECK)
        elif self.step is Step.CHECK and action is Action.VERIFY and outcome in _VERDICTS:
            self._go(Step.DONE)

    def _go(self, step: Step) -> None:
        self.step = step
        self._show()

    def _end(self) -> None:
        self.step = Step.OFF
        self._show()

    def _show(self) -> None:
        self._pages.show_card(None if self.step is Step.OFF else self._card())

    def _card(self) -> TourCard:
        if self.step is Step.DONE:
            return TourCard(
                place=_("The tour is over"),
                heading=_("Signed and verified again — PRACTICE"),
                words=_(
                    "On the right stands what a receiver would see: whether the document is "
                    "unchanged, who signed it and when. The signature is a PRACTICE one and has no "
                    "legal force. With your own key it is the same three steps."
                ),
                action=_("Go to my own documents"),
                leave=_("Stay in practice mode"),
                last=True,
            )
        heading, words, action = self._words()
        waits = self._practice.entering or self._working
        return TourCard(
            place=_("PRACTICE tour, step {n} of {all}").format(n=int(self.step), all=STEPS),
            heading=heading,
            words=words,
            action="" if waits else action,
            leave=_("Skip the tour"),
        )

    def _words(self) -> tuple[str, str, str]:
        if self.step is Step.DOCUMENT:
            if self._practice.entering:
                return (
                    _("A practice key is being made"),
                    _("It has a certificate of its own and is good for practice only."),
                    "",
                )
            return (
                _("A document"),
                _(
                    "A practice key is ready. The program will make a sample contract and put it on "
                    "the list; your own documents are dropped onto the window in the same way."
                ),
                _("Make a sample contract"),
            )
        if self.step is Step.SIGNATURE:
            return (
                _("A signature"),
                _(
                    "Look at the contract on the right. Under the list stands who will sign. The "
                    "signed copy is written beside; the contract itself stays as it is."
                ),
                _("Sign the contract"),
            )
        return (
            _("A check"),
            _(
                "The contract is signed. Now it is read again from the disk and checked, as the one "
                "who receives it would do."
            ),
            _("Verify the signature"),
        )
