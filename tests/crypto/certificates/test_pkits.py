"""NIST's Public Key Interoperability Test Suite: every case comes out as the suite wants it.

All 246 cases, those with demands of the user on policies among them.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.policies import ANY_POLICY, PolicyDemands
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import ChainFacts, RevocationStatus

AT = datetime(2005, 1, 1, tzinfo=UTC)
"""Inside the validity of this edition of the suite."""

SECTIONS = tuple(f"4{number:02}" for number in range(1, 17))
"""Signatures, validity, name chaining, revocation, self-issued, basic constraints, key usage,
policies and their constraints, constraints on names, lists in parts and indirect, delta lists,
private extensions."""

EXCEPTIONS: dict[str, str] = {}
"""Cases that come out otherwise, each with its reason. There are none."""

REASONS = {
    "407": {"key_usage", "crl_signature"},
    "408": {"policy_required"},
    "409": {"policy_required"},
    "410": {"policy_required", "policy_mapping"},
    "411": {"policy_required"},
    "412": {"policy_required"},
    "413": {"name_not_permitted"},
    "414": {"revoked", "on_hold", "crl_missing", "crl_scope", "crl_reasons", "crl_signature"},
}
"""For what a case of a section may be refused: the right answer for a wrong reason is none."""

Case = dict[str, Any]


def demands(case: Case) -> PolicyDemands:
    """Return what the case demands of policies."""
    given = case.get("params", {})
    return PolicyDemands(
        acceptable=frozenset(given.get("user_initial_policy_set", [ANY_POLICY])),
        explicit=given.get("initial_explicit_policy", False),
        inhibit_mapping=given.get("initial_policy_mapping_inhibit", False),
        inhibit_any=given.get("initial_any_policy_inhibit", False),
    )


@pytest.fixture(scope="module")
def cases(data_folder: Path) -> list[tuple[Case, ChainFacts]]:
    """Return every case of the suite with the chain we build."""
    return judged(data_folder)


def judged(data_folder: Path) -> list[tuple[Case, ChainFacts]]:
    """Build the chain of every case."""
    folder = data_folder / "x509" / "pkits"
    root = (folder / "certs/TrustAnchorRootCertificate.crt").read_bytes()
    root_list = (folder / "crls/TrustAnchorRootCRL.crl").read_bytes()

    def files(kind: str, names: list[str]) -> list[bytes]:
        # A file that the suite names and its carrier lacks is as if it had not been found.
        paths = [folder / kind / name for name in names]
        return [path.read_bytes() for path in paths if path.exists()]

    found = []
    for case in json.loads((folder / "pkits.json").read_text(encoding="utf-8")):
        trust = LoadedTrust.of([root], crls=[root_list, *files("crls", case.get("crls", []))])
        leaf = (folder / "certs" / case["cert"]).read_bytes()
        pool = files("certs", case.get("other_certs", []))
        chain = build_chain(leaf, pool=pool, trust=trust, at=AT, demands=demands(case))
        found.append((case, chain))
    return found


def accepted(chain: ChainFacts) -> bool:
    """Tell whether nothing at all is wrong."""
    return not refused_for(chain)


def refused_for(chain: ChainFacts) -> set[str]:
    """Return the codes of all that is wrong."""
    found = {notice.code for link in chain.links for notice in link.problems}
    if chain.break_code is not None:
        found.add(chain.break_code)
    for link in chain.links:
        if not link.anchor and link.revocation.status is not RevocationStatus.GOOD:
            found.add(link.revocation.problem or link.revocation.status.value)
    return found


def test_suite_is_whole(cases: list[tuple[Case, ChainFacts]]):
    """All 246 cases were run, some in each section."""
    assert len(cases) == 246
    assert {case["id"][:3] for case, _ in cases} == set(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_section_is_passed(section: str, cases: list[tuple[Case, ChainFacts]]):
    """Every case comes out as the suite wants it, or stands among the exceptions."""
    wrong = {
        case["name"]: refused_for(chain)
        for case, chain in cases
        if case["id"].startswith(section) and accepted(chain) is ("error" in case)
    }
    assert wrong.keys() == {name for name in EXCEPTIONS if name in wrong}, wrong


@pytest.mark.parametrize("section", REASONS)
def test_reason_is_the_right_one(section: str, cases: list[tuple[Case, ChainFacts]]):
    """What is refused is refused for what the section is about."""
    for case, chain in cases:
        if case["id"].startswith(section) and "error" in case:
            assert refused_for(chain) & REASONS[section], (case["name"], refused_for(chain))


def test_inherited_parameters_are_checked(data_folder: Path):
    """A changed signature under a DSA key that inherits its parameters is found out."""
    folder = data_folder / "x509" / "pkits" / "certs"
    names = ("TrustAnchorRootCertificate", "DSACACert", "DSAParametersInheritedCACert")
    root, *pool = ((folder / f"{name}.crt").read_bytes() for name in names)
    leaf = (folder / "ValidDSAParameterInheritanceTest5EE.crt").read_bytes()
    changed = leaf[:-1] + bytes([leaf[-1] ^ 1])
    for data, certificates, code in (
        (leaf, pool, None),
        (changed, pool, "bad_signature"),
        (leaf, pool[1:], "issuer_not_found"),
    ):
        chain = build_chain(data, pool=certificates, trust=LoadedTrust.of([root]), at=AT)
        assert chain.break_code == code
