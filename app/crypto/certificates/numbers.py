"""Check digits of ИНН, ОГРН, ОГРНИП and СНИЛС (rule RU-08)."""

_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_SNILS = (9, 8, 7, 6, 5, 4, 3, 2, 1)
_SNILS_UNCHECKED = 1_001_998
"""Numbers up to 001-001-998 were given out before there were check digits."""


def inn_of_entity(number: str) -> bool:
    """Tell whether this can be the ИНН of a legal entity: 10 digits, the last one checks."""
    return _digits(number, 10) and _weighed(number, _INN_10) % 11 % 10 == int(number[9])


def inn_of_person(number: str) -> bool:
    """Tell whether this can be the ИНН of a person: 12 digits, the last two check."""
    return (
        _digits(number, 12)
        and _weighed(number, _INN_11) % 11 % 10 == int(number[10])
        and _weighed(number, _INN_12) % 11 % 10 == int(number[11])
    )


def ogrn(number: str) -> bool:
    """Tell whether this can be an ОГРН: 13 digits, the last one checks."""
    return _digits(number, 13) and int(number[:12]) % 11 % 10 == int(number[12])


def ogrnip(number: str) -> bool:
    """Tell whether this can be an ОГРНИП: 15 digits, the last one checks."""
    return _digits(number, 15) and int(number[:14]) % 13 % 10 == int(number[14])


def snils(number: str) -> bool:
    """Tell whether this can be a СНИЛС: 11 digits, the last two check."""
    if not _digits(number, 11):
        return False
    if int(number[:9]) <= _SNILS_UNCHECKED:
        return True
    return _weighed(number, _SNILS) % 101 % 100 == int(number[9:])


def _digits(number: str, length: int) -> bool:
    return len(number) == length and number.isascii() and number.isdecimal()


def _weighed(number: str, weights: tuple[int, ...]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))
