"""Write ``docs/pkits.md``: every case of NIST's PKITS with what we make of it.

Run by ``nox -s attacks``; the suite itself is not part of the project (``ROSCHERK_TEST_DATA``). Ends
with 1 if a case comes out otherwise than the suite wants.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parents[3]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(HERE.parent)]

# ruff: noqa: E402 - the path is set before what lies on it is imported
from test_pkits import EXCEPTIONS, SECTIONS, Case, accepted, judged, refused_for

from app.crypto.verdict.facts import ChainFacts

TITLES = {
    "401": "Signatures",
    "402": "Validity",
    "403": "Name chaining",
    "404": "Basic revocation",
    "405": "Self-issued certificates",
    "406": "Basic constraints",
    "407": "Key usage",
    "408": "Policies",
    "409": "Explicit policy demanded",
    "410": "Policy mappings",
    "411": "Policy mapping inhibited",
    "412": "anyPolicy inhibited",
    "413": "Name constraints",
    "414": "Distribution points",
    "415": "Delta lists",
    "416": "Private extensions",
}
_HEAD = """# NIST PKITS

The Public Key Interoperability Test Suite of NIST, all {count} cases, each with the chain that this
program builds at {at} (inside the validity of this edition). A case is *accepted* when nothing at all is wrong
with the chain and every certificate below the root is known not to be revoked. This page is written
by `nox -s attacks`; `tests/crypto/certificates/test_pkits.py` holds every case, and the reasons for
refusals, in the ordinary suite.

**{right} of {count} cases come out as the suite wants. Exceptions: {exceptions}.**
"""


def page(cases: Sequence[tuple[Case, ChainFacts]]) -> str:
    """Write the page."""
    right = sum(_right(case, chain) for case, chain in cases)
    head = _HEAD.format(
        count=len(cases),
        right=right,
        at="2005-01-01",
        exceptions=", ".join(f"{name}: {why}" for name, why in EXCEPTIONS.items()) or "none",
    )
    lines = [head, "| section | cases | as wanted |", "| --- | ---: | ---: |"]
    for section in SECTIONS:
        own = [one for one in cases if one[0]["id"].startswith(section)]
        fine = sum(_right(*one) for one in own)
        lines.append(f"| {TITLES[section]} | {len(own)} | {fine} |")
    lines += ["", *_listed(cases)]
    return "\n".join(lines) + "\n"


def _listed(cases: Sequence[tuple[Case, ChainFacts]]) -> Iterator[str]:
    for section in SECTIONS:
        yield f"## {TITLES[section]}\n"
        yield "| case | wanted | found | for |"
        yield "| --- | --- | --- | --- |"
        for case, chain in cases:
            if case["id"].startswith(section):
                wanted = "refused" if "error" in case else "accepted"
                found = "accepted" if accepted(chain) else "refused"
                reasons = ", ".join(f"`{one}`" for one in sorted(map(str, refused_for(chain))))
                mark = "" if _right(case, chain) else " **(other than wanted)**"
                yield f"| {case['name']} | {wanted} | {found}{mark} | {reasons} |"
        yield ""


def _right(case: Case, chain: ChainFacts) -> bool:
    return accepted(chain) is not ("error" in case)


def main() -> int:
    """Judge all cases and write the page."""
    data = Path(os.environ.get("ROSCHERK_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not (data / "x509" / "pkits").is_dir():
        sys.stdout.write(f"{data}: no PKITS here; set ROSCHERK_TEST_DATA\n")
        return 1
    cases = judged(data)
    target = ROOT / "docs" / "pkits.md"
    target.write_text(page(cases), encoding="utf-8")
    wrong = [case["name"] for case, chain in cases if not _right(case, chain)]
    sys.stdout.write(f"{target}: {len(cases)} cases, {len(wrong)} otherwise than wanted\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
