"""The only place where concrete parts meet: it builds `Services` of one profile."""

import sys
from functools import cache
from pathlib import Path

from app.crypto.accreditation.door import Accreditation
from app.crypto.backups.door import Backups
from app.crypto.certificates.door import Certificates
from app.crypto.containers.door import open_door
from app.crypto.containers.looking import looked_for
from app.crypto.direct_reading import DirectReading
from app.crypto.editing.door import Editing
from app.crypto.evidence.orders import EvidenceOrders
from app.crypto.fields.door import SignatureFields
from app.crypto.gathering.door import Gathering
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
from app.crypto.signing.administrators import Administrators
from app.crypto.signing.door import Signing
from app.crypto.stamping.door import Stamping
from app.crypto.trials.door import Trials
from app.crypto.trust.bundle_door import Bundles
from app.crypto.trust.changes import TrustChanges
from app.crypto.trust.door import Trust
from app.crypto.trust.folders import Stores
from app.crypto.trust.wanting import Wanting
from app.crypto.verifying.door import Verifying
from app.crypto.verifying.replay_door import Replaying
from app.crypto.viewing.door import Viewing
from app.journal import Journal
from app.places import Places, sweep
from app.processes.pool import Pool
from app.reports.packaging import Packaging
from app.reports.printing import Printing
from app.reports.route_package import RoutePackages
from app.services import Services
from app.settings import ALLOWED_MODULES, MODULES, READ_CRYPTOPRO_FOLDERS, RECENT_FOLDER, Settings
from app.tokens.bindings import Bindings
from app.tokens.card_reader import Cards
from app.tokens.catalogue import find_modules
from app.tokens.cryptopro_folders import CryptoProFolders
from app.tokens.csp.installed import installed_csp
from app.tokens.csp_keys import CspKeys
from app.tokens.key_prints import KeyPrints
from app.tokens.keyring import Keyring
from app.tokens.module_records import ModuleRecords
from app.tokens.passive import RECENT_SECONDS, PassiveContainers
from app.tokens.pins import Pins
from app.tokens.pkcs12 import PfxFiles
from app.tokens.stops import StoppedKeys
from app.tokens.store import Store
from app.tokens.token_places import TokenPlaces
from app.tokens.traffic import Traffic
from app.tokens.watching import Change, Watcher
from app.workplace.door import Parts, Workplace
from app.workplace.support import Support


def build(places: Places, *, jobs: int = 2) -> Services:
    """Put the parts of one profile together; ``jobs`` workers at most read files at once."""
    sweep(places)
    settings = Settings.of(places)
    workers = Pool("worker", jobs)
    renderer = Pool("renderer", 1)
    printer = Pool("printer", 1)
    store = Store(places.containers, workers)
    practice_store = Store(places.practice / "containers", workers, practice=True)
    modules = ModuleRecords(places.data / "token_modules.json")
    reading = DirectReading(workers, lambda: settings.get(READ_CRYPTOPRO_FOLDERS))
    bindings = Bindings(places.bindings, workers)
    stops = StoppedKeys(places.stopped_keys, KeyPrints(workers).of)
    traffic = Traffic()
    cards = Cards(reading.demand, traffic)
    passive = PassiveContainers(cards)
    csp_keys = CspKeys() if sys.platform == "win32" else None
    keyring = Keyring(
        store=store,
        practice=practice_store,
        pfx=PfxFiles(workers),
        cryptopro=CryptoProFolders(workers, reading.demand),
        cards=cards,
        csp=csp_keys,
        tokens=lambda: _find_tokens(settings, modules, traffic),
        bound=bindings.applied,
    )
    requests = Requests(workers, keyring, places.requests, demand=stops.demand)
    stores = Stores(places)
    proxy_password = ProxyPassword()
    evidence = EvidenceOrders(settings, places, stores.material)
    accreditation = Accreditation(workers, places.accreditation, evidence.policy, proxy_password)
    changes = TrustChanges(stores, places.trust / "changes")
    certificates = Certificates(workers, stores.material, evidence.policy, proxy_password)
    trust = Trust(workers, stores, changes, evidence, proxy_password)
    signing = Signing(
        workers,
        keyring,
        proxy_password,
        demand=stops.demand,
        permit=Administrators(settings).demand,
    )
    verifying = Verifying(workers, stores.material, evidence.policy, proxy_password)
    pins = Pins(keyring.token_places, passive=passive.on)
    readers = Watcher(poll=lambda: _plugged(keyring))
    readers.heed(lambda change: _after(change, keyring, pins, cards))
    journal = Journal(places.journal, places.journal_head)
    containers = open_door(
        places=places,
        workers=workers,
        keyring=keyring,
        store=store,
        stores=stores,
        certificates=certificates,
        bindings=bindings,
        stops=stops,
        pending=requests.pending,
        permit=reading.demand,
        passive=lambda token: looked_for(passive.on(token, within=RECENT_SECONDS)),
        csp=(csp := cache(installed_csp)),
        windows=csp_keys,
    )
    printing = Printing(printer)
    editing = Editing(workers)
    packages = Packages(workers, verifying, places.unpacked, places.checked_files)
    routes = Routes(workers, packages, verifying, editing, places.routes)
    trials = Trials(workers, evidence, proxy_password)
    parts = Parts(
        places=places,
        settings=settings,
        journal=journal,
        printing=printing,
        trials=trials,
        keyring=keyring,
        looking=containers.looking,
        trust=trust,
        accreditation=accreditation,
        csp=csp,
    )
    return Services(
        places=places,
        settings=settings,
        journal=journal,
        workers=workers,
        renderer=renderer,
        pages=Pages(renderer),
        store=store,
        keyring=keyring,
        modules=modules,
        pins=pins,
        readers=readers,
        passive=passive,
        stores=stores,
        trust=trust,
        wanting=Wanting(trust, certificates, verifying),
        bundles=Bundles(
            workers,
            trust,
            stores=stores,
            changes=changes,
            signing=signing,
            verifying=verifying,
            registers=accreditation.list_files,
            take_register=accreditation.take_in,
        ),
        practice=Practice(places, workers),
        containers=containers,
        certificates=certificates,
        accreditation=accreditation,
        evidence=evidence,
        proxy_password=proxy_password,
        requests=requests,
        signing=signing,
        fields=SignatureFields(workers),
        presigning=Presigning(workers),
        revisions=Revisions(workers, renderer),
        raising=Raising(workers, proxy_password),
        editing=editing,
        verifying=verifying,
        replaying=Replaying(workers),
        packages=packages,
        routes=routes,
        route_packages=RoutePackages(routes, verifying, printing),
        stamping=Stamping(workers, stores.material),
        viewing=Viewing(workers, verifying),
        printer=printer,
        printing=printing,
        packaging=Packaging(printing, Gathering(workers, stores.material, evidence.policy)),
        trials=trials,
        releases=Releases(
            workers, settings, evidence.policy, proxy_password, seen=places.data / "releases.json"
        ),
        backups=Backups(places, workers),
        workplace=Workplace(parts),
        support=Support(places, settings, journal),
    )


def _find_tokens(settings: Settings, records: ModuleRecords, traffic: Traffic) -> TokenPlaces:
    """Look for PKCS #11 modules: those of the catalogue, and those the user added."""
    documents = [Path(folder) for folder in (settings.get(RECENT_FOLDER),) if folder]
    found = find_modules(
        map(Path, settings.get(MODULES)),
        away_from=documents,
        allowed=[Path(each) for each in settings.get(ALLOWED_MODULES)],
    )
    return TokenPlaces(found.modules, refused=found.refused, admit=records.admit, traffic=traffic)


def _plugged(keyring: Keyring) -> frozenset[tuple[Path, int, str]]:
    """Return what can be compared of the tokens there are."""
    return frozenset((each.module, each.slot, each.serial) for each in keyring.tokens().tokens)


def _after(change: Change, keyring: Keyring, pins: Pins, cards: Cards) -> None:
    """Let nothing outlive a token that was pulled out: no handle, no remembered PIN."""
    cards.forget()
    if change.removed:
        pins.cache.forget()
        keyring.renew_tokens()
