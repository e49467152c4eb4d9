"""Lists that speak of others' certificates, and lists that speak of some reasons only."""

from datetime import timedelta

import pytest
from asn1crypto import crl
from stand_ins import extensions_made as made
from stand_ins.pki import NOW, Issuer, authority, ca_extensions, end_entity, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import ExtensionSpec, RevokedEntry
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import RevocationFacts, RevocationStatus

GOOD, REVOKED = RevocationStatus.GOOD, RevocationStatus.REVOKED
ON_HOLD, UNKNOWN = RevocationStatus.ON_HOLD, RevocationStatus.UNKNOWN
EC = KeyAlgorithm.ECDSA_P256
PKI = pki_of(EC)
CA = PKI.ca_issuer
URL = "http://lists.example/1.crl"


def list_issuer(
    issuer: Issuer = PKI.root_issuer, *more: ExtensionSpec, **changes: object
) -> Issuer:
    """Make one who only issues lists, for others."""
    made_by = Issuer(EphemeralKey.generate(EC), authority("Издатель списков"))
    fields: dict[str, object] = {
        "subject": made_by.name,
        "extensions": (build.key_usage("cRLSign"), *more),
    }
    made_by.certificate = issuer.issue(made_by.key.public, **(fields | changes))
    return made_by


LISTS = list_issuer()
POINT = made.distribution_points({"urls": [URL], "issuer": LISTS.name})


def person(*extensions: ExtensionSpec, serial: int = 1000) -> bytes:
    """Return a person's certificate whose list is issued by another."""
    usual = end_entity(PKI.leaf_key.public, CA.key.public)
    return PKI.issue(serial=serial, extensions=(*usual, *(extensions or (POINT,))))


def asked(leaf: bytes, *lists: bytes, signer: Issuer = LISTS, root: bool = True) -> RevocationFacts:
    """Return what is said of a certificate; the list issuer's own state is told by the root."""
    more = (PKI.root_issuer.crl(),) if root else ()
    trust = LoadedTrust.of([PKI.root], [PKI.ca], [*lists, *more])
    chain = build_chain(leaf, pool=[signer.certificate], trust=trust, at=NOW)
    return chain.links[0].revocation


def test_list_of_another_issuer_is_believed_where_the_certificate_says_so():
    """Named as cRLIssuer, charged with signing lists, with a sound path to the same root."""
    leaf = person()
    assert asked(leaf, made.indirect_list(LISTS, {PKI.ca: [7]})).status is GOOD
    assert asked(leaf, made.indirect_list(LISTS, {PKI.ca: [7, 1000]})).status is REVOKED
    elsewhere = person(build.crl_points(URL))
    found = asked(elsewhere, made.indirect_list(LISTS, {PKI.ca: [1000]}))
    assert (found.status, found.problem) == (UNKNOWN, "crl_missing")


def test_entries_belong_to_the_issuer_named_last():
    """The same serial of another authority is another certificate (RFC 5280 §5.3.3)."""
    leaf = person()
    assert asked(leaf, made.indirect_list(LISTS, {PKI.root: [1000], PKI.ca: [5]})).status is GOOD
    mixed = made.indirect_list(LISTS, {PKI.root: [5, 6], PKI.ca: [7, 1000]})
    assert asked(leaf, mixed).status is REVOKED
    swapped = made.indirect_list(LISTS, {PKI.ca: [5, 6], PKI.root: [7, 1000]})
    assert asked(leaf, swapped).status is GOOD


def test_list_that_does_not_say_it_is_indirect():
    """Then it may not speak of others, and an entry that names another issuer spoils it."""
    plain = made.indirect_list(LISTS, {PKI.ca: [1000]}, indirect=False)
    assert asked(person(), plain).problem == "crl_unknown_critical"
    assert asked(person(), LISTS.crl()).problem == "crl_scope"
    own = made.indirect_list(CA, {PKI.root: [5]}, indirect=False)
    found = asked(person(build.crl_points(URL)), own)
    assert (found.status, found.problem) == (UNKNOWN, "crl_unknown_critical")


def test_list_issuer_must_be_trustworthy():
    """Right to sign lists, path to the same root, not revoked, known not to be."""
    leaf, listed = person(), {PKI.ca: [5]}
    mute = list_issuer(extensions=(build.key_usage("digitalSignature"),))
    assert asked(leaf, made.indirect_list(mute, listed), signer=mute).problem == "crl_signature"
    other_root = Issuer(EphemeralKey.generate(EC), authority("Чужой корень"))
    other_root.certificate = other_root.issue(
        other_root.key.public,
        subject=other_root.name,
        extensions=ca_extensions(other_root.key.public, other_root.key.public),
    )
    foreign = list_issuer(other_root)
    data = made.indirect_list(foreign, listed)
    trust = LoadedTrust.of([PKI.root, other_root.certificate], [PKI.ca], [data])
    chain = build_chain(leaf, pool=[foreign.certificate], trust=trust, at=NOW)
    assert chain.links[0].revocation.problem == "crl_signature"
    unchecked = asked(leaf, made.indirect_list(LISTS, listed), root=False)
    assert (unchecked.status, unchecked.problem) == (UNKNOWN, "crl_signer_unchecked")
    # …but its word against a certificate counts all the same
    accused = asked(leaf, made.indirect_list(LISTS, {PKI.ca: [1000]}), root=False)
    assert accused.status is REVOKED
    serial = int(describe(LISTS.certificate).serial, 16)
    gone = PKI.root_issuer.crl(RevokedEntry(serial=serial, at=NOW), number=2)
    assert asked(leaf, made.indirect_list(LISTS, listed), gone).problem == "crl_signature"


def test_long_indirect_list_is_walked_in_time():
    """Five thousand entries, the last one is ours."""
    serials = [*range(10_000, 15_000), 1000]
    assert asked(person(), made.indirect_list(LISTS, {PKI.ca: serials})).status is REVOKED


def partial(*reasons: str, entries: tuple[RevokedEntry, ...] = (), **changes: object) -> bytes:
    """Return a list for some reasons."""
    value = crl.IssuingDistributionPoint({"only_some_reasons": set(reasons)}).dump()
    mark = ExtensionSpec("2.5.29.28", value, critical=True)
    return CA.crl(*entries, extensions=(mark,), **changes)


COMPROMISE = ("key_compromise", "ca_compromise")
OTHERS = (
    "affiliation_changed",
    "superseded",
    "cessation_of_operation",
    "certificate_hold",
    "privilege_withdrawn",
    "aa_compromise",
)


def test_lists_for_some_reasons_prove_something_together():
    """All reasons must be covered; one that accuses is enough (RFC 5280 §6.3.3 (l))."""
    leaf = person(build.crl_points(URL))
    first, second = partial(*COMPROMISE), partial(*OTHERS)
    for lists in ((first,), (second,), (first, partial(*OTHERS[1:]))):
        found = asked(leaf, *lists)
        assert (found.status, found.problem) == (UNKNOWN, "crl_reasons")
    assert asked(leaf, first, second).status is GOOD
    assert asked(leaf, second, first).status is GOOD
    listed = (RevokedEntry(serial=1000, at=NOW, reason=1),)
    assert asked(leaf, partial(*COMPROMISE, entries=listed)).status is REVOKED
    held = (RevokedEntry(serial=1000, at=NOW, reason=6),)
    assert asked(leaf, first, partial(*OTHERS, entries=held)).status is ON_HOLD
    old = partial(*OTHERS, next_update=NOW - timedelta(days=1))
    assert asked(leaf, first, old).problem == "crl_expired"
    assert asked(leaf, first, CA.crl()).status is GOOD


def test_point_for_some_reasons_narrows_a_whole_list():
    """What the certificate says of the list counts as well (RFC 5280 §4.2.1.13)."""
    key_only = b"\x06\x40"
    leaf = person(made.distribution_points({"issuer": LISTS.name, "reasons": key_only}))
    found = asked(leaf, made.indirect_list(LISTS, {PKI.ca: [5]}))
    assert (found.status, found.problem) == (UNKNOWN, "crl_reasons")
    assert asked(leaf, made.indirect_list(LISTS, {PKI.ca: [1000]})).status is REVOKED


@pytest.mark.parametrize(
    "value", [b"\x30\x03\x02\x01\x01", b"\x30\x02\xa0\0", b"\x05\0", b"\x30\x04\xa6\x02\x01\x01"]
)
def test_list_of_unclear_scope_is_no_list(value: bytes):
    """A scope that cannot be read."""
    odd = CA.crl(extensions=(ExtensionSpec("2.5.29.28", value, critical=True),))
    assert asked(person(build.crl_points(URL)), odd).problem == "crl_missing"


def test_revocation_for_good_counts_in_whatever_list():
    """A newer list that has forgotten it does not take it back (rule R-02 knows only holds)."""
    entry = RevokedEntry(serial=1000, at=NOW - timedelta(days=9), reason=1)
    leaf, newer = (
        person(build.crl_points(URL)),
        CA.crl(this_update=NOW - timedelta(days=1), number=9),
    )
    assert asked(leaf, CA.crl(entry), newer).status is REVOKED


def test_suspended_by_a_list_in_parts():
    """The newer of a list for some reasons and a whole one decides."""
    leaf, day = person(build.crl_points(URL)), timedelta(days=1)
    held = (RevokedEntry(serial=1000, at=NOW - day, reason=6),)
    for part, whole, status in ((2, 1, GOOD), (1, 2, ON_HOLD)):
        in_part = partial(*OTHERS, entries=held, this_update=NOW - part * day)
        lists = (in_part, CA.crl(this_update=NOW - whole * day))
        assert asked(leaf, *lists).status is status


def test_changes_belong_to_one_list():
    """Changes to the list of another, or of another scope, change nothing (rule R-01)."""
    second = list_issuer(subject=authority("Второй издатель"))
    second.name = authority("Второй издатель")
    both = made.distribution_points({"issuer": LISTS.name}, {"issuer": second.name})
    leaf = person(both)
    full = made.indirect_list(LISTS, {PKI.ca: [5]})
    for issuer, status in ((LISTS, REVOKED), (second, GOOD)):
        changes = made.indirect_list(issuer, {PKI.ca: [1000]}, number=2, delta_of=1)
        trust = LoadedTrust.of([PKI.root], [PKI.ca], [full, changes, PKI.root_issuer.crl()])
        pool = [LISTS.certificate, second.certificate]
        chain = build_chain(leaf, pool=pool, trust=trust, at=NOW)
        assert chain.links[0].revocation.status is status
    users = crl.IssuingDistributionPoint({"only_contains_user_certs": True}).dump()
    marks = (
        ExtensionSpec("2.5.29.27", b"\x02\x01\x01", critical=True),
        ExtensionSpec("2.5.29.28", users, critical=True),
    )
    entry = RevokedEntry(serial=1000, at=NOW, reason=1)
    of_users = CA.crl(entry, number=2, extensions=marks)
    assert asked(person(build.crl_points(URL)), CA.crl(), of_users).status is GOOD
    of_all = CA.crl(entry, number=2, extensions=marks[:1])
    assert asked(person(build.crl_points(URL)), CA.crl(), of_all).status is REVOKED


def test_two_list_issuers_cannot_vouch_for_each_other():
    """One may list itself as in force; a longer circle proves nothing."""
    names = [authority(f"Издатель {number}") for number in (1, 2)]
    first, second = (
        list_issuer(PKI.root_issuer, made.distribution_points({"issuer": other}), subject=name)
        for name, other in (names, reversed(names))
    )
    first.name, second.name = names
    leaf = person(made.distribution_points({"issuer": first.name}))
    silent = {PKI.ca: [5]}
    lists = [made.indirect_list(one, silent) for one in (first, second)]
    pool = [first.certificate, second.certificate]
    trust = LoadedTrust.of([PKI.root], [PKI.ca], lists)
    found = build_chain(leaf, pool=pool, trust=trust, at=NOW).links[0].revocation
    assert (found.status, found.problem) == (UNKNOWN, "crl_signer_unchecked")
    told_by_root = LoadedTrust.of([PKI.root], [PKI.ca], [*lists, PKI.root_issuer.crl()])
    found = build_chain(leaf, pool=pool, trust=told_by_root, at=NOW).links[0].revocation
    assert found.status is GOOD
