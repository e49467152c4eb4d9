"""How a child is started: with which command, and with how little of our environment."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import app

_ROOT = str(Path(app.__file__).resolve().parent.parent)

# The child imports the program from where the parent did, and never from the current folder or
# from what PYTHONPATH says.
_BOOT = (
    "import sys; root = sys.argv.pop(1); root in sys.path or sys.path.insert(0, root); "
    "from app.__main__ import main; main()"
)

# LD_LIBRARY_PATH and its like: some interpreters do not start without.
_KEPT = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "TEMP",
        "TMP",
        "SYSTEMROOT",
        "WINDIR",
        "SYSTEMDRIVE",
        "COMSPEC",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "PROGRAMDATA",
        "PROGRAMFILES",
        "XDG_RUNTIME_DIR",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
        # the system's proxy and roots of TLS, for workers that go to the network
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "SOFTHSM2_CONF",
        "OPENSC_CONF",
        "PCSCLITE_CSOCK_NAME",
    }
)
_KEPT_FAMILIES = ("LC_", "ROSCHERK_")
_SEARCHED = frozenset({"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"})


def command_of(role: str) -> list[str]:
    """Return the command that starts a child of ``role``."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--child", role]
    return [sys.executable, *_flags(), "-c", _BOOT, _ROOT, "--child", role]


def _flags() -> list[str]:
    flags = ["-P", "-E"]
    if sys.flags.no_user_site:
        flags.append("-s")
    return flags


def environment() -> dict[str, str]:
    """Return the part of our environment that a child needs."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _KEPT or name.upper().startswith(_KEPT_FAMILIES)
    }
    for name in _SEARCHED & kept.keys():
        kept[name] = _full_paths(kept[name])
    # A heap per thread reserves memory by the gigabyte and would eat the limit.
    return kept | {"MALLOC_ARENA_MAX": "2"}


def _full_paths(searched: str) -> str:
    """Leave out what stands for the working folder: no library is loaded from beside a document."""
    return os.pathsep.join(each for each in searched.split(os.pathsep) if Path(each).is_absolute())


def launch(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a child with pipes for its input and output, or take the one that was begun early.

    Raises `OSError` when it cannot start.
    """
    with _early_lock:
        process = _early.pop(tuple(command), None)
    return _start(command) if process is None or process.poll() is not None else process


def begin_early(role: str, *preloaded: str) -> None:
    """Start a child before anything else is loaded here: the two get ready at the same time.

    ``preloaded``: for which command the child should load more than it must (`app.__main__`). Called by the main thread,
    because a child dies with the thread that started it. One that cannot start is no matter here:
    whoever needs it will meet the same error.
    """
    command = command_of(role)
    with contextlib.suppress(OSError), _early_lock:
        _early[tuple(command)] = _start([*command, *preloaded])


def end_early() -> None:
    """End what was begun early and never needed."""
    with _early_lock:
        processes = list(_early.values())
        _early.clear()
    for process in processes:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


_early: "dict[tuple[str, ...], subprocess.Popen[bytes]]" = {}
_early_lock = threading.Lock()


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    log = None if os.environ.get("ROSCHERK_DEBUG") else subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        bufsize=0,
        env=environment(),
        # Ctrl-C in the terminal is for the parent alone.
        start_new_session=sys.platform != "win32",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
