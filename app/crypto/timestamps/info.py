"""TSTInfo: what a time-stamp says (RFC 3161 §2.4.2), read strictly and without any library."""

import re
from datetime import UTC, datetime

from app.crypto.cms import tlv
from app.crypto.cms.signer_infos import read_algorithm
from app.crypto.cms.structure import AlgorithmId
from app.values import dataclass

TST_INFO = "1.2.840.113549.1.9.16.1.4"
"""id-ct-TSTInfo: the content type of a token."""

MAX_SIZE = 64 << 10
_BOOLEAN = 0x01
_MILLIS, _MICROS = 0x80, 0x81
_TSA, _EXTENSIONS = 0xA0, 0xA1
_VAGUEST_SECONDS = 3600
"""Who does not know the hour does not tell the time; honest authorities name a second or less."""
_TIME = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z")


@dataclass(frozen=True, kw_only=True)
class TstInfo:
    """The statement of an authority: these octets existed at this time."""

    version: int
    policy: str
    """Dotted OID."""
    digest: AlgorithmId
    imprint: bytes
    serial: int
    time: datetime
    """UTC, to the microsecond."""
    accuracy: float | None
    """Seconds; None: not said."""
    accuracy_sound: bool
    nonce: int | None
    tsa: bytes | None
    """A GeneralName, DER; None: not said."""
    critical: tuple[str, ...]
    """Dotted OIDs of critical extensions."""


def read_info(data: bytes) -> TstInfo:
    """Read a TSTInfo; raise ``FORMAT_DAMAGED`` if it is none."""
    if len(data) > MAX_SIZE:
        raise tlv.damaged("tst_info_too_large", 0)
    parts = _sequence(tlv.read_whole(data)).walker()
    version = tlv.small_integer(parts.take(tlv.INTEGER))
    policy = tlv.oid(parts.take(tlv.OBJECT_IDENTIFIER))
    imprint = parts.take(tlv.SEQUENCE).walker()
    digest = read_algorithm(imprint.take(tlv.SEQUENCE))
    value = tlv.octets(imprint.take(tlv.OCTET_STRING))
    imprint.finish()
    serial = tlv.integer(parts.take(tlv.INTEGER))
    time = _read_time(parts.take(tlv.GENERALIZED_TIME))
    accuracy, sound = _read_accuracy(parts.take_if(tlv.SEQUENCE))
    parts.take_if(_BOOLEAN)
    nonce = parts.take_if(tlv.INTEGER)
    tsa = parts.take_if(_TSA)
    extensions = parts.take_if(_EXTENSIONS)
    parts.finish()
    return TstInfo(
        version=version,
        policy=policy,
        digest=digest,
        imprint=value,
        serial=serial,
        time=time,
        accuracy=accuracy,
        accuracy_sound=sound,
        nonce=None if nonce is None else tlv.integer(nonce),
        tsa=None if tsa is None else _only_child(tsa).raw,
        critical=() if extensions is None else tuple(_critical(extensions)),
    )


def _sequence(element: tlv.Element) -> tlv.Element:
    if element.tag != tlv.SEQUENCE:
        raise tlv.damaged("tst_info_expected", element.start)
    return element


def _only_child(element: tlv.Element) -> tlv.Element:
    parts = element.walker()
    child = parts.take()
    parts.finish()
    return child


def _read_time(element: tlv.Element) -> datetime:
    """Read genTime: UTC, with whatever fraction of a second it gives."""
    match = _TIME.fullmatch(element.contents)
    if match is None:
        raise tlv.damaged("time_expected", element.start)
    *whole, fraction = match.groups()
    micros = int((fraction or b"0").ljust(6, b"0")[:6])
    year, month, day, hour, minute, second = (int(part) for part in whole)
    try:
        return datetime(year, month, day, hour, minute, second, micros, tzinfo=UTC)
    except ValueError as error:
        raise tlv.damaged("time_expected", element.start) from error


def _read_accuracy(element: tlv.Element | None) -> tuple[float | None, bool]:
    """Return the accuracy in seconds, and whether its parts lie within their bounds."""
    if element is None:
        return None, True
    parts = element.walker()
    seconds = parts.take_if(tlv.INTEGER)
    millis, micros = parts.take_if(_MILLIS), parts.take_if(_MICROS)
    parts.finish()
    values = [
        0 if part is None else int.from_bytes(part.contents[:8], "big", signed=True)
        for part in (seconds, millis, micros)
    ]
    long = any(part is not None and len(part.contents) > 4 for part in (seconds, millis, micros))
    sound = (
        not long
        and 0 <= values[0] <= _VAGUEST_SECONDS
        and all(0 <= value <= 999 for value in values[1:])
    )
    return (values[0] + values[1] / 1e3 + values[2] / 1e6, True) if sound else (None, False)


def _critical(extensions: tlv.Element) -> list[str]:
    found = []
    for extension in extensions.children(100):
        parts = _sequence(extension).walker()
        oid = tlv.oid(parts.take(tlv.OBJECT_IDENTIFIER))
        flag = parts.take_if(_BOOLEAN)
        parts.take(tlv.OCTET_STRING)
        parts.finish()
        if flag is not None and any(flag.contents):
            found.append(oid)
    return found
