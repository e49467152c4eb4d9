"""Time-stamps through real worker processes: limits, the parent's clock, the way of values."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stand_ins import proxy_server, servers
from stand_ins.pki import Pki, pki_of
from stand_ins.servers import Reply, Server
from stand_ins.time_authority import time_authority_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.cms.reading import open_cms
from app.crypto.model import (
    EvidenceOrder,
    SignatureLevel,
    SignedFile,
    SignRequest,
    TimeStampServer,
)
from app.crypto.network.passwords import ProxyPassword, user_of_proxy
from app.crypto.network.policy import NetworkPolicy, ProxyMode
from app.crypto.signing.door import Signing
from app.errors import ErrorCode, RoscherkError
from app.processes import limits
from app.processes.cancelling import Cancel
from app.processes.pool import Pool
from app.tokens.backend import KeyBackend
from app.tokens.model import Container
from app.tokens.pin import Secret

QUICK = KeyAlgorithm.ECDSA_P256


@pytest.fixture
def workers() -> Iterator[Pool]:
    """Start a worker of its own."""
    with Pool("worker", 1) as pool:
        yield pool


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server."""
    with servers.running() as one:
        yield one


class OneKey:
    """A keyring with one key."""

    def __init__(self, pki: Pki) -> None:
        self._pki = pki

    def open(self, container: Container) -> KeyBackend:
        """Return the key."""
        assert container == self._pki.container
        return self._pki.key


def order(pki: Pki, folder: Path, policy: NetworkPolicy, *urls: str) -> EvidenceOrder:
    """Return where the time-stamp comes from."""
    return EvidenceOrder(
        servers=tuple(TimeStampServer(url=url) for url in urls),
        network=replace(policy, cache=folder / "cache"),
        trust=pki.trust(folder / "trust"),
    )


def sign(
    workers: Pool,
    source: Path,
    evidence: EvidenceOrder,
    cancel: Cancel | None = None,
    proxy_password: ProxyPassword | None = None,
) -> SignedFile:
    """Sign at level T."""
    pki = pki_of(QUICK)
    request = SignRequest(
        source=source,
        container=pki.container,
        signing_time=datetime.now(UTC),
        level=SignatureLevel.T,
        evidence=evidence,
    )
    return Signing(workers, OneKey(pki), proxy_password).sign(request, cancel=cancel)


def test_stamped_in_a_worker(workers: Pool, server: Server, source: Path, tmp_path: Path) -> None:
    """A worker asks the server, and what it asked comes back with the answer."""
    url = server.tsa(time_authority_of(QUICK))
    made = sign(workers, source, order(pki_of(QUICK), tmp_path, server.policy(), url))
    assert made.level == "CAdES-T"
    assert made.shortfall is None
    assert [(use.url, use.outcome) for use in made.network] == [(url, "ok")]
    assert open_cms(made.target).signers


def test_a_wrong_clock_is_told(workers: Pool, server: Server, source: Path, tmp_path: Path) -> None:
    """A time-stamp that contradicts this computer's clock is remarked in the answer."""
    tsa = replace(time_authority_of(QUICK), clock=timedelta(hours=-2))
    evidence = order(pki_of(QUICK), tmp_path, server.policy(), server.tsa(tsa))
    made = sign(workers, source, evidence)
    assert made.level == "CAdES-T"
    (told,) = made.notices
    assert told.code == "tsp_clock_skew"
    assert told.facts["minutes"] in {119, 120}


def test_the_signature_is_not_lost(
    workers: Pool, server: Server, source: Path, tmp_path: Path
) -> None:
    """Where no time-stamp can be had, the signature is there, and says why it is no more."""
    url = server.reply(Reply(404))
    made = sign(workers, source, order(pki_of(QUICK), tmp_path, server.policy(), url))
    assert made.level == "CAdES-BES"
    assert made.shortfall is not None
    assert made.shortfall.code == ErrorCode.TIME_STAMP_UNAVAILABLE
    assert made.target.exists()


def test_a_slow_server_costs_no_worker(
    workers: Pool,
    server: Server,
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Waiting for a server is no reason to kill a worker: the parent's clock allows for it."""
    monkeypatch.setattr(limits, "_PATIENCE", 0.05)  # half a second for the work itself
    url = server.tsa(time_authority_of(QUICK), before=[Reply(delay=1.5, status=503)])
    began = time.monotonic()
    made = sign(workers, source, order(pki_of(QUICK), tmp_path, server.policy(), url))
    assert made.level == "CAdES-T"
    assert time.monotonic() - began > 3.5  # the reply, and the pause of two seconds


def test_cancelled_while_waiting(
    workers: Pool, server: Server, source: Path, tmp_path: Path
) -> None:
    """Who calls the work off does not wait for the server, and nothing is left behind."""
    cancel = Cancel()

    def slow(_seen: object) -> Reply:
        cancel.cancel()
        return Reply(delay=20)

    evidence = order(pki_of(QUICK), tmp_path, server.policy(), server.serve(slow))
    before = set(source.parent.iterdir())
    began = time.monotonic()
    with pytest.raises(RoscherkError) as caught:
        sign(workers, source, evidence, cancel)
    assert caught.value.code is ErrorCode.CANCELLED
    assert time.monotonic() - began < 10
    assert set(source.parent.iterdir()) - before <= {tmp_path / "cache"}


def test_password_of_a_proxy(workers: Pool, server: Server, source: Path, tmp_path: Path) -> None:
    """The password of the proxy reaches the worker by its own way, for one task at a time."""
    path = "/" + server.tsa(time_authority_of(QUICK)).split("/", 3)[3]
    password = ProxyPassword()
    with proxy_server.running(server.port, ("buh", "пароль")) as proxy:
        url = proxy.url.replace("//", "//buh@")
        policy = NetworkPolicy(online=True, proxy=ProxyMode.MANUAL, proxy_url=url)
        assert user_of_proxy(policy) == "buh"
        evidence = order(pki_of(QUICK), tmp_path, policy, f"http://tsa.example.ru{path}")
        levels = []
        for secret in (None, Secret.of_text("пароль"), None):
            password.forget()
            if secret is not None:
                password.set(secret)
            made = sign(workers, source, evidence, proxy_password=password)
            levels.append(made.level)
            assert "пароль" not in repr(made)
    assert levels == ["CAdES-BES", "CAdES-T", "CAdES-BES"]


def test_password_is_wiped() -> None:
    """A password that is forgotten or replaced is overwritten; nobody else needs one."""
    first, second = Secret.of_text("первый"), Secret.of_text("второй")
    password = ProxyPassword()
    password.set(first)
    password.set(second)
    assert not any(first.buffer)
    password.forget()
    assert not any(second.buffer)
    assert password.current is None
    assert user_of_proxy(NetworkPolicy(online=True, proxy_url="http://buh@proxy:1")) == ""
