"""What the Linux build is made of: wheels and Debian's interpreter, each pinned by its SHA-256.

Two lock files name every file. `renew` writes them anew from what the registries offer today;
`gather` brings the files into one folder, and needs no network once they are all there.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WHEELS = HERE.parent / "requirements-linux.lock"
INTERPRETER = HERE / "interpreter.lock"

_PIN = re.compile(r"^(\S+)==(\S+) +--hash=sha256:([0-9a-f]{64}) +# (\S+)$")
_DEBIAN_PIN = re.compile(r"^([0-9a-f]{64}) {2}(\S+)$")


class BuildError(Exception):
    """The build cannot go on; the sentence says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file that the build takes in."""

    name: str
    version: str
    file: str
    sha256: str
    licence: str = ""


def contents() -> dict[str, Any]:
    """Return `contents.toml`."""
    return tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))


def wheels() -> list[Part]:
    """Return the pinned wheels."""
    parts = []
    for line in WHEELS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            found = _PIN.match(line)
            if found is None:
                raise BuildError(f"{WHEELS.name}: cannot read «{line}»")
            name, version, digest, file = found.groups()
            parts.append(Part(name=name, version=version, file=file, sha256=digest))
    return parts


def interpreter() -> list[Part]:
    """Return the pinned packages of Debian's interpreter."""
    parts = []
    for line in INTERPRETER.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            found = _DEBIAN_PIN.match(line)
            if found is None:
                raise BuildError(f"{INTERPRETER.name}: cannot read «{line}»")
            digest, file = found.groups()
            name, version, _ = file.replace("%3a", ":").split("_")
            parts.append(
                Part(name=name, version=version, file=file, sha256=digest, licence="PSF-2.0")
            )
    return parts


def renew(folder: Path) -> None:
    """Write both lock files anew: what pip and apt would take today."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    report = _run(
        *_pip("install", "--dry-run", "--ignore-installed", "--only-binary", ":all:"),
        *("--report", "-", *project["dependencies"]),
    )
    lines = []
    for each in json.loads(report)["install"]:
        info = each["download_info"]
        file = info["url"].rsplit("/", 1)[1]
        name = re.sub(r"[-_.]+", "-", each["metadata"]["name"]).lower()
        pin = f"{name}=={each['metadata']['version']}"
        lines.append(f"{pin} --hash=sha256:{info['archive_info']['hashes']['sha256']}  # {file}")
    head = "# Wheels of the Linux build (CPython 3.11, x86-64). Written by: nox -s deb -- --renew\n"
    WHEELS.write_text(head + "\n".join(sorted(lines)) + "\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    pins = []
    for package in contents()["interpreter"]["packages"]:
        before = set(folder.iterdir())
        for old in folder.glob(f"{package}_*.deb"):
            old.unlink()
            before.discard(old)
        _run("apt-get", "-q", "download", package, cwd=folder)
        (file_path,) = set(folder.iterdir()) - before
        pins.append(f"{_digest(file_path)}  {file_path.name}")
    head = "# CPython of Debian 12 for the Linux build. Written by: nox -s deb -- --renew\n"
    INTERPRETER.write_text(head + "\n".join(pins) + "\n", encoding="utf-8")


def gather(folder: Path) -> None:
    """Bring every pinned file into ``folder``; without the network if they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(not (folder / part.file).exists() for part in wheels()):
        _run(
            *_pip("download", "--require-hashes", "--only-binary", ":all:", "--no-deps"),
            *("--dest", str(folder), "--requirement", str(WHEELS)),
        )
    for part in interpreter():
        if not (folder / part.file).exists():
            _run("apt-get", "-q", "download", f"{part.name}={part.version}", cwd=folder)
    for part in (*wheels(), *interpreter()):
        path = folder / part.file
        if not path.exists() or _digest(path) != part.sha256:
            raise BuildError(f"{part.file} is not the file that is pinned. Renew: --renew")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pip(*words: str) -> list[str]:
    return [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]


def _run(*command: str, cwd: Path | None = None) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip()
        raise BuildError(f"{command[0]} failed: {why}")
    return done.stdout.decode()
