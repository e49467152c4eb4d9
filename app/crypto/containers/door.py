"""The door of containers: everything a face may ask about keys and certificates together."""

from collections.abc import Callable
from pathlib import Path

from app.crypto.certificates.door import Certificates
from app.crypto.containers.doctor import Doctor
from app.crypto.containers.installing import Installing
from app.crypto.containers.looking import Looking, PassiveLooks, file_of_uri, nobody_looked
from app.crypto.containers.moving import Moving
from app.crypto.containers.testing import Testing
from app.crypto.containers.ways import Permit
from app.crypto.requests.pending import PendingRequests
from app.crypto.trust.changes import TrustChanges
from app.crypto.trust.folders import Stores
from app.places import Places
from app.processes.pool import Pool
from app.profile.files import ProfileFiles
from app.tokens.bindings import Bindings
from app.tokens.csp.installed import InstalledCsp
from app.tokens.csp.system_store import StoresCertificates, SystemStore
from app.tokens.key_prints import KeyPrints
from app.tokens.keyring import Keyring
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.stops import StoppedKeys
from app.tokens.store import Store
from app.tokens.token_objects import TokenObjects
from app.values import dataclass


@dataclass(frozen=True)
class Containers:
    """What may be done with containers, by kind. May be used from any thread."""

    looking: Looking
    installing: Installing
    testing: Testing
    moving: Moving
    doctor: Doctor
    stops: StoppedKeys


def open_door(
    *,
    places: Places,
    workers: Pool,
    keyring: Keyring,
    store: Store,
    stores: Stores,
    certificates: Certificates,
    bindings: Bindings,
    stops: StoppedKeys,
    permit: Permit,
    pending: PendingRequests | None = None,
    passive: PassiveLooks = nobody_looked,
    csp: Callable[[], InstalledCsp | None] = lambda: None,
    windows: StoresCertificates | None = None,
) -> Containers:
    """Put the parts together.

    ``pending``: the requests that wait, closed by the certificates that are installed.
    ``passive`` tells who looked for containers of CSP on tokens, ``csp`` whether it is installed;
    ``windows`` reaches the stores of Windows.
    """
    prints = KeyPrints(workers)
    on_tokens = TokenObjects(keyring.token_places, workers)

    def file_of(container: Container) -> Path | None:
        own = container.place is KeyPlaceKind.STORE and not container.practice
        return store.file(container) if own else file_of_uri(container)

    looking = Looking(
        keyring,
        certificates,
        stops,
        permit,
        file_of=file_of,
        passive=passive,
        csp=csp,
        pending=pending,
    )
    installing = Installing(
        keyring=keyring,
        on_tokens=on_tokens,
        store=store,
        stores=stores,
        changes=TrustChanges(stores, places.trust / "changes"),
        certificates=certificates,
        bindings=bindings,
        prints=prints,
        pending=pending,
        system=SystemStore(csp, windows),
    )
    return Containers(
        looking=looking,
        installing=installing,
        testing=Testing(keyring, looking, certificates),
        moving=Moving(
            keyring=keyring,
            store=store,
            on_tokens=on_tokens,
            prints=prints,
            show=certificates.show,
            profile=ProfileFiles(places),
        ),
        doctor=Doctor(looking, installing, stores, prints),
        stops=stops,
    )
