"""Where CryptoPro CSP keeps container folders: its own folder of each user, and removable drives.

On a removable drive containers lie in its first level, so nothing deeper is looked at. Drives that
answer over a network are left out: they may take minutes to say that they are not there.
"""

import ctypes
import os
import re
import stat
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.values import dataclass

if sys.platform != "win32":
    import pwd

_LINUX_KEYS = "var/opt/cprocsp/keys"
_DESKTOP_MOUNTS = ("/media/", "/run/media/")
"""Where desktops mount what a person plugged in (udisks2)."""
_NEVER: Final = frozenset(
    {
        "9p",
        "afs",
        "autofs",
        "ceph",
        "cifs",
        "glusterfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        "squashfs",
        "tmpfs",
    }
)
"""File systems that no flash drive has, or that may keep us waiting."""
_NAME = re.compile(r".{1,64}\.\d{3}", re.DOTALL)
"""Folders as CSP names them: ``abcdefgh.000``."""
_NETWORK_FUSE = re.compile(r"fuse\.(?!exfat|ntfs)")
_MAX_MOUNTS = 64
_DRIVE_REMOVABLE = 2
"""GetDriveTypeW: DRIVE_REMOVABLE."""


@dataclass(frozen=True)
class Medium:
    """A folder that may hold container folders."""

    folder: Path
    removable: bool
    """A drive that a person may take along; else a folder of this computer."""


def media(root: Path = Path("/")) -> tuple[Medium, ...]:
    """Return what is to be looked at here; ``root`` holds ``proc``, ``sys`` and ``var`` (Linux)."""
    if sys.platform == "win32":
        return (*_windows_profile(), *_windows_drives())
    home = root / _LINUX_KEYS / _user()
    found = [Medium(home, removable=False)] if home.is_dir() else []
    if sys.platform == "linux":
        found += [Medium(path, removable=True) for path in _mounts(root)]
    return tuple(found)


def _user() -> str:
    """Return the name of the user as the system knows it; the environment may say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _mounts(root: Path) -> Iterator[Path]:
    """Return the mounted drives that can be taken along (proc(5), /proc/self/mountinfo)."""
    try:
        text = (root / "proc/self/mountinfo").read_bytes()
    except OSError:
        return
    seen: set[str] = set()
    for line in text.splitlines():
        before, _, after = line.partition(b" - ")
        fields, kind = before.split(), after.split()[:1]
        if len(fields) < 5 or not kind:
            continue
        device, place = fields[2].decode("ascii", "replace"), _unescaped(fields[4])
        if not _local(os.fsdecode(kind[0])) or device in seen:
            continue
        if place.startswith(_DESKTOP_MOUNTS) or _is_removable(root, device):
            seen.add(device)  # one drive may be mounted twice
            yield Path(place)
        if len(seen) >= _MAX_MOUNTS:
            return


def _unescaped(field: bytes) -> str:
    r"""Undo ``\040`` and its like."""
    octets = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8) & 0xFF]), field)
    return os.fsdecode(octets)


def _local(kind: str) -> bool:
    return kind not in _NEVER and not _NETWORK_FUSE.match(kind)


def _is_removable(root: Path, device: str) -> bool:
    """Ask the kernel about a device ``8:17``: the drive of a partition is the folder above it."""
    if not re.fullmatch(r"\d+:\d+", device):
        return False
    place = Path(os.path.realpath(root / "sys/dev/block" / device))
    for folder in (place, place.parent):
        try:
            return (folder / "removable").read_bytes().strip() == b"1"
        except OSError:
            continue
    return False


def container_folders(folder: Path, limit: int = 256) -> tuple[Path, ...]:
    """Return the folders that bear such a name and are no links; raise `OSError`."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and _is_real_folder(entry):
                found.append(Path(entry.path))
                if len(found) >= limit:
                    break
    return tuple(sorted(found))


def _is_real_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode)
    except OSError:
        return False


if sys.platform == "win32":  # pragma: no cover - written by the documentation, never run by us

    def _windows_profile() -> tuple[Medium, ...]:
        """Return the folder in which CSP keeps containers of this user's profile."""
        told = os.environ.get("LOCALAPPDATA", "")
        folder = Path(told) / "Crypto Pro"
        return (Medium(folder, removable=False),) if told and folder.is_dir() else ()

    def _windows_drives() -> tuple[Medium, ...]:
        """Return the drives that Windows calls removable."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        present = kernel.GetLogicalDrives()
        letters = (
            letter for bit, letter in enumerate(string.ascii_uppercase) if present >> bit & 1
        )
        roots = [f"{letter}:\\" for letter in letters]
        kernel.GetDriveTypeW.argtypes = [ctypes.c_wchar_p]
        return tuple(
            Medium(Path(each), removable=True)
            for each in roots
            if kernel.GetDriveTypeW(each) == _DRIVE_REMOVABLE
        )
