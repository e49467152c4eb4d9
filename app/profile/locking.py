"""Who has a profile open: every program holds it together with others, whoever changes its form alone.

The lock is of the operating system, so it goes with the process that held it. Where the file system
knows no locks, or the profile cannot be written to, there is none.
"""

import contextlib
import errno
import os
import sys
import time
from pathlib import Path
from typing import Any, Final, Self

from app.errors import ErrorCode, RoscherkError

if sys.platform == "win32":
    import ctypes
    import msvcrt
else:
    import fcntl

OPENED: Final = ".opened"
CHANGING: Final = ".changing"
"""Held alone by whoever makes a change ready while others have the profile open."""
PATIENCE: Final = 60.0
"""Seconds: another program may be making a backup of everything."""
_STEP: Final = 0.05
_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
_FAIL_AT_ONCE, _ALONE = 1, 2
_VIOLATION: Final = 33


class Hold:
    """The lock of one profile, held by this process."""

    def __init__(self, folder: Path, name: str = OPENED) -> None:
        """Take the folder of the data; a profile of which none can be made has no lock."""
        self._folder = folder
        self._descriptor: int | None = None
        for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
            with contextlib.suppress(OSError):
                self._descriptor = os.open(folder / name, flags, 0o600)
                break

    def take(self, *, alone: bool, patience: float = PATIENCE) -> None:
        """Hold it, alone or together with others; what was held before is let go.

        Raises ``PROFILE_BUSY``.
        """
        if self._descriptor is None:
            return
        end = time.monotonic() + patience
        while not _try(self._descriptor, alone=alone):
            if time.monotonic() >= end:
                raise RoscherkError(ErrorCode.PROFILE_BUSY, path=str(self._folder))
            time.sleep(_STEP)

    def close(self) -> None:
        """Let it go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        """Use it as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let it go."""
        self.close()


if sys.platform == "win32":

    class _Overlapped(ctypes.Structure):
        _fields_ = (
            ("internal", ctypes.c_void_p),
            ("internal_high", ctypes.c_void_p),
            ("offset", ctypes.c_uint32),
            ("offset_high", ctypes.c_uint32),
            ("event", ctypes.c_void_p),
        )

    def _try(descriptor: int, *, alone: bool) -> bool:
        """LockFileEx: what the C library offers there knows no shared locks."""
        kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(descriptor))
        kernel.UnlockFileEx(handle, 0, 1, 0, ctypes.byref(_Overlapped()))
        flags = _FAIL_AT_ONCE | (_ALONE if alone else 0)
        if kernel.LockFileEx(handle, flags, 0, 1, 0, ctypes.byref(_Overlapped())):
            return True
        return ctypes.get_last_error() != _VIOLATION

else:

    def _try(descriptor: int, *, alone: bool) -> bool:
        kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        return True
