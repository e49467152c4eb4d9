"""The terminal: progress, colours, a password that is typed without being shown."""

import io
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from roscherk_run import PASSWORD, Firm

from app.cli import terminal
from app.cli.terminal import Progress, Terminal
from app.texts.verdicts import Tone

ROOT = Path(__file__).resolve().parents[2]


class Screen(io.TextIOWrapper):
    """A stream that says whether it is a terminal."""

    def __init__(self, *, live: bool) -> None:
        super().__init__(io.BytesIO(), "utf-8", write_through=True)
        self._live = live

    def isatty(self) -> bool:
        """Tell what was asked for."""
        return self._live

    @property
    def text(self) -> str:
        """What was written."""
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a clock that the test sets."""
    now = [0.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    return now


def test_progress_at_a_terminal(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    """Quick work shows nothing; long work one line that is wiped at the end."""
    screen = Screen(live=True)
    monkeypatch.setattr(sys, "stderr", screen)
    progress = Progress("Checking")
    progress(1, 10, "a.pdf")
    assert screen.text == ""
    clock[0] = 1.0
    progress(5, 10, "a.pdf")
    progress(6, 10, "a.pdf")  # too soon after the last
    assert "Checking a.pdf: 50 %" in screen.text
    assert "60 %" not in screen.text
    progress.end()
    assert screen.text.endswith("\x1b[2K\r")


def test_progress_elsewhere(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    """In a log long work leaves a plain line now and then, short work none."""
    screen = Screen(live=False)
    monkeypatch.setattr(sys, "stderr", screen)
    progress = Progress("Checking")
    for moment, done in ((1.0, 1), (2.5, 2), (3.0, 3), (13.0, 4)):
        clock[0] = moment
        progress(done, 0 if done == 4 else 10, "a")
    progress.end()
    assert screen.text == "Checking a: 20 %\nChecking a: 0 %\n"


@pytest.mark.parametrize(
    ("live", "environ", "colours"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_colours(
    monkeypatch: pytest.MonkeyPatch, live: bool, environ: dict[str, str], colours: bool
) -> None:
    """Colours appear at a terminal that has them, unless they are not wanted."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    screen = Screen(live=live)
    shown = Terminal(screen)
    shown.heading("Heading", Tone.BAD)
    shown.marked("An answer", Tone.GOOD, label="Label")
    assert ("\x1b[" in screen.text) == colours
    assert "An answer" in screen.text


def test_lines_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long text is wrapped under its label, within the width."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen(live=True)
    shown = Terminal(screen)
    shown.paragraph("word " * 60, indent="  ", label="Label:")
    shown.marked("word " * 60, Tone.PLAIN, label="Label")
    lines = screen.text.splitlines()
    assert max(map(len, lines)) <= 100
    assert all(re.match(r"  (Label:|· Label|\s{5})", line) for line in lines)


def test_password_at_the_terminal(firm: Firm, document: Path, profile: Path) -> None:
    """The password is asked at the terminal, not shown there, and used."""
    command = [
        sys.executable, "-m", "app", "--profile", str(profile), "--language", "en",
        "sign", str(document), "--key", firm.key,
    ]  # fmt: skip
    spawn = f"import pty, sys; sys.exit(pty.spawn({command!r}) >> 8)"
    with subprocess.Popen(
        [sys.executable, "-c", spawn],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"TERM": "xterm"},
    ) as process:
        try:
            shown = _answer(process)
            rest, _ = process.communicate(timeout=30)
        except BaseException:
            process.kill()
            raise
    assert process.returncode == 0, shown + rest
    assert PASSWORD not in shown + rest
    assert document.with_name(document.name + ".sig").exists()


def _answer(process: "subprocess.Popen[bytes]") -> bytes:
    """Type the password when it is asked for; return what was shown until then."""
    assert process.stdin is not None
    assert process.stdout is not None
    shown = b""
    deadline = time.monotonic() + 30
    while b"Password of" not in shown:
        assert time.monotonic() < deadline, shown
        assert process.poll() is None, shown
        if select.select([process.stdout], [], [], 0.2)[0]:
            shown += os.read(process.stdout.fileno(), 4096)
    time.sleep(0.3)  # the terminal drops what was typed before the echo went off
    process.stdin.write(PASSWORD + b"\n")
    process.stdin.flush()
    return shown


def test_no_terminal(firm: Firm, document: Path, profile: Path) -> None:
    """Without a terminal the need of a password is told at once, with the way to give it."""
    done = subprocess.run(
        [sys.executable, "-m", "app", "--profile", profile, "sign", document, "--key", firm.key],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
        start_new_session=True,
        env=os.environ | {"LANG": "ru_RU.UTF-8"},
    )
    assert done.returncode == 1
    assert "--password-stdin" in done.stderr.decode()
