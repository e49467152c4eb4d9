"""Run by the interpreter that goes in: compile_python.py LIBRARY NAMES ARCHIVE PACKAGES.

The compiled files never ask whether their source is older, and name no folder of the build.
"""

import compileall
import os
import py_compile
import sys
import tempfile
import zipfile
from pathlib import Path

MODE = py_compile.PycInvalidationMode.UNCHECKED_HASH
MOMENT = (1980, 1, 1, 0, 0, 0)


def main(library: str, names: str, archive: str, packages: str) -> int:
    """Compile both; return the exit code."""
    with zipfile.ZipFile(archive, "w") as files, tempfile.TemporaryDirectory() as folder:
        compiled = str(Path(folder) / "module.pyc")
        for name in Path(names).read_text(encoding="ascii").split():
            source = str(Path(library) / name)
            py_compile.compile(source, compiled, name, doraise=True, invalidation_mode=MODE)
            # Not compressed: the setup is, and the program starts sooner.
            files.writestr(zipfile.ZipInfo(f"{name}c", MOMENT), Path(compiled).read_bytes())
    strip = packages + os.sep
    done = compileall.compile_dir(packages, stripdir=strip, quiet=1, invalidation_mode=MODE)
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
