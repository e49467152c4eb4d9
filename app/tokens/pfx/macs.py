"""The MAC over a whole PKCS #12 file: by it a wrong password is told from damage.

Four ways to its key are met: that of RFC 7292 with any digest (old GOST files too), that of
RFC 9548 §3 for GOST digests (PBKDF2, the last 32 of 96 octets), and PBMAC1 (RFC 9579).
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Final

from app.algorithms import der
from app.algorithms.gost import kdf
from app.algorithms.views import View
from app.tokens.pfx import kdf_7292, passwords, schemes
from app.tokens.pfx.schemes import Derivation, unsupported
from app.tokens.pfx.work import Work

PBMAC1: Final = "1.2.840.113549.1.5.14"
_DIGESTS: Final[Mapping[str, str]] = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_GOST: Final[Mapping[str, str]] = {
    "1.2.643.2.2.9": "gost94",
    "1.2.643.2.2.30.1": "gost94",
    "1.2.643.7.1.1.2.2": "streebog256",
    "1.2.643.7.1.1.2.3": "streebog512",
}
_SIZES: Final = {"gost94": 32, "streebog256": 32, "streebog512": 64}
_TC26_OCTETS, _TC26_KEY = 96, 32


def fits(mac_data: View, content: bytes, password: bytearray, work: Work) -> bool:
    """Tell whether the password gives the MAC that the file has.

    Raises ``KEY_UNSUPPORTED`` for a MAC that is not known here, `DerError` for a malformed one.
    """
    info, salt, *rounds = mac_data.children(der.SEQUENCE)
    algorithm, told = info.children(der.SEQUENCE)
    count = rounds[0].integer(1 << 62) if rounds else 1
    for candidate in _candidates(algorithm, bytes(salt.octets()), count, content, password, work):
        same = hmac.compare_digest(candidate, bytes(told.octets()))
        if same:
            return True
    return False


def _candidates(  # noqa: PLR0917 - all that a MAC is made of
    algorithm: View, salt: bytes, rounds: int, content: bytes, password: bytearray, work: Work
) -> Iterator[bytes]:
    oid = schemes.algorithm_oid(algorithm)
    if oid == PBMAC1:
        yield _pbmac1(algorithm, content, password, work)
        return
    name = _DIGESTS.get(oid) or _GOST.get(oid)
    if name is None:
        raise unsupported(oid, "mac")
    if name in _SIZES and salt:
        yield _tc26(name, salt, rounds, content, password, work)
    for form in passwords.forms(password):
        work.spend(rounds, gost=name in _SIZES)
        try:
            told = _rfc_7292(name, salt, rounds, content, form)
        finally:
            form[:] = bytes(len(form))
        yield told


def _tc26(  # noqa: PLR0917 - all that a MAC is made of
    name: str, salt: bytes, rounds: int, content: bytes, password: bytearray, work: Work
) -> bytes:
    material = Derivation(name, salt, rounds).key(password, _TC26_OCTETS, work)
    key = material[-_TC26_KEY:]
    try:
        return bytes(kdf.hmac(name, key, content))
    finally:
        material[:] = bytes(len(material))
        key[:] = bytes(len(key))


def _rfc_7292(name: str, salt: bytes, rounds: int, content: bytes, form: bytearray) -> bytes:
    gost = name in _SIZES
    size = _SIZES[name] if gost else hashlib.new(name, usedforsecurity=False).digest_size
    key = kdf_7292.derive(name, form, salt, rounds, purpose=kdf_7292.MAC_KEY, size=size)
    try:
        return bytes(kdf.hmac(name, key, content)) if gost else hmac.digest(key, content, name)
    finally:
        key[:] = bytes(len(key))


def _pbmac1(algorithm: View, content: bytes, password: bytearray, work: Work) -> bytes:
    _, parameters = algorithm.children(der.SEQUENCE)
    told, scheme = parameters.children(der.SEQUENCE)
    oid = schemes.algorithm_oid(scheme)
    name = schemes.PRFS.get(oid)
    if name is None:
        raise unsupported(oid, "mac")
    size = 32
    for each in told.children()[1].children()[2:]:
        if each.tag == der.INTEGER:
            size = max(1, each.integer(64))
    key = schemes.derivation(told).key(password, size, work)
    try:
        if name in _SIZES:
            return bytes(kdf.hmac(name, key, content))
        return hmac.digest(key, content, name)
    finally:
        key[:] = bytes(len(key))
