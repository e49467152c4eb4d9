"""One bed of files, and the warm program that works in it: run, disturbed, looked over."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from faults.shim import Act, Control

_ZYGOTE = Path(__file__).with_name("zygote.py")
_PATIENCE = 60.0


@dataclass(frozen=True)
class Ended:
    """How a run of the program ended."""

    code: int
    """The exit code; minus the number of a signal."""
    out: str
    err: str
    seconds: float
    calls: int
    """Counted system calls."""


class Lane:
    """A folder with a bed, and a warm process of its own. One run at a time."""

    def __init__(self, folder: Path, shim: Path) -> None:
        """Start the warm process; it takes a second."""
        self.folder = folder
        self.bed = folder / "bed"
        self.bed.mkdir(parents=True)
        self.control = Control(folder / "control", self.bed)
        environment = {
            "LD_PRELOAD": str(shim),
            "ROSCHERK_TEST_FAULTS": str(folder / "control"),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
        }
        self._process = subprocess.Popen(
            [sys.executable, str(_ZYGOTE), str(folder / "control")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=os.environ | environment,
        )
        assert self._line() == "ready"

    @property
    def profile(self) -> Path:
        """The profile of the program in this bed."""
        return self.bed / "profile"

    @property
    def documents(self) -> Path:
        """The folder of documents in this bed."""
        return self.bed / "documents"

    def command(self, *arguments: str | Path) -> list[str]:
        """Return the arguments of a command in the bed's profile."""
        return ["--profile", str(self.profile), "--language", "en", *map(str, arguments)]

    def run(
        self,
        arguments: Sequence[str] = (),
        *,
        deed: str = "",
        typed: str = "",
        killed: "Killed | None" = None,
        environment: dict[str, str] | None = None,
    ) -> Ended:
        """Let the program run to its end, whatever that may be."""
        typing, out, err = (self.folder / name for name in ("typed", "out", "err"))
        typing.write_text(typed, "utf-8")
        order: dict[str, Any] = {
            "arguments": list(arguments),
            "input": str(typing),
            "output": str(out),
            "errors": str(err),
            "environment": environment or {},
        }
        if deed:
            order["deed"] = deed
        begun = time.perf_counter()
        self._pipe("stdin").write(json.dumps(order) + "\n")
        pid = int(self._line())
        watch = threading.Timer(_PATIENCE, lambda: _end(pid))
        watch.start()
        try:
            if killed is not None:
                killed.strike(self.control, pid)
            code = int(self._line())
        finally:
            watch.cancel()
        seconds = time.perf_counter() - begun
        calls = self.control.it.count
        return Ended(code, out.read_text("utf-8"), err.read_text("utf-8"), seconds, calls)

    def settle(self, template: Path) -> None:
        """Put the bed in order: as the template is."""
        shutil.rmtree(self.bed)
        shutil.copytree(template, self.bed, symlinks=True)

    def look(self, files: Sequence[Path] = ()) -> dict[str, Any]:
        """Look the profile and files over in a fork of the program."""
        answer = self.folder / "answer"
        answer.unlink(missing_ok=True)
        self.control.rest()
        words = [str(self.bed), [*map(str, files)], str(answer)]
        ended = self.run(words, deed="look")  # type: ignore[arg-type]
        if ended.code or not answer.exists():
            return {"failed": f"{ended.code} {ended.err[-2000:]}"}
        found: dict[str, Any] = json.loads(answer.read_text("utf-8"))
        return found

    def close(self) -> None:
        """End the warm process."""
        self._pipe("stdin").close()
        self._process.wait()
        self._pipe("stdout").close()

    def _line(self) -> Any:
        text = self._pipe("stdout").readline()
        assert text, "the warm process has ended"
        return json.loads(text)

    def _pipe(self, name: str) -> IO[str]:
        pipe: IO[str] | None = getattr(self._process, name)
        assert pipe is not None
        return pipe

    def __enter__(self) -> Self:
        """Use it as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


@dataclass(frozen=True)
class Killed:
    """A death at a moment."""

    after: float
    """Seconds from the start."""
    whom: str
    """``program``, ``worker`` or ``all``."""

    def strike(self, control: Control, program: int) -> None:
        """Wait, then kill."""
        time.sleep(self.after)
        if self.whom == "program":
            _end(program)
            return
        enrolled = control.enrolled
        for pid in enrolled[1:] if self.whom == "worker" else enrolled:
            _end(pid)


def at_call(control: Control, number: int, *, everybody: bool, half: bool) -> None:
    """Order a death at the N-th system call that changes the disk."""
    act = Act.KILL_ALL if everybody else Act.KILL_CALLER
    control.order(act, number, half=half)


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
