"""Words of a command that a person is to type, as the shell of this system takes them. No Qt."""

import shlex
import subprocess
import sys


def quoted(word: str) -> str:
    """Return one word of a command line, in quotes where it needs them.

    The command line of Windows knows double quotes alone.
    """
    return subprocess.list2cmdline([word]) if sys.platform == "win32" else shlex.quote(word)
