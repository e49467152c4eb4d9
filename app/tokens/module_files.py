"""Rules for the file of a PKCS #11 module: it is code that will run beside the user's PIN.

It is taken only from an absolute path, from an existing regular file that nobody but its owner and
the administrator can change, never from beside a document, and only if it was made for the machine
that we run on: what the loader would say of another is no use to anybody.
"""

import hashlib
import os
import platform
import stat
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from app.errors import ErrorCode, RoscherkError

_HEAD = 4096
_BLOCK = 1 << 20
_BITS = struct.calcsize("P") * 8

# ELF e_machine, PE Machine, Mach-O cputype, by the name that Python gives to the machine.
_ELF = {"x86_64": 62, "aarch64": 183, "i386": 3, "i686": 3, "armv7l": 40, "riscv64": 243}
_ELF |= {"loongarch64": 258, "ppc64le": 21, "e2k": 175}
_PE = {"amd64": 0x8664, "x86": 0x14C, "arm64": 0xAA64}
_PE_BITS = {0x8664: 64, 0xAA64: 64, 0x14C: 32, 0x1C0: 32}
_MACH = {"x86_64": 0x01000007, "arm64": 0x0100000C}
_ELF_SHARED = 3
_PE_DLL = 0x2000
_MACH_FAT = {0xCAFEBABE: 20, 0xCAFEBABF: 32}
_MACH_MOST_PARTS = 16


def check_module(path: Path, *, away_from: Iterable[Path] = ()) -> None:
    """Raise an error with a ``reason`` for a path to stay off.

    ``away_from``: folders that documents come from; there no module is taken from.
    Raises ``MODULE_NOT_FOUND``, ``MODULE_UNSAFE``, ``MODULE_BROKEN``.
    """
    if not path.is_absolute():
        raise _unsafe(path, "relative")
    try:
        str(path).encode()
        state = path.stat()
    except UnicodeEncodeError:
        raise _unsafe(path, "name") from None
    except (OSError, ValueError):
        raise RoscherkError(ErrorCode.MODULE_NOT_FOUND, path=str(path)) from None
    if not stat.S_ISREG(state.st_mode):
        raise _unsafe(path, "not_a_file")
    real = path.resolve()
    if any(_lies_in(place, folder) for folder in away_from for place in (path, real)):
        raise _unsafe(path, "document_folder")
    if (
        sys.platform != "win32"
    ):  # rights are lists there; its programs' folders are for administrators
        _check_rights(path, real, state)
    _check_kind(path)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; raise ``MODULE_NOT_FOUND``."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        raise RoscherkError(ErrorCode.MODULE_NOT_FOUND, path=str(path)) from None
    return digest.hexdigest()


def _lies_in(path: Path, folder: Path) -> bool:
    """Tell whether a file lies directly in a folder."""
    try:
        return path.parent == folder or path.parent.samefile(folder)
    except OSError:
        return False


def check_rights(path: Path) -> None:
    """Raise ``MODULE_UNSAFE`` for a program or library that somebody else could have put there."""
    if sys.platform == "win32":
        return
    try:
        real = path.resolve(strict=True)
        _check_rights(path, real, real.stat())
    except OSError:
        raise RoscherkError(ErrorCode.MODULE_NOT_FOUND, path=str(path)) from None


def _check_rights(path: Path, real: Path, state: os.stat_result) -> None:
    if state.st_uid not in {0, os.getuid()}:
        raise _unsafe(path, "owner")
    if state.st_mode & stat.S_IWOTH:
        raise _unsafe(path, "writable_by_all")
    for folder in real.parents:
        mode = folder.stat()
        # In a sticky folder only owners may replace a file; its own owner may do so anywhere.
        if mode.st_mode & stat.S_IWOTH and not mode.st_mode & stat.S_ISVTX:
            raise _unsafe(path, "writable_by_all")
        if mode.st_uid not in {0, os.getuid()}:
            raise _unsafe(path, "owner")


def _check_kind(path: Path) -> None:
    """Raise ``MODULE_BROKEN`` for a file that is no library, or one for another machine."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        raise RoscherkError(ErrorCode.MODULE_BROKEN, path=str(path), reason="unreadable") from None
    check = {"win32": _of_windows, "darwin": _of_macos}.get(sys.platform, _of_elf)
    try:
        reason = check(head)
    except (struct.error, IndexError):
        reason = "not_a_library"
    if reason:
        raise RoscherkError(ErrorCode.MODULE_BROKEN, path=str(path), reason=reason)


def _of_elf(head: bytes) -> str:
    """Return what speaks against an ELF file (System V ABI, ELF header), or nothing."""
    if head[:4] != b"\x7fELF":
        return "not_a_library"
    bits = {1: 32, 2: 64}.get(head[4])
    little = head[5] == 1
    kind, machine = struct.unpack_from("<HH" if little else ">HH", head, 16)
    if kind != _ELF_SHARED:
        return "not_a_library"
    if bits != _BITS:
        return "word_size"
    wanted = _ELF.get(platform.machine().lower())
    other = wanted is not None and machine != wanted and _machine_bits() == _BITS
    return "machine" if other or little is not (sys.byteorder == "little") else ""


def _machine_bits() -> int:
    """Return the word size of the machine's own name; a 32-bit program may run on a 64-bit one."""
    return 64 if "64" in platform.machine() else 32


def _of_windows(head: bytes) -> str:
    """Return what speaks against a PE file (Microsoft's PE format, COFF header), or nothing."""
    if head[:2] != b"MZ":
        return "not_a_library"
    (start,) = struct.unpack_from("<I", head, 0x3C)
    if head[start : start + 4] != b"PE\0\0":
        return "not_a_library"
    (machine,) = struct.unpack_from("<H", head, start + 4)
    (traits,) = struct.unpack_from("<H", head, start + 22)
    if not traits & _PE_DLL:
        return "not_a_library"
    if _PE_BITS.get(machine, _BITS) != _BITS:
        return "word_size"
    wanted = _PE.get(platform.machine().lower())
    return "machine" if wanted is not None and _BITS == 64 and machine != wanted else ""


def _of_macos(head: bytes) -> str:
    """Return what speaks against a Mach-O file (Apple's loader.h, fat.h), or nothing."""
    (fat,) = struct.unpack_from(">I", head, 0)
    if fat in _MACH_FAT:
        (count,) = struct.unpack_from(">I", head, 4)
        size = _MACH_FAT[fat]
        parts = range(min(count, _MACH_MOST_PARTS))
        machines = {struct.unpack_from(">I", head, 8 + part * size)[0] for part in parts}
    else:
        magic, machine = struct.unpack_from("<II", head, 0)
        if magic not in {0xFEEDFACE, 0xFEEDFACF}:
            return "not_a_library"
        machines = {machine}
    wanted = _MACH.get(platform.machine().lower())
    return "machine" if wanted is not None and wanted not in machines else ""


def _unsafe(path: Path, reason: str) -> RoscherkError:
    return RoscherkError(ErrorCode.MODULE_UNSAFE, path=str(path), reason=reason)
