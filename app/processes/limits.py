"""How much one task may take, and how a child holds itself to it.

The parent's clock is the guard that always works. On POSIX the child also sets soft limits anew
before each task: processor time everywhere, memory on Linux (RLIMIT_DATA: heap and private writable
mappings, so a large file mapped for reading does not count). Elsewhere memory is not limited.
"""

import math
import os
import sys

from app.values import dataclass

if sys.platform != "win32":
    import resource

MEMORY = 512 << 20
MEMORY_LARGE_PDF = 1536 << 20
LARGE_PDF = 100 << 20
_SECONDS = 10.0
_SECONDS_PER_GIGABYTE = 40.0
"""By GOST R 34.11 an old or busy machine digests no more than 25 MB in a second of its processor."""
_PATIENCE = 6.0
"""Wall clock per second of processor time: children are nice, and disks are slow."""


@dataclass(frozen=True)
class Limits:
    """What one task may take. None: not limited."""

    cpu_seconds: float | None = _SECONDS
    wall_seconds: float | None = _SECONDS * _PATIENCE
    silence_seconds: float | None = None
    """How long a task may go without a sign of progress."""
    steps: tuple[float, ...] = ()
    """How long the task may stay silent after each step it announces (`Context.step`)."""
    memory: int | None = MEMORY
    """Bytes above what the child holds before the task."""


def for_content(size: int, *, pdf: bool = False, waiting: float = 0.0) -> Limits:
    """Return the limits of a task over ``size`` bytes of content.

    ``waiting``: seconds that the task may wait for other computers, which cost no processor time.
    """
    seconds = _SECONDS + _SECONDS_PER_GIGABYTE * size / (1 << 30)
    large = pdf and size > LARGE_PDF
    return Limits(
        cpu_seconds=seconds,
        wall_seconds=seconds * _PATIENCE + waiting,
        memory=MEMORY_LARGE_PDF if large else MEMORY,
    )


def hold_to(cpu_seconds: float | None, memory: int | None) -> None:
    """Set this process's soft limits anew, counted from what it has used so far."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    _soften(resource.RLIMIT_CPU, None if cpu_seconds is None else math.ceil(spent + cpu_seconds))
    if sys.platform == "linux":
        _soften(resource.RLIMIT_DATA, None if memory is None else data_size() + memory)


def data_size() -> int:
    """Return how much writable memory this process holds (Linux; elsewhere 0)."""
    if sys.platform != "linux":
        return 0
    descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        pages = int(os.read(descriptor, 256).split()[5])
    finally:
        os.close(descriptor)
    return pages * os.sysconf("SC_PAGE_SIZE")


if sys.platform != "win32":

    def _soften(which: int, wanted: int | None) -> None:
        """Set a soft limit, never above the hard one."""
        hard = resource.getrlimit(which)[1]
        soft = resource.RLIM_INFINITY if wanted is None else wanted
        if hard != resource.RLIM_INFINITY:
            soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
        resource.setrlimit(which, (soft, hard))
