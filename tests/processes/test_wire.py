"""Values as bytes: strict types, and no exception but one for foreign bytes."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.processes import wire


class Colour(StrEnum):
    """A plain enumeration."""

    RED = "red"


@dataclass(frozen=True)
class Inner:
    """A value that refuses what makes no sense."""

    size: int

    def __post_init__(self) -> None:
        """Refuse."""
        if self.size < 0:
            raise ZeroDivisionError


@dataclass(frozen=True, kw_only=True)
class Outer:
    """One of every kind of field."""

    path: Path | None
    paths: tuple[Path, ...]
    inner: tuple[Inner, ...]
    data: bytes
    colour: Colour
    at: datetime


VALUE = Outer(
    path=Path("a"),
    paths=(Path(os.fsdecode(b"\xff")),),
    inner=(Inner(1), Inner(2)),
    data=b"\x00\xff",
    colour=Colour.RED,
    at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
)


def test_round_trip() -> None:
    """Every kind of field comes back equal."""
    assert wire.decode(wire.encode(VALUE), Outer) == VALUE


def test_constructor_guards_the_border() -> None:
    """Bytes that name a value its type refuses are refused too."""
    with pytest.raises(wire.WireError):
        wire.decode(wire.encode({"size": -1}), Inner)


@pytest.mark.parametrize("wrong", [{"size": "1"}, {"size": 1.5}, {}, [1], None, 1])
def test_types_are_strict(wrong: object) -> None:
    """Nothing is converted."""
    with pytest.raises(wire.WireError):
        wire.decode(wire.encode(wrong), Inner)


def test_strangers_do_not_travel() -> None:
    """A value of no declared kind cannot be sent: there is no pickle to fall back to."""
    with pytest.raises(NotImplementedError):
        wire.encode(object())


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Any bytes decode or raise `WireError`."""
    with suppress(wire.WireError):
        assert isinstance(wire.decode(data, Outer), Outer)


@given(st.data())
def test_damaged_bytes(data: st.DataObject) -> None:
    """A damaged encoding decodes into the type or raises `WireError`."""
    encoded = bytearray(wire.encode(VALUE))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    with suppress(wire.WireError):
        assert isinstance(wire.decode(encoded, Outer), Outer)


def test_decoders_are_built_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads that build decoders of one class at once ended the process."""
    building, most = 0, 0
    real = msgspec.msgpack.Decoder

    def slow(kind: Any, **options: Any) -> Any:
        nonlocal building, most
        building += 1
        most = max(most, building)
        time.sleep(0.01)
        building -= 1
        return real(kind, **options)

    monkeypatch.setattr(msgspec.msgpack, "Decoder", slow)
    wire._decoder.cache_clear()
    data = wire.encode(Inner(1))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: wire.decode(data, Inner), range(4)))
    assert found == [Inner(1)] * 4
    assert most == 1
