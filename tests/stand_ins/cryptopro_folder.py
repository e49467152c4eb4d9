"""A writer of container folders, for tests only: the program itself never writes one.

from stand_ins.cryptopro_folder import Made, make
made = make(folder, password="Пароль", second=True, exportable=False, sbox=None)
made.points[1]            # the public key of the first key, x||y little-endian
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.algorithms import der
from app.algorithms.gost import ciphers, curves, kdf, signing, spki
from app.algorithms.names import KeyAlgorithm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CURVE_256, CURVE_512 = "1.2.643.2.2.36.0", "1.2.643.7.1.2.1.2.1"
GOST94, STREEBOG_256, STREEBOG_512 = "1.2.643.2.2.30.1", "1.2.643.7.1.1.2.2", "1.2.643.7.1.1.2.3"
_AGREEMENTS = {
    KeyAlgorithm.GOST_2001: "1.2.643.2.2.98",
    KeyAlgorithm.GOST_256: "1.2.643.7.1.1.6.1",
    KeyAlgorithm.GOST_512: "1.2.643.7.1.1.6.2",
}
_DIGESTS = {
    KeyAlgorithm.GOST_2001: GOST94,
    KeyAlgorithm.GOST_256: STREEBOG_256,
    KeyAlgorithm.GOST_512: STREEBOG_512,
}


@dataclass(frozen=True)
class Made:
    """What was written, for comparing."""

    folder: Path
    points: dict[int, bytes]
    certificates: dict[int, bytes]


@dataclass(frozen=True)
class _Key:
    number: int
    private: int
    point: bytes
    parameters: bytes
    certificate: bytes


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a container is written; the defaults are those of CSP 5 for a 256-bit key."""

    algorithm: KeyAlgorithm = KeyAlgorithm.GOST_256
    curve: str = CURVE_256
    sbox: str | None = None
    """Named in the header; None: not named, so it is CryptoPro-A for 2001 and TC26-Z for 2012."""
    exportable: bool = True
    second: bool = False
    issue: Callable[[bytes], bytes] | None = None
    """Makes a certificate of a SubjectPublicKeyInfo."""
    password_mac: bool = True
    container_oid: str = "1.2.643.2.2.37.2.1"
    name: str = "Тестовый контейнер"
    curve_in_header: str | None = None
    """Another than that of the key."""
    term: str | None = None
    """When the keys expire, as ``YYYYMMDDHHMMSSZ``."""


def make(folder: Path, password: str = "", **changes: Any) -> Made:
    """Write a container into a new folder; ``changes`` are fields of `Form`."""
    form = Form(**changes)
    sbox = form.sbox or (
        ciphers.CRYPTOPRO_A if form.algorithm is KeyAlgorithm.GOST_2001 else ciphers.TC26_Z
    )
    digest = "gost94" if form.algorithm is KeyAlgorithm.GOST_2001 else "streebog256"
    keys = [_new_key(form, number) for number in ((1, 2) if form.second else (1,))]
    folder.mkdir(parents=True)
    name = der.sequence(der.element(0x16, form.name.encode("cp1251")))
    (folder / "name.key").write_bytes(name)
    for suffix in ("", "2"):
        primary, masks = _copy(keys, password, digest, sbox)
        (folder / f"primary{suffix}.key").write_bytes(primary)
        (folder / f"masks{suffix}.key").write_bytes(masks)
    content = _content(form, keys, password, digest, sbox)
    write_header(folder, content)
    return Made(
        folder,
        {key.number: key.point for key in keys},
        {key.number: key.certificate for key in keys},
    )


def write_header(folder: Path, content: bytes) -> None:
    """Write a header with its right MAC."""
    mac = ciphers.mac(bytes(32), content, ciphers.CRYPTOPRO_A)
    header = der.sequence(content, der.element(der.OCTET_STRING, mac))
    (folder / "header.key").write_bytes(header)


def _new_key(form: Form, number: int) -> _Key:
    with signing.PrivateKey.generate(form.curve) as key:
        size = curves.by_oid(form.curve).size
        raw = bytearray(size)
        key.write_into(raw)
        point = key.public()
    encode = (
        spki.encode_public_2001 if form.algorithm is KeyAlgorithm.GOST_2001 else spki.encode_public
    )
    certificate = b"" if form.issue is None else form.issue(encode(form.curve, point))
    oids = [form.curve_in_header or form.curve, _DIGESTS[form.algorithm]] + (
        [form.sbox] if form.sbox else []
    )
    flags = 0b10100000 if form.exportable else 0b00100000
    parameters = der.element(der.BIT_STRING, bytes((5, flags))) + der.element(
        0xA0, der.oid(_AGREEMENTS[form.algorithm]) + der.sequence(*map(der.oid, oids))
    )
    return _Key(number, int.from_bytes(raw, "little"), point, parameters, certificate)


def _copy(keys: list[_Key], password: str, digest: str, sbox: str) -> tuple[bytes, bytes]:
    """Encrypt the keys under one new mask."""
    size = len(keys[0].point) // 2
    mask, salt = os.urandom(size - 1) + b"\x01", os.urandom(12)
    order = next(
        each.order for each in curves.all_curves() if each.size == size and _on(each, keys[0].point)
    )
    secret = kdf.cryptopro_kdf(digest, bytearray(password.encode()), salt)
    encrypted = b""
    for key in keys:
        number = key.private * int.from_bytes(mask, "little") % order
        data = bytes(ciphers.encrypt_blocks(secret, number.to_bytes(size, "little"), sbox))
        encrypted += der.element(der.OCTET_STRING if key.number == 1 else 0x80, data)
    masks = der.sequence(
        der.element(der.OCTET_STRING, mask),
        der.element(der.OCTET_STRING, salt),
        der.element(der.OCTET_STRING, ciphers.mac(mask[-32:], salt, sbox)),
    )
    return der.sequence(encrypted), masks


def _on(curve: curves.Curve, point: bytes) -> bool:
    try:
        curve.point(point)
    except Exception:  # noqa: BLE001 - any refusal is the answer
        return False
    return not curve.test


def _content(form: Form, keys: list[_Key], password: str, digest: str, sbox: str) -> bytes:
    parts = [
        der.element(0xA0, der.oid(form.container_oid)),
        der.element(der.BIT_STRING, bytes((0, 0x80 if password else 0))),
        der.sequence(keys[0].parameters),
    ]
    if form.password_mac:
        told = bytes(4)
        if password:
            fingerprint = keys[0].point[:8]
            key = kdf.cryptopro_kdf(digest, bytearray(password.encode()), fingerprint)
            told = ciphers.mac(key, bytes(16), sbox)
        parts.append(der.element(0x82, told))
    parts += [der.element(0xA4, key.parameters) for key in keys[1:]]
    for key in keys:
        if key.certificate:
            parts.append(der.element(0x84 + key.number, key.certificate))
    parts += [der.element(0x89 + key.number, key.point[:8]) for key in keys]
    if form.term is not None:
        period = der.sequence(der.element(0x81, form.term.encode()))
        extension = der.sequence(
            der.oid("1.2.643.2.2.37.3.10"), der.element(der.OCTET_STRING, period)
        )
        parts.append(der.element(0xAC, extension))
    return der.sequence(*parts)
