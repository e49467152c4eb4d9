"""What the Linux build is made of: wheels and Debian's interpreter, each pinned by its SHA-256.

Two lock files name every file. `renew` writes them anew from what the registries offer today;
`gather` brings the files into one folder, and needs no network once they are all there.
"""

import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))  # what both builds share

import pinned  # noqa: E402 - lies there
from pinned import ROOT, BuildError, Part  # noqa: E402

__all__ = ["HERE", "ROOT", "BuildError", "Part", "pinned"]

WHEELS = HERE.parent / "requirements-linux.lock"
INTERPRETER = HERE / "interpreter.lock"
_WHEELS_HEAD = "Wheels of the Linux build (CPython 3.11, x86-64). Written by: nox -s deb -- --renew"
_INTERPRETER_HEAD = "CPython of Debian 12 for the Linux build. Written by: nox -s deb -- --renew"


def contents() -> dict[str, Any]:
    """Return `contents.toml`."""
    return tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))


def wheels() -> list[Part]:
    """Return the pinned wheels."""
    return pinned.read_lock(WHEELS)


def interpreter() -> list[Part]:
    """Return the pinned packages of Debian's interpreter."""
    return [replace(part, licence="PSF-2.0") for part in pinned.read_lock(INTERPRETER)]


def renew(folder: Path) -> None:
    """Write both lock files anew: what pip and apt would take today."""
    pinned.write_lock(WHEELS, _WHEELS_HEAD, pinned.choose_wheels(pinned.wanted()))
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for package in contents()["interpreter"]["packages"]:
        for old in folder.glob(f"{package}_*.deb"):
            old.unlink()
        pinned.run("apt-get", "-q", "download", package, cwd=folder)
        (path,) = folder.glob(f"{package}_*.deb")
        found.append(pinned.part_of(path))
    pinned.write_lock(INTERPRETER, _INTERPRETER_HEAD, found)


def gather(folder: Path) -> None:
    """Bring every pinned file into ``folder``; without the network if they are there."""
    pinned.gather([*wheels(), *interpreter()], folder)
