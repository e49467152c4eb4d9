"""The portable folder: the same program, with its profile beside it, as one archive."""

import os
import shutil
import subprocess
from pathlib import Path

from desktop_files import FILES


def make(folder: Path, shared: Path, work: Path, output: Path, version: str) -> Path:
    """Pack ``folder`` with its launcher, licences and a word to the reader; return the archive."""
    name = f"roscherk-{version}-linux-x86_64"
    root = work / "portable" / name
    shutil.copytree(folder, root / "lib")
    shutil.copytree(shared / "doc" / "roscherk", root / "doc", ignore=_copyright)
    shutil.copyfile(FILES / "portable.sh", root / "roscherk")
    shutil.copyfile(FILES / "portable-readme.txt", root / "README.txt")
    for path in root.rglob("*"):
        runs = path.is_dir() or path in {root / "roscherk", root / "lib" / "bin" / "roscherk"}
        path.chmod(0o755 if runs else 0o644)
    archive = output / f"{name}.tar.xz"
    command = [
        *("tar", "--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"),
        *(f"--mtime=@{os.environ['SOURCE_DATE_EPOCH']}", "--format=gnu"),
        *("--use-compress-program", "xz -6 -T1", "--file", str(archive), "-C", str(root.parent)),
    ]
    subprocess.run([*command, name], check=True)
    return archive


def _copyright(_folder: str, names: list[str]) -> list[str]:
    """Leave out what only Debian wants; the texts are in licences/."""
    return [each for each in names if each in {"copyright", "changelog.gz", "policy.toml"}]
