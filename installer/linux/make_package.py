"""Build the Debian package and the portable folder. One command: ``nox -s deb``.

Options: ``--renew`` (write the lock files anew), ``--parts DIR`` (where the pinned files lie),
``--output DIR``, ``--work DIR``, ``--from-tree`` (what lies in the tree, not the last commit). With all parts there, no network is used.
"""

import argparse
import os
import platform
import shutil
import sys
import time
from pathlib import Path

import bill_of_materials
import debian_package
import desktop_files
import locked_parts
import portable_folder
import program_folder
from locked_parts import ROOT, BuildError, pinned


def main(arguments: list[str]) -> int:
    """Build everything; return the exit code."""
    parser = argparse.ArgumentParser(prog="nox -s deb --", description=__doc__)
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("--parts", type=Path, default=ROOT / "build" / "linux-parts")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "linux")
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--from-tree", action="store_true")
    options = parser.parse_args(arguments)
    try:
        _demand_machine()
        if options.renew:
            locked_parts.renew(options.parts)
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


def _demand_machine() -> None:
    """Refuse another kind of machine than the one whose wheels and interpreter are pinned."""
    here = (sys.version_info[:2], platform.machine(), shutil.which("dpkg-deb") is not None)
    if here != ((3, 11), "x86_64", True):
        raise BuildError("The package is built on Debian 12 (x86-64), with its python3.")
    for tool in ("readelf", "xz", "tar"):
        if shutil.which(tool) is None:
            raise BuildError(f"{tool} was not found: apt-get install binutils xz-utils tar")


def _build(parts: Path, work: Path, output: Path, *, from_tree: bool) -> None:
    began = time.monotonic()
    os.environ["SOURCE_DATE_EPOCH"] = epoch = pinned.epoch()
    os.umask(0o022)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    output.mkdir(parents=True, exist_ok=True)
    locked_parts.gather(parts)
    folder = work / "roscherk"
    program_folder.make_folder(folder, parts, work, from_tree=from_tree)
    version = program_folder.run_inside(folder, "-c", "import app; print(app.__version__)").strip()
    # Everything that Qt, the workers and the paper load is there: each module is imported once.
    program_folder.run_inside(folder, str(Path(__file__).parent / "inside" / "import_all.py"))
    shared = work / "share"
    desktop_files.make(folder, shared, version, int(epoch))
    bill_of_materials.make(folder, shared / "doc" / "roscherk", parts, version, int(epoch))
    made = [
        debian_package.make(folder, shared, work, output, version),
        portable_folder.make(folder, shared, work, output, version),
    ]
    made.append(output / f"roscherk-{version}-linux.cdx.json")
    shutil.copy(shared / "doc" / "roscherk" / "roscherk.cdx.json", made[-1])
    sums = bill_of_materials.sums(made)
    (output / f"roscherk-{version}-linux.sha256").write_text(sums, encoding="ascii")
    print(sums, end="")
    for each in made:
        print(f"{each.name}: {each.stat().st_size / 1e6:.1f} MB")
    size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    print(f"folder: {size / 1e6:.1f} MB; built in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
