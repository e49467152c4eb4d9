"""A warm process that becomes the program again and again, without the second that a start takes.

python zygote.py CONTROL        orders come as lines of JSON, answers go out as lines of JSON

Everything the program needs is imported once; each run is a fork that calls the program's own
`main` with arguments of its own. Its workers are forks too, where the program would start an
interpreter: they take the same way from `--child` on. So what is killed is the program, with its
pipes, its threads and its files.
"""

import ctypes
import faulthandler
import importlib
import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE.parents[1]), str(_HERE.parent), str(_HERE)]

from faults.shim import Control  # noqa: E402

_WARM = (
    "app.start",
    "app.composition",
    "app.crypto.worker",
    "app.crypto.signing.pdf",
    "app.crypto.pdf.checking",
    "app.crypto.stamping.copy",
    "app.crypto.accreditation.tasks",
    "app.reports.printer",
    "faults.deeds",
)
_SUBREAPER = 36
_HANGS = 50.0
"""Seconds after which a run tells where it stands; soon its patience is over."""
_kept: list[Any] = []


class _Forked:
    """What `subprocess.Popen` would be for a child that is a fork."""

    def __init__(self, pid: int, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = stdin, stdout, None
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended; None: it lives."""
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                return self.returncode
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("fork", timeout or 0.0)
            time.sleep(0.002)
        return self.returncode or 0

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


def _start(control: Control, command: Sequence[str]) -> _Forked:
    """Be `launch._start`: the child of a role, with pipes for its input and output."""
    launch = importlib.import_module("app.processes.launch")
    questions, answers = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(questions[0], 0)
        os.dup2(answers[1], 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.closerange(3, 1024)
        os.setsid()
        kept = launch.environment()
        os.environ.clear()
        os.environ.update(kept)
        sys.argv = ["roscherk", *command[command.index("--child") :]]
        _become("app.__main__", "main")
    control.enrol(pid)
    os.close(questions[0])
    os.close(answers[1])
    # As `subprocess` with bufsize=0 gives them.
    pipes = os.fdopen(questions[1], "wb", 0), os.fdopen(answers[0], "rb", 0)
    forked = _Forked(pid, *pipes)
    _kept.append(forked)
    return forked


def _become(module: str, function: str, *arguments: object) -> NoReturn:
    """Call a function as the whole work of this process."""
    code = 70
    try:
        code = int(getattr(importlib.import_module(module), function)(*arguments) or 0)
    except SystemExit as finished:
        code = finished.code if isinstance(finished.code, int) else 71
    except BaseException:  # noqa: BLE001 - a traceback is what a test looks for
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _run(control: Control, order: dict[str, Any]) -> int:
    """Fork the program; return its process id."""
    pid = os.fork()
    if pid:
        return pid
    control.enrol(os.getpid())
    os.setpgid(0, 0)
    random.seed()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    os.dup2(os.open(order.get("input", os.devnull), os.O_RDONLY), 0)
    os.dup2(os.open(order["output"], flags, 0o600), 1)
    os.dup2(os.open(order["errors"], flags, 0o600), 2)
    os.closerange(3, 1024)
    faulthandler.enable(2)
    faulthandler.dump_traceback_later(_HANGS, file=2)
    os.environ.update(order.get("environment", {}))
    if "deed" in order:
        _become("faults.deeds", "do", order["deed"], *order.get("arguments", ()))
    sys.argv = ["roscherk", *order["arguments"]]
    _become("app.__main__", "main")


def _reap() -> dict[int, int]:
    """Wait until every process of the program is gone, orphans included."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, 0)
        except ChildProcessError:
            return ended
        ended[pid] = os.waitstatus_to_exitcode(status)


def main() -> None:
    """Serve orders until there are no more."""
    control = Control(Path(sys.argv[1]))
    os.environ.pop("LD_PRELOAD", None)
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    orders, answers = os.fdopen(os.dup(0), "r"), os.fdopen(os.dup(1), "w", 1)
    # No descriptor of ours may hold a pipe of theirs open.
    for name in _WARM:
        importlib.import_module(name)
    launch: Any = importlib.import_module("app.processes.launch")
    launch._start = lambda command: _start(control, command)
    # Where much else runs, a polite worker would be killed at nothing but its start.
    os.nice = lambda _more: 0
    answers.write('"ready"\n')
    for line in orders:
        pid = _run(control, json.loads(line))
        answers.write(f"{pid}\n")
        ended = _reap()
        answers.write(f"{ended[pid]}\n")


if __name__ == "__main__":
    main()
