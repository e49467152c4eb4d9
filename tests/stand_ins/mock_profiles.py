"""What tokens of the Russian market say of themselves, as data for the mock module.

Facts only: models, versions, mechanisms, counters and habits as their makers document them or
others have measured; where nobody has, the commonest value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_TC26 = 0xD4321000
RSA = (0x0, 0x1)
EC = (0x1040, 0x1041)
GOST_2001 = (0x1200, 0x1201, 0x1202, 0x1204, 0x1210)
GOST_2012 = tuple(_TC26 | number for number in (5, 6, 7, 8, 9, 0x12, 0x13))


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One kind of token; ``habits`` are further lines of its file (`mock.h`, `functions.c`)."""

    model: str
    manufacturer: str
    label: str
    mechanisms: tuple[int, ...]
    firmware: str = "1.0"
    hardware: str = "1.0"
    reader: str = "Reader"
    pin: str | None = "12345678"
    so_pin: str | None = "87654321"
    extended: bool = False
    """Its module has the functions C_EX_*."""
    habits: Mapping[str, object] = field(default_factory=dict)


_RUTOKEN: Mapping[str, object] = MappingProxyType(
    {"min_pin": 6, "max_pin": 32, "memory": 131072, "free": 98304, "set_pin_needs_login": 1}
)

RUTOKEN_ECP_2 = Profile(
    model="Rutoken ECP",
    manufacturer="Aktiv Co.",
    label="Rutoken ECP <no label>",
    mechanisms=(*RSA, *GOST_2001, *GOST_2012),
    firmware="23.2",
    hardware="20.5",
    reader="Aktiv Rutoken ECP 00 00",
    extended=True,
    habits=_RUTOKEN | {"atr": "3B8B015275746F6B656E20445320C1", "class": 1},
)
RUTOKEN_ECP_3 = Profile(
    model="Rutoken ECP",
    manufacturer="Aktiv Co.",
    label="Rutoken ECP <no label>",
    mechanisms=(*RSA, *EC, *GOST_2001, *GOST_2012),
    firmware="30.2",
    hardware="60.1",
    reader="Aktiv Rutoken ECP 00 00",
    extended=True,
    habits=_RUTOKEN
    | {"max_pin": 249, "atr": "3B8B015275746F6B656E20445320C1", "class": 1, "extended_flags": "10"},
)
RUTOKEN_LITE = Profile(
    model="Rutoken lite",
    manufacturer="Aktiv Co.",
    label="Rutoken lite <no label>",
    mechanisms=(),
    firmware="9.2",
    reader="Aktiv Rutoken lite 00 00",
    extended=True,
    habits=_RUTOKEN | {"atr": "3B8B015275746F6B656E6C697465C2", "class": 2},
)
JACARTA_GOST = Profile(
    model="eToken GOST",
    manufacturer="Aladdin R.D.",
    label="JaCarta GOST",
    mechanisms=GOST_2001,
    reader="Aladdin R.D. JaCarta 00 00",
    pin=None,
    so_pin="1234567890",
    habits={
        "min_pin": 6,
        "private_template": "2=01 1=01 107=00 108=01 162=00 164=01 165=01 170=00 103=01",
    },
)
JACARTA_2_GOST = Profile(
    model="JaCarta-2 GOST",
    manufacturer="Aladdin R.D.",
    label="JaCarta-2 GOST",
    mechanisms=(*GOST_2001, *GOST_2012),
    reader="Aladdin R.D. JaCarta 00 00",
    pin="1234567890",
    so_pin="0987654321",
    habits=JACARTA_GOST.habits,
)
JACARTA_LASER = Profile(
    model="JaCarta Laser",
    manufacturer="Aladdin R.D.",
    label="JaCarta PKI",
    mechanisms=RSA,
    reader="Aladdin R.D. JaCarta 01 00",
    pin="11111111",
    so_pin="00000000",
)
JACARTA_LT = Profile(
    model="JaCarta DS",
    manufacturer="Aladdin R.D.",
    label="JaCarta LT",
    mechanisms=(),
    reader="Aladdin R.D. JaCarta LT 00 00",
    pin="1234567890",
    so_pin=None,
)
ESMART = Profile(
    model="ESMART Token",
    manufacturer="ISBC",
    label="ESMART Token",
    mechanisms=RSA,
    reader="ESMART Token USB 64K 00 00",
    so_pin="12345678",
)
ESMART_GOST = Profile(
    model="ESMARTToken GOST",
    manufacturer="ISBC",
    label="ESMART Token GOST",
    mechanisms=(*GOST_2001, *GOST_2012),
    reader="ESMART Token GOST 00 00",
    so_pin="12345678",
)
SAFENET = Profile(
    model="eToken",
    manufacturer="SafeNet, Inc.",
    label="My Token",
    mechanisms=(*RSA, *EC),
    reader="SafeNet eToken 5100 00 00",
    pin="1234567890",
    so_pin=None,
    habits={"certificate_needs_subject": 1},
)
YUBIKEY = Profile(
    model="YubiKey YK5",
    manufacturer="Yubico (www.yubico.com)",
    label="YubiKey PIV",
    mechanisms=(*RSA, *EC),
    reader="Yubico YubiKey OTP+FIDO+CCID 00 00",
    pin="123456",
    so_pin="010203040506070801020304050607080102030405060708",
    habits={"max_pin": 48, "user_max": 3, "user_tries": 3},
)
