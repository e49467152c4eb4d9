"""The program in one folder: Debian's interpreter, the pinned wheels, and our own wheel.

``bin/roscherk`` is the interpreter under the program's name; ``bin/roscherk._pth`` closes its
search path: nothing of the system's Python, of the environment or of the user's folders is read.
"""

import fnmatch
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from locked_parts import ROOT, BuildError, Part, contents, interpreter, wheels

_SOURCES = ("LICENSE", "README.md", "app", "docs", "installer", "pyproject.toml", "resources")
_UNCHECKED = (1).to_bytes(4, "little")
"""PEP 552: a compiled file bound to the content of its source, which is not looked at again."""
SEARCHED = ("../lib/python3.11", "../lib/python3.11/lib-dynload", "../packages")


def make_folder(target: Path, parts: Path, work: Path, *, from_tree: bool) -> None:
    """Put the program together in ``target``, which must not exist.

    ``from_tree``: of our code as it lies in the tree, not of the last commit.
    """
    what = contents()
    _put_interpreter(target, parts, work, what["interpreter"])
    packages = target / "packages"
    packages.mkdir()
    unused = set(what["wheels"]["unused"])
    for part in wheels():
        if part.name not in unused:
            unpack(parts / part.file, packages, what)
    unpack(own_wheel(work, from_tree=from_tree), packages, what)
    _compile(target)


def bundled() -> list[Part]:
    """Return the parts that really go in."""
    what = contents()["wheels"]
    unused = set(what["unused"])
    return [*interpreter(), *(part for part in wheels() if part.name not in unused)]


def run_inside(folder: Path, *words: str, **more: str) -> str:
    """Run the folder's own interpreter; return what it printed."""
    done = subprocess.run(
        [str(folder / "bin" / "roscherk"), *words],
        env={
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            **more,
        },
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise BuildError(f"the built program failed: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


def _put_interpreter(target: Path, parts: Path, work: Path, what: dict[str, Any]) -> None:
    unpacked = work / "interpreter"
    for part in interpreter():
        subprocess.run(["dpkg-deb", "-x", str(parts / part.file), str(unpacked)], check=True)
    name = f"python{what['version']}"
    (target / "bin").mkdir(parents=True)
    shutil.copy(unpacked / "usr" / "bin" / name, target / "bin" / "roscherk")
    (target / "bin" / "roscherk._pth").write_text("\n".join(SEARCHED) + "\n", encoding="ascii")
    library = unpacked / "usr" / "lib" / name
    for path in sorted(library.rglob("*")):
        inner = path.relative_to(library).as_posix()
        # Links lead to files of Debian's own, which are not packed.
        if path.is_file() and not path.is_symlink() and not matches(inner, what["left_out"]):
            copy = target / "lib" / name / inner
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a path or one of the folders above it is named."""
    above = [name, *(each.as_posix() for each in Path(name).parents)]
    return any(fnmatch.fnmatchcase(each, pattern) for each in above for pattern in patterns)


def unpack(wheel: Path, packages: Path, what: dict[str, Any]) -> None:
    """Unpack of a wheel what `contents.toml` lets in."""
    left_out, kept = what["wheels"]["left_out"], what["qt"]["kept"]
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            outside = name.startswith("/") or ".." in Path(name).parts
            if outside:
                raise BuildError(f"{wheel.name} holds a file outside of itself: {name}")
            if name.endswith("/") or matches(name, left_out):
                continue
            if name.startswith("PySide6/") and not matches(name, kept):
                continue
            copy = packages / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(archive.read(name))


def own_wheel(work: Path, *, from_tree: bool) -> Path:
    """Build our wheel, by default out of the last commit: what lies about does not go in."""
    source = work / "source"
    source.mkdir()
    command = ["git", "archive", "HEAD"]
    if from_tree or not (ROOT / ".git").exists():
        command = ["tar", "-c", "--exclude=__pycache__", *_SOURCES]
    tree = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    subprocess.run(["tar", "-x", "-C", str(source)], input=tree.stdout, check=True)
    built = work / "own"
    command = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-index"]
    subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", str(built), str(source)], check=True
    )
    (file,) = built.glob("*.whl")
    return file


def _compile(target: Path) -> None:
    """Compile everything; the compiled files never ask whether their source is older."""
    # -B and -f: what compileall itself imports would else be compiled in another way, and kept.
    words = ("-B", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash")
    for folder in ("lib", "packages"):
        where = str(target / folder)
        run_inside(target, *words, "-s", str(target), "-p", "/usr/lib/roscherk", where)
    for compiled in target.rglob("*.pyc"):
        with compiled.open("rb") as file:
            kind = file.read(8)[4:]
        if kind != _UNCHECKED:
            raise BuildError(f"{compiled.name} was compiled by date, not by content")
