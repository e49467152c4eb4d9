"""Constraints on names and policies: each has a sample that it lets pass and one that it stops."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins import extensions_made as made
from stand_ins.pki import NOW, Issuer, authority, ca_extensions, end_entity, pki_of

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates import constraint_reading as reading
from app.crypto.certificates import names
from app.crypto.certificates.building import ExtensionSpec, NamePart
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.issuing import EphemeralKey
from app.crypto.certificates.policies import (
    ANY_POLICY,
    NO_DEMANDS,
    PolicyDemands,
    PolicyStep,
    PolicyWalk,
)
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import ChainFacts

EC = KeyAlgorithm.ECDSA_P256
PKI = pki_of(EC)
ROOT = PKI.root_issuer
P1, P2 = "1.2.643.100.113.1", "1.2.643.100.113.2"


def under(issuer: Issuer, *more: ExtensionSpec, name: bytes | None = None) -> Issuer:
    """Make an authority with further extensions."""
    key = EphemeralKey.generate(EC)
    ca = Issuer(key, name or authority("УЦ с условиями"))
    extensions = (*ca_extensions(key.public, issuer.key.public), *more)
    ca.certificate = issuer.issue(key.public, subject=ca.name, extensions=extensions)
    return ca


def person(issuer: Issuer, *more: ExtensionSpec, **changes: object) -> bytes:
    """Issue a certificate to a person; no policies unless they are among the extensions."""
    usual = end_entity(PKI.leaf_key.public, issuer.key.public)
    kept = tuple(one for one in usual if one.oid != "2.5.29.32")
    return issuer.issue(PKI.leaf_key.public, extensions=(*kept, *more), **changes)


def chain_of(leaf: bytes, *issuers: Issuer, demands: PolicyDemands = NO_DEMANDS) -> ChainFacts:
    """Build the chain."""
    pool = [one.certificate for one in issuers]
    trust = LoadedTrust.of([PKI.root])
    return build_chain(leaf, pool=pool, trust=trust, at=NOW, demands=demands)


def named(*parts: tuple[str, str]) -> bytes:
    """Return a distinguished name."""
    return build.encode_name([NamePart(*part) for part in parts])


FIRM = ((names.COUNTRY, "RU"), (names.ORGANIZATION, "Фирма"))
IN_FIRM = named(*FIRM, (names.COMMON_NAME, "Иван"))
OUTSIDE = named((names.COUNTRY, "RU"), (names.COMMON_NAME, "Иван"))
WITH_MAIL = named(*FIRM, (names.EMAIL, "ivan@firm.example"))


@pytest.mark.parametrize(
    ("base", "inside", "outside"),
    [
        (made.mail("firm.example"), made.mail("a@Firm.example"), made.mail("a@x.firm.example")),
        (made.mail(".firm.example"), made.mail("a@x.firm.example"), made.mail("a@firm.example")),
        (made.mail("a@firm.example"), made.mail("a@firm.example"), made.mail("b@firm.example")),
        (made.mail("firm.example"), made.mail("a@firm.example"), made.mail("firm.example")),
        (made.dns("firm.example"), made.dns("www.FIRM.example"), made.dns("badfirm.example")),
        (made.dns("firm.example"), made.dns("firm.example"), made.dns("example")),
        (made.dns(".firm.example"), made.dns("a.firm.example"), made.dns("firm.example")),
        (made.dns(""), made.dns("a.example"), made.dns("a.example")),
        (made.uri("firm.example"), made.uri("http://firm.example/x"), made.uri("http://a.firm.example")),
        (made.uri(".firm.example"), made.uri("https://u@a.firm.example:8/"), made.uri("http://firm.example")),
        (made.uri("firm.example"), made.uri("http://firm.example"), made.uri("http://[::1]/")),
        (made.uri("firm.example"), made.uri("http://firm.example"), made.uri("urn:x:firm.example")),
        (made.uri(".0.2.1"), made.uri("http://a.0.2.1.example"), made.uri("http://192.0.2.1/")),
        (made.address(b"\x0a\0\0\0\xff\0\0\0"), made.address(b"\x0a\1\2\3"), made.address(b"\x0b\1\2\3")),
        (made.address(b"\x0a\0\0\0\xff\0\0\0"), made.address(b"\x0a\1\2\3"), made.address(bytes(16))),
        (made.directory(named(*FIRM)), made.directory(IN_FIRM), made.directory(OUTSIDE)),
    ],
)  # fmt: skip
def test_alternative_names_lie_where_they_may(base: bytes, inside: bytes, outside: bytes):
    """Permitted: inside only. Excluded: not inside (RFC 5280 §4.2.1.10)."""
    permitted = under(ROOT, made.name_constraints(permitted=[base]))
    subject = {"subject": IN_FIRM}
    good = person(permitted, made.alternative_names(inside), **subject)
    if base not in {made.dns(""), made.uri(".0.2.1")}:
        assert chain_of(good, permitted).break_code is None
        bad = person(permitted, made.alternative_names(inside, outside), **subject)
        assert chain_of(bad, permitted).break_code == "name_not_permitted"
    excluded = under(ROOT, made.name_constraints(excluded=[base]))
    if base == made.uri(".0.2.1"):
        inside = outside  # an address without a name of a host can never be seen not to lie within
    stopped = person(excluded, made.alternative_names(inside), **subject)
    assert chain_of(stopped, excluded).break_code == "name_not_permitted"


def test_subject_is_a_name_too():
    """The subject, and the mail address in it where no other one stands beside."""
    ca = under(ROOT, made.name_constraints(permitted=[made.directory(named(*FIRM))]))
    assert chain_of(person(ca, subject=IN_FIRM), ca).break_code is None
    chain = chain_of(person(ca, subject=OUTSIDE), ca)
    assert (chain.broken_at, chain.break_code) == (0, "name_not_permitted")
    mails = under(ROOT, made.name_constraints(permitted=[made.mail("other.example")]))
    assert chain_of(person(mails, subject=WITH_MAIL), mails).break_code == "name_not_permitted"
    beside = made.alternative_names(made.mail("ivan@other.example"))
    assert chain_of(person(mails, beside, subject=WITH_MAIL), mails).break_code is None


def test_forms_that_do_not_occur_are_not_constrained():
    """A constraint on hosts says nothing about people."""
    ca = under(ROOT, made.name_constraints(permitted=[made.dns("firm.example")]))
    assert chain_of(person(ca), ca).break_code is None


def test_unknown_form_of_name():
    """A form that is constrained and not processed closes the path, if it occurs."""
    base = made.registered("1.2.3")
    for constraints in ({"permitted": [base]}, {"excluded": [base]}):
        ca = under(ROOT, made.name_constraints(**constraints))
        assert chain_of(person(ca), ca).break_code is None
        leaf = person(ca, made.alternative_names(base))
        assert chain_of(leaf, ca).break_code == "name_not_permitted"


def test_wildcard_that_reaches_into_the_excluded():
    """``*.example`` stands for hosts of which some are excluded."""
    ca = under(ROOT, made.name_constraints(excluded=[made.dns("bad.example")]))
    for host, code in (("*.example", "name_not_permitted"), ("*.good.example", None)):
        assert chain_of(person(ca, made.alternative_names(made.dns(host))), ca).break_code == code


def test_constraints_add_up():
    """Whoever is below two authorities must please both; self-issued ones in between are free."""
    first = under(
        ROOT, made.name_constraints(permitted=[made.dns("a.example"), made.dns("b.example")])
    )
    second = under(
        first, made.name_constraints(permitted=[made.dns("b.example")]), name=authority("2")
    )
    for host, code in (("x.b.example", None), ("x.a.example", "name_not_permitted")):
        leaf = person(second, made.alternative_names(made.dns(host)))
        assert chain_of(leaf, first, second).break_code == code
    firm = under(ROOT, made.name_constraints(permitted=[made.directory(named(*FIRM))]))
    renewed = under(firm, name=firm.name)
    assert chain_of(person(renewed, subject=IN_FIRM), firm, renewed).break_code is None
    other = under(firm, name=authority("Другой"))
    chain = chain_of(person(other, subject=IN_FIRM), firm, other)
    assert (chain.broken_at, chain.break_code) == (1, "name_not_permitted")


def test_roots_bind_too():
    """What a root demands of those below it holds (RFC 5937)."""
    root = under(ROOT, made.name_constraints(permitted=[made.directory(named(*FIRM))]))
    trust = LoadedTrust.of([root.certificate])
    for subject, code in ((IN_FIRM, None), (OUTSIDE, "name_not_permitted")):
        chain = build_chain(person(root, subject=subject), trust=trust, at=NOW)
        assert chain.break_code == code


def test_constraints_without_the_mark_count():
    """RFC 5280 demands the critical mark; its lack frees nobody."""
    ca = under(ROOT, made.name_constraints(permitted=[made.directory(IN_FIRM)], critical=False))
    assert chain_of(person(ca, subject=OUTSIDE), ca).break_code == "name_not_permitted"


@pytest.mark.parametrize(
    "value",
    [
        b"\x30\0",
        der.sequence(der.element(0xA0, b"")),
        der.sequence(der.element(0xA2, der.sequence(made.dns("a")))),
        der.sequence(der.element(0xA0, der.sequence(made.dns("a"), der.element(0x80, b"\1")))),
        der.sequence(der.element(0xA0, der.sequence(made.dns("a"))) * 2),
    ],
)
def test_unreadable_constraints_close_the_path(value: bytes):
    """Minimum and maximum, which nobody uses, among them."""
    ca = under(ROOT, ExtensionSpec("2.5.29.30", value))
    assert chain_of(person(ca), ca).break_code == "unknown_critical"


def test_many_names_and_many_constraints_end_in_time():
    """A thousand names times a thousand constraints (rule X-05)."""
    hosts = [made.dns(f"h{number}.example") for number in range(1000)]
    ca = under(ROOT, made.name_constraints(excluded=[made.dns(f"x{n}.test") for n in range(1000)]))
    leaf = person(ca, made.alternative_names(*hosts))
    begin = time.monotonic()
    assert chain_of(leaf, ca).break_code == "search_limit"
    assert time.monotonic() - begin < 2


def policy_chain(
    ca: tuple[ExtensionSpec, ...], leaf: tuple[ExtensionSpec, ...], **demands: object
) -> str | None:
    """Return why a chain with these extensions breaks."""
    issuer = under(ROOT, *ca)
    demanded = PolicyDemands(**demands)  # type: ignore[arg-type]
    return chain_of(person(issuer, *leaf), issuer, demands=demanded).break_code


def test_explicit_policy():
    """An authority above demands that a policy holds all the way down (§4.2.1.11)."""
    demand, has, other = made.policy_constraints(explicit=0), build.policies(P1), build.policies(P2)
    assert policy_chain((), ()) is None
    assert policy_chain((demand, has), (has,)) is None
    assert policy_chain((demand, has), ()) == "policy_required"
    assert policy_chain((demand, has), (other,)) == "policy_required"
    assert policy_chain((demand, build.policies(ANY_POLICY)), (other,)) is None
    assert policy_chain((demand, has), (build.policies(ANY_POLICY),)) is None


def test_policies_of_the_user():
    """What the user demands, whatever the certificates demand."""
    has = build.policies(P1)
    only = {"acceptable": frozenset({P2}), "explicit": True}
    assert policy_chain((has,), (has,), explicit=True) is None
    assert policy_chain((has,), (has,), **only) == "policy_required"
    assert policy_chain((build.policies(P1, P2),), (build.policies(P1, P2),), **only) is None
    assert (
        policy_chain((build.policies(ANY_POLICY),), (build.policies(ANY_POLICY),), **only) is None
    )


def test_inhibited_any_policy():
    """The policy of all policies stands for nothing any more (§4.2.1.14)."""
    anything, demand = build.policies(ANY_POLICY), made.policy_constraints(explicit=0)
    assert policy_chain((demand, build.policies(P1)), (anything,)) is None
    stop = made.inhibit_any(0)
    assert policy_chain((demand, build.policies(P1), stop), (anything,)) == "policy_required"
    assert policy_chain((demand, anything), (anything,), inhibit_any=True) == "policy_required"


def test_mapped_policies():
    """One authority's policy under another's name, unless that is inhibited (§4.2.1.5)."""
    demand, mapping = made.policy_constraints(explicit=0), made.policy_mappings((P1, P2))
    has, theirs = build.policies(P1), build.policies(P2)
    assert policy_chain((demand, has, mapping), (theirs,)) is None
    assert policy_chain((demand, has, mapping), (has,)) == "policy_required"
    assert (
        policy_chain((demand, has, mapping), (theirs,), inhibit_mapping=True) == "policy_required"
    )
    acceptable = {"acceptable": frozenset({P1})}
    assert policy_chain((demand, has, mapping), (theirs,), **acceptable) is None
    anything = build.policies(ANY_POLICY)
    assert policy_chain((demand, anything, mapping), (theirs,), **acceptable) is None
    assert policy_chain((demand, anything), (theirs,), **acceptable) == "policy_required"
    for pair in ((ANY_POLICY, P1), (P1, ANY_POLICY)):
        assert policy_chain((has, made.policy_mappings(pair)), (has,)) == "policy_mapping"


def test_policies_cannot_explode():
    """Sixty-four policies, each mapped to all: a tree would have 64^9 leaves (RFC 9618)."""
    policies = tuple(f"1.2.3.{number}" for number in range(64))
    step = PolicyStep(
        policies=policies, mappings=tuple((one, other) for one in policies for other in policies)
    )
    walk = PolicyWalk(10, PolicyDemands(explicit=True))
    begin = time.monotonic()
    assert [walk.descend(step) for _ in range(9)] == [None] * 9
    assert walk.arrive(PolicyStep(policies=policies)) is None
    assert time.monotonic() - begin < 2


READERS = (
    reading.read_name_constraints,
    reading.read_policy_constraints,
    reading.read_policy_mappings,
    reading.read_inhibit_any_policy,
    reading.read_general_names,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(READERS), st.binary(max_size=60))
def test_noise_is_refused(reader: object, data: bytes):
    """A value, or ValueError: nothing else."""
    assert callable(reader)
    for value in (data, der.sequence(data), der.sequence(der.element(0xA0, data))):
        try:
            reader(value)
        except ValueError:
            continue
