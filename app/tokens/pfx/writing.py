"""Writing a PKCS #12 file with one key, in forms that others prove.

A GOST key goes under GOST 28147-89 with TC26-Z, PBKDF2 and MAC with Streebog-512: Р 50.1.112-2016
and RFC 9548, which GnuTLS and OpenSSL with its gost engine read. RSA and ECDSA go under
AES-256-CBC with PBKDF2 and a MAC of SHA-256, as OpenSSL 3 writes. Certificates are encrypted like
the key.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.algorithms import der, names
from app.algorithms.gost import ciphers, curves, kdf
from app.algorithms.names import KeyAlgorithm
from app.tokens.pfx import kdf_7292, passwords, schemes, structure
from app.tokens.pfx.work import Work
from app.tokens.signing_keys import NewKey
from app.values import dataclass

_ROUNDS: Final = {True: 10_000, False: 50_000}
"""Of a derivation with Streebog, and with SHA-256: about as long."""
_DATA, _ENCRYPTED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
_X509 = "1.2.840.113549.1.9.22.1"
_FRIENDLY_NAME, _LOCAL_KEY_ID = "1.2.840.113549.1.9.20", "1.2.840.113549.1.9.21"
_STREEBOG_512, _SHA256 = "1.2.643.7.1.1.2.3", "2.16.840.1.101.3.4.2.1"
_HMAC_STREEBOG_512, _HMAC_SHA256 = "1.2.643.7.1.1.4.2", "1.2.840.113549.2.9"
_AES_256_CBC = "2.16.840.1.101.3.4.1.42"
_BLOCK = 16
_EXPLICIT, _IMPLICIT, _SET, _BMP = 0xA0, 0x80, 0x31, 0x1E


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What goes into a file. ``key`` is wiped by its owner."""

    algorithm: KeyAlgorithm
    key: NewKey
    certificate: bytes | None
    chain: Sequence[bytes] = ()
    name: str = ""


def write_file(exported: Exported, password: bytearray) -> bytes:
    """Return a PKCS #12 file under a password."""
    gost = exported.algorithm.is_gost
    local_id = hashlib.sha256(exported.key.public_key).digest()[:20]
    attributes = _attributes(exported.name, local_id)
    plain = private_key_info(exported)
    try:
        shrouded = der.sequence(*_encrypted(plain, password, gost=gost, tag=der.OCTET_STRING))
    finally:
        plain[:] = bytes(len(plain))
    parts = [_data(der.sequence(_bag(structure.SHROUDED_KEY_BAG, shrouded, attributes)))]
    bags = [] if exported.certificate is None else [_certificate(exported.certificate, attributes)]
    bags += [_certificate(each, b"") for each in exported.chain]
    if bags:
        parts.insert(0, _encrypted_data(der.sequence(*bags), password, gost=gost))
    content = der.sequence(*parts)
    return der.sequence(_integer(3), _data(content), _mac(content, password, gost=gost))


def private_key_info(exported: Exported) -> bytearray:
    """Write a PrivateKeyInfo; the caller wipes it. A GOST key is a bare little-endian number."""
    key = exported.key
    if key.curve is None:
        return bytearray(key.private)
    curve = curves.by_oid(key.curve)
    parameters = [der.oid(key.curve)]
    if key.curve.startswith(("1.2.643.2.2.35.", "1.2.643.2.2.36.")):
        parameters.append(der.oid("1.2.643.7.1.1.2.2"))
    oids = {kind: oid for oid, kind in names.GOST_KEY_OIDS.items()}
    algorithm = der.sequence(der.oid(oids[exported.algorithm]), der.sequence(*parameters))
    head = _integer(0) + algorithm + bytes((der.OCTET_STRING, curve.size))
    whole = bytearray(der.sequence(head + bytes(curve.size)))
    whole[-curve.size :] = key.private
    return whole


def _encrypted(
    plain: bytes | bytearray, password: bytearray, *, gost: bool, tag: int
) -> tuple[bytes, bytes]:
    """Encrypt by PBES2; return the algorithm and the octets, under ``tag``."""
    salt = os.urandom(32 if gost else 16)
    prf = _HMAC_STREEBOG_512 if gost else _HMAC_SHA256
    told = schemes.PRFS[prf]
    if gost:
        key = kdf.pbkdf2(told, password, salt, _ROUNDS[gost], ciphers.KEY_SIZE)
        vector = os.urandom(ciphers.BLOCK_SIZE)
        secret = bytes(ciphers.encrypt_cfb(key, vector, plain, ciphers.TC26_Z))
        parameters = der.sequence(_octets(vector), der.oid(ciphers.TC26_Z))
        scheme = der.sequence(der.oid(schemes.GOST28147), parameters)
    else:
        key = schemes.Derivation(told, salt, _ROUNDS[gost]).key(password, 32, Work())
        vector = os.urandom(_BLOCK)
        secret = _aes(key, vector, plain)
        scheme = der.sequence(der.oid(_AES_256_CBC), _octets(vector))
    key[:] = bytes(len(key))
    function = der.sequence(der.oid(prf), der.NULL)
    derivation = der.sequence(
        der.oid(schemes.PBKDF2), der.sequence(_octets(salt), _integer(_ROUNDS[gost]), function)
    )
    algorithm = der.sequence(der.oid(schemes.PBES2), der.sequence(derivation, scheme))
    return algorithm, der.element(tag, secret)


def _aes(key: bytearray, vector: bytes, plain: bytes | bytearray) -> bytes:
    count = _BLOCK - len(plain) % _BLOCK
    padded = bytearray(len(plain) + count)
    padded[: len(plain)] = plain
    padded[len(plain) :] = bytes([count]) * count
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    secret = encryptor.update(padded) + encryptor.finalize()
    padded[:] = bytes(len(padded))
    return secret


def _mac(content: bytes, password: bytearray, *, gost: bool) -> bytes:
    salt = os.urandom(8 if gost else 16)
    if gost:
        material = kdf.pbkdf2("streebog512", password, salt, _ROUNDS[gost], 96)
        key = material[-32:]
        told, oid = bytes(kdf.hmac("streebog512", key, content)), _STREEBOG_512
        material[:] = bytes(len(material))
    else:
        form = passwords.bmp(password)
        key = kdf_7292.derive(
            "sha256", form, salt, _ROUNDS[gost], purpose=kdf_7292.MAC_KEY, size=32
        )
        told, oid = hmac.digest(key, content, "sha256"), _SHA256
        form[:] = bytes(len(form))
    key[:] = bytes(len(key))
    info = der.sequence(der.sequence(der.oid(oid), der.NULL), _octets(told))
    return der.sequence(info, _octets(salt), _integer(_ROUNDS[gost]))


def _data(content: bytes) -> bytes:
    return der.sequence(der.oid(_DATA), der.element(_EXPLICIT, _octets(content)))


def _encrypted_data(content: bytes, password: bytearray, *, gost: bool) -> bytes:
    info = der.sequence(der.oid(_DATA), *_encrypted(content, password, gost=gost, tag=_IMPLICIT))
    whole = der.sequence(_integer(0), info)
    return der.sequence(der.oid(_ENCRYPTED), der.element(_EXPLICIT, whole))


def _certificate(encoded: bytes, attributes: bytes) -> bytes:
    value = der.sequence(der.oid(_X509), der.element(_EXPLICIT, _octets(encoded)))
    return _bag(structure.CERT_BAG, value, attributes)


def _bag(kind: str, value: bytes, attributes: bytes) -> bytes:
    return der.sequence(der.oid(kind), der.element(_EXPLICIT, value), attributes)


def _attributes(name: str, local_id: bytes) -> bytes:
    found = [_attribute(_LOCAL_KEY_ID, _octets(local_id))]
    if name:
        text = name.encode("utf-16-be", "replace")
        found.append(_attribute(_FRIENDLY_NAME, der.element(_BMP, text)))
    return der.element(_SET, b"".join(sorted(found)))


def _attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.oid(oid), der.element(_SET, value))


def _octets(content: bytes) -> bytes:
    return der.element(der.OCTET_STRING, content)


def _integer(value: int) -> bytes:
    return der.element(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1))
