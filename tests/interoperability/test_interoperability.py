"""Every property before every referee; each pair of them by `nox -s thorough`, all by `nox -s interoperability`."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from interop_cases import (
    KEYS,
    CmsCase,
    Form,
    Keys,
    PdfCase,
    Shape,
    cms_cases,
    each_once,
    pairwise,
    pdf_cases,
)
from interop_making import TEXT, Workshop
from interop_referees import ACCEPTED, STAMPS, judge, referees_of_cms, referees_of_pdf
from stand_ins import servers
from stand_ins.whole import WHOLE

from app.crypto.model import SignatureLevel

cover = pairwise if WHOLE else each_once


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Return a workshop with its server."""
    with servers.running() as server:
        yield Workshop(tmp_path_factory.mktemp("interoperability"), server)


@pytest.mark.parametrize("case", [*cover(cms_cases())], ids=str)
def test_cms(case: CmsCase, workshop: Workshop) -> None:
    """Nobody who understands the file refuses it."""
    opinions = judge(workshop.cms(case), referees_of_cms())
    assert not [each for each in opinions if each.refused]
    assert opinions[0].word == ACCEPTED


@pytest.mark.parametrize("case", [*cover(pdf_cases())], ids=str)
def test_pdf(case: PdfCase, workshop: Workshop) -> None:
    """Nobody who understands the file refuses it."""
    opinions = judge(workshop.pdf(case), referees_of_pdf())
    assert not [each for each in opinions if each.refused]
    assert opinions[0].word == ACCEPTED


@pytest.mark.parametrize("keys", [KEYS[0], KEYS[12]], ids=str)
def test_referees_can_refuse(keys: Keys, workshop: Workshop) -> None:
    """Of a spoilt file nobody thinks well, so their word is worth something."""
    case = CmsCase(keys, Form.DETACHED, SignatureLevel.T, Shape.ONE)
    made = workshop.cms(case)
    assert made.document is not None
    made.document.write_bytes(TEXT.replace(b"III", b"I I"))
    opinions = judge(made, referees_of_cms())
    for each in opinions:
        # The time-stamp is over the signature, which is as it was.
        assert each.refused or each.word.startswith("not understood") or each.referee == STAMPS
    pdf = workshop.pdf(PdfCase(keys, SignatureLevel.B, Shape.ONE))
    pdf.path.write_bytes(pdf.path.read_bytes().replace(b"/Kids", b"/Kidz", 1))
    for each in judge(pdf, referees_of_pdf()):
        assert each.refused or each.word.startswith("not understood")


def test_the_cover_covers() -> None:
    """Each kind of key meets each level, each form and each shape."""
    cases = cms_cases()
    assert len(cases) == len(KEYS) * 2 * 5 * 3
    chosen = list(pairwise(cases))
    assert len(chosen) < len(cases) / 4
    for first, second in combinations(("keys", "form", "level", "shape"), 2):
        pairs = {(getattr(each, first), getattr(each, second)) for each in cases}
        assert pairs == {(getattr(each, first), getattr(each, second)) for each in chosen}
    few = list(each_once(cases))
    assert len(few) < len(chosen) / 2
    for name in ("keys", "form", "level", "shape"):
        assert {getattr(each, name) for each in few} == {getattr(each, name) for each in cases}
