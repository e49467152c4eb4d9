"""What the window is given: the services, by the shape of `app.composition.Services`. No Qt here."""

from typing import Protocol

from app.crypto.certificates.door import Certificates
from app.crypto.practice import Practice
from app.crypto.signing import Signing
from app.crypto.verifying import Verifying
from app.journal import Journal
from app.places import Places
from app.processes.pool import Pool
from app.settings import Settings
from app.tokens.keyring import Keyring
from app.tokens.store import Store


class Services(Protocol):
    """All parts the window stands on; the composition root puts them together."""

    places: Places
    settings: Settings
    workers: Pool
    renderer: Pool
    store: Store
    keyring: Keyring
    signing: Signing
    verifying: Verifying
    practice: Practice
    certificates: Certificates
    journal: Journal
