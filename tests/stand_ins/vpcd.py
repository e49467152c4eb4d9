"""A virtual card in a virtual reader: our own card program behind the real pcscd.

``pcscd`` runs in a mount namespace of its own (it wants ``/run``), with the reader driver of
vsmartcard-vpcd; clients find its socket by ``PCSCLITE_CSOCK_NAME``. A card that connects is a token
plugged in, one that closes the connection is a token pulled out.

    with PrivatePcscd(folder, "Aktiv Rutoken lite") as pcscd:      # raises AbsentError
        monkeypatch.setenv(*pcscd.variable)
        plug = Plug(card, pcscd.port)
        plug.insert()
        ...
        plug.remove()
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_LINK = Path(tempfile.gettempdir()) / f"roscherk-pcscd-{os.getpid()}"
"""Where clients find the server that runs now. The library of PC/SC reads the name of its socket once
in a process, so each server of a test run must be found under the same one."""
_START_SECONDS = 5.0
_ATR = 4
_LENGTH = struct.Struct(">H")


class AbsentError(Exception):
    """What this stand-in needs is not installed here; the text says what."""


class VirtualCard(Protocol):
    """A program that answers as a card does."""

    atr: bytes

    def apdu(self, command: bytes) -> bytes:
        """Answer one command: data and two octets of status."""
        ...

    def reset(self) -> None:
        """Forget what a card forgets without power."""
        ...


class Plug:
    """Puts a card into a reader and pulls it out; can make it slow or faulty."""

    def __init__(self, card: VirtualCard, port: int) -> None:
        """Take a card and the port of a reader (the second reader has the next port)."""
        self.card = card
        self.delay = 0.0
        """Seconds before each answer."""
        self.commands: list[bytes] = []
        """Every command that reached the card."""
        self._port = port
        self._failing: tuple[bytes, int] = (b"", 0)
        self._pull_at: int | None = None
        self._socket: socket.socket | None = None

    @property
    def inserted(self) -> bool:
        """Tell whether the card is in the reader."""
        return self._socket is not None

    def insert(self) -> None:
        """Plug it in."""
        if self._socket is None:
            self.card.reset()
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=15)
            self._socket.settimeout(None)
            threading.Thread(target=self._serve, args=(self._socket,), daemon=True).start()

    def remove(self) -> None:
        """Pull it out."""
        connection, self._socket = self._socket, None
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def fail(self, status: int, times: int = 1) -> None:
        """Answer the next commands with a status word and nothing else."""
        self._failing = (_LENGTH.pack(status), times)

    def pull_after(self, commands: int) -> None:
        """Pull the card out instead of answering, after so many more commands."""
        self._pull_at = len(self.commands) + commands

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, EOFError):
            while True:
                message = _exactly(connection, _LENGTH.unpack(_exactly(connection, 2))[0])
                if len(message) > 1:
                    self._answer(connection, self._card(message))
                elif message[0] == _ATR:
                    self._answer(connection, self.card.atr)
                else:  # off, on, reset
                    self.card.reset()
        if self._socket is connection:
            self._socket = None

    def _card(self, command: bytes) -> bytes:
        self.commands.append(command)
        if self._pull_at is not None and len(self.commands) > self._pull_at:
            self._pull_at = None
            self.remove()
            raise EOFError
        time.sleep(self.delay)
        status, times = self._failing
        if times:
            self._failing = (status, times - 1)
            return status
        return self.card.apdu(command)

    @staticmethod
    def _answer(connection: socket.socket, data: bytes) -> None:
        connection.sendall(_LENGTH.pack(len(data)) + data)


class PrivatePcscd:
    """A pcscd of our own with two virtual readers, ``NAME 00 00`` and ``NAME 00 01``."""

    def __init__(self, folder: Path, name: str = "Virtual PCD") -> None:
        """Take an empty folder for the configuration, and the name of the readers."""
        self.port = _free_pair()
        self._folder = folder
        self._name = name
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def variable(self) -> tuple[str, str]:
        """Return the environment variable by which clients find this server."""
        return ("PCSCLITE_CSOCK_NAME", str(_LINK))

    def start(self) -> None:
        """Start the server; raise `AbsentError` where that is not possible here."""
        for program in ("pcscd", "unshare", "mount"):
            if shutil.which(program, path=_path()) is None:
                raise AbsentError(f"{program} is not installed")
        if not DRIVER.is_file():
            raise AbsentError("vsmartcard-vpcd is not installed")
        self._folder.mkdir(parents=True, exist_ok=True)
        channel = f"0x{self.port:X}"
        lines = (
            f'FRIENDLYNAME "{self._name}"',
            f"DEVICENAME /dev/null:{channel}",
            f"LIBPATH {DRIVER}",
            f"CHANNELID {channel}",
        )
        (self._folder / "reader").write_text("\n".join(lines) + "\n")
        script = (
            'mount -t tmpfs none /run && mkdir /run/pcscd && exec pcscd --foreground --config "$0"'
        )
        self._process = subprocess.Popen(
            ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(self._folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PATH": _path()},
        )
        self._wait()

    def stop(self) -> None:
        """End the server; the readers are gone with it."""
        process, self._process = self._process, None
        _LINK.unlink(missing_ok=True)
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                raise AbsentError("pcscd cannot run here (no user namespaces?)")
            if self._socket().exists() and _listens(self.port):
                _LINK.unlink(missing_ok=True)
                _LINK.symlink_to(self._socket())
                return
            time.sleep(0.01)
        self.stop()
        raise AbsentError("pcscd did not start in time")

    def _socket(self) -> Path:
        pid = 0 if self._process is None else self._process.pid
        return Path(f"/proc/{pid}/root/run/pcscd/pcscd.comm")

    def __enter__(self) -> Self:
        """Start it for a while."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        # The driver sends a message in two pieces and waits 40 ms for the first one's receipt.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin"


def _free_pair() -> int:
    """Find two ports in a row that nobody listens at."""
    for _ in range(100):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("", 0))
            port: int = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                second.bind(("", port + 1))
                return port
    raise AbsentError("no free ports")


def _listens(port: int) -> bool:
    """Look into the kernel's table: a trial connection would be a card."""
    wanted = f":{port:04X}"
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(row.split()[1].endswith(wanted) and row.split()[3] == "0A" for row in rows)
