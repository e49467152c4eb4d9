"""The program looks at its own files: whether they are those that were installed.

The list is the RECORD of the installed wheel (PyPA, "Recording installed projects"). Whoever can
replace files can replace the list as well: this finds damage and carelessness, not a thorough enemy.
"""

import base64
import hashlib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from app.values import dataclass

if TYPE_CHECKING:
    from importlib.metadata import Distribution, PackagePath

_NAME = "roscherk"
_PACKAGE = "app"
_CHUNK = 1 << 20


class OwnState(StrEnum):
    """What the look at the program's own files came to."""

    INTACT = "intact"
    CHANGED = "changed"
    NO_LIST = "no_list"
    """It runs from a source tree, or was put there without a list: there is nothing to compare."""


@dataclass(frozen=True, kw_only=True)
class OwnFiles:
    """The result; names are those of the list."""

    state: OwnState
    version: str
    checked: int = 0
    """How many files were compared."""
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    """Program files that the list does not know."""


def check_own_files(version: str, distribution: "Distribution | None" = None) -> OwnFiles:
    """Compare the installed files with their list; ``distribution``: another one, for tests."""
    from importlib import metadata  # noqa: PLC0415 - it loads the packages of mail and archives

    try:
        found = distribution or metadata.distribution(_NAME)
    except metadata.PackageNotFoundError:
        return OwnFiles(state=OwnState.NO_LIST, version=version)
    listed = [each for each in found.files or () if each.parts[0] == _PACKAGE]
    if not listed:
        return OwnFiles(state=OwnState.NO_LIST, version=version)
    changed, missing = [], []
    for each in listed:
        state = _compare(each)
        if state is None:
            missing.append(each.as_posix())
        elif not state:
            changed.append(each.as_posix())
    names = {each.as_posix() for each in listed}
    root = Path(str(found.locate_file(_PACKAGE)))
    extra = tuple(sorted(_unlisted(root, names)))
    whole = not (changed or missing or extra)
    return OwnFiles(
        state=OwnState.INTACT if whole else OwnState.CHANGED,
        version=version,
        checked=len(listed),
        changed=tuple(sorted(changed)),
        missing=tuple(sorted(missing)),
        extra=extra,
    )


def _compare(listed: "PackagePath") -> bool | None:
    """Tell whether a file is what the list says; None: it is not there."""
    path = Path(str(listed.locate()))
    if not path.is_file():
        return None
    if listed.hash is None:
        return path.suffix == ".pyc"  # the list leaves out the hash of compiled files only
    running = hashlib.new(listed.hash.mode)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            running.update(chunk)
    wanted = base64.urlsafe_b64encode(running.digest()).rstrip(b"=").decode("ascii")
    return wanted == listed.hash.value


def _unlisted(root: Path, names: Iterable[str]) -> Iterable[str]:
    """Name program files that nobody installed; what Python compiles by itself is none of them."""
    known = set(names)
    for path in root.rglob("*.py"):
        name = path.relative_to(root.parent).as_posix()
        if name not in known:
            yield name
