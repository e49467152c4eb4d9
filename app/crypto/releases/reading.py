"""A note about a version and its signature: Ed25519 over the very octets of the note (RFC 8032)."""

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.crypto.releases.model import SCHEMA, Release, ReleasedFile, ReleaseKey, version_of
from app.errors import ErrorCode, RoscherkError
from app.shapes import read_json
from app.values import dataclass

LARGEST_NOTE: Final = 256 << 10
LARGEST_SIGNATURE: Final = 256
_MOST_FILES: Final = 100
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+~-]{0,119}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ABOUT: Final = re.compile(r"https://[!-~]{1,300}")


@dataclass(frozen=True)
class _Note:
    schema: str
    version: str
    date: date
    files: tuple[ReleasedFile, ...]
    about: str = ""


def read_note(note: bytes, signature: bytes, keys: Iterable[ReleaseKey]) -> Release:
    """Check the signature and only then read what was signed.

    Raises ``RELEASE_NOTE_SIGNATURE`` and ``RELEASE_NOTE_DAMAGED``.
    """
    key = _signer(note, signature, keys)
    try:
        told = read_json(note, _Note)
        version_of(told.version)
        sound = told.schema == SCHEMA and len(told.files) <= _MOST_FILES
        sound = sound and all(map(_is_sound, told.files))
        sound = sound and (not told.about or _ABOUT.fullmatch(told.about) is not None)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        sound = False
    if not sound:
        raise RoscherkError(ErrorCode.RELEASE_NOTE_DAMAGED)
    return Release(
        version=told.version, date=told.date, key=key, about=told.about, files=told.files
    )


def _signer(note: bytes, signature: bytes, keys: Iterable[ReleaseKey]) -> str:
    try:
        raw = base64.b64decode(signature.strip(), validate=True)
    except binascii.Error:
        raise RoscherkError(ErrorCode.RELEASE_NOTE_SIGNATURE) from None
    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(raw, note)
        except (InvalidSignature, ValueError):
            continue
        return key.name
    raise RoscherkError(ErrorCode.RELEASE_NOTE_SIGNATURE)


def _is_sound(file: ReleasedFile) -> bool:
    named = _NAME.fullmatch(file.name) is not None
    return named and file.size >= 0 and _DIGEST.fullmatch(file.sha256) is not None
