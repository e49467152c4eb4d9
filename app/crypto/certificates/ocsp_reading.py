"""Answers of OCSP responders, read strictly (RFC 6960 §4.2): bytes in, plain values out.

A whole OCSPResponse and a bare BasicOCSPResponse are both read: the first comes from a responder,
the second lies in signatures. Whether an answer may be believed is not decided here.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.algorithms import der
from app.crypto.certificates.distribution_points import CRL_REASONS
from app.crypto.certificates.outline import Extension
from app.values import dataclass

LARGEST = 1 << 20
"""Octets. An answer about one certificate takes a few thousand."""
MOST_STATEMENTS = 64
MOST_CERTIFICATES = 32

NONCE = "1.3.6.1.5.5.7.48.1.2"
CERT_HASH = "1.3.36.8.3.13"
_BASIC = "1.3.6.1.5.5.7.48.1.1"
_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"
_HARMLESS = frozenset(
    {
        NONCE,
        CERT_HASH,
        _ARCHIVE_CUTOFF,
        "1.3.6.1.5.5.7.48.1.3",  # which list the answer was taken from
        "1.3.6.1.5.5.7.48.1.9",  # numbers never issued are answered as revoked
    }
)
"""Extensions that are understood, critical or not."""

_ENUMERATED = 0x0A
_GENERALIZED_TIME = 0x18
_GOOD, _REVOKED, _UNKNOWN = 0x80, 0xA1, 0x82
_SUCCESSFUL = 0


class OcspError(ValueError):
    """The bytes are no answer that could be used; ``problem`` is the code. Caught in this room."""

    def __init__(self, problem: str) -> None:
        """Keep the code of the problem."""
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What an answer says of one certificate (SingleResponse)."""

    hash_oid: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial: bytes
    """Content octets of the INTEGER."""
    status: str
    """``good``, ``revoked`` or ``unknown``."""
    revoked_at: datetime | None = None
    reason: str | None = None
    this_update: datetime
    next_update: datetime | None = None
    certificate_hash: tuple[str, bytes] | None = None
    """Digest OID and digest of the certificate that is meant (CertHash of Common PKI)."""
    archive_cutoff: datetime | None = None
    """From this moment on expired certificates are still answered for (RFC 6960 §4.4.4)."""
    unknown_critical: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class OcspAnswer:
    """One BasicOCSPResponse, taken apart."""

    encoded: bytes
    """The BasicOCSPResponse in DER."""
    tbs: bytes
    algorithm: bytes
    signature: bytes
    responder_name: bytes | None
    """DER of the name, or None where the responder is named by its key."""
    responder_key_hash: bytes | None
    """SHA-1 of the responder's public key."""
    produced_at: datetime
    statements: tuple[Statement, ...]
    nonce: bytes | None
    """The value of the extension as it stands."""
    unknown_critical: bool
    certificates: tuple[bytes, ...]
    """DER, as sent along."""


def read_answer(data: bytes) -> OcspAnswer:
    """Read an OCSPResponse or a BasicOCSPResponse in DER.

    Raises `OcspError` with ``ocsp_status`` where the responder refused to answer, and with
    ``ocsp_damaged`` for anything that is not exactly such a structure.
    """
    if len(data) > LARGEST:
        raise OcspError("ocsp_damaged")
    try:
        return _read_basic(_basic_of(data))
    except (der.DerError, ValueError, IndexError) as error:
        if isinstance(error, OcspError):
            raise
        raise OcspError("ocsp_damaged") from error


def _basic_of(data: bytes) -> bytes:
    """Return the BasicOCSPResponse inside an OCSPResponse, or the one that ``data`` is."""
    first, *rest = der.read(data).children(der.SEQUENCE)
    if first.tag != _ENUMERATED:
        return data
    if first.content != bytes((_SUCCESSFUL,)):
        raise OcspError("ocsp_status")
    (wrapped,) = rest
    (inner,) = wrapped.children(0xA0)
    kind, value = inner.children(der.SEQUENCE)
    if kind.as_oid() != _BASIC or value.tag != der.OCTET_STRING:
        raise OcspError("ocsp_damaged")
    return value.content


def _read_basic(encoded: bytes) -> OcspAnswer:
    tbs, algorithm, signature, *rest = der.read(encoded).children(der.SEQUENCE)
    if signature.tag != der.BIT_STRING or signature.content[:1] != b"\0" or len(rest) > 1:
        raise der.DerError("signature")
    certificates: Sequence[der.Value] = ()
    if rest:
        (listed,) = rest[0].children(0xA0)
        certificates = listed.children(der.SEQUENCE)
    fields = list(tbs.children(der.SEQUENCE))
    if fields[0].tag == 0xA0:
        (version,) = fields.pop(0).children()
        if version.as_integer() != 0:
            raise der.DerError("version")
    responder, produced, responses, *more = fields
    extensions = _extensions(more, 0xA1)
    statements = responses.children(der.SEQUENCE)
    if len(statements) > MOST_STATEMENTS or len(certificates) > MOST_CERTIFICATES:
        raise der.DerError("too many")
    name, key_hash = _responder(responder)
    return OcspAnswer(
        encoded=encoded,
        tbs=_whole(tbs),
        algorithm=_whole(algorithm),
        signature=signature.content[1:],
        responder_name=name,
        responder_key_hash=key_hash,
        produced_at=_time(produced),
        statements=tuple(_statement(one) for one in statements),
        nonce=next((one.value for one in extensions if one.oid == NONCE), None),
        unknown_critical=_unknown_critical(extensions),
        certificates=tuple(_whole(one) for one in certificates),
    )


def _responder(value: der.Value) -> tuple[bytes | None, bytes | None]:
    (inner,) = value.children()
    if value.tag == 0xA1 and inner.tag == der.SEQUENCE:
        return _whole(inner), None
    if value.tag == 0xA2 and inner.tag == der.OCTET_STRING:
        return None, inner.content
    raise der.DerError("responder")


def _statement(value: der.Value) -> Statement:
    identifier, status, this_update, *rest = value.children(der.SEQUENCE)
    algorithm, name_hash, key_hash, serial = identifier.children(der.SEQUENCE)
    octets = {name_hash.tag, key_hash.tag} == {der.OCTET_STRING}
    if not octets or serial.tag != der.INTEGER or not serial.content:
        raise der.DerError("identifier")
    next_update = None
    if rest and rest[0].tag == 0xA0:
        (moment,) = rest.pop(0).children()
        next_update = _time(moment)
    extensions = _extensions(rest, 0xA1)
    word, revoked_at, reason = _status(status)
    return Statement(
        hash_oid=algorithm.children(der.SEQUENCE)[0].as_oid(),
        issuer_name_hash=name_hash.content,
        issuer_key_hash=key_hash.content,
        serial=serial.content,
        status=word,
        revoked_at=revoked_at,
        reason=reason,
        this_update=_time(this_update),
        next_update=next_update,
        certificate_hash=_certificate_hash(extensions),
        archive_cutoff=_archive_cutoff(extensions),
        unknown_critical=_unknown_critical(extensions),
    )


def _status(value: der.Value) -> tuple[str, datetime | None, str | None]:
    if value.tag in {_GOOD, _UNKNOWN} and not value.content:
        return "good" if value.tag == _GOOD else "unknown", None, None
    if value.tag != _REVOKED:
        raise der.DerError("status")
    moment, *rest = value.children()
    reason = None
    if rest:
        (wrapped,) = rest
        (number,) = wrapped.children(0xA0)
        if number.tag != _ENUMERATED or len(number.content) != 1:
            raise der.DerError("reason")
        reason = CRL_REASONS[number.content[0]]
    return "revoked", _time(moment), reason


def _extensions(rest: Sequence[der.Value], tag: int) -> tuple[Extension, ...]:
    """Read the optional extensions that end a structure; nothing else may stand there."""
    if not rest:
        return ()
    (wrapped,) = rest
    (listed,) = wrapped.children(tag)
    found = tuple(Extension.read(one) for one in listed.children(der.SEQUENCE))
    if len({one.oid for one in found}) != len(found):
        raise der.DerError("repeated extension")
    return found


def _unknown_critical(extensions: Sequence[Extension]) -> bool:
    return any(one.critical and one.oid not in _HARMLESS for one in extensions)


def _certificate_hash(extensions: Sequence[Extension]) -> tuple[str, bytes] | None:
    for one in extensions:
        if one.oid == CERT_HASH:
            algorithm, value = der.read(one.value).children(der.SEQUENCE)
            if value.tag != der.OCTET_STRING:
                raise der.DerError("certHash")
            return algorithm.children(der.SEQUENCE)[0].as_oid(), value.content
    return None


def _archive_cutoff(extensions: Sequence[Extension]) -> datetime | None:
    found = [one.value for one in extensions if one.oid == _ARCHIVE_CUTOFF]
    return _time(der.read(found[0])) if found else None


def _time(value: der.Value) -> datetime:
    """Read a GeneralizedTime as RFC 5280 §4.1.2.5.2 wants it: UTC, seconds, no fractions."""
    if value.tag != _GENERALIZED_TIME or len(value.content) != len("YYYYMMDDHHMMSSZ"):
        raise der.DerError("time")
    return datetime.strptime(value.content.decode("ascii"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _whole(value: der.Value) -> bytes:
    return der.element(value.tag, value.content)
