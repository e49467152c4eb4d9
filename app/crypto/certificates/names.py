"""Distinguished names: read whatever the certificate holds, and write it as RFC 4514 text."""

import re
import unicodedata

from app.algorithms import der
from app.crypto.verdict.facts import Name

INN = "1.2.643.3.131.1.1"
INN_LE = "1.2.643.100.4"
OGRN = "1.2.643.100.1"
SNILS = "1.2.643.100.3"
OGRNIP = "1.2.643.100.5"

COMMON_NAME = "2.5.4.3"
SURNAME = "2.5.4.4"
COUNTRY = "2.5.4.6"
LOCALITY = "2.5.4.7"
REGION = "2.5.4.8"
STREET = "2.5.4.9"
ORGANIZATION = "2.5.4.10"
ORGANIZATIONAL_UNIT = "2.5.4.11"
TITLE = "2.5.4.12"
POSTAL_ADDRESS = "2.5.4.16"
GIVEN_NAME = "2.5.4.42"
EMAIL = "1.2.840.113549.1.9.1"

_KEYWORDS = {
    COMMON_NAME: "CN",
    SURNAME: "SN",
    "2.5.4.5": "serialNumber",
    COUNTRY: "C",
    LOCALITY: "L",
    REGION: "ST",
    STREET: "STREET",
    ORGANIZATION: "O",
    ORGANIZATIONAL_UNIT: "OU",
    TITLE: "T",
    "2.5.4.13": "description",
    POSTAL_ADDRESS: "postalAddress",
    "2.5.4.17": "postalCode",
    "2.5.4.20": "telephoneNumber",
    "2.5.4.41": "name",
    GIVEN_NAME: "G",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    EMAIL: "E",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "1.2.840.113549.1.9.8": "unstructuredAddress",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    INN: "INN",
    INN_LE: "INNLE",
    OGRN: "OGRN",
    SNILS: "SNILS",
    OGRNIP: "OGRNIP",
}
"""Keywords of RFC 4514 and of RFC 9215 §5; anything else is written as its dotted OID."""

_FIELDS = {
    COMMON_NAME: "common_name",
    SURNAME: "surname",
    GIVEN_NAME: "given_name",
    TITLE: "title",
    ORGANIZATION: "organization",
    ORGANIZATIONAL_UNIT: "organizational_unit",
    COUNTRY: "country",
    REGION: "region",
    LOCALITY: "locality",
    STREET: "street",
    EMAIL: "email",
    INN: "inn",
    INN_LE: "inn_le",
    SNILS: "snils",
    OGRN: "ogrn",
    OGRNIP: "ogrnip",
}

_CODECS = {
    0x0C: "utf-8",  # UTF8String
    0x12: "ascii",  # NumericString
    0x13: "ascii",  # PrintableString
    0x14: "latin-1",  # TeletexString, as every other reader takes it
    0x16: "ascii",  # IA5String
    0x1A: "ascii",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}
"""How a string is decoded: by its own tag, not by the one its attribute ought to have."""

_UNSEEN = re.compile(
    r"[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u06dd\u070f\u1806\u180b-\u180e"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2063\u206a-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc"
    r"\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
"""What stands for nothing when names are compared (RFC 4518 §2.2)."""

_SET = 0x31
_ESCAPED = frozenset('"+,;<>\\')


NameKey = tuple[tuple[tuple[str, str | bytes], ...], ...]


def read_name(name: bytes) -> Name:
    """Take a name in DER apart; of a repeated attribute the first one fills the field."""
    fields: dict[str, str] = {}
    parts = []
    for relative in _relative_names(name):
        for oid, value in relative:
            field = _FIELDS.get(oid)
            text = _text_of(value)
            if field is not None and text is not None:
                fields.setdefault(field, text)
        parts.append("+".join(_pair_text(oid, value) for oid, value in relative))
    return Name(text=",".join(parts), **fields)


def name_key(name: bytes) -> NameKey:
    """Return what two equal names have in common (RFC 5280 §7.1, rule X-06).

    The type of a string, letter case, and the amount of white space make no difference; the order
    of the parts does. What is no string is compared octet by octet.
    """
    return tuple(
        tuple(sorted(((oid, _prepared(value)) for oid, value in relative), key=str))
        for relative in _relative_names(name)
    )


def string_of(value: bytes) -> str | None:
    """Decode one string in DER; None if it is no string or does not hold what its tag promises."""
    return _text_of(der.read(value))


def _relative_names(name: bytes) -> list[list[tuple[str, der.Value]]]:
    """Return the attributes of each RelativeDistinguishedName; raise DerError on anything else."""
    found = []
    for relative in der.read(name).children(der.SEQUENCE):
        pairs = [pair.children(der.SEQUENCE) for pair in relative.children(_SET)]
        if any(len(pair) != 2 for pair in pairs):
            raise der.DerError("name")
        found.append([(oid.as_oid(), value) for oid, value in pairs])
    return found


def _text_of(value: der.Value) -> str | None:
    codec = _CODECS.get(value.tag)
    if codec is None:
        return None
    try:
        return value.content.decode(codec)
    except UnicodeDecodeError:
        return None


def _prepared(value: der.Value) -> str | bytes:
    """Prepare a value for comparison: the part of RFC 4518 that names of certificates need."""
    text = _text_of(value)
    if text is None:
        return der.element(value.tag, value.content)
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _pair_text(oid: str, value: der.Value) -> str:
    text = _postal_address(value) if oid == POSTAL_ADDRESS else _text_of(value)
    if text is None:
        shown = "#" + der.element(value.tag, value.content).hex().upper()
    else:
        shown = escape(text)
    return f"{_KEYWORDS.get(oid, oid)}={shown}"


def _postal_address(value: der.Value) -> str | None:
    """Join the lines of a PostalAddress, a sequence of strings, as RFC 4517 §3.3.28 writes it."""
    if value.tag != der.SEQUENCE:
        return _text_of(value)
    lines = [_text_of(line) for line in value.children()]
    return None if None in lines else "$".join(line for line in lines if line is not None)


def escape(text: str) -> str:
    """Escape a value as RFC 4514 §2.4 asks."""
    shown = [_escaped(char) for char in text]
    if shown and shown[0] in {" ", "#"}:
        shown[0] = "\\" + shown[0]
    if len(shown) > 1 and shown[-1] == " ":
        shown[-1] = "\\ "
    return "".join(shown)


def _escaped(char: str) -> str:
    if char == "\0":
        return "\\00"
    return "\\" + char if char in _ESCAPED else char
