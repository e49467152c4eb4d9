"""Which device a token is: told by what its module says of it, never by the reader or its ATR.

The names are those that the vendors' modules gave on real devices; the generation of a Рутокен ЭЦП
shows in its mechanisms and its firmware only, for both call themselves by one name.
"""

from collections.abc import Collection

from app.tokens.model import Product, Vendor

# How manufacturers call themselves (CK_TOKEN_INFO.manufacturerID), in lower case.
_MANUFACTURERS = (
    ("aktiv", Vendor.RUTOKEN),
    ("aladdin", Vendor.JACARTA),
    ("isbc", Vendor.ESMART),
    ("esmart", Vendor.ESMART),
    ("safenet", Vendor.SAFENET),
    ("gemalto", Vendor.SAFENET),
    ("thales", Vendor.SAFENET),
    ("yubico", Vendor.YUBICO),
    ("softhsm", Vendor.SOFTHSM),
    ("crypto-pro", Vendor.CRYPTOPRO),
    ("crypto pro", Vendor.CRYPTOPRO),
    ("cryptopro", Vendor.CRYPTOPRO),
    ("opensc", Vendor.OPENSC),
)
# For modules that put nothing of use into the manufacturer's field.
_MODELS = (
    ("rutoken", Vendor.RUTOKEN),
    ("jacarta", Vendor.JACARTA),
    ("esmart", Vendor.ESMART),
    ("yubikey", Vendor.YUBICO),
    ("softhsm", Vendor.SOFTHSM),
    ("cppkcs", Vendor.CRYPTOPRO),
)

_JACARTA = {
    "jacarta-2 gost": Product.JACARTA_2_GOST,
    "jacarta-2 гост": Product.JACARTA_2_GOST,
    "jacarta gost 2.0": Product.JACARTA_2_GOST,
    "jacarta gost": Product.JACARTA_GOST,
    "jacarta гост": Product.JACARTA_GOST,
    "etoken gost": Product.JACARTA_GOST,
    "jacarta ds": Product.JACARTA_LT,
    "jacarta lt": Product.JACARTA_LT,
    "jacarta laser": Product.JACARTA_PKI,
    "jacarta pki": Product.JACARTA_PKI,
    "pro": Product.ETOKEN_PRO,
}

PASSIVE = frozenset(
    {Product.RUTOKEN_S, Product.RUTOKEN_LITE, Product.JACARTA_LT, Product.ETOKEN_PRO}
)
"""Devices that keep GOST keys but do not sign with them: that is the work of a provider."""

VENDOR_ADMINISTERED = frozenset({Product.JACARTA_2_GOST})
"""Devices that only the vendor's own workstation may initialise and unblock."""

_FIRMWARE_OF_ECP_3 = 30
_FIRMWARE_OF_ECP_2 = 20
# Рутокен signs with ECDSA since the third generation.
_EC_KEY_PAIR_GEN = "EC_KEY_PAIR_GEN"


def vendor_of(manufacturer: str, model: str) -> Vendor:
    """Return whose device calls itself so."""
    for text, table in ((manufacturer, _MANUFACTURERS), (model, _MODELS)):
        words = text.casefold()
        for word, vendor in table:
            if word in words:
                return vendor
    return Vendor.UNKNOWN


def product_of(
    vendor: Vendor, model: str, firmware: tuple[int, int], mechanisms: Collection[str]
) -> Product:
    """Return which device it is, as far as model, firmware and mechanisms tell."""
    words = " ".join(model.casefold().split())
    if vendor is Vendor.RUTOKEN:
        return _rutoken(words, firmware, mechanisms)
    if vendor is Vendor.JACARTA:
        return _JACARTA.get(words, Product.UNKNOWN)
    if vendor is Vendor.ESMART:
        gost = "gost" in words or "гост" in words
        return Product.ESMART_GOST if gost else Product.ESMART
    return _OF_VENDOR.get(vendor, Product.UNKNOWN)


_OF_VENDOR = {
    Vendor.SAFENET: Product.SAFENET,
    Vendor.YUBICO: Product.YUBIKEY,
    Vendor.SOFTHSM: Product.SOFTHSM,
    Vendor.CRYPTOPRO: Product.CRYPTOPRO,
}


def _rutoken(words: str, firmware: tuple[int, int], mechanisms: Collection[str]) -> Product:
    if "lite" in words:
        return Product.RUTOKEN_LITE
    if words == "rutoken s":
        return Product.RUTOKEN_S
    if "ecp" not in words:
        return Product.UNKNOWN  # through OpenSC each of them calls itself PKCS#15
    if _EC_KEY_PAIR_GEN in mechanisms or firmware[0] >= _FIRMWARE_OF_ECP_3:
        return Product.RUTOKEN_ECP_3
    if mechanisms and firmware[0] >= _FIRMWARE_OF_ECP_2:
        return Product.RUTOKEN_ECP_2
    return Product.RUTOKEN_ECP


def device_number(serial: str) -> str:
    """Return a serial number as two modules can be compared by: one case, no zeros in front."""
    return serial.strip().casefold().lstrip("0")
