"""The pages behind the first one: how each is put together.

Loaded when the first page is on the screen: what these pages are made of takes as long to load as all
that is seen at the start.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion

from app.services import Services
from app.ui.certificates.bundle_deeds import BundleDeeds
from app.ui.certificates.page import CertificatesPage
from app.ui.certificates.presenter import CertificatesPresenter
from app.ui.certificates.register_deeds import RegisterDeeds
from app.ui.journal.page import JournalPage
from app.ui.journal.presenter import JournalPresenter
from app.ui.journal.repeating import Again
from app.ui.journal.repeating import Desk as Place
from app.ui.keys.page import KeysPage
from app.ui.keys.presenter import KeysPresenter
from app.ui.settings.care_presenter import CarePresenter
from app.ui.settings.network_presenter import NetworkPresenter
from app.ui.settings.page import SettingsPage
from app.ui.settings.presenter import SettingsPresenter
from app.ui.verify.page import VerifyPage
from app.ui.verify.presenter import VerifyPresenter
from app.ui.widgets.page import Page
from app.ui.workplace.page import WorkplacePage
from app.ui.workplace.presenter import WorkplacePresenter
from app.workplace.model import Remedy

if TYPE_CHECKING:
    from app.ui.assembly import Desk


class Rooms:
    """Makes the pages of one window, each when it is first wanted."""

    def __init__(self, desk: "Desk", services: Services) -> None:
        self._desk = desk
        self._services = services
        self._keys: KeysPresenter | None = None

    def keys(self) -> Page:
        """Return the page of keys and tokens."""
        desk = self._desk
        presenter = KeysPresenter(
            keys=desk.keys,
            store=self._services.store,
            certificates=self._services.certificates,
            containers=self._services.containers,
            keyring=self._services.keyring,
            requests=self._services.requests,
            secrets=desk.secrets,
            pins=self._services.pins,
            watch=desk.watch,
            notes=desk.notes,
            tasks=desk.tasks,
        )
        self._keys = presenter
        return KeysPage(presenter, desk.dialogs, desk.viewing, desk.window.tell)

    def certificates(self) -> Page:
        """Return the page of certificates."""
        desk = self._desk
        register = RegisterDeeds(self._services.accreditation, desk.notes, desk.tasks)
        presenter = CertificatesPresenter(desk.trusting, register)
        bundles = BundleDeeds(self._services.bundles, desk.trusting, desk.tasks)
        return CertificatesPage(presenter, bundles, register, desk.dialogs, desk.viewing)

    def verification(self) -> Page:
        """Return the page of verification."""
        desk = self._desk
        presenter = VerifyPresenter(
            practice=desk.practice,
            checking=desk.checking,
            packages=self._services.packages,
            tasks=desk.tasks,
        )
        return VerifyPage(presenter, desk.dialogs, desk.viewing, desk.saving)

    def journal(self) -> Page:
        """Return the page of the journal."""
        desk = self._desk
        presenter = JournalPresenter(
            self._services.journal,
            desk.health,
            desk.notes,
            self._services.printing,
            desk.tasks,
            do_again=self._do_again,
        )
        return JournalPage(presenter, desk.dialogs)

    def _do_again(self, plan: Again) -> None:
        """Open the page where a row of the journal is done again; nothing is done yet."""
        desk = self._desk
        places = (Place.DOCUMENTS, Place.KEYS, Place.CERTIFICATES, Place.VERIFICATION)
        page = desk.window.page(places.index(plan.desk))
        desk.window.go_to(places.index(plan.desk))
        if plan.desk is Place.DOCUMENTS and desk.documents is not None:
            desk.documents.take_options(plan.options(desk.documents.options))
            if plan.key in {each.uri for each in desk.keys.keys}:
                desk.documents.choose_key(str(plan.key))
        if plan.desk is Place.KEYS and self._keys is not None and plan.key:
            self._keys.want(plan.key)
        if plan.file is not None:
            page.accept_paths([plan.file])

    def settings(self) -> Page:
        """Return the page of settings."""
        desk = self._desk
        presenter = SettingsPresenter(
            self._services.settings,
            self._services.places,
            desk.practice,
            desk.tasks,
            self._services.modules,
            on_change=desk.follow,
        )
        network = NetworkPresenter(
            self._services.settings,
            self._services.trials,
            self._services.proxy_password,
            desk.tasks,
            set_value=presenter.set,
            refresh=desk.trusting.refresh,
        )
        care = CarePresenter(self._services, desk.notes, desk.tasks, leave=desk.window.close)
        page = SettingsPage(presenter, network, care, desk.dialogs)
        page.comfort.tour_asked.connect(desk.first_run.begin)
        page.comfort.clear_asked.connect(desk.manners.recent.clear)
        return page

    def workplace(self) -> Page:
        """Return the page of the workplace check."""
        desk = self._desk
        presenter = WorkplacePresenter(
            self._services.workplace,
            self._services.support,
            desk.tasks,
            do=self._remedy,
            qt=qVersion(),
        )
        return WorkplacePage(presenter, desk.dialogs)

    def _remedy(self, remedy: Remedy) -> None:
        """Open the page where something is mended."""
        desk = self._desk
        pages = {Remedy.KEYS: 1, Remedy.CERTIFICATES: 2, Remedy.JOURNAL: 4, Remedy.SETTINGS: 5}
        if remedy in pages:
            desk.window.go_to(pages[remedy])
        elif remedy is Remedy.OPEN_PROFILE:
            desk.dialogs.show_folder(str(self._services.places.data))
