"""Do what Explorer does for many chosen files: prove_many.py TELL.exe, by a Python of Windows.

TELL.exe is the launcher that tells what CPython would be given.
"""

import subprocess
import sys

FILES = [rf"C:\бумаги\файл {number}.pdf" for number in range(1, 41)]


def main(program: str) -> None:
    """Start a process for each file at once; one of them must have gathered all."""
    for verb in (["--sign"], ["--verify"]):
        running = [
            subprocess.Popen([program, "--gather", *verb, file], stdout=subprocess.PIPE)
            for file in FILES
        ]
        told = [process.communicate()[0].decode().split("\n")[:-1] for process in running]
        windows = [each for each in told if each]
        if len(windows) != 1 or windows[0][: len(verb)] != verb:
            sys.exit(f"FAILED: {len(windows)} windows: {windows}")
        if sorted(windows[0][len(verb) :]) != sorted(FILES):
            sys.exit(f"FAILED: not all files, or some twice: {windows}")
    print("PROVED: 40 processes, one window, 40 files; twice")


if __name__ == "__main__":
    main(sys.argv[1])
