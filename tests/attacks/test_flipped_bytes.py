"""Golden property: a changed file is never TOTAL_PASSED, save for the written list (`permitted`)."""

from pathlib import Path

import pytest
from mutants import additions, changes, endings, flips, losses
from pdf_documents import plain
from permitted import WARNINGS, excuses
from signed_files import CMS_FORMS, Form, SignedFile, passing, sign, warnings_of
from stand_ins.whole import WHOLE

from app.algorithms.names import KeyAlgorithm

PLACES = 250 if WHOLE else 100
"""At so many places each file is changed, in each way."""


def hold(signed: SignedFile, mutants: object) -> int:
    """Judge every mutant; return how many passed with an excuse."""
    path = frozenset({signed.pki.leaf, signed.pki.ca})
    excused = 0
    for what, data in mutants:
        if data == signed.data:
            continue
        report = signed.judge(data)
        if not passing(report):
            continue
        reasons = excuses(signed.data, data, path)
        assert reasons, f"passed without an excuse: {what}"
        for reason in reasons & WARNINGS.keys():
            assert WARNINGS[reason] & warnings_of(report), f"no warning: {what}, {reason}"
        excused += 1
    return excused


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST_256, KeyAlgorithm.RSA])
@pytest.mark.parametrize("form", CMS_FORMS)
def test_cms(form: Form, algorithm: KeyAlgorithm, tmp_path: Path) -> None:
    """Flips, losses and additions all over a CMS file of each form."""
    signed = sign(form, algorithm, tmp_path)
    step = max(1, len(signed.data) // PLACES)
    hold(signed, flips(signed.data, step))
    hold(signed, changes(signed.data, step * 4))
    hold(signed, losses(signed.data, step * 8))
    hold(signed, additions(signed.data, step * 8))
    hold(signed, endings(signed.data))


def test_content_of_a_detached_signature(tmp_path: Path) -> None:
    """Every byte of the document counts."""
    signed = sign(Form.DETACHED_DER, KeyAlgorithm.GOST_256, tmp_path)
    content = signed.judge.content.read_bytes()
    for what, changed in flips(content):
        assert not passing(signed.judge.of_content(signed.data, changed)), what


def test_pdf(tmp_path: Path) -> None:
    """Flips, losses and additions all over a signed PDF."""
    signed = sign(Form.PADES, KeyAlgorithm.GOST_256, tmp_path, plain())
    step = max(1, len(signed.data) // PLACES)
    hold(signed, flips(signed.data, step))
    hold(signed, losses(signed.data, step * 10))
    hold(signed, additions(signed.data, step * 10))
    hold(signed, endings(signed.data))
