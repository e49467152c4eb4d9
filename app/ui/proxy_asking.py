"""Asking for the password of the proxy when work would need it. No Qt here."""

from collections.abc import Callable
from typing import Protocol

from app.crypto.network.passwords import ProxyPassword, user_of_proxy
from app.crypto.network.policy import NetworkPolicy
from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.pin import Secret
from app.ui.asking import SecretQuestion


class View(Protocol):
    """What is needed of a page."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password; no answer means no."""


def proxy_question(user: str) -> SecretQuestion:
    """Return how the password is asked for."""
    return SecretQuestion(
        heading=_("Password of the proxy"),
        prompt=_("Password"),
        purpose=_("It is kept in memory until the program ends, and never written."),
        facts=((_("User"), plain(user)),) if user else (),
    )


class ProxyAsking:
    """Keeps one password for the whole window."""

    def __init__(self, password: ProxyPassword) -> None:
        self._password = password

    def before(self, view: View, policy: NetworkPolicy, go: Callable[[], object]) -> None:
        """Go on, after the password was asked for if this network needs one that is not there."""
        user = user_of_proxy(policy)
        if not user or self._password.current is not None:
            go()
            return

        def take(secret: Secret) -> None:
            self._password.set(secret)
            go()

        view.ask_secret(proxy_question(user), take)
