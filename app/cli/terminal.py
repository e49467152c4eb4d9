"""What the terminal shows: lines, colours where they are wanted, progress on standard error."""

import io
import os
import shutil
import sys
import textwrap
import threading
import time

from app.texts.verdicts import Tone

_COLOURS = {Tone.GOOD: "32", Tone.BAD: "31", Tone.UNSURE: "33", Tone.PLAIN: "0"}
_MARKS = {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.UNSURE: "?", Tone.PLAIN: "·"}
_PRACTICE_COLOUR = "35"
_WIDEST = 100
_NARROWEST = 40
_FIRST_ON_TERMINAL = 0.7
_FIRST_ELSEWHERE = 2.0
_BETWEEN_ON_TERMINAL = 0.1
_BETWEEN_ELSEWHERE = 10.0


class Terminal:
    """Writes to standard output; says itself whether colours are wanted."""

    def __init__(self, out: io.TextIOWrapper | None = None) -> None:
        self._out = out if out is not None else sys.stdout
        wanted = self._out.isatty() and os.environ.get("TERM") != "dumb"
        self._colours = wanted and "NO_COLOR" not in os.environ
        columns = shutil.get_terminal_size((_WIDEST, 24)).columns if wanted else _WIDEST
        self._width = max(_NARROWEST, min(columns, _WIDEST))

    def raw(self, data: bytes) -> None:
        """Write bytes as they are."""
        self._out.flush()
        self._out.buffer.write(data)
        self._out.flush()

    def line(self, text: str = "") -> None:
        """Write one line as it is."""
        print(text, file=self._out)

    def heading(self, text: str, tone: Tone, *, practice: bool = False) -> None:
        """Write a heading in the colour of its tone."""
        colour = _PRACTICE_COLOUR if practice and tone is not Tone.BAD else _COLOURS[tone]
        self.line(self._painted(text, f"1;{colour}"))

    def paragraph(self, text: str, *, indent: str = "", label: str = "") -> None:
        """Write text in lines that fit, after a label."""
        first = f"{indent}{label} " if label else indent
        rest = " " * len(first)
        for line in textwrap.wrap(text, self._width, initial_indent=first, subsequent_indent=rest):
            self.line(line)

    def lines(self, text: str, *, indent: str = "") -> None:
        """Write text that has lines of its own, each as a paragraph."""
        for line in text.splitlines():
            if line:
                self.paragraph(line, indent=indent)
            else:
                self.line()

    def marked(self, text: str, tone: Tone, *, indent: str = "  ", label: str = "") -> None:
        """Write a statement after the mark of its tone and a label."""
        plain = f"{indent}{_MARKS[tone]} {label}{'  ' if label else ''}"
        mark = self._painted(_MARKS[tone], f"1;{_COLOURS[tone]}")
        painted = f"{indent}{mark} {self._painted(label, '2')}{'  ' if label else ''}"
        rest = " " * len(plain)
        lines = textwrap.wrap(text, self._width, initial_indent=rest, subsequent_indent=rest)
        self.line(painted + lines[0][len(rest) :])
        for line in lines[1:]:
            self.line(line)

    def _painted(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colours and text else text


class Progress:
    """Shows on standard error how far long work is; quick work shows nothing."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._live = sys.stderr.isatty()
        self._started = time.monotonic()
        self._shown_at: float | None = None
        self._lock = threading.Lock()

    def __call__(self, done: int, total: int, name: str = "") -> None:
        """Take note of progress with a file; may be called from any thread."""
        now = time.monotonic()
        first = _FIRST_ON_TERMINAL if self._live else _FIRST_ELSEWHERE
        between = _BETWEEN_ON_TERMINAL if self._live else _BETWEEN_ELSEWHERE
        with self._lock:
            early = now - self._started < first
            if early or (self._shown_at is not None and now - self._shown_at < between):
                return
            self._shown_at = now
            percent = min(100, done * 100 // total) if total else 0
            text = f"{self._what} {name}: {percent} %"
            end = "\r" if self._live else "\n"
            sys.stderr.write(f"\x1b[2K{text}{end}" if self._live else f"{text}{end}")
            sys.stderr.flush()

    def end(self) -> None:
        """Wipe the line that was shown."""
        with self._lock:
            if self._live and self._shown_at is not None:
                sys.stderr.write("\x1b[2K\r")
                sys.stderr.flush()
