"""One window for each profile: what is handed over, to whom, and what happens when nobody answers."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import handover
from app import start as program
from app.errors import ErrorCode, RoscherkError
from app.handover import Arrival, Claim, Met, Outcome, Page, Wish, decode, encode, meet
from app.places import Places

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there the window has a pipe")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Return a folder with a short name: pytest's own are nearly as long as the address of a socket."""
    with tempfile.TemporaryDirectory(prefix="r") as folder:
        yield Path(folder).resolve()


@pytest.fixture
def claim(tmp_path: Path) -> Iterator[Claim]:
    """Return what the first start of a profile holds."""
    first = meet(Places.under(tmp_path), Wish())
    assert first.claim is not None
    yield first.claim
    first.claim.close()


def take_all(into: list[Wish]) -> Callable[[Arrival], None]:
    """Return a window that takes all at once."""

    def take(arrival: Arrival) -> None:
        assert arrival.take()
        into.append(arrival.wish)

    return take


def start(profile: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start the program as a file manager does; a window it would open ends at once, without Qt."""
    code = (
        "import sys; sys.modules['PySide6'] = None; from app.__main__ import main; sys.exit(main())"
    )
    command = [sys.executable, "-c", code, "--profile", str(profile), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment)


def address_of(profile: Path) -> Path:
    """Return the socket of a profile."""
    return next((profile / "run").glob("window-*.sock"))


def test_the_first_start_listens_and_a_later_one_ends_at_once(tmp_path: Path, claim: Claim) -> None:
    """Whole paths arrive, whatever the name; the second process loads neither Qt nor the program."""
    taken: list[Wish] = []
    claim.begin(take_all(taken))
    odd = tmp_path / os.fsdecode(b"\xd0\xb0\xd0\xba\xd1\x82 \xff.pdf")
    odd.write_bytes(b"")
    later = start(tmp_path, "--verify", str(odd))
    assert later.wait(20) == 0
    assert taken == [Wish((odd,), Page.VERIFY)]


def test_a_later_start_loads_nothing_heavy(tmp_path: Path, claim: Claim) -> None:
    """It costs the time of Python and a socket, since nothing else is imported."""
    claim.begin(take_all([]))
    code = (
        "import sys; from app.__main__ import main; code = main(); "
        "print(*sorted(each for each in sys.modules if each.startswith(('app', 'PySide6')))); "
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--profile", str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert set(done.stdout.split()) == {
        *("app", "app.__main__", "app.handover", "app.places", "app.processes"),
        *(
            "app.errors",
            "app.values",
            "app.processes.dumps",
            "app.processes.launch",
        ),  # the errors: codes alone
    }


def test_many_starts_at_once_have_one_window(tmp_path: Path) -> None:
    """As Explorer does: nobody is first until one is, and no file is lost."""
    places = Places.under(tmp_path)
    files = [tmp_path / f"{number}.pdf" for number in range(24)]
    met: list[Met] = []
    begin = threading.Barrier(len(files))

    def come(file: Path) -> None:
        begin.wait()
        met.append(meet(places, Wish((file,)), 20))

    threads = [threading.Thread(target=come, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (first,) = [one for one in met if one.outcome is Outcome.FIRST]
    assert [one.outcome for one in met].count(Outcome.HANDED) == len(files) - 1
    assert first.claim is not None
    taken: list[Wish] = []
    first.claim.begin(take_all(taken))
    assert len({wish.files for wish in taken}) == len(files) - 1
    first.claim.close()


def test_a_window_that_is_refused_takes_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would take nobody would show, for as long as it says why it is not opened."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not handover.handed_over(["--profile", str(tmp_path)])
    assert meet(Places.under(tmp_path), Wish()).outcome is Outcome.HANDED
    program.refuse_window(RoscherkError(ErrorCode.PROFILE_NEWER))
    later = meet(Places.under(tmp_path), Wish())
    assert later.claim is not None
    later.claim.close()


def test_two_profiles_are_apart(tmp_path: Path) -> None:
    """Each has a first window of its own."""
    one, two = (meet(Places.under(tmp_path / name), Wish()) for name in ("one", "two"))
    assert one.claim is not None
    assert two.claim is not None
    one.claim.close()
    two.claim.close()


def test_two_screens_are_apart(
    tmp_path: Path, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files chosen on one screen do not appear on another."""
    assert claim is not None
    monkeypatch.setenv("DISPLAY", ":77")
    other = meet(Places.under(tmp_path), Wish())
    assert other.claim is not None
    other.claim.close()


def test_what_a_killed_window_left_is_no_obstacle(tmp_path: Path) -> None:
    """The socket is there, its owner is not: the next start is the first."""
    code = (
        "import sys, time; from pathlib import Path; from app.handover import *; "
        "from app.places import Places; "
        "met = meet(Places.under(Path(sys.argv[1])), Wish()); print(met.outcome.value, flush=True); "
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"first\n"
        os.kill(process.pid, signal.SIGSTOP)
        assert meet(Places.under(tmp_path), Wish(), 0.3).outcome is Outcome.SILENT
        process.kill()
    assert address_of(tmp_path).is_socket()
    again = meet(Places.under(tmp_path), Wish())
    assert again.claim is not None
    again.claim.close()
    assert not list((tmp_path / "run").glob("*.sock"))


def test_a_window_that_hangs_gets_nothing_later(tmp_path: Path, claim: Claim) -> None:
    """Who waited in vain has a window of its own; the other must not show the files too."""
    kept: list[Arrival] = []
    claim.begin(kept.append)
    began = time.monotonic()
    assert meet(Places.under(tmp_path), Wish(), 0.3).outcome is Outcome.SILENT
    assert time.monotonic() - began < handover.PATIENCE
    arrival = Arrival(Wish())
    assert not arrival.wait(0.01)
    assert not arrival.take()
    taken = Arrival(Wish())
    assert taken.take()
    assert not taken.take()
    assert taken.wait(0)


def test_only_this_user_may_speak(
    tmp_path: Path, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket is private, and the system is asked who is there, on both sides."""
    address = address_of(tmp_path)
    assert address.stat().st_mode & 0o777 == 0o600
    assert address.parent.stat().st_mode & 0o777 == 0o700
    taken: list[Wish] = []
    claim.begin(take_all(taken))
    monkeypatch.setattr(handover, "_is_ours", lambda _connection: False)
    assert meet(Places.under(tmp_path), Wish(), 0.1).outcome is Outcome.SILENT
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(address))
        stranger.settimeout(5)
        with contextlib.suppress(ConnectionError):
            stranger.sendall(encode(Wish()))
            assert stranger.recv(2) == b""
    assert not taken


def test_the_system_says_who_is_there() -> None:
    """A pair of sockets of ours is ours."""
    one, two = socket.socketpair()
    with one, two:
        assert handover._is_ours(one)


def test_a_folder_that_others_may_write_to_has_no_socket(tmp_path: Path) -> None:
    """Then every start has a window of its own, as it was before."""
    (tmp_path / "run").mkdir(mode=0o777)
    (tmp_path / "run").chmod(0o777)
    assert meet(Places.under(tmp_path), Wish()).outcome is Outcome.ALONE


def test_a_long_path_has_its_socket_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of a socket has 108 octets at most."""
    user = Places.under(tmp_path / "user")
    monkeypatch.setattr(Places, "of_user", lambda: user)
    deep = Places.under(tmp_path / ("длинное имя " * 6))
    first = meet(deep, Wish())
    assert first.claim is not None
    first.claim.begin(take_all([]))
    assert meet(deep, Wish()).outcome is Outcome.HANDED
    assert list((tmp_path / "user" / "run").glob("*.sock"))
    first.claim.close()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\n",
        b"[]\n",
        b"[" * 100_000,
        b'{"form": 1}\n',
        encode(Wish((Path("relative"),))),
        encode(Wish((Path("/a\0b"),))),
        encode(Wish((Path("/" + "a" * 5000),))),
        encode(Wish(token="a\nb")),
        encode(Wish()).replace(b"[]", b"{}"),
        encode(Wish()).replace(b"[]", b"[1]"),
        encode(Wish()).replace(b'"page": ""', b'"page": "erase"'),
        encode(Wish()).replace(b'"form": 1', b'"form": 2'),
        encode(Wish(tuple(Path(f"/{number}") for number in range(50_001)))),
    ],
)
def test_anything_but_whole_paths_is_refused(line: bytes) -> None:
    """What comes is hostile until checked."""
    with pytest.raises(ValueError, match=r".*"):
        decode(line)


@given(st.binary(max_size=200))
def test_any_octets_end_in_a_wish_or_a_refusal(line: bytes) -> None:
    """Nothing else comes out."""
    try:
        assert isinstance(decode(line), Wish)
    except ValueError:
        assert line.strip() != encode(Wish()).strip()


def test_nonsense_does_not_stop_the_one_who_listens(tmp_path: Path, claim: Claim) -> None:
    """The next start is heard as ever."""
    taken: list[Wish] = []
    claim.begin(take_all(taken))
    for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"", json.dumps({"files": 1}).encode() + b"\n"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(address_of(tmp_path)))
            connection.sendall(nonsense)
    assert meet(Places.under(tmp_path), Wish((tmp_path,))).outcome is Outcome.HANDED
    assert taken == [Wish((tmp_path,))]


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        ([], []),
        (["--verify"], []),
        (["--sign", "./here.pdf"], ["here.pdf"]),
        (["--sign", "--verify"], None),
        (["./here.pdf", "nowhere.pdf"], ["here.pdf", "nowhere.pdf"]),
        (["--language", "en", "here.pdf"], ["here.pdf"]),
        (["sign"], None),
        (["sign", "here.pdf"], None),
        (["nowhere.pdf"], None),
        (["./" + "a" * 300], None),
        (["--help"], None),
        (["--profile"], None),
        (["--verif", "here.pdf"], None),
    ],
)
def test_only_what_surely_asks_for_a_window_is_handed_over(
    arguments: list[str],
    files: list[str] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A command is never mistaken for a file: it would end without a word."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "bad\ntoken")
    (tmp_path / "here.pdf").write_bytes(b"")
    (tmp_path / "sign").mkdir()
    asked = handover.asked_for(arguments)
    if files is None:
        assert asked is None
        return
    assert asked is not None
    places, wish = asked
    assert places == Places.of_user()
    named = [Page(each[2:]) for each in arguments if each in {"--sign", "--verify"}]
    assert wish == Wish(tuple(tmp_path / name for name in files), *named)


def test_a_profile_may_be_named_in_both_ways(tmp_path: Path) -> None:
    """With a space or with an equals sign."""
    for arguments in (["--profile", str(tmp_path)], [f"--profile={tmp_path}"]):
        asked = handover.asked_for(arguments)
        assert asked is not None
        assert asked[0] == Places.under(tmp_path)
