"""Asking for a PIN or a password: at the terminal without echo, or from standard input.

The bytes go into one buffer that is wiped; they never become text, an argument or a variable of
the environment.
"""

import contextlib
import os
import sys
from collections.abc import Iterator

from app.errors import ErrorCode, RoscherkError
from app.tokens.pin import Secret

if sys.platform == "win32":
    import msvcrt
else:
    import termios

_LONGEST = 1024
_ENDS = frozenset(b"\r\n")


def from_standard_input() -> Secret:
    """Read the first line of standard input."""
    return _read_line(0)


def at_terminal(prompt: str, missing: ErrorCode) -> Secret:
    """Ask at the terminal; raise ``missing`` (what is needed) where there is none."""
    if sys.platform == "win32":
        return _at_windows_console(prompt, missing)
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError as error:
        raise RoscherkError(missing) from error
    try:
        os.write(terminal, f"{prompt} ".encode())
        with _without_echo(terminal):
            secret = _read_line(terminal)
        os.write(terminal, b"\n")
    finally:
        os.close(terminal)
    return secret


def somebody_is_there() -> bool:
    """Tell whether there is a terminal at which a person can be asked."""
    if sys.platform == "win32":
        return sys.stdin.isatty()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def say_at_terminal(text: str) -> None:
    """Say something to the person at the terminal, wherever the output of the command goes."""
    if sys.platform == "win32":
        print(text, file=sys.stderr)
        return
    terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    try:
        os.write(terminal, f"{text}\n".encode())
    finally:
        os.close(terminal)


def words_at_terminal(prompt: str, missing: ErrorCode) -> str:
    """Ask at the terminal for words that are no secret; raise ``missing`` where there is none."""
    if sys.platform == "win32":
        if not sys.stdin.isatty():
            raise RoscherkError(missing)
        return input(f"{prompt} ")
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError as error:
        raise RoscherkError(missing) from error
    try:
        os.write(terminal, f"{prompt} ".encode())
        return _read_line(terminal).buffer.decode("utf-8", "replace").strip()
    finally:
        os.close(terminal)


def _read_line(descriptor: int) -> Secret:
    """Read up to the end of a line, byte by byte, into one buffer that does not grow."""
    buffer = bytearray(_LONGEST)
    count = 0
    while count < _LONGEST:
        piece = os.read(descriptor, 1)
        if not piece or piece[0] in _ENDS:
            break
        buffer[count] = piece[0]
        count += 1
    del buffer[count:]
    return Secret(buffer)


if sys.platform == "win32":

    def _at_windows_console(prompt: str, missing: ErrorCode) -> Secret:
        """Ask at the console, which gives text character by character."""
        if not sys.stdin.isatty():
            raise RoscherkError(missing)
        for character in f"{prompt} ":
            msvcrt.putwch(character)
        buffer = bytearray()
        while (key := msvcrt.getwch()) not in "\r\n":
            if key == "\x03":
                raise KeyboardInterrupt
            if key == "\b":
                del buffer[-1:]
            else:
                buffer += key.encode("utf-8")
        for character in "\r\n":
            msvcrt.putwch(character)
        return Secret(buffer)

else:

    @contextlib.contextmanager
    def _without_echo(terminal: int) -> Iterator[None]:
        """Switch the echo off meanwhile."""
        before = termios.tcgetattr(terminal)
        silent = [*before]
        silent[3] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
        try:
            yield
        finally:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
