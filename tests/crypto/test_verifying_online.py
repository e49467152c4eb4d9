"""What a check fetches itself: lists, answers and issuers; never for a forgery, never a root."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from stand_ins import extensions_made as made
from stand_ins import servers
from stand_ins.ocsp_responder import ocsp_responder
from stand_ins.pki import end_entity, pki_of
from stand_ins.servers import Reply, Server
from stand_ins.signed_pdf import NoProgress

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates import tasks as certificate_tasks
from app.crypto.certificates.building import RevokedEntry
from app.crypto.certificates.chain import MAX_LISTS
from app.crypto.cms import splicing
from app.crypto.gathering.model import GatherRequest
from app.crypto.gathering.tasks import gather
from app.crypto.model import (
    ChainRequest,
    FinishRequest,
    SignRequest,
    TrustMaterial,
    VerifyRequest,
)
from app.crypto.network import failed_lately
from app.crypto.network.policy import NetworkPolicy
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.verdict.facts import RevocationStatus
from app.crypto.verdict.report import FileReport, Indication, Report, Standing
from app.crypto.verdict.report_json import to_json
from app.crypto.verifying import tasks as verifying_tasks

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
PKI = pki_of(KeyAlgorithm.ECDSA_P256)


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server; nothing is remembered of it afterwards."""
    with servers.running() as found:
        yield found
    failed_lately.forget()


def person(*, crl: str | None = None, ocsp: str | None = None, issuer: str | None = None) -> bytes:
    """Issue a certificate that names addresses."""
    usual = end_entity(PKI.leaf_key.public, PKI.ca_issuer.key.public)
    points = () if crl is None else (build.crl_points(crl),)
    where = [(one,) if one else () for one in (ocsp, issuer)]
    access = (made.authority_access(*where),) if ocsp or issuer else ()
    return PKI.issue(extensions=(*usual, *points, *access))


def sign(folder: Path, leaf: bytes, *, alone: bool = False) -> Path:
    """Sign a text; ``alone``: without the authority's certificate."""
    source = folder / "Договор.txt"
    source.write_text("Договор № 5", encoding="utf-8")
    container = replace(PKI.container, certificate=leaf, chain=() if alone else (PKI.ca, PKI.root))
    request = SignRequest(source=source, container=container, signing_time=NOW, job=new_job())
    prepared = signing_tasks.prepare(request, NoProgress())
    value = PKI.key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=value, created_with="test")
    return signing_tasks.finish(finish, NoProgress()).target


def trust_in_root(folder: Path) -> TrustMaterial:
    """Trust the root; its own list is at hand, that of the authority is not."""
    trust = PKI.trust(folder / "trust")
    (folder / "trust" / "crls" / "1.der").unlink()
    (folder / "trust" / "crls" / "0.der").write_bytes(PKI.root_issuer.crl())
    return replace(trust, intermediates=())


def check(
    path: Path, trust: TrustMaterial, network: NetworkPolicy, at: datetime = NOW
) -> FileReport:
    """Judge in this process."""
    request = VerifyRequest(path=path, trust=trust, at=at, now=NOW, network=network)
    return verifying_tasks.verify(request, NoProgress()).report


def warnings_of(report: FileReport) -> set[str]:
    """Return the codes of the warnings on the one signature."""
    (signature,) = report.signatures
    return {one.code for one in signature.warnings}


def fresh_list(*revoked: RevokedEntry) -> bytes:
    """Return the authority's list of today."""
    return PKI.ca_issuer.crl(*revoked, this_update=NOW - timedelta(hours=1), next_update=NOW + DAY)


def test_list_is_fetched(server: Server, tmp_path: Path) -> None:
    """A list that nobody has here comes from its address, and the record says so."""
    url = server.file("ca.crl", fresh_list())
    path, trust = sign(tmp_path, person(crl=url)), trust_in_root(tmp_path)
    report = check(path, trust, server.policy())
    assert report.verdict is Indication.TOTAL_PASSED
    assert [(use.url, use.outcome) for use in report.network] == [(url, "ok")]
    assert b"ca.crl" in to_json_of(report)


def test_answer_and_list_are_gathered_for_others(server: Server, tmp_path: Path) -> None:
    """Whoever gets the package has the answer and the list that the verdict rests on."""
    url = server.file("ca.crl", fresh_list())
    path = sign(tmp_path, person(crl=url))
    cache = tmp_path / "cache"
    trust, policy = trust_in_root(tmp_path), server.policy(cache=cache, kept_serves=True)
    assert check(path, trust, policy).verdict is Indication.TOTAL_PASSED
    request = GatherRequest(
        path=path,
        trust=trust,
        certificates=(),
        fetched=(url,),
        network=replace(policy, online=False),
    )
    assert len(gather(request, NoProgress()).crls) == 1
    answered = person(ocsp=server.ocsp(ocsp_responder(PKI)))
    facts = verifying_tasks.verify(
        VerifyRequest(
            path=sign(tmp_path, answered), trust=trust, at=NOW, now=NOW, network=server.policy()
        ),
        NoProgress(),
    ).facts
    assert len(facts.fetched_ocsp) == 1


def to_json_of(report: FileReport) -> bytes:
    """Write a report with one file."""
    return to_json(Report(checked_at=NOW, control_time=NOW, engine={}, files=(report,)))


def test_offline_asks_nobody_and_says_so(server: Server, tmp_path: Path) -> None:
    """With the network off nothing is asked; the verdict names that as the cause."""
    path = sign(tmp_path, person(crl=server.file("ca.crl", fresh_list())))
    report = check(path, trust_in_root(tmp_path), NetworkPolicy())
    assert report.verdict is Indication.INDETERMINATE
    assert "evidence_offline" in warnings_of(report)
    assert server.seen == []
    assert report.network == ()


def test_list_of_an_earlier_day_serves_offline(server: Server, tmp_path: Path) -> None:
    """What was fetched once serves without the network, as long as it is in force."""
    url = server.file("ca.crl", fresh_list())
    path, trust = sign(tmp_path, person(ocsp=server.url("/none"), crl=url)), trust_in_root(tmp_path)
    policy = server.policy(cache=tmp_path / "cache", kept_serves=True)
    assert check(path, trust, policy).verdict is Indication.TOTAL_PASSED
    offline = replace(policy, online=False)
    server.forget()
    report = check(path, trust, offline)
    assert report.verdict is Indication.TOTAL_PASSED
    assert [(use.url, use.outcome) for use in report.network] == [(url, "cached")]
    later = check(path, trust, offline, at=NOW + 3 * DAY)
    assert later.verdict is Indication.INDETERMINATE
    assert "evidence_offline" in warnings_of(later)
    assert server.seen == []


def test_revoked_by_the_fetched_list(server: Server, tmp_path: Path) -> None:
    """What is fetched may speak against the signature."""
    url = server.url("/list")
    leaf = person(crl=url)
    serial = serial_of(leaf)
    revoked = fresh_list(RevokedEntry(serial=serial, at=NOW - DAY))
    server.serve(lambda _: Reply(body=revoked), "/list")
    report = check(sign(tmp_path, leaf), trust_in_root(tmp_path), server.policy())
    assert report.verdict is Indication.INDETERMINATE
    assert "revoked" in report.signatures[0].reasons


def test_fetched_list_counts_before_what_the_file_brings(server: Server, tmp_path: Path) -> None:
    """A heap of lists in the file does not keep the fetched one, which says revoked, from being read."""
    url = server.url("/list")
    leaf = person(crl=url)
    revoked = fresh_list(RevokedEntry(serial=serial_of(leaf), at=NOW - DAY))
    server.serve(lambda _: Reply(body=revoked), "/list")
    path = sign(tmp_path, leaf)
    stranger = pki_of(KeyAlgorithm.RSA).ca_issuer
    parts, content = splicing.take_apart(path.read_bytes())
    heap = tuple(stranger.crl(number=number) for number in range(MAX_LISTS))
    path.write_bytes(splicing.put_together(replace(parts, crls=(*parts.crls, *heap)), content))
    report = check(path, trust_in_root(tmp_path), server.policy())
    assert [use.outcome for use in report.network] == ["ok"]
    assert "revoked" in report.signatures[0].reasons


def serial_of(certificate: bytes) -> int:
    """Return the serial number."""
    return x509.load_der_x509_certificate(certificate).serial_number


def test_responder_is_asked(server: Server, tmp_path: Path) -> None:
    """An OCSP responder is asked where the certificate names one."""
    url = server.ocsp(ocsp_responder(PKI))
    report = check(sign(tmp_path, person(ocsp=url)), trust_in_root(tmp_path), server.policy())
    assert report.verdict is Indication.TOTAL_PASSED
    assert [use.purpose.value for use in report.network] == ["ocsp"]


def test_issuer_is_fetched(server: Server, tmp_path: Path) -> None:
    """A file without the authority's certificate gets it from the address in the signer's."""
    issuer = server.file("ca.crt", PKI.ca)
    url = server.file("ca.crl", fresh_list())
    path = sign(tmp_path, person(crl=url, issuer=issuer), alone=True)
    trust = trust_in_root(tmp_path)
    assert check(path, trust, NetworkPolicy()).verdict is Indication.INDETERMINATE
    report = check(path, trust, server.policy())
    assert report.verdict is Indication.TOTAL_PASSED
    assert {use.purpose.value for use in report.network} == {"crl", "issuer"}


def test_no_root_comes_from_the_network(server: Server, tmp_path: Path) -> None:
    """A root that the network offers is no root of the user's."""
    issuer = server.file("ca.pem", PKI.ca)
    path = sign(tmp_path, person(issuer=issuer), alone=True)
    nobody = replace(trust_in_root(tmp_path), anchors=())
    report = check(path, nobody, server.policy())
    assert report.verdict is Indication.INDETERMINATE
    assert report.signatures[0].trust.value != "trusted"


def test_strangers_are_not_asked_about_their_own(server: Server, tmp_path: Path) -> None:
    """An issuer is looked for; where it leads to no root, nobody asks the stranger for his lists."""
    issuer = server.file("ca.crt", PKI.ca)
    listed = server.file("ca.crl", fresh_list())
    path = sign(tmp_path, person(crl=listed, issuer=issuer), alone=True)
    report = check(path, replace(trust_in_root(tmp_path), anchors=()), server.policy())
    assert [use.url for use in report.network] == [issuer]


@pytest.mark.parametrize("reply", [Reply(404), Reply(500), Reply(body=b"<html>"), Reply(cut=1)])
def test_failure_is_told_with_its_address(server: Server, tmp_path: Path, reply: Reply) -> None:
    """What was asked in vain stands in the verdict, and nothing passes (rule R-08)."""
    url = server.reply(reply)
    report = check(sign(tmp_path, person(crl=url)), trust_in_root(tmp_path), server.policy())
    assert report.verdict is Indication.INDETERMINATE
    (told,) = [one for one in report.signatures[0].warnings if one.code == "evidence_not_fetched"]
    assert told.facts["url"] == url


def test_nobody_is_asked_about_a_forgery(server: Server, tmp_path: Path) -> None:
    """Whoever sends a forged file does not learn that it was opened."""
    path = sign(tmp_path, person(crl=server.file("ca.crl", fresh_list())))
    (tmp_path / "Договор.txt").write_text("Договор № 6", encoding="utf-8")
    report = check(path, trust_in_root(tmp_path), server.policy())
    assert report.verdict is Indication.TOTAL_FAILED
    assert server.seen == []


def test_private_address_out_of_a_file_is_refused(server: Server, tmp_path: Path) -> None:
    """An address in the certificate that leads into the local network is not followed."""
    path = sign(tmp_path, person(crl=server.file("ca.crl", fresh_list())))
    report = check(path, trust_in_root(tmp_path), NetworkPolicy(online=True))
    assert report.verdict is Indication.INDETERMINATE
    assert server.seen == []
    assert [use.outcome for use in report.network] == ["private_address"]


def test_dead_server_is_left_alone_by_the_next_file(tmp_path: Path) -> None:
    """A batch does not wait for the same dead server file by file."""
    with servers.running() as gone:
        url, policy = gone.url("/ca.crl"), gone.policy()
    path, trust = sign(tmp_path, person(crl=url)), trust_in_root(tmp_path)
    try:
        first = check(path, trust, policy)
        second = check(path, trust, policy)
    finally:
        failed_lately.forget()
    assert [use.outcome for use in first.network] == ["connection"]
    assert [use.outcome for use in second.network] == ["failed_lately"]


def test_nothing_is_asked_where_nothing_lacks(server: Server, tmp_path: Path) -> None:
    """Where everything is at hand, nobody is asked."""
    path = sign(tmp_path, person(crl=server.file("ca.crl", fresh_list())))
    trust = PKI.trust(tmp_path / "all")
    (tmp_path / "all" / "crls" / "today.crl").write_bytes(fresh_list())
    report = check(path, trust, server.policy())
    assert report.verdict is Indication.TOTAL_PASSED
    assert (server.seen, report.network) == ([], ())


def test_list_of_the_day_before_does_not_keep_from_asking(server: Server, tmp_path: Path) -> None:
    """Who was revoked today may bring a list that is in force still: whoever can be asked is asked."""
    url = server.url("/list")
    leaf = person(crl=url)
    revoked = fresh_list(RevokedEntry(serial=serial_of(leaf), at=NOW - timedelta(hours=2)))
    server.serve(lambda _: Reply(body=revoked), "/list")
    path, trust = sign(tmp_path, leaf), trust_in_root(tmp_path)
    before = PKI.ca_issuer.crl(this_update=NOW - 2 * DAY, next_update=NOW + 5 * DAY)
    (tmp_path / "trust" / "crls" / "before.crl").write_bytes(before)
    offline = check(path, trust, NetworkPolicy())
    assert (offline.verdict, offline.standing) == (
        Indication.TOTAL_PASSED,
        Standing.PASSED_AS_OF,
    )
    assert "evidence_offline" not in warnings_of(offline)
    report = check(path, trust, server.policy())
    assert report.verdict is Indication.INDETERMINATE
    assert "revoked" in report.signatures[0].reasons
    request = ChainRequest(
        certificate=leaf, trust=trust, at=NOW, pool=(PKI.ca,), network=server.policy()
    )
    found = certificate_tasks.chain(request, NoProgress()).chain
    assert found.links[0].revocation.status is RevocationStatus.REVOKED


def test_newer_list_that_cannot_be_had_leaves_the_older(server: Server, tmp_path: Path) -> None:
    """An authority out of reach makes a list that is in force no worse; its age is told."""
    path = sign(tmp_path, person(crl=server.reply(Reply(500))))
    report = check(path, PKI.trust(tmp_path / "all"), server.policy())
    assert (report.verdict, report.standing) == (
        Indication.TOTAL_PASSED,
        Standing.PASSED_AS_OF,
    )
    assert [use.outcome for use in report.network] == ["status_500"]


def test_certificate_is_checked_with_what_is_fetched(server: Server, tmp_path: Path) -> None:
    """The check of a certificate alone fetches as well, tells it, and says so when it may not."""
    leaf = person(crl=server.file("ca.crl", fresh_list()))
    trust = replace(trust_in_root(tmp_path), intermediates=())
    request = ChainRequest(
        certificate=leaf, trust=trust, at=NOW, pool=(PKI.ca,), network=server.policy()
    )
    online = certificate_tasks.chain(request, NoProgress())
    assert online.chain.links[0].revocation.status is RevocationStatus.GOOD
    assert [use.outcome for use in online.network] == ["ok"]
    alone = certificate_tasks.chain(replace(request, network=NetworkPolicy()), NoProgress())
    assert alone.chain.links[0].revocation.status is RevocationStatus.UNKNOWN
    assert [notice.code for notice in alone.notices] == ["evidence_offline"]
    assert alone.network == ()
