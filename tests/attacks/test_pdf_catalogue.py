"""No hostile PDF of the catalogue passes, each has the verdict that is written beside it."""

import pytest
from attacks.pdf_catalogue import ALGORITHMS, Hostile, catalogue
from signed_files import Judge, strict_trust
from stand_ins.pki import pki_of

from app.crypto.verdict.report import FileReport, Indication
from app.errors import ErrorCode

CASES = tuple(catalogue())


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judge]:
    """Return who judges the files of each algorithm: he trusts their root."""
    found = {}
    for algorithm in ALGORITHMS:
        folder = tmp_path_factory.mktemp("catalogue")
        found[algorithm.value] = Judge(
            folder / "hostile.pdf", strict_trust(pki_of(algorithm), folder / "trust")
        )
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.algorithm}-{case.name}")
def test_hostile(case: Hostile, judges: dict[str, Judge]) -> None:
    """The verdict is the expected one, and never a good one."""
    report = judges[case.algorithm.value](case.build())
    assert report.verdict is not Indication.TOTAL_PASSED
    assert worst(report) in case.expected


def worst(report: FileReport) -> tuple[Indication, object]:
    """Return the verdict on the file with the sub-indication that decided."""
    for one in report.signatures:
        if one.verdict is report.verdict:
            return report.verdict, one.sub_indication
    return report.verdict, None


@pytest.mark.parametrize("name", ["update: remove form", "update: clear signature"])
def test_signatures_that_were_taken_out_are_told(name: str, judges: dict[str, Judge]) -> None:
    """A document whose signatures are gone does not look like one that never had any."""
    (case,) = [one for one in CASES if one.name == name and one.algorithm is ALGORITHMS[0]]
    report = judges[case.algorithm.value](case.build())
    assert [one.code for one in report.errors] == [ErrorCode.PDF_SIGNATURE_GONE]


def test_enough_of_them() -> None:
    """Each family is there, with both kinds of keys."""
    assert len(CASES) >= 360
    assert len({(one.algorithm, one.family, one.name) for one in CASES}) == len(CASES)
    assert sum(1 for one in CASES if one.family == "universal forgery") >= 2 * 24
