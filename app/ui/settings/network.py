"""The section of the network: on or off, the proxy, authorities of time, fresh lists."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import settings as table
from app.errors import RoscherkError
from app.settings import Setting
from app.texts.catalogue import N_, _
from app.tokens.pin import Secret
from app.ui.asking import SecretQuestion
from app.ui.dialogs import Dialogs
from app.ui.phrases import Phrases
from app.ui.rows import Row
from app.ui.settings.network_presenter import NetworkPresenter
from app.ui.settings.section import Section
from app.ui.widgets.buttons import button
from app.ui.widgets.check import Check
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label
from app.ui.widgets.rows import RowView
from app.ui.widgets.segments import Segments

_MOST = 4
SetValue = Callable[[Setting[Any], Any], object]
"""Changes a setting, and tells everybody whom it governs."""


class NetworkSection(Section):
    """Shows what its presenter decides; the simple settings go to the page's own presenter."""

    def __init__(
        self,
        phrases: Phrases,
        presenter: NetworkPresenter,
        dialogs: Dialogs,
        set_value: SetValue,
    ) -> None:
        super().__init__(phrases, N_("Network"))
        self._presenter = presenter
        self._dialogs = dialogs
        self._kept = False
        self._make_use(phrases, set_value)
        self._make_servers(phrases)
        self._make_lists(phrases)
        presenter.attach(self)

    def _make_use(
        self,
        phrases: Phrases,
        set_value: SetValue,
    ) -> None:
        self.online = Check()
        phrases.say(self.online.setText, N_("May be used"))
        self.proxy = Segments(
            phrases,
            (
                ("system", N_("As in the system")),
                ("manual", N_("By hand")),
                ("none", N_("None")),
            ),
        )
        self.url = QLineEdit()
        phrases.say(self.url.setPlaceholderText, N_("http://user@proxy.example:3128"))
        self.password = button("lock-keyhole")
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.url, 1)
        line.addWidget(self.password)
        self.add(
            N_("Access"),
            self.online,
            table.NETWORK_ONLINE,
            N_("Only time stamps, revocation and certificates of authorities; never a document."),
        )
        self.add(N_("Proxy"), self.proxy, table.NETWORK_PROXY)
        self.add(
            N_("Address of the proxy"),
            row,
            table.NETWORK_PROXY_URL,
            N_("Without the password: that is kept in memory only, until the program ends."),
        )
        phrases.say(self.url.setAccessibleName, N_("Address of the proxy"))
        phrases.tell(lambda _text: self._say_password(), str)
        self.online.clicked.connect(lambda on: set_value(table.NETWORK_ONLINE, on))
        self.proxy.chosen.connect(lambda key: set_value(table.NETWORK_PROXY, key))
        self.url.editingFinished.connect(
            lambda: set_value(table.NETWORK_PROXY_URL, self.url.text().strip())
        )
        self.password.clicked.connect(self._ask_password)

    def _make_servers(self, phrases: Phrases) -> None:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.servers = RowView()
        phrases.say(self.servers.setAccessibleName, N_("Authorities of time"))
        self.none = label("muted", wrap=True)
        phrases.say(self.none.setText, N_("None yet: signatures get no time stamp."))
        self.typed = QLineEdit()
        phrases.say(self.typed.setPlaceholderText, N_("http://address of the service"))
        phrases.say(self.typed.setAccessibleName, N_("Address of an authority of time"))
        self.plus = button("plus")
        phrases.say(self.plus.setText, N_("Add"))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.typed, 1)
        line.addWidget(self.plus)
        self.test, self.up, self.down, self.minus = (button() for _each in range(4))
        phrases.say(self.test.setText, N_("Try now"))
        phrases.say(self.up.setText, N_("Ask earlier"))
        phrases.say(self.down.setText, N_("Ask later"))
        phrases.say(self.minus.setText, N_("Take off the list"))
        deeds = Flow(self.test, self.up, self.down, self.minus)
        for each in (self.none, self.servers):
            column.addWidget(each)
        column.addLayout(deeds)
        column.addLayout(line)
        self.add(
            N_("Authorities of time"),
            box,
            table.TIME_STAMP_SERVERS,
            N_("Asked in this order, until one answers; they get a digest, never the document."),
        )
        presenter = self._presenter
        self.plus.clicked.connect(self._add)
        self.typed.returnPressed.connect(self._add)
        self.test.clicked.connect(lambda: self._with_chosen(presenter.test))
        self.up.clicked.connect(lambda: self._with_chosen(lambda url: presenter.move(url, -1)))
        self.down.clicked.connect(lambda: self._with_chosen(lambda url: presenter.move(url, 1)))
        self.minus.clicked.connect(lambda: self._with_chosen(presenter.remove))
        self.servers.chosen.connect(self._on_server)
        self._on_server([])

    def _make_lists(self, phrases: Phrases) -> None:
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        self.refresh = button("refresh-cw")
        phrases.say(self.refresh.setText, N_("Refresh now"))
        self.refreshed = label("muted", wrap=True)
        line.addWidget(self.refresh)
        line.addWidget(self.refreshed, 1)
        self.add(
            N_("Revocation lists"),
            box,
            None,
            N_("Those that the certificates in the stores name; a newer one replaces an older."),
        )
        self.refresh.clicked.connect(self._presenter.refresh_lists)

    # --- what the presenters ask for

    def show_values(self, *, online: bool, proxy: str, url: str) -> None:
        """Show the values that hold now."""
        self.online.setChecked(online)
        self.proxy.show_choice(proxy)
        if not self.url.hasFocus():
            self.url.setText(url)
        manual = proxy == "manual"
        self.url.setEnabled(manual)
        self.password.setEnabled(manual and bool(_user_of(url)))
        self._presenter.show_all()

    def show_servers(self, rows: Sequence[Row]) -> None:
        """Show the authorities of time in their order."""
        self.servers.show_rows(rows)
        self.servers.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.servers.fit_height(most=_MOST)
        self._on_server(self.servers.chosen_keys())

    def show_password(self, *, kept: bool) -> None:
        """Show whether the password of the proxy is remembered."""
        self._kept = kept
        self._say_password()

    def show_refresh(self, text: str, *, busy: bool) -> None:
        """Say what came of refreshing the lists."""
        self.refreshed.setText(text)
        self.refresh.setEnabled(not busy)

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a password."""
        self._dialogs.ask_secret(question, answer)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    # --- the section's own

    def _say_password(self) -> None:
        self.password.setText(_("Forget the password") if self._kept else _("Password…"))

    def _ask_password(self) -> None:
        self._presenter.ask_password(_user_of(self.url.text()))

    def _add(self) -> None:
        self._presenter.add(self.typed.text())
        self.typed.clear()

    def _with_chosen(self, act: Callable[[str], None]) -> None:
        for url in self.servers.chosen_keys()[:1]:
            act(url)

    def _on_server(self, chosen: list[str]) -> None:
        count = self.servers.rows.rowCount()
        place = self.servers.rows.place_of(chosen[0]) if chosen else None
        for each, usable in (
            (self.test, place is not None),
            (self.minus, place is not None),
            (self.up, bool(place)),
            (self.down, place is not None and place < count - 1),
        ):
            each.setVisible(count > 0)
            each.setEnabled(usable)


def _user_of(url: str) -> str:
    try:
        return urlsplit(url).username or ""
    except ValueError:
        return ""
