"""Who plays in practice mode: names that nobody can take for real, numbers that nobody has.

The numbers have right check digits, so that every check of their form passes, and lie in ranges
that are not given out:

- ИНН begin with the code of a tax region; region 00 does not exist.
- ОГРН tell the year of the entry after their first digit; the register began in 2002, here it
  is the year 00, and again region 00.
- СНИЛС 000-000-001 lies among the numbers below 001-001-998, which were set aside before the
  first one was issued.
"""

from app.crypto.certificates import names
from app.crypto.certificates.building import NamePart, encode_name

TOOL = "Росчерк, учебный режим, не СКЗИ"
"""subjectSignTool of every practice certificate. `fields.PRACTICE_TOOL` recognises it."""

ISSUER_TOOLS = (
    TOOL,
    TOOL,
    "УЧЕБНЫЙ, сертификата соответствия нет",
    "УЧЕБНЫЙ, сертификата соответствия нет",
)

INN = "000000000184"
INN_LE = "0000000018"
OGRN = "1000000000010"
SNILS = "00000000101"

_PLACE = (
    NamePart(names.COUNTRY, "RU"),
    NamePart(names.REGION, "77 г. Москва"),
    NamePart(names.LOCALITY, "г. Москва"),
    NamePart(names.STREET, "УЧЕБНЫЙ проезд, д. 1"),
)


def root() -> bytes:
    """Return the name of the root."""
    return _authority("УЧЕБНЫЙ корневой УЦ Росчерка")


def issuing() -> bytes:
    """Return the name of the authority that issues the person's certificate."""
    return _authority("УЧЕБНЫЙ удостоверяющий центр Росчерка")


def _authority(common_name: str) -> bytes:
    return encode_name(
        [
            *_PLACE,
            NamePart(names.ORGANIZATION, "УЧЕБНЫЙ УЦ, не аккредитован"),
            NamePart(names.COMMON_NAME, common_name),
            NamePart(names.INN_LE, INN_LE),
            NamePart(names.OGRN, OGRN),
        ]
    )


def person() -> bytes:
    """Return the name of the signer: a person with the right to sign for a firm."""
    return encode_name(
        [
            *_PLACE,
            NamePart(names.ORGANIZATION, "ООО «УЧЕБНЫЙ ПРИМЕР»"),
            NamePart(names.TITLE, "Генеральный директор"),
            NamePart(names.SURNAME, "УЧЕБНЫЙ"),
            NamePart(names.GIVEN_NAME, "Пример Примерович"),
            NamePart(names.COMMON_NAME, "УЧЕБНЫЙ Пример Примерович"),
            NamePart(names.INN, INN),
            NamePart(names.INN_LE, INN_LE),
            NamePart(names.OGRN, OGRN),
            NamePart(names.SNILS, SNILS),
        ]
    )
