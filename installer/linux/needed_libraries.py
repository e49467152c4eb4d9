"""Which system packages the folder needs: asked of every binary in it, by readelf."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from locked_parts import BuildError, contents

_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)\b")


def dependencies(folder: Path) -> list[str]:
    """Return Debian's dependencies; a library that nobody has stops the build."""
    what = contents()
    optional = {f"packages/{each}" for each in what["qt"]["optional"]}
    carried = {path.name for path in folder.rglob("*.so*")}
    packages = set(what["debian"]["also_needed"])
    newest = (2, 17)
    for path in _binaries(folder):
        if path.relative_to(folder).as_posix() in optional:
            continue
        for library in _NEEDED.findall(_readelf("-d", path)):
            if library in carried:
                continue
            if library not in what["libraries"]:
                raise BuildError(f"{path.name} needs {library}, which contents.toml does not know")
            packages.add(what["libraries"][library])
        versions = _GLIBC.findall(_readelf("-V", path))
        newest = max([newest, *((int(major), int(minor)) for major, minor in versions)])
    packages.discard("libc6")
    return sorted([f"libc6 (>= {newest[0]}.{newest[1]})", *packages])


def _binaries(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def _readelf(what: str, path: Path) -> str:
    command = ["readelf", "-W", what, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
