"""Tokens, containers and the names of keys: frozen values, no handles."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.algorithms.names import KeyAlgorithm


class KeyPlaceKind(StrEnum):
    """Where a key lives; the value is the scheme of its URI."""

    TOKEN = "pkcs11"
    PFX = "pfx"
    STORE = "container"
    CRYPTOPRO = "cryptopro"


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
    free_memory: int | None = None
    firmware: str = ""
    mechanisms: tuple[str, ...] = ()


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
    secret_needed: bool = True
    """False: it opens without any password, so none is asked for."""
    key_not_after: datetime | None = None
    """When the key itself expires, where the container tells."""
    made_on_token: bool | None = None
    """The token made the key itself (PKCS #11, CKA_LOCAL); None: not told."""
    token: Token | None = None


@dataclass(frozen=True)
class Module:
    """A PKCS #11 module that was found on this computer."""

    name: str
    vendor: str
    path: Path
