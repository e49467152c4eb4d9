"""What a face may ask: the doors and values of one profile, put together by the composition root.

Both faces get the same services, so neither can do what the other cannot.
"""

from types import TracebackType
from typing import Self

from app.crypto.accreditation.door import Accreditation
from app.crypto.backups.door import Backups
from app.crypto.certificates.door import Certificates
from app.crypto.containers.door import Containers
from app.crypto.editing.door import Editing
from app.crypto.evidence.orders import EvidenceOrders
from app.crypto.fields.door import SignatureFields
from app.crypto.network.passwords import ProxyPassword
from app.crypto.packages.door import Packages
from app.crypto.pdf.pages import Pages
from app.crypto.practice.door import Practice
from app.crypto.presigning.door import Presigning
from app.crypto.raising.door import Raising
from app.crypto.releases.door import Releases
from app.crypto.requests.door import Requests
from app.crypto.revisions.door import Revisions
from app.crypto.routes.door import Routes
from app.crypto.signing.door import Signing
from app.crypto.stamping.door import Stamping
from app.crypto.trials.door import Trials
from app.crypto.trust.bundle_door import Bundles
from app.crypto.trust.door import Trust
from app.crypto.trust.folders import Stores
from app.crypto.trust.wanting import Wanting
from app.crypto.verifying.door import Verifying
from app.crypto.verifying.replay_door import Replaying
from app.crypto.viewing.door import Viewing
from app.journal import Journal
from app.places import Places
from app.processes.pool import Pool
from app.reports.packaging import Packaging
from app.reports.printing import Printing
from app.reports.route_package import RoutePackages
from app.settings import Settings
from app.tokens.keyring import Keyring
from app.tokens.module_records import ModuleRecords
from app.tokens.passive import PassiveContainers
from app.tokens.pins import Pins
from app.tokens.store import Store
from app.tokens.watching import Watcher
from app.values import dataclass
from app.workplace.door import Workplace
from app.workplace.support import Support


@dataclass(frozen=True)
class Services:
    """Everything a face may ask. Building it starts no process, reads settings, sweeps leftovers."""

    places: Places
    settings: Settings
    journal: Journal
    workers: Pool
    renderer: Pool
    pages: Pages
    store: Store
    keyring: Keyring
    modules: ModuleRecords
    pins: Pins
    readers: Watcher
    """Begun by the face that wants to hear of tokens plugged in (`Watcher.start`)."""
    passive: PassiveContainers
    """Whether containers of CryptoPro CSP lie on a token where its module does not show them."""
    stores: Stores
    trust: Trust
    bundles: Bundles
    wanting: Wanting
    practice: Practice
    containers: Containers
    certificates: Certificates
    accreditation: Accreditation
    """The list of accredited authorities."""
    evidence: EvidenceOrders
    proxy_password: ProxyPassword
    requests: Requests
    fields: SignatureFields
    presigning: Presigning
    revisions: Revisions
    signing: Signing
    raising: Raising
    editing: Editing
    verifying: Verifying
    replaying: Replaying
    packages: Packages
    routes: Routes
    """Documents that are signed by several: joint signing by files."""
    route_packages: RoutePackages
    stamping: Stamping
    viewing: Viewing
    printer: Pool
    printing: Printing
    packaging: Packaging
    trials: Trials
    releases: Releases
    """Notes about new versions."""
    backups: Backups
    """Backups of the whole profile."""
    workplace: Workplace
    support: Support

    def close(self) -> None:
        """End every child process. Never hangs."""
        self.proxy_password.forget()
        self.readers.close()
        self.pins.close()
        self.keyring.close()
        self.renderer.close()
        self.printer.close()
        self.workers.close()
        self.packages.close()

    def __enter__(self) -> Self:
        """Use the services as a context: they are closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()
