"""One certificate in, its facts out: every field a person may want to see, Russian ones included."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from asn1crypto import core

from app.crypto.certificates import schema
from app.crypto.certificates.display import display_text
from app.crypto.certificates.extensions import read_extensions
from app.crypto.certificates.keys import describe_key
from app.crypto.certificates.names import read_name
from app.crypto.verdict.facts import CertificateFacts
from app.errors import ErrorCode, RoscherkError

__all__ = ["PRACTICE_TOOL", "describe", "display_text", "open_certificate"]

PRACTICE_TOOL = "Росчерк, учебный режим, не СКЗИ"
"""The subjectSignTool of every certificate of practice mode: its mark (decision 16)."""

LARGEST = 1 << 20
"""No certificate is larger than this; real ones take a few kilobytes."""

_MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What asn1crypto raises on bytes that are not what they should be; it has no type of its own."""


def describe(der: bytes) -> CertificateFacts:
    """Return the facts of a certificate in DER; raise ``CERTIFICATE_DAMAGED`` if it is none.

    Oddities of real certificates are read, not refused: wrong string tags, text that is no text
    (shown as ``#hex``), unreadable extensions (named in ``unknown_critical`` where they matter).
    """
    certificate = open_certificate(der)
    try:
        return _facts(der, certificate)
    except _MALFORMED as error:
        raise _damaged(error) from error


def open_certificate(der: bytes) -> schema.Certificate:
    """Parse the outline of a certificate; raise ``CERTIFICATE_DAMAGED`` if it is none."""
    if len(der) > LARGEST:
        raise RoscherkError(ErrorCode.CERTIFICATE_DAMAGED, size=len(der))
    try:
        certificate: schema.Certificate = schema.Certificate.load(der, strict=True)
        certificate["tbs_certificate"]["extensions"]  # the last field: all before it are parsed
    except _MALFORMED as error:
        raise _damaged(error) from error
    return certificate


def _damaged(error: Exception) -> RoscherkError:
    return RoscherkError(ErrorCode.CERTIFICATE_DAMAGED, cause=type(error).__name__)


def _facts(der: bytes, certificate: schema.Certificate) -> CertificateFacts:
    tbs = certificate["tbs_certificate"]
    extensions = tbs["extensions"]
    found = read_extensions(None if isinstance(extensions, core.Void) else extensions)
    key = describe_key(tbs["subject_public_key_info"].dump())
    return CertificateFacts(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        # The thumbprint that Windows and КриптоПро show; it identifies, it protects nothing.
        sha1=hashlib.sha1(der, usedforsecurity=False).hexdigest(),
        serial=_serial(tbs["serial_number"].contents),
        subject=read_name(tbs["subject"]),
        issuer=read_name(tbs["issuer"]),
        not_before=_moment(tbs["validity"]["not_before"]),
        not_after=_moment(tbs["validity"]["not_after"]),
        key_algorithm=key.algorithm,
        key_size=key.size,
        curve=key.curve,
        signature_oid=certificate["signature_algorithm"]["algorithm"].dotted,
        unknown_critical=tuple(found.unknown_critical),
        practice=found.fields.get("subject_sign_tool") == PRACTICE_TOOL,
        **found.fields,
    )


def _serial(contents: bytes) -> str:
    """Return the number as people compare it: hex, without the octet that only carries the sign."""
    if len(contents) > 1 and contents[0] == 0:
        contents = contents[1:]
    return contents.hex().upper()


def _moment(value: Any) -> datetime:
    parsed = core.load(value.dump())
    if not isinstance(parsed, core.UTCTime | core.GeneralizedTime):
        raise TypeError(value)
    moment = parsed.native
    if not isinstance(moment, datetime):
        raise ValueError(moment)  # noqa: TRY004 - asn1crypto's own type for the year 0
    return moment.astimezone(UTC)
