"""Calls over a real bus: a notification, a file shown in its folder; the desktop notes what it is asked for."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jeepney
import pytest
from fakes import FakeTasks
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from app.ui import file_manager
from app.ui.file_manager import FileManager, choose
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


@contextmanager
def desktop(name: str, member: str, *answer: object) -> Iterator[list[tuple[Any, ...]]]:
    """Answer one call as a desktop does; yield what it is called with."""
    told: list[tuple[Any, ...]] = []

    def serve(connection: DBusConnection) -> None:
        while True:
            message = connection.receive()
            if message.header.fields.get(jeepney.HeaderFields.member) == member:
                told.append(message.body)
                connection.send(jeepney.new_method_return(message, *answer))
                return

    with open_dbus_connection(bus="SESSION") as connection:
        connection.send_and_get_reply(jeepney.DBus().RequestName(name))
        answering = threading.Thread(target=serve, args=(connection,), daemon=True)
        answering.start()
        yield told
        answering.join(5)


@pytest.mark.usefixtures("bus")
def test_a_desktop_is_asked_as_the_specification_says() -> None:
    """The types are those of Notify, or a real desktop would refuse it."""
    with desktop("org.freedesktop.Notifications", "Notify", "u", (7,)) as told:
        assert send("Подписание окончено", "Подписано 2 документа")
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


@pytest.mark.usefixtures("bus")
def test_a_file_is_chosen_in_its_folder() -> None:
    """The file manager gets the address of the file, whatever letters its name has."""
    with desktop("org.freedesktop.FileManager1", "ShowItems") as told:
        assert choose(Path("/tmp/Мои документы/Счёт № 5 (100 %).pdf.sig"))
    (((uri,), token),) = told
    assert unquote(uri) == "file:///tmp/Мои документы/Счёт № 5 (100 %).pdf.sig"
    assert uri.isascii()
    assert " " not in uri
    assert token == ""


@pytest.mark.usefixtures("bus")
def test_a_desktop_that_cannot_choose_opens_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody answers, the folder is opened as it always was."""
    opened: list[Path] = []
    monkeypatch.setattr(file_manager, "open_folder", opened.append)
    path = Path("/tmp/Входящие/Акт.pdf")
    assert not choose(path)
    FileManager(FakeTasks()).show(path)
    assert opened == [path.parent]


def test_explorer_is_the_one_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its full path, and the file in quotes of its own, as the Explorer wants it."""
    begun: list[str] = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("SYSTEMROOT", "/Windows")
    monkeypatch.setattr(subprocess, "Popen", begun.append)
    assert choose(Path("/tmp/Акт, 2 (1).pdf"))
    assert begun == ['"/Windows/explorer.exe" /select,"/tmp/Акт, 2 (1).pdf"']

    def lacking(_line: str) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "Popen", lacking)
    assert not choose(Path("/tmp/Акт.pdf"))
