"""Whether only an administrator can have written a file, by the lists of rights of Windows.

Every user of a computer may make folders in ``%PROGRAMDATA%``, so a file there proves nothing by
lying there. Its owner has to be an administrator, and nobody else may change or replace it.
"""

import contextlib
import ctypes
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from app.values import dataclass

ADMINISTRATORS: Final = frozenset(
    {
        "S-1-5-18",  # SYSTEM
        "S-1-5-32-544",  # the group of administrators
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",  # TrustedInstaller
    }
)
ALLOWS, DENIES = 0, 1
"""Kinds of entries (ACE_HEADER.AceType); there are others, which nobody needs here."""
_DENYING: Final = frozenset({DENIES, 6, 10, 12})
_ONLY_BELOW: Final = 0x08
"""INHERIT_ONLY_ACE: it says nothing of the object itself."""
_ALL, _WRITE = 0x10000000, 0x40000000
_TO_REPLACE: Final = 0x10000 | 0x40000 | 0x80000 | 0x40 | _ALL
"""DELETE, WRITE_DAC, WRITE_OWNER, FILE_DELETE_CHILD, GENERIC_ALL."""
_TO_CHANGE: Final = _TO_REPLACE | 0x2 | 0x4 | 0x10 | 0x100 | _WRITE
"""FILE_WRITE_DATA, FILE_APPEND_DATA, FILE_WRITE_EA, FILE_WRITE_ATTRIBUTES, GENERIC_WRITE."""


@dataclass(frozen=True)
class Entry:
    """One entry of a list of rights."""

    kind: int
    flags: int
    mask: int
    sid: str


@dataclass(frozen=True)
class Rights:
    """Who owns something, and the list of who may do what; None: there is none, so all may do all."""

    owner: str
    entries: tuple[Entry, ...] | None


Read = Callable[[Path], Rights]


def only_administrators(file: Path, read: Read | None = None) -> bool:
    """Tell whether none but administrators can change a file or put another in its place.

    In its folder others may make new files, as ``%PROGRAMDATA%`` lets them: those have other owners.
    """
    read = read or read_rights
    try:
        if any(_leads_elsewhere(each) for each in (file, file.parent)):
            return False
        return _is_safe(read(file), _TO_CHANGE) and _is_safe(read(file.parent), _TO_REPLACE)
    except (OSError, ValueError):
        return False


def _is_safe(rights: Rights, harmful: int) -> bool:
    if rights.owner not in ADMINISTRATORS or rights.entries is None:
        return False
    return not any(_harms(entry, harmful) for entry in rights.entries)


def _harms(entry: Entry, harmful: int) -> bool:
    if entry.kind in _DENYING or entry.flags & _ONLY_BELOW or entry.sid in ADMINISTRATORS:
        return False
    # An allowing entry of another kind has conditions that are not understood here.
    return entry.kind != ALLOWS or bool(entry.mask & harmful)


def _leads_elsewhere(path: Path) -> bool:
    """Tell of links and junctions: their own rights are not those of what they lead to."""
    state = path.lstat()
    attributes = getattr(state, "st_file_attributes", 0)
    return stat.S_ISLNK(state.st_mode) or bool(attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT)


def program_data() -> Path:
    """Return ``%PROGRAMDATA%`` as the system knows it, not as the user's environment tells it."""
    found = ctypes.create_unicode_buffer(260)
    with contextlib.suppress(OSError):
        if _library("shell32").SHGetFolderPathW(None, 0x23, None, 0, found) == 0:
            return Path(found.value)
    return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData"))


class _Sizes(ctypes.Structure):
    """ACL_SIZE_INFORMATION."""

    _fields_ = (
        ("count", ctypes.c_uint32),
        ("used", ctypes.c_uint32),
        ("free", ctypes.c_uint32),
    )


class _Ace(ctypes.Structure):
    """ACCESS_ALLOWED_ACE; the SID begins at its last field."""

    _fields_ = (
        ("kind", ctypes.c_uint8),
        ("flags", ctypes.c_uint8),
        ("size", ctypes.c_uint16),
        ("mask", ctypes.c_uint32),
        ("sid", ctypes.c_uint32),
    )


def read_rights(path: Path) -> Rights:
    """Ask Windows (GetNamedSecurityInfo, GetAce); raise :class:`OSError`."""
    advapi = _library("advapi32")
    owner, entries, descriptor = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    wanted = 0x1 | 0x4  # OWNER_SECURITY_INFORMATION, DACL_SECURITY_INFORMATION
    error = advapi.GetNamedSecurityInfoW(
        ctypes.c_wchar_p(str(path)),
        1,  # SE_FILE_OBJECT
        wanted,
        ctypes.byref(owner),
        None,
        ctypes.byref(entries),
        None,
        ctypes.byref(descriptor),
    )
    if error:
        raise OSError(error, "GetNamedSecurityInfo", str(path))
    try:
        listed = tuple(_entries(advapi, entries)) if entries.value else None
        return Rights(_text_of(advapi, owner), listed)
    finally:
        _library("kernel32").LocalFree(descriptor)


def _entries(advapi: Any, listed: ctypes.c_void_p) -> list[Entry]:
    sizes = _Sizes()
    if not advapi.GetAclInformation(listed, ctypes.byref(sizes), ctypes.sizeof(sizes), 2):
        raise OSError("GetAclInformation")
    found = []
    for number in range(sizes.count):
        place = ctypes.c_void_p()
        if not advapi.GetAce(listed, number, ctypes.byref(place)) or place.value is None:
            raise OSError("GetAce")
        ace = _Ace.from_address(place.value)
        # In entries of other kinds the SID lies elsewhere; whose they are makes no difference.
        plain = ace.kind in {ALLOWS, DENIES}
        sid = ctypes.c_void_p(place.value + _Ace.sid.offset)
        found.append(Entry(ace.kind, ace.flags, ace.mask, _text_of(advapi, sid) if plain else ""))
    return found


def _text_of(advapi: Any, sid: ctypes.c_void_p) -> str:
    text = ctypes.c_wchar_p()
    if not advapi.ConvertSidToStringSidW(sid, ctypes.byref(text)):
        raise OSError("ConvertSidToStringSid")
    try:
        return str(text.value)
    finally:
        _library("kernel32").LocalFree(text)


def _library(name: str) -> Any:
    loader = getattr(ctypes, "WinDLL", None)
    if loader is None:
        raise OSError("no Windows here")
    return loader(name, use_last_error=True)
