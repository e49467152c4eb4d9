"""Distinguished names: read whatever the certificate holds, and write it as RFC 4514 text."""

from asn1crypto import core

from app.crypto.certificates import schema
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
    12: "utf-8",  # UTF8String
    18: "ascii",  # NumericString
    19: "ascii",  # PrintableString
    20: "latin-1",  # TeletexString, as every other reader takes it
    22: "ascii",  # IA5String
    26: "ascii",  # VisibleString
    28: "utf-32-be",  # UniversalString
    30: "utf-16-be",  # BMPString
}
"""How a string is decoded: by its own tag, not by the one its attribute ought to have."""

_ESCAPED = frozenset('"+,;<>\\')


def read_name(value: schema.RelativeNames) -> Name:
    """Take a name apart; of a repeated attribute the first one fills the field."""
    fields: dict[str, str] = {}
    parts = []
    for relative in value:
        pairs = [(pair["type"].dotted, pair["value"].dump()) for pair in relative]
        for oid, der in pairs:
            text = string_of(der)
            field = _FIELDS.get(oid)
            if field is not None and text is not None:
                fields.setdefault(field, text)
        parts.append("+".join(_pair_text(oid, der) for oid, der in pairs))
    return Name(text=",".join(parts), **fields)


def string_of(der: bytes) -> str | None:
    """Decode one string value; None if it is no string or does not hold what its tag promises."""
    value = core.load(der)
    if value.class_ != 0 or value.method != 0:
        return None
    codec = _CODECS.get(value.tag)
    if codec is None:
        return None
    try:
        return bytes(value.contents).decode(codec)
    except UnicodeDecodeError:
        return None


def _pair_text(oid: str, der: bytes) -> str:
    text = _postal_address(der) if oid == POSTAL_ADDRESS else string_of(der)
    value = "#" + der.hex().upper() if text is None else escape(text)
    return f"{_KEYWORDS.get(oid, oid)}={value}"


def _postal_address(der: bytes) -> str | None:
    """Join the lines of a PostalAddress, a sequence of strings, as RFC 4517 §3.3.28 writes it."""
    value = core.load(der)
    if not isinstance(value, core.Sequence):
        return string_of(der)
    lines = [string_of(value[index].dump()) for index in range(len(value))]
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
