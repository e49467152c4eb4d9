"""Running processes side by side in one run, and rows that compare them."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
WIDTH = 64
"""Of the first column."""

_PAUSE = 0.02


class Missing(Exception):  # noqa: N818  # it says what is missing, in the words of the table
    """A peer or a part of the program that is needed is not there."""


@dataclass(frozen=True)
class Bench:
    """Where and how much to measure."""

    folder: Path
    size: int
    """Megabytes of the large file."""
    rounds: int


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a command, and what goes into its standard input."""

    argv: Sequence[str | Path]
    stdin: bytes = b""
    good: frozenset[int] = frozenset({0})
    """Exit codes that mean that the work was done."""
    environment: Mapping[str, str] = field(default_factory=dict)
    output: Path | None = None
    """A file that the command makes: deleted before each run."""


@dataclass(frozen=True)
class Outcome:
    """What one run took."""

    seconds: float
    memory: int
    """The largest resident size that one process of the tree reached, in bytes; 0: not known."""
    text: str


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    ours: float
    peer: float | None = None
    goal_ratio: float | None = None
    goal_seconds: float | None = None
    memory: int = 0
    goal_memory: int | None = None
    """Bytes."""

    @property
    def missed(self) -> bool:
        """Tell whether a goal was missed."""
        ratio = self.ours / self.peer if self.peer else 0.0
        return (
            (self.goal_ratio is not None and ratio > self.goal_ratio)
            or (self.goal_seconds is not None and self.ours > self.goal_seconds)
            or (self.goal_memory is not None and self.memory > self.goal_memory)
        )

    def __str__(self) -> str:
        peer = f"{self.peer:8.3f}s" if self.peer else f"{'':9}"
        ratio = f"{self.ours / self.peer:6.2f}x" if self.peer else f"{'':7}"
        memory = f"{self.memory / 1e6:5.0f} MB" if self.memory else f"{'':8}"
        return (
            f"{self.what:{WIDTH}} {self.ours:8.3f}s {peer} {ratio}  {memory}  {self.goals}".rstrip()
        )

    @property
    def goals(self) -> str:
        """Say which goals there are, and whether they were met."""
        goals = []
        if self.goal_ratio is not None:
            goals.append(f"{self.goal_ratio:.3g}x")
        if self.goal_seconds is not None:
            goals.append(f"{self.goal_seconds} s")
        if self.goal_memory is not None:
            goals.append(f"{self.goal_memory / 1e6:.0f} MB")
        return ("missed: " if self.missed else "met: ") + ", ".join(goals) if goals else ""


def compare(rounds: int, *sides: Side) -> list[Outcome]:
    """Run all sides by turns; return the best time and the largest memory of each.

    By turns, because the machine's mood changes; the best, because disturbance only adds.
    """
    runs: list[list[Outcome]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, done in zip(sides, runs, strict=True):
            done.append(run(side))
    return [
        Outcome(
            min(each.seconds for each in done),
            max(each.memory for each in done),
            done[-1].text,
        )
        for done in runs
    ]


def run(side: Side) -> Outcome:
    """Run one command to its end; raise `Missing` when it fails."""
    if side.output is not None:
        side.output.unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), **side.environment}
    argv = [str(each) for each in side.argv]
    begin = time.perf_counter()
    with subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=PROJECT,
    ) as process:
        watch = Watch(process.pid)
        text, _ = process.communicate(side.stdin)
        seconds = time.perf_counter() - begin
        memory = watch.stop()
    told = text.decode(errors="replace")
    if process.returncode not in side.good:
        name = " ".join(" ".join(argv).split())[:60]
        last = " ".join(told.split())[-200:]
        raise Missing(f"{name}… ended with {process.returncode}: …{last}")
    return Outcome(seconds, memory, told)


def program(*arguments: str | Path) -> list[str | Path]:
    """Return the command line of this program."""
    return [sys.executable, "-m", "app", *arguments]


def need(name: str) -> str:
    """Return the path of a peer; raise `Missing` when it is not installed."""
    beside = Path(sys.executable).with_name(name)  # pyHanko's, of the same environment
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed")
    return found


class Watch:
    """Looks at a process and all that come from it, and remembers the largest resident size.

    The kernel keeps the high-water mark of each process (VmHWM), so that a look now and then is
    enough. `getrusage` would not do: a child begins with the mark of the process that forked it.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        if sys.platform == "linux":
            self._thread.start()

    def stop(self) -> int:
        """End the watch and return what was seen."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._done.wait(_PAUSE):
            for pid in _tree(self._pid):
                self._most = max(self._most, _high_water(pid))


def _tree(root: int) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += parents.get(pid, [])


def _high_water(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0
