"""NIST's Public Key Interoperability Test Suite: what must be refused is refused, always.

What must be accepted is accepted too, save in the parts that this program does not process: there
the path is closed, which is the safe side. Each such case is on the list below with its reason.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.verdict.facts import ChainFacts, RevocationStatus

AT = datetime(2005, 1, 1, tzinfo=UTC)
"""Inside the validity of this edition of the suite."""

SECTIONS_PASSED = ("401", "402", "403", "404", "405", "406", "407", "415", "416")
"""Signatures, validity, name chaining, revocation, self-issued, basic constraints, key usage,
delta lists, private extensions."""

CLOSED = {
    "policy": ("408", "409", "410", "411", "412"),
    "names": ("413",),
    "lists": ("414",),
}
"""Not processed, so closed: constraints on policies, on names; lists in parts, indirect lists."""

UNSUPPORTED = {
    "valid_dsa_signatures_test4": "DSA is not among our algorithms",
    "valid_dsa_parameter_inheritance_test5": "DSA is not among our algorithms",
}

Case = dict[str, Any]


@pytest.fixture(scope="module")
def cases(data_folder: Path) -> list[tuple[Case, ChainFacts]]:
    """Return every case of the suite with the chain we build."""
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
        found.append((case, build_chain(leaf, pool=pool, trust=trust, at=AT)))
    return found


def accepted(chain: ChainFacts) -> bool:
    """Tell whether nothing at all is wrong."""
    good = all(
        link.revocation.status is RevocationStatus.GOOD for link in chain.links if not link.anchor
    )
    return chain.anchored and chain.break_code is None and good


def wanted(case: Case) -> bool:
    """Tell whether the suite wants this path accepted, by the user we have.

    Our user demands no policies. Cases that differ only in that demand are judged without it:
    they are refused for the lack of a policy alone.
    """
    if "error" not in case:
        return True
    demands = case.get("params", {})
    return bool(demands) and "set of policies" in case["error"].get("msg_regex", "")


def test_suite_is_whole(cases: list[tuple[Case, ChainFacts]]):
    """All 246 cases were run."""
    assert len(cases) == 246


def test_nothing_wrong_is_accepted(cases: list[tuple[Case, ChainFacts]]):
    """No case of any section passes that must not."""
    wrong = [case["name"] for case, chain in cases if accepted(chain) and not wanted(case)]
    assert wrong == []


@pytest.mark.parametrize("section", SECTIONS_PASSED)
def test_section_is_passed(section: str, cases: list[tuple[Case, ChainFacts]]):
    """In these sections every case comes out as the suite wants it."""
    for case, chain in cases:
        if case["id"].startswith(section) and case["name"] not in UNSUPPORTED:
            assert accepted(chain) is wanted(case), (case["name"], chain.break_code)


def test_unsupported_algorithms_are_named(cases: list[tuple[Case, ChainFacts]]):
    """A path with DSA is closed, and the reason is the algorithm."""
    named = {case["name"]: chain for case, chain in cases if case["name"] in UNSUPPORTED}
    assert len(named) == len(UNSUPPORTED)
    assert {chain.break_code for chain in named.values()} == {"algorithm_unsupported"}


def test_what_is_not_processed_is_closed(cases: list[tuple[Case, ChainFacts]]):
    """Good paths that we refuse are refused for what we do not process, and for nothing else."""
    closed = {section for sections in CLOSED.values() for section in sections}
    reasons = {"crl_scope", "crl_missing", "crl_signature"}
    for case, chain in cases:
        if accepted(chain) or not wanted(case) or case["name"] in UNSUPPORTED:
            continue
        assert case["id"][:3] in closed, case["name"]
        if case["id"].startswith(CLOSED["lists"]):
            assert {link.revocation.problem for link in chain.links} & reasons
        else:
            assert chain.break_code == "unknown_critical"
