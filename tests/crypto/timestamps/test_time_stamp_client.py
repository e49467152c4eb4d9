"""Asking authorities over a real socket: the order, the pauses, the digests, and every lie."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from stamping_lab import DATA, QUICK, SIGNING, Stamping, chain_under, digest_of, quick_tsa
from stand_ins import openssl
from stand_ins.openssl_services import OpensslTsa, verify_time_stamp
from stand_ins.pki import pki_of
from stand_ins.servers import Reply, Server
from stand_ins.time_authority import POLICY, Lie, make_time_authority, refusal, time_authority_of

from app.algorithms import names
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates.building import RevokedEntry
from app.crypto.certificates.outline import Outline
from app.crypto.model import EvidenceOrder, SignatureLevel, TimeStampServer
from app.crypto.network.policy import NetworkPolicy, Purpose
from app.crypto.timestamps.client import StampedToken
from app.crypto.timestamps.patience import PAUSES, longest_wait
from app.crypto.verdict.facts import TimeStampKind
from app.crypto.verdict.stamps import is_sound
from app.errors import ErrorCode, RoscherkError
from app.processes.limits import for_content
from app.texts.errors import describe_error

REASONS = {
    Lie.IMPRINT: "imprint",
    Lie.IMPRINT_DIGEST: "imprint",
    Lie.NONCE: "nonce",
    Lie.NO_NONCE: "nonce",
    Lie.POLICY: "policy",
    Lie.REFUSED_WITH_TOKEN: "token_unexpected",
    Lie.GRANTED_WITHOUT_TOKEN: "token_missing",
    Lie.HALF: "reply",
    Lie.HTML: "reply",
    Lie.EMPTY: "reply",
    Lie.TRAILING: "reply",
    Lie.NO_CERTIFICATE: "certificate",
    Lie.CONTENT_TYPE: "content_type",
    Lie.NO_ATTRIBUTES: "signature",
    Lie.NO_SIGNING_CERTIFICATE: "signing_certificate",
    Lie.OTHER_SIGNING_CERTIFICATE: "signing_certificate",
    Lie.TWO_SIGNERS: "signers",
    Lie.NO_SIGNER: "signers",
    Lie.SIGNATURE: "signature",
    Lie.MESSAGE_DIGEST: "signature",
    Lie.VERSION: "version",
    Lie.DETACHED: "structure",
    Lie.CRITICAL_EXTENSION: "extension",
}


def stamp(stamping: Stamping, preferred: str = "sha256") -> StampedToken:
    """Ask for a time-stamp."""
    return stamping.client.stamp(digest_of, preferred)


def failure(stamping: Stamping, preferred: str = "sha256") -> RoscherkError:
    """Return the error that asking gives; it has words, and none of them is a code."""
    with pytest.raises(RoscherkError) as caught:
        stamp(stamping, preferred)
    words = describe_error(caught.value)
    reason = str(caught.value.facts.get("reason", "no reason"))
    assert f"Reason: {reason}." not in words.explanation
    return caught.value


@pytest.mark.parametrize("algorithm", SIGNING)
def test_stamp(server: Server, algorithm: KeyAlgorithm) -> None:
    """A time-stamp of each kind of authority comes back checked, with its certificates."""
    tsa = time_authority_of(algorithm)
    stamping = Stamping(server, server.tsa(tsa), chain=chain_under(pki_of(algorithm).root))
    token = stamp(stamping, "streebog256")
    assert is_sound(token.facts)
    assert token.facts.imprint_digest == "streebog256"
    assert token.facts.kind is TimeStampKind.SIGNATURE
    assert set(token.certificates) == {tsa.certificate, *tsa.chain}
    assert token.facts.warnings == ()
    assert server.seen[0].headers["content-type"] == "application/timestamp-query"
    assert [(use.purpose, use.outcome) for use in stamping.network.uses] == [
        (Purpose.TIME_STAMP, "ok")
    ]


@pytest.mark.parametrize("algorithm", SIGNING)
def test_stamp_of_the_referee(server: Server, tmp_path: Path, algorithm: KeyAlgorithm) -> None:
    """``openssl ts`` behind HTTP gives a stamp that it verifies itself afterwards."""
    openssl.demand()
    pki = pki_of(algorithm)
    url = server.tsa(OpensslTsa.make(tmp_path, pki))
    named = TimeStampServer(url=url, policy="1.2.3.4.1")
    token = stamp(Stamping(server, named, chain=chain_under(pki.root)))
    assert token.facts.policy == "1.2.3.4.1"
    verified, words = verify_time_stamp(
        tmp_path,
        response=token.encoded,
        root=pki.root,
        untrusted=token.certificates,
        data=DATA,
        token=True,
    )
    assert verified, words


def test_policy_that_the_referee_refuses(server: Server, tmp_path: Path) -> None:
    """A policy that the authority does not have is refused by its name."""
    openssl.demand()
    pki = pki_of(QUICK)
    url = server.tsa(OpensslTsa.make(tmp_path, pki))
    error = failure(Stamping(server, TimeStampServer(url=url, policy="1.2.3.4.5.6")))
    assert error.code is ErrorCode.TIME_STAMP_REFUSED
    assert error.facts["reason"] == "unaccepted_policy"


@pytest.mark.parametrize(("lie", "reason"), REASONS.items())
def test_lies(server: Server, lie: Lie, reason: str) -> None:
    """A lying authority is an error that names the lie; it is asked once."""
    url = server.tsa(quick_tsa().lying(lie))
    stamping = Stamping(server, TimeStampServer(url=url, policy=POLICY))
    error = failure(stamping)
    assert (error.code, error.facts["reason"]) == (ErrorCode.TIME_STAMP_WRONG, reason)
    assert error.facts["url"] == url
    assert len(server.seen) == 1
    assert stamping.slept == []


def test_every_lie_is_tried() -> None:
    """No lie of the stand-in is forgotten here."""
    assert set(REASONS) | {Lie.REFUSED} == set(Lie)


def test_refusal(server: Server) -> None:
    """A refusal comes with the reason and the authority's own words."""
    error = failure(Stamping(server, server.tsa(quick_tsa().lying(Lie.REFUSED))))
    assert error.code is ErrorCode.TIME_STAMP_REFUSED
    assert error.facts["reason"] == "time_not_available"
    assert error.facts["text"] == "временно не работает"
    assert "временно не работает" in describe_error(error).explanation


def test_retries(server: Server) -> None:
    """After 5xx the server is asked again, after 2, 5 and 15 seconds, each time anew."""
    busy = [Reply(503), Reply(500), Reply(502)]
    stamping = Stamping(server, server.tsa(quick_tsa(), before=busy))
    assert is_sound(stamp(stamping).facts)
    assert stamping.slept == [2.0, 5.0, 15.0]
    assert len(server.seen) == 4


def test_retries_come_to_an_end(server: Server) -> None:
    """Four attempts are all; then the next server is asked."""
    dead = server.reply(Reply(503))
    stamping = Stamping(server, dead, server.tsa(quick_tsa()))
    token = stamp(stamping)
    assert token.server != dead
    assert len(server.seen) == 5
    error = failure(Stamping(server, dead))
    assert error.code is ErrorCode.TIME_STAMP_UNAVAILABLE
    assert (error.facts["reason"], error.facts["status"]) == ("status", 503)


def test_time_out_is_retried(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing is asked again."""
    monkeypatch.setattr("app.crypto.network.budget.TIME_STAMP_SECONDS", 1.0)
    stamping = Stamping(server, server.tsa(quick_tsa(), before=[Reply(delay=2.5)]))
    assert is_sound(stamp(stamping).facts)
    assert stamping.slept == [2.0]
    assert [use.outcome for use in stamping.network.uses] == ["timeout", "ok"]


@pytest.mark.parametrize("reply", [Reply(403), Reply(404), Reply(body=b"x", cut=0)])
def test_what_does_not_pass_is_not_retried(server: Server, reply: Reply) -> None:
    """Other failures make way for the next server at once."""
    stamping = Stamping(server, server.reply(reply), server.tsa(quick_tsa()))
    assert is_sound(stamp(stamping).facts)
    assert stamping.slept == []


def test_closed_port(server: Server) -> None:
    """A server that is not there makes way for the next."""
    dead = "http://127.0.0.1:1/"
    stamping = Stamping(server, TimeStampServer(url=dead), server.tsa(quick_tsa()))
    stamping.network.policy = replace(stamping.network.policy, named_hosts=("127.0.0.1",))
    assert is_sound(stamp(stamping).facts)


def test_order_and_memory(server: Server) -> None:
    """Servers are asked in their order; one that failed is not asked for the next stamp."""
    liar, honest = server.tsa(quick_tsa().lying(Lie.NONCE)), server.tsa(quick_tsa())
    stamping = Stamping(server, liar, honest)
    assert [stamp(stamping).server for _ in range(3)] == [honest] * 3
    asked = [server.url(seen.path) for seen in server.seen]
    assert asked == [liar, honest, honest, honest]


def test_all_fail(server: Server) -> None:
    """The last failure is told, with the number of servers; asking again costs nothing."""
    liar = server.tsa(quick_tsa().lying(Lie.NONCE))
    stamping = Stamping(server, server.reply(Reply(404)), liar)
    for _ in range(2):
        error = failure(stamping)
        assert (error.code, error.facts["tried"]) == (ErrorCode.TIME_STAMP_WRONG, 2)
    assert len(server.seen) == 2


def test_no_server(server: Server) -> None:
    """Without a server there is nothing to ask."""
    assert failure(Stamping(server)).code is ErrorCode.TIME_STAMP_NO_SERVER


def test_offline(server: Server) -> None:
    """Offline stays offline: no further server is tried."""
    stamping = Stamping(server, server.tsa(quick_tsa()), server.tsa(quick_tsa()))
    stamping.network.policy = NetworkPolicy()
    assert failure(stamping).code is ErrorCode.NETWORK_OFFLINE
    assert len(stamping.network.uses) == 1


def test_digest_that_the_server_lacks(server: Server) -> None:
    """Where Streebog is refused, SHA-256 is taken, and the next time at once."""
    tsa = replace(quick_tsa(), digests=("sha256",))
    stamping = Stamping(server, server.tsa(tsa))
    assert [stamp(stamping, "streebog512").facts.imprint_digest for _ in range(2)] == ["sha256"] * 2
    assert [digest_in(seen.body) for seen in server.seen] == ["streebog512", "sha256", "sha256"]


def test_digest_that_the_user_named(server: Server) -> None:
    """A server's own digest is the only one that is tried."""
    tsa = replace(quick_tsa(), digests=("sha256",))
    named = TimeStampServer(url=server.tsa(tsa), digest="streebog256")
    error = failure(Stamping(server, named), "sha256")
    assert (error.code, error.facts["reason"]) == (ErrorCode.TIME_STAMP_REFUSED, "bad_alg")
    assert len(server.seen) == 1


def test_no_other_digest_for_other_refusals(server: Server) -> None:
    """A fault of the server has nothing to do with the digest."""
    url = server.reply(Reply(body=refusal(2, 25)))
    assert failure(Stamping(server, url), "streebog256").facts["reason"] == "system_failure"
    assert len(server.seen) == 1


def digest_in(body: bytes) -> str:
    """Return the digest that a request names."""
    asked = tsp.TimeStampReq.load(body)
    return names.digest_by_oid(asked["message_imprint"]["hash_algorithm"]["algorithm"].dotted).name


def test_nonces_differ(server: Server) -> None:
    """Every request has a nonce of its own."""
    stamping = Stamping(server, server.tsa(quick_tsa()))
    for _ in range(3):
        stamp(stamping)
    nonces = {tsp.TimeStampReq.load(seen.body)["nonce"].native for seen in server.seen}
    assert len(nonces) == 3
    assert all(nonce > 0 for nonce in nonces)


def test_replayed_answer(server: Server) -> None:
    """An answer to an earlier request is no answer to this one."""
    tsa, kept = quick_tsa(), []

    class Replaying:
        def answer(self, request: bytes) -> bytes:
            kept.append(tsa.answer(request))
            return kept[0]

    url = server.tsa(Replaying())
    assert is_sound(stamp(Stamping(server, url)).facts)
    assert failure(Stamping(server, url)).facts["reason"] == "nonce"


def test_untrusted_authority(server: Server) -> None:
    """An authority under a root that the user did not bring is told with its issuer."""
    stranger = chain_under(pki_of(KeyAlgorithm.GOST_256).root)
    error = failure(Stamping(server, server.tsa(quick_tsa()), chain=stranger))
    assert error.code is ErrorCode.TIME_STAMP_UNTRUSTED
    assert "Тестовый корень" in str(error.facts["issuer"])


def test_revoked_authority(server: Server) -> None:
    """An authority whose certificate is revoked proves nothing."""
    pki, tsa = pki_of(QUICK), quick_tsa()
    serial = int.from_bytes(Outline.read(tsa.certificate).serial)
    revoked = RevokedEntry(serial=serial, at=datetime(2025, 1, 1, tzinfo=UTC))
    chain = chain_under(pki.root, crls=[pki.ca_issuer.crl(revoked), pki.root_issuer.crl()])
    error = failure(Stamping(server, server.tsa(tsa), chain=chain))
    assert (error.code, error.facts["reason"]) == (ErrorCode.TIME_STAMP_WRONG, "revoked")


@pytest.mark.parametrize("backdated", [False, True])
def test_expired_authority(server: Server, *, backdated: bool) -> None:
    """An expired certificate is seen, also when the authority turns its clock back."""
    tsa = make_time_authority(pki_of(QUICK), not_after=datetime(2025, 1, 1, tzinfo=UTC))
    if backdated:
        tsa = replace(tsa, at=datetime(2024, 12, 1, tzinfo=UTC))
    error = failure(Stamping(server, server.tsa(tsa)))
    assert (error.code, error.facts["reason"]) == (ErrorCode.TIME_STAMP_WRONG, "validity")


@pytest.mark.parametrize(
    ("purposes", "critical"),
    [((), True), (("1.3.6.1.5.5.7.3.8",), False), (("1.3.6.1.5.5.7.3.4",), True)],
)
def test_not_an_authority(server: Server, purposes: tuple[str, ...], *, critical: bool) -> None:
    """A certificate that is not for time-stamps gives none."""
    tsa = make_time_authority(pki_of(QUICK), purposes=purposes, critical=critical)
    assert failure(Stamping(server, server.tsa(tsa))).facts["reason"] == "purpose"


@pytest.mark.parametrize(
    ("clock", "minutes"),
    [
        (timedelta(minutes=-4), None),
        (timedelta(minutes=4), None),
        (timedelta(minutes=-7), 6),
        (timedelta(hours=3), 179),
    ],
)
def test_clocks(server: Server, clock: timedelta, minutes: int | None) -> None:
    """Clocks that differ by more than five minutes are remarked (T-07)."""
    token = stamp(Stamping(server, server.tsa(replace(quick_tsa(), clock=clock))))
    assert is_sound(token.facts)
    if minutes is None:
        assert token.facts.warnings == ()
    else:
        (notice,) = token.facts.warnings
        assert notice.code == "tsp_clock_skew"
        assert abs(int(notice.facts["minutes"]) - minutes) <= 1


def test_answer_beyond_all_bounds(server: Server) -> None:
    """More than a megabyte is no answer."""
    error = failure(Stamping(server, server.reply(Reply(body=bytes(2 << 20)))))
    assert (error.code, error.facts["reason"]) == (
        ErrorCode.TIME_STAMP_UNAVAILABLE,
        "too_large",
    )


def test_patience() -> None:
    """The worker's parent waits as long as the servers may take, and not a second for level B."""
    servers = (TimeStampServer(url="http://a.ru/"), TimeStampServer(url="http://b.ru/"))
    order = EvidenceOrder(servers=servers, network=NetworkPolicy(online=True))
    assert longest_wait(order, SignatureLevel.B) == 0
    assert longest_wait(EvidenceOrder(servers=servers), SignatureLevel.T) == 0
    attempts = 2 * (4 * 20 + sum(PAUSES))
    assert longest_wait(order, SignatureLevel.T) == attempts + 20
    assert longest_wait(order, SignatureLevel.LTA, 2) > longest_wait(order, SignatureLevel.LTA)
    plain, waiting = for_content(1 << 20), for_content(1 << 20, waiting=100)
    assert plain.wall_seconds is not None
    assert waiting.wall_seconds == plain.wall_seconds + 100
    assert waiting.cpu_seconds == plain.cpu_seconds


def test_patience_is_light() -> None:
    """Doors of the window's process ask for the patience: no HTTP library comes with it."""
    code = (
        "import sys, app.crypto.timestamps.patience, app.crypto.evidence.orders;"
        "sys.exit(any(name.startswith(('urllib3', 'asn1crypto')) for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
