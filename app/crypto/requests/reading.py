"""A request in, its facts out; whether its signature verifies is one of them."""

import base64
import binascii
import hashlib
import re

from asn1crypto import x509

from app.algorithms import (
    asn1,  # noqa: F401 - registers GOST before anything is parsed
    der,
)
from app.algorithms.names import RSA_PSS_OID
from app.crypto.certificates import extensions as oids
from app.crypto.certificates.extensions import read_extensions
from app.crypto.certificates.fields import PRACTICE_TOOL
from app.crypto.certificates.keys import describe_key
from app.crypto.certificates.names import read_name
from app.crypto.certificates.outline import Extension
from app.crypto.certificates.qualified import doubtful_numbers
from app.crypto.certificates.signed import is_signed_by
from app.crypto.requests.building import EXTENSION_REQUEST
from app.crypto.requests.model import RequestFacts
from app.errors import ErrorCode, RoscherkError

LARGEST = 1 << 20
"""No request is larger than this; real ones take one or two kilobytes."""

_MICROSOFT_EXTENSIONS = "1.3.6.1.4.1.311.2.1.14"
"""The name that Windows gave the attribute of extensions before there was PKCS #9 2.0."""

_ATTRIBUTES = 0xA0
_SET = 0x31
_ARMOUR = re.compile(
    rb"-----BEGIN (NEW )?CERTIFICATE REQUEST-----(?P<text>[^-]{1,1500000})-----END "
)
_SHOWN = frozenset(
    {
        oids.KEY_USAGE,
        oids.EXTENDED_KEY_USAGE,
        oids.POLICIES,
        oids.SUBJECT_KEY_ID,
        oids.SUBJECT_SIGN_TOOL,
        oids.IDENTIFICATION_KIND,
        oids.SUBJECT_ALT_NAME,
    }
)
_FIELDS = (
    "key_usage",
    "extended_key_usage",
    "policies",
    "subject_sign_tool",
    "identification_kind",
)
_NULL = b"\x05\x00"
_NAMES = {"rfc822_name": "email", "dns_name": "dns", "uniform_resource_identifier": "uri"}
_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What asn1crypto raises on bytes that are not what they should be; it has no type of its own."""


def unwrap(data: bytes) -> bytes:
    """Return the DER of a request in a file: DER, PEM by either of its marks, or bare base64.

    Raises ``FILE_EMPTY``, ``FILE_TOO_LARGE``, and ``REQUEST_DAMAGED`` for anything else.
    """
    if not data:
        raise RoscherkError(ErrorCode.FILE_EMPTY)
    if len(data) > LARGEST:
        raise RoscherkError(ErrorCode.FILE_TOO_LARGE, limit=LARGEST)
    if data[:1] == b"\x30":
        return data
    found = _ARMOUR.search(data)
    text = found["text"] if found is not None else data
    try:
        decoded = base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        decoded = b""
    if decoded[:1] != b"\x30":
        raise RoscherkError(ErrorCode.REQUEST_DAMAGED, cause="format")
    return decoded


def describe(data: bytes) -> RequestFacts:
    """Return the facts of a request in DER; raise ``REQUEST_DAMAGED`` if it is none."""
    try:
        return _facts(data)
    except (der.DerError, *_MALFORMED, RoscherkError) as error:
        raise RoscherkError(ErrorCode.REQUEST_DAMAGED, cause=type(error).__name__) from error


def _facts(data: bytes) -> RequestFacts:
    info, algorithm, signature = der.read(data).children(der.SEQUENCE)
    version, subject, public_key, *rest = info.children(der.SEQUENCE)
    if signature.tag != der.BIT_STRING or signature.content[:1] != b"\0":
        raise der.DerError("signature")
    if version.as_integer() != 0 or any(one.tag != _ATTRIBUTES for one in rest) or len(rest) > 1:
        raise der.DerError("info")
    oid, *parameters = algorithm.children(der.SEQUENCE)
    if oid.as_oid() != RSA_PSS_OID and any(_whole(each) != _NULL for each in parameters):
        # They are not signed: what stands there could be anybody's (RFC 4055 §5, 5758 §3, 9215 §2).
        raise der.DerError("parameters")
    spki, signed_with = _whole(public_key), _whole(algorithm)
    key = describe_key(spki)
    name = read_name(_whole(subject))
    extensions, other = _attributes(rest[0] if rest else None)
    found = read_extensions(extensions).fields
    return RequestFacts(
        der=data,
        sha256=hashlib.sha256(data).hexdigest(),
        subject=name,
        public_key=spki,
        key_algorithm=key.algorithm,
        key_size=key.size,
        curve=key.curve,
        signature_oid=oid.as_oid(),
        signature_verifies=_verifies(spki, signed_with, _whole(info), signature.content[1:]),
        alternative_names=tuple(_alternative_names(extensions)),
        other_extensions=tuple(one.oid for one in extensions if one.oid not in _SHOWN),
        other_attributes=other,
        practice=found.get("subject_sign_tool") == PRACTICE_TOOL,
        warnings=tuple(doubtful_numbers(name)),
        **{field: found[field] for field in _FIELDS if field in found},
    )


def _attributes(listed: der.Value | None) -> tuple[tuple[Extension, ...], tuple[str, ...]]:
    """Return the extensions that are asked for, and the OIDs of further attributes."""
    extensions: list[Extension] = []
    other = []
    for attribute in () if listed is None else listed.children():
        oid, values = attribute.children(der.SEQUENCE)
        name = oid.as_oid()
        if name not in {EXTENSION_REQUEST, _MICROSOFT_EXTENSIONS}:
            other.append(name)
            continue
        for value in values.children(_SET):
            extensions += [Extension.read(one) for one in value.children(der.SEQUENCE)]
    return tuple(extensions), tuple(other)


def _verifies(public_key: bytes, algorithm: bytes, info: bytes, signature: bytes) -> bool | None:
    try:
        return is_signed_by(public_key, algorithm, info, signature)
    except RoscherkError as error:
        if error.code is ErrorCode.ALGORITHM_UNSUPPORTED:
            return None
        if error.code is ErrorCode.PUBLIC_KEY_INVALID:
            return False
        raise


def _alternative_names(extensions: tuple[Extension, ...]) -> list[str]:
    found: list[str] = []
    for extension in extensions:
        if extension.oid != oids.SUBJECT_ALT_NAME:
            continue
        for name in x509.GeneralNames.load(extension.value, strict=True):
            kind = _NAMES.get(name.name)
            found.append(name.name if kind is None else f"{kind}:{name.native}")
    return found


def _whole(value: der.Value) -> bytes:
    return der.element(value.tag, value.content)
