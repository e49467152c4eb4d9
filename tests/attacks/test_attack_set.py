"""The attack set: no hostile signature passes, each comes to the verdict that is written for it."""

import time
from pathlib import Path

import pytest
from attacks.catalogue import Attack, attacks
from attacks.cms_forge import CONTENT, signer, usual
from attacks.cms_revocation import told
from attacks.cms_stamps import aged, over, service
from attacks.expected import EXPECTED
from attacks.judging import judge, request_of
from attacks.pdf_catalogue import catalogue
from stand_ins.pki import pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto import methods
from app.crypto.verdict.report import FileReport, Indication
from app.processes.pool import Pool

CASES = tuple(attacks())
MOST_SECONDS = 10.0
"""Of a worker's time for one file (decision 3)."""


def codes(report: FileReport) -> set[str]:
    """Return every code that the report tells."""
    found = {str(one.code) for one in report.errors}
    for one in report.signatures:
        found |= {*map(str, one.reasons), *(str(notice.code) for notice in one.warnings)}
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_hostile(case: Attack, tmp_path: Path) -> None:
    """The verdict is the written one, for the written reason, in time, and never a good one."""
    scene = case.made()
    begun = time.process_time()
    report = judge(scene, tmp_path)
    assert time.process_time() - begun < MOST_SECONDS
    assert report.verdict is not Indication.TOTAL_PASSED
    indication, *rest = case.expected.split()
    assert report.verdict == indication
    upper = [word for word in rest if word.isupper()]
    lower = [word for word in rest if not word.isupper()]
    worst = [one for one in report.signatures if one.verdict is report.verdict]
    assert [str(one.sub_indication) for one in worst[:1]] == upper
    assert set(lower) <= codes(report)


@pytest.mark.parametrize(
    "algorithm", [KeyAlgorithm.RSA, KeyAlgorithm.ECDSA_P256, KeyAlgorithm.GOST_256]
)
def test_the_honest_ones_pass(algorithm: KeyAlgorithm, tmp_path: Path) -> None:
    """What the attacks are made of is good, so each is refused for what was done to it."""
    pki = pki_of(algorithm)
    for number, scene in enumerate(
        (
            usual(pki, signer(pki)),
            usual(pki, signer(pki), attached=CONTENT, content=None),
            told(pki, lists=[pki.crls[1]]),
            aged(pki, over(service(algorithm))),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert judge(scene, folder).verdict is Indication.TOTAL_PASSED


def test_bombs_in_a_worker(tmp_path: Path) -> None:
    """Each bomb costs one worker at most, and ends in its written verdict within the limits."""
    with Pool("worker", 1) as pool:
        for number, case in enumerate(one for one in CASES if one.family == "bombs"):
            folder = tmp_path / str(number)
            folder.mkdir()
            begun = time.monotonic()
            answer = pool.run(methods.VERIFY, request_of(case.made(), folder))
            assert answer.report.verdict == case.expected.split()[0], case.id
            assert time.monotonic() - begun < MOST_SECONDS * 3, case.id


def test_the_set_is_whole() -> None:
    """At least 300 hostile files without the PDFs, and as many again with them; none unwritten."""
    assert len(CASES) >= 600
    assert len(tuple(catalogue())) >= 300
    assert len({case.id for case in CASES}) == len(CASES)
    assert all(case.expected for case in CASES)
    names = {(case.family, case.name) for case in CASES}
    written = {
        (family, name.partition(" [")[0] if name.endswith("]") else name)
        for family, listed in EXPECTED.items()
        for name in listed
    }
    assert written <= names
