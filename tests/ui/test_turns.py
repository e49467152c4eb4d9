"""Work parted into turns of the event loop: pages, cards, long lists. Nothing is lost between them."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.crypto.viewing.model import XmlLine
from app.ui.preview.branches import MOST_TOGETHER, NO_LINE, Branches
from app.ui.preview.xml_model import XmlModel
from app.ui.rows import Tone
from app.ui.widgets.fields import Fields
from app.ui.widgets.labels import ElidedLabel
from app.ui.widgets.later import Later
from app.ui.widgets.next_turn import NextTurn
from app.ui.widgets.page import Page, PageSpec
from app.ui.widgets.page_stack import PageStack
from app.ui.widgets.paint_turn import PaintTurn, awaits_painting
from app.ui.widgets.points import Points


class Told(Page):
    """A page that notes when it came to the front."""

    def __init__(self, number: int, entered: list[int]) -> None:
        super().__init__(str(number))
        self.number = number
        self._entered = entered

    def entered(self) -> None:
        """Note it."""
        self._entered.append(self.number)


class Stack:
    """A stack of four pages, and what happens to them."""

    def __init__(self) -> None:
        self.made: list[int] = []
        self.entered: list[int] = []
        self.front_when_made: dict[int, int | None] = {}
        self.stack = PageStack()
        for number in range(4):
            self.stack.add(PageSpec("file", str(number)))
        self.stack.furnish([self._making(number) for number in range(4)])

    def _making(self, number: int) -> Callable[[], Page]:
        def make() -> Page:
            self.made.append(number)
            self.front_when_made[number] = self.front
            return Told(number, self.entered)

        return make

    @property
    def front(self) -> int | None:
        """The page in front."""
        page = self.stack.currentWidget()
        return page.number if isinstance(page, Told) else None


@pytest.fixture
def pages(qtbot: QtBot) -> Stack:
    """Return a stack with its first page in front, seen."""
    it = Stack()
    qtbot.addWidget(it.stack)
    it.stack.bring(0)
    assert it.front == 0  # nothing is seen yet: all at once
    it.stack.show()
    return it


def test_a_page_comes_in_turns(qtbot: QtBot, pages: Stack) -> None:
    """It is built in one turn and seen in a later one; the second time it is there at once."""
    pages.stack.bring(1)
    assert pages.made == [0]
    qtbot.waitUntil(lambda: pages.front == 1, timeout=2000)
    assert pages.made == [0, 1]
    assert pages.front_when_made == {0: None, 1: 0}
    pages.stack.bring(0)
    assert pages.front == 0
    assert pages.entered == [0, 1, 0]


def test_who_changes_his_mind_gets_the_page_wanted_last(qtbot: QtBot, pages: Stack) -> None:
    """Pages that are passed by are not built, and never come to the front afterwards."""
    for number in (1, 2, 3):
        pages.stack.bring(number)
    qtbot.waitUntil(lambda: pages.front == 3, timeout=2000)
    assert pages.made == [0, 3]
    assert pages.entered == [0, 3]
    pages.stack.bring(1)
    pages.stack.bring(0)
    qtbot.wait(50)
    assert pages.front == 0
    assert pages.made == [0, 3]


def test_what_covers_the_pages_is_not_pushed_away(qtbot: QtBot, pages: Stack) -> None:
    """A page that was on its way stays behind what came over all of them."""
    pages.stack.bring(1)
    cover = QLabel("cover")
    pages.stack.cover(cover)
    qtbot.wait(50)
    assert pages.stack.currentWidget() is cover
    assert pages.stack.covered
    pages.stack.cover(None)
    pages.stack.bring(1)
    qtbot.waitUntil(lambda: pages.front == 1, timeout=2000)
    assert not pages.stack.covered


def test_the_end_begins_no_page(qtbot: QtBot, pages: Stack) -> None:
    """A window that closes builds nothing any more, and all its pages end with it."""
    pages.stack.page(2)
    pages.stack.set_aside()
    pages.stack.bring(1)
    pages.stack.put_back()
    qtbot.wait(50)
    assert pages.made == [0, 2]
    assert pages.stack.count() == 2


def test_a_deed_of_the_next_turn_is_done_once(qtbot: QtBot) -> None:
    """However often it is asked for; called off, it is not done."""
    owner, done = QWidget(), []
    qtbot.addWidget(owner)
    turn = NextTurn(owner, lambda: done.append(1))
    for _time in range(3):
        turn.start()
    assert done == []
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    qtbot.waitUntil(lambda: done == [1], timeout=2000)
    turn.start()
    turn.stop()
    qtbot.wait(20)
    assert done == [1]


def test_steps_end_with_their_owner(qtbot: QtBot) -> None:
    """What is done bit by bit stops where nobody is left to see it."""
    owner, done = QWidget(), list[int]()
    owner.show()

    def steps() -> None:
        Later(owner).do((lambda number=number: done.append(number)) for number in range(1000))

    steps()
    qtbot.waitUntil(lambda: len(done) >= 2, timeout=2000)
    owner.deleteLater()
    qtbot.wait(30)
    count = len(done)
    qtbot.wait(50)
    assert done == list(range(count))
    assert count < 1000


def test_a_long_list_of_points_is_whole_in_the_end(qtbot: QtBot) -> None:
    """The first are there at once; none of the others is lost or doubled."""
    told = [(Tone.OK, f"line {number}") for number in range(45)]
    points = Points(told, 8)
    qtbot.addWidget(points)

    def words() -> list[str]:
        return [each.text() for each in points.findChildren(QLabel)]

    assert words() == [text for _tone, text in told[:8]]
    points.show()
    qtbot.waitUntil(lambda: len(words()) == 45, timeout=2000)
    qtbot.wait(30)
    assert words() == [text for _tone, text in told]


def test_fields_say_other_words(qtbot: QtBot) -> None:
    """Labels are used again; a value that has to be shortened gets its own kind, and nothing stays."""
    fields = Fields(
        [("Name", "Anna Ivanovna"), ("Folder", "/home/anna/a-very-long-name-of-a-folder")]
    )
    qtbot.addWidget(fields)
    fields.show()
    fields.show_lines([("Folder", "/home/anna/a-very-long-name-of-a-folder"), ("Name", "Anna")])
    assert [left.text() for left, _right in fields._pairs] == ["Folder", "Name"]
    assert [isinstance(right, ElidedLabel) for _left, right in fields._pairs] == [True, False]
    assert fields._pairs[1][1].accessibleName() == "Name: Anna"
    fields.show_lines([("Name", "Boris")])
    qtbot.wait(10)
    seen = [each.text() for each in fields.findChildren(QLabel) if each.isVisibleTo(fields)]
    assert sorted(seen) == ["Boris", "Name"]


@pytest.mark.parametrize("count", [0, 1, MOST_TOGETHER, MOST_TOGETHER + 1, 4 * MOST_TOGETHER + 3])
def test_every_line_of_a_long_tree_has_its_place(count: int) -> None:
    """However many lie together: the model leads to each from above, in order, and back."""
    lines = [XmlLine(0, "table"), *(XmlLine(1, "row", str(n)) for n in range(count))]
    branches = Branches(lines)
    model = XmlModel(branches)
    found: list[str] = []

    def walk(number: int) -> None:
        below = branches.children.get(number, [])
        assert len(below) <= MOST_TOGETHER
        for row, each in enumerate(below):
            assert branches.parents[each] == number
            assert branches.rows[each] == row
            index = model.index_of(each)
            assert model.parent(index) == (
                model.index_of(number) if number != NO_LINE else model.parent(model.index(0, 0))
            )
            if branches.lines[each].name == "row":
                found.append(branches.lines[each].value)
            walk(each)

    walk(NO_LINE)
    assert found == [str(n) for n in range(count)]
    if count:
        assert branches.find(f"row\n{count - 1}", 0) is None
        assert branches.lines[branches.find(str(count - 1), -1) or 0].value.endswith(str(count - 1))


class Painted(QWidget):
    """A widget that notes when it is painted, and what was done in the same turn before."""

    def __init__(self, notes: list[str]) -> None:
        super().__init__()
        self._notes = notes

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """Note it."""
        self._notes.append("painted")


def test_painting_has_a_turn_of_its_own(qtbot: QtBot) -> None:
    """What was due before it comes first, and all that changed is painted once, soon."""
    notes: list[str] = []
    window = Painted(notes)
    qtbot.addWidget(window)
    PaintTurn(window)
    window.show()
    qtbot.waitUntil(lambda: "painted" in notes, timeout=2000)
    qtbot.wait(30)
    notes.clear()
    QTimer.singleShot(0, lambda: notes.append("heard"))
    for _time in range(3):
        window.update()
    assert not awaits_painting(window)
    QApplication.sendPostedEvents()
    assert "painted" not in notes
    assert awaits_painting(window)
    qtbot.waitUntil(lambda: "painted" in notes, timeout=2000)
    qtbot.wait(30)
    assert notes == ["heard", "painted"]
    assert not awaits_painting(window)


def test_steps_wait_until_their_owner_is_seen(qtbot: QtBot) -> None:
    """Nothing is made for what is not on the screen, and it goes on when that comes back."""
    owner, done = QWidget(), list[int]()
    qtbot.addWidget(owner)
    later = Later(owner)
    later.do((lambda number=number: done.append(number)) for number in range(30))
    qtbot.wait(40)
    assert done == []
    owner.show()
    qtbot.waitUntil(lambda: len(done) >= 2, timeout=2000)
    owner.hide()
    qtbot.waitUntil(lambda: not later.is_busy, timeout=2000)
    count = len(done)
    qtbot.wait(40)
    assert len(done) == count
    owner.show()
    qtbot.waitUntil(lambda: done == list(range(30)), timeout=4000)


def test_no_turn_does_two_pieces(qtbot: QtBot) -> None:
    """Of whatever cards and windows: what was put off is done one by one, in the order asked for."""
    turns, done = [0], list[tuple[int, int]]()
    clock = QTimer()
    clock.timeout.connect(lambda: turns.append(turns.pop() + 1))
    clock.start(0)
    owners = [QWidget() for _number in range(5)]
    for owner in owners:
        qtbot.addWidget(owner)
    parted = [
        NextTurn(owner, lambda number=number: done.append((number, turns[0])))
        for number, owner in enumerate(owners)
    ]
    for turn in parted:
        turn.start()
    parted[3].stop()
    owners[1].deleteLater()
    qtbot.waitUntil(lambda: len(done) == 3, timeout=2000)
    qtbot.wait(20)
    clock.stop()
    assert [number for number, _turn in done] == [0, 2, 4]
    assert len({turn for _number, turn in done}) == 3


class Halves(Told):
    """A page that is built in two turns."""

    done = 0

    def complete(self) -> None:
        """Note it."""
        self.done += 1


def test_a_page_is_completed_once_before_it_is_seen(qtbot: QtBot) -> None:
    """Whether it comes in turns or at once."""
    stack = PageStack()
    qtbot.addWidget(stack)
    pages = [Halves(number, []) for number in range(3)]
    for number in range(3):
        stack.add(PageSpec("file", str(number)))
    stack.furnish([lambda page=page: page for page in pages])
    stack.bring(0)
    assert pages[0].done == 1
    stack.show()
    stack.bring(1)
    assert pages[1].done == 0
    qtbot.waitUntil(lambda: stack.currentWidget() is pages[1], timeout=2000)
    assert stack.page(2) is pages[2]
    stack.bring(2)
    stack.bring(0)
    assert [page.done for page in pages] == [1, 1, 1]


class Broken(Told):
    """A page whose other half cannot be built the first time."""

    tries = 0

    def complete(self) -> None:
        """Fail once."""
        Broken.tries += 1
        if Broken.tries == 1:
            raise ValueError("half")


def test_a_half_page_is_never_shown(qtbot: QtBot) -> None:
    """What could not be completed is made anew when it is wanted again."""
    stack, entered = PageStack(), list[int]()
    qtbot.addWidget(stack)
    for number in range(2):
        stack.add(PageSpec("file", str(number)))
    stack.furnish([lambda: Told(0, entered), lambda: Broken(1, entered)])
    stack.bring(0)
    stack.show()
    with pytest.raises(ValueError, match="half"):
        stack.page(1)
    assert isinstance(stack.currentWidget(), Told)
    stack.bring(1)
    qtbot.waitUntil(lambda: entered == [0, 1], timeout=2000)
    assert Broken.tries == 2


def test_a_step_that_fails_takes_no_other_along(qtbot: QtBot) -> None:
    """The rest of the card comes all the same."""
    owner, done = QWidget(), list[int]()
    qtbot.addWidget(owner)
    owner.show()

    def step(number: int) -> None:
        if number == 1:
            raise ValueError("one")
        done.append(number)

    with qtbot.captureExceptions() as raised:
        Later(owner).do(partial(step, number) for number in range(4))
        qtbot.waitUntil(lambda: done == [0, 2, 3], timeout=2000)
    assert [str(each[1]) for each in raised] == ["one"]


def test_who_was_called_off_stands_behind_when_asked_again(qtbot: QtBot) -> None:
    """The order is that of the last wish."""
    owner, done = QWidget(), list[str]()
    qtbot.addWidget(owner)
    first = NextTurn(owner, lambda: done.append("first"))
    second = NextTurn(owner, lambda: done.append("second"))
    first.start()
    first.stop()
    second.start()
    first.start()
    qtbot.waitUntil(lambda: len(done) == 2, timeout=2000)
    assert done == ["second", "first"]


class Failing(QWidget):
    """A widget that cannot be painted once."""

    fails = True

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """Fail the first time it may."""
        if Failing.fails:
            Failing.fails = False
            raise ValueError("paint")


def test_painting_that_failed_is_parted_again(qtbot: QtBot) -> None:
    """A window that could not be painted once goes on as before."""
    window = Failing()
    qtbot.addWidget(window)
    PaintTurn(window)
    with qtbot.captureExceptions():
        window.show()
        qtbot.waitUntil(lambda: not Failing.fails, timeout=2000)
        qtbot.wait(30)
    Failing.fails = True
    with qtbot.captureExceptions() as raised:
        window.update()
        qtbot.waitUntil(lambda: not Failing.fails, timeout=2000)
        qtbot.wait(30)
    assert len(raised) == 1
    window.update()
    QApplication.sendPostedEvents()
    assert awaits_painting(window)
