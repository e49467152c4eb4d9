"""PDF files that others published: none fools us, none breaks us."""

from pathlib import Path

import pytest

from app.crypto.pdf.checking import PdfFacts, check_pdf
from app.crypto.verdict.facts import (
    ChangesAfter,
    Level,
    SignatureFacts,
    SignatureKind,
    TimeStampKind,
)
from app.crypto.verdict.stamps import is_sound
from app.errors import ErrorCode, RoscherkError

GOOD = {
    "certified-with-indirect-refs-in-dir.pdf": 1,
    "ed448-shake256-nolen.pdf": 1,
    "extensions-direct.pdf": 2,
    "extensions-indirect.pdf": 2,
    "extensions-update-direct.pdf": 2,
    "extensions-update-indirect.pdf": 2,
    "form-update-no-override-appearance-stream-ap-indirect.pdf": 2,
    "form-update-original-ap-type-wrong.pdf": 2,
    "form-update-override-appearance-stream-ap-indirect.pdf": 2,
    "form-update-override-appearance-stream.pdf": 2,
    "minimal-signed-twice-both-created.pdf": 2,
    "minimal-signed-twice-no-sig-type.pdf": 2,
    "minimal-signed-twice-second-created.pdf": 2,
    "minimal-two-fields-signed-twice.pdf": 2,
    "pades-lta-dss-indirect-arrs-test-2.pdf": 2,
    "pades-lta-dss-indirect-arrs-test.pdf": 1,
    "pades-with-old-style-signing-cert-attr-issser.pdf": 1,
    "pades-with-old-style-signing-cert-attr.pdf": 1,
    "separate-annots-kids-indir.pdf": 2,
    "sig-no-signed-attrs.pdf": 1,
    "sig-with-ski-sid.pdf": 1,
}
"""Files whose signatures (so many, time stamps left out) are as their signers made them."""

BAD = {
    "coverage-anomalies-base.pdf",
    "coverage-anomalies-one-byterange.pdf",
    "coverage-anomalies-signature-gap-too-big.pdf",
    "coverage-anomalies-tail-uncovered.pdf",
    "coverage-anomalies-weird-byterange.pdf",
    "ed448-disallowed-hash.pdf",
    "extensions-indirect-not-all-paths.pdf",
    "form-update-ap-indirect-sneaky-trailer.pdf",
    "form-update-no-override-appearance-stream-ap-indirect-sneaky.pdf",
    "form-update-override-appearance-stream-ap-indirect-sneaky.pdf",
    "form-update-override-appearance-stream-sneaky.pdf",
    "pdf-sig-with-econtent.pdf",
}
"""Files of which at least one signature must not pass."""


def sound(facts: SignatureFacts) -> bool:
    """Tell whether the facts leave nothing against a signature."""
    return (
        facts.digest_matches is True
        and facts.signature_verifies is True
        and not facts.format_problems
        and not facts.constraint_problems
        and not facts.unsupported
        and facts.changes_after is not ChangesAfter.UNDEFINED
    )


def all_samples(data_folder: Path) -> dict[str, PdfFacts | ErrorCode]:
    """Check every sample; an error of ours is an answer, anything else fails."""
    found: dict[str, PdfFacts | ErrorCode] = {}
    for path in sorted((data_folder / "pdf-pyhanko").glob("*.pdf")):
        try:
            found[path.name] = check_pdf(path)
        except RoscherkError as error:
            found[path.name] = error.code
    return found


@pytest.fixture(scope="module")
def samples(data_folder: Path) -> dict[str, PdfFacts | ErrorCode]:
    """Return what became of every sample."""
    return all_samples(data_folder)


def test_good_ones_are_good(samples: dict[str, PdfFacts | ErrorCode]) -> None:
    """Honest signatures are found sound, whatever their tool."""
    for name, count in GOOD.items():
        found = samples[name]
        assert isinstance(found, PdfFacts), name
        signatures = [one for one in found.signatures if one.kind is SignatureKind.SIGNATURE]
        assert len(signatures) == count, name
        assert all(map(sound, signatures)), name


def test_bad_ones_are_bad(samples: dict[str, PdfFacts | ErrorCode]) -> None:
    """In each anomaly at least one signature does not pass."""
    for name in BAD:
        found = samples[name]
        assert isinstance(found, PdfFacts), name
        assert found.signatures, name
        assert not all(map(sound, found.signatures)), name


LEVELS = {
    "pades-lta-dss-indirect-arrs-test.pdf": [Level.PADES_B_LTA],
    "pades-lta-dss-indirect-arrs-test-2.pdf": [Level.PADES_B_LTA, Level.PADES_B_LT],
    "pades-with-old-style-signing-cert-attr.pdf": [Level.PADES_B_B],
    "minimal-signed-twice-both-created.pdf": [Level.PDF_LEGACY, Level.PDF_LEGACY],
}


@pytest.mark.parametrize("name", LEVELS)
def test_levels_of_others(name: str, samples: dict[str, PdfFacts | ErrorCode]) -> None:
    """What other tools archived has its level, and their document time-stamps hold."""
    found = samples[name]
    assert isinstance(found, PdfFacts)
    signatures = [one for one in found.signatures if one.kind is SignatureKind.SIGNATURE]
    assert [one.level for one in signatures] == LEVELS[name]
    for stamp in found.signatures:
        if stamp.kind is SignatureKind.DOCUMENT_TIMESTAMP:
            (facts,) = stamp.time_stamps
            assert sound(stamp)
            assert is_sound(facts)
            assert facts.kind is TimeStampKind.DOCUMENT


def test_every_other_file_gets_an_answer(samples: dict[str, PdfFacts | ErrorCode]) -> None:
    """The rest holds no signature, needs a password or is damaged; nothing else comes out."""
    for name, found in samples.items():
        if name in GOOD or name in BAD:
            continue
        if isinstance(found, ErrorCode):
            assert found in {ErrorCode.PDF_DAMAGED, ErrorCode.PDF_ENCRYPTED}, name
        else:
            assert not found.signatures, name
