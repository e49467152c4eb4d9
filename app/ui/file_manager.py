"""A file shown in the system's own file manager: its folder, with the file chosen where that can be asked for."""

import logging
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.ui.session_bus import call
from app.ui.work import Tasks

_log = logging.getLogger(__name__)


def open_folder(folder: Path) -> None:
    """Open a folder."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class FileManager:
    """Asks the file manager in a thread: one that has to be started first may take its time."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def show(self, path: Path) -> None:
        """Open the folder of ``path`` with the file chosen, or just the folder."""
        self._tasks.run(
            lambda _job: choose(path),
            done=lambda chosen: None if chosen else open_folder(path.parent),
            failed=lambda _error: open_folder(path.parent),
            lane="notices",
        )


def choose(path: Path) -> bool:
    """Have the folder of ``path`` opened with the file chosen; return whether somebody did so.

    Under Linux `org.freedesktop.FileManager1.ShowItems` is called (the File Manager D-Bus
    Interface), which Nautilus, Dolphin, Nemo, Caja and Thunar answer; under Windows the Explorer.
    """
    if sys.platform == "win32":
        return _choose_in_explorer(path)
    name, uri = "org.freedesktop.FileManager1", path.absolute().as_uri()
    return call(name, "/org/freedesktop/FileManager1", "ShowItems", "ass", ([uri], ""))


def _choose_in_explorer(path: Path) -> bool:
    # The Explorer reads its line itself: what follows the comma is in quotes of its own, and no name of
    # a file can have a quotation mark in it under Windows. By its full path, or the working folder
    # would be looked into first.
    explorer = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "explorer.exe")
    try:
        subprocess.Popen(f'"{explorer}" /select,"{path.absolute()}"')  # noqa: S603 - no shell
    except OSError as error:
        _log.info("no Explorer: %s", type(error).__name__)
        return False
    return True
