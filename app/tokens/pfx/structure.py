"""What lies in a PKCS #12 file, part by part (RFC 7292 §4). The outer parts may be BER."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.algorithms import der, views
from app.algorithms.der import DerError
from app.algorithms.views import CONSTRUCTED, CONTEXT, View
from app.tokens.pfx import schemes
from app.tokens.pfx.work import Work
from app.values import dataclass

_DATA, _ENCRYPTED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
KEY_BAG: Final = "1.2.840.113549.1.12.10.1.1"
SHROUDED_KEY_BAG: Final = "1.2.840.113549.1.12.10.1.2"
CERT_BAG: Final = "1.2.840.113549.1.12.10.1.3"
_NESTED = "1.2.840.113549.1.12.10.1.6"
_X509 = "1.2.840.113549.1.9.22.1"
_FRIENDLY_NAME = "1.2.840.113549.1.9.20"
_MAX_NESTING = 4


@dataclass(frozen=True)
class Pfx:
    """The file before its password."""

    content: bytes
    """The AuthenticatedSafe, over which the MAC is taken."""
    mac: View | None


@dataclass(frozen=True)
class Bag:
    """One bag: its kind, its value, and what it is called."""

    kind: str
    value: View
    name: str


def read_file(data: bytes) -> Pfx:
    """Read the frame of a file; raise `DerError` for what is no PKCS #12 with a password."""
    version, safe, *rest = views.read_public(data).children(der.SEQUENCE)
    version.integer(3)
    kind, content = safe.children(der.SEQUENCE)
    if kind.oid() != _DATA:
        raise DerError("kind")
    (octets,) = content.children(CONTEXT | CONSTRUCTED)
    return Pfx(octets.public_octets(), rest[0] if rest else None)


def parts_of(pfx: Pfx) -> tuple[tuple[str, View], ...]:
    """Return the parts of the file: kind and content of each ContentInfo."""
    found = []
    for part in views.read_public(pfx.content).children(der.SEQUENCE):
        kind, content = part.children(der.SEQUENCE)
        found.append((kind.oid(), content.children(CONTEXT | CONSTRUCTED)[0]))
    return tuple(found)


@contextmanager
def bags_of(pfx: Pfx, password: bytearray, work: Work) -> Iterator[list[Bag]]:
    """Lend all bags; what had to be decrypted for it is wiped at the end."""
    plains: list[bytearray] = []
    try:
        bags: list[Bag] = []
        for kind, content in parts_of(pfx):
            if kind == _DATA:
                bags += _bags(views.read_public(content.public_octets()), _MAX_NESTING)
            elif kind == _ENCRYPTED:
                plain = _decrypted(content, password, work)
                plains.append(plain)
                bags += _bags(_read_plain(plain), _MAX_NESTING)
            else:
                raise schemes.unsupported(kind)
        yield bags
    finally:
        for plain in plains:
            plain[:] = bytes(len(plain))


def algorithms_of(pfx: Pfx) -> tuple[View, ...]:
    """Return every algorithm that can be seen without the password: of parts, keys and MAC."""
    found = []
    for kind, content in parts_of(pfx):
        if kind == _ENCRYPTED:
            found.append(_encrypted_parts(content)[0])
        elif kind == _DATA:
            for bag in _bags(views.read_public(content.public_octets()), _MAX_NESTING):
                if bag.kind == SHROUDED_KEY_BAG:
                    found.append(bag.value.children(der.SEQUENCE)[0])
                elif bag.kind == KEY_BAG:
                    found.append(bag.value.children(der.SEQUENCE)[1])
    if pfx.mac is not None:
        found.append(pfx.mac.children(der.SEQUENCE)[0].children(der.SEQUENCE)[0])
    return tuple(found)


def certificate_of(bag: Bag) -> bytes | None:
    """Return the certificate of a bag in DER; None: it is one of another kind."""
    kind, value = bag.value.children(der.SEQUENCE)
    if kind.oid() != _X509:
        return None
    return value.children(CONTEXT | CONSTRUCTED)[0].public_octets()


def _encrypted_parts(content: View) -> tuple[View, bytes]:
    """Return algorithm and octets of an EncryptedData (RFC 5652 §8)."""
    _, info, *_ = content.children(der.SEQUENCE)
    _, algorithm, *data = info.children(der.SEQUENCE)
    if len(data) != 1 or data[0].tag & ~CONSTRUCTED != CONTEXT:
        raise DerError("content")
    if data[0].tag & CONSTRUCTED:
        return algorithm, b"".join(each.public_octets() for each in data[0].children())
    return algorithm, bytes(data[0].content)


def _decrypted(content: View, password: bytearray, work: Work) -> bytearray:
    algorithm, data = _encrypted_parts(content)
    return schemes.decrypt(algorithm, memoryview(data), password, work)


def _read_plain(plain: bytearray) -> View:
    """Read what was decrypted in place; BER is written anew, and holds certificates only."""
    try:
        return views.read(plain)
    except DerError:
        return views.read(der.from_ber(bytes(plain)))


def _bags(contents: View, depth: int) -> Iterator[Bag]:
    for bag in contents.children(der.SEQUENCE):
        kind, value, *attributes = bag.children(der.SEQUENCE)
        (inner,) = value.children(CONTEXT | CONSTRUCTED)
        if kind.oid() == _NESTED:
            if not depth:
                raise DerError("depth")
            yield from _bags(inner, depth - 1)
            continue
        told = dict(_attributes(attributes[0])) if attributes else {}
        name = told.get(_FRIENDLY_NAME, b"").decode("utf-16-be", "replace")
        yield Bag(kind.oid(), inner, name)


def _attributes(told: View) -> Iterator[tuple[str, bytes]]:
    for attribute in told.children():
        kind, values = attribute.children(der.SEQUENCE)
        for value in values.children():
            yield kind.oid(), bytes(value.content)
            break
