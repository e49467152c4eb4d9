"""Evidence is gathered: what lies here first, then the responder, then the list; nothing is invented."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7
from stand_ins import extensions_made as made
from stand_ins import ocsp_made, servers
from stand_ins.ocsp_responder import OcspLie, OcspResponder, ocsp_responder
from stand_ins.pki import Issuer, Pki, authority, ca_extensions, end_entity, pki_of
from stand_ins.servers import Server

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import RevokedEntry
from app.crypto.certificates.evidence import MOST_REQUESTS, Evidence, collect
from app.crypto.certificates.fields import describe
from app.crypto.certificates.issuing import EphemeralKey, key_id
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.network.fetching import Network
from app.crypto.network.policy import NetworkPolicy, Purpose
from app.crypto.verdict.facts import RevocationStatus
from app.errors import ErrorCode, RoscherkError

EC = KeyAlgorithm.ECDSA_P256
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
PKI = pki_of(EC)
CA, ROOT = PKI.ca_issuer, PKI.root_issuer


@dataclass
class Fake:
    """The network of a test: addresses and what lies there."""

    files: dict[str, bytes] = field(default_factory=dict)
    newer: dict[str, bytes] = field(default_factory=dict)
    """What is got instead where no cache is wanted."""
    responders: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, Purpose]] = field(default_factory=list)

    def get(self, url: str, purpose: Purpose, *, fresh: bool = False) -> bytes:
        """Fetch."""
        self.asked.append((url, purpose))
        found = self._found(self.files, url)
        return self.newer.get(url, found) if fresh else found

    def post(self, url: str, body: bytes, content_type: str, purpose: Purpose) -> bytes:
        """Ask."""
        assert content_type == "application/ocsp-request"
        self.asked.append((url, purpose))
        return self._found(self.responders, url)(body)

    @staticmethod
    def _found(where: dict[str, Any], url: str) -> Any:
        if url not in where:
            raise RoscherkError(ErrorCode.NETWORK_FAILED, url=url, reason="status")
        return where[url]


OCSP, CRL, ISSUER = (f"http://pki.example/{name}" for name in ("ocsp", "ca.crl", "ca.crt"))
STREEBOG = der.oid("1.2.643.7.1.1.2.2")


def pkcs7_of(certificate: bytes) -> bytes:
    """Write a certs-only file."""
    one = x509.load_der_x509_certificate(certificate)
    return pkcs7.serialize_certificates([one], serialization.Encoding.DER)


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "der": lambda certificate: certificate,
    "pem": lambda certificate: ssl.DER_cert_to_PEM_cert(certificate).encode(),
    "pkcs7": pkcs7_of,
}


def authority_with_room() -> Issuer:
    """Make an authority that may have others below it."""
    ca = Issuer(EphemeralKey.generate(EC), authority("Верхний УЦ"))
    extensions = ca_extensions(ca.key.public, ROOT.key.public)
    ca.certificate = ROOT.issue(ca.key.public, subject=ca.name, extensions=extensions)
    return ca


CA_WITH_ROOM = authority_with_room()


def person(
    ocsp: tuple[str, ...] = (OCSP,),
    crl: tuple[str, ...] = (CRL,),
    issuers: tuple[str, ...] = (ISSUER,),
    issuer: Issuer = CA,
) -> bytes:
    """Issue a certificate that names addresses."""
    usual = end_entity(PKI.leaf_key.public, issuer.key.public)
    points = (build.crl_points(*crl),) if crl else ()
    access = (made.authority_access(ocsp, issuers),) if ocsp or issuers else ()
    return issuer.issue(PKI.leaf_key.public, extensions=(*usual, *points, *access))


def gathered(leaf: bytes, network: object = None, **given: object) -> Evidence:
    """Gather under a root that is trusted; its own list is at hand."""
    trust = given.pop("trust", LoadedTrust.of([PKI.root], [PKI.ca], [PKI.crls[0]]))
    return collect(leaf, trust=trust, at=NOW, network=network, **given)  # type: ignore[arg-type]


def codes(evidence: Evidence) -> list[str]:
    """Return the codes of what lacks."""
    return [notice.code for notice in evidence.problems]


def test_what_lies_here_is_enough():
    """Fresh lists of the user: nobody is asked, and all of the chain is proved."""
    network = Fake()
    trust = LoadedTrust.of([PKI.root], [PKI.ca], PKI.crls)
    found = gathered(person(), network, trust=trust)
    assert found.complete
    assert network.asked == []
    assert found.certificates[1:] == (PKI.ca, PKI.root)
    assert (set(found.crls), found.ocsp, found.further) == (set(PKI.crls), (), ())


def test_what_came_along_is_enough():
    """Material out of a signature counts as well."""
    found = gathered(person(), None, pool=[PKI.ca], crls=PKI.crls, trust=LoadedTrust.of([PKI.root]))
    assert found.complete
    answer = ocsp_responder(PKI).about(leaf := person(), PKI.ca)
    assert gathered(leaf, None, ocsp=[answer]).complete


@pytest.mark.parametrize("delegated", [False, True])
def test_responder_is_asked_first(*, delegated: bool):
    """The answer is kept as a BasicOCSPResponse, and the list is not fetched."""
    responder = ocsp_responder(PKI, delegated=delegated)
    network = Fake({CRL: PKI.crls[1]}, responders={OCSP: responder.answer})
    found = gathered(person(), network)
    assert found.complete
    assert network.asked == [(OCSP, Purpose.OCSP)]
    assert len(found.ocsp) == 1
    assert found.ocsp[0][4:5] == b"\x30"
    assert found.crls == (PKI.crls[0],)
    assert found.chain.links[0].revocation.source == "ocsp"


def test_list_is_fetched_where_the_responder_fails():
    """Each failure is told, and the next way is tried."""
    broken = "http://pki.example/broken.crl"
    network = Fake({broken: b"<html>", CRL: PKI.crls[1]})
    found = gathered(person(crl=(broken, CRL)), network)
    assert found.complete
    assert [url for url, _ in network.asked] == [OCSP, broken, CRL]
    assert found.problems[0].facts == {"url": OCSP, "reason": "status"}
    assert found.problems[1].facts == {"url": broken, "reason": "crl_damaged"}
    assert found.chain.links[0].revocation.source == "crl"


@pytest.mark.parametrize("lie", list(OcspLie))
def test_lying_responder_proves_nothing(lie: OcspLie):
    """Whatever is wrong with its answer, the certificate is not called good for it."""
    responder = ocsp_responder(PKI).lying(lie)
    if lie is OcspLie.NO_NONCE:
        responder = replace(responder, valid_for=None)
    if lie is OcspLie.NO_CERTIFICATE:
        responder = ocsp_responder(PKI, delegated=True).lying(lie)
    found = gathered(person(crl=()), Fake(responders={OCSP: responder.answer}))
    assert not found.complete
    assert "evidence_state_unknown" in codes(found)
    assert found.ocsp == ()
    mended = gathered(person(), Fake({CRL: PKI.crls[1]}, responders={OCSP: responder.answer}))
    assert mended.complete


def test_revoked_is_told():
    """Evidence that speaks against the certificate is no evidence for it."""
    leaf = person()
    serial = int(describe(leaf).serial, 16)
    responder = replace(ocsp_responder(PKI), revoked={serial: (NOW - DAY, 1)})
    network = Fake({CRL: PKI.crls[1]}, responders={OCSP: responder.answer})
    found = gathered(leaf, network)
    assert not found.complete
    assert codes(found) == ["evidence_revoked"]
    assert found.chain.links[0].revocation.status is RevocationStatus.REVOKED
    assert network.asked == [(OCSP, Purpose.OCSP)]


def test_stale_list_of_the_user_is_renewed():
    """What is out of date is fetched anew."""
    old = CA.crl(next_update=NOW - DAY)
    trust = LoadedTrust.of([PKI.root], [PKI.ca], [PKI.crls[0], old])
    found = gathered(person(ocsp=()), Fake({CRL: CA.crl(number=2)}), trust=trust)
    assert found.complete
    assert old not in found.crls


def test_list_out_of_the_cache_may_have_run_out():
    """Then it is fetched once more, past the cache."""
    old, new = CA.crl(next_update=NOW - DAY), CA.crl(number=3)
    network = Fake({CRL: old}, newer={CRL: new})
    found = gathered(person(ocsp=()), network)
    assert found.complete
    assert new in found.crls
    stuck = gathered(person(ocsp=()), Fake({CRL: old}))
    assert codes(stuck) == ["evidence_state_unknown"]
    assert stuck.problems[0].facts["reason"] == "crl_expired"


@pytest.mark.parametrize("form", ["der", "pem", "pkcs7"])
def test_issuers_are_fetched(form: str):
    """A certificate as DER or PEM, or a certs-only PKCS #7 file, link by link (rule X-13)."""
    middle = Issuer(EphemeralKey.generate(EC), authority("Средний УЦ"))
    middle.certificate = CA_WITH_ROOM.issue(
        middle.key.public,
        subject=middle.name,
        extensions=(
            *ca_extensions(middle.key.public, CA_WITH_ROOM.key.public),
            made.authority_access(issuers=["http://pki.example/above"]),
        ),
    )
    network = Fake(
        {
            ISSUER: FORMS[form](middle.certificate),
            "http://pki.example/above": FORMS[form](CA_WITH_ROOM.certificate),
        }
    )
    leaf = person(ocsp=(), crl=(), issuer=middle)
    lists = [PKI.crls[0], CA_WITH_ROOM.crl(), middle.crl()]
    found = gathered(leaf, network, crls=lists, trust=LoadedTrust.of([PKI.root]))
    assert found.complete, found.problems
    assert found.certificates == (leaf, middle.certificate, CA_WITH_ROOM.certificate, PKI.root)
    assert [purpose for _, purpose in network.asked] == [Purpose.ISSUER] * 2


def test_roots_never_come_from_the_network():
    """A chain that ends at a root nobody trusts stays without one."""
    stranger = Issuer(EphemeralKey.generate(EC), authority("Ничей корень"))
    stranger.certificate = stranger.issue(
        stranger.key.public,
        subject=stranger.name,
        extensions=ca_extensions(stranger.key.public, stranger.key.public),
    )
    leaf = person(ocsp=(), crl=(), issuer=stranger)
    found = gathered(leaf, Fake({ISSUER: stranger.certificate}))
    assert not found.complete
    assert not found.chain.anchored
    assert codes(found)[0] == "evidence_chain_broken"
    assert found.chain.break_code == "root_not_trusted"


def test_delegate_without_nocheck_is_asked_about():
    """Its own state is found out too: its list is fetched (rule R-07)."""
    extensions = (
        build.key_usage("digitalSignature"),
        build.extended_key_usage("1.3.6.1.5.5.7.3.9"),
        build.crl_points("http://pki.example/for-responders.crl"),
    )
    responder = ocsp_responder(PKI, delegated=True, extensions=extensions)
    network = Fake(
        {"http://pki.example/for-responders.crl": PKI.crls[1]},
        responders={OCSP: responder.answer},
    )
    found = gathered(person(crl=()), network)
    assert found.complete
    assert [purpose for _, purpose in network.asked] == [Purpose.OCSP, Purpose.CRL]
    assert PKI.crls[1] in found.crls
    alone = gathered(person(crl=()), Fake(responders={OCSP: responder.answer}))
    assert not alone.complete


def test_requests_are_bounded():
    """Many addresses, many links: at most ten requests in all."""
    above, chain = CA_WITH_ROOM, []
    for number in range(6):
        below = Issuer(EphemeralKey.generate(EC), authority(f"УЦ {number}"))
        urls = [f"http://pki.example/{number}/{kind}" for kind in range(3)]
        below.certificate = above.issue(
            below.key.public,
            subject=below.name,
            extensions=(
                *ca_extensions(below.key.public, above.key.public),
                made.authority_access(ocsp=urls),
                build.crl_points(*urls),
            ),
        )
        chain.append(below.certificate)
        above = below
    network = Fake()
    found = gathered(person(issuer=above), network, pool=[*chain, CA_WITH_ROOM.certificate])
    assert not found.complete
    assert len(network.asked) == MOST_REQUESTS
    assert codes(found).count("evidence_too_many_requests") == 1


def test_circles_of_issuers_end():
    """An address that always gives the same certificate is asked once."""
    other = Issuer(EphemeralKey.generate(EC), authority("Кольцо"))
    leaf = person(ocsp=(), crl=(), issuer=other)
    network = Fake({ISSUER: leaf})
    found = gathered(leaf, network)
    assert found.chain.break_code == "issuer_not_found"
    assert len(network.asked) <= 2


def test_offline_is_told_once():
    """The switch is off: one word on it, and everything that lies here still counts."""
    found = gathered(person(), Network(NetworkPolicy(online=False)))
    assert not found.complete
    assert codes(found) == ["evidence_state_unknown", "evidence_offline"]


@pytest.mark.parametrize("algorithm", [EC, KeyAlgorithm.GOST_256])
def test_with_the_real_network(algorithm: KeyAlgorithm):
    """Issuer, answer and list over HTTP, through the one object that may ask."""
    with servers.running() as server:
        pki = pki_of(algorithm)
        leaf = on_server(server, pki, ocsp_responder(pki, delegated=True))
        network = Network(server.policy())
        trust = LoadedTrust.of([pki.root], crls=[pki.crls[0]])
        found = collect(leaf, trust=trust, at=NOW, network=network)
        assert found.complete, found.problems
        assert [use.purpose for use in network.uses] == [Purpose.ISSUER, Purpose.OCSP]
        server.forget()
        dead = on_server(server, pki, ocsp_responder(pki).lying(OcspLie.INTERNAL_ERROR))
        found = collect(dead, trust=trust, at=NOW, network=Network(server.policy()))
        assert found.complete, found.problems
        assert set(found.crls) == set(pki.crls)


def on_server(server: Server, pki: Pki, responder: OcspResponder) -> bytes:
    """Issue a certificate whose addresses are the server's."""
    usual = end_entity(pki.leaf_key.public, pki.ca_issuer.key.public)
    access = made.authority_access([server.ocsp(responder)], [server.file("ca.crt", pki.ca)])
    points = build.crl_points(server.file("ca.crl", pki.crls[1]))
    return pki.issue(extensions=(*usual, access, points))


def test_gost_is_asked_by_streebog_where_sha1_is_not_known():
    """A responder that knows its certificates by Streebog only."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    usual = end_entity(pki.leaf_key.public, pki.ca_issuer.key.public)
    leaf = pki.issue(extensions=(*usual, made.authority_access([OCSP])))

    def answer(request: bytes) -> bytes:
        digest = STREEBOG in request
        status = ocsp_made.GOOD if digest else ocsp_made.UNKNOWN
        dates = {"this_update": NOW, "produced_at": NOW, "next_update": NOW + DAY}
        return ocsp_made.made(
            leaf, pki.ca, pki.ca_issuer.key, status=status,
            digest_name="streebog256" if digest else "sha1", **dates,
        )  # type: ignore[arg-type] # fmt: skip

    trust = LoadedTrust.of([pki.root], [pki.ca], [pki.crls[0]])
    found = collect(leaf, trust=trust, at=NOW, network=Fake(responders={OCSP: answer}))
    assert found.complete
    assert len(found.ocsp) == 1


def test_list_issuers_are_handed_on():
    """The certificate of one who issues lists for others goes with the list."""
    lists = Issuer(EphemeralKey.generate(EC), authority("Издатель списков"))
    lists.certificate = ROOT.issue(
        lists.key.public, subject=lists.name, extensions=(build.key_usage("cRLSign"),)
    )
    usual = end_entity(PKI.leaf_key.public, CA.key.public)
    point = made.distribution_points({"urls": [CRL], "issuer": lists.name})
    leaf = CA.issue(PKI.leaf_key.public, extensions=(*usual, point))
    network = Fake({CRL: made.indirect_list(lists, {PKI.ca: [7]})})
    found = gathered(leaf, network, pool=[lists.certificate])
    assert found.complete
    assert found.further == (lists.certificate,)


def test_revocation_of_suspended_certificate_is_not_asked_away():
    """On hold is known, so nobody is asked until somebody says otherwise."""
    leaf = person()
    entry = RevokedEntry(serial=int(describe(leaf).serial, 16), at=NOW - DAY, reason=6)
    network = Fake()
    found = gathered(leaf, network, crls=[CA.crl(entry)])
    assert codes(found) == ["evidence_revoked"]
    assert network.asked == []


def test_one_responder_is_asked_about_every_link():
    """One address for the person and for the authority: two questions."""
    ca = Issuer(EphemeralKey.generate(EC), authority("УЦ с адресом"))
    ca.certificate = ROOT.issue(
        ca.key.public,
        subject=ca.name,
        extensions=(*ca_extensions(ca.key.public, ROOT.key.public), made.authority_access([OCSP])),
    )
    leaf = person(crl=(), issuer=ca)
    by_ca = ocsp_responder(PKI, issuer=ca)
    by_root = ocsp_responder(PKI, issuer=ROOT)

    def answer(request: bytes) -> bytes:
        asked_of_root = key_id(ROOT.key.public) in request
        return (by_root if asked_of_root else by_ca).answer(request)

    network = Fake(responders={OCSP: answer})
    trust = LoadedTrust.of([PKI.root], [ca.certificate])
    found = gathered(leaf, network, trust=trust)
    assert found.complete, found.problems
    assert network.asked == [(OCSP, Purpose.OCSP)] * 2
    assert len(found.ocsp) == 2


def test_nothing_is_fetched_twice():
    """One address of a list for both links, and nothing lies there."""
    ca = Issuer(EphemeralKey.generate(EC), authority("УЦ с адресом"))
    ca.certificate = ROOT.issue(
        ca.key.public,
        subject=ca.name,
        extensions=(*ca_extensions(ca.key.public, ROOT.key.public), build.crl_points(CRL)),
    )
    network = Fake()
    trust = LoadedTrust.of([PKI.root], [ca.certificate])
    found = gathered(person(ocsp=(), issuer=ca), network, trust=trust)
    assert not found.complete
    assert network.asked == [(CRL, Purpose.CRL)]
