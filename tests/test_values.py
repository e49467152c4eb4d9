"""Our dataclasses behave as those of the standard library, whose methods are made beforehand."""

import copy
import dataclasses
import inspect
import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

import msgspec
import pytest

from app import values


def classes(dataclass: Callable[..., Any]) -> dict[str, Any]:
    """Return classes of every kind that the program has, made by one of the two decorators."""

    @dataclass(frozen=True)
    class Point:
        x: int
        y: int = 2
        names: list[str] = dataclasses.field(default_factory=list, compare=False)
        secret: str = dataclasses.field(default="s", repr=False)

        @cached_property
        def far(self) -> int:
            return self.x * self.y

    @dataclass(frozen=True, kw_only=True)
    class Named(Point):
        label: str
        hidden: int = dataclasses.field(init=False, default=7)

    @dataclass
    class Loose:
        x: int
        seen: dict[str, int] = dataclasses.field(init=False, default_factory=dict)
        last: int = dataclasses.field(init=False)

        def __post_init__(self) -> None:
            self.last = self.x + 1

    @dataclass(eq=False)
    class Itself:
        x: int = 1

    @dataclass(frozen=True)
    class Own:  # noqa: PLW1641  # the language itself takes its hash
        x: int

        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "own"

    @dataclass(frozen=True)
    class OwnHash:
        x: int

        def __hash__(self) -> int:
            return 4

    @dataclass(frozen=True)
    class Empty:
        """Nothing."""

    @dataclass(frozen=True)
    class One:
        x: object

    class Plain(One):
        """Not one itself."""

    here = (Point, Named, Loose, Itself, Own, OwnHash, Empty, One, Plain)
    return {each.__name__: each for each in here}


OURS, THEIRS = classes(values.dataclass), classes(dataclasses.dataclass)
CALLS: list[tuple[str, tuple[object, ...], dict[str, object]]] = [
    ("Point", (1,), {}),
    ("Point", (1, 3, ["a"], "z"), {}),
    ("Point", (), {"x": 1, "y": 5}),
    ("Point", (), {}),
    ("Point", (1, 2, [], "s", 5), {}),
    ("Point", (1,), {"z": 2}),
    ("Point", (1,), {"x": 2}),
    ("Named", (1,), {"label": "l"}),
    ("Named", (1, 2), {}),
    ("Named", (1, 2, [], "s", "label"), {}),
    ("Named", (1,), {"label": "l", "hidden": 2}),
    ("Loose", (1,), {}),
    ("Loose", (), {"seen": {}}),
    ("Itself", (), {}),
    ("Own", (2,), {}),
    ("OwnHash", (2,), {}),
    ("Empty", (), {}),
    ("One", (None,), {}),
    ("Plain", ([1],), {}),
]


def tried(act: Callable[[], object]) -> object:
    """Return what came of it, errors in their words."""
    try:
        return act()
    except Exception as error:  # noqa: BLE001  # whichever it is, both have to raise it
        return type(error).__name__, str(error).replace("test_values.", "")


def told(one: object) -> list[object]:
    """Return all that can be learned of an instance, but which object it is."""
    if isinstance(one, tuple):
        return [one]
    kind = type(one)
    other: Any = copy.copy(one)
    return [
        tried(lambda: repr(one).split(" object at ")[0]),
        one == other,
        one != other,
        one == 1,
        tried(lambda: kind.__hash__ in {None, object.__hash__} or hash(one) == hash(other)),
        tried(lambda: hash(one) if kind.__eq__ is not object.__eq__ else 0),
        tried(lambda: dataclasses.asdict(one)),  # type: ignore[call-overload]
        [(f.name, f.init, f.repr, f.compare, f.kw_only) for f in dataclasses.fields(one)],  # type: ignore[arg-type]
        tried(lambda: setattr(one, "x", 9)),
        tried(lambda: setattr(one, "other", 9)),
        tried(lambda: delattr(one, "x")),
        sorted(vars(one)),
        getattr(kind, "__match_args__", None),
    ]


@pytest.mark.parametrize(("name", "positional", "named"), CALLS)
def test_as_in_the_standard_library(
    name: str, positional: tuple[object, ...], named: dict[str, object]
) -> None:
    """Made, compared, shown, changed: the same comes of it, also the errors."""
    ours = tried(lambda: OURS[name](*positional, **named))
    theirs = tried(lambda: THEIRS[name](*positional, **named))
    if name == "Plain":
        # The standard library lets a class below one that is frozen have attributes of its own.
        assert told(ours)[:8] == told(theirs)[:8]
    else:
        assert told(ours) == told(theirs)


def test_replaced() -> None:
    """`dataclasses.replace` and a value that is worked out once."""
    point = OURS["Point"](2, 3)
    assert point.far == 6
    other = dataclasses.replace(point, x=5)
    assert (other.x, other.y, other.far) == (5, 3, 15)
    assert OURS["Point"](2, 3) != other
    assert OURS["Point"](2, 3, ["not compared"]) == point
    assert hash(point) != hash(other)


def test_lists_are_made_anew() -> None:
    """What a factory makes is of one instance."""
    assert OURS["Point"](1).names is not OURS["Point"](1).names


def test_answers_travel() -> None:
    """The wire makes instances without their ``__init__``; they compare and hash all the same."""

    @values.dataclass(frozen=True, kw_only=True)
    class Answer:
        name: str
        count: int = 0

    made = msgspec.json.decode(b'{"name": "a"}', type=Answer)
    assert made == Answer(name="a")
    assert hash(made) == hash(Answer(name="a"))
    assert repr(made).endswith("Answer(name='a', count=0)")


def test_first_made_by_many_at_once() -> None:
    """Threads that make the first instances together all get whole ones."""
    for _ in range(50):

        @values.dataclass(frozen=True)
        class Fresh:
            x: int
            y: tuple[int, ...] = ()

        made: list[Fresh] = []
        go = threading.Barrier(4)

        def make(made: list[Fresh] = made, go: threading.Barrier = go, kind: type = Fresh) -> None:
            go.wait()
            made.append(kind(1, y=(2,)))

        threads = [threading.Thread(target=make) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert made == [Fresh(1, (2,))] * 4


def test_a_signature_is_known_once_one_was_made() -> None:
    """For whoever looks with a debugger."""
    OURS["Point"](1)
    assert list(inspect.signature(OURS["Point"]).parameters) == ["x", "y", "names", "secret"]


def test_an_init_of_its_own_stays() -> None:
    """As in the standard library: what a class says itself is not written over."""

    @values.dataclass
    class Doubled:
        x: int = 0

        def __init__(self, half: int) -> None:
            self.x = 2 * half

    assert Doubled(2) == Doubled(half=2)
    assert Doubled(2).x == 4


def test_what_would_be_left_out_is_refused() -> None:
    """Better no class than one that takes part of what it was told."""
    with pytest.raises(TypeError, match="hash"):

        @values.dataclass(frozen=True)
        class Hashed:
            x: list[int] = dataclasses.field(hash=False)

    with pytest.raises(TypeError, match="InitVar"):

        @values.dataclass
        class Passed:
            x: dataclasses.InitVar[int]


def test_two_threads_ask_first_at_once() -> None:
    """Both get all fields: whoever comes second waits for the first."""
    for _ in range(50):

        @values.dataclass(frozen=True)
        class Asked:
            x: int
            names: list[str] = dataclasses.field(default_factory=list)
            more: dict[str, int] = dataclasses.field(default_factory=dict)

        together, found = threading.Barrier(4), list[Any]()

        def ask(kind: Any = Asked, go: Any = together, told: Any = found) -> None:
            go.wait()
            told.append((kind(1), [each.name for each in dataclasses.fields(kind)]))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert found == [(Asked(1), ["x", "names", "more"])] * 4
