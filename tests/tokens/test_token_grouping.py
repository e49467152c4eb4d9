"""Which device a token is, and that one device is shown once."""

from pathlib import Path

import pytest

from app.tokens.grouping import grouped, same_device, without_repeats
from app.tokens.model import Container, KeyPlaceKind, Product, Token, TokenFlags, Vendor
from app.tokens.products import product_of, vendor_of

VENDORS_MODULE, OPENSC = Path("/usr/lib/vendor.so"), Path("/usr/lib/opensc-pkcs11.so")


def token(serial: str, **changes: object) -> Token:
    """Return a token of the vendor's module."""
    given: dict[str, object] = {
        "module": VENDORS_MODULE,
        "slot": 0,
        "label": "x",
        "manufacturer": "Aktiv Co.",
        "model": "Rutoken ECP",
        "serial": serial,
        "vendor": Vendor.RUTOKEN,
        "product": Product.RUTOKEN_ECP_2,
    }
    return Token(**(given | changes))  # type: ignore[arg-type]


def applet(slot: int, **changes: object) -> Token:
    """Return one applet of a JaCarta."""
    reader = f"Aladdin R.D. JaCarta 00 0{slot}"
    given: dict[str, object] = {"slot": slot, "vendor": Vendor.JACARTA, "reader": reader}
    return token(f"{slot}", **(given | changes))


@pytest.mark.parametrize(
    ("manufacturer", "model", "firmware", "mechanisms", "product"),
    [
        ("Aktiv Co.", "Rutoken ECP", (23, 2), ["GOSTR3410"], Product.RUTOKEN_ECP_2),
        ("Aktiv Co.", "Rutoken ECP", (30, 2), ["EC_KEY_PAIR_GEN"], Product.RUTOKEN_ECP_3),
        ("Aktiv Co.", "Rutoken ECP", (0, 0), [], Product.RUTOKEN_ECP),
        ("Aktiv Co.", "Rutoken S", (36, 0), [], Product.RUTOKEN_S),
        ("Aktiv Co.", "Rutoken lite", (9, 2), [], Product.RUTOKEN_LITE),
        ("Aktiv Co.", "PKCS#15", (0, 0), [], Product.UNKNOWN),
        ("Aladdin R.D.", "eToken GOST", (1, 0), [], Product.JACARTA_GOST),
        ("Aladdin R.D.", "JaCarta-2 GOST", (1, 0), [], Product.JACARTA_2_GOST),
        ("Aladdin R.D.", "JaCarta DS", (1, 0), [], Product.JACARTA_LT),
        ("Aladdin R.D.", "JaCarta Laser", (1, 0), [], Product.JACARTA_PKI),
        ("Aladdin R.D.", "Something new", (1, 0), [], Product.UNKNOWN),
        ("ISBC", "ESMART Token 192K", (1, 0), [], Product.ESMART),
        ("ISBC", "ESMARTToken GOST", (1, 0), [], Product.ESMART_GOST),
        ("SafeNet, Inc.", "eToken", (1, 0), [], Product.SAFENET),
        ("Yubico (www.yubico.com)", "YubiKey YK5", (5, 4), [], Product.YUBIKEY),
        ("SoftHSM project", "SoftHSM v2", (2, 6), [], Product.SOFTHSM),
        ("", "CPPKCS 3", (3, 0), [], Product.CRYPTOPRO),
        ("Unheard-of", "Thing", (1, 0), [], Product.UNKNOWN),
    ],
)
def test_products(
    manufacturer: str,
    model: str,
    firmware: tuple[int, int],
    mechanisms: list[str],
    product: Product,
) -> None:
    """The eight of the tax office's list, and others, are told apart by what their modules say."""
    assert product_of(vendor_of(manufacturer, model), model, firmware, mechanisms) is product


def test_two_modules_show_one_device() -> None:
    """OpenSC writes the serial number with zeros in front; the vendor's module speaks for it."""
    own = token("2AD0CAFE")
    seen = token("000000002ad0cafe", module=OPENSC, model="PKCS#15", product=Product.UNKNOWN)
    (one,) = grouped([(own,), (seen,)])
    assert (one.module, one.modules, one.slots) == (VENDORS_MODULE, (OPENSC,), ())
    assert one.product is Product.RUTOKEN_ECP_2


def test_devices_of_two_vendors_with_one_number() -> None:
    """A short serial number may be had by devices of two vendors: they stay two."""
    other = token("1", module=Path("/usr/lib/other.so"), vendor=Vendor.ESMART)
    assert len(grouped([(token("1"),), (other,)])) == 2


def test_tokens_without_a_number_stay_apart() -> None:
    """Two tokens that were never prepared have no serial number, and are two."""
    assert len(grouped([(token(""), token("", slot=1))])) == 2


def test_applets_of_one_jacarta() -> None:
    """Applets have slots, PINs and serial numbers of their own, and are one device."""
    laser = applet(0, product=Product.JACARTA_PKI)
    gost = applet(1, product=Product.JACARTA_2_GOST, flags=TokenFlags(user_pin_locked=True))
    elsewhere = applet(2, reader="Aladdin R.D. JaCarta 01 00")
    one, two = grouped([(laser, gost, elsewhere)])
    assert one.product is Product.JACARTA_2_GOST
    assert one.flags.user_pin_locked
    assert one.slots == (laser,)
    assert two == elsewhere
    assert not same_device(applet(0, reader=""), applet(1, reader=""))


def container(of: Token, **changes: object) -> Container:
    """Return a container on a token."""
    given: dict[str, object] = {
        "uri": "pkcs11:",
        "place": KeyPlaceKind.TOKEN,
        "label": "key",
        "algorithm": None,
        "certificate": b"certificate",
        "token": of,
    }
    return Container(**(given | changes))  # type: ignore[arg-type]


def test_objects_that_only_the_other_module_sees() -> None:
    """A repeated certificate is left out, an object in another format of the same device is not."""
    own, seen = token("2ad0cafe"), token("00002AD0CAFE", module=OPENSC)
    first, again = container(own), container(seen)
    further = container(seen, certificate=b"another")
    of_other = container(token("77", module=OPENSC))
    assert without_repeats([(first, first), (again, further, of_other)]) == (
        first,
        first,
        further,
        of_other,
    )
    bare = {"certificate": None, "public_key": b"key"}
    kept = without_repeats([(container(own, **bare),), (container(seen, **bare), container(seen))])
    assert len(kept) == 2
