"""Parts that a build takes in, each pinned by its SHA-256 in a lock file: both builds share this.

A lock file has one line a part: ``name==version --hash=sha256:…  # file``. Wheels and sources come by
pip, packages of Debian by apt; what lies in the folder already is only compared.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

_PIN = re.compile(r"^(\S+)==(\S+) +--hash=sha256:([0-9a-f]{64}) +# (\S+)$")
_MIRROR = re.compile(r"^'([^']+/)pool/main/", re.MULTILINE)


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

    @property
    def pin(self) -> str:
        """Return what names it to pip."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"

    @property
    def of_debian(self) -> bool:
        """Tell whether it is a package of Debian."""
        return self.file.endswith(".deb")


def read_lock(lock: Path) -> list[Part]:
    """Return the parts that a lock file names."""
    parts = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            found = _PIN.match(line)
            if found is None:
                raise BuildError(f"{lock.name}: cannot read «{line}»")
            name, version, digest, file = found.groups()
            parts.append(Part(name=name, version=version, file=file, sha256=digest))
    return parts


def write_lock(lock: Path, head: str, parts: Iterable[Part]) -> None:
    """Write a lock file anew."""
    lines = sorted(f"{part.pin}  # {part.file}" for part in parts)
    lock.write_text(f"# {head}\n" + "\n".join(lines) + "\n", encoding="utf-8")


def part_of(path: Path) -> Part:
    """Return the part that lies in a file."""
    name, version = _named(path.name)
    return Part(name=name, version=version, file=path.name, sha256=digest(path))


def wanted() -> list[str]:
    """Return what the program depends on, as pyproject.toml has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["dependencies"])


def choose_wheels(demands: Iterable[str], *options: str) -> list[Part]:
    """Let pip choose wheels today; ``options`` name the machine they are for, if it is another one."""
    with tempfile.TemporaryDirectory() as nowhere:
        report = run(
            *pip("install", "--dry-run", "--ignore-installed", "--only-binary", ":all:", *options),
            *("--target", nowhere, "--report", "-", *demands),
        )
    return [_chosen(each) for each in json.loads(report)["install"]]


def _chosen(told: Any) -> Part:
    info = told["download_info"]
    return Part(
        name=re.sub(r"[-_.]+", "-", told["metadata"]["name"]).lower(),
        version=told["metadata"]["version"],
        file=info["url"].rsplit("/", 1)[1],
        sha256=info["archive_info"]["hashes"]["sha256"],
    )


def gather(parts: Sequence[Part], folder: Path, *options: str) -> None:
    """Bring every part into ``folder``; without the network if they are there.

    ``options`` tell pip for which machine, and what it may take as source.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [part for part in parts if not (folder / part.file).exists()]
    for_pip = [part.pin for part in missing if not part.of_debian]
    if for_pip:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
            listed.write("\n".join(for_pip))
            listed.flush()
            run(
                *pip("download", "--require-hashes", "--no-deps", "--only-binary", ":all:"),
                *(*options, "--dest", str(folder), "--requirement", listed.name),
            )
    for part in missing:
        if part.of_debian:
            run("apt-get", "-q", "download", f"{part.name}={part.version}", cwd=folder)
    for part in parts:
        path = folder / part.file
        if not path.exists() or digest(path) != part.sha256:
            raise BuildError(f"{part.file} is not the file that is pinned. Renew: --renew")


def mirror() -> str:
    """Return the address of Debian's archive that this computer is set to, with a slash at its end."""
    # One package that only the archive itself has: what was mended since lies on other servers.
    told = run("apt-get", "-q", "download", "--print-uris", "debian-archive-keyring")
    found = _MIRROR.search(told)
    if found is None:
        raise BuildError("apt knows of no archive of Debian: apt-get update")
    return found.group(1)


def epoch() -> str:
    """Return the moment that all files of a build bear: the one given, else that of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is not None:
        return given
    command = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or str(int((ROOT / "pyproject.toml").stat().st_mtime))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pip(*words: str) -> list[str]:
    """Return a command for pip."""
    return [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command and return what it prints; raise `BuildError` with what it complains of."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip()
        raise BuildError(f"{command[0]} failed: {why}")
    return done.stdout.decode()


def _named(file: str) -> tuple[str, str]:
    if file.endswith(".deb"):
        name, version, _ = file.replace("%3a", ":").split("_")
        return name, version
    name, version = file.removesuffix(".tar.gz").rsplit("-", 1)
    return name.replace("_", "-"), version
