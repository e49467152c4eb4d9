"""What a check asked of the network, in the window of verification; checking again without it."""

from pathlib import Path

from opened import Opened
from stand_ins import servers
from test_main_job import drop
from test_trust_window import find, online_pki, signed, words

from app import settings
from app.crypto.trust.folders import StoreName
from app.ui.verify.page import VerifyPage
from app.ui.widgets.network_line import NetworkLine


def line(it: VerifyPage) -> NetworkLine | None:
    """Return the line on the card."""
    found = [each for each in it.details.findChildren(NetworkLine) if each.isVisible()]
    return found[0] if found else None


def test_asked_unfolded_and_without(window: Opened, tmp_path: Path) -> None:
    """The addresses stand under one line; «без сети» asks nobody and says so."""
    with servers.running() as server:
        window.services.settings.set(settings.NAMED_HOSTS, (server.host,))
        pki = online_pki(server)
        window.services.stores.add(StoreName.ANCHORS, pki.root)
        signature = signed(window, pki, tmp_path)
        window.desk.window.go_to(3)
        it = window.desk.window.page(3)
        drop(window, signature)
        window.until(lambda: line(it) is not None)
        shown = line(it)
        assert shown.toggle.text().startswith("Сеть: запрошен")
        assert not shown.lines.isVisible()
        shown.toggle.click()
        assert shown.lines.isVisible()
        assert f"список отозванных сертификатов с адреса http://{server.host}" in words(shown)
        asked = len(server.seen)
        shown.without.click()
        window.until(lambda: line(it) not in {None, shown} and "Сеть выключена" in said(line(it)))
        assert len(server.seen) == asked
        assert find(line(it), "без сети") is None
        window.services.settings.set(settings.NETWORK_ONLINE, False)
        before = line(it)
        find(before, "ещё раз").click()
        window.until(lambda: line(it) not in {None, before})
        assert "Сеть выключена" in said(line(it))
    assert len(server.seen) == asked


def said(shown: NetworkLine) -> str:
    """Return the line itself, whether it unfolds or not."""
    toggle = getattr(shown, "toggle", None)
    return words(shown) if toggle is None else toggle.text()
