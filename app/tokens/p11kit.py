"""Modules that p11-kit has registered (pkcs11.conf(5)): read as data, p11-kit itself is not used.

Its proxy and its client would show the same devices once more, and a store of trusted roots is no
token: these are left out.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

# From the weakest to the strongest: a later file of the same name takes the place of an earlier one.
# Under Windows these would be folders of whatever drive is current, which anybody may make.
_FOLDERS = (
    ()
    if sys.platform == "win32"
    else (Path("/usr/share/p11-kit/modules"), Path("/etc/pkcs11/modules"))
)
_LIBRARIES = (
    Path("/usr/lib/x86_64-linux-gnu/pkcs11"),
    Path("/usr/lib/aarch64-linux-gnu/pkcs11"),
    Path("/usr/lib64/pkcs11"),
    Path("/usr/lib/pkcs11"),
)
_NOT_FOR_US = ("p11-kit-proxy", "p11-kit-client", "p11-kit-trust")
_LARGEST = 64 << 10
_PROGRAM = "roscherk"


def registered(
    folders: tuple[Path, ...] = _FOLDERS, libraries: tuple[Path, ...] = _LIBRARIES
) -> Iterator[Path]:
    """Return the paths of the registered modules that are there."""
    for file in _files(folders):
        path = _module_of(file, libraries)
        if path is not None:
            yield path


def _files(folders: tuple[Path, ...]) -> list[Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        try:
            names = sorted(entry.name for entry in folder.iterdir())
        except OSError:
            continue
        found |= {name: folder / name for name in names if name.endswith(".module")}
    return list(found.values())


def _module_of(file: Path, libraries: tuple[Path, ...]) -> Path | None:
    fields = _fields(file)
    module = fields.get("module", "")
    if not module or fields.get("remote") or fields.get("trust-policy", "no") == "yes":
        return None
    only, never = _names(fields.get("enable-in")), _names(fields.get("disable-in"))
    if (only and _PROGRAM not in only) or _PROGRAM in never:
        return None
    if any(Path(module).name.startswith(name) for name in _NOT_FOR_US):
        return None
    if "\0" in module:
        return None
    places = [Path(module)] if Path(module).is_absolute() else [each / module for each in libraries]
    path = next((place for place in places if place.is_file()), None)
    if path is None or any(path.resolve().name.startswith(name) for name in _NOT_FOR_US):
        return None
    return path


def _fields(file: Path) -> dict[str, str]:
    """Read ``name: value`` lines; a file that cannot be read registers nothing."""
    try:
        with file.open("rb") as stream:
            text = stream.read(_LARGEST).decode("utf-8", "surrogateescape")
    except OSError:
        return {}
    fields = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and not line.startswith("#"):
            fields[name.strip()] = value.strip()
    return fields


def _names(listed: str | None) -> set[str]:
    return set((listed or "").replace(",", " ").split())
