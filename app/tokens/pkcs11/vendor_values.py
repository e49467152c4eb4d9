"""Numbers of TC 26 and of vendors, put into the enumerations of the pkcs11 library.

The library takes a mechanism or a key type only as a member of its enumeration. PKCS #11 has no
numbers of its own for the keys and digests of 2012: all Russian vendors share a block of vendor
space (pkcs11_tc26: 0x80000000 with 0x54321000).
"""

from enum import IntEnum
from typing import TypeVar

from pkcs11 import KeyType, Mechanism

E = TypeVar("E", bound=IntEnum)

_TC26 = 0xD4321000


def _member(enumeration: type[E], name: str, value: int) -> E:
    """Return the member with this value, which is added where the library does not have it."""
    known = enumeration._value2member_map_.get(value)
    if known is not None:
        return enumeration(value)
    member = int.__new__(enumeration, value)
    member._name_ = name
    member._value_ = value
    enumeration._member_map_[name] = member
    enumeration._value2member_map_[value] = member
    enumeration._member_names_.append(name)
    return member


GOST_512_KEY = _member(KeyType, "GOSTR3410_512", _TC26 | 0x3)

GOST_512_KEY_PAIR_GEN = _member(Mechanism, "GOSTR3410_512_KEY_PAIR_GEN", _TC26 | 0x5)
GOST_512 = _member(Mechanism, "GOSTR3410_512", _TC26 | 0x6)
GOST_WITH_STREEBOG_256 = _member(Mechanism, "GOSTR3410_WITH_GOSTR3411_12_256", _TC26 | 0x8)
GOST_WITH_STREEBOG_512 = _member(Mechanism, "GOSTR3410_WITH_GOSTR3411_12_512", _TC26 | 0x9)
STREEBOG_256 = _member(Mechanism, "GOSTR3411_12_256", _TC26 | 0x12)
STREEBOG_512 = _member(Mechanism, "GOSTR3411_12_512", _TC26 | 0x13)
