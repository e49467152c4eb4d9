"""Virtual passive tokens: files in a card, a PIN that is counted, and nothing that signs.

They answer the commands that were traced on real tokens (Рутокен Lite and ЭЦП, JaCarta LT, ESMART
Token ГОСТ), and they are strict: what a real token refuses, they refuse. They serve as cards for
`stand_ins.vpcd` and, through ``transmit``, for tests without any PC/SC.

    card = VirtualLite(pin="12345678")
    card.put(folder)                       # a container folder of CryptoPro CSP
    card.transmit(bytes.fromhex("00A4080406100010030A0000"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RUTOKEN_LITE = bytes.fromhex("3B8B01") + b"Rutokenlite" + b"\xc2"
RUTOKEN_ECP = bytes.fromhex("3B8B01") + b"Rutoken DS " + b"\xc1"
ESMART_GOST = bytes.fromhex("3B7C950000") + b"ESMARTGOST10"
JACARTA = bytes.fromhex("3BDC18FF8191FE1FC38073C82113660106115900013A")
NAMES = ("masks", "primary", "header", "masks2", "primary2", "name")
"""The files by their number, from 1."""


class StatusError(Exception):
    """A command ends with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


class _Passive:
    """What all of them have: containers, one PIN, and a right that it gives."""

    atr = b""
    _OPEN = frozenset({"name", "header"})

    def __init__(self, *, pin: str = "12345678", tries: int = 10, header_open: bool = True) -> None:
        """``header_open``: the header can be read without the PIN."""
        self.pin = pin.encode()
        self.tries = self.most_tries = tries
        self.verified = 0
        """How many PINs were sent."""
        self.right = False
        self._open = self._OPEN if header_open else frozenset({"name"})
        self.containers: list[dict[str, bytes]] = []

    def put(self, folder: Path) -> None:
        """Lay a container folder onto the token."""
        self.containers.append({path.stem.lower(): path.read_bytes() for path in folder.iterdir()})

    def reset(self) -> None:
        """Forget the right."""
        self.right = False

    def apdu(self, command: bytes) -> bytes:
        """Answer a command."""
        try:
            return self._answer(command) + b"\x90\x00"
        except StatusError as error:
            return error.status.to_bytes(2, "big")

    transmit = apdu

    def _answer(self, command: bytes) -> bytes:
        raise NotImplementedError

    def _data(self, command: bytes) -> bytes:
        if len(command) <= 5:
            return b""
        data = command[5 : 5 + command[4]]
        if len(data) != command[4]:
            raise StatusError(0x6700)
        return data

    def _demand(self, name: str) -> None:
        if name not in self._open and not self.right:
            raise StatusError(0x6982)

    def _verify(self, pin: bytes) -> bytes:
        if self.tries == 0:
            raise StatusError(0x6983)
        if not pin:
            if self.right:
                return b""
            raise StatusError(0x63C0 | self.tries)
        self.verified += 1
        if pin != self.pin:
            self.tries -= 1
            self.right = False
            raise StatusError(0x6983 if self.tries == 0 else self._wrong())
        self.tries, self.right = self.most_tries, True
        return b""

    def _wrong(self) -> int:
        return 0x63C0 | self.tries


class VirtualLite(_Passive):
    """Рутокен Lite, or by its ATR the file area of Рутокен ЭЦП."""

    _AREA = bytes.fromhex("10001003")

    def __init__(
        self,
        *,
        atr: bytes = RUTOKEN_LITE,
        serial: str = "2ad0cafe",
        first: int = 0x0A,
        pin: str = "12345678",
        tries: int = 10,
        header_open: bool = True,
    ) -> None:
        super().__init__(pin=pin, tries=tries, header_open=header_open)
        self.atr = atr
        self.serial = serial
        self._first = first
        self._current: tuple[dict[str, bytes], str] | None = None

    def reset(self) -> None:
        """Forget the right and the file."""
        super().reset()
        self._current = None

    def _wrong(self) -> int:
        return 0x6300  # how many are left has to be asked for

    def _answer(self, command: bytes) -> bytes:
        head = command[:4]
        data = self._data(command)
        if head == bytes.fromhex("00A40804"):
            return self._select(data)
        if head[:2] == b"\x00\xb0":
            return self._read(int.from_bytes(head[2:], "big"), command[4] or 256)
        if head == bytes.fromhex("00200002"):
            return self._verify(data)
        if head == bytes.fromhex("80400000"):
            self.right = False
            return b""
        if head == bytes.fromhex("00CA0181"):
            return bytes.fromhex(self.serial.rjust(16, "0"))
        raise StatusError(0x6D00)

    def _select(self, path: bytes) -> bytes:
        area, rest = path[:4], path[4:]
        place = rest[0] - self._first if rest else -1
        if area != self._AREA or not 0 <= place < len(self.containers) or rest[1]:
            raise StatusError(0x6A82)
        self._current = None
        files = self.containers[place]
        if len(rest) == 2:
            return self._described(rest, 0, 0x38)
        name = NAMES[rest[3] - 1] if 1 <= rest[3] <= len(NAMES) else ""
        if rest[2] != rest[0] or name not in files:
            raise StatusError(0x6A82)
        self._current = (files, name)
        return self._described(rest[2:], self._size(files, name), 0x01)

    @staticmethod
    def _size(files: dict[str, bytes], name: str) -> int:
        return 300 if name == "name" else len(files[name]) + 4

    @staticmethod
    def _described(number: bytes, size: int, kind: int) -> bytes:
        told = size.to_bytes(2, "big")
        inner = b"\x80\x02" + told + b"\x81\x02" + told + bytes((0x82, 2, kind, 0))
        inner += b"\x83\x02" + number + b"\x8a\x01\x05\x86\x0f" + bytes(15)
        return bytes((0x62, len(inner))) + inner

    def _read(self, offset: int, length: int) -> bytes:
        if self._current is None:
            raise StatusError(0x6986)
        files, name = self._current
        self._demand(name)
        whole = files[name].ljust(self._size(files, name), b"\xff")
        if offset >= len(whole):
            raise StatusError(0x6B00)
        return whole[offset : offset + length]


class VirtualJaCartaLt(_Passive):
    """JaCarta LT: an applet with a table of objects."""

    atr = JACARTA
    _APPLET = bytes.fromhex("A000000448000301")
    _PAGE = 36

    def __init__(self, *, pin: str = "1234567890", has_applet: bool = True) -> None:
        super().__init__(pin=pin)
        self._has_applet = has_applet
        self._selected = False

    def reset(self) -> None:
        """Forget the applet too."""
        super().reset()
        self._selected = False

    def _answer(self, command: bytes) -> bytes:
        head, data = command[:4], self._data(command)
        if head[:3] == b"\x00\xa4\x04":
            if data != self._APPLET or not self._has_applet:
                raise StatusError(0x6A82)
            self._selected = True
            return b""
        if not self._selected:
            raise StatusError(0x6D00)
        if head == bytes.fromhex("80206000"):
            start = int.from_bytes(data, "big")
            page = self._table()[start : start + self._PAGE]
            return b"".join(bytes((0, index, 3, code, 0, 0, 0)) for index, code, _, _ in page)
        if head == bytes.fromhex("80101000"):
            if data[0] or data[1] != len(data) - 2:
                raise StatusError(0x6A80)
            return self._verify(data[2:])
        if head == bytes.fromhex("80203000"):
            offset, length = (int.from_bytes(data[at : at + 2], "big") for at in (2, 4))
            _, _, name, content = next(row for row in self._table() if row[0] == data[1])
            self._demand(name)
            return content[offset : offset + length]
        raise StatusError(0x6D00)

    def _table(self) -> list[tuple[int, int, str, bytes]]:
        rows: list[tuple[int, int, str, bytes]] = []
        for files in self.containers:
            for name in ("name", *(each for each in files if each != "name")):
                rows.append((len(rows) + 0x11, 0xF1 + NAMES.index(name), name, files[name]))
        return rows


class VirtualEsmartGost(_Passive):
    """ESMART Token ГОСТ: applets that give the right to look."""

    atr = ESMART_GOST
    _APPLETS = (bytes.fromhex("F049534243444800"), bytes.fromhex("F049534243"))

    def __init__(self, *, pin: str = "12345678", header_open: bool = False) -> None:
        super().__init__(pin=pin, header_open=header_open)
        self._entered = 0
        self._folder: dict[str, bytes] | None = None
        self._file = ""

    def reset(self) -> None:
        """Forget where we are."""
        super().reset()
        self._entered, self._folder, self._file = 0, None, ""

    def _answer(self, command: bytes) -> bytes:
        head, data = command[:4], self._data(command)
        if head[:2] == b"\x00\xa4":
            return self._select(head[2], data)
        if head[:2] == b"\x00\xb0":
            self._demand(self._file)
            content = (self._folder or {})[self._file]
            offset = int.from_bytes(head[2:], "big")
            return content.ljust(len(content) + 9, b"\0")[offset : offset + command[4]]
        if head == bytes.fromhex("00200083"):
            return self._verify(data)
        raise StatusError(0x6D00)

    def _select(self, way: int, data: bytes) -> bytes:
        if way == 0x04:
            if data != self._APPLETS[self._entered % 2]:
                raise StatusError(0x6A82)
            self._entered += 1
            self.right = False
            return b""
        if data == b"\x3f\x00":
            self._entered, self._folder = 0, None
            return b""
        if self._entered < 2:
            raise StatusError(0x6985)
        if way == 0x08:
            place = data[3] - 1
            if data[:3] != b"\x8f\x01\x7f" or not 0 <= place < len(self.containers):
                raise StatusError(0x6A82)
            self._folder = self.containers[place]
            return b""
        name = NAMES[(data[1] & 0x0F) - 1]
        if self._folder is None or name not in self._folder:
            raise StatusError(0x6A82)
        self._file = name
        size = len(self._folder[name]) + 9
        return b"\x62\x04\x80\x02" + size.to_bytes(2, "big")
