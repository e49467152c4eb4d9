"""Tokens, containers and the names of keys: frozen values, no handles."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.algorithms.names import KeyAlgorithm
from app.values import dataclass


class KeyPlaceKind(StrEnum):
    """Where a key lives; the value is the scheme of its URI."""

    TOKEN = "pkcs11"
    PFX = "pfx"
    STORE = "container"
    CRYPTOPRO = "cryptopro"
    CARD = "card"
    """A container of CryptoPro CSP that lies as files on a token (read over PC/SC)."""
    CSP = "csp"
    """A key that the installed CryptoPro CSP signs with (Windows, CryptoAPI)."""


class Vendor(StrEnum):
    """Whose device a token is, as far as it tells."""

    RUTOKEN = "rutoken"
    JACARTA = "jacarta"
    ESMART = "esmart"
    SAFENET = "safenet"
    YUBICO = "yubico"
    SOFTHSM = "softhsm"
    CRYPTOPRO = "cryptopro"
    OPENSC = "opensc"
    UNKNOWN = "unknown"


class Product(StrEnum):
    """Which device a token is: the eight of the tax office's list, and others that people have."""

    RUTOKEN_ECP_2 = "rutoken_ecp_2"
    RUTOKEN_ECP_3 = "rutoken_ecp_3"
    RUTOKEN_ECP = "rutoken_ecp"
    """A Рутокен ЭЦП whose generation its module does not tell."""
    RUTOKEN_S = "rutoken_s"
    RUTOKEN_LITE = "rutoken_lite"
    JACARTA_GOST = "jacarta_gost"
    JACARTA_2_GOST = "jacarta_2_gost"
    JACARTA_LT = "jacarta_lt"
    JACARTA_PKI = "jacarta_pki"
    ESMART = "esmart"
    ESMART_GOST = "esmart_gost"
    ETOKEN_PRO = "etoken_pro"
    SAFENET = "safenet"
    YUBIKEY = "yubikey"
    SOFTHSM = "softhsm"
    CRYPTOPRO = "cryptopro"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class TokenFlags:
    """What the token says about its PINs (PKCS #11 v2.40, CK_TOKEN_INFO flags)."""

    initialised: bool = True
    user_pin_set: bool = True
    user_pin_low: bool = False
    user_pin_final_try: bool = False
    user_pin_locked: bool = False
    user_pin_to_be_changed: bool = False
    pin_pad: bool = False
    so_pin_low: bool = False
    so_pin_final_try: bool = False
    so_pin_locked: bool = False
    so_pin_to_be_changed: bool = False
    write_protected: bool = False


@dataclass(frozen=True, kw_only=True)
class Token:
    """One token as its module describes it."""

    module: Path
    slot: int
    label: str
    manufacturer: str
    model: str
    serial: str
    flags: TokenFlags = TokenFlags()
    tries_left: int | None = None
    """How many attempts the user PIN has left; None: this token does not tell."""
    tries_most: int | None = None
    """How many attempts it gives in all."""
    so_tries_left: int | None = None
    """The same of the administrator's PIN."""
    so_tries_most: int | None = None
    free_memory: int | None = None
    total_memory: int | None = None
    firmware: str = ""
    hardware: str = ""
    pin_min: int | None = None
    pin_max: int | None = None
    """The lengths of a PIN that the token takes, in octets; None: not told."""
    factory_pin: bool | None = None
    """Whether the user PIN is the factory's, as the token says; None: it does not tell."""
    factory_so_pin: bool | None = None
    admin_may_set_pin: bool | None = None
    """Whether the administrator may give a new user PIN (Рутокен)."""
    user_may_set_pin: bool | None = None
    mechanisms: tuple[str, ...] = ()
    vendor: Vendor = Vendor.UNKNOWN
    product: Product = Product.UNKNOWN
    reader: str = ""
    """The slot as the module names it; for most modules the name of the PC/SC reader."""
    slots: "tuple[Token, ...]" = ()
    """Further slots of the same device (JaCarta has one for each applet, each with a PIN of its
    own), as the same module shows them."""
    modules: tuple[Path, ...] = ()
    """Further modules that show this device."""


class ContainerState(StrEnum):
    """What is to be said of a container before it is used."""

    OK = "ok"
    NO_CERTIFICATE = "no_certificate"
    NO_KEY = "no_key"
    MISMATCH = "mismatch"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNSUPPORTED = "unsupported"
    DAMAGED = "damaged"
    HIDDEN = "hidden"
    """The token shows its name only: what it holds can be read after the PIN."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """A key with its certificate, wherever it lives. ``uri`` names it on the command line."""

    uri: str
    place: KeyPlaceKind
    label: str
    algorithm: KeyAlgorithm | None
    """None: an algorithm this program does not know."""
    certificate: bytes | None = None
    """The certificate in DER."""
    public_key: bytes | None = None
    """SubjectPublicKeyInfo in DER, where it is known without the certificate."""
    chain: tuple[bytes, ...] = ()
    """Further certificates found beside it, in DER, in no promised order."""
    state: ContainerState = ContainerState.OK
    practice: bool = False
    exportable: bool | None = None
    password_too: bool = False
    """On a token, besides its PIN: the container has a password of its own."""
    secret_needed: bool = True
    """False: it opens without any password, so none is asked for."""
    key_not_after: datetime | None = None
    """When the key itself expires, where the container tells."""
    made_on_token: bool | None = None
    """The token made the key itself (PKCS #11, CKA_LOCAL); None: not told."""
    imported: bool = False
    """In the program's own store: the key was taken over from a file, and made who knows where."""
    certificate_bound: bool = False
    """The certificate is kept apart in the profile (`app.tokens.bindings`), not beside the key."""
    earlier: tuple[bytes, ...] = ()
    """Certificates of this key that a newer one took the place of, in DER, oldest first."""
    key_start: bytes = b""
    """The first octets of the public point, where a container folder shows no more of it."""
    token: Token | None = None


@dataclass(frozen=True)
class Module:
    """A PKCS #11 module that was found on this computer."""

    name: str
    vendor: str
    path: Path
    added: bool = False
    """Named by the user alone: it is loaded only after its SHA-256 was confirmed."""
