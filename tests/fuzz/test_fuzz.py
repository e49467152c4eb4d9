"""Every harness over its honest files, and over all that was ever found; the run itself is `nox -s fuzz`."""

from pathlib import Path

import pytest
from fuzz.catalogue import HARNESSES
from fuzz.harness import Harness, Prepared, TooSlowError

from app.errors import ErrorCode, RoscherkError

FOUND = sorted((Path(__file__).parent / "found").glob("*.bin"))
_REFUSED = frozenset({"frames", "release-signature", "stops"})
"""Parsers whose honest answer is an error: the end of a pipe, a false signature, a stopped key."""


def harness_of(found: Path) -> Harness:
    """Return the harness that a finding is of: files are called by its name."""
    names = [name for name in HARNESSES if found.name.startswith(f"{name}-")]
    return HARNESSES[max(names, key=len)]


@pytest.fixture
def ready(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Harness, Prepared]:
    """Return a harness and what it prepared."""
    harness = HARNESSES[request.param]
    return harness, harness.prepare(tmp_path)


@pytest.mark.parametrize("ready", HARNESSES, indirect=True)
def test_honest_files_are_read(ready: tuple[Harness, Prepared]) -> None:
    """No harness starts from octets that its parser refuses at once: it would find nothing."""
    harness, prepared = ready
    accepted = [harness.feed(prepared, seed).accepted for seed in prepared.seeds]
    assert any(accepted) is (harness.name not in _REFUSED)


@pytest.mark.parametrize("found", FOUND, ids=lambda each: each.stem)
def test_what_was_found_stays_mended(found: Path, tmp_path: Path) -> None:
    """Octets that once broke a parser end in a value or in an error with words."""
    harness = harness_of(found)
    harness.feed(harness.prepare(tmp_path), found.read_bytes())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (KeyError("x"), KeyError),
        (RoscherkError(ErrorCode.UNEXPECTED), RoscherkError),
        (MemoryError(), MemoryError),
    ],
)
def test_a_fault_is_noticed(fault: Exception, error: type[Exception]) -> None:
    """Whatever a parser may not raise comes out of `feed`; what it may, does not."""

    def eat(data: bytes) -> None:
        raise fault if data else RoscherkError(ErrorCode.FILE_EMPTY)

    harness = Harness("x", "x", lambda _folder: Prepared(eat, ()))
    prepared = Prepared(eat, ())
    with pytest.raises(error):
        harness.feed(prepared, b"x")
    harness.feed(prepared, b"")


def test_slowness_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One input that takes longer than a worker would be given is a finding."""
    monkeypatch.setattr("fuzz.harness.SECONDS", 0.01)
    prepared = Prepared(lambda _data: sum(range(2_000_000)), ())
    with pytest.raises(TooSlowError):
        Harness("x", "x", lambda _folder: prepared).feed(prepared, b"")
