"""What the parent may ask a worker about keys that lie in files: names and plain values.

Passwords are in none of these values: they cross the pipe as a frame of their own.
"""

from datetime import datetime
from pathlib import Path

from app.algorithms.names import KeyAlgorithm
from app.processes.method import Method
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.object_methods import SealedKey
from app.values import dataclass


@dataclass(frozen=True)
class Done:
    """The answer of a task that has nothing to tell."""


@dataclass(frozen=True, kw_only=True)
class StoreListRequest:
    """List the containers of one folder."""

    folder: Path
    practice: bool = False


@dataclass(frozen=True, kw_only=True)
class StoreListing:
    """What lies in the folder; a damaged file is listed as such."""

    containers: tuple[Container, ...]


@dataclass(frozen=True, kw_only=True)
class StoreFileRequest:
    """Do something to one container file."""

    path: Path
    practice: bool = False


@dataclass(frozen=True, kw_only=True)
class StoreCreateRequest:
    """Make a key of this kind and write its container; the secret is the new password."""

    path: Path
    algorithm: KeyAlgorithm
    curve: str | None = None
    """The OID of a parameter set of GOST; None: the usual one."""
    bits: int | None = None
    """The size of an RSA key; None: the usual one."""
    practice: bool = False


@dataclass(frozen=True, kw_only=True)
class StoreInstallRequest:
    """Put a certificate (and the chain above it) into a container; no password is needed."""

    path: Path
    certificate: bytes
    chain: tuple[bytes, ...] = ()
    practice: bool = False


@dataclass(frozen=True, kw_only=True)
class FileSignRequest:
    """Sign a finished digest with the key in one file; the secret is its password."""

    path: Path
    digest_name: str
    digest: bytes
    practice: bool = False


@dataclass(frozen=True, kw_only=True)
class PfxOpenRequest:
    """Open a PKCS #12 file and describe it; the secret is its password."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class CryptoProListRequest:
    """List the keys of a container folder, or of the container folders in a folder."""

    path: Path
    strict: bool = False
    """Raise what is wrong with a container instead of listing it as damaged."""


@dataclass(frozen=True, kw_only=True)
class CryptoProListing:
    """What lies there; a damaged container is listed as such."""

    containers: tuple[Container, ...]


@dataclass(frozen=True, kw_only=True)
class CryptoProMediaRequest:
    """List the container folders that lie where CryptoPro CSP keeps them on this computer."""

    root: Path = Path("/")
    """Where the folders of the system are; another one in tests."""
    seconds: float = 0.4
    """How long a medium may keep us waiting."""


@dataclass(frozen=True, kw_only=True)
class MediumFailure:
    """A place that may hold containers and could not be looked into."""

    folder: Path
    errno: int | None
    """None: it did not answer in time."""


@dataclass(frozen=True, kw_only=True)
class CryptoProMedia:
    """What was found, where it was looked for, and what could not be looked into."""

    containers: tuple[Container, ...]
    looked: tuple[Path, ...] = ()
    failures: tuple[MediumFailure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CryptoProKeyRequest:
    """Open one key of a container folder; the secret is its password."""

    path: Path
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class CryptoProSignRequest:
    """Sign a finished digest with one key of a container folder."""

    key: CryptoProKeyRequest
    digest_name: str
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class KeyTest:
    """A key that came out of its container whole, and what was odd on the way, as codes."""

    container: Container
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KeyExportRequest:
    """Write a key with its certificates into a new PKCS #12 file.

    The secrets are the password of the source and that of the new file, joined.
    """

    place: KeyPlaceKind
    source: Path
    number: int | None = None
    practice: bool = False
    target: Path


@dataclass(frozen=True, kw_only=True)
class KeyImportRequest:
    """Put the key of a PKCS #12 file into a new container of the program's own store.

    The secrets are the password of the file and that of the new container, joined.
    """

    source: Path
    path: Path


@dataclass(frozen=True, kw_only=True)
class StoreCopyRequest:
    """Copy a container under another name, with the password it has."""

    source: Path
    path: Path


@dataclass(frozen=True, kw_only=True)
class CertificateKeysRequest:
    """Tell of which keys these certificates (DER) are."""

    certificates: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True)
class CertificateKey:
    """The key of one certificate, in the order of the request."""

    sha256: str
    """Of the certificate, in hex."""
    key: str
    """The print of its key (`app.tokens.key_print`); empty: the certificate cannot be read."""
    public_key: bytes = b""
    start: bytes = b""
    """The first octets of a GOST point."""
    not_before: datetime
    not_after: datetime
    authority: bool = False
    """It is of a certification authority."""
    name: str = ""
    """The common name of its subject."""


@dataclass(frozen=True, kw_only=True)
class CertificateKeys:
    """The answer, one for each certificate."""

    keys: tuple[CertificateKey, ...]


@dataclass(frozen=True, kw_only=True)
class KeySealRequest:
    """Take the key out of a PKCS #12 file, sealed for its way to a token.

    The secrets are the password of the file and the key of transport, joined.
    """

    path: Path


KEY_SEAL = Method("key_seal", KeySealRequest, SealedKey)
CERTIFICATE_KEYS = Method("certificate_keys", CertificateKeysRequest, CertificateKeys)
KEY_EXPORT = Method("key_export", KeyExportRequest, Done)
KEY_IMPORT = Method("key_import", KeyImportRequest, Container)
CRYPTOPRO_LIST = Method("cryptopro_list", CryptoProListRequest, CryptoProListing)
CRYPTOPRO_MEDIA = Method("cryptopro_media", CryptoProMediaRequest, CryptoProMedia)
CRYPTOPRO_SIGN = Method("cryptopro_sign", CryptoProSignRequest, bytes)
CRYPTOPRO_TEST = Method("cryptopro_test", CryptoProKeyRequest, KeyTest)
STORE_LIST = Method("store_list", StoreListRequest, StoreListing)
STORE_COPY = Method("store_copy", StoreCopyRequest, Container)
STORE_CREATE = Method("store_create", StoreCreateRequest, Container)
STORE_INSTALL = Method("store_install", StoreInstallRequest, Container)
STORE_PASSWORD = Method("store_password", StoreFileRequest, Done)
STORE_SIGN = Method("store_sign", FileSignRequest, bytes)
PFX_OPEN = Method("pfx_open", PfxOpenRequest, Container)
PFX_SIGN = Method("pfx_sign", FileSignRequest, bytes)
