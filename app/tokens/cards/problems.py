"""What a failure of PC/SC means here: no service, a stopped one, one that refuses us.

The codes of PC/SC alone do not tell: libpcsclite says "no service" also for a socket that we may
not open, and a service that refuses a session (polkit) just hangs up.
"""

import os
import shutil
import socket
import sys
from collections.abc import Mapping

from app.errors import ErrorCode

NO_READERS = 0x8010002E
UNKNOWN_READER = 0x80100009
TIMEOUT = 0x8010000A
SUCCESS = 0

_NO_SERVICE = 0x8010001D
_COMMUNICATION = 0x80100013
_SOCKET = "/run/pcscd/pcscd.comm"
_FOLDERS = "/usr/sbin:/usr/bin:/sbin:/bin"
_SECONDS = 1.0

_PLAIN: Mapping[int, ErrorCode] = {
    NO_READERS: ErrorCode.READERS_NONE,
    0x8010001E: ErrorCode.READERS_SERVICE_STOPPED,  # E_SERVICE_STOPPED
    0x8010006A: ErrorCode.READERS_DENIED,  # W_SECURITY_VIOLATION
    0x80100027: ErrorCode.READERS_DENIED,  # E_NO_ACCESS
}


def problem_of(status: int) -> ErrorCode:
    """Return the ``READERS_…`` code for a status of PC/SC that is no success (pcsclite.h)."""
    number = status & 0xFFFFFFFF
    if number in _PLAIN:
        return _PLAIN[number]
    if number not in {_NO_SERVICE, _COMMUNICATION}:
        return ErrorCode.READERS_FAILED
    if sys.platform != "linux":
        stopped = number == _NO_SERVICE
        return ErrorCode.READERS_SERVICE_STOPPED if stopped else ErrorCode.READERS_FAILED
    return _of_pcscd()


def _of_pcscd() -> ErrorCode:
    path = os.environ.get("PCSCLITE_CSOCK_NAME", _SOCKET)
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(_SECONDS)
            probe.connect(path)
    except PermissionError:
        return ErrorCode.READERS_DENIED
    except OSError:
        there = shutil.which("pcscd", path=_FOLDERS) is not None
        return ErrorCode.READERS_SERVICE_STOPPED if there else ErrorCode.READERS_SERVICE_MISSING
    # The service is there and takes calls; if it hangs up on us, it does not want us.
    return ErrorCode.READERS_DENIED
