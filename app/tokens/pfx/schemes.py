"""Decryption of what lies in key files, by the AlgorithmIdentifier in front of it.

Read: PBES2 with PBKDF2 (SHA and GOST) over AES, 3DES, GOST 28147-89 and the four schemes of
RFC 9337; the 3DES and RC2-40 of PKCS #12; CryptoPro's own scheme for keys. Sources: RFC 8018,
RFC 7292 appendix C, RFC 9337, RFC 9548.
"""

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from app.algorithms import der, rc2
from app.algorithms.der import DerError
from app.algorithms.gost import acpkm, ciphers, kdf
from app.algorithms.views import View
from app.errors import ErrorCode, RoscherkError
from app.tokens.pfx import kdf_7292, passwords
from app.tokens.pfx.work import MAX_ROUNDS, Work
from app.values import dataclass

PBES2: Final = "1.2.840.113549.1.5.13"
PBKDF2: Final = "1.2.840.113549.1.5.12"
GOST28147: Final = "1.2.643.2.2.21"
CRYPTOPRO_PBE: Final = "1.2.840.113549.1.12.1.80"
"""CryptoPro's own encryption of a key; its plain text is a blob of CryptoAPI, not PKCS #8."""

_PBE: Final[Mapping[str, tuple[int, bool]]] = {
    # PKCS #12: size of the key, and whether it is 3DES (else RC2)
    "1.2.840.113549.1.12.1.3": (24, True),
    "1.2.840.113549.1.12.1.4": (16, True),
    "1.2.840.113549.1.12.1.6": (rc2.KEY_SIZE, False),
}
PRFS: Final[Mapping[str, str]] = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    "1.2.840.113549.2.9": "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
    "1.2.643.2.2.10": "gost94",
    "1.2.643.7.1.1.4.1": "streebog256",
    "1.2.643.7.1.1.4.2": "streebog512",
}
_HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - old files are read, too
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_GOST = frozenset({"gost94", "streebog256", "streebog512"})
_AES: Final[Mapping[str, int]] = {
    "2.16.840.1.101.3.4.1.2": 16,
    "2.16.840.1.101.3.4.1.22": 24,
    "2.16.840.1.101.3.4.1.42": 32,
}
_TRIPLE_DES = "1.2.840.113549.3.7"
_MAX_KEY = 64
_SALTS = range(1, 129)


@dataclass(frozen=True)
class Derivation:
    """PBKDF2 with its parameters (RFC 8018 A.2)."""

    prf: str
    salt: bytes
    rounds: int

    def key(self, password: bytearray, size: int, work: Work) -> bytearray:
        """Derive a key; the caller wipes it."""
        work.spend(self.rounds, gost=self.prf in _GOST)
        if self.prf in _GOST:
            return kdf.pbkdf2(self.prf, password, self.salt, self.rounds, size)
        key = bytearray(size)
        PBKDF2HMAC(
            algorithm=_HASHES[self.prf], length=size, salt=self.salt, iterations=self.rounds
        ).derive_into(password, key)
        return key


def unsupported(oid: str, reason: str = "encryption") -> RoscherkError:
    """Return the error of an algorithm that is not read here."""
    return RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason=reason, algorithm=oid)


def algorithm_oid(algorithm: View) -> str:
    """Return the OID of an AlgorithmIdentifier."""
    return algorithm.children(der.SEQUENCE)[0].oid()


def rounds_of(algorithm: View) -> int:
    """Return how many rounds a scheme will ask for; 0 where that cannot be seen."""
    try:
        oid, parameters = algorithm.children(der.SEQUENCE)[:2]
        if oid.oid() == PBES2:
            return derivation(parameters.children()[0]).rounds
        return parameters.children(der.SEQUENCE)[1].integer(1 << 62)
    except (DerError, ValueError, IndexError, RoscherkError):
        return 0


def derivation(algorithm: View) -> Derivation:
    """Read a PBKDF2, or raise ``KEY_UNSUPPORTED`` with its OID."""
    oid, parameters = algorithm.children(der.SEQUENCE)[:2]
    if oid.oid() != PBKDF2:
        raise unsupported(oid.oid(), "kdf")
    salt, rounds, *rest = parameters.children(der.SEQUENCE)
    prf = "1.2.840.113549.2.7"
    for each in rest:
        if each.tag == der.SEQUENCE:
            prf = algorithm_oid(each)
    if prf not in PRFS:
        raise unsupported(prf, "kdf")
    octets = bytes(salt.octets())
    if len(octets) not in _SALTS:
        raise DerError("salt")
    return Derivation(PRFS[prf], octets, rounds.integer(1 << 62))


def decrypt(algorithm: View, data: memoryview, password: bytearray, work: Work) -> bytearray:
    """Decrypt; the caller wipes the result.

    Raises ``KEY_UNSUPPORTED`` for an algorithm that is not read here, ``PASSWORD_WRONG`` where
    padding or OMAC tell that the key is another, `DerError` for parameters that make no sense.
    """
    oid, *rest = algorithm.children(der.SEQUENCE)
    dotted = oid.oid()
    if dotted == PBES2:
        return _pbes2(rest[0], data, password, work)
    if dotted in _PBE:
        return _pbe(dotted, rest[0], data, password, work)
    if dotted == CRYPTOPRO_PBE:
        key, vector = cryptopro_key(rest[0], password, work)
        try:
            return ciphers.decrypt_cfb(key, vector, bytes(data), ciphers.CRYPTOPRO_A)
        finally:
            key[:] = bytes(len(key))
    raise unsupported(dotted)


def cryptopro_key(parameters: View, password: bytearray, work: Work) -> tuple[bytearray, bytes]:
    """Derive the key of CryptoPro's scheme, and return the vector with it."""
    salt, rounds = parameters.children(der.SEQUENCE)
    octets, count = bytes(salt.octets()), rounds.integer(MAX_ROUNDS)
    if len(octets) < ciphers.BLOCK_SIZE or len(octets) not in _SALTS:
        raise DerError("salt")
    work.spend(count, gost=True)
    return kdf.cryptopro_pfx_kdf(password, octets, count), octets[: ciphers.BLOCK_SIZE]


def _pbes2(parameters: View, data: memoryview, password: bytearray, work: Work) -> bytearray:
    told, scheme = parameters.children(der.SEQUENCE)
    oid, *rest = scheme.children(der.SEQUENCE)
    dotted = oid.oid()
    size = _AES.get(dotted) or (24 if dotted == _TRIPLE_DES else ciphers.KEY_SIZE)
    known = {*_AES, _TRIPLE_DES, GOST28147, *acpkm.OIDS}
    if dotted not in known:
        raise unsupported(dotted)
    key = derivation(told).key(password, size, work)
    try:
        if dotted in acpkm.OIDS:
            ukm = bytes(rest[0].children(der.SEQUENCE)[0].octets())
            return acpkm.decrypt(dotted, key, ukm, bytes(data))
        if dotted == GOST28147:
            vector, *named = rest[0].children(der.SEQUENCE)
            sbox = named[0].oid() if named else ciphers.CRYPTOPRO_A
            if sbox not in ciphers.SBOXES:
                raise unsupported(sbox)
            return ciphers.decrypt_cfb(key, _vector(vector, 8), bytes(data), sbox)
        block = algorithms.AES(key) if dotted in _AES else TripleDES(bytes(key))
        return _cbc(block, _vector(rest[0], block.block_size // 8), data)
    finally:
        key[:] = bytes(len(key))


def _pbe(
    oid: str, parameters: View, data: memoryview, password: bytearray, work: Work
) -> bytearray:
    """Decrypt by a scheme of PKCS #12 itself; an empty password is tried in both its forms."""
    salt, rounds = parameters.children(der.SEQUENCE)
    octets, count = bytes(salt.octets()), rounds.integer(1 << 62)
    refusal: RoscherkError | None = None
    for form in passwords.forms(password):
        work.spend(count)
        work.spend(count)
        try:
            return _pbe_once(oid, octets, count, data, form)
        except RoscherkError as error:
            refusal = error
        finally:
            form[:] = bytes(len(form))
    raise refusal or RoscherkError(ErrorCode.PASSWORD_WRONG)


def _pbe_once(oid: str, salt: bytes, rounds: int, data: memoryview, form: bytearray) -> bytearray:
    size, triple = _PBE[oid]
    key = kdf_7292.derive("sha1", form, salt, rounds, purpose=kdf_7292.ENCRYPTION_KEY, size=size)
    vector = kdf_7292.derive("sha1", form, salt, rounds, purpose=kdf_7292.VECTOR, size=8)
    try:
        if triple:
            return _cbc(TripleDES(bytes(key)), bytes(vector), data)
        if not data or len(data) % rc2.BLOCK_SIZE:
            raise DerError("length")
        return _unpadded(rc2.decrypt_cbc(key, vector, bytes(data)), rc2.BLOCK_SIZE)
    finally:
        key[:] = bytes(len(key))


def _vector(view: View, size: int) -> bytes:
    octets = bytes(view.octets())
    if len(octets) != size:
        raise DerError("vector")
    return octets


def _cbc(block: algorithms.AES | TripleDES, vector: bytes, data: memoryview) -> bytearray:
    size = block.block_size // 8
    if not data or len(data) % size:
        raise DerError("length")
    decryptor = Cipher(block, modes.CBC(vector)).decryptor()
    plain = bytearray(len(data) + size)
    count = decryptor.update_into(data, plain)
    decryptor.finalize()
    del plain[count:]
    return _unpadded(plain, size)


def _unpadded(plain: bytearray, size: int) -> bytearray:
    """Cut the padding of PKCS #7 off; one that is wrong tells of a wrong key."""
    count = plain[-1]
    if not 0 < count <= size or any(octet != count for octet in plain[-count:]):
        plain[:] = bytes(len(plain))
        raise RoscherkError(ErrorCode.PASSWORD_WRONG)
    del plain[-count:]
    return plain
