"""Token hosts that are forks of a warm process: a start takes milliseconds instead of a quarter second.

python warm_hosts.py SOCKET     the warm process; it ends when the socket does

It has imported what a host imports, and loaded no module. Each start is a fork that takes the program's
own way from `--child` on, with pipes, an environment and a session of its own: so a host is a process
that is confined, watched and killed as ever. Only the start of the interpreter is left out, which the
tests of `cold_hosts` and of tests/processes make.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.processes import launch

ROLE = "token-host"
_WARM = ("app.__main__", "app.processes.confinement", "app.tokens.pkcs11.host")
_MOST = 64 << 10
_LOST = -signal.SIGKILL
"""How a host ended that nobody can be asked about."""


class Forked:
    """What `subprocess.Popen` would be for a host: its pipes, and its end as the warm process tells it."""

    def __init__(self, pid: int, stdin: IO[bytes], stdout: IO[bytes], fate: int) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = stdin, stdout, None
        self.returncode: int | None = None
        self._fate = fate
        self._asking = threading.Lock()

    def poll(self) -> int | None:
        """Return how it ended; None: it lives, or somebody waits for its end."""
        if self._asking.acquire(blocking=False):
            try:
                self._hear(0.0)
            finally:
                self._asking.release()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        with self._asking:
            self._hear(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(ROLE, timeout or 0.0)
        return self.returncode

    def _hear(self, timeout: float | None) -> None:
        """Wait for the word on its end; the turn is the caller's."""
        if self.returncode is None:
            told = select.poll()
            told.register(self._fate, select.POLLIN)
            if told.poll(None if timeout is None else 1000 * timeout):
                word = os.read(self._fate, 16)
                os.close(self._fate)
                self.returncode = int(word) if word else _LOST

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class WarmHosts:
    """The parent's side: the warm process, begun when the first host is wanted."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._turn = threading.Lock()

    def start(self, arguments: Sequence[str], environment: dict[str, str]) -> Forked:
        """Fork a host; ``arguments`` begin with `--child`."""
        order = json.dumps({"arguments": list(arguments), "environment": environment}).encode()
        questions, answers, fate = os.pipe(), os.pipe(), os.pipe()
        try:
            with self._turn:
                line = self._warm()
                socket.send_fds(line, [order], [questions[0], answers[1], fate[1]])
                pid = int(line.recv(16))
        finally:
            for end in (questions[0], answers[1], fate[1]):
                os.close(end)
        # As `subprocess` with bufsize=0 gives them.
        return Forked(
            pid, os.fdopen(questions[1], "wb", 0), os.fdopen(answers[0], "rb", 0), fate[0]
        )

    def _warm(self) -> socket.socket:
        if self._line is None:
            self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                number = theirs.fileno()
                command = [sys.executable, "-P", "-E", __file__, str(number)]
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env=launch.environment(),
                    pass_fds=[number],
                )
        return self._line

    def close(self) -> None:
        """End the warm process; hosts that are left die with it."""
        if self._line is not None and self._process is not None:
            self._line.close()
            self._process.wait()


@contextlib.contextmanager
def warm_hosts() -> Iterator[Any]:
    """Yield what may stand for `launch._start`: hosts are forks, other children start as ever."""
    begin, command, hosts = launch._start, launch.command_of(ROLE), WarmHosts()

    def start(asked: Sequence[str]) -> Any:
        if list(asked) != command:
            return begin(asked)
        return hosts.start(asked[asked.index("--child") :], launch.environment())

    try:
        yield start
    finally:
        hosts.close()


# --- what follows runs in the warm process


def _fork(order: dict[str, Any], pipes: Sequence[int]) -> int:
    """Fork a host; return its process id."""
    pid = os.fork()
    if pid == 0:
        _become(order, pipes)
    return pid


def _become(order: dict[str, Any], pipes: Sequence[int]) -> NoReturn:
    """Be the program's child; nothing of the warm process is gone back to."""
    code = 70
    try:
        questions, answers, _ = pipes
        os.dup2(questions, 0)
        os.dup2(answers, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.closerange(3, 1024)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.environ.clear()
        os.environ.update(order["environment"])
        time.tzset()
        sys.argv = ["roscherk", *order["arguments"]]
        code = int(importlib.import_module("app.__main__").main() or 0)
    except SystemExit as finished:
        code = finished.code if isinstance(finished.code, int) else 71
    finally:
        os._exit(code)


def _reap(fates: dict[int, int]) -> None:
    """Tell how hosts ended."""
    while fates:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        fate = fates.pop(pid)
        with contextlib.suppress(BrokenPipeError):
            os.write(fate, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(fate)


def _serve(line: socket.socket) -> None:
    """Fork hosts until nobody wants more."""
    heard, rung = os.pipe()
    os.set_blocking(heard, False)
    os.set_blocking(rung, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(rung, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    fates: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([line, heard], [], [])
        if heard in ready:
            os.read(heard, 4096)
            _reap(fates)
        if line in ready:
            order, pipes, _, _ = socket.recv_fds(line, _MOST, 3)
            if not order:
                return
            pid = _fork(json.loads(order), pipes)
            fates[pid] = pipes[2]
            os.close(pipes[0])
            os.close(pipes[1])
            line.send(str(pid).encode())


if __name__ == "__main__":
    for name in _WARM:
        importlib.import_module(name)
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
