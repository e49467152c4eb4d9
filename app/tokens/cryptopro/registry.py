r"""Containers that CryptoPro CSP keeps in the registry of Windows: read only.

A container is a key of the registry whose values are named like the files of a folder. It is named
``\\.\REGISTRY\NAME``, as CSP names it. Nobody here has run this under Windows: what speaks to the
registry is one small class, and tests put another in its place.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from app.errors import ErrorCode, RoscherkError

_PREFIX = "\\\\.\\REGISTRY\\"
_ROOTS: Final = (
    "SOFTWARE\\Crypto Pro\\Settings\\Users",
    "SOFTWARE\\WOW6432Node\\Crypto Pro\\Settings\\Users",
)
_MAX_KEYS = 256


class Registry(Protocol):
    """The part of the registry under HKEY_LOCAL_MACHINE."""

    def children(self, key: str) -> tuple[str, ...]:
        """Return the names of the keys below; raise `OSError`."""
        ...

    def values(self, key: str) -> Mapping[str, bytes]:
        """Return the binary values of a key; raise `OSError`."""
        ...


def is_place(path: Path) -> bool:
    """Tell whether a path names a container of the registry."""
    return str(path).startswith(_PREFIX)


def places(registry: Registry | None = None) -> tuple[Path, ...]:
    """Return the containers of all users whose keys this user may see: as a rule his own."""
    found = registry or _system()
    if found is None:
        return ()
    names = {key.rpartition("\\")[2] for key in _keys(found)}
    return tuple(Path(_PREFIX + name) for name in sorted(names)[:_MAX_KEYS])


def read(
    path: Path, limits: Mapping[str, int], registry: Registry | None = None
) -> dict[str, bytes]:
    """Return the named files of a container; raise ``CONTAINER_NOT_FOUND``, ``CONTAINER_DAMAGED``."""
    found = registry or _system()
    wanted = str(path).removeprefix(_PREFIX)
    for key in () if found is None else _keys(found):
        if found is None or key.rpartition("\\")[2] != wanted:
            continue
        told = {name.casefold(): value for name, value in found.values(key).items()}
        files = {name: told[f"{name}.key"] for name in limits if f"{name}.key" in told}
        if any(len(data) > limits[name] for name, data in files.items()):
            raise RoscherkError(ErrorCode.CONTAINER_DAMAGED, name=wanted, reason="size")
        if "header" in files:
            return files
    raise RoscherkError(ErrorCode.CONTAINER_NOT_FOUND, name=wanted, path=str(path))


def _keys(registry: Registry) -> Iterator[str]:
    for root in _ROOTS:
        for user in _children(registry, root):
            folder = f"{root}\\{user}\\Keys"
            for name in _children(registry, folder):
                yield f"{folder}\\{name}"


def _children(registry: Registry, key: str) -> tuple[str, ...]:
    """Return what lies below a key; one that is not there, or not for us, has nothing."""
    try:
        return registry.children(key)[:_MAX_KEYS]
    except OSError:
        return ()


if sys.platform == "win32":  # pragma: no cover - never run by us
    import winreg

    class _WindowsRegistry:
        """HKEY_LOCAL_MACHINE, opened for reading only."""

        def children(self, key: str) -> tuple[str, ...]:
            with self._open(key) as handle:
                count = winreg.QueryInfoKey(handle)[0]
                return tuple(winreg.EnumKey(handle, index) for index in range(count))

        def values(self, key: str) -> Mapping[str, bytes]:
            with self._open(key) as handle:
                count = winreg.QueryInfoKey(handle)[1]
                told = [winreg.EnumValue(handle, index) for index in range(count)]
            return {name: bytes(data) for name, data, kind in told if kind == winreg.REG_BINARY}

        @staticmethod
        def _open(key: str) -> winreg.HKEYType:
            # Both halves of the registry have their names in _ROOTS: no half is put in our way.
            access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
            return winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, access)

    def _system() -> Registry | None:
        return _WindowsRegistry()

else:

    def _system() -> Registry | None:
        """Return the registry of this computer; where there is no Windows, there is none."""
        return None
