"""A writer of PKCS #12 files as CryptoPro CSP exports them, for tests only.

The key lies under OID 1.2.840.113549.1.12.1.80, the certificates under RC2-40 or 3DES, the MAC is
of SHA-1. RC2 is OpenSSL's: this writer asks it for the bag of certificates.
"""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING

from stand_ins import openssl

from app.algorithms import der
from app.algorithms.gost import ciphers, kdf
from app.algorithms.names import KeyAlgorithm
from app.tokens.pfx import kdf_7292, passwords, schemes, structure

if TYPE_CHECKING:
    from pathlib import Path

    from app.tokens.signing_keys import NewKey

_ROUNDS = 2000
_OIDS = {
    KeyAlgorithm.GOST_256: ("1.2.643.7.1.1.1.1", "1.2.643.7.1.1.2.2", bytes.fromhex("46aa0000")),
    KeyAlgorithm.GOST_512: ("1.2.643.7.1.1.1.2", "1.2.643.7.1.1.2.3", bytes.fromhex("42aa0000")),
}
_LABEL = bytes.fromhex("26bdb878")


def make(
    folder: Path, algorithm: KeyAlgorithm, key: NewKey, certificate: bytes, password: str,
    *, certificates: str = "PBE-SHA1-RC2-40", spoil_mac: bool = False,
) -> bytes:  # fmt: skip
    """Return a file with one key and its certificate."""
    bag = _bag(algorithm, key, password, spoil_mac=spoil_mac)
    shrouded = der.sequence(der.oid(structure.SHROUDED_KEY_BAG), der.element(0xA0, bag))
    data = der.sequence(
        der.oid("1.2.840.113549.1.7.1"), der.element(0xA0, _octets(der.sequence(shrouded)))
    )
    content = der.sequence(_certificates(folder, certificate, password, certificates), data)
    salt = os.urandom(8)
    mac_key = kdf_7292.derive(
        "sha1", passwords.bmp(bytearray(password.encode())), salt, _ROUNDS,
        purpose=kdf_7292.MAC_KEY, size=20,
    )  # fmt: skip
    told = hmac.digest(mac_key, content, "sha1")
    info = der.sequence(der.sequence(der.oid("1.3.14.3.2.26"), der.NULL), _octets(told))
    return der.sequence(
        _integer(3),
        der.sequence(der.oid("1.2.840.113549.1.7.1"), der.element(0xA0, _octets(content))),
        der.sequence(info, _octets(salt), _integer(_ROUNDS)),
    )


def _bag(algorithm: KeyAlgorithm, key: NewKey, password: str, *, spoil_mac: bool) -> bytes:
    assert key.curve is not None
    oid, digest, kind = _OIDS[algorithm]
    salt, ukm = os.urandom(16), os.urandom(8)
    secret = kdf.cryptopro_pfx_kdf(bytearray(password.encode()), salt, _ROUNDS)
    kek = kdf.kdf_256(secret, _LABEL, ukm)
    wrapped = bytes(ciphers.encrypt_blocks(kek, key.private, ciphers.CRYPTOPRO_A))
    mac = bytearray(ciphers.mac(kek, key.private, ciphers.CRYPTOPRO_A, ukm))
    if spoil_mac:
        mac[0] ^= 1
    parameters = der.sequence(der.oid(key.curve), der.oid(digest))
    frame = der.element(
        0xA0,
        der.element(der.BIT_STRING, b"\x05\xa0") + der.element(0xA0, der.oid(oid) + parameters),
    )
    inner = der.sequence(
        der.sequence(_octets(ukm), der.sequence(_octets(wrapped), _octets(bytes(mac))), frame),
        _octets(os.urandom(4)),
    )
    header = bytes.fromhex("07200000") + kind + b"MAG1" + bytes(4)
    info = der.sequence(
        _integer(0), der.sequence(der.oid(oid), parameters), _octets(header + inner)
    )
    encrypted = bytes(ciphers.encrypt_cfb(secret, salt[:8], info, ciphers.CRYPTOPRO_A))
    scheme = der.sequence(
        der.oid(schemes.CRYPTOPRO_PBE), der.sequence(_octets(salt), _integer(_ROUNDS))
    )
    return der.sequence(scheme, _octets(encrypted))


def _certificates(folder: Path, certificate: bytes, password: str, scheme: str) -> bytes:
    """Let OpenSSL encrypt the certificates; return its part of the file as it is."""
    (folder / "c.der").write_bytes(certificate)
    openssl.succeed("x509", "-inform", "DER", "-in", folder / "c.der", "-out", folder / "c.pem")
    openssl.succeed(
        "pkcs12", "-export", "-legacy", "-nokeys", "-in", folder / "c.pem", "-certpbe", scheme,
        "-passout", f"pass:{password}", "-out", folder / "c.p12",
    )  # fmt: skip
    whole = der.read((folder / "c.p12").read_bytes()).children()
    safe = der.read(whole[1].children()[1].children()[0].content)
    part = safe.children()[0]
    return der.element(part.tag, part.content)


def _octets(content: bytes) -> bytes:
    return der.element(der.OCTET_STRING, content)


def _integer(value: int) -> bytes:
    return der.element(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1))
