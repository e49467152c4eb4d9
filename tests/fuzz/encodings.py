"""The readers below all others: elements of DER and BER, names, text forms, addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attacks.mutation import Kind
from fuzz.harness import Harness, Prepared
from stand_ins.pki import person, pki_of

from app.algorithms import der, views
from app.algorithms.gost import spki
from app.algorithms.names import KeyAlgorithm, key_algorithm_of_spki
from app.crypto.certificates import distribution_points, names
from app.crypto.certificates.outline import Outline
from app.crypto.cms import tlv
from app.crypto.network.addresses import read_url
from app.crypto.stamping.style import choose_pages, read_position
from app.tokens.key_print import key_print
from app.tokens.uri import KeyUri

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RSA, ECDSA, GOST = KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256, KeyAlgorithm.GOST_256
TAGS = tuple(
    bytes.fromhex(one)
    for one in (
        "3080", "0000", "3000", "0500", "a000", "2480", "0400", "0101ff", "020100", "03020780",
        "06032a0304", "170d", "180f", "0c00", "1e00", "3082ffff", "3084ffffffff", "1f8100", "a080",
    )
)  # fmt: skip
"""Beginnings of elements that readers like to stumble over."""


def _certificates() -> tuple[bytes, ...]:
    return tuple(one for each in (ECDSA, GOST) for one in (pki_of(each).leaf, pki_of(each).ca))


def _walked(element: tlv.Element, depth: int = 0) -> None:
    """Read an element in every way there is."""
    element.contents  # noqa: B018 - it is computed
    if element.tag == tlv.OBJECT_IDENTIFIER:
        tlv.oid(element)
    elif element.tag == tlv.INTEGER:
        tlv.integer(element)
    elif element.tag & 0x20 and depth < 60:
        for child in element.children():
            _walked(child, depth + 1)


def _tlv(_folder: Path) -> Prepared:
    return Prepared(lambda data: _walked(tlv.read_whole(data)), _certificates())


def _values(value: der.Value, depth: int = 0) -> None:
    if value.tag == der.OID:
        value.as_oid()
    elif value.tag == der.INTEGER:
        value.as_integer()
    elif value.tag & 0x20 and depth < 60:
        for child in value.children():
            _values(child, depth + 1)


def _der(_folder: Path) -> Prepared:
    def eat(data: bytes) -> None:
        _values(der.read(der.from_ber(data)))

    return Prepared(eat, (*_certificates(), pki_of(GOST).leaf_key.public))


def _views(_folder: Path) -> Prepared:
    def eat(data: bytes) -> None:
        waiting = [views.read_public(data)]
        while waiting:
            one = waiting.pop()
            if one.tag & 0x20:
                waiting += one.children()
            elif one.tag == der.BIT_STRING:
                one.bits()
            elif one.tag == der.OID:
                one.oid()

    return Prepared(eat, _certificates())


def _public_key(_folder: Path) -> Prepared:
    def eat(data: bytes) -> None:
        key_print(data)
        if (kind := key_algorithm_of_spki(data)) is not None and kind.is_gost:
            spki.decode_public(data)

    return Prepared(eat, tuple(pki_of(each).leaf_key.public for each in (RSA, ECDSA, GOST)))


def _name(_folder: Path) -> Prepared:
    return Prepared(lambda data: names.read_name(data).text, (person(),))


def _outline(_folder: Path) -> Prepared:
    def eat(data: bytes) -> None:
        outline = Outline.read(data)
        distribution_points.points_of(outline)

    return Prepared(eat, _certificates())


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "surrogateescape"))


def _uri(_folder: Path) -> Prepared:
    seeds = (
        b"pkcs11:token=Name;serial=2ad0cafe;id=%01%02;object=Key?module-path=/usr/lib/librtpkcs11ecp.so",
        b"pfx:/home/user/key.pfx",
        b"cryptopro:/media/key/abcdefgh.000#2",
        b"card:2ad0cafe/0A00#1",
        b"csp:80/name",
        "container:Основной".encode(),
        b"practice:x",
    )
    return Prepared(_text(lambda text: str(KeyUri.parse(text))), seeds)


def _url(_folder: Path) -> Prepared:
    seeds = (
        b"http://ca.example.ru/crl/1.crl",
        b"https://[2001:db8::1]:8443/a?b#c",
        b"http://0x7f.1/",
    )
    return Prepared(_text(read_url), (*seeds, "http://пример.рф/а б".encode()))


def _place(_folder: Path) -> Prepared:
    def eat(text: str) -> None:
        first, _, second = text.partition("|")
        choose_pages(first, 7)
        read_position(second)

    return Prepared(_text(eat), (b"1,3-5,last|bottom-right", b"all|10,20.5,70,25"))


HARNESSES = (
    Harness("tlv", "cms/tlv.py", _tlv, TAGS, kind=Kind.DER),
    Harness("der", "algorithms/der.py", _der, TAGS, (der.DerError,), kind=Kind.DER),
    Harness("views", "algorithms/views.py", _views, TAGS, (der.DerError,), kind=Kind.DER),
    Harness("public-key", "algorithms/gost/spki.py, names.py", _public_key, TAGS, kind=Kind.DER),
    Harness("name", "certificates/names.py", _name, TAGS, (ValueError,), kind=Kind.DER),
    Harness("outline", "certificates/outline.py", _outline, TAGS, kind=Kind.DER),
    Harness(
        "key-uri",
        "tokens/uri.py",
        _uri,
        (b"pkcs11:", b"%00", b"?module-path=", b";id=%"),
        kind=Kind.XML,
    ),
    Harness(
        "url",
        "network/addresses.py",
        _url,
        (b"http://", b"@", b"xn--", b"[::1]", b":0"),
        kind=Kind.XML,
    ),
    Harness(
        "stamp-place", "stamping/style.py", _place, (b"last", b"1e9", b"inf", b"-"), kind=Kind.XML
    ),
)
