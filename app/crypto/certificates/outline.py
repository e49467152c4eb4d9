"""The outline of a certificate, read fast and strictly: what path building needs, and no more.

Thousands of certificates may lie in the stores; describing each in full would take seconds.
"""

import hashlib
from functools import cached_property, lru_cache

from app.algorithms import der
from app.crypto.certificates.names import NameKey, name_key
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

_VERSION = 0xA0
_EXTENSIONS = 0xA3
_KEY_ID = 0x80
_BOOLEAN = 0x01
_SUBJECT_KEY_ID = "2.5.29.14"
_AUTHORITY_KEY_ID = "2.5.29.35"
_USUAL = 16 << 10
"""Octets of a certificate of usual size."""


@dataclass(frozen=True)
class Extension:
    """One extension, its value still in DER."""

    oid: str
    critical: bool
    value: bytes

    @classmethod
    def read(cls, extension: der.Value) -> "Extension":
        """Read an Extension (RFC 5280 §4.1); raise DerError if it is none."""
        oid, *flag, value = extension.children(der.SEQUENCE)
        if (
            len(flag) > 1
            or any(one.tag != _BOOLEAN for one in flag)
            or value.tag != der.OCTET_STRING
        ):
            raise der.DerError("extension")
        return cls(oid.as_oid(), any(any(one.content) for one in flag), value.content)


@dataclass(frozen=True, eq=False)
class Outline:
    """The parts of one certificate, in DER each."""

    encoded: bytes
    tbs: bytes
    serial: bytes
    inner_algorithm: bytes
    issuer: bytes
    validity: tuple[der.Value, ...]
    subject: bytes
    public_key: bytes
    listed: tuple[der.Value, ...]
    """The extensions, not yet read."""
    outer_algorithm: bytes
    signature: bytes

    @classmethod
    def read(cls, data: bytes) -> "Outline":
        """Read a certificate; raise ``CERTIFICATE_DAMAGED`` if it is none."""
        try:
            return _remembered(data) if len(data) <= _USUAL else cls.read_anew(data)
        except (der.DerError, ValueError, IndexError) as error:
            raise damaged(error) from error

    @classmethod
    def read_anew(cls, data: bytes) -> "Outline":
        """Read a certificate without the memory; raise `DerError`, `ValueError`, `IndexError`."""
        tbs, algorithm, signature = der.read(data).children(der.SEQUENCE)
        if signature.tag != der.BIT_STRING or signature.content[:1] != b"\0":
            raise der.DerError("signature")
        fields = list(tbs.children(der.SEQUENCE))
        if fields[0].tag == _VERSION:
            del fields[0]
        serial, inner, issuer, validity, subject, key, *rest = fields
        if serial.tag != der.INTEGER:
            raise der.DerError("serial")
        listed = [value for value in rest if value.tag == _EXTENSIONS]
        inside = der.read(listed[0].content).children(der.SEQUENCE) if listed else ()
        return cls(
            encoded=data,
            tbs=_whole(tbs),
            serial=serial.content,
            inner_algorithm=_whole(inner),
            issuer=_whole(issuer),
            validity=validity.children(der.SEQUENCE),
            subject=_whole(subject),
            public_key=_whole(key),
            listed=inside,
            outer_algorithm=_whole(algorithm),
            signature=signature.content[1:],
        )

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the certificate: what it is identified by."""
        return hashlib.sha256(self.encoded).digest()

    @cached_property
    def subject_key(self) -> NameKey:
        """The subject, fit for comparison."""
        return _compared(self.subject)

    @cached_property
    def issuer_key(self) -> NameKey:
        """The issuer, fit for comparison."""
        return _compared(self.issuer)

    @cached_property
    def subject_key_id(self) -> bytes | None:
        """The name of the key, if the certificate gives one."""
        value = self._value(_SUBJECT_KEY_ID)
        return None if value is None or value.tag != der.OCTET_STRING else value.content

    @cached_property
    def authority_key_id(self) -> bytes | None:
        """The name of the issuer's key, if the certificate gives one."""
        value = self._value(_AUTHORITY_KEY_ID)
        if value is None or value.tag != der.SEQUENCE:
            return None
        try:
            parts = [part.content for part in value.children() if part.tag == _KEY_ID]
        except der.DerError:
            return None
        return parts[0] if parts else None

    @property
    def self_issued(self) -> bool:
        """Tell whether subject and issuer are one name."""
        return self.subject == self.issuer or self.subject_key == self.issuer_key

    @cached_property
    def extensions(self) -> tuple[Extension, ...]:
        """The extensions; raise ``CERTIFICATE_DAMAGED`` if they are none."""
        try:
            return tuple(Extension.read(value) for value in self.listed)
        except (der.DerError, ValueError) as error:
            raise damaged(error) from error

    def _value(self, oid: str) -> der.Value | None:
        """Return the value of one extension; None where it is absent or unreadable."""
        try:
            values = [one.value for one in self.extensions if one.oid == oid]
            return der.read(values[0]) if values else None
        except (der.DerError, RoscherkError):
            return None


@lru_cache(maxsize=1024)
def _remembered(data: bytes) -> Outline:
    """Read a certificate of the usual size once: the same ones come with file after file."""
    return Outline.read_anew(data)


def damaged(error: Exception) -> RoscherkError:
    """Return the error for bytes that are no certificate; ``error`` names the cause for the log."""
    return RoscherkError(ErrorCode.CERTIFICATE_DAMAGED, cause=type(error).__name__)


def _whole(value: der.Value) -> bytes:
    return der.element(value.tag, value.content)


def _compared(name: bytes) -> NameKey:
    """Make a name comparable; one that is no name is equal to nothing but itself."""
    try:
        return name_key(name)
    except der.DerError:
        return ((("", name),),)
