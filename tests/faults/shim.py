"""The preloaded library compiled, and the memory by which it is told what to do."""

import ctypes
import enum
import mmap
import subprocess
from pathlib import Path

_SOURCE = Path(__file__).with_name("fault_shim.c")


class Kind(enum.IntFlag):
    """Kinds of system calls, as in the library."""

    WRITE = 1
    SYNC = 2
    OPEN = 4
    """For writing."""
    RENAME = 8
    """And giving a second name."""
    UNLINK = 16
    RESIZE = 32
    MAKE = 64
    MODE = 128
    READ = 256
    """And opening for reading."""


CHANGES = Kind(255)
"""All that changes the disk."""


class Act(enum.IntEnum):
    """What happens at the call that was chosen."""

    NOTHING = 0
    KILL_CALLER = 1
    KILL_ALL = 2
    FAIL_ONCE = 3
    FAIL_ON = 4
    """From there on."""


_PIDS = 16


class _Layout(ctypes.Structure):
    count: int
    target: int
    action: int
    error: int
    kinds: int
    half: int
    offset: int
    jump_at: int
    jump: int
    no_links: int
    trace: int
    hit: int
    pids: "ctypes.Array[ctypes.c_int64]"
    root: bytes

    _fields_ = (
        ("count", ctypes.c_int64),
        ("target", ctypes.c_int64),
        ("action", ctypes.c_int64),
        ("error", ctypes.c_int64),
        ("kinds", ctypes.c_int64),
        ("half", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("jump_at", ctypes.c_int64),
        ("jump", ctypes.c_int64),
        ("no_links", ctypes.c_int64),
        ("trace", ctypes.c_int64),
        ("hit", ctypes.c_int64),
        ("pids", ctypes.c_int64 * _PIDS),
        ("root", ctypes.c_char * 1024),
    )


def build(folder: Path) -> Path:
    """Compile the library into a folder."""
    target = folder / "fault_shim.so"
    flags = ("-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror")
    command = ("cc", *flags, "-o", str(target), str(_SOURCE), "-ldl")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


class Control:
    """The memory that the library and we share."""

    def __init__(self, file: Path, root: Path | None = None) -> None:
        """Take the file; with ``root`` it is made anew, for calls under that folder."""
        size = ctypes.sizeof(_Layout)
        if root is not None:
            file.write_bytes(bytes(size))
        with file.open("r+b") as stream:
            self._memory = mmap.mmap(stream.fileno(), size)
        self.file = file
        self.it = _Layout.from_buffer(self._memory)
        if root is not None:
            self.it.root = f"{root}/".encode()

    def rest(self) -> None:
        """Let everything pass, uncounted."""
        self.order(Act.NOTHING, 0, kinds=Kind(0))
        self.it.offset = self.it.jump_at = self.it.jump = self.it.no_links = 0

    def order(
        self,
        action: Act,
        target: int,
        *,
        error: int = 0,
        kinds: Kind = CHANGES,
        half: bool = False,
    ) -> None:
        """Say what happens at the N-th call of these kinds, counted from now."""
        it = self.it
        it.kinds = 0
        it.target, it.action, it.error, it.half = target, action, error, half
        it.count = it.hit = 0
        it.pids[:] = [0] * _PIDS
        it.kinds = kinds

    def enrol(self, pid: int) -> None:
        """Name a process that a death of all takes along."""
        for place in range(_PIDS):
            if not self.it.pids[place]:
                self.it.pids[place] = pid
                return

    @property
    def enrolled(self) -> tuple[int, ...]:
        """The processes of the program, the first one first."""
        return tuple(pid for pid in self.it.pids if pid)
