"""A private key taken out of a file, whatever it is: what it is, signing, handing it on.

Used in workers only. The owner wipes it; a key of the cryptography library cannot be wiped and
lives no longer than the task.
"""

from typing import Protocol

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.algorithms.gost import curves, signing, spki
from app.algorithms.names import KeyAlgorithm, key_algorithm_of_spki
from app.errors import ErrorCode, RoscherkError
from app.tokens.signing_keys import NewKey, SigningKey, exported, library_key, loaded_gost_key


class PrivateKey(Protocol):
    """A private key in memory."""

    public_key: bytes
    """SubjectPublicKeyInfo in DER."""

    @property
    def algorithm(self) -> KeyAlgorithm | None:
        """What kind of key it is; None: one this program does not know."""
        ...

    def signer(self) -> SigningKey:
        """Return it as a key that signs, or raise ``KEY_UNSUPPORTED``."""
        ...

    def material(self) -> NewKey:
        """Return what goes into a container; the caller wipes ``private``."""
        ...

    def wipe(self) -> None:
        """Overwrite what can be overwritten."""
        ...


class LibraryKey:
    """A key of the cryptography library."""

    def __init__(self, key: object) -> None:
        """Take a private key of any kind the library has."""
        self._key = key
        public = key.public_key()  # type: ignore[attr-defined]  # every private key has one
        self.public_key: bytes = public.public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def algorithm(self) -> KeyAlgorithm | None:
        """What kind of key it is; None: one this program does not know."""
        return key_algorithm_of_spki(self.public_key)

    def signer(self) -> SigningKey:
        """Return it as a key that signs, or raise ``KEY_UNSUPPORTED``."""
        return library_key(self._key)

    def material(self) -> NewKey:
        """Return PKCS #8 and public key; raise ``KEY_UNSUPPORTED`` for a key that cannot sign."""
        library_key(self._key)
        return NewKey(private=exported(self._key), public_key=self.public_key)

    def wipe(self) -> None:
        """Let go of it; the library frees its memory itself."""


class GostKey:
    """A key of GOST R 34.10 of either generation, in secure memory."""

    def __init__(self, key: signing.PrivateKey, algorithm: KeyAlgorithm) -> None:
        """Take over a key."""
        self._key = key
        self._algorithm = algorithm
        encode = (
            spki.encode_public_2001 if algorithm is KeyAlgorithm.GOST_2001 else spki.encode_public
        )
        self.public_key = encode(key.curve_oid, key.public())

    @property
    def algorithm(self) -> KeyAlgorithm:
        """What kind of key it is."""
        return self._algorithm

    def signer(self) -> SigningKey:
        """Return it as a key that signs; GOST 2001 does not any more (``KEY_UNSUPPORTED``)."""
        self._refuse_old()
        return loaded_gost_key(self._key)

    def material(self) -> NewKey:
        """Return the little-endian number and the curve; GOST 2001 is refused."""
        self._refuse_old()
        private = bytearray(curves.by_oid(self._key.curve_oid).size)
        self._key.write_into(private)
        return NewKey(private=private, public_key=self.public_key, curve=self._key.curve_oid)

    def wipe(self) -> None:
        """Overwrite the key."""
        self._key.wipe()

    def _refuse_old(self) -> None:
        if self._algorithm is KeyAlgorithm.GOST_2001:
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=self._algorithm)
