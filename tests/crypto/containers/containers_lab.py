"""What the tests of containers speak of: the doors of one profile, fake tokens, certificates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.door import Certificates
from app.crypto.containers.door import Containers, open_door
from app.crypto.direct_reading import DirectReading
from app.crypto.trust.folders import Stores
from app.tokens.bindings import Bindings
from app.tokens.cryptopro_folders import CryptoProFolders
from app.tokens.key_prints import KeyPrints
from app.tokens.keyring import Keyring
from app.tokens.model import (
    Container,
    ContainerState,
    KeyPlaceKind,
    Product,
    Token,
    TokenFlags,
    Vendor,
)
from app.tokens.pin import Secret
from app.tokens.pkcs12 import PfxFiles
from app.tokens.stops import StoppedKeys
from app.tokens.store import Store
from app.tokens.uri import KeyUri

if TYPE_CHECKING:
    from app.errors import RoscherkError
    from app.places import Places
    from app.processes.pool import Pool

PASSWORD = "пароль 1"
EC = KeyAlgorithm.ECDSA_P256
NOW = datetime.now(UTC).replace(microsecond=0)

RUTOKEN = Token(
    module=Path("/usr/lib/librtpkcs11ecp.so"),
    slot=0,
    label="Иванов",
    manufacturer="Aktiv Co.",
    model="Rutoken ECP",
    serial="2ad0cafe",
    vendor=Vendor.RUTOKEN,
    product=Product.RUTOKEN_ECP_3,
    flags=TokenFlags(),
)


def word(text: str = PASSWORD) -> Secret:
    """Return a password."""
    return Secret.of_text(text)


def issue(public_key: bytes | None, algorithm: KeyAlgorithm = EC, **changes: Any) -> bytes:
    """Issue a certificate in force; ``days``: how long it still is."""
    assert public_key is not None
    days = changes.pop("days", 400)
    begin = NOW - timedelta(days=changes.pop("age", 10))
    term = {"not_before": begin, "not_after": NOW + timedelta(days=days, hours=1)}
    return pki_of(algorithm).issue(public_key, **(term | changes))


@dataclass
class FakeTokens:
    """Tokens made of memory."""

    there: tuple[Token, ...] = ()
    found: tuple[Container, ...] = ()
    failures: tuple[RoscherkError, ...] = ()
    closed: bool = field(default=False)

    def tokens(self) -> tuple[Token, ...]:
        """List them."""
        return self.there

    def containers(self) -> tuple[Container, ...]:
        """List what was put in."""
        return self.found

    def close(self) -> None:
        """Remember it."""
        self.closed = True

    def put(self, public_key: bytes, certificate: bytes | None, **changes: Any) -> Container:
        """Put a pair onto a token."""
        given: dict[str, Any] = {
            "label": "Ключ",
            "token": RUTOKEN,
            "state": ContainerState.OK if certificate else ContainerState.NO_CERTIFICATE,
            "algorithm": EC,
            **changes,
        }
        number = len(self.found)
        uri = KeyUri.of_token(given["token"], key_id=bytes([number]), label=given["label"])
        made = Container(
            uri=str(uri),
            place=KeyPlaceKind.TOKEN,
            public_key=public_key,
            certificate=certificate,
            **given,
        )
        self.found += (made,)
        if made.token is not None and made.token not in self.there:
            self.there += (made.token,)
        return made


@dataclass(frozen=True)
class Lab:
    """The doors of one profile."""

    places: Places
    store: Store
    stores: Stores
    keyring: Keyring
    bindings: Bindings
    tokens: FakeTokens
    door: Containers

    @classmethod
    def of(cls, places: Places, workers: Pool, tokens: FakeTokens) -> Lab:
        """Put the parts together as the composition does."""
        store = Store(places.containers, workers)
        stores = Stores(places)
        reading = DirectReading(workers, lambda: False)
        bindings = Bindings(places.bindings, workers)
        stops = StoppedKeys(places.stopped_keys, KeyPrints(workers).of)
        nowhere = places.data / "nowhere"
        keyring = Keyring(
            store=store,
            practice=Store(places.practice / "containers", workers, practice=True),
            pfx=PfxFiles(workers),
            cryptopro=CryptoProFolders(workers, reading.demand, root=nowhere),
            tokens=lambda: tokens,  # type: ignore[arg-type, return-value]  # what is asked of it is there
            bound=bindings.applied,
        )
        certificates = Certificates(workers, stores.material)
        door = open_door(
            places=places,
            workers=workers,
            keyring=keyring,
            store=store,
            stores=stores,
            certificates=certificates,
            bindings=bindings,
            stops=stops,
            permit=reading.demand,
        )
        return cls(places, store, stores, keyring, bindings, tokens, door)

    def key(self, name: str = "Ключ", **changes: Any) -> Container:
        """Make a container with its certificate; ``certificate=False``: without."""
        made = self.store.create(name, EC, word())
        if changes.pop("certificate", True):
            made = self.store.install_certificate(made, issue(made.public_key, **changes))
        return made


def bare(container: Container) -> Container:
    """Return a container as if its place showed no certificate."""
    return replace(container, certificate=None, state=ContainerState.NO_CERTIFICATE)
