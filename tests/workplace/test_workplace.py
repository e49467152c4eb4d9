"""The look over the workplace: each line from its cause, and nobody waits for one who hangs."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.composition import build
from app.errors import ErrorCode, RoscherkError
from app.journal import Action, Journal
from app.places import Places
from app.processes.cancelling import Cancel
from app.services import Services
from app.settings import TIME_STAMP_SERVERS, Settings
from app.texts.catalogue import set_language
from app.texts.workplace_table import AREAS, FINDINGS
from app.texts.workplace_words import finding_words, is_known
from app.tokens.model import Token, TokenFlags
from app.workplace import computer, devices, trusted
from app.workplace.door import Workplace
from app.workplace.model import Area, Code, Finding, Look, State, worst

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Return the services of an empty profile."""
    with build(Places.under(tmp_path / "profile")) as services:
        yield services


def codes(findings: Iterator[Finding]) -> dict[str, State]:
    """Return states by code."""
    return {each.code: each.state for each in findings}


def test_real_workplace_is_looked_over(services: Services) -> None:
    """Every area answers with its own words, and nothing in the profile is made by that."""
    findings = services.workplace.findings()
    assert {each.area for each in findings} == set(Area)
    told = {each.code: each.state for each in findings}
    assert told[Code.LIBRARY_GOOD] is State.GOOD
    assert told[Code.FONTS_THERE] is State.GOOD
    assert told[Code.ROOTS_NONE] is State.BAD
    assert told[Code.KEYS_NONE] is State.ATTENTION
    for each in findings:
        assert is_known(each.code)
        assert finding_words(each.code, each.facts).heading
        if each.state is State.BAD:
            words = finding_words(each.code, each.facts)
            assert each.remedy is not None or each.command or words.advice, each
    assert not services.places.journal.exists()


def test_every_code_has_words() -> None:
    """Whatever can be found has a heading, and what is not good says what to do."""
    assert set(FINDINGS) == {code.value for code in Code}
    assert set(AREAS) == {area.value for area in Area}


def test_one_who_hangs_holds_up_nobody() -> None:
    """The others' lines come at once; the silent one is given up and said to be silent."""
    release = threading.Event()

    def hangs(_cancel: Cancel) -> Iterator[Finding]:
        yield Finding(area=Area.TOKENS, code=Code.MODULE_ANSWERS, state=State.GOOD)
        release.wait(30)

    def fails(_cancel: Cancel) -> Iterator[Finding]:
        yield Finding(area=Area.TRUST, code=Code.ROOTS_THERE, state=State.GOOD)
        raise RoscherkError(ErrorCode.CHILD_CRASHED)

    def breaks(_cancel: Cancel) -> Iterator[Finding]:
        raise ZeroDivisionError
        yield

    looks: dict[Area, Look] = {Area.TOKENS: hangs, Area.TRUST: fails, Area.KEYS: breaks}
    place = Workplace(SimpleNamespace(), looks=looks)  # type: ignore[arg-type]  # nobody is asked
    begun = time.monotonic()
    last: dict[Area, tuple[Finding, ...]] = {}
    quick = 0.0
    for seen in place.look(patience=0.5):
        last[seen.area] = seen.findings
        if seen.done and seen.area is not Area.TOKENS:
            quick = time.monotonic() - begun
    release.set()
    assert quick < 0.4
    assert [each.code for each in last[Area.TOKENS]] == [Code.MODULE_ANSWERS, Code.NO_ANSWER]
    assert [each.code for each in last[Area.TRUST]] == [Code.ROOTS_THERE, "child_crashed"]
    assert [each.state for each in last[Area.KEYS]] == [State.UNKNOWN]


def test_profile_that_is_open_to_others_is_closed(tmp_path: Path) -> None:
    """The one button takes the rights; the next look is green."""
    places = Places.under(tmp_path / "profile")
    journal = Journal(places.journal)
    journal.append(Action.SIGN, None, "done")
    places.data.chmod(0o755)
    settings = Settings(places.config / "settings.toml")
    before = codes(computer.profile(places, settings, journal, Cancel()))
    assert before[Code.PROFILE_OPEN] is State.BAD
    assert before[Code.JOURNAL_WHOLE] is State.GOOD
    computer.close_profile(places)
    assert Code.PROFILE_PRIVATE in codes(computer.profile(places, settings, journal, Cancel()))
    places.journal.write_bytes(b"no journal" * 500)
    assert codes(computer.profile(places, settings, journal, Cancel()))["journal_damaged"] is (
        State.BAD
    )


@pytest.mark.parametrize(
    ("free", "code"),
    [(100 << 20, Code.DISK_FULL), (500 << 20, Code.DISK_LOW), (5 << 30, Code.DISK_FREE)],
)
def test_room_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, code: Code
) -> None:
    """Two limits."""
    monkeypatch.setattr(computer.shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    places = Places.under(tmp_path)
    settings = Settings(places.config / "settings.toml")
    assert code in codes(computer.profile(places, settings, Journal(places.journal), Cancel()))


def clock(tmp_path: Path, now: datetime, trials: Any = None, *, ask: bool = False) -> set[str]:
    """Return what is said of the clock at a moment."""
    places = Places.under(tmp_path)
    journal = Journal(places.journal)
    if not places.journal.exists():
        journal.append(Action.SIGN, None, "done", at=datetime.now(UTC))
    settings = Settings(places.config / "settings.toml")
    found = computer.clock(
        places, journal, settings, trials, ask=ask, now=lambda: now, cancel=Cancel()
    )
    return {each.code for each in found}


def test_clock_behind_what_was_written(tmp_path: Path) -> None:
    """A row of the journal from the future is told; an authority is asked only on a wish."""
    now = datetime.now(UTC)
    assert clock(tmp_path, now) == {Code.CLOCK_PLAUSIBLE}
    assert clock(tmp_path, now - timedelta(days=3)) == {Code.CLOCK_BEHIND}
    assert ErrorCode.TIME_STAMP_NO_SERVER in clock(tmp_path, now, ask=True)
    settings = Settings(Places.under(tmp_path).config / "settings.toml")
    settings.set(TIME_STAMP_SERVERS, ("http://tsa.example",))
    answers = iter((2, 900))
    trials = SimpleNamespace(
        stamp=lambda _server, _cancel: SimpleNamespace(skew=next(answers), server="http://tsa")
    )
    assert Code.CLOCK_EXACT in clock(tmp_path, now, trials, ask=True)
    assert Code.CLOCK_WRONG in clock(tmp_path, now, trials, ask=True)


def test_token_that_no_reader_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The USB bus knows it, PC/SC does not: a guard of devices, or a missing driver (row 101)."""
    monkeypatch.setattr(devices, "look_once", lambda: ((), None))
    device = tmp_path / "1-1"
    device.mkdir()
    (device / "idVendor").write_text("1d6b\n")
    assert Code.USB_TOKEN_UNSEEN not in codes(devices.readers(Cancel(), tmp_path))
    (device / "idVendor").write_text("0a89\n")
    assert codes(devices.readers(Cancel(), tmp_path))[Code.USB_TOKEN_UNSEEN] is State.BAD


def test_service_of_readers_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """One exact instruction."""
    error = RoscherkError(ErrorCode.READERS_SERVICE_STOPPED)
    monkeypatch.setattr(devices, "look_once", lambda: ((), error))
    found = next(devices.readers(Cancel(), Path("/nowhere")))
    assert (found.state, found.command) == (State.BAD, "sudo systemctl enable --now pcscd.socket")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, Code.TOKEN_READY),
        ({"tries_left": 2}, Code.TOKEN_PIN_FEW),
        ({"factory_pin": True}, Code.TOKEN_PIN_FACTORY),
        ({"flags": TokenFlags(user_pin_locked=True)}, Code.TOKEN_PIN_LOCKED),
        ({"flags": TokenFlags(user_pin_set=False)}, Code.TOKEN_NOT_READY),
    ],
)
def test_state_of_a_token(more: dict[str, Any], code: Code) -> None:
    """Told from what the token says; no PIN is tried."""
    token = Token(
        module=Path("/m"), slot=0, label="", manufacturer="A", model="B", serial="1", **more
    )
    assert devices._token(token).code == code


def test_age_of_lists() -> None:
    """One list that is out of date makes the line yellow."""

    def item(days: int) -> Any:
        crl = SimpleNamespace(
            next_update=NOW + timedelta(days=days), this_update=NOW - timedelta(days=9)
        )
        return SimpleNamespace(crl=crl)

    def told(*days: int) -> list[tuple[str, State]]:
        trust: Any = SimpleNamespace(items=lambda: tuple(map(item, days)))
        return [(each.code, each.state) for each in trusted.lists(trust, lambda: NOW, Cancel())]

    assert told() == [(Code.LISTS_NONE, State.ATTENTION)]
    assert told(1, 2) == [(Code.LISTS_FRESH, State.GOOD)]
    assert told(1, -2) == [(Code.LISTS_STALE, State.ATTENTION)]


def test_worst_of_all() -> None:
    """Red wins; what is only said for completeness counts nothing."""

    def of(*states: State) -> State:
        return worst(
            tuple(Finding(area=Area.CLOCK, code=Code.NO_ANSWER, state=each) for each in states)
        )

    assert of() is State.PLAIN
    assert of(State.PLAIN, State.GOOD) is State.GOOD
    assert of(State.UNKNOWN, State.ATTENTION) is State.ATTENTION
    assert of(State.GOOD, State.BAD, State.ATTENTION) is State.BAD


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Leave the language as others want it."""
    set_language("en")
    yield
    set_language("en")
