"""A process of ours that crashes leaves no image of its memory, whatever the system would write."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from typing import cast

import pytest

from app.__main__ import ROLES
from app.processes.frames import Kind, read_frame
from app.processes.launch import command_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="core files of Linux")

_WINDOWLESS = "import sys; sys.argv = ['roscherk', '--version']; from app.__main__ import main; "


def wishes(command: Sequence[str], folder: Path) -> "subprocess.Popen[bytes]":
    """Start a process that may leave core files as large as the system allows, in ``folder``."""

    def allow() -> None:
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    return subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        preexec_fn=allow,  # noqa: PLW1509  # the test has one thread
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )


def dumped(process: "subprocess.Popen[bytes]") -> bool:
    """Wait for a process that aborted; tell whether the kernel wrote its core, and remove it."""
    _, status = os.waitpid(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGABRT
    return os.WCOREDUMP(status)


@pytest.fixture(scope="module", autouse=True)
def _dumps_are_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where this system writes none at all: nothing would be proved."""
    folder = tmp_path_factory.mktemp("control")
    written = dumped(wishes([sys.executable, "-c", "import os; os.abort()"], folder))
    for file in folder.iterdir():
        file.unlink()
    if not written:
        pytest.skip("this system writes no core files")


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_child_leaves_one(tmp_path: Path, role: str) -> None:
    """Of whatever role; also where the limit is raised again behind its back."""
    for raised in (False, True):
        process = wishes(command_of(role), tmp_path)
        kind, _ = read_frame(cast(FileIO, process.stdout))
        assert kind is Kind.READY
        if raised:
            try:
                most = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                resource.prlimit(process.pid, resource.RLIMIT_CORE, most)
            except PermissionError:
                process.kill()
                process.communicate()
                return
        os.kill(process.pid, signal.SIGABRT)
        assert not dumped(process)
        assert list(tmp_path.iterdir()) == []


def test_the_program_leaves_none(tmp_path: Path) -> None:
    """The process in which PINs are typed."""
    code = f"import os; {_WINDOWLESS}main(); os.abort()"
    assert not dumped(wishes([sys.executable, "-c", code], tmp_path))
    assert list(tmp_path.iterdir()) == []
