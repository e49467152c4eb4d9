"""Everything of Python compiled by the interpreter that goes in, run under Wine.

The standard library is compiled from Debian's sources, which also are all that the interpreter has
to work with then: the compiled one of the package from the index is never run.
"""

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import locked
import windows_folder
from locked import BuildError
from program_folder import matches

_ARCHIVE = "python313.zip"


def compile_all(folder: Path, parts: Path, work: Path) -> None:
    """Put the compiled library into ``python313.zip``; compile the packages beside their sources."""
    library = _sources(parts, work)
    files = windows_folder.interpreter_files(parts)
    wanted = work / "library.txt"
    wanted.write_text("\n".join(_modules(files[_ARCHIVE], library)) + "\n", encoding="ascii")
    interpreter = work / "interpreter"
    interpreter.mkdir()
    for name, content in files.items():
        if name != _ARCHIVE:
            (interpreter / name).write_bytes(content)
    (interpreter / "python313._pth").write_text(f"Z:{library}\n.\n", encoding="utf-8")
    (folder / _ARCHIVE).unlink()
    script = locked.HERE / "inside" / "compile_python.py"
    words = (library, wanted, folder / _ARCHIVE, folder / "packages")
    _under_wine(work, interpreter / "python.exe", script, *words)


def _sources(parts: Path, work: Path) -> Path:
    what = locked.contents()["library"]
    unpacked = work / "library"
    for name in what["files"]:
        subprocess.run(["dpkg-deb", "-x", str(parts / name), str(unpacked)], check=True)
    return unpacked / str(what["folder"])


def _modules(archive: bytes, library: Path) -> list[str]:
    """Return which modules go in: those of the embeddable CPython that we do not leave out."""
    left_out = locked.contents()["library"]["left_out"]
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        names = [each[:-1] for each in files.namelist() if each.endswith(".pyc")]
    wanted = sorted(each for each in names if not matches(each, left_out))
    absent = [each for each in wanted if not (library / each).is_file()]
    if absent:
        raise BuildError(f"Debian's library lacks: {', '.join(absent)}")
    return wanted


def _under_wine(work: Path, program: Path, *words: Path) -> None:
    home = work / "home"
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    environment = kept | {
        "HOME": str(home),
        "WINEPREFIX": str(work / "wine"),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
    }
    command = ["wine", str(program), "-X", "utf8", *(f"Z:{each}" for each in words)]
    nothing = subprocess.DEVNULL
    done = subprocess.run(command, env=environment, stdin=nothing, capture_output=True, check=False)
    subprocess.run(["wineserver", "-k"], env=environment, stderr=nothing, check=False)
    shutil.rmtree(work / "wine", ignore_errors=True)
    if done.returncode:
        raise BuildError(f"compiling failed: {done.stdout.decode(errors='replace')}")
