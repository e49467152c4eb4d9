"""Ten thousand mutants with fixed numbers, of every kind of file; a hundred through real workers.

The long job makes many more (`mutants_run`); what it finds is mended and stays here as a number.
"""

from pathlib import Path

import pytest
from attacks.mutants_run import run
from attacks.mutation import mutant
from attacks.pdf_documents import plain
from attacks.signed_files import Form, SignedFile, passing, sign
from attacks.subject import Counted
from attacks.subjects import SUBJECTS
from stand_ins.pki import NOW

from app.algorithms.names import KeyAlgorithm
from app.crypto.verdict.report import Indication
from app.crypto.verifying.door import Verifying, VerifyOptions
from app.processes.pool import Pool

COUNTS = {
    "attached": 1_300,
    "detached": 1_300,
    "pdf": 1_500,
    "stamped": 400,
    "crl": 950,
    "ocsp": 950,
    "tst": 950,
    "pfx": 950,
    "container": 300,
    "tsl": 700,
    "mchd": 700,
}
PARTS = 2
"""Of each subject, so that they can run beside each other."""
FOUND = {
    "pdf": (10518,),
    "attached": (4175,),
    "detached": (4175,),
    "stamped": (39385,),
    "pfx": (46232, 48937),
}
"""Numbers of mutants that were once judged wrongly, or whose excuse was missing."""


def test_there_are_ten_thousand() -> None:
    """Of every kind some."""
    assert sum(COUNTS.values()) == 10_000
    assert COUNTS.keys() == SUBJECTS.keys()


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("subject", COUNTS)
def test_mutants(subject: str, part: int, tmp_path: Path) -> None:
    """None passes without an excuse, none ends in anything but a verdict or a clear error."""
    more = FOUND.get(subject, ()) if part == 0 else ()
    numbers = [*range(part, COUNTS[subject], PARTS), *more]
    outcome = run(subject, numbers, tmp_path / "originals")
    assert outcome.findings == []
    # Were every one refused at the first octet, the oracle would have seen nothing.
    assert outcome.ended[Counted.REFUSED] > COUNTS[subject] // PARTS // 5
    assert outcome.ended.get(Counted.SAME, 0) < COUNTS[subject] // PARTS // 5


@pytest.mark.parametrize("subject", ["attached", "detached", "pdf", "tst", "pfx", "container"])
def test_the_oracle_knows_the_original(subject: str, tmp_path: Path) -> None:
    """Untouched, each file is taken for what it is: so what the mutants lack is their fault."""
    for original in SUBJECTS[subject].make(tmp_path / "originals"):
        if subject in {"attached", "detached", "pdf", "tst"}:
            with pytest.raises(AssertionError):
                original.judge(original.data)  # passes, and nothing was changed: no excuse fits
        else:
            assert original.judge(original.data) is Counted.EXCUSED


def _sample(signed: SignedFile, kind: str, folder: Path, count: int) -> list[Path]:
    """Write mutants of a file; for a detached one the document lies beside them."""
    paths = []
    for number in range(count):
        _, data = mutant(SUBJECTS[kind].kind, 70_000 + number, signed.data)
        path = folder / f"{kind}-{number}.{'pdf' if kind == 'pdf' else 'sig'}"
        path.write_bytes(data)
        paths.append(path)
    return paths


def test_through_real_workers(tmp_path: Path) -> None:
    """The same verdicts come out of the processes in which strangers' files are really read."""
    samples: list[tuple[SignedFile, list[Path]]] = []
    for kind, form in (("attached", Form.ATTACHED_DER), ("pdf", Form.PADES)):
        folder = tmp_path / kind
        folder.mkdir()
        document = b"" if form is not Form.PADES else plain()
        signed = sign(form, KeyAlgorithm.GOST_256, folder, document)
        for left in folder.glob("Договор*"):
            left.unlink()
        mutants = folder / "mutants"
        mutants.mkdir()
        samples.append((signed, _sample(signed, kind, mutants, 50)))
    with Pool("worker", 2) as pool:
        for signed, paths in samples:
            door = Verifying(pool, lambda trust=signed.judge.trust: trust)
            checked = door.verify(paths, VerifyOptions(at=NOW))
            assert len(checked.report.files) == 50
            for path, report in zip(paths, checked.report.files, strict=True):
                here = signed.judge(path.read_bytes())
                assert report.verdict is _by_user(here.verdict, passed=passing(here))
                assert report.verdict is not Indication.TOTAL_PASSED


def _by_user(verdict: Indication, *, passed: bool) -> Indication:
    """Say what becomes of a verdict for a moment that only the user vouches for."""
    return Indication.INDETERMINATE if passed else verdict
