"""One certificate in, its facts out: every field a person may want to see, Russian ones included."""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from app.algorithms import der
from app.crypto.certificates.extensions import read_extensions
from app.crypto.certificates.keys import describe_key
from app.crypto.certificates.names import read_name
from app.crypto.certificates.outline import Outline, damaged
from app.crypto.verdict.facts import CertificateFacts
from app.errors import ErrorCode, RoscherkError

PRACTICE_TOOL = "Росчерк, учебный режим, не СКЗИ"
"""The subjectSignTool of every certificate of practice mode: its mark (decision 16)."""

LARGEST = 1 << 20
"""No certificate is larger than this; real ones take a few kilobytes."""

REMEMBERED = 16 << 10
"""Octets. Larger certificates are odd, and are not kept in memory from one file to the next."""

_UTC_TIME = 0x17
_GENERALIZED_TIME = 0x18


def describe(data: bytes) -> CertificateFacts:
    """Return the facts of a certificate in DER; raise ``CERTIFICATE_DAMAGED`` if it is none.

    Oddities of real certificates are read, not refused: wrong string tags, text that is no text
    (shown as ``#hex``), unreadable extensions (named in ``unknown_critical`` where they matter).
    """
    if len(data) > LARGEST:
        raise RoscherkError(ErrorCode.CERTIFICATE_DAMAGED, size=len(data))
    return describe_outline(Outline.read(data))


def describe_outline(outline: Outline) -> CertificateFacts:
    """Return the facts of a certificate whose outline was read already.

    They hang on nothing but the bytes, so they are remembered from one file to the next.
    """
    encoded = outline.encoded
    if len(encoded) > REMEMBERED:
        return _described.__wrapped__(encoded)
    return _described(encoded)


@lru_cache(maxsize=512)
def _described(encoded: bytes) -> CertificateFacts:
    try:
        return _facts(Outline.read(encoded))
    except (der.DerError, ValueError, IndexError, RoscherkError) as error:
        raise damaged(error) from error


def _facts(outline: Outline) -> CertificateFacts:
    found = read_extensions(outline.extensions)
    key = describe_key(outline.public_key)
    not_before, not_after = outline.validity
    return CertificateFacts(
        der=outline.encoded,
        sha256=outline.digest.hex(),
        # The thumbprint that Windows and КриптоПро show; it identifies, it protects nothing.
        sha1=hashlib.sha1(outline.encoded, usedforsecurity=False).hexdigest(),
        serial=_serial(outline.serial),
        subject=read_name(outline.subject),
        issuer=read_name(outline.issuer),
        not_before=read_time(not_before),
        not_after=read_time(not_after),
        key_algorithm=key.algorithm,
        key_size=key.size,
        curve=key.curve,
        signature_oid=der.read(outline.outer_algorithm).children()[0].as_oid(),
        unknown_critical=tuple(found.unknown_critical),
        practice=found.fields.get("subject_sign_tool") == PRACTICE_TOOL,
        **found.fields,
    )


def _serial(contents: bytes) -> str:
    """Return the number as people compare it: hex, without the octet that only carries the sign."""
    if len(contents) > 1 and contents[0] == 0:
        contents = contents[1:]
    return contents.hex().upper()


def read_time(value: der.Value) -> datetime:
    """Read a time of RFC 5280 §4.1.2.5; years of two digits from 50 on belong to the last century.

    Times without seconds and times with an offset, which old authorities wrote, are read too.
    """
    text = value.content.decode("ascii")
    if value.tag == _UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif value.tag != _GENERALIZED_TIME:
        raise der.DerError("time")
    digits = len(text) - len(text.lstrip("0123456789"))
    pattern = "%Y%m%d%H%M%S%z" if digits == len("YYYYMMDDHHMMSS") else "%Y%m%d%H%M%z"
    try:
        return datetime.strptime(text, pattern).astimezone(UTC)
    except OverflowError as error:  # an offset that leads out of the years 1 to 9999
        raise der.DerError("time") from error
