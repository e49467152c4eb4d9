"""One window for each profile and screen: a later start hands its files to the first one and ends.

The first start holds a lock in the profile's runtime folder and listens on a socket beside it; both
are for this user alone, and each side asks the system who the other one is. It listens from its
first moment, long before there is a window, so that the many processes which a file manager starts
for many files all find it. Under Windows the launcher gathers those, and the window listens on a
named pipe (`app.ui.later_starts_pipe`).

Nothing heavy is imported here: a later start must end before it has loaded the program.
"""

import contextlib
import hashlib
import json
import logging
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, StrEnum
from pathlib import Path
from typing import Final

from app.places import Places, make_private
from app.values import dataclass

if sys.platform != "win32":
    import fcntl

PATIENCE: Final = 2.0
"""Seconds that a later start waits for the first window."""
MOST_BYTES: Final = 16 << 20
"""Longer than any command line of Linux, its letters escaped."""
TAKEN: Final = b"ok"
_MOST_FILES: Final = 50_000
_LONGEST_PATH: Final = 4096
_LONGEST_TOKEN: Final = 256
_LONGEST_SOCKET_NAME: Final = 100
"""Of the 108 octets that an address of this kind may have (unix(7)), some are left for others."""
_ANSWERED_WITHIN: Final = PATIENCE * 0.8
_MOST_AT_ONCE: Final = 128
_PAUSE: Final = 0.02
_KEYS: Final = frozenset({"form", "page", "files", "token"})
_FORM: Final = 1
_log = logging.getLogger(__name__)


class Page(StrEnum):
    """On which page files are wanted."""

    BY_KIND = ""
    """Nobody said: what the files are decides."""
    SIGN = "sign"
    VERIFY = "verify"


_PAGES: Final = {"--sign": Page.SIGN, "--verify": Page.VERIFY}


@dataclass(frozen=True)
class Wish:
    """What a start of the window wants: files, each by its whole path."""

    files: tuple[Path, ...] = ()
    page: Page = Page.BY_KIND
    token: str = ""
    """By which Wayland lets the window come to the front (xdg-activation-v1)."""


def encode(wish: Wish) -> bytes:
    """Write a wish as one line; escapes also hold names that are not UTF-8."""
    told = {
        "form": _FORM,
        "page": wish.page,
        "files": [str(file) for file in wish.files],
        "token": wish.token,
    }
    return json.dumps(told).encode("ascii") + b"\n"


def decode(line: bytes) -> Wish:
    """Read a wish; raise `ValueError` for anything but bounded whole paths."""
    try:
        told = json.loads(line[:MOST_BYTES])
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(told, dict) or told.keys() != _KEYS or told["form"] != _FORM:
        raise ValueError("not a wish")
    files, page, token = told["files"], Page(told["page"]), told["token"]
    if not isinstance(files, list) or len(files) > _MOST_FILES:
        raise ValueError("not a wish")
    if not all(map(_is_whole_path, files)) or not _is_token(token):
        raise ValueError("not a whole path, or not a token")
    return Wish(tuple(map(Path, files)), page, token)


def _is_whole_path(told: object) -> bool:
    if not isinstance(told, str) or not 0 < len(told) <= _LONGEST_PATH or "\0" in told:
        return False
    return Path(told).is_absolute()


def _is_token(told: object) -> bool:
    return (
        isinstance(told, str)
        and len(told) <= _LONGEST_TOKEN
        and told.isascii()
        and (told.isprintable())
    )


class Arrival:
    """A wish that came; whoever takes it does so once, and in time or not at all."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self._lock = threading.Lock()
        self._decided = False
        self._taken = threading.Event()

    def take(self) -> bool:
        """Take it; False: the other start waits no longer and has opened a window of its own."""
        with self._lock:
            if self._decided:
                return False
            self._decided = True
        self._taken.set()
        return True

    def wait(self, seconds: float) -> bool:
        """Wait until it is taken; False: it is withdrawn."""
        if self._taken.wait(seconds):
            return True
        with self._lock:
            late, self._decided = self._decided, True
        return late


class Claim:
    """What the first start holds: the lock, the socket, and a thread that answers."""

    def __init__(self, lock: int, listener: socket.socket, address: str) -> None:
        self._lock = lock
        self._listener = listener
        self._address = address
        self._turn = threading.Lock()
        self._early: list[Arrival] = []
        self._take: Callable[[Arrival], None] | None = None
        self._places = threading.BoundedSemaphore(_MOST_AT_ONCE)
        threading.Thread(target=self._listen, name="later starts", daemon=True).start()

    def begin(self, take: Callable[[Arrival], None]) -> None:
        """Hand over what came so far and what comes; ``take`` is called in any thread."""
        with self._turn:
            early, self._early = self._early, []
            self._take = take
        for arrival in early:
            take(arrival)

    def close(self) -> None:
        """Let the next start be the first; may be called again."""
        if self._lock < 0:
            return
        lock, self._lock = self._lock, -1
        with contextlib.suppress(OSError):
            Path(self._address).unlink()
        with contextlib.suppress(OSError):
            # Wakes the thread that accepts; closing alone does not.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        os.close(lock)

    def _listen(self) -> None:
        while True:
            try:
                connection, _nameless = self._listener.accept()
            except OSError:
                return
            if not self._places.acquire(blocking=False):
                connection.close()  # it tries again
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(PATIENCE)
                if not _is_ours(connection):
                    _log.warning("a start of another user was turned away")
                elif self._heed(decode(_line(connection))):
                    connection.sendall(TAKEN)
        except (OSError, ValueError) as error:
            _log.warning("a later start was not understood: %s", type(error).__name__)
        finally:
            self._places.release()

    def _heed(self, wish: Wish) -> bool:
        arrival = Arrival(wish)
        with self._turn:
            if self._take is None:
                # The window is on its way, and its process lives: that is all one can know.
                self._early.append(Arrival(wish))
                return True
            take = self._take
        take(arrival)
        return arrival.wait(_ANSWERED_WITHIN)


class Outcome(Enum):
    """What came of looking for a first window."""

    FIRST = "first"
    HANDED = "handed"
    SILENT = "silent"
    """There is one, but it does not answer."""
    ALONE = "alone"
    """It cannot be known here: no lock or no socket could be had."""


@dataclass(frozen=True)
class Met:
    """Whether a window is to be opened, and what it listens with."""

    outcome: Outcome
    claim: Claim | None = None


_early: dict[Path, Met] = {}
"""What was found before the program was loaded, by the profile's folder of data."""


def handed_over(arguments: Sequence[str]) -> bool:
    """Hand over what these arguments ask for, if they surely ask for a window and there is one."""
    asked = asked_for(arguments)
    if asked is None:
        return False
    places, wish = asked
    met = _early[places.data] = meet(places, wish)
    return met.outcome is Outcome.HANDED


def met_before(places: Places, wish: Wish) -> Met:
    """Return what was found at the start of this process, or look now."""
    return _early.pop(places.data, None) or meet(places, wish)


def let_go() -> None:
    """Listen no more for a window that will not be there: a later start has to see for itself."""
    while _early:
        _places, met = _early.popitem()
        if met.claim is not None:
            met.claim.close()


def asked_for(arguments: Sequence[str]) -> tuple[Places, Wish] | None:
    """Return which window on which files is asked for; None: perhaps a command is meant.

    A command is a bare word; what is in doubt is left to the command line's own parser.
    """
    profile: str | None = None
    page = Page.BY_KIND
    files: list[str] = []
    rest = iter(arguments)
    for each in rest:
        name, equals, value = each.partition("=")
        if name in {"--profile", "--language"}:
            value = value if equals else next(rest, "")
            if not value:
                return None
            profile = value if name == "--profile" else profile
        elif page is Page.BY_KIND and each in _PAGES:
            page = _PAGES[each]
        elif each.startswith("-"):
            return None
        else:
            files.append(each)
    if files and not (set("./\\") & set(files[0]) and os.access(files[0], os.F_OK)):
        return None
    places = Places.of_user() if profile is None else Places.under(Path(profile))
    return places, wish_of(map(Path, files), page)


def wish_of(files: Iterable[Path], page: Page) -> Wish:
    """Return a wish of this process: the files by their whole paths."""
    token = os.environ.get("XDG_ACTIVATION_TOKEN", "")
    return Wish(tuple(file.absolute() for file in files), page, token if _is_token(token) else "")


def meet(places: Places, wish: Wish, patience: float = PATIENCE) -> Met:
    """Become the first start of a profile, or hand the wish to the one that is."""
    end = time.monotonic() + patience
    line = encode(wish)
    if sys.platform == "win32":
        return Met(_through_pipe(places, line, patience))
    while True:
        try:
            lock, address = _lock(places)
        except OSError as error:
            _log.info("no single window here: errno=%s", error.errno)
            return Met(Outcome.ALONE)
        if lock is not None:
            return _first(lock, address)
        left = end - time.monotonic()
        if left <= 0:
            return Met(Outcome.SILENT)
        if _send(address, line, left):
            return Met(Outcome.HANDED)
        time.sleep(_PAUSE)  # it begins, or it ends


def _first(lock: int, address: str) -> Met:
    """Listen; a socket that is there belongs to nobody, for its lock was free."""
    listener = socket.socket(socket.AF_UNIX)
    try:
        with contextlib.suppress(FileNotFoundError):
            Path(address).unlink()
        listener.bind(address)
        Path(address).chmod(0o600)
        listener.listen(_MOST_AT_ONCE)
    except OSError as error:
        _log.info("nobody can hand anything over here: errno=%s", error.errno)
        listener.close()
        os.close(lock)
        return Met(Outcome.ALONE)
    return Met(Outcome.FIRST, Claim(lock, listener, address))


def _lock(places: Places) -> tuple[int | None, str]:
    """Take the lock; None: another process has it. Also returns the address of its socket."""
    address = _address(places)
    folder = make_private(address.parent)
    status = folder.stat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise PermissionError(0, "not a private folder")
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    lock = os.open(address.with_suffix(".lock"), flags, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None, str(address)
    except OSError:
        os.close(lock)
        raise
    return lock, str(address)


def _address(places: Places) -> Path:
    """Return where the first start listens: in the profile, or for a long path beside others'."""
    screen = f"{os.environ.get('DISPLAY', '')}\0{os.environ.get('WAYLAND_DISPLAY', '')}"
    mark = _mark(screen)
    address = places.runtime / f"window-{mark[:8]}.sock"
    if len(os.fsencode(address)) <= _LONGEST_SOCKET_NAME:
        return address
    return Places.of_user().runtime / f"window-{_mark(f'{mark}{places.data}')[:24]}.sock"


def pipe_name(places: Places) -> str:
    """Return the name of the pipe under Windows, where names are not in folders."""
    owner = os.environ.get("USERNAME", "")
    return f"roscherk-{_mark(f'{owner}{os.path.normcase(places.data)}')[:32]}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _send(address: str, line: bytes, seconds: float) -> bool:
    """Hand a wish over; False: nobody took it."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(seconds)
        try:
            connection.connect(address)
            if not _is_ours(connection):
                return False
            connection.sendall(line)
            return connection.recv(len(TAKEN)) == TAKEN
        except OSError:
            return False


def _is_ours(connection: socket.socket) -> bool:
    """Tell whether the other side runs as this user (SO_PEERCRED, unix(7)).

    Where the system has no such question, the rights of the folder are the only guard.
    """
    if sys.platform != "linux":
        return True
    asked = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _process, user, _group = struct.unpack("3i", asked)
    return bool(user == os.getuid())


def _line(connection: socket.socket) -> bytes:
    """Read one line within the bounds of size and time."""
    end = time.monotonic() + PATIENCE
    line = bytearray()
    while not line.endswith(b"\n"):
        part = connection.recv(1 << 16)
        line += part
        if not part or len(line) > MOST_BYTES or time.monotonic() > end:
            raise ValueError("no whole line")
    return bytes(line)


def _through_pipe(places: Places, line: bytes, patience: float) -> Outcome:
    """Hand over by a named pipe: reading from one knows no time limit, so a thread does it."""
    answers: list[Outcome] = []

    def ask() -> None:
        try:
            with Path(rf"\\.\pipe\{pipe_name(places)}").open("r+b", buffering=0) as pipe:
                pipe.write(line)
                taken = pipe.read(len(TAKEN)) == TAKEN
            answers.append(Outcome.HANDED if taken else Outcome.SILENT)
        except FileNotFoundError:
            answers.append(Outcome.FIRST)
        except OSError:
            answers.append(Outcome.SILENT)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience)
    return answers[0] if answers else Outcome.SILENT
