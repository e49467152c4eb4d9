"""From the password to the private key of a container, with every check on the way.

The key in ``primary.key`` is encrypted under a key derived from the password and multiplied by a
mask, which lies beside it. Two copies lie there under two masks; CSP writes a new mask each time
it opens a container, so nothing of this is kept. What decides is the public key: its X begins with
the fingerprint of the header.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager

from app.algorithms import der, views
from app.algorithms.der import DerError
from app.algorithms.gost import calls, ciphers, curves, kdf
from app.algorithms.gost.curves import Curve
from app.algorithms.gost.library import SecureMemory
from app.algorithms.gost.signing import PrivateKey
from app.algorithms.views import CONTEXT, View
from app.errors import ErrorCode, RoscherkError
from app.tokens.cryptopro.files import FolderFiles, damaged
from app.tokens.cryptopro.header import Header, KeyParameters
from app.values import dataclass

_PAIRS = (("primary", "masks"), ("primary2", "masks2"))
_SALT = 12

MASK_MAC = "mask_mac"
"""The mask is not as its own check says. Some real containers are so: it is no damage."""
RESERVE_USED = "reserve_used"
"""The first copy of the key was of no use; the second one was."""


@dataclass(frozen=True)
class _Masked:
    """One copy of the key: encrypted, with its mask and the salt of the password."""

    encrypted: bytes
    mask: bytes
    salt: bytes
    mac: bytes


@contextmanager
def unlocked(
    files: FolderFiles, header: Header, number: int, password: bytearray, warnings: list[str]
) -> Iterator[PrivateKey]:
    """Decrypt key ``number`` for a moment; what is odd but no fault is put into ``warnings``.

    Raises ``PASSWORD_WRONG``; ``CONTAINER_DAMAGED`` where the password is right and the key does
    not come out; ``KEY_NOT_FOUND`` for a number that is not there.
    """
    parameters = header.keys.get(number)
    if parameters is None:
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND, name=header.label, reason="no_key")
    known = _password_fits(header, password)
    if known is False:
        raise RoscherkError(ErrorCode.PASSWORD_WRONG, name=header.label)
    key = _first_that_fits(files, header, number, password, warnings)
    if key is None:
        if known is None and (password or header.has_password):
            # Nothing tells a wrong password from damage here; the first is likelier.
            raise RoscherkError(ErrorCode.PASSWORD_WRONG, name=header.label)
        raise damaged(files.folder, "key").with_facts(name=header.label)
    with key:
        yield key


def _password_fits(header: Header, password: bytearray) -> bool | None:
    """Ask the MAC of the password, which knows nothing of the keys; None: there is none."""
    if header.password_mac is None:
        return None
    first = header.keys[min(header.keys)]
    key = kdf.cryptopro_kdf(first.digest, password, first.fingerprint)
    try:
        told = ciphers.mac(key, bytes(16), first.sbox)
    finally:
        key[:] = bytes(len(key))
    return hmac.compare_digest(told, header.password_mac)


def _first_that_fits(
    files: FolderFiles, header: Header, number: int, password: bytearray, warnings: list[str]
) -> PrivateKey | None:
    curve = curves.by_oid(header.keys[number].curve)
    for place, (primary, masks) in enumerate(_PAIRS):
        masked = _masked(files, primary, masks, number, curve.size)
        if masked is None:
            continue
        key = _open(masked, header, number, password, curve)
        if key is None:
            continue
        if not _mask_sound(masked, header.keys[number]):
            warnings.append(MASK_MAC)
        if place:
            warnings.append(RESERVE_USED)
        return key
    return None


def _masked(files: FolderFiles, primary: str, masks: str, number: int, size: int) -> _Masked | None:
    """Read one copy; None: it is not there, or not whole."""
    if primary not in files.found or masks not in files.found:
        return None
    try:
        mask, salt, mac = (
            bytes(each.octets())
            for each in views.read(files.found[masks]).children(der.SEQUENCE)[:3]
        )
        encrypted = bytes(_encrypted(files.found[primary], number).content)
    except (DerError, ValueError):
        return None
    if len(encrypted) != size or len(mask) != size or len(salt) < _SALT:
        return None
    return _Masked(encrypted, mask, salt[:_SALT], mac)


def _encrypted(data: bytes, number: int) -> View:
    """Find the first key, an OCTET STRING, or the second, under [0]."""
    wanted = der.OCTET_STRING if number == 1 else CONTEXT
    for child in views.read(data).children(der.SEQUENCE):
        if child.tag == wanted:
            return child
    raise DerError("key")


def _open(
    masked: _Masked, header: Header, number: int, password: bytearray, curve: Curve
) -> PrivateKey | None:
    """Decrypt, take the mask off, and compare the public key; None: it is another one."""
    parameters = header.keys[number]
    digest = header.keys[min(header.keys)].digest
    key = kdf.cryptopro_kdf(digest, password, masked.salt)
    try:
        plain = ciphers.decrypt_blocks(key, masked.encrypted, parameters.sbox)
    finally:
        key[:] = bytes(len(key))
    with _memory(plain) as number_masked, _memory(bytearray(masked.mask)) as mask:
        private = calls.quotient(curve, number_masked, mask)
    if private is None or not calls.in_range(curve, private):
        return None
    found = PrivateKey(curve, private)
    if not hmac.compare_digest(
        found.public()[: len(parameters.fingerprint)], parameters.fingerprint
    ):
        found.wipe()
        return None
    return found


@contextmanager
def _memory(octets: bytearray) -> Iterator[SecureMemory]:
    """Move little-endian octets into secure memory, big-endian; the buffer is wiped."""
    memory = SecureMemory(len(octets))
    place, last = memory.octets, len(octets) - 1
    for index in range(len(octets)):
        place[index] = octets[last - index]
    octets[:] = bytes(len(octets))
    with memory:
        yield memory


def _mask_sound(masked: _Masked, parameters: KeyParameters) -> bool:
    """Tell whether the mask has its own MAC, with any of the S-boxes that are met."""
    return any(
        ciphers.mac(masked.mask[-32:], masked.salt, sbox) == masked.mac
        for sbox in (parameters.sbox, ciphers.CRYPTOPRO_A, ciphers.TC26_Z)
    )
