"""The two messages of the protocol: TimeStampReq written, TimeStampResp read (RFC 3161 §2.4)."""

from app.algorithms import names
from app.crypto.cms import tlv
from app.values import dataclass

REQUEST_TYPE = "application/timestamp-query"
MAX_RESPONSE = 1 << 20
_TRUE = b"\x01\x01\xff"
_UTF8_STRING = 0x0C
_GRANTED = frozenset({0, 1})
_LONGEST_TEXT = 300
_FAILURES = {
    0: "bad_alg",
    2: "bad_request",
    5: "bad_data_format",
    14: "time_not_available",
    15: "unaccepted_policy",
    16: "unaccepted_extension",
    17: "add_info_not_available",
    25: "system_failure",
}
UNSPECIFIED = "unspecified"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked for."""

    digest_name: str
    digest: bytes
    nonce: int
    policy: str | None = None
    """Dotted OID; None: the authority's own choice."""

    def encode(self) -> bytes:
        """Return the TimeStampReq in DER; the authority's certificate is asked for."""
        # SHA and Streebog without parameters (RFC 5754 §2, RFC 9215 §3).
        algorithm = tlv.encode(
            tlv.SEQUENCE, tlv.encode_oid(names.digest_by_name(self.digest_name).oid)
        )
        imprint = tlv.encode(tlv.SEQUENCE, algorithm, tlv.encode(tlv.OCTET_STRING, self.digest))
        policy = b"" if self.policy is None else tlv.encode_oid(self.policy)
        return tlv.encode(
            tlv.SEQUENCE,
            tlv.encode_integer(1),
            imprint,
            policy,
            tlv.encode_integer(self.nonce),
            _TRUE,
        )


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the authority answered."""

    granted: bool
    token: bytes | None
    """The ContentInfo as it came."""
    failure: str = UNSPECIFIED
    """Why not: the name of a bit of PKIFailureInfo."""
    text: str = ""
    """The authority's own words, a stranger's."""


def read_response(data: bytes) -> Response:
    """Read a TimeStampResp; raise ``FORMAT_DAMAGED`` or ``FORMAT_TOO_COMPLEX`` if it is none."""
    if len(data) > MAX_RESPONSE:
        raise tlv.damaged("response_too_large", 0)
    outer = tlv.read_whole(data)
    if outer.tag != tlv.SEQUENCE or outer.indefinite:
        raise tlv.damaged("response_expected", 0)
    parts = outer.walker()
    info = parts.take(tlv.SEQUENCE).walker()
    token = parts.take_if(tlv.SEQUENCE)
    parts.finish()
    status = tlv.small_integer(info.take(tlv.INTEGER))
    texts, bits = info.take_if(tlv.SEQUENCE), info.take_if(tlv.BIT_STRING)
    info.finish()
    return Response(
        granted=status in _GRANTED,
        token=None if token is None else token.raw,
        failure=UNSPECIFIED if bits is None else _failure(bits),
        text="" if texts is None else _text(texts),
    )


def _failure(bits: tlv.Element) -> str:
    """Return the name of the first bit that is set and has one."""
    unused, octets = bits.contents[:1], bits.contents[1:]
    if not unused or unused[0] > 7 or len(octets) > 16:
        raise tlv.damaged("bit_string_expected", bits.start)
    for place, name in _FAILURES.items():
        octet, bit = divmod(place, 8)
        if octet < len(octets) and octets[octet] & 0x80 >> bit:
            return name
    return UNSPECIFIED


def _text(texts: tlv.Element) -> str:
    """Join the words of the authority; only UTF-8 is what the standard allows."""
    words = []
    for text in texts.children(100):
        if text.tag != _UTF8_STRING:
            raise tlv.damaged("text_expected", text.start)
        words.append(text.contents.decode("utf-8", "replace"))
    return " ".join(words)[:_LONGEST_TEXT]
