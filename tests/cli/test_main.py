"""The command line as a whole: help, window, interruptions, start without heavy imports."""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from roscherk_run import Roscherk

from app.cli import verify
from app.cli.main import COMMANDS
from app.cli.main import main as cli_main
from app.composition import build
from app.places import Places
from app.services import Services

ROOT = Path(__file__).resolve().parents[2]
_IN_ACCESS = 1
HEAVY = ("asn1crypto", "cryptography", "fpdf", "pkcs11", "pyhanko", "PySide6", "PIL")


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help(roscherk: Roscherk, command: tuple[str, ...]) -> None:
    """Help is in the user's language, without a word of English around it."""
    done = roscherk(*command, "--help")
    assert done.code == 0
    assert "вызов:" in done.out
    assert "usage" not in done.out
    assert "show this help" not in done.out
    assert "version number" not in done.out
    english = roscherk(*command, "--help", "--language", "en")
    assert "usage:" in english.out


def test_version(roscherk: Roscherk) -> None:
    """The version is told."""
    assert roscherk("--version").out.startswith("roscherk ")
    assert "показать версию программы и выйти" in roscherk("--help").out


def test_what_is_not_a_number(roscherk: Roscherk) -> None:
    """Not even the types of argparse are told in its own words."""
    done = roscherk("signature", "remove", "x.sig", "--number", "второй")
    assert done.code == 2
    assert "нужно целое число" in done.err
    assert "int" not in done.err


@pytest.mark.parametrize("words", [("nonsense",), ("--nonsense",), ("--language", "fr")])
def test_wrong_usage(roscherk: Roscherk, words: tuple[str, ...]) -> None:
    """An unknown command or option ends with 2."""
    done = roscherk(*words)
    assert done.code == 2
    assert done.err


def test_window(
    roscherk: Roscherk, opened: list[tuple[Sequence[Path], bool]], document: Path
) -> None:
    """Without a command the window opens, on the files that were named."""
    assert roscherk().code == 0
    assert roscherk(document, document).code == 0
    assert opened == [((), False), ((document, document), False)]


@pytest.mark.parametrize("words", [(), ("letter.sig",), ("letter.sig", "letter.docx")])
def test_window_to_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """The menu of files opens the page of verification, with files or without."""
    monkeypatch.chdir(tmp_path)
    for name in words:
        Path(name).write_bytes(b"x")
    seen: list[tuple[tuple[Path, ...], bool]] = []

    def open_window(
        _services: Callable[[], Services],
        _places: Places,
        files: Sequence[Path] = (),
        *,
        practice: bool = False,
        verify: bool = False,
    ) -> int:
        assert not practice
        seen.append((tuple(files), verify))
        return 0

    options = ["--profile", str(tmp_path), "--verify", *words]
    assert cli_main(options, build=build, open_window=open_window) == 0
    assert seen == [(tuple(map(Path, words)), True)]


@pytest.mark.parametrize(
    ("words", "verify"),
    [
        (("letter.docx.sig",), True),
        (("Акт.PDF.P7S", "letter.docx.sig"), True),
        (("letter.docx.sig", "letter.docx"), True),
        (("contract.p7m",), True),
        (("--sign", "letter.docx.sig"), False),
        (("--sign", "letter.docx"), False),
        (("--sign",), False),
        (("letter.docx", "contract.p7m"), False),
        (("act.pdf",), False),
        (("keys.p7b",), False),
    ],
)
def test_window_by_a_click_on_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], verify: bool
) -> None:
    """A signature opened in a file manager lands where its verdict is; all else on the documents."""
    monkeypatch.chdir(tmp_path)
    files = [Path(each) for each in words if not each.startswith("--")]
    for each in files:
        each.write_bytes(b"x")
    seen: list[tuple[list[Path], bool]] = []

    def open_window(
        _services: Callable[[], Services],
        _places: Places,
        names: Sequence[Path] = (),
        *,
        practice: bool = False,
        verify: bool = False,
    ) -> int:
        assert not practice
        seen.append((list(names), verify))
        return 0

    options = ["--profile", str(tmp_path), *words]
    assert cli_main(options, build=build, open_window=open_window) == 0
    assert seen == [(files, verify)]


def test_file_named_like_a_command(
    roscherk: Roscherk,
    opened: list[tuple[Sequence[Path], bool]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A command stays a command even if a file has its name; ./NAME means the file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tokens").write_bytes(b"")
    assert roscherk("tokens", "--help").code == 0
    assert opened == []
    assert roscherk("./tokens").code == 0
    assert opened == [((Path("tokens"),), False)]


def test_unexpected_error_leaves_no_traceback(
    roscherk: Roscherk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error nobody foresaw is told by its kind."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(verify, "_check", fail)
    monkeypatch.delenv("ROSCHERK_DEBUG", raising=False)
    done = roscherk("verify", "x", "--json")
    assert done.code == 1
    assert "ZeroDivisionError" in done.err
    assert done.json["code"] == "unexpected"


def test_interrupted(roscherk: Roscherk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C ends with 130 and one word."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verify, "_options", interrupt)
    done = roscherk("verify", "x")
    assert done.code == 130
    assert "Отменено" in done.err


def roscherk_process(*arguments: str | Path, **options: object) -> subprocess.Popen[bytes]:
    """Start the command line as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"LANG": "ru_RU.UTF-8"},
        **options,  # type: ignore[call-overload]
    )


def test_log_is_not_told(profile: Path) -> None:
    """What goes to the log in other lives is no answer of a command: people get words only."""
    noted = profile / "config" / "journal_head.json"
    noted.parent.mkdir(parents=True)
    noted.write_bytes(b"rubbish")
    command = [sys.executable, "-m", "app", "--profile", profile, "journal", "--verify"]
    done = subprocess.run(command, capture_output=True, check=False, env=_with_root())
    assert done.returncode == 0
    assert done.stderr == b""


def _with_root() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def test_reader_has_gone(profile: Path) -> None:
    """A closed pipe is no error worth a word."""
    process = roscherk_process("--profile", profile, "verify", "/etc/hostname")
    process.stdout.close()  # type: ignore[union-attr]
    _, err = process.communicate(timeout=30)
    assert process.returncode == 141
    assert err == b""


def test_interrupted_before_it_works(profile: Path) -> None:
    """Ctrl+C while the program is still being loaded ends with the same code, and no traceback."""
    code = (
        "import sys; from types import ModuleType; from app.__main__ import main\n"
        "class Interrupted(ModuleType):\n"
        "    @staticmethod\n"
        "    def main(words): raise KeyboardInterrupt\n"
        "sys.modules['app.start'] = Interrupted('app.start')\n"
        "sys.exit(main())"
    )
    command = [sys.executable, "-c", code, "--profile", profile, "containers"]
    done = subprocess.run(command, capture_output=True, check=False, env=_with_root())
    assert (done.returncode, done.stderr) == (130, b"")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks inotify and /proc")
def test_interrupted_while_working(profile: Path, tmp_path: Path) -> None:
    """Ctrl+C during long work ends soon, with one sentence, and leaves no process behind."""
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(20 << 30)
    with read_from(large) as reading:
        process = roscherk_process(
            "--profile",
            profile,
            "verify",
            large,
            start_new_session=True,
            # A shell that runs this suite in the background has its children ignore Ctrl+C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        reading(60)
    workers = children_of(process.pid)
    assert workers
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Отменено".encode() in err
    assert b"Traceback" not in err
    deadline = time.monotonic() + 5
    for worker in (process.pid, *workers):
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                os.kill(worker, 0)
                time.sleep(0.05)
            pytest.fail("a worker outlived the command")


@contextlib.contextmanager
def read_from(path: Path) -> Iterator[Callable[[float], None]]:
    """Return a function that waits until somebody has read from a file (inotify(7))."""
    library = ctypes.CDLL(None, use_errno=True)
    watch = library.inotify_init1(os.O_CLOEXEC)
    assert watch >= 0
    try:
        assert library.inotify_add_watch(watch, os.fsencode(path), _IN_ACCESS) >= 0

        def wait(seconds: float) -> None:
            assert select.select([watch], [], [], seconds)[0], "nobody reads"

        yield wait
    finally:
        os.close(watch)


def children_of(parent: int) -> list[int]:
    """Return the processes that a process has started, by the fourth field of proc(5)'s stat."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = each.read_text("utf-8").rpartition(")")[2].split()
            if int(fields[1]) == parent:
                found.append(int(each.parent.name))
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "/etc/hostname"),
        ("sign", "/etc/hostname", "--key", "container:absent"),
        ("containers", "practice:"),
        ("certificate", "show", "/etc/hostname"),
        ("demo", "{folder}"),
    ],
)
def test_light_start(profile: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """No command imports Qt, a parser of strangers' files or a PDF library into its own process."""
    words = [each.format(folder=tmp_path / "demo") for each in arguments]
    code = (
        "import sys; from app import start\n"
        f"start.main(['--profile', {str(profile)!r}, *{words!r}])\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_stream_that_lacks_letters(profile: Path) -> None:
    """A terminal without Cyrillic gets escapes, not an error."""
    environ = os.environ | {"PYTHONIOENCODING": "ascii", "LANG": "ru_RU.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "app", "--profile", str(profile), "verify", "/нет"],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
        env=environ,
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
