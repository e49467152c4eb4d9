"""The password of the proxy: asked for where work needs it, once, and not otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest
from documents_desk import DocumentsDesk
from opened import Opened

from app.crypto.network.passwords import ProxyPassword
from app.crypto.network.policy import NetworkPolicy, ProxyMode
from app.settings import NETWORK_PROXY, NETWORK_PROXY_URL, TIME_STAMP_SERVERS
from app.tokens.pin import Secret
from app.ui.asking import SecretQuestion
from app.ui.documents.verbs import Verb
from app.ui.form_dialog import FormDialog
from app.ui.pin_dialog import PinDialog
from app.ui.proxy_asking import ProxyAsking

MANUAL = NetworkPolicy(online=True, proxy=ProxyMode.MANUAL, proxy_url="http://clerk@proxy:3128")


class Asked:
    """A page that keeps the question."""

    def __init__(self) -> None:
        self.questions: list[SecretQuestion] = []
        self.answer: Callable[[Secret], None] = lambda _secret: None

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Keep it."""
        self.questions.append(question)
        self.answer = answer


@pytest.mark.parametrize(
    "policy",
    [
        NetworkPolicy(),
        NetworkPolicy(online=True),
        NetworkPolicy(proxy=ProxyMode.MANUAL, proxy_url=MANUAL.proxy_url),
        NetworkPolicy(online=True, proxy=ProxyMode.MANUAL, proxy_url="http://proxy:3128"),
    ],
)
def test_nothing_is_asked_where_nothing_is_needed(policy: NetworkPolicy) -> None:
    """Offline, without a proxy of the user's own, or with one that wants no name."""
    page, went = Asked(), []
    ProxyAsking(ProxyPassword()).before(page, policy, lambda: went.append(1))
    assert went == [1]
    assert page.questions == []


def test_it_is_asked_once() -> None:
    """The work waits for the answer; the next one finds it."""
    password, page, went = ProxyPassword(), Asked(), []
    asking = ProxyAsking(password)
    asking.before(page, MANUAL, lambda: went.append(1))
    assert went == []
    assert page.questions[0].facts == (("Пользователь", "clerk"),)
    page.answer(Secret(bytearray(b"word")))
    assert went == [1]
    assert password.current is not None
    asking.before(page, MANUAL, lambda: went.append(2))
    assert went == [1, 2]
    assert len(page.questions) == 1
    password.forget()


def test_raising_asks_for_it(window: Opened, tmp_path: Path) -> None:
    """A signature is raised through a proxy with a name: the password first, then the network."""
    letter = tmp_path / "Письмо.txt"
    letter.write_bytes(b"letter")
    desk = DocumentsDesk(window, tmp_path)
    (signature,) = desk.sign(letter)  # a plain one asks nothing of the network, and for no password
    settings = window.services.settings
    settings.set(TIME_STAMP_SERVERS, ("http://127.0.0.1:9/tsa",))
    settings.set(NETWORK_PROXY_URL, "http://clerk@127.0.0.1:9")
    settings.set(NETWORK_PROXY, "manual")
    desk.choose(signature)
    desk.do(Verb.RAISE)
    form = desk.dialog(FormDialog)
    form.choice.setCurrentIndex(form.choice.findData("t"))
    form.ok.click()
    dialog = desk.dialog(PinDialog)
    assert isinstance(dialog, PinDialog)
    assert dialog.heading.text() == "Пароль прокси"
    assert not desk.presenter._deeds.busy
    dialog.line.type("word")
    dialog.ok.click()
    window.until(lambda: window.services.proxy_password.current is not None)
    window.until(lambda: not desk.presenter._deeds.busy)
