"""The tour without Qt: it goes on from what was done, and never signs with a real key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeTasks

from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.ui.notes import Notes
from app.ui.welcome.tour import Step, Tour, TourCard

SAMPLE = Path("/documents/sample.pdf")


class FakePractice:
    """A practice mode that is entered when told."""

    def __init__(self) -> None:
        self.active = False
        self.entering = False
        self.watchers: list[Callable[[], None]] = []

    def watch(self, watcher: Callable[[], None]) -> None:
        """Keep a watcher."""
        self.watchers.append(watcher)

    def enter(self) -> None:
        """Begin to enter."""
        self.entering = not self.active
        self.tell()

    def arrive(self) -> None:
        """Be in practice mode."""
        self.entering, self.active = False, True
        self.tell()

    def leave(self) -> None:
        """Go back to what is real."""
        self.active = self.entering = False
        self.tell()

    def tell(self) -> None:
        """Tell the watchers."""
        for watcher in self.watchers:
            watcher()


class FakeJournal:
    """Takes everything."""

    def append(self, *_values: object, **_facts: object) -> int:
        """Write nothing."""
        return 1


class Guided:
    """A tour whose pages only note what is asked of them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Path]] = []
        self.card: TourCard | None = None
        self.errors: list[RoscherkError] = []
        self.remembered = 0
        self.refusal: RoscherkError | None = None
        self.practice = FakePractice()
        practice: Any = self.practice
        journal: Any = FakeJournal()
        self.notes = Notes(journal, FakeTasks())
        self.tour = Tour(self, practice, self.notes, FakeTasks(), remember=self._remember)

    def is_at(self, step: Step) -> bool:
        """Tell where the tour is."""
        return self.tour.step is step

    @property
    def shown(self) -> TourCard:
        """The card that is there."""
        assert self.card is not None
        return self.card

    def _remember(self) -> None:
        self.remembered += 1

    def make_sample(
        self, done: Callable[[Path], None], failed: Callable[[RoscherkError], None]
    ) -> None:
        """Make it, or refuse."""
        if self.refusal is None:
            done(SAMPLE)
        else:
            failed(self.refusal)

    def show_document(self, document: Path) -> None:
        """Note it."""
        self.asked.append(("show", document))

    def sign(self, document: Path) -> None:
        """Note it."""
        self.asked.append(("sign", document))

    def verify(self, document: Path) -> None:
        """Note it."""
        self.asked.append(("verify", document))

    def show_card(self, card: TourCard | None) -> None:
        """Note it."""
        self.card = card

    def show_error(self, error: RoscherkError) -> None:
        """Note it."""
        self.errors.append(error)


@pytest.fixture
def it() -> Guided:
    """Return a tour that has not begun."""
    return Guided()


def begun(it: Guided) -> None:
    """Go to the first step with a practice key."""
    it.tour.begin()
    it.practice.arrive()


def test_three_steps_to_a_verified_signature(it: Guided) -> None:
    """Each is done by one press, and each card says that it is practice."""
    it.tour.begin()
    assert it.remembered == 1
    assert it.shown.action == ""  # the key is being made
    it.tour.act()
    assert it.asked == []
    it.practice.arrive()
    places = []
    for _step in range(3):
        places.append(it.shown.place)
        assert it.shown.action
        it.tour.act()
        if it.is_at(Step.SIGNATURE) and ("sign", SAMPLE) in it.asked:
            it.notes.note(Action.SIGN, SAMPLE, "done")
    it.notes.note(Action.VERIFY, SAMPLE, "INDETERMINATE")
    assert [asked for asked, _document in it.asked] == ["show", "sign", "verify"]
    assert places == [f"УЧЕБНОЕ знакомство, шаг {n} из 3" for n in (1, 2, 3)]
    assert it.shown.last
    assert "УЧЕБНАЯ" in it.shown.heading
    it.tour.act()
    assert it.card is None
    assert not it.practice.active


def test_it_goes_on_from_what_was_done(it: Guided) -> None:
    """A refused signature is no step; the page's own button is as good as the tour's."""
    begun(it)
    it.tour.act()
    it.notes.note(Action.SIGN, SAMPLE, str(ErrorCode.PRACTICE_DAMAGED))
    it.notes.note(Action.VERIFY, SAMPLE, "TOTAL_PASSED")
    assert it.is_at(Step.SIGNATURE)
    it.notes.note(Action.SIGN, SAMPLE, "done")
    assert it.is_at(Step.CHECK)
    it.notes.note(Action.VERIFY, SAMPLE, str(ErrorCode.FILE_NOT_FOUND))
    assert it.is_at(Step.CHECK)
    it.notes.note(Action.VERIFY, SAMPLE, "TOTAL_PASSED")
    assert it.is_at(Step.DONE)


def test_a_sample_that_cannot_be_written_is_told_and_tried_again(it: Guided) -> None:
    """The tour stays where it is."""
    begun(it)
    it.refusal = RoscherkError(ErrorCode.TARGET_UNWRITABLE, path="/x", errno=13)
    it.tour.act()
    assert it.errors == [it.refusal]
    assert it.is_at(Step.DOCUMENT)
    it.refusal = None
    it.tour.act()
    assert it.is_at(Step.SIGNATURE)


@pytest.mark.parametrize("steps", [0, 1])
def test_out_of_practice_mode_there_is_no_tour(it: Guided, steps: int) -> None:
    """Its button would sign with a real key."""
    begun(it)
    for _step in range(steps):
        it.tour.act()
    it.practice.leave()
    assert it.card is None
    it.tour.act()
    assert ("sign", SAMPLE) not in it.asked


def test_skipped_it_stays_away_and_can_be_begun_again(it: Guided) -> None:
    """Practice mode stays on until the user leaves it by himself."""
    begun(it)
    it.tour.leave()
    assert it.card is None
    assert it.practice.active
    it.notes.note(Action.SIGN, SAMPLE, "done")
    assert it.card is None
    it.tour.begin()
    assert it.is_at(Step.DOCUMENT)
    assert it.shown.action
