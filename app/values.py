"""Dataclasses that cost nothing until they are used.

The program has hundreds of them. The standard library writes the methods of each as text and compiles
them when the class is made: over a millisecond a class, which was half of the time that a worker took to
start, and a third of the window's. Here a class gets methods that ask for its fields when they are called,
its fields are looked through when they are first asked for, and its ``__init__`` is compiled when the first
instance is made. All else is the standard library's own:
`dataclasses.fields`, `replace` and `asdict` work as ever, and type checkers see the standard decorator.
"""

import dataclasses
import inspect
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, NoReturn

_COMPARED: Final = "_compared_fields"
_TOLD: Final = ("__dataclass_fields__", "__dataclass_params__", "__match_args__")
_telling: Final = RLock()

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414  # given on as our own
else:

    def dataclass(given=None, /, *, frozen=False, kw_only=False, eq=True):  # noqa: ANN001, ANN201
        """Make a dataclass; the options are those of the standard library."""

        def make(one: type) -> Any:
            return _make(one, frozen=frozen, kw_only=kw_only, eq=eq)

        return make if given is None else make(given)


def _make(given: type, *, frozen: bool, kw_only: bool, eq: bool) -> Any:
    own = set(given.__dict__)
    # A class with an `__eq__` of its own and no `__hash__` has None there, put by the language.
    none: object = given.__dict__.get("__hash__")
    hashes = "__hash__" in own and (none is not None or "__eq__" not in own)
    for name, kind in inspect.get_annotations(given).items():
        value = given.__dict__.get(name)
        hashed = isinstance(value, dataclasses.Field) and value.hash is not None
        if hashed or isinstance(kind, dataclasses.InitVar):
            raise TypeError(f"{name}: fields with a hash of their own and InitVar are not known")
    methods: dict[str, object] = {}
    if "__init__" not in own:
        methods["__init__"] = _first_init(given, frozen=frozen)
    if "__repr__" not in own:
        methods["__repr__"] = _repr
    if eq and "__eq__" not in own:
        methods["__eq__"] = _eq
    if eq and not hashes:
        methods["__hash__"] = _hash if frozen else None
    if frozen:
        methods |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
    for name in _TOLD:
        methods[name] = _Untold(given, name, kw_only=kw_only)
    for name, method in methods.items():
        setattr(given, name, method)
    return given


class _Untold:
    """Stands for what the standard library tells of a class, until somebody asks for it."""

    def __init__(self, of: type, name: str, *, kw_only: bool) -> None:
        self._of = of
        self._name = name
        self._kw_only = kw_only

    def __get__(self, _instance: object, _owner: type) -> Any:
        # Two threads may ask at once, and what was told already must not be told of what that left.
        with _telling:
            if self._of.__dict__[_TOLD[0]].__class__ is _Untold:
                for name in _TOLD:
                    delattr(self._of, name)
                options: Any = {"init": False, "repr": False, "eq": False}
                dataclasses.dataclass(**options, kw_only=self._kw_only)(self._of)
        return getattr(self._of, self._name)


def _first_init(made: Any, *, frozen: bool) -> Callable[..., None]:
    def __init__(self: object, *values: object, **named: object) -> None:  # noqa: N807  # its name
        whole = _compiled_init(made, frozen=frozen)
        made.__init__ = whole
        whole(self, *values, **named)

    return __init__


def _compiled_init(made: Any, *, frozen: bool) -> Callable[..., None]:
    """Compile what the standard library would: parameters with their defaults, each assigned once."""
    scope: dict[str, Any] = {"_object_set": object.__setattr__, "_MISSING": dataclasses.MISSING}
    placed, named, body = ["self"], list[str](), list[str]()
    for each in dataclasses.fields(made):
        name, value = each.name, each.name
        if each.default_factory is not dataclasses.MISSING:
            scope[f"_make_{name}"] = each.default_factory
            default, anew = "=_MISSING", f"_make_{name}()"
            value = f"{anew} if {name} is _MISSING else {name}" if each.init else anew
        elif not each.init:
            continue  # its default, if there is one, is the class's own
        elif each.default is not dataclasses.MISSING:
            scope[f"_default_{name}"], default = each.default, f"=_default_{name}"
        else:
            default = ""
        if each.init:
            (named if each.kw_only else placed).append(name + default)
        body.append(f"_object_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(made, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ", ".join([*placed, *(["*", *named] if named else [])])
    lines = "".join(f"\n    {each}" for each in body or ["pass"])
    exec(f"def __init__({parameters}):{lines}", scope)  # noqa: S102  # made of names of our own fields
    whole: Callable[..., None] = scope["__init__"]
    whole.__qualname__ = f"{made.__qualname__}.__init__"
    return whole


def _compared(one: Any) -> tuple[object, ...]:
    kind = type(one)
    getter: Callable[[Any], tuple[object, ...]] | None = kind.__dict__.get(_COMPARED)
    if getter is None:
        names = [each.name for each in dataclasses.fields(kind) if each.compare]
        if len(names) > 1:
            getter = attrgetter(*names)
        else:
            getter = lambda each: tuple(getattr(each, name) for name in names)  # noqa: E731  # short
        setattr(kind, _COMPARED, getter)
    return getter(one)


def _eq(self: object, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return _compared(self) == _compared(other)


def _hash(self: object) -> int:
    return hash(_compared(self))


@recursive_repr()
def _repr(self: Any) -> str:
    shown = [each.name for each in dataclasses.fields(self) if each.repr]
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{type(self).__qualname__}({values})"


def _refuse_to_set(_self: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
