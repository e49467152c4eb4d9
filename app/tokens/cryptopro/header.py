"""What a container tells without its password: name, kinds of keys, certificates, checks.

The structure is not published by its maker. It is known from containers and from the readers of
others; every field that is used here was met in containers that CryptoPro CSP made.

====================  ===========================================================================
name.key              SEQUENCE { IA5String name (its octets are Windows-1251), … }
header.key            SEQUENCE { content, OCTET STRING mac(4) }
content               SEQUENCE { [0] { OID }, BIT STRING flags, SEQUENCE first key,
                      [2] MAC of the password, [4] second key, [5] [6] their certificates (DER),
                      [10] [11] their fingerprints: eight octets of X, little-endian; [12] … }
a key                 SEQUENCE { BIT STRING flags, [0] { OID, SEQUENCE { curve, digest, S-box? }}}
====================  ===========================================================================
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Final

from app.algorithms import der, names, views
from app.algorithms.der import DerError
from app.algorithms.gost import ciphers, curves
from app.algorithms.names import KeyAlgorithm
from app.algorithms.views import CONSTRUCTED, CONTEXT, View
from app.errors import ErrorCode, RoscherkError
from app.tokens.cryptopro.files import FolderFiles, damaged, shown
from app.values import dataclass

_GOST94_DIGEST = "1.2.643.2.2.30.1"
_AGREEMENTS: Final[Mapping[str, KeyAlgorithm]] = {
    "1.2.643.2.2.98": KeyAlgorithm.GOST_2001,
    "1.2.643.7.1.1.6.1": KeyAlgorithm.GOST_256,
    "1.2.643.7.1.1.6.2": KeyAlgorithm.GOST_512,
}
"""An exchange key is named by its key agreement, a signature key by its own OID."""
_CCM = "1.2.643.2.2.37.4"
"""The newer form of CSP 5, under AES-256-CCM: RSA and ECDSA keys, and some others."""

_SOFT_PASSWORD, _PRIMARY_ABSENT = 0, 2
_EXPORTABLE, _EXCHANGE = 0, 2
_VALIDITY = {False: "1.2.643.2.2.37.3.9", True: "1.2.643.2.2.37.3.10"}
"""Extensions of the header with the term of a signature key, and of an exchange key."""
_FINGERPRINT, _MAC = 8, 4
_MAX_NAME = 256


@dataclass(frozen=True, kw_only=True)
class KeyParameters:
    """One key of a container, as the header describes it."""

    algorithm: KeyAlgorithm
    curve: str
    digest: str
    """Name of the digest in the derivation from the password."""
    sbox: str
    exportable: bool
    fingerprint: bytes
    certificate: bytes | None
    not_after: datetime | None
    """When the key itself expires, which is mostly before its certificate does."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """A container before its password. ``keys`` has the first, the second, or both by number."""

    label: str
    content: bytes
    """What the MAC of the header is taken over."""
    mac: bytes
    has_password: bool
    password_mac: bytes | None
    keys: Mapping[int, KeyParameters]

    def sound(self) -> bool:
        """Tell whether the header is as it was written; its MAC has no secret in it."""
        return any(
            ciphers.mac(bytes(32), self.content, sbox) == self.mac
            for sbox in (ciphers.CRYPTOPRO_A, ciphers.TC26_Z)
        )


@dataclass
class _Fields:
    """The elements of the content by what they are."""

    flags: frozenset[int] = frozenset()
    first: View | None = None
    tagged: dict[int, View] = field(default_factory=dict)


def read_header(files: FolderFiles) -> Header:
    """Read name and header.

    Raises ``CONTAINER_DAMAGED`` (with a ``reason``), or ``KEY_UNSUPPORTED`` with the ``format`` or
    the OID of the ``algorithm`` for a container that this program cannot open.
    """
    try:
        content, mac = views.read(files.demand("header")).children(der.SEQUENCE)
        _refuse_ccm(content)
        fields = _fields(content)
        header = Header(
            label=label_of(files),
            content=bytes(content.whole),
            mac=_sized(mac.octets(), _MAC),
            has_password=_SOFT_PASSWORD in fields.flags,
            password_mac=_password_mac(fields),
            keys=_keys(fields),
        )
    except (DerError, ValueError, IndexError):
        raise damaged(files.folder, "header") from None
    if not header.keys:
        raise damaged(files.folder, "no_key")
    if not header.sound():
        raise damaged(files.folder, "header_mac")
    return header


def label_of(files: FolderFiles) -> str:
    """Return the name the user gave, or that of the folder where it cannot be read."""
    data = files.found.get("name")
    try:
        text = bytes(views.read(data or b"").children(der.SEQUENCE)[0].content)
    except (DerError, IndexError):
        return shown(files.folder)
    name = text[:_MAX_NAME].decode("cp1251", "replace").strip("\0 ")
    return name or shown(files.folder)


def _refuse_ccm(content: View) -> None:
    """Name the form that is known but not read, wherever in the header its OID stands."""
    for child in content.children(der.SEQUENCE):
        if not child.tag & CONSTRUCTED:
            continue
        for oid in _oids(child, 4):
            if oid == _CCM or oid.startswith(f"{_CCM}."):
                raise RoscherkError(
                    ErrorCode.KEY_UNSUPPORTED, algorithm=oid, format="CryptoPro AES-256-CCM"
                )


def _oids(view: View, depth: int) -> tuple[str, ...]:
    if view.tag == der.OID:
        return (view.oid(),)
    if not view.tag & CONSTRUCTED or not depth:
        return ()
    return tuple(oid for child in view.children() for oid in _oids(child, depth - 1))


def _fields(content: View) -> _Fields:
    found = _Fields()
    for child in content.children(der.SEQUENCE):
        if child.tag & CONTEXT:
            number = child.tag & 0x1F
            if number in found.tagged:
                raise DerError("twice")
            found.tagged[number] = child
        elif child.tag == der.BIT_STRING:
            found.flags = child.bits()
        elif child.tag == der.SEQUENCE and found.first is None:
            found.first = child
    return found


def _password_mac(fields: _Fields) -> bytes | None:
    """Return the MAC; four zeros stand there where no password was set."""
    told = fields.tagged.get(2)
    if told is None or not any(told.content):
        return None
    return _sized(told.content, _MAC)


def _keys(fields: _Fields) -> dict[int, KeyParameters]:
    """Return the keys by number; each has its certificate and its fingerprint."""
    keys = {}
    first = None if _PRIMARY_ABSENT in fields.flags else fields.first
    for number, told in ((1, first), (2, fields.tagged.get(4))):
        if told is None:
            continue
        fingerprint = fields.tagged.get(9 + number)
        certificate = fields.tagged.get(4 + number)
        if fingerprint is None:
            raise DerError("fingerprint")
        keys[number] = _key(
            told,
            _sized(fingerprint.content, _FINGERPRINT),
            None if certificate is None else bytes(certificate.content),
            fields.tagged.get(12),
        )
    return keys


def _key(
    told: View, fingerprint: bytes, certificate: bytes | None, extensions: View | None
) -> KeyParameters:
    flags, algorithm = told.children()[:2]
    kind, parameters = algorithm.children(CONTEXT | CONSTRUCTED)[:2]
    oid = kind.oid()
    known = names.GOST_KEY_OIDS.get(oid) or _AGREEMENTS.get(oid)
    if known is None:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=oid)
    curve, digest, *rest = (child.oid() for child in parameters.children(der.SEQUENCE))
    old = digest == _GOST94_DIGEST
    _demand_curve(curve, known)
    sbox = rest[0] if rest else ciphers.CRYPTOPRO_A if old else ciphers.TC26_Z
    if sbox not in ciphers.SBOXES:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=sbox)
    return KeyParameters(
        algorithm=known,
        curve=curve,
        # Also for keys of 512 bits.
        digest="gost94" if old else "streebog256",
        sbox=sbox,
        exportable=_EXPORTABLE in flags.bits(),
        not_after=_not_after(extensions, _VALIDITY[_EXCHANGE in flags.bits()]),
        fingerprint=fingerprint,
        certificate=certificate,
    )


def _demand_curve(oid: str, algorithm: KeyAlgorithm) -> None:
    """Refuse a curve that is not known, is for tests only, or has another size."""
    curve = curves.find(oid)
    if curve is None or curve.test or (curve.size == 64) != (algorithm is KeyAlgorithm.GOST_512):
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=oid)


def _not_after(extensions: View | None, wanted: str) -> datetime | None:
    """Read the term of a key: SEQUENCE { [1] GeneralizedTime }; None where it cannot be read."""
    try:
        for each in () if extensions is None else extensions.children():
            oid, value, *_ = each.children(der.SEQUENCE)
            if oid.oid() == wanted:
                period = views.read(value.octets()).children(der.SEQUENCE)
                text = next(bytes(part.content) for part in period if part.tag == CONTEXT | 1)
                return datetime.strptime(text.decode("ascii"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except (DerError, ValueError, StopIteration):
        return None
    return None


def _sized(octets: memoryview, size: int) -> bytes:
    if len(octets) != size:
        raise DerError("size")
    return bytes(octets)
