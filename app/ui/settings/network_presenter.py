"""The network among the settings: authorities of time, the proxy's password, fresh lists. No Qt here."""

from collections.abc import Callable, Sequence
from typing import Protocol

from app.crypto.network.passwords import ProxyPassword
from app.crypto.trials.door import Trials
from app.crypto.trials.model import StampTryAnswer
from app.crypto.trust.door import Taken
from app.crypto.trust.model import RefreshAnswer
from app.errors import ErrorFamily, RoscherkError
from app.settings import TIME_STAMP_SERVERS, Setting, Settings
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe_error
from app.texts.showing import local_time, plain
from app.tokens.pin import Secret
from app.ui.asking import SecretQuestion
from app.ui.proxy_asking import proxy_question
from app.ui.rows import Badge, Row, Tone
from app.ui.work import Tasks

Refresh = Callable[
    [Callable[[RefreshAnswer, Taken], None], Callable[[RoscherkError], None]], object
]


class View(Protocol):
    """What the section can do for its presenter."""

    def show_servers(self, rows: Sequence[Row]) -> None:
        """Show the authorities of time in their order."""

    def show_password(self, *, kept: bool) -> None:
        """Show whether the password of the proxy is remembered until the program ends."""

    def show_refresh(self, text: str, *, busy: bool) -> None:
        """Say what came of refreshing the lists."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a password."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""


class NetworkPresenter:
    """Decide what the section of the network shows and does."""

    def __init__(
        self,
        settings: Settings,
        trials: Trials,
        password: ProxyPassword,
        tasks: Tasks,
        *,
        set_value: Callable[[Setting[tuple[str, ...]], tuple[str, ...]], object],
        refresh: Refresh,
    ) -> None:
        """``set_value`` changes a setting and tells everybody; ``refresh`` fetches lists."""
        self._settings = settings
        self._trials = trials
        self._password = password
        self._tasks = tasks
        self._set = set_value
        self._refresh = refresh
        self._tried: dict[str, StampTryAnswer | RoscherkError | None] = {}
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self.show_all()
        self._view.show_refresh("", busy=False)

    def show_all(self) -> None:
        """Show everything again."""
        servers = self._servers()
        rows = [self._row(place, url) for place, url in enumerate(servers)]
        self._view.show_servers(rows)
        self._view.show_password(kept=self._password.current is not None)

    # --- authorities of time

    def add(self, typed: str) -> None:
        """Add an address at the end; without a scheme it is an ordinary one."""
        url = typed.strip()
        if not url:
            return
        if "://" not in url:
            url = f"http://{url}"
        servers = self._servers()
        if url in servers:
            return
        try:
            TIME_STAMP_SERVERS.read([*servers, url])
        except RoscherkError as error:
            self._view.show_error(error.with_facts(value=plain(url)))
            return
        self._set(TIME_STAMP_SERVERS, (*servers, url))

    def remove(self, url: str) -> None:
        """Take an address off the list."""
        self._tried.pop(url, None)
        self._set(TIME_STAMP_SERVERS, tuple(each for each in self._servers() if each != url))

    def move(self, url: str, by: int) -> None:
        """Have an authority asked earlier (-1) or later (1)."""
        servers = list(self._servers())
        if url not in servers:
            return
        place = servers.index(url)
        other = place + by
        if 0 <= other < len(servers):
            servers[place], servers[other] = servers[other], servers[place]
            self._set(TIME_STAMP_SERVERS, tuple(servers))

    def test(self, url: str) -> None:
        """Ask one authority for a time-stamp now."""
        if url not in self._servers():
            return
        self._tried[url] = None
        self.show_all()

        def take(answer: StampTryAnswer | RoscherkError) -> None:
            self._tried[url] = answer
            self.show_all()

        self._tasks.run(
            lambda job: self._trials.stamp(url, job.cancel), done=take, failed=take, lane=None
        )

    def _servers(self) -> tuple[str, ...]:
        return self._settings.get(TIME_STAMP_SERVERS)

    def _row(self, place: int, url: str) -> Row:
        caption = _("Asked first") if place == 0 else _("Asked if those above do not answer")
        badge = None
        if url in self._tried:
            tried = self._tried[url]
            if tried is None:
                badge = Badge(_("Asking…"), Tone.INFO, "clock")
            elif isinstance(tried, RoscherkError):
                words = describe_error(tried)
                badge = Badge(words.heading, Tone.ERROR)
                caption = words.explanation or caption
            else:
                badge = Badge(_("Answers"), Tone.OK)
                told = _("{authority}: {time}, in {seconds} s, by {digest}")
                caption = told.format(
                    authority=plain(tried.authority),
                    time=local_time(tried.time),
                    seconds=f"{tried.seconds:.1f}",
                    digest=tried.digest,
                )
        return Row(
            key=url, title=plain(url), caption=caption, icon="clock", badge=badge, of_file=True
        )

    # --- the proxy

    def ask_password(self, user: str) -> None:
        """Ask for the password of the proxy, or forget the one that is kept."""
        if self._password.current is not None:
            self._password.forget()
            self.show_all()
            return

        def take(secret: Secret) -> None:
            self._password.set(secret)
            self.show_all()

        self._view.ask_secret(proxy_question(user), take)

    # --- revocation lists

    def refresh_lists(self) -> None:
        """Fetch newer revocation lists now."""
        self._view.show_refresh(_("Fetching lists…"), busy=True)

        def take(answer: RefreshAnswer, taken: Taken) -> None:
            new = len(taken.new)
            words = ngettext("{n} newer list came", "{n} newer lists came", new).format(n=new)
            asked = _("addresses asked: {n}").format(n=answer.asked)
            failed = len(answer.problems)
            trouble = _("without success: {n}").format(n=failed) if failed else ""
            told = ", ".join(part for part in (words, asked, trouble) if part)
            self._view.show_refresh(f"{told}.", busy=False)

        def fail(error: RoscherkError) -> None:
            self._view.show_refresh("", busy=False)
            if error.family is not ErrorFamily.SILENT:
                self._view.show_error(error)

        self._refresh(take, fail)
