"""Tokens in words: which device, whose, and what it can do."""

from collections.abc import Mapping

from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.tokens.model import Product, Token, Vendor
from app.tokens.products import PASSIVE

_PRODUCTS: Mapping[Product, str] = {
    Product.RUTOKEN_ECP_2: N_("Rutoken ECP 2.0"),
    Product.RUTOKEN_ECP_3: N_("Rutoken ECP 3.0"),
    Product.RUTOKEN_ECP: N_("Rutoken ECP"),
    Product.RUTOKEN_S: N_("Rutoken S"),
    Product.RUTOKEN_LITE: N_("Rutoken Lite"),
    Product.JACARTA_GOST: N_("JaCarta GOST"),
    Product.JACARTA_2_GOST: N_("JaCarta-2 GOST"),
    Product.JACARTA_LT: N_("JaCarta LT"),
    Product.JACARTA_PKI: N_("JaCarta PKI"),
    Product.ESMART: N_("ESMART Token"),
    Product.ESMART_GOST: N_("ESMART Token GOST"),
    Product.ETOKEN_PRO: N_("eToken PRO"),
    Product.SAFENET: N_("SafeNet eToken"),
    Product.YUBIKEY: N_("YubiKey"),
    Product.SOFTHSM: N_("SoftHSM, a token in software"),
    Product.CRYPTOPRO: N_("CryptoPro CSP"),
}
_VENDORS: Mapping[Vendor, str] = {
    Vendor.RUTOKEN: N_("Aktiv"),
    Vendor.JACARTA: N_("Aladdin R.D."),
    Vendor.ESMART: N_("ISBC"),
    Vendor.SAFENET: N_("Thales"),
    Vendor.YUBICO: N_("Yubico"),
    Vendor.SOFTHSM: N_("OpenDNSSEC"),
    Vendor.CRYPTOPRO: N_("CryptoPro"),
    Vendor.OPENSC: N_("OpenSC"),
}


def device_name(token: Token) -> str:
    """Name a device as its vendor sells it; an unknown one as it calls itself."""
    known = _PRODUCTS.get(token.product)
    if known is not None:
        return _(known)
    return plain(" ".join(part for part in (token.manufacturer, token.model) if part))


def vendor_name(token: Token) -> str:
    """Name the vendor; an unknown one as the token names it."""
    known = _VENDORS.get(token.vendor)
    return plain(token.manufacturer) if known is None else _(known)


def signs_itself(token: Token) -> str:
    """Say in one sentence what a device does with the keys that CryptoPro CSP puts on it."""
    if token.product in PASSIVE:
        return _(
            "keeps keys, but does not sign with them itself: that is the work of CryptoPro CSP"
        )
    return ""
