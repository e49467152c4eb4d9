"""The Debian package, by dpkg-deb alone."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from desktop_files import FILES
from locked_parts import contents
from needed_libraries import dependencies


def make(folder: Path, shared: Path, work: Path, output: Path, version: str) -> Path:
    """Build the package of ``folder`` and ``shared``; return it."""
    root = work / "debian"
    shutil.copytree(folder, root / "usr" / "lib" / "roscherk")
    shutil.copytree(shared, root / "usr" / "share")
    launcher = root / "usr" / "bin" / "roscherk"
    launcher.parent.mkdir()
    shutil.copyfile(FILES / "launcher.txt", launcher)
    _set_modes(root, executable={launcher, root / "usr" / "lib" / "roscherk" / "bin" / "roscherk"})
    _write_control(root, folder, version)
    target = output / f"roscherk_{version}_amd64.deb"
    command = [
        "dpkg-deb",
        "--root-owner-group",
        "-Zxz",
        "--threads-max=1",
        "--build",
        str(root),
        str(target),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return target


def _set_modes(root: Path, executable: set[Path]) -> None:
    """No file is executable but the two that start the program, and none is writable by others."""
    root.chmod(0o755)
    for path in root.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path in executable else 0o644)
        os.utime(path, (0, int(os.environ["SOURCE_DATE_EPOCH"])))


def _write_control(root: Path, folder: Path, version: str) -> None:
    control = root / "DEBIAN"
    files = sorted(each for each in root.rglob("*") if each.is_file())
    sums = [
        f"{hashlib.md5(each.read_bytes(), usedforsecurity=False).hexdigest()}  "
        f"{each.relative_to(root).as_posix()}\n"
        for each in files
    ]
    size = sum((each.stat().st_size + 1023) // 1024 for each in files)
    control.mkdir(mode=0o755)
    what = contents()["debian"]
    text = (FILES / "control").read_text(encoding="utf-8")
    fields = {
        "VERSION": version,
        "SIZE": str(size),
        "DEPENDS": ", ".join(dependencies(folder)),
        "RECOMMENDS": ", ".join(what["recommended"]),
        "SUGGESTS": ", ".join(what["suggested"]),
    }
    for name, value in fields.items():
        text = text.replace(f"@{name}@", value)
    (control / "control").write_text(text, encoding="utf-8")
    (control / "md5sums").write_text("".join(sums), encoding="utf-8")
    for script in ("postinst", "postrm"):
        shutil.copyfile(FILES / script, control / script)
        (control / script).chmod(0o755)
