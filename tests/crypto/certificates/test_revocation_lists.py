"""What revocation lists say, and when their silence proves nothing."""

from datetime import datetime, timedelta

import pytest
from asn1crypto import core, crl, x509
from stand_ins.pki import FROM, NOW, UNTIL, Issuer, Pki, authority, ca_extensions, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import ExtensionSpec, RevokedEntry
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.fields import describe
from app.crypto.certificates.issuing import EphemeralKey, key_id
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import RevocationFacts, RevocationStatus

GOOD, REVOKED = RevocationStatus.GOOD, RevocationStatus.REVOKED
ON_HOLD, UNKNOWN = RevocationStatus.ON_HOLD, RevocationStatus.UNKNOWN
DAY = timedelta(days=1)
PKI = pki_of(KeyAlgorithm.GOST_256)


def asked(
    *lists: bytes,
    pki: Pki = PKI,
    leaf: bytes | None = None,
    at: datetime = NOW,
    more: tuple[bytes, ...] = (),
) -> RevocationFacts:
    """Return what is said of the person's certificate."""
    trust = LoadedTrust.of([pki.root], [pki.ca, *more], lists)
    return build_chain(leaf or pki.leaf, trust=trust, at=at).links[0].revocation


def serial_of(encoded: bytes) -> int:
    """Return the serial number of a certificate."""
    return int(describe(encoded).serial, 16)


def entry(reason: int | None = None) -> RevokedEntry:
    """Return the person's entry in a list."""
    return RevokedEntry(serial=serial_of(PKI.leaf), at=NOW - DAY, reason=reason)


def points(**fields: object) -> ExtensionSpec:
    """Make an IssuingDistributionPoint."""
    value = crl.IssuingDistributionPoint(fields).dump()
    return ExtensionSpec("2.5.29.28", value, critical=True)


def at_url(url: str) -> dict[str, object]:
    """Return the name of a distribution point."""
    name = x509.GeneralName("uniform_resource_identifier", url)
    return {"distribution_point": x509.DistributionPointName("full_name", [name])}


@pytest.mark.parametrize(
    "algorithm",
    [KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512, KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256],
)
def test_silence_of_a_fresh_list_is_good(algorithm: KeyAlgorithm):
    """Not listed, list in force, signed by the issuer."""
    pki = pki_of(algorithm)
    found = asked(pki.crls[1], pki=pki)
    assert (found.status, found.source, found.problem) == (GOOD, "crl", None)
    assert (found.this_update, found.next_update) == (FROM, UNTIL)


@pytest.mark.parametrize(
    ("reason", "status", "name"),
    [
        (None, REVOKED, None),
        (0, REVOKED, "unspecified"),
        (1, REVOKED, "keyCompromise"),
        (5, REVOKED, "cessationOfOperation"),
        (6, ON_HOLD, "certificateHold"),
        (8, GOOD, None),
    ],
)
def test_entry_is_read(reason: int | None, status: RevocationStatus, name: str | None):
    """Revoked, suspended, resumed: each is told as what it is (rule R-02)."""
    found = asked(PKI.ca_issuer.crl(entry(reason)))
    assert (found.status, found.reason) == (status, name)
    assert found.revoked_at == (None if status is GOOD else NOW - DAY)


def test_no_list():
    """Without a list the state is unknown, and the reason is told (rule R-08)."""
    found = asked()
    assert (found.status, found.problem) == (UNKNOWN, "crl_missing")
    assert asked(PKI.crls[0]).problem == "crl_missing"
    assert asked(b"noise").problem == "crl_missing"


def test_expired_list_proves_nothing_but_still_accuses():
    """Silence of an old list is worth nothing; an entry in it is."""
    old = {"next_update": NOW - DAY}
    silent = asked(PKI.ca_issuer.crl(**old))
    assert (silent.status, silent.problem) == (UNKNOWN, "crl_expired")
    assert asked(PKI.ca_issuer.crl(entry(1), **old)).status is REVOKED
    assert asked(PKI.ca_issuer.crl(next_update=None)).problem == "crl_expired"


def test_later_list_speaks_of_an_earlier_moment():
    """For a past moment a later list counts, so long as the certificate had not expired."""
    later = PKI.ca_issuer.crl(this_update=NOW + DAY)
    assert asked(later).status is GOOD
    short = PKI.issue(not_after=NOW + DAY / 2)
    found = asked(later, leaf=short)
    assert (found.status, found.problem) == (UNKNOWN, "crl_too_late")


def test_newest_list_in_force_is_asked():
    """Of several lists the newest that is in force decides, in any order."""
    old, new = PKI.ca_issuer.crl(entry(6)), PKI.ca_issuer.crl(this_update=NOW - DAY)
    for lists in ((old, new), (new, old)):
        assert asked(*lists).status is GOOD


def test_list_of_another_key_is_no_list():
    """A list with the issuer's name and a stranger's signature proves nothing."""
    stranger = Issuer(EphemeralKey.generate(KeyAlgorithm.GOST_256), PKI.ca_issuer.name)
    found = asked(stranger.crl(entry(1)))
    assert (found.status, found.problem) == (UNKNOWN, "crl_signature")
    assert asked(stranger.crl(), PKI.crls[1]).status is GOOD


def test_changed_list_is_no_list():
    """One changed octet."""
    changed = bytearray(PKI.ca_issuer.crl(entry(1)))
    changed[-1] ^= 1
    assert asked(bytes(changed)).problem == "crl_signature"


def test_list_of_a_second_key_of_the_authority():
    """An authority may keep a key for its lists alone; it must have a sound path (rule X-09)."""
    key = EphemeralKey.generate(KeyAlgorithm.GOST_256)
    extensions = (build.key_usage("cRLSign"), build.subject_key_id(key_id(key.public)))
    second = Issuer(key, PKI.ca_issuer.name)
    second.certificate = PKI.root_issuer.issue(
        key.public, subject=second.name, extensions=extensions
    )
    assert asked(second.crl(entry(1)), more=(second.certificate,)).status is REVOKED
    unrooted = second.issue(key.public, subject=second.name, extensions=extensions)
    assert asked(second.crl(entry(1)), more=(unrooted,)).problem == "crl_signature"


def test_authority_without_the_right_to_sign_lists():
    """KeyUsage without cRLSign."""
    key = EphemeralKey.generate(KeyAlgorithm.GOST_256)
    mute = Issuer(key, authority("УЦ без права"))
    extensions = (build.basic_constraints(ca=True), build.key_usage("keyCertSign"))
    mute.certificate = PKI.root_issuer.issue(key.public, subject=mute.name, extensions=extensions)
    leaf = mute.issue(PKI.leaf_key.public)
    found = asked(mute.crl(), leaf=leaf, more=(mute.certificate,))
    assert found.problem == "crl_signature"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"only_contains_user_certs": True}, None),
        ({"only_contains_ca_certs": True}, "crl_scope"),
        ({"only_contains_attribute_certs": True}, "crl_scope"),
        ({"indirect_crl": True}, None),
        ({"only_some_reasons": {"key_compromise"}}, "crl_reasons"),
        (at_url("http://other.example/1.crl"), "crl_scope"),
        (at_url("http://ca.example/1.crl"), None),
    ],
)
def test_scope_of_a_list(fields: dict[str, object], problem: str | None):
    """A list about other certificates says nothing of this one."""
    leaf = PKI.issue(extensions=(build.crl_points("http://ca.example/1.crl"),))
    found = asked(PKI.ca_issuer.crl(extensions=(points(**fields),)), leaf=leaf)
    assert found.problem == problem
    assert found.status is (GOOD if problem is None else UNKNOWN)


def test_list_for_authorities_speaks_of_authorities():
    """The scope is held against each link."""
    lists = (
        PKI.root_issuer.crl(extensions=(points(only_contains_ca_certs=True),)),
        PKI.ca_issuer.crl(extensions=(points(only_contains_user_certs=True),)),
    )
    trust = LoadedTrust.of([PKI.root], [PKI.ca], lists)
    chain = build_chain(PKI.leaf, trust=trust, at=NOW)
    assert [link.revocation.status for link in chain.links[:2]] == [GOOD, GOOD]


def test_unknown_critical_extension_of_a_list():
    """A list that demands more than we know is not used."""
    strange = ExtensionSpec("1.2.3", b"\x05\0", critical=True)
    assert asked(PKI.ca_issuer.crl(extensions=(strange,))).problem == "crl_unknown_critical"


def delta(number: int, base: int, *revoked: RevokedEntry) -> bytes:
    """Make a delta list."""
    mark = ExtensionSpec("2.5.29.27", core.Integer(base).dump(), critical=True)
    return PKI.ca_issuer.crl(*revoked, number=number, extensions=(mark,))


def test_delta_list_needs_its_base():
    """Alone it says nothing; with its base it brings news, both ways (rule R-01)."""
    base = PKI.ca_issuer.crl(number=5)
    assert asked(delta(6, 5)).problem == "crl_delta"
    assert asked(base, delta(6, 5, entry(1))).status is REVOKED
    assert asked(base, delta(6, 6, entry(1))).status is GOOD
    assert asked(base, delta(4, 3, entry(1))).status is GOOD
    held = PKI.ca_issuer.crl(entry(6), number=5)
    assert asked(held, delta(6, 5, entry(8))).status is GOOD
    assert asked(held, delta(6, 5, entry(1)), delta(7, 5, entry(8))).status is GOOD


def test_revoked_authority_is_told():
    """The state of each link is its own."""
    serial = serial_of(PKI.ca)
    lists = (PKI.root_issuer.crl(RevokedEntry(serial=serial, at=NOW - DAY)), PKI.crls[1])
    trust = LoadedTrust.of([PKI.root], [PKI.ca], lists)
    states = [link.revocation.status for link in build_chain(PKI.leaf, trust=trust, at=NOW).links]
    assert states == [GOOD, REVOKED, RevocationStatus.NOT_CHECKED]


def test_lists_of_the_signature_count():
    """Lists that came with a signature are material as good as any: they are signed."""
    trust = LoadedTrust.of([PKI.root], [PKI.ca])
    chain = build_chain(PKI.leaf, crls=PKI.crls, trust=trust, at=NOW)
    assert [link.revocation.status for link in chain.links[:2]] == [GOOD, GOOD]


def test_ten_thousand_entries_take_no_time():
    """A long list is asked, not walked through."""
    pki = pki_of(KeyAlgorithm.ECDSA_P256)
    many = (RevokedEntry(serial=1000 + number, at=FROM) for number in range(10_000))
    listed = pki.ca_issuer.crl(*many, RevokedEntry(serial=serial_of(pki.leaf), at=FROM))
    assert asked(listed, pki=pki).status is REVOKED


def test_damaged_lists_never_surprise():
    """Lists with any octet changed end in a state."""
    encoded = PKI.ca_issuer.crl(entry(1))
    for place in range(0, len(encoded), 3):
        changed = bytearray(encoded)
        changed[place] ^= 0x55
        found = asked(bytes(changed))
        assert found.status is UNKNOWN


def test_negative_serial_is_never_good():
    """Numbers below zero cannot be looked up, so nothing is said of them."""
    found = asked(PKI.crls[1], leaf=PKI.issue(serial=-5))
    assert (found.status, found.problem) == (UNKNOWN, "serial_negative")


def test_authority_certified_twice_stays_one():
    """Of two sound ways up the one counts on which nothing is revoked, in any order of input."""
    again = PKI.root_issuer.issue(
        PKI.ca_issuer.key.public,
        subject=PKI.ca_issuer.name,
        extensions=ca_extensions(PKI.ca_issuer.key.public, PKI.root_issuer.key.public),
    )
    gone = PKI.root_issuer.crl(RevokedEntry(serial=serial_of(PKI.ca), at=NOW - DAY, reason=5))
    lists = (gone, PKI.crls[1])
    for both in ([PKI.ca, again], [again, PKI.ca]):
        trust = LoadedTrust.of([PKI.root], both, lists)
        chain = build_chain(PKI.leaf, trust=trust, at=NOW)
        assert chain.links[1].certificate.der == again
        assert [link.revocation.status for link in chain.links[:2]] == [GOOD, GOOD]
    trust = LoadedTrust.of([PKI.root], [PKI.ca], lists)
    chain = build_chain(PKI.leaf, trust=trust, at=NOW)
    assert chain.links[1].revocation.status is REVOKED
