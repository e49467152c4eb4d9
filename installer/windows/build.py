"""Build the setup for Windows, on Debian. One command: ``nox -s windows``.

Options: ``--renew`` (write the lock file anew), ``--parts DIR`` (where the pinned files lie),
``--output DIR``, ``--work DIR``, ``--from-tree`` (what lies in the tree, not the last commit).
With all parts there, no network is used.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "linux"))  # what both builds share

import bill_of_materials  # noqa: E402 - lies there
import locked  # noqa: E402 - imports from there
import python_files  # noqa: E402
import windows_bill  # noqa: E402
import windows_folder  # noqa: E402
from locked import ROOT, BuildError, pinned  # noqa: E402

TOOLS = {
    "makensis": "nsis",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
    "dpkg-deb": "dpkg",
    "wine": "wine",
}


def main(arguments: list[str]) -> int:
    """Build everything; return the exit code."""
    parser = argparse.ArgumentParser(prog="nox -s windows --", description=__doc__)
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("--parts", type=Path, default=ROOT / "build" / "windows-parts")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "windows")
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--from-tree", action="store_true")
    options = parser.parse_args(arguments)
    missing = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    if missing:
        print(f"Tools are missing: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 1
    try:
        if options.renew:
            locked.renew(options.parts.absolute())
        _build(
            options.parts.absolute(),
            options.work.absolute(),
            options.output.absolute(),
            from_tree=options.from_tree,
        )
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _build(parts: Path, work: Path, output: Path, *, from_tree: bool) -> None:
    began = time.monotonic()
    os.environ["SOURCE_DATE_EPOCH"] = epoch = pinned.epoch()
    os.umask(0o022)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    output.mkdir(parents=True, exist_ok=True)
    locked.gather(parts)
    locked.gather_library(parts)
    version = _version()
    folder = work / "roscherk"
    windows_folder.make_folder(folder, parts, work, version, from_tree=from_tree)
    python_files.compile_all(folder, parts, work)
    windows_bill.make(folder, work, version, int(epoch))
    for path in folder.rglob("*"):
        os.utime(path, (int(epoch), int(epoch)))
    setup = output / f"roscherk-{version}-setup.exe"
    _pack(folder, work, setup, version)
    bill = output / f"roscherk-{version}-windows.cdx.json"
    shutil.copy(folder / "roscherk.cdx.json", bill)
    sums = bill_of_materials.sums([setup, bill])
    (output / f"roscherk-{version}-windows.sha256").write_text(sums, encoding="ascii")
    print(sums, end="")
    print(f"setup: {setup.stat().st_size / 1e6:.1f} MB, folder: {_size(folder) / 1e6:.1f} MB")
    print(f"built in {time.monotonic() - began:.0f} s")


def _pack(folder: Path, work: Path, setup: Path, version: str) -> None:
    defined = {
        "VERSION": version,
        "NUMBERS": ".".join([*version.split(".")[:3], "0"]),
        "FOLDER": str(folder),
        "OUTPUT": str(setup),
        "LICENCE": str(ROOT / "LICENSE"),
        "ICON": str(work / "launcher" / "roscherk.ico"),
        "SIZE_KB": str(_size(folder) // 1024),
    }
    words = [f"-D{name}={value}" for name, value in defined.items()]
    script = str(windows_folder.FILES / "setup.nsi")
    command = ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, script]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise BuildError(f"makensis failed: {(done.stdout + done.stderr).decode(errors='replace')}")


def _version() -> str:
    for line in (ROOT / "app" / "__init__.py").read_text(encoding="utf-8").splitlines():
        if line.startswith("__version__"):
            return line.split('"')[1]
    raise BuildError("app/__init__.py names no version")


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
