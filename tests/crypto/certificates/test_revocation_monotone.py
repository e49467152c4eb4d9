"""Less data never makes a certificate look better (the golden property of verdicts)."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins import ocsp_made as ocsp
from stand_ins.pki import NOW, Issuer, authority, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import RevokedEntry
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.certificates.ocsp_check import OCSP_SIGNING
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import RevocationStatus

EC = KeyAlgorithm.ECDSA_P256
DAY = timedelta(days=1)
PKI = pki_of(EC)
CA, ROOT = PKI.ca_issuer, PKI.root_issuer


def signer(*usage: str, purpose: str | None = None) -> Issuer:
    """Make one who signs lists or answers under the authority's name or its own."""
    made = Issuer(EphemeralKey.generate(EC), CA.name if purpose is None else authority("Служба"))
    above = ROOT if purpose is None else CA
    more = () if purpose is None else (build.extended_key_usage(purpose),)
    made.certificate = above.issue(
        made.key.public, subject=made.name, extensions=(build.key_usage(*usage), *more)
    )
    return made


SECOND = signer("cRLSign")
DELEGATE = signer("digitalSignature", purpose=OCSP_SIGNING)


def entry(certificate: bytes, reason: int) -> RevokedEntry:
    """Return an entry about a certificate."""
    return RevokedEntry(serial=int(describe(certificate).serial, 16), at=NOW - DAY, reason=reason)


def told(**fields: object) -> bytes:
    """Return an answer of the authority about the person."""
    return ocsp.made(PKI.leaf, PKI.ca, CA.key, **fields)  # type: ignore[arg-type]


HARMLESS = [
    ("crl", CA.crl()),
    ("crl", CA.crl(this_update=NOW - DAY, number=2)),
    ("crl", CA.crl(next_update=NOW - DAY)),
    ("crl", SECOND.crl()),
    ("crl", ROOT.crl()),
    ("crl", b"noise"),
    ("ocsp", told()),
    ("ocsp", told(status=ocsp.UNKNOWN)),
    ("ocsp", told(next_update=NOW - DAY)),
    ("ocsp", told(next_update=None, this_update=NOW + DAY, produced_at=NOW + DAY)),
    ("ocsp", ocsp.made(PKI.leaf, PKI.ca, DELEGATE.key, certificates=(DELEGATE.certificate,))),
    ("ocsp", ocsp.made(DELEGATE.certificate, PKI.ca, CA.key)),
    ("ocsp", ocsp.made(SECOND.certificate, PKI.root, ROOT.key)),
    ("ocsp", b"noise"),
]
"""Data that speak against nobody, useful and useless."""

ACCUSING = [
    ("crl", CA.crl(entry(PKI.leaf, 1))),
    ("crl", CA.crl(entry(PKI.leaf, 4), next_update=NOW - DAY)),
    ("ocsp", told(status=ocsp.revoked(NOW - DAY, 1))),
]
"""Data that speak against the person."""

Data = list[tuple[str, bytes]]


def state(data: Data) -> RevocationStatus:
    """Return the state of the person by these data."""
    chain = build_chain(
        PKI.leaf,
        pool=[SECOND.certificate],
        crls=[one for kind, one in data if kind == "crl"],
        ocsp=[one for kind, one in data if kind == "ocsp"],
        trust=LoadedTrust.of([PKI.root], [PKI.ca]),
        at=NOW,
        now=NOW + 2 * DAY,
    )
    return chain.links[0].revocation.status


def subsets(data: Data) -> st.SearchStrategy[Data]:
    """Draw some of the data, in any order."""
    return st.lists(st.sampled_from(data), unique=True)


@settings(max_examples=200, deadline=None)
@given(subsets(HARMLESS), subsets(HARMLESS))
def test_more_data_never_unprove(some: Data, more: Data):
    """What some data prove good, more data that accuse nobody leave good."""
    if state(some) is RevocationStatus.GOOD:
        assert state([*some, *more]) is RevocationStatus.GOOD
        assert state([*more, *some]) is RevocationStatus.GOOD


@settings(max_examples=100, deadline=None)
@given(subsets(HARMLESS), st.sampled_from(ACCUSING))
def test_nothing_takes_an_accusation_back(others: Data, accusation: tuple[str, bytes]):
    """Revoked by any source is revoked, whatever stands beside."""
    assert state([*others, accusation]) is RevocationStatus.REVOKED


def test_list_of_an_unchecked_signer_takes_no_place():
    """Of two lists made at one moment the one that proves something counts, in any order."""
    own, second = HARMLESS[0], HARMLESS[3]
    assert state([second]) is RevocationStatus.UNKNOWN
    assert state([own, second]) is state([second, own]) is RevocationStatus.GOOD


def test_each_proof_by_itself():
    """Which of the harmless data prove something alone: the rest is only useful together."""
    alone = [place for place, one in enumerate(HARMLESS) if state([one]) is RevocationStatus.GOOD]
    assert alone == [0, 1, 6, 9]
    second, root, delegate = HARMLESS[3], HARMLESS[4], HARMLESS[10]
    assert state([second, root]) is RevocationStatus.GOOD
    assert state([second, HARMLESS[12]]) is RevocationStatus.GOOD
    assert state([delegate, HARMLESS[11]]) is RevocationStatus.GOOD
    assert state([delegate, root]) is RevocationStatus.UNKNOWN
