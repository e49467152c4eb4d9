"""What we may ask of any key and of any place of keys: the two ports of this room."""

from typing import Protocol

from app.tokens.model import Container
from app.tokens.pin import Secret


class KeyBackend(Protocol):
    """One key, wherever it lives. It signs digests and never gives the key away."""

    @property
    def container(self) -> Container:
        """The container that holds this key."""
        ...

    def sign_digest(self, digest_name: str, digest: bytes, secret: Secret | None) -> bytes:
        """Sign a finished digest; return the signature in CMS byte order.

        RSA: PKCS #1 v1.5 octets (RFC 8017). ECDSA: DER ``SEQUENCE { r, s }`` (RFC 5753).
        GOST R 34.10-2012: s||r, each big-endian (RFC 9215 §2).

        Raises `RoscherkError`: ``PIN_WRONG``, ``PIN_LOCKED``, ``PASSWORD_WRONG``,
        ``PASSWORD_NEEDED``, ``TOKEN_REMOVED``, ``KEY_UNSUPPORTED``… One call is one attempt.
        """
        ...


class KeyPlace(Protocol):
    """A place where keys live: the program's own store, a PFX file, the tokens of a module."""

    def containers(self) -> tuple[Container, ...]:
        """List what is here, without any PIN or password."""
        ...

    def open(self, container: Container) -> KeyBackend:
        """Return the key of a container that this place listed."""
        ...
