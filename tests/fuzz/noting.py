"""What a run leaves behind: its figures, and each finding once, with octets and trace."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.harness import Harness, Prepared, memory

if TYPE_CHECKING:
    from types import TracebackType

_FILE = "figures.json"
_EVERY = 1.0


@dataclass
class Figures:
    """One line of the table."""

    name: str
    parser: str
    runs: int = 0
    slowest: float = 0.0
    """Seconds of the processor."""
    grown: int = 0
    """Octets that all inputs together added to the process."""
    findings: int = 0
    ended: str = ""
    """How the child ended, if not as it should."""

    @classmethod
    def read(cls, folder: Path, harness: Harness) -> Figures:
        """Return what a child wrote; nothing, if it wrote nothing."""
        try:
            return cls(**json.loads((folder / _FILE).read_text("utf-8")))
        except FileNotFoundError:
            return cls(harness.name, harness.parser)

    def line(self) -> str:
        """Say it in one line."""
        return (
            f"{self.name:20} {self.runs:>9,} runs  slowest {self.slowest:5.2f} s  "
            f"+{self.grown >> 20} MB  findings {self.findings} {self.ended}"
        )


class Notes:
    """Feeds one harness and writes down what comes of it."""

    def __init__(self, harness: Harness, folder: Path) -> None:
        self._harness = harness
        self._folder = folder
        self._figures = Figures(harness.name, harness.parser)
        self._known: set[str] = set()
        self._base = memory()
        self._written = 0.0
        (folder / _FILE).unlink(missing_ok=True)

    def run(self, prepared: Prepared, data: bytes) -> None:
        """Feed one input; a finding is written down, and the run goes on."""
        figures = self._figures
        figures.runs += 1
        try:
            figures.slowest = max(figures.slowest, self._harness.feed(prepared, data).seconds)
        except Exception as error:  # noqa: BLE001 - this is what is sought
            self._note(error, data)
        figures.grown = max(0, memory() - self._base)
        if time.monotonic() - self._written > _EVERY:
            self._write()

    def _note(self, error: Exception, data: bytes) -> None:
        kind = f"{type(error).__name__} at {_place(error.__traceback__)}"
        if kind in self._known:
            return
        self._known.add(kind)
        self._figures.findings = len(self._known)
        stem = self._folder / f"finding-{hashlib.sha256(kind.encode()).hexdigest()[:8]}"
        stem.with_suffix(".bin").write_bytes(data)
        trace = "".join(traceback.format_exception(error))
        stem.with_suffix(".txt").write_text(f"{kind}\n\n{trace}", "utf-8", "backslashreplace")
        self._write()

    def _write(self) -> None:
        """Write often: the library ends the process without asking anybody."""
        self._written = time.monotonic()
        (self._folder / _FILE).write_text(json.dumps(asdict(self._figures)), "utf-8")


def _place(trace: TracebackType | None) -> str:
    """Name the last line of ours that was running."""
    place = "?"
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "app" in file.parts or place == "?":
            place = f"{file.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
