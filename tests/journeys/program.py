"""The whole program as a user runs it: a command in a process of its own, and what came of it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer on standard output, parsed."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Program:
    """The command line with a profile of its own."""

    profile: Path

    def run(
        self,
        *arguments: str | Path,
        typed: str = "",
        language: str = "en",
        cwd: Path | None = None,
        before: Callable[[], None] | None = None,
    ) -> Done:
        """Run one command; ``typed`` is its standard input, ``before`` runs in its process."""
        done = subprocess.run(
            [
                *(sys.executable, "-m", "app"),
                *("--profile", str(self.profile), "--language", language),
                *map(os.fspath, arguments),
            ],
            input=typed.encode(),
            capture_output=True,
            timeout=100,
            check=False,
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            preexec_fn=before,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
