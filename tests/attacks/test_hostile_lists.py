"""Revocation lists that are signed as they should be, and still lie or surprise."""

from datetime import timedelta

import pytest
from stand_ins import ocsp_made
from stand_ins.pki import NOW, Issuer, ca_extensions, pki_of

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import ExtensionSpec, RevokedEntry
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import RevocationFacts, RevocationStatus

EC = KeyAlgorithm.ECDSA_P256
DAY = timedelta(days=1)
PKI = pki_of(EC)
CA, ROOT = PKI.ca_issuer, PKI.root_issuer
GOOD, REVOKED = RevocationStatus.GOOD, RevocationStatus.REVOKED
ON_HOLD, UNKNOWN = RevocationStatus.ON_HOLD, RevocationStatus.UNKNOWN
INDIRECT = ExtensionSpec("2.5.29.28", der.sequence(der.element(0x84, b"\xff")), critical=True)
REASON, ISSUER = "2.5.29.21", "2.5.29.29"


def told(*lists: bytes, pool: tuple[bytes, ...] = ()) -> RevocationFacts:
    """Return what lists say of the person's certificate."""
    trust = LoadedTrust.of([PKI.root], [PKI.ca])
    return build_chain(PKI.leaf, pool=pool, crls=lists, trust=trust, at=NOW).links[0].revocation


def entry(reason: int | None = None) -> RevokedEntry:
    """Return an entry about the person."""
    serial = int(describe(PKI.leaf).serial, 16)
    return RevokedEntry(serial=serial, at=NOW - DAY, reason=reason)


def odd(crl: bytes, oid: str, value: bytes) -> bytes:
    """Give each entry of a list one extension, and sign anew."""
    tbs, algorithm, _ = der.read(crl).children()
    extension = der.sequence(der.oid(oid), der.element(der.OCTET_STRING, value))
    fields = []
    for place, field in enumerate(tbs.children()):
        content = field.content
        if place > 3 and field.tag == der.SEQUENCE:
            parts = [one.children()[:2] for one in field.children()]
            kept = [[der.element(*one) for one in pair] for pair in parts]
            content = b"".join(der.sequence(*pair, der.sequence(extension)) for pair in kept)
        fields.append(der.element(field.tag, content))
    inner = der.sequence(*fields)
    signature = der.element(der.BIT_STRING, b"\0" + CA.key.sign(inner))
    return der.sequence(inner, der.element(*algorithm), signature)


@pytest.mark.parametrize(
    ("oid", "value"),
    [
        (REASON, b"\x0a\x01\xc8"),
        (REASON, b"\x0a\x02\x01\x01"),
        (REASON, b""),
        (ISSUER, der.sequence(der.element(0xA3, b""))),
        (ISSUER, der.sequence(der.element(0xA5, b"\x81\x01a"))),
        (ISSUER, der.sequence(der.element(0xA0, b"\x81\x01a"))),
        (ISSUER, b""),
    ],
)
@pytest.mark.parametrize("indirect", [True, False])
def test_odd_entries(oid: str, value: bytes, *, indirect: bool):
    """An entry that cannot be read in full never frees the certificate, nor stops the program."""
    extensions = (INDIRECT,) if indirect else ()
    found = told(odd(CA.crl(entry(), extensions=extensions), oid, value))
    assert found.status in {REVOKED, UNKNOWN}
    if oid == REASON and not indirect:
        assert (found.status, found.reason) == (REVOKED, None)


def delta(issuer: Issuer, *entries: RevokedEntry) -> bytes:
    """Make a list of changes to list number 1."""
    base = ExtensionSpec("2.5.29.27", b"\x02\x01\x01", critical=True)
    return issuer.crl(*entries, number=2, this_update=NOW - DAY / 2, extensions=(base,))


def test_list_of_changes_by_a_key_of_unknown_state():
    """A second key for lists, of which nobody knows whether it was revoked, takes nothing back."""
    second = Issuer(EphemeralKey.generate(EC), CA.name)
    usage = (build.key_usage("cRLSign"),)
    second.certificate = ROOT.issue(second.key.public, subject=CA.name, extensions=usage)
    pool = (second.certificate,)
    held = CA.crl(entry(6), this_update=NOW - DAY)
    assert told(held).status is ON_HOLD
    assert told(held, delta(CA, entry(8))).status is GOOD
    assert told(held, delta(second, entry(8)), pool=pool).status is ON_HOLD
    assert told(CA.crl(), delta(second), pool=pool).status is GOOD
    # …but accuse it may, and known to be in force it may do both
    assert told(CA.crl(), delta(second, entry(1)), pool=pool).status is REVOKED
    assert told(held, delta(second, entry(8)), ROOT.crl(), pool=pool).status is GOOD


def test_negative_path_length():
    """A length below zero allows nobody below, as zero does."""
    bad = build.basic_constraints(ca=True)
    bad = ExtensionSpec(bad.oid, der.sequence(b"\x01\x01\xff", b"\x02\x01\xff"), critical=True)
    top, middle = (Issuer(EphemeralKey.generate(EC), build_name) for build_name in NAMES)
    top.certificate = ROOT.issue(
        top.key.public,
        subject=top.name,
        extensions=(bad, *ca_extensions(top.key.public, ROOT.key.public)[1:]),
    )
    middle.certificate = top.issue(
        middle.key.public,
        subject=middle.name,
        extensions=ca_extensions(middle.key.public, top.key.public),
    )
    leaf = middle.issue(EphemeralKey.generate(EC).public)
    trust = LoadedTrust.of([PKI.root], [top.certificate, middle.certificate])
    chain = build_chain(leaf, trust=trust, at=NOW)
    assert [problem.code for link in chain.links for problem in link.problems] == ["path_length"]


NAMES = [
    build.encode_name([build.NamePart("2.5.4.3", name)]) for name in ("Верхний УЦ", "Средний УЦ")
]


@pytest.mark.parametrize("told_by", ["lists", "answers", "both"])
def test_milder_word_does_not_hide_a_graver_one(told_by: str):
    """Who adds an old list to a file changes neither date nor reason of a revocation."""
    serial = int(describe(PKI.leaf).serial, 16)
    statements = []
    for days, date, reason, lists in (
        (1, NOW + DAY, 5, told_by != "answers"),
        (3, NOW - DAY, 1, told_by == "lists"),
    ):
        made_at = NOW + days * DAY
        if lists:
            entry_of = RevokedEntry(serial=serial, at=date, reason=reason)
            statements.append(("crl", CA.crl(entry_of, this_update=made_at, number=days)))
        else:
            told_so = ocsp_made.made(
                PKI.leaf,
                PKI.ca,
                CA.key,
                status=ocsp_made.revoked(date, reason),
                this_update=made_at,
                produced_at=made_at,
                next_update=None,
            )
            statements.append(("ocsp", told_so))
    for order in (statements, statements[::-1]):
        for at in (NOW - 2 * DAY, NOW, NOW + 5 * DAY):
            found = build_chain(
                PKI.leaf,
                crls=[data for kind, data in order if kind == "crl"],
                ocsp=[data for kind, data in order if kind == "ocsp"],
                trust=LoadedTrust.of([PKI.root], [PKI.ca]),
                at=at,
                now=NOW + 5 * DAY,
            )
            facts = found.links[0].revocation
            assert (facts.status, facts.reason) == (REVOKED, "keyCompromise")
            assert facts.revoked_at == NOW - DAY


def test_two_words_in_one_second():
    """A responder that says both, in either order, has not said that all is well."""
    held = ocsp_made.statement(PKI.leaf, PKI.ca, status=ocsp_made.revoked(NOW - DAY, 6))
    good = ocsp_made.statement(PKI.leaf, PKI.ca)
    trust = LoadedTrust.of([PKI.root], [PKI.ca])
    for both in ((held, good), (good, held)):
        answer = ocsp_made.made(PKI.leaf, PKI.ca, CA.key, statements=both)
        chain = build_chain(PKI.leaf, ocsp=[answer], trust=trust, at=NOW, now=NOW)
        assert chain.links[0].revocation.status is ON_HOLD


def test_hold_that_came_later():
    """The moment was good by its own list; that the certificate is held since is told as well."""
    serial = int(describe(PKI.leaf).serial, 16)
    before = CA.crl(this_update=NOW - DAY)
    held = CA.crl(RevokedEntry(serial=serial, at=NOW + DAY, reason=6), this_update=NOW + DAY)
    freed = CA.crl(this_update=NOW + 2 * DAY)
    found = told(before, held)
    assert (found.status, found.held_later) == (GOOD, NOW + DAY)
    assert told(before, held, freed).held_later is None
    assert told(before).held_later is None
    times = {"this_update": NOW + 3 * DAY, "produced_at": NOW + 3 * DAY, "next_update": None}
    trust = LoadedTrust.of([PKI.root], [PKI.ca])
    for status, later in (
        (ocsp_made.GOOD, None),
        (ocsp_made.revoked(NOW + DAY, 6), NOW + 3 * DAY),
    ):
        answer = ocsp_made.made(PKI.leaf, PKI.ca, CA.key, status=status, **times)
        chain = build_chain(
            PKI.leaf, crls=[before, held], ocsp=[answer], trust=trust, at=NOW, now=NOW + 3 * DAY
        )
        found = chain.links[0].revocation
        assert (found.status, found.held_later) == (GOOD, later)
