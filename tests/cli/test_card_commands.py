"""Containers on a passive token, from the command line: real pcscd, a virtual Рутокен Lite."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from roscherk_run import Roscherk
from stand_ins.bare_machine import as_it_is
from stand_ins.cryptopro_folder import make
from stand_ins.pki import pki_of
from stand_ins.virtual_lite import VirtualLite
from stand_ins.vpcd import AbsentError, Plug, PrivatePcscd

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.places import Places
from app.settings import READ_CRYPTOPRO_FOLDERS, Settings
from app.tokens.cards.pcsc import PcscReaders
from app.tokens.token_places import TokenPlaces

PIN = "12345678"
URI = "card:2ad0cafe/0A00"
Typed = Callable[[bytes], None]


@pytest.fixture(scope="module")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePcscd]:
    """Return a pcscd of our own; skip where there is none."""
    server = PrivatePcscd(tmp_path_factory.mktemp("pcscd"), "Aktiv Rutoken lite")
    try:
        server.start()
    except AbsentError as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def lite(
    pcscd: PrivatePcscd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VirtualLite]:
    """Plug a token with one container in; no PKCS #11 module looks at it."""
    monkeypatch.setenv(*pcscd.variable)
    as_it_is(monkeypatch)
    monkeypatch.setattr("app.composition._find_tokens", lambda *_: TokenPlaces(()))
    card = VirtualLite()
    issue = pki_of(KeyAlgorithm.ECDSA_P256).ca_issuer.issue
    card.put(make(tmp_path / "made.000", name="Подпись ФНС", issue=issue).folder)
    plug = Plug(card, pcscd.port)
    plug.insert()
    _wait_for_card(there=True)
    yield card
    plug.remove()
    _wait_for_card(there=False)


def _wait_for_card(*, there: bool) -> None:
    """Wait until pcscd has seen it: it looks at its readers twice a second."""
    until = time.monotonic() + 5
    readers = PcscReaders()
    while time.monotonic() < until:
        if _sees_card(readers) is there:
            return
        time.sleep(0.05)
    raise AssertionError("pcscd does not notice")


def _sees_card(readers: PcscReaders) -> bool:
    try:
        with readers.open("Aktiv Rutoken lite 00 00") as card:
            return card is not None
    except RoscherkError as error:
        # It went while it was being opened.
        if error.code is not ErrorCode.TOKEN_REMOVED:
            raise
        return False


@pytest.fixture
def allowed(places: Places) -> None:
    """Switch the expert setting on: keys may be read to sign."""
    Settings.of(places).set(READ_CRYPTOPRO_FOLDERS, True)


def test_key_of_a_qualified_certificate_is_left_alone(
    roscherk: Roscherk, lite: VirtualLite, tmp_path: Path
) -> None:
    """By default no PIN is even asked for: the pair is compared, and the way out is named."""
    shown = roscherk("containers")
    assert "Нужен КриптоПро CSP" in shown.out
    tested = roscherk("container", "test", URI, "--json")
    assert "test_not_opened" in tested.out
    document = tmp_path / "Договор.txt"
    document.write_text("Договор", encoding="utf-8")
    refused = roscherk("sign", document, "--key", URI, "--json")
    assert refused.json["code"] == "key_reading_off"
    assert lite.verified == 0


@pytest.mark.usefixtures("allowed")
def test_passive_container_from_the_list_to_a_signature(
    roscherk: Roscherk, lite: VirtualLite, typed: Typed, tmp_path: Path
) -> None:
    """Listed without the PIN, tested, and signed with one VERIFY each."""
    listed = roscherk("containers", "--json")
    (container,) = listed.json["containers"]
    assert (container["uri"], container["label"]) == (URI, "Подпись ФНС")
    assert container["place"] == "card"
    assert lite.verified == 0
    typed(f"{PIN}\n".encode())
    tested = roscherk("container", "test", URI, "--pin-stdin", "--json")
    assert "test_opens" in tested.out
    document = tmp_path / "Договор.txt"
    document.write_text("Договор", encoding="utf-8")
    typed(f"{PIN}\n".encode())
    signed = roscherk("sign", document, "--key", URI, "--pin-stdin")
    assert signed.code == 0, signed.err
    assert lite.verified == 2
    assert not lite.right
    verified = roscherk("verify", f"{document}.sig", "--offline", "--json")
    (signature,) = verified.json["files"][0]["signatures"]
    assert signature["integrity"] == "intact"


@pytest.mark.usefixtures("allowed")
def test_wrong_pin_is_told_with_the_tries_left(
    roscherk: Roscherk, lite: VirtualLite, typed: Typed
) -> None:
    """One attempt a call."""
    typed(b"00000000\n")
    refused = roscherk("container", "test", URI, "--pin-stdin", "--json")
    assert refused.code == 1
    assert refused.json["code"] == "pin_wrong"
    assert refused.json["facts"]["tries_left"] == 9
    assert lite.verified == 1


def test_copying_and_deleting_are_left_to_csp(
    roscherk: Roscherk, lite: VirtualLite, tmp_path: Path
) -> None:
    """Nothing is taken off a token, and nothing is erased on it."""
    target = tmp_path / "out.p12"
    assert roscherk("container", "export", URI, "--output", target).code != 0
    assert not target.exists()
    assert lite.verified == 0


def test_hidden_container_is_shown_with_the_pin(
    roscherk: Roscherk, lite: VirtualLite, typed: Typed
) -> None:
    """The token tells a name; the certificate comes after the PIN."""
    lite._open = frozenset({"name"})
    (hidden,) = roscherk("containers", "--json").json["containers"]
    assert (hidden["state"], hidden["certificate"]) == ("hidden", None)
    typed(f"{PIN}\n".encode())
    (shown,) = roscherk("containers", URI, "--pin-stdin", "--json").json["containers"]
    assert shown["certificate"] is not None
    assert lite.verified == 1
