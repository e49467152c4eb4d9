"""Where keys lie: files, container folders, answers of cards, attributes of tokens, modules."""

from __future__ import annotations

import contextlib
import hashlib
import struct
import sys
from typing import TYPE_CHECKING, Any

from attacks.mutation import Kind
from attacks.subjects_of_keys import PASSWORD, files
from fuzz.encodings import GOST, RSA, TAGS
from fuzz.harness import Harness, Prepared, by_file, call
from pkcs11 import Attribute, KeyType, ObjectClass
from stand_ins.cryptopro_folder import make
from stand_ins.pki import NOW, pki_of
from stand_ins.virtual_lite import VirtualLite

from app.algorithms import der
from app.algorithms.gost import spki
from app.processes import wire
from app.tokens import file_methods as methods
from app.tokens import module_files
from app.tokens.cards.looking import look
from app.tokens.container_file import (
    Argon2idParameters,
    ContainerFile,
    OpenHeader,
    SealedHeader,
)
from app.tokens.cryptopro import reading
from app.tokens.csp.installed import installed_csp
from app.tokens.module_files import check_module
from app.tokens.p11kit import registered
from app.tokens.pfx_reading import open_pfx
from app.tokens.pkcs11 import objects
from app.tokens.pkcs11.quirks import RawMapper
from app.tokens.pkcs11.vendor_values import GOST_512_KEY
from app.tokens.signing_keys import make_key
from app.tokens.store_files import read_container

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEADER = ("name.key", "header.key", "primary.key", "masks.key")


def _pfx(folder: Path) -> Prepared:
    def eat(path: Path) -> None:
        call(methods.PFX_OPEN, open_pfx, methods.PfxOpenRequest(path=path), PASSWORD)

    seeds = [each.data for each in files(folder / "made")]
    place = folder / "in"
    place.mkdir()
    return by_file(place / "x.pfx", eat, seeds)


def pieces(data: bytes) -> Iterator[bytes]:
    """Cut octets into counted pieces: two octets of length before each."""
    while len(data) >= 2:
        length = int.from_bytes(data[:2], "big") & 0x3FFF
        yield data[2 : 2 + length]
        data = data[2 + length :]


def joined(*parts: bytes) -> bytes:
    """Return what `pieces` cuts into these."""
    return b"".join(len(each).to_bytes(2, "big") + each for each in parts)


def _folder(folder: Path) -> Prepared:
    """Prepare the files of a container folder of CryptoPro, one after another."""
    made = folder / "made" / "abcdefgh.000"
    made.parent.mkdir()
    make(made, PASSWORD, issue=pki_of(RSA).ca_issuer.issue)
    seeds = (joined(*((made / name).read_bytes() for name in _HEADER)),)
    place = folder / "in" / "abcdefgh.000"
    place.mkdir(parents=True)

    def eat(data: bytes) -> None:
        for name, each in zip(_HEADER, pieces(data), strict=False):
            (place / name).write_bytes(each)
        call(methods.CRYPTOPRO_LIST, reading.list_folders, methods.CryptoProListRequest(path=place))
        request = methods.CryptoProKeyRequest(path=place)
        call(methods.CRYPTOPRO_TEST, reading.test, request, PASSWORD)

    return Prepared(eat, seeds)


def _container(folder: Path) -> Prepared:
    """Prepare a container of our own, with a new checksum at its end: else nothing would be read."""
    key = make_key(GOST)
    sealed = SealedHeader(
        algorithm=GOST,
        curve=spki.decode_public(key.public_key)[0],
        public_key=key.public_key,
        created=NOW,
        practice=False,
        kdf=Argon2idParameters(salt=bytes(16)),
        nonce=b"",
    )
    opened = OpenHeader(certificate=pki_of(GOST).leaf)
    made = ContainerFile.lock(sealed, opened, bytearray(32), bytearray(b"password"))
    seed = made.dump()[:-32]
    file = folder / "x.container"

    def eat(data: bytes) -> None:
        whole = data + hashlib.sha256(data).digest()
        ContainerFile.parse(whole)
        file.write_bytes(whole)
        read_container(file)

    return Prepared(eat, (seed,))


class _Card:
    """A card whose answers are octets of a stranger, one piece for each command."""

    def __init__(self, data: bytes) -> None:
        atr, *answers = [*pieces(data), b""]
        self.atr = atr
        self._answers = iter(answers)

    def transmit(self, _command: bytes) -> bytes:
        """Answer with the next piece, and then that the file is not there."""
        return next(self._answers, b"\x6a\x82")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Do nothing."""
        yield

    def reset_at_end(self) -> None:
        """Do nothing."""


class _Recorded:
    """An honest card, and all that it said."""

    def __init__(self, card: Any) -> None:
        self._card = card
        self.atr = card.atr
        self.said = [card.atr]
        self.transaction = _Card(b"").transaction
        self.reset_at_end = lambda: None

    def transmit(self, command: bytes) -> bytes:
        """Hand the command on."""
        answer: bytes = self._card.transmit(command)
        self.said.append(answer)
        return answer


def _card(folder: Path) -> Prepared:
    made = folder / "abcdefgh.000"
    make(made, PASSWORD, issue=pki_of(RSA).ca_issuer.issue)
    seeds = []
    for card in (VirtualLite(), VirtualLite(header_open=False)):
        card.put(made)
        recorded = _Recorded(card)
        look("Aktiv Rutoken lite 00 00", recorded)
        seeds.append(joined(*recorded.said))
    seeds.append(joined(bytes.fromhex("3bdc18ff8091fe1fc38073c821106600"), b"\x90\x00" * 20))

    def eat(data: bytes) -> None:
        readers = ("Aktiv Rutoken lite 00 00", "Aladdin R.D. JaCarta 00 00", "ESMART Token")
        facts = look(readers[len(data) % 3], _Card(data))
        wire.decode(wire.encode(facts), type(facts))

    return Prepared(eat, tuple(seeds))


_ATTRIBUTES = (
    Attribute.CLASS, Attribute.KEY_TYPE, Attribute.ID, Attribute.LABEL, Attribute.VALUE,
    Attribute.MODULUS, Attribute.PUBLIC_EXPONENT, Attribute.EC_PARAMS, Attribute.EC_POINT,
    Attribute.GOSTR3410_PARAMS, Attribute.GOSTR3411_PARAMS, Attribute.LOCAL,
)  # fmt: skip


class _Object:
    """An object of a token: its attributes are octets, as a module gave them."""

    def __init__(self, data: bytes) -> None:
        self._told = dict(zip(_ATTRIBUTES, pieces(data), strict=False))

    def __getitem__(self, attribute: Attribute) -> Any:
        return RawMapper().unpack_attributes(attribute, self._told.get(attribute, b""))


class _Session:
    def __init__(self, item: _Object) -> None:
        self._item = item

    def get_objects(self, _wanted: object) -> list[_Object]:
        """Return the one object, whatever is wanted."""
        return [self._item]


def _token_objects(_folder: Path) -> Prepared:
    def number(value: int) -> bytes:
        return int(value).to_bytes(8, sys.byteorder)

    def item(kind: int, key: int, *, value: bytes = b"", **more: bytes) -> bytes:
        rest = [more.get(each.name.lower(), b"") for each in _ATTRIBUTES[5:]]
        return joined(number(kind), number(key), b"\1\2", "Ключ".encode(), value, *rest)

    curve, point = spki.decode_public(pki_of(GOST).leaf_key.public)
    public = ObjectClass.PUBLIC_KEY
    gost = {"gostr3410_params": der.oid(curve), "gostr3411_params": der.oid("1.2.643.7.1.1.2.2")}
    seeds = (
        item(public, KeyType.GOSTR3410, value=point, **gost),
        item(public, GOST_512_KEY, value=der.element(4, point * 2), **gost),
        item(public, KeyType.RSA, modulus=b"\x80" * 256, public_exponent=b"\1\0\1"),
        item(
            public,
            KeyType.EC,
            ec_params=der.oid("1.2.840.10045.3.1.7"),
            ec_point=b"\4\x41" + b"\4" * 65,
        ),
        item(ObjectClass.CERTIFICATE, 0, value=pki_of(GOST).leaf),
    )

    def eat(data: bytes) -> None:
        session: Any = _Session(_Object(data))
        wire.encode(objects.certificates_of(session))
        for key in objects.keys_of(session):
            wire.encode(key)
        objects.ids_of_public_key(session, pki_of(GOST).leaf_key.public)

    return Prepared(eat, seeds)


def _module(folder: Path) -> Prepared:
    elf = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HH", 3, 62) + bytes(44)
    library = (
        b"MZ"
        + bytes(58)
        + struct.pack("<I", 64)
        + b"PE\0\0"
        + struct.pack("<H", 0x8664)
        + bytes(40)
    )

    def eat(path: Path) -> None:
        path.chmod(0o600)
        for check in (module_files._of_elf, module_files._of_windows, module_files._of_macos):
            with contextlib.suppress(struct.error, IndexError):  # as `_check_kind` does
                check(path.read_bytes())
        check_module(path)

    return by_file(
        folder / "module.so", eat, (elf, library, b"\xca\xfe\xba\xbe\0\0\0\2" + bytes(40))
    )


def _p11kit(folder: Path) -> Prepared:
    def eat(path: Path) -> None:
        tuple(registered((path.parent,), (folder,)))

    seeds = (
        b"# a\nmodule: /usr/lib/librtpkcs11ecp.so\nenable-in: roscherk, x\ntrust-policy: no\n",
    )
    place = folder / "modules"
    place.mkdir()
    return by_file(place / "x.module", eat, (*seeds, b"module: opensc-pkcs11.so\nremote: |x\n"))


def _csp(folder: Path) -> Prepared:
    """Prepare what an installed CryptoPro CSP says of itself."""
    libraries = folder / "opt/cprocsp/lib/amd64"
    libraries.mkdir(parents=True)
    (libraries / "libcapi20.so").touch()
    places = [folder / "etc/opt/cprocsp/release", folder / "var/lib/dpkg/status"]
    for each in places:
        each.parent.mkdir(parents=True)

    def eat(data: bytes) -> None:
        for each in places:
            each.write_bytes(data)
            installed_csp(folder)
            each.unlink()

    return Prepared(
        eat, (b"5.0.12000\n", b"Package: lsb-cprocsp-base\nStatus: x\nVersion: 5.0.12000-6\n")
    )


HARNESSES = (
    Harness("pfx", "tokens/pfx/, pfx_reading.py", _pfx, TAGS, kind=Kind.DER),
    Harness(
        "cryptopro-folder", "tokens/cryptopro/header.py, unlocking.py", _folder, TAGS, kind=Kind.DER
    ),
    Harness(
        "container", "tokens/container_file.py", _container, (b'"kdf":{', b'"curve":', b"null")
    ),
    Harness(
        "card",
        "tokens/cards/",
        _card,
        (b"\x90\x00", b"\x6a\x82", b"\x69\x82", b"\x61\xff", b"\x6c\x10"),
        kind=Kind.DER,
    ),
    Harness(
        "token-objects",
        "tokens/pkcs11/objects.py, gost_objects.py",
        _token_objects,
        TAGS,
        kind=Kind.DER,
    ),
    Harness(
        "module",
        "tokens/module_files.py",
        _module,
        (b"\x7fELF", b"MZ", b"PE\0\0", b"\xca\xfe\xba\xbe"),
    ),
    Harness(
        "p11-kit",
        "tokens/p11kit.py",
        _p11kit,
        (b"module:", b"enable-in:", b"remote:", b"/"),
        kind=Kind.XML,
    ),
    Harness(
        "csp",
        "tokens/csp/installed.py",
        _csp,
        (b"Package: lsb-cprocsp-base\n", b"Version: "),
        kind=Kind.XML,
    ),
)
