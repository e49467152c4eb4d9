"""The seal of a password: Argon2id (RFC 9106) and AES-256-GCM, as the containers have it.

The key is of one backup alone, for its salt is random, so the number of a block is its nonce. The
proof is HMAC-SHA-256 under the same key: it tells a wrong password from damage, and binds the file
to one key, which AES-GCM alone does not.
"""

import hashlib
import hmac
import os
from typing import Final, Self

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.profile.archive import Head, damaged
from app.shapes import read_table
from app.tokens.container_file import Argon2idParameters

KIND: Final = "argon2id, aes-256-gcm"
_NONCE: Final = 12
_PROOF: Final = b"roscherk profile backup: this is the key\n"


class PasswordSeal:
    """Closes and opens the blocks of one backup. `wipe` it."""

    kind = KIND
    mark = 16

    def __init__(self, parameters: Argon2idParameters, password: bytearray) -> None:
        """Derive the key: this takes a while, and 64 MiB."""
        self.needs: dict[str, str | int] = {
            "salt": parameters.salt.hex(),
            "memory_kib": parameters.memory_kib,
            "iterations": parameters.iterations,
            "lanes": parameters.lanes,
        }
        self._key = parameters.derive(password)
        self._cipher = AESGCM(self._key)

    @classmethod
    def new(cls, password: bytearray) -> Self:
        """Return the seal of a new backup."""
        return cls(Argon2idParameters(salt=os.urandom(16)), password)

    @classmethod
    def of(cls, head: Head, password: bytearray) -> Self:
        """Return the seal that a backup demands, within bounds; raise ``BACKUP_DAMAGED``."""
        try:
            salt = bytes.fromhex(str(head.needs["salt"]))
            told = {name: value for name, value in head.needs.items() if name != "salt"}
            parameters = read_table({"salt": b"", **told}, Argon2idParameters)
        except (KeyError, ValueError, msgspec.MsgspecError):
            raise damaged("kdf") from None
        parameters = Argon2idParameters(
            salt=salt,
            memory_kib=parameters.memory_kib,
            iterations=parameters.iterations,
            lanes=parameters.lanes,
        )
        if not parameters.within_bounds():
            raise damaged("kdf")
        return cls(parameters, password)

    def proof(self, head: bytes) -> bytes:
        """Return what only this key gives for a head."""
        return hmac.new(self._key, _PROOF + head, hashlib.sha256).digest()

    def close(self, block: bytes, number: int, context: bytes) -> bytes:
        """Encrypt a block."""
        return self._cipher.encrypt(number.to_bytes(_NONCE), block, context)

    def open(self, block: bytes, number: int, context: bytes) -> bytes:
        """Decrypt a block."""
        try:
            return self._cipher.decrypt(number.to_bytes(_NONCE), block, context)
        except InvalidTag:
            raise ValueError("tag") from None

    def wipe(self) -> None:
        """Overwrite the key."""
        self._key[:] = bytes(len(self._key))
