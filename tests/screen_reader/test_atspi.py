"""What a screen reader hears of the real window, over the real bus of accessibility (AT-SPI).

`nox -s screen_reader` runs this on a screen and a session bus of its own. The client is one of D-Bus,
as Orca is; nothing of Qt is asked.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, Properties, unwrap_msg

from app.places import Places
from app.settings import WELCOMED, Settings

ROOT: Final = Path(__file__).resolve().parent.parent.parent
LAUNCHER: Final = "/usr/libexec/at-spi-bus-launcher"
ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
USED: Final = {"push button", "check box", "toggle button", "list", "list item", "text"}
"""Roles that a person can use: each must have a name."""
SHOWING: Final = 1 << 25
"""ATSPI_STATE_SHOWING."""
PAGES: Final = (
    "Документы",
    "Ключи и токены",
    "Сертификаты",
    "Проверка",
    "Журнал",
    "Настройки",
    "Рабочее место",
)


QUESTIONS: Final = (
    "Документ не изменён?",
    "Кто подписал?",
    "От чьего имени?",
    "Сертификат подтверждён и действует?",
    "Сертификат квалифицированный?",
)


@dataclass(frozen=True)
class Heard:
    """One thing as a screen reader hears it."""

    name: str
    role: str
    bus: str
    path: str


class Bus:
    """The bus of accessibility."""

    def __init__(self) -> None:
        where = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        with open_dbus_connection("SESSION") as session:
            (address,) = unwrap_msg(
                session.send_and_get_reply(new_method_call(where, "GetAddress"), timeout=20)
            )
        self.connection: DBusConnection = open_dbus_connection(address)

    def ask(self, bus: str, path: str, method: str, interface: str = ACCESSIBLE) -> Any:
        """Call a method that needs nothing."""
        call = new_method_call(DBusAddress(path, bus, interface), method)
        return unwrap_msg(self.connection.send_and_get_reply(call, timeout=20))

    def heard(self, bus: str, path: str) -> Heard:
        """Return one thing."""
        get = Properties(DBusAddress(path, bus, ACCESSIBLE)).get("Name")
        ((_kind, name),) = unwrap_msg(self.connection.send_and_get_reply(get, timeout=20))
        (role,) = self.ask(bus, path, "GetRoleName")
        return Heard(name, role, bus, path)

    def children(self, one: Heard) -> list[tuple[str, str]]:
        """Return where the children of a thing are."""
        (found,) = self.ask(one.bus, one.path, "GetChildren")
        return [(bus, path) for bus, path in found]

    def tree(self, one: Heard) -> Iterator[Heard]:
        """Go through a thing with all that is below it and is shown."""
        yield one
        # The window goes on living: what went meanwhile is not heard, as no reader hears it.
        with suppress(DBusErrorResponse):
            for bus, path in self.children(one):
                with suppress(DBusErrorResponse):
                    (state,) = self.ask(bus, path, "GetState")
                    if state[0] & SHOWING:
                        yield from self.tree(self.heard(bus, path))

    def press(self, one: Heard) -> None:
        """Do the first thing that can be done with it."""
        where = DBusAddress(one.path, one.bus, "org.a11y.atspi.Action")
        call = new_method_call(where, "DoAction", "i", (0,))
        assert unwrap_msg(self.connection.send_and_get_reply(call, timeout=20)) == (True,)

    def programs(self) -> list[Heard]:
        """Return the programs that can be heard."""
        root = self.heard("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
        found = []
        for bus, path in self.children(root):
            with suppress(DBusErrorResponse):  # one that goes away just now
                found.append(self.heard(bus, path))
        return found


def until(reached: Callable[[], Any], what: str, seconds: float = 40) -> Any:
    """Wait for something, and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = reached()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(what)


@pytest.fixture(scope="module")
def bus() -> Iterator[Bus]:
    """Start the bus of accessibility."""
    launcher = subprocess.Popen([LAUNCHER, "--launch-immediately"])
    time.sleep(1)
    made = Bus()
    yield made
    made.connection.close()
    launcher.terminate()
    launcher.wait(10)


@contextmanager
def opened(bus: Bus, profile: Path) -> Iterator[Heard]:
    """Open the window as a user does, and return what is heard of the program."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "QT_QPA_PLATFORM": "xcb",
    }
    others = {each.bus for each in bus.programs()}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "--profile", profile, "--language", "ru"],
        env=environment,
    )

    def heard() -> Heard | None:
        mine = (each for each in bus.programs() if each.bus not in others)
        return next((each for each in mine if bus.children(each)), None)

    try:
        yield until(heard, "the program is not on the bus")
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def program(bus: Bus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """Return the program of somebody who has never used it."""
    with opened(bus, tmp_path_factory.mktemp("profile")) as heard:
        yield heard


@pytest.fixture
def worked(bus: Bus, tmp_path: Path) -> Iterator[Heard]:
    """Return the program of somebody who has: it opens on the documents."""
    places = Places.under(tmp_path / "profile")
    places.config.mkdir(parents=True)
    Settings.of(places).set(WELCOMED, True)
    with opened(bus, tmp_path / "profile") as heard:
        yield heard


def named(bus: Bus, program: Heard, beginning: str) -> Heard | None:
    """Return what is heard by a name that begins so."""
    return next((one for one in bus.tree(program) if one.name.startswith(beginning)), None)


def go_on(bus: Bus, program: Heard, step: str, then: str) -> None:
    """Press the button of a step of the tour, and wait for what follows."""
    tour = until(lambda: named(bus, program, f"УЧЕБНОЕ знакомство, {step}"), f"{step} is not heard")
    bus.press(next(one for one in bus.tree(tour) if one.role == "push button"))
    until(lambda: named(bus, program, then), f"{then} is not heard")


def test_a_newcomer_who_does_not_see(bus: Bus, program: Heard) -> None:
    """From the question of the first run to the verdict: each button is heard and works."""
    first = until(
        lambda: named(bus, program, "Попробовать на учебном примере"), "the question is not heard"
    )
    bus.press(first)
    until(lambda: named(bus, program, "УЧЕБНЫЙ РЕЖИМ"), "practice mode is not heard")
    go_on(bus, program, "шаг 1 из 3", "УЧЕБНОЕ знакомство, шаг 2 из 3")
    go_on(bus, program, "шаг 2 из 3", "УЧЕБНОЕ знакомство, шаг 3 из 3")
    go_on(bus, program, "шаг 3 из 3", "УЧЕБНАЯ подпись, проверка пройдена")
    names = [each.name for each in bus.tree(program)]
    for question in QUESTIONS:
        assert any(each.startswith(question) for each in names), question


def test_window_and_pages_are_heard(bus: Bus, worked: Heard) -> None:
    """The window and every page have their names and roles."""
    found = until(
        lambda: _many([each for each in bus.tree(worked) if each.name]), "the window is not heard"
    )
    assert any(each.role == "frame" and each.name.endswith("Росчерк") for each in found)
    names = [each.name for each in found if each.role == "list item"]
    assert [each for each in PAGES if each not in names] == []


def test_nothing_that_can_be_used_is_nameless(bus: Bus, worked: Heard) -> None:
    """Whatever can be pressed, chosen or filled in says what it is; the page is there in a moment."""
    used = until(
        lambda: _many([each for each in bus.tree(worked) if each.role in USED]),
        "the page of documents is not heard",
    )
    assert [each for each in used if not each.name] == []


def _many(found: list[Heard]) -> list[Heard] | None:
    return found if len(found) > 10 else None
