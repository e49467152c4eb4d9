"""What a child does to itself before any other code runs in it: its pipes, its manners, its end."""

import os
import signal
import sys
from io import FileIO

from app.processes.dumps import forbid_dumps

if sys.platform == "linux":
    import ctypes

_NICE = 10
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_pipes: list[FileIO] = []


def confine() -> tuple[FileIO, FileIO]:
    """Take the pipes away from the standard streams, become modest; return (questions, answers).

    Called first thing, before the role's modules are imported: a library that prints while it is
    loaded must already find the standard streams harmless.
    """
    if not _pipes:
        _pipes.extend(_private_pipes())
        _be_modest()
    questions, answers = _pipes
    return questions, answers


def _private_pipes() -> tuple[FileIO, FileIO]:
    """Move the pipes to descriptors of their own; input becomes empty, output goes to the log."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - exists there only

        for descriptor in (0, 1):
            msvcrt.setmode(descriptor, os.O_BINARY)
    # dup gives descriptors that no grandchild inherits.
    questions, answers = FileIO(os.dup(0), "rb"), FileIO(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return questions, answers


def _be_modest() -> None:
    """Yield to people's work, leave no memory image behind, die with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    if sys.platform == "win32":
        return
    os.nice(_NICE)
    forbid_dumps()
    if sys.platform == "linux":
        # A dead parent closes the pipe, which an idle child sees; a busy one needs the signal. It
        # comes when the parent's *thread* that started us ends: that thread lives as long as we do.
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
