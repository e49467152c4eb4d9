"""The form of a container file of the program's own store, version 1. Used in workers only.

======  ========================================================================================
bytes   what
======  ========================================================================================
8       ``ROSCHERK``
2       version, big-endian: 1
4 + n   length and text of the *sealed header*, JSON: kind of key, GOST curve, public key
        (SubjectPublicKeyInfo), time of making, practice or not, Argon2id parameters, nonce
4 + n   length and text of the *open header*, JSON: certificate, chain, earlier certificates
4 + n   length and bytes of the private key, AES-256-GCM with its tag; the additional data is all
        from the first byte to the end of the sealed header
32      SHA-256 of everything before
======  ========================================================================================

Bytes in JSON are base64. The private key is PKCS #8 DER for RSA and ECDSA, and the little-endian
number for GOST R 34.10-2012. The key of the cipher is Argon2id of the password (RFC 9106).

A certificate comes months after the key and needs no password, so it is not sealed; it is compared
with the sealed public key each time. The checksum tells a damaged file from a wrong password.
"""

import hashlib
import os
import struct
from dataclasses import replace
from datetime import datetime
from typing import Self, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.shapes import read_json
from app.values import dataclass

MAGIC = b"ROSCHERK"
VERSION = 1
MAX_SIZE = 4 << 20

_HEAD = struct.Struct(">8sH")
_LENGTH = struct.Struct(">I")
_DIGEST = 32
_TAG = 16
_NONCE = 12
_KEY = 32

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Argon2idParameters:
    """How the password becomes a key. A file may ask for less or more than we do, within bounds."""

    salt: bytes
    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 1

    def within_bounds(self) -> bool:
        """Tell whether these may be used: a hostile file must not eat the memory or the hour."""
        return (
            16 <= len(self.salt) <= 64
            and 8 * 1024 <= self.memory_kib <= 256 * 1024
            and 1 <= self.iterations <= 10
            and 1 <= self.lanes <= 4
        )

    def derive(self, password: bytearray) -> bytearray:
        """Return the key of the cipher; the caller wipes it."""
        key = bytearray(_KEY)
        try:
            _derive(self, password, key)
        finally:
            # OpenSSL frees its parameter block, with a copy of the password, as it is. The next
            # block of the same size takes its place: a derivation of zeros at the least cost.
            least = Argon2idParameters(salt=bytes(len(self.salt)), memory_kib=8, iterations=1)
            _derive(least, bytearray(len(password)), bytearray(_KEY))
        return key


def _derive(parameters: Argon2idParameters, password: bytearray, key: bytearray) -> None:
    kdf = Argon2id(
        salt=parameters.salt,
        length=len(key),
        iterations=parameters.iterations,
        lanes=parameters.lanes,
        memory_cost=parameters.memory_kib,
    )
    kdf.derive_into(password, key)  # type: ignore[arg-type]  # takes any buffer, says bytes


@dataclass(frozen=True, kw_only=True)
class SealedHeader:
    """What belongs to the key for good."""

    algorithm: KeyAlgorithm
    curve: str | None = None
    """OID of the parameter set, GOST only."""
    public_key: bytes
    created: datetime
    practice: bool
    exportable: bool = True
    """May leave the container as a PKCS #12 file. It is sealed: nobody sets it afterwards."""
    imported: bool = False
    """The key was taken over from a file: not this program made it."""
    kdf: Argon2idParameters
    nonce: bytes


@dataclass(frozen=True, kw_only=True)
class OpenHeader:
    """What may be replaced without the password."""

    certificate: bytes | None = None
    chain: tuple[bytes, ...] = ()
    earlier: tuple[bytes, ...] = ()
    """Certificates of this key that were replaced by newer ones, oldest first."""


@dataclass(frozen=True)
class ContainerFile:
    """One container as it lies on the disk."""

    sealed: SealedHeader
    opened: OpenHeader
    prefix: bytes
    """The bytes that the cipher authenticates, as they were read."""
    ciphertext: bytes

    @classmethod
    def lock(
        cls, sealed: SealedHeader, opened: OpenHeader, private: bytearray, password: bytearray
    ) -> Self:
        """Encrypt a private key under a password, with a new salt and nonce."""
        sealed = replace(
            sealed, kdf=Argon2idParameters(salt=os.urandom(16)), nonce=os.urandom(_NONCE)
        )
        prefix = _HEAD.pack(MAGIC, VERSION) + _counted(msgspec.json.encode(sealed))
        ciphertext = bytearray(len(private) + _TAG)
        key = sealed.kdf.derive(password)
        try:
            AESGCM(key).encrypt_into(sealed.nonce, private, prefix, ciphertext)
        finally:
            key[:] = bytes(_KEY)
        return cls(sealed, opened, prefix, bytes(ciphertext))

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a file; raise ``CONTAINER_DAMAGED``, or ``KEY_UNSUPPORTED`` for a newer version."""
        if len(data) < _HEAD.size + _DIGEST or len(data) > MAX_SIZE:
            raise _damaged("size")
        magic, version = _HEAD.unpack_from(data)
        if magic != MAGIC:
            raise _damaged("magic")
        if hashlib.sha256(data[:-_DIGEST]).digest() != data[-_DIGEST:]:
            raise _damaged("checksum")
        if version != VERSION:
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="version", version=version)
        body = data[:-_DIGEST]
        sealed, end = _take(body, _HEAD.size)
        opened, after_open = _take(body, end)
        ciphertext, after_all = _take(body, after_open)
        if after_all != len(body) or len(ciphertext) <= _TAG:
            raise _damaged("length")
        header = _read(sealed, SealedHeader)
        if not header.kdf.within_bounds() or len(header.nonce) != _NONCE:
            raise _damaged("parameters")
        return cls(header, _read(opened, OpenHeader), body[:end], ciphertext)

    def unlock(self, password: bytearray) -> bytearray:
        """Return the private key in a buffer that the caller wipes, or raise ``PASSWORD_WRONG``."""
        key = self.sealed.kdf.derive(password)
        private = bytearray(len(self.ciphertext) - _TAG)
        try:
            AESGCM(key).decrypt_into(self.sealed.nonce, self.ciphertext, self.prefix, private)
        except InvalidTag:
            private[:] = bytes(len(private))
            raise RoscherkError(ErrorCode.PASSWORD_WRONG) from None
        finally:
            key[:] = bytes(_KEY)
        return private

    def dump(self) -> bytes:
        """Return the bytes of the file."""
        opened = _counted(msgspec.json.encode(self.opened))
        body = self.prefix + opened + _counted(self.ciphertext)
        if len(body) + _DIGEST > MAX_SIZE:
            raise RoscherkError(ErrorCode.FILE_TOO_LARGE, limit=MAX_SIZE)
        return body + hashlib.sha256(body).digest()


def _counted(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def _take(data: bytes, start: int) -> tuple[bytes, int]:
    """Return the counted piece at ``start`` and the place after it."""
    begin = start + _LENGTH.size
    if begin > len(data):
        raise _damaged("length")
    end = begin + int(_LENGTH.unpack_from(data, start)[0])
    if end > len(data):
        raise _damaged("length")
    return data[begin:end], end


def _read(text: bytes, kind: type[T]) -> T:
    try:
        return read_json(text, kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _damaged("header") from None


def _damaged(reason: str) -> RoscherkError:
    return RoscherkError(ErrorCode.CONTAINER_DAMAGED, reason=reason)
