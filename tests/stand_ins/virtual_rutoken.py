"""A virtual Рутокен ЭЦП 2.0: the card behind OpenSC's driver ``rutoken_ecp``, for `stand_ins.vpcd`.

It keeps a tree of files, two PINs with counters and GOST keys that sign inside, and answers the
commands that the driver sends: SELECT, READ, UPDATE, CREATE and DELETE of files, VERIFY, CHANGE and
RESET RETRY of PINs, GENERATE KEY, MANAGE SECURITY ENVIRONMENT and COMPUTE SIGNATURE. A new card is
empty; `opensc_card` makes it a token.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.algorithms.gost import signing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ATR = bytes.fromhex("3B8B01") + b"Rutoken DS " + b"\xc1"

FOLDER, FILE, INSIDE = b"\x38", b"\x01", b"\x10"
_OBJECTS = (0x1000, 0x1000)
_PINS, _PUBLIC, _PRIVATE = 0x6005, 0x6001, 0x6002
_GOST = 0x03
# The number of a parameter set in the properties of a key (CryptoPro-A, B, C).
_SETS = {0x20: "1.2.643.2.2.35.1", 0x30: "1.2.643.2.2.35.2", 0x40: "1.2.643.2.2.35.3"}

OK = 0x9000
WRONG_PIN, PIN_BLOCKED, NOT_ALLOWED = 0x6300, 0x6983, 0x6982
NOT_FOUND, NO_SUCH_OBJECT, EXISTS, NO_ROOM = 0x6A82, 0x6A88, 0x6A89, 0x6A84
BAD_LENGTH, BAD_DATA, BAD_OFFSET, BAD_WAY = 0x6700, 0x6A80, 0x6B00, 0x6A86
WRONG_FILE, OTHER_ROLE, UNKNOWN = 0x6986, 0x6F86, 0x6D00

# Bits of the access byte of a file; the octet at 1 + bit says who may.
_READ, _WRITE, _USE, _DELETE = 0, 1, 2, 6
_NEVER = 0xFF


class StatusError(Exception):
    """A command ends with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass
class Node:
    """A folder, a file, or an object inside the card (a PIN, a key)."""

    number: int
    kind: bytes = FOLDER
    size: int = 0
    properties: bytes = b""
    access: bytes = bytes(15)
    content: bytearray = field(default_factory=bytearray)
    children: dict[int, Node] = field(default_factory=dict)
    parent: Node | None = None

    def __post_init__(self) -> None:
        """Give a file its octets."""
        if self.kind != FOLDER:
            self.content = bytearray(self.size)

    def add(self, node: Node) -> Node:
        """Put a node inside."""
        if node.number in self.children:
            raise StatusError(EXISTS)
        node.parent = self
        self.children[node.number] = node
        return node

    def described(self) -> bytes:
        """Return the file control information that SELECT answers."""
        parts = _tlv(0x80, self.size.to_bytes(2)) + _tlv(0x82, self.kind.ljust(2, b"\0"))
        parts += _tlv(0x83, self.number.to_bytes(2))
        if self.properties:
            parts += _tlv(0x85, self.properties)
        return _tlv(0x6F, parts + _tlv(0x86, self.access.ljust(15, b"\0")))


@dataclass
class Pin:
    """A PIN and its counter; ``who`` says which roles may change it."""

    most: int
    shortest: int
    who: int
    tries: int
    value: bytes = b""


class VirtualRutoken:
    """The card. It is its own state: pulled out and put in again it is the same token."""

    atr = ATR

    def __init__(self, serial: bytes = bytes.fromhex("2AD0CAFE")) -> None:
        """Make an empty card."""
        self.serial = serial
        self.pins: dict[int, Pin] = {}
        self.verified = 0
        """How many PINs were sent."""
        self.signed = 0
        """How many signatures were made."""
        self.before_signing: Callable[[], None] = lambda: None
        """Called when a signature is asked for."""
        self.root = Node(0x3F00)
        self._being_made = False
        self._handlers: dict[int, Callable[[int, int, bytes, int], bytes]] = {
            0xA4: self._select,
            0xB0: self._read,
            0xD6: self._update,
            0xE0: self._create,
            0xE4: self._delete,
            0x20: self._verify,
            0x24: self._change,
            0x2C: self._unblock,
            0x40: self._log_out,
            0xCA: self._told,
            0x46: self._generate,
            0x22: self._environment,
            0x2A: self._operate,
            0x84: self._random,
            0x8A: self._erase,
        }
        self.reset()

    def reset(self) -> None:
        """Forget what a card forgets without power: roles, the current file, half a command."""
        self._here = self.root
        self._roles: set[int] = set()
        self._keys: dict[int, bytes] = {}
        self._chained = b""

    def apdu(self, command: bytes) -> bytes:
        """Answer one command."""
        try:
            return self._answer(command) + OK.to_bytes(2)
        except StatusError as error:
            return error.status.to_bytes(2)

    def _answer(self, command: bytes) -> bytes:
        kind, instruction, first, second = command[:4]
        length, data = command[4] if len(command) > 4 else 0, b""
        wanted = (length or 256) if len(command) == 5 else 0
        if len(command) > 5:
            data, rest = command[5 : 5 + length], command[5 + length :]
            if len(data) != length:
                raise StatusError(BAD_LENGTH)
            wanted = (rest[0] or 256) if rest else 0
        if kind & 0x10:  # more of this command comes
            self._chained += data
            return b""
        data, self._chained = self._chained + data, b""
        if kind & 0x80 and instruction == 0x84:
            self._being_made = False
            return b""
        handler = self._handlers.get(instruction)
        if handler is None:
            raise StatusError(UNKNOWN)
        return handler(first, second, data, wanted)

    # Files

    @property
    def _folder(self) -> Node:
        here = self._here
        return here if here.kind == FOLDER or here.parent is None else here.parent

    def _demand(self, node: Node, right: int) -> None:
        """Raise unless somebody who is logged in may do this to a file."""
        if self._being_made or not node.access[0] & (1 << right):
            return
        who = node.access[1 + right]
        if who and (who == _NEVER or not any(who & role for role in self._roles)):
            raise StatusError(NOT_ALLOWED)

    def _at(self, *path: int, make: bool = False) -> Node:
        node = self.root
        for number in path:
            if number not in node.children:
                if not make:
                    raise StatusError(NOT_FOUND)
                node.add(Node(number))
            node = node.children[number]
        return node

    def _select(self, first: int, second: int, data: bytes, _: int) -> bytes:
        numbers = [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]
        if (first == 0 and second & 3 == 2) or (first, second, data) == (0, 0, b""):
            node = self._next(numbers)
        elif first == 0:
            node = self.root if numbers[:1] == [0x3F00] else _child(self._folder, numbers[0])
        elif first == 3:
            node = self._folder.parent or self.root
        elif first in {8, 9}:
            node = self.root if first == 8 else self._folder
            for number in numbers:
                node = _child(node, number)
        else:
            raise StatusError(NOT_FOUND if first == 4 else BAD_WAY)  # 4: no applications here
        self._here = node
        return b"" if second & 0x0C == 0x0C else node.described()

    def _next(self, numbers: list[int]) -> Node:
        """Return the file after the one named, or the first one."""
        children = list(self._folder.children)
        at = children.index(numbers[0]) + 1 if numbers and numbers[0] in children else 0
        if at >= len(children) or (numbers and not at):
            raise StatusError(NOT_FOUND)
        return self._folder.children[children[at]]

    def _read(self, first: int, second: int, _: bytes, wanted: int) -> bytes:
        node = self._file()
        self._demand(node, _READ)
        offset = first << 8 | second
        if offset >= node.size:
            raise StatusError(BAD_OFFSET)
        return bytes(node.content[offset : offset + (wanted or 256)])

    def _update(self, first: int, second: int, data: bytes, _: int) -> bytes:
        node = self._file()
        self._demand(node, _WRITE)
        offset = first << 8 | second
        if offset + len(data) > node.size:
            raise StatusError(NO_ROOM)
        node.content[offset : offset + len(data)] = data
        return b""

    def _file(self) -> Node:
        if self._here.kind != FILE:
            raise StatusError(WRONG_FILE)
        return self._here

    def _create(self, _: int, __: int, data: bytes, ___: int) -> bytes:
        parts = dict(_parts(data[2:] if data[:1] in {b"\x6f", b"\x62"} else data))
        node = Node(
            int.from_bytes(parts[0x83]),
            parts[0x82][:1],
            int.from_bytes(parts.get(0x80, b"")),
            parts.get(0x85, b""),
            parts.get(0x86, bytes(15)),
        )
        if node.number == 0x3F00:
            node.children = self.root.children
            self.root = node
        elif node.kind == INSIDE:  # the card files PINs and keys by itself
            place = _PINS if node.properties[0] == 1 else _PRIVATE
            if place == _PINS:
                self._new_pin(node)
            elif node.properties[0] & 0x10:
                place = _PUBLIC
            self._at(*_OBJECTS, place, make=True).add(node)
        else:
            self._demand(self._folder, 0)
            self._folder.add(node)
        self._here = node
        return b""

    def _new_pin(self, node: Node) -> None:
        counters = node.properties[3]
        self.pins[node.number] = Pin(
            counters >> 4, node.properties[1], node.access[2], counters & 0x0F
        )

    def _delete(self, _: int, __: int, data: bytes, ___: int) -> bytes:
        node = _child(self._folder, int.from_bytes(data)) if data else self._here
        if node.parent is None:
            raise StatusError(NOT_ALLOWED)
        self._demand(node, _DELETE)
        self._here = node.parent
        del node.parent.children[node.number]
        return b""

    def _erase(self, _: int, __: int, ___: bytes, ____: int) -> bytes:
        self.root = Node(0x3F00)
        self.pins = {}
        self.reset()
        self._being_made = True
        return b""

    # PINs

    def _pin(self, number: int) -> Pin:
        if number not in self.pins:
            raise StatusError(NO_SUCH_OBJECT)
        return self.pins[number]

    def _verify(self, _: int, number: int, data: bytes, __: int) -> bytes:
        pin = self._pin(number)
        if not data:  # only asks how many tries are left
            if number in self._roles:
                return b""
            raise StatusError(0x63C0 | pin.tries if pin.tries else PIN_BLOCKED)
        if self._roles - {number}:
            raise StatusError(OTHER_ROLE)
        self.verified += 1
        if not pin.tries:
            raise StatusError(PIN_BLOCKED)
        if data != pin.value:
            pin.tries -= 1
            self._roles.discard(number)
            raise StatusError(WRONG_PIN)
        pin.tries = pin.most
        self._roles = {number}
        return b""

    def _log_out(self, _: int, __: int, ___: bytes, ____: int) -> bytes:
        self._roles = set()
        return b""

    def _change(self, _: int, number: int, data: bytes, __: int) -> bytes:
        value = b"".join(part for tag, part in _parts(data) if tag == 0xA5)
        pin = self._pin(number)
        if not self._being_made and pin.value and not any(pin.who & role for role in self._roles):
            raise StatusError(NOT_ALLOWED)
        if len(value) < pin.shortest:
            raise StatusError(BAD_LENGTH)
        pin.value, pin.tries = value, pin.most
        return b""

    def _unblock(self, _: int, number: int, __: bytes, ___: int) -> bytes:
        if 1 not in self._roles:
            raise StatusError(NOT_ALLOWED)
        pin = self._pin(number)
        pin.tries = pin.most
        return b""

    # Keys

    def _key(self, number: int, place: int = _PRIVATE) -> Node:
        try:
            return self._at(*_OBJECTS, place, number)
        except StatusError:
            raise StatusError(NO_SUCH_OBJECT) from None

    def _generate(self, _: int, number: int, __: bytes, ___: int) -> bytes:
        node = self._key(number)
        self._demand(node, _WRITE)
        if node.properties[0] != _GOST:
            raise StatusError(BAD_DATA)  # this card makes no RSA keys
        private, public = signing.generate(_SETS[node.properties[1] & 0xF0])
        with private:
            private.write_into(secret := bytearray(32))
        node.content[:32] = secret
        shown = self._at(*_OBJECTS, _PUBLIC, make=True).children.get(number)
        if shown is not None:
            shown.content[: len(public)] = public
        return public

    def _environment(self, _: int, second: int, data: bytes, __: int) -> bytes:
        self._keys[second] = dict(_parts(data)).get(0x84, b"\x01")
        return b""

    def _operate(self, first: int, second: int, data: bytes, _: int) -> bytes:
        node = self._key(self._keys.get(0xB6, b"\x01")[-1])
        self._demand(node, _USE)
        if (first, second) != (0x9E, 0x9A) or len(data) != 32:
            raise StatusError(BAD_DATA)
        self.before_signing()
        self.signed += 1
        oid = _SETS[node.properties[1] & 0xF0]
        with signing.PrivateKey.from_bytes(oid, bytearray(node.content[:32])) as private:
            # The card is little-endian in everything: r||s backwards is s||r the usual way.
            return private.sign(data)[::-1]

    def _random(self, _: int, __: int, ___: bytes, wanted: int) -> bytes:
        return os.urandom(wanted or 8)

    def _told(self, first: int, second: int, _: bytes, __: int) -> bytes:
        if (first, second) != (0x01, 0x81):
            raise StatusError(NO_SUCH_OBJECT)
        return self.serial.rjust(8, b"\0")


def _child(folder: Node, number: int) -> Node:
    node = folder.children.get(number)
    if node is None:
        raise StatusError(NOT_FOUND)
    return node


def _tlv(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 2:
        yield data[0], data[2 : 2 + data[1]]
        data = data[2 + data[1] :]
