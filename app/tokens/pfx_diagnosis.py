"""Why a PKCS #12 file did not open: its password, its kind of key, or its damage.

The library that opens it has one answer for all three. Here the file is looked at once more: the
parts that are not encrypted, then the MAC under the given password, then the kind of the key.
Everything after the MAC serves the words of an error only, never a key.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, core, pkcs12
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.algorithms import (
    asn1,  # noqa: F401 - registers the Russian OIDs
    der,
)
from app.errors import ErrorCode, RoscherkError

_RUSSIAN = "1.2.643."
_CRYPTOPRO_PBE = "1.2.840.113549.1.12.1.80"
"""CryptoPro's own encryption of a key; see Р 1323565.1.041-2022 and what its exports hold."""
_PBMAC1 = "1.2.840.113549.1.5.14"
_PBES2 = "1.2.840.113549.1.5.13"
_PBE_3DES = "1.2.840.113549.1.12.1.3"

_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_PARSING = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
"""What asn1crypto meets bad bytes with."""


@dataclass(frozen=True)
class _Outline:
    """The parts of a file that can be seen without its password."""

    mac: Any
    contents: bytes
    bags: tuple[Any, ...]
    oids: tuple[str, ...]


def why_not(data: bytes, password: bytearray) -> RoscherkError:
    """Return the error that tells why ``data`` does not open with this password."""
    try:
        outline = _outline(data)
    except _PARSING:
        return RoscherkError(ErrorCode.PFX_DAMAGED)
    for oid in outline.oids:
        if oid.startswith(_RUSSIAN) or oid == _CRYPTOPRO_PBE:
            return RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="gost_pfx", algorithm=oid)
    try:
        fits = _mac_fits(outline, password)
    except RoscherkError as error:
        return error
    except _PARSING:
        return RoscherkError(ErrorCode.PFX_DAMAGED)
    if not fits:
        return RoscherkError(ErrorCode.PASSWORD_WRONG)
    return _why_not_with_password(outline, password)


def _why_not_with_password(outline: _Outline, password: bytearray) -> RoscherkError:
    """Tell what is wrong when the password is right: the kind of key, or damage."""
    for bag in outline.bags:
        try:
            oid = _key_oid(bag, password)
        except RoscherkError as error:
            return error
        except _PARSING:
            continue
        if oid.startswith(_RUSSIAN):
            return RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="gost_pfx", algorithm=oid)
        return RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=oid)
    return RoscherkError(ErrorCode.PFX_DAMAGED)


def _outline(data: bytes) -> _Outline:
    pfx = pkcs12.Pfx.load(data, strict=True)
    contents = pfx["auth_safe"]["content"].native
    oids, bags = [], []
    mac = pfx["mac_data"]
    if not isinstance(mac, core.Void):
        oids.append(mac["mac"]["digest_algorithm"]["algorithm"].dotted)
    for part in pkcs12.AuthenticatedSafe.load(contents, strict=True):
        if part["content_type"].native == "encrypted_data":
            info = part["content"]["encrypted_content_info"]
            oids += _oids_of(info["content_encryption_algorithm"])
            continue
        for bag in pkcs12.SafeContents.load(part["content"].native, strict=True):
            if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
                oids += _oids_of(bag["bag_value"]["encryption_algorithm"])
                bags.append(bag["bag_value"])
            elif bag["bag_id"].native == "key_bag":
                oids.append(bag["bag_value"]["private_key_algorithm"]["algorithm"].dotted)
    return _Outline(mac, contents, tuple(bags), tuple(oids))


def _oids_of(algorithm: Any) -> Iterator[str]:
    """Return the OID of an encryption and, for PBES2, those of what it is made of."""
    yield algorithm["algorithm"].dotted
    if algorithm["algorithm"].dotted == _PBES2:
        kdf = algorithm["parameters"]["key_derivation_func"]
        yield kdf["algorithm"].dotted
        yield kdf["parameters"]["prf"]["algorithm"].dotted
        yield algorithm["parameters"]["encryption_scheme"]["algorithm"].dotted


def _mac_fits(outline: _Outline, password: bytearray) -> bool:
    if isinstance(outline.mac, core.Void):
        # Nothing to compare with. Whatever failed, the password is the first thing to look at.
        return False
    told = outline.mac["mac"]["digest"].native
    return any(
        hmac.compare_digest(_mac(outline, candidate), told) for candidate in _forms(password)
    )


def _forms(password: bytearray) -> Iterator[bytes]:
    """Write the password as the MAC takes it; no password and an empty one are two cases."""
    text = password.decode("utf-8", "replace")
    yield (text + "\0").encode("utf-16-be", "surrogatepass")
    if not text:
        yield b""


def _mac(outline: _Outline, password: bytes) -> bytes:
    algorithm = outline.mac["mac"]["digest_algorithm"]
    oid = algorithm["algorithm"].dotted
    if oid == _PBMAC1:
        return _pbmac1(algorithm["parameters"], password, outline.contents)
    name = _DIGESTS.get(oid)
    if name is None:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="mac", algorithm=oid)
    key = _derive(
        name,
        password,
        outline.mac["mac_salt"].native,
        outline.mac["iterations"].native,
        purpose=3,
        size=hashlib.new(name, usedforsecurity=False).digest_size,
    )
    return hmac.digest(key, outline.contents, name)


class _Pbmac1Parameters(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """RFC 8018 A.5."""

    _fields = [  # noqa: RUF012 - asn1crypto's way
        ("key_derivation_func", algos.KdfAlgorithm),
        ("message_auth_scheme", algos.HmacAlgorithm),
    ]


def _pbmac1(parameters: Any, password: bytes, contents: bytes) -> bytes:
    """Compute the MAC of RFC 9579, whose password is UTF-8."""
    scheme = _Pbmac1Parameters.load(parameters.dump(), strict=True)
    kdf = scheme["key_derivation_func"]["parameters"]
    plain = password.decode("utf-16-be").removesuffix("\0").encode()
    prf, mac = kdf["prf"]["algorithm"].native, scheme["message_auth_scheme"]["algorithm"].native
    key = hashlib.pbkdf2_hmac(
        prf, plain, kdf["salt"].native, kdf["iteration_count"].native, kdf["key_length"].native
    )
    return hmac.digest(key, contents, mac)


def _key_oid(bag: Any, password: bytearray) -> str:
    """Decrypt a key bag as far as the OID of the key."""
    algorithm = bag["encryption_algorithm"]
    oid = algorithm["algorithm"].dotted
    if oid == _PBES2:
        cipher = _pbes2(algorithm["parameters"], password)
    elif oid == _PBE_3DES:
        cipher = _pbe_3des(algorithm["parameters"], password)
    else:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="encryption", algorithm=oid)
    decryptor = cipher.decryptor()
    plain = decryptor.update(bag["encrypted_data"].native) + decryptor.finalize()
    _, algorithm_of_key, *_ = der.read(plain[: -plain[-1]]).children(der.SEQUENCE)
    return algorithm_of_key.children(der.SEQUENCE)[0].as_oid()


def _pbes2(parameters: Any, password: bytearray) -> Cipher[modes.CBC]:
    kdf = parameters["key_derivation_func"]["parameters"]
    scheme = parameters["encryption_scheme"]
    kind = scheme.encryption_cipher
    if kind not in {"aes", "tripledes"} or scheme.encryption_mode != "cbc":
        oid = scheme["algorithm"].dotted
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="encryption", algorithm=oid)
    key = hashlib.pbkdf2_hmac(
        kdf["prf"]["algorithm"].native,
        password,
        kdf["salt"].native,
        kdf["iteration_count"].native,
        scheme.key_length,
    )
    block = algorithms.AES(key) if kind == "aes" else TripleDES(key)
    return Cipher(block, modes.CBC(scheme["parameters"].native))


def _pbe_3des(parameters: Any, password: bytearray) -> Cipher[modes.CBC]:
    bmp = next(_forms(password))
    salt, iterations = parameters["salt"].native, parameters["iterations"].native
    key = _derive("sha1", bmp, salt, iterations, purpose=1, size=24)
    vector = _derive("sha1", bmp, salt, iterations, purpose=2, size=8)
    return Cipher(TripleDES(key), modes.CBC(vector))


def _derive(
    name: str, password: bytes, salt: bytes, iterations: int, *, purpose: int, size: int
) -> bytes:
    """Derive a key as RFC 7292 appendix B.2 says."""
    block = hashlib.new(name, usedforsecurity=False).block_size

    def spread(text: bytes) -> bytes:
        length = -(-len(text) // block) * block
        return (text * (length // len(text) + 1))[:length] if text else b""

    diversifier = bytes([purpose]) * block
    mixed = spread(salt) + spread(password)
    found = b""
    while len(found) < size:
        part = diversifier + mixed
        for _ in range(iterations):
            part = hashlib.new(name, part, usedforsecurity=False).digest()
        found += part
        step = int.from_bytes(spread(part)[:block]) + 1
        top = 1 << (8 * block)
        mixed = b"".join(
            ((int.from_bytes(mixed[at : at + block]) + step) % top).to_bytes(block)
            for at in range(0, len(mixed), block)
        )
    return found[:size]
