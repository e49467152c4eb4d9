"""Which PKCS #11 modules are on this computer: known paths as data, and rules for any path.

A module is code that will run with the user's PIN, so it is taken only from an absolute path, from
an existing regular file that nobody but its owner and the administrator can change.
"""

import os
import stat
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import ErrorCode, RoscherkError
from app.places import resource
from app.tokens.model import Module

_SYSTEM = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
# Only the system's own variables may stand in a path of the catalogue.
_VARIABLES = ("SystemRoot", "ProgramFiles")


@dataclass(frozen=True)
class FoundModules:
    """The modules of this computer, in the order they are asked, and those that were refused."""

    modules: tuple[Module, ...]
    refused: tuple[RoscherkError, ...] = ()


@dataclass(frozen=True)
class _Family:
    """One entry of the catalogue: the places where one vendor puts one module."""

    name: str
    vendor: str
    paths: tuple[Path, ...]
    companions: tuple[str, ...]
    late: bool


def find_modules(extra: Iterable[Path] = ()) -> FoundModules:
    """Find the known modules and those of ``extra`` (the user's own list).

    A vendor's own module comes before OpenSC, which may show the same device less well.
    """
    families = list(_families())
    modules: dict[Path, Module] = {}
    refused: list[RoscherkError] = []
    early = (_first_of(family) for family in families if not family.late)
    late = (_first_of(family) for family in families if family.late)
    own = (Module(path.name, "", path) for path in extra)
    for module in (*early, *own, *late):
        if module is None:
            continue
        try:
            check_module(module.path)
        except RoscherkError as error:
            refused.append(error)
        else:
            modules.setdefault(module.path.resolve(), module)
    return FoundModules(tuple(modules.values()), tuple(refused))


def module_at(path: Path) -> Module:
    """Return the module at a path the user named, with its known name if it is in the catalogue.

    Raises ``MODULE_NOT_FOUND`` or ``MODULE_UNSAFE``.
    """
    check_module(path)
    for family in _families():
        if path in family.paths:
            return Module(family.name, family.vendor, path)
    return Module(path.name, "", path)


def check_module(path: Path) -> None:
    """Raise ``MODULE_NOT_FOUND`` or ``MODULE_UNSAFE`` (with a ``reason``) for a path to stay off."""
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
    if sys.platform == "win32":
        return  # rights are lists there; programs lie in folders only administrators write to
    real = path.resolve()
    if state.st_uid not in {0, os.getuid()}:
        raise _unsafe(path, "owner")
    if state.st_mode & stat.S_IWOTH or any(_open_to_all(folder) for folder in real.parents):
        raise _unsafe(path, "writable_by_all")


def _open_to_all(folder: Path) -> bool:
    """Tell whether anybody may replace what lies in a folder (in a sticky one only owners may)."""
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX


def _unsafe(path: Path, reason: str) -> RoscherkError:
    return RoscherkError(ErrorCode.MODULE_UNSAFE, path=str(path), reason=reason)


def _families() -> Iterator[_Family]:
    with resource("token_modules.toml").open("rb") as file:
        data = tomllib.load(file)
    for entry in data["module"]:
        yield _family(entry)


def _family(entry: Mapping[str, Any]) -> _Family:
    return _Family(
        name=entry["name"],
        vendor=entry["vendor"],
        paths=tuple(_expanded(text) for text in entry.get(_SYSTEM, ())),
        companions=tuple(entry.get("companions", {}).get(_SYSTEM, ())),
        late=entry.get("late", False),
    )


def _expanded(text: str) -> Path:
    for name in _VARIABLES:
        text = text.replace(f"%{name}%", os.environ.get(name, f"%{name}%"))
    return Path(text)


def _first_of(family: _Family) -> Module | None:
    """Return the first module of a family that is there, with all that it needs beside it."""
    for path in family.paths:
        if path.is_file() and all((path.parent / name).is_file() for name in family.companions):
            return Module(family.name, family.vendor, path)
    return None
