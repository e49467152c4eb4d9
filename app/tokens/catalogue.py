"""Which PKCS #11 modules are on this computer: known paths as data, p11-kit's list, the user's own.

What makes a path one to stay off is in `app.tokens.module_files`.
"""

import os
import sys
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app.errors import ErrorCode, RoscherkError
from app.places import resource
from app.tokens import p11kit
from app.tokens.model import Module
from app.tokens.module_files import check_module
from app.values import dataclass

__all__ = ["FoundModules", "check_module", "find_modules", "known_modules", "module_at"]

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


def find_modules(
    extra: Iterable[Path] = (),
    *,
    away_from: Iterable[Path] = (),
    allowed: Collection[Path] = (),
) -> FoundModules:
    """Find the known modules, those that p11-kit names, and those of ``extra`` (the user's list).

    A vendor's own module comes before OpenSC, which may show the same device less well.
    ``away_from``: folders of documents, see `check_module`. ``allowed``: the only ones there may be,
    however they are found; empty: all.
    """
    only = {path.resolve() for path in allowed}
    families = list(_families())
    avoided = (*away_from, *_working_folder())
    modules: dict[Path, Module] = {}
    refused: list[RoscherkError] = []
    for module in _candidates(families, extra):
        try:
            _demand_allowed(module.path, only)
            check_module(module.path, away_from=avoided if module.added else ())
            _check_companions(module.path, families)
        except RoscherkError as error:
            refused.append(error)
        else:
            modules.setdefault(module.path.resolve(), module)
    return FoundModules(tuple(modules.values()), tuple(refused))


def _demand_allowed(path: Path, only: Collection[Path]) -> None:
    if only and path.is_file() and path.resolve() not in only:
        raise RoscherkError(ErrorCode.MODULE_NOT_ALLOWED, path=str(path))


@cache
def known_modules() -> frozenset[str]:
    """Return the names of the modules in the catalogue: they say nothing of this computer."""
    return frozenset(family.name for family in _families())


def module_at(path: Path, *, away_from: Iterable[Path] = ()) -> Module:
    """Return the module at a path the user named, with its known name if it is in the catalogue.

    Raises what `check_module` raises.
    """
    check_module(path, away_from=(*away_from, *_working_folder()))
    families = list(_families())
    _check_companions(path, families)
    return _named(path, families, added=True)


def _candidates(families: list[_Family], extra: Iterable[Path]) -> Iterator[Module]:
    """Return what may be a module, the one who speaks for a device first.

    A path counts as the user's own only if neither the catalogue nor p11-kit names it.
    """
    registered = [_named(path, families) for path in p11kit.registered()]
    late = {family.name for family in families if family.late}
    known = [found for family in families if (found := _first_of(family)) is not None]
    listed = {module.path for module in (*known, *registered)}
    yield from (module for module in known if module.name not in late)
    for path in extra:
        module = _named(path, families, added=path not in listed)
        if module.name not in late:
            yield module
    yield from (module for module in registered if module.name not in late)
    yield from (module for module in (*known, *registered) if module.name in late)
    own = (_named(path, families, added=path not in listed) for path in extra)
    yield from (module for module in own if module.name in late)


def _named(path: Path, families: Iterable[_Family], *, added: bool = False) -> Module:
    for family in families:
        if path in family.paths:
            return Module(family.name, family.vendor, path, added=added)
    try:
        real = path.resolve()
    except (OSError, RuntimeError):
        real = path
    for family in families:
        if any(real == each.resolve() for each in family.paths if each.exists()):
            return Module(family.name, family.vendor, path, added=added)
    return Module(path.name, "", path, added=added)


def _working_folder() -> tuple[Path, ...]:
    """Return the working folder, unless it is one that only an administrator writes to."""
    try:
        folder = Path.cwd()
    except OSError:  # it was deleted
        return ()
    return (folder,) if os.access(folder, os.W_OK) else ()


def _check_companions(path: Path, families: Iterable[_Family]) -> None:
    """Raise ``MODULE_BROKEN`` unless a module has all the files beside it that it needs."""
    needed = {name for family in families if path in family.paths for name in family.companions}
    for name in sorted(needed):
        companion = path.parent / name
        if not companion.is_file():
            raise RoscherkError(
                ErrorCode.MODULE_BROKEN, path=str(path), reason="incomplete", missing=name
            )
        check_module(companion)


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
    """Return the first module of a family that is there; a whole one before one with parts missing."""
    there = [path for path in family.paths if path.is_file()]
    whole = (p for p in there if all((p.parent / name).is_file() for name in family.companions))
    path = next(whole, there[0] if there else None)
    return None if path is None else Module(family.name, family.vendor, path)
