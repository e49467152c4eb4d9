"""A notification over a real bus, to a desktop that notes what it is asked for."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import jeepney
import pytest
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from app.ui.system_notices import send

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="no D-Bus here")


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a bus of our own."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        address = process.stdout.readline().decode().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield
        process.terminate()


def desktop(connection: DBusConnection, told: list[tuple[Any, ...]]) -> None:
    """Answer one call as a desktop does."""
    while True:
        message = connection.receive()
        if message.header.fields.get(jeepney.HeaderFields.member) == "Notify":
            told.append(message.body)
            connection.send(jeepney.new_method_return(message, "u", (7,)))
            return


@pytest.mark.usefixtures("bus")
def test_a_desktop_is_asked_as_the_specification_says() -> None:
    """The types are those of Notify, or a real desktop would refuse it."""
    told: list[tuple[Any, ...]] = []
    with open_dbus_connection(bus="SESSION") as connection:
        name = "org.freedesktop.Notifications"
        connection.send_and_get_reply(jeepney.DBus().RequestName(name))
        answering = threading.Thread(target=desktop, args=(connection, told), daemon=True)
        answering.start()
        assert send("Подписание окончено", "Подписано 2 документа")
        answering.join(5)
    ((program, replaced, icon, heading, words, actions, hints, expires),) = told
    assert (program, replaced, icon) == ("Росчерк", 0, "roscherk")
    assert (heading, words) == ("Подписание окончено", "Подписано 2 документа")
    assert actions == []
    assert hints["desktop-entry"] == ("s", "roscherk")
    assert expires == -1


@pytest.mark.usefixtures("bus")
def test_a_bus_without_a_desktop() -> None:
    """Nobody there is no error: an answer comes, and it is no."""
    assert "DBUS_SESSION_BUS_ADDRESS" in os.environ
    assert not send("heading", "words")
