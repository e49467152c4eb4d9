"""What differs from vendor to vendor, as data: how GOST is signed, which templates are taken.

Sources: PKCS #11 (gost_r_34.10-2001.md: CKM_GOSTR3410 returns s||r', as RFC 4490 §3.2 writes it);
the samples of Актив; the PKCS #11 addendum of Аладдин Р.Д. for «Криптотокен».
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pkcs11 import Attribute, KeyType, Mechanism

from app.algorithms.names import KeyAlgorithm
from app.tokens.model import Vendor
from app.tokens.pkcs11 import vendor_values as tc26
from app.values import dataclass

Template = Mapping[Attribute, Any]


class Order(StrEnum):
    """How the two numbers of a GOST signature come out of C_Sign."""

    CMS = "cms"
    """s||r, each big-endian: what the standard says and what CMS wants."""
    SWAPPED = "swapped"
    """r||s, each big-endian."""
    REVERSED = "reversed"
    """The whole backwards, as CryptoAPI gives it."""


@dataclass(frozen=True)
class GostWay:
    """How keys of one size are made and used.

    The digest is always made by us: a token hashes slowly, and not every token hashes at all.
    """

    key_type: KeyType
    generate: Mechanism
    sign: Mechanism
    order: Order = Order.CMS
    curve: str = ""
    """OID of the parameter set of new keys."""


_STANDARD: Mapping[KeyAlgorithm, GostWay] = MappingProxyType(
    {
        # CryptoPro-A and TC26 512-A: the sets that every GOST token makes keys on.
        # Keys of 2012 with 256 bits have no type of their own: the digest tells them apart.
        KeyAlgorithm.GOST_256: GostWay(
            KeyType.GOSTR3410,
            Mechanism.GOSTR3410_KEY_PAIR_GEN,
            Mechanism.GOSTR3410,
            curve="1.2.643.2.2.35.1",
        ),
        KeyAlgorithm.GOST_512: GostWay(
            tc26.GOST_512_KEY,
            tc26.GOST_512_KEY_PAIR_GEN,
            tc26.GOST_512,
            curve="1.2.643.7.1.2.1.2.1",
        ),
    }
)
_ON_TOKEN: Template = MappingProxyType({Attribute.TOKEN: True, Attribute.PRIVATE: True})
_SHOWN: Template = MappingProxyType({Attribute.TOKEN: True, Attribute.PRIVATE: False})


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One vendor's ways. Templates hold only what the vendor wants to be told."""

    gost: Mapping[KeyAlgorithm, GostWay] = field(default_factory=lambda: _STANDARD)
    public_key: Template = field(default_factory=lambda: {**_SHOWN, Attribute.VERIFY: True})
    private_key: Template = field(
        default_factory=lambda: {
            **_ON_TOKEN,
            Attribute.SIGN: True,
            Attribute.SENSITIVE: True,
            Attribute.EXTRACTABLE: False,
        }
    )
    gost_derives: bool = False
    """A new GOST key may agree on keys too (CKA_DERIVE); else the attribute is not named."""
    gost_private_reversed: bool = False
    """CKA_VALUE of a GOST private key is taken big-endian, against PKCS #11 (little-endian)."""
    certificate_names: bool = True
    """A certificate object names its subject, issuer and serial number beside its value."""
    certificate: Template = field(default_factory=lambda: _SHOWN)


_DEFAULT = Profile()
_PROFILES: Mapping[Vendor, Profile] = MappingProxyType(
    {
        Vendor.SOFTHSM: Profile(gost_private_reversed=True),
        # The device sets SENSITIVE and EXTRACTABLE by itself; CKA_CERTIFICATE_CATEGORY 1: a user's.
        Vendor.RUTOKEN: Profile(
            private_key={**_ON_TOKEN, Attribute.SIGN: True},
            gost_derives=True,
            certificate_names=False,
            certificate={**_SHOWN, Attribute.CERTIFICATE_CATEGORY: 1},
        ),
        # «Криптотокен»: each attribute of the private key has one value, any other is refused.
        Vendor.JACARTA: Profile(
            private_key={
                **_ON_TOKEN,
                Attribute.SIGN: True,
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.MODIFIABLE: False,
                Attribute.UNWRAP: False,
            },
        ),
    }
)


def profile_of(vendor: Vendor) -> Profile:
    """Return what is known of a vendor's tokens; of unknown ones, what the standard says."""
    return _PROFILES.get(vendor, _DEFAULT)
