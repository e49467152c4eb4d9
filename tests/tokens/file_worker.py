"""A worker for tests of this room: it serves keys in files and nothing else."""

import sys
from pathlib import Path

from app.processes.serving import serve
from app.tokens.filekeys import HANDLERS

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = (
    sys.executable,
    "-P",
    "-E",
    "-c",
    "import sys; sys.path[:0] = sys.argv[1:3]; import file_worker; file_worker.main()",
    str(ROOT),
    str(Path(__file__).parent),
)


def main() -> None:
    """Serve."""
    serve(HANDLERS)
