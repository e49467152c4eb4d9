"""Names inside a package: what a stranger called a file is made safe for every system."""

import re
from pathlib import PurePath

from app.texts.showing import plain

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\ufffd$`!%;&\']')
"""What some system forbids in names, and what a shell would take for a command of its own: the
words in the package hold commands with these names, to be copied."""
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_LONGEST = 100


def safe_name(path: str) -> str:
    """Return the last part of a path, fit for a file on any system."""
    name = _FORBIDDEN.sub("_", plain(PurePath(path).name, 400)).strip(" .")
    if len(name) > _LONGEST:
        stem, dot, suffix = name.rpartition(".")
        keep = dot + suffix if stem and len(suffix) < 20 else ""
        name = name[: _LONGEST - len(keep)].rstrip(" .") + keep
    if not name or _RESERVED.match(name):
        name = f"_{name}"
    return name


class Names:
    """Gives each file of one package a name that no other has, also where case does not count."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, folder: str, name: str) -> str:
        """Return a free name in a folder of the package."""
        stem, dot, suffix = name.rpartition(".")
        if not stem:
            stem, dot, suffix = name, "", ""
        candidate, number = f"{folder}/{name}", 1
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{folder}/{stem} ({number}){dot}{suffix}"
        self._taken.add(candidate.casefold())
        return candidate
