"""PINs remembered for a while because a person ticked that: offered, used, shown, forgotten. No Qt here.

What is remembered lies in `app.tokens.pin_cache` alone. It is used once for each piece of work; where
the token says that wrong PINs were typed since, it is forgotten and the person is asked.
"""

from collections.abc import Callable

from app import settings as table
from app.settings import Settings
from app.texts.catalogue import _, ngettext
from app.texts.showing import plain
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.tokens.pin_cache import IDLE, LONGEST, PinCache
from app.tokens.pin_state import PinRole, pin_state
from app.ui.known_keys import KnownKeys, is_on
from app.ui.work import Tasks
from app.values import dataclass

_MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What the window shows while a PIN is remembered."""

    heading: str
    caption: str
    words: str


class PinMemory:
    """What the window remembers of PINs. Used from the UI thread; changes are told there."""

    def __init__(self, cache: PinCache, settings: Settings, keys: KnownKeys, tasks: Tasks) -> None:
        self._cache = cache
        self._settings = settings
        self._keys = keys
        self._watchers: list[Callable[[], None]] = []
        self.hears_lock = False
        """Somebody tells when the screen is locked (`app.ui.session_watch`)."""
        cache.heed(lambda: tasks.post(self._tell))
        keys.watch(self._look_for_gone)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be called after each change of what is remembered."""
        self._watchers.append(watcher)

    def offer(self, token: Token) -> tuple[str, str]:
        """Return the words of the tick and of its terms; empty where nothing may be remembered."""
        state = pin_state(token, PinRole.USER)
        allowed = self._settings.get(table.REMEMBER_PIN) and not self._keys.practice
        if not allowed or token.flags.pin_pad or not token.serial or state.last_try:
            return "", ""
        most, idle = int(LONGEST) // _MINUTE, int(IDLE) // _MINUTE
        tick = _("Remember the PIN until the end of the session, {minutes} minutes at most")
        terms = _(
            "In memory only. Forgotten sooner: after {idle} minutes without use, when the token is "
            "pulled out, the computer sleeps or the window is closed."
        )
        if self.hears_lock:
            terms = _(
                "In memory only. Forgotten sooner: after {idle} minutes without use, when the token "
                "is pulled out, the screen is locked, the computer sleeps or the window is closed."
            )
        return tick.format(minutes=most), terms.format(idle=idle)

    def take(self, token: Token) -> Secret | None:
        """Return the remembered PIN of a token, as it describes itself now; None: ask the person.

        A PIN that the token refuses is forgotten at once, before anybody can send it again; while
        one is on its way, whoever else wants to work with the token is asked to type it.
        """
        if not self._settings.get(table.REMEMBER_PIN):
            self._cache.forget()
            return None
        state = pin_state(token, PinRole.USER)
        spent = None not in (token.tries_left, token.tries_most) and (
            token.tries_left != token.tries_most
        )
        if state.low or state.last_try or state.locked or not state.is_set or spent:
            self._cache.forget(token)
            return None
        return self._cache.take(token)

    def keep_once_right(self, token: Token, secret: Secret) -> None:
        """Remember a typed PIN as soon as its token has accepted it."""
        waiting = [secret]

        def answered(accepted: bool) -> None:  # `Secret.at_answer`
            if waiting and waiting.pop() is secret and accepted:
                self._cache.keep(token, secret)

        secret.at_answer(answered)

    def told(self) -> Remembered | None:
        """Say that PINs are remembered, of which tokens and for how long; None: nothing is."""
        tokens = self._cache.tokens()
        if not tokens:
            return None
        heading = _("PIN remembered")
        if len(tokens) > 1:
            count = len(tokens)
            heading = ngettext("{n} PIN is remembered", "{n} PINs are remembered", count)
            heading = heading.format(n=count)
        left = max(self._cache.left(each) for each in tokens)
        minutes = max(1, -int(-left // _MINUTE))
        names = ", ".join(plain(each.label or each.model) for each in tokens)
        return Remembered(
            heading=heading,
            caption=_("Forget · {n} min more").format(n=minutes),
            words=_("Token: {names}. Click to forget the PIN at once.").format(names=names),
        )

    def forget(self) -> None:
        """Forget every PIN."""
        self._cache.forget()

    def forget_of(self, token: Token) -> None:
        """Forget the PIN of one token."""
        self._cache.forget(token)

    def _look_for_gone(self) -> None:
        """Forget the PINs of tokens that are no longer there."""
        keys = self._keys
        if keys.waiting or keys.failures or not keys.read_once:
            return
        there = [each for token in keys.tokens for each in (token, *token.slots)]
        for token in self._cache.tokens():
            if not any(is_on(token, each) for each in there):
                self._cache.forget(token)

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()
