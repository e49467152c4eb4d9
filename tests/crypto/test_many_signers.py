"""Many signers in one file: the order does not matter, each is judged by itself, limits hold."""

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from editing_lab import FOUR, co_sign, counter_sign, sign
from levels_lab import run
from signing_lab import QUICK

from app.crypto.cms import splicing, structure, tlv
from app.crypto.cms.splicing import Parts
from app.crypto.model import Verification, VerifyRequest
from app.crypto.verdict.report import Indication, SubIndication
from app.crypto.verifying import tasks as verifying_tasks
from app.errors import ErrorCode


@pytest.fixture
def one(source: Path) -> tuple[Parts, bytes, Path]:
    """Return the parts of a signature, its encapContentInfo, and its document."""
    parts, head = splicing.take_apart(sign(source, QUICK).read_bytes())
    return parts, head, source


def verify(data: bytes, document: Path) -> Verification:
    """Verify some octets as a file."""
    path = document.with_name("verified.sig")
    path.write_bytes(data)
    request = VerifyRequest(path=path, content=document, at=datetime.now(UTC))
    answer: Verification = run(verifying_tasks.verify, request)
    return answer


def test_order_of_signers_does_not_matter(source: Path):
    """Three signers in each of the six orders: the same findings about each."""
    path = co_sign(co_sign(sign(source, FOUR[0]), FOUR[1]), FOUR[2])
    parts, head = splicing.take_apart(path.read_bytes())
    told = set()
    for order in itertools.permutations(parts.signers):
        data = splicing.put_together(splicing.with_signers(parts, order), head)
        facts = verify(data, source).facts.signatures
        assert [one.index for one in facts] == [0, 1, 2]
        told.add(
            frozenset(
                (one.signer.sha256, one.signature_verifies, one.digest_matches, one.level)
                for one in facts
                if one.signer is not None
            )
        )
    assert len(told) == 1
    assert len(next(iter(told))) == 3


def test_one_bad_signer_among_good_ones(source: Path):
    """The file is as good as its worst signature, and the others are told apart from it."""
    path = co_sign(counter_sign(sign(source, FOUR[0]), FOUR[1], 1), FOUR[2])
    parts, head = splicing.take_apart(path.read_bytes())
    spoiled = bytearray(parts.signers[1])
    spoiled[-1] ^= 1
    bad = splicing.with_signers(parts, (parts.signers[0], bytes(spoiled)))
    answer = verify(splicing.put_together(bad, head), source)
    assert answer.report.verdict is Indication.TOTAL_FAILED
    assert [one.signature_verifies for one in answer.facts.signatures] == [True, True, False]


@pytest.mark.parametrize(("kind", "count"), [("signers", 101), ("certificates", 1001)])
def test_too_many(one: tuple[Parts, bytes, Path], kind: str, count: int):
    """A file beyond the limits fails by its format, with the limit named."""
    parts, head, document = one
    if kind == "signers":
        large = splicing.with_signers(parts, parts.signers * count)
    else:
        rubbish = [tlv.encode(tlv.SEQUENCE, tlv.encode_integer(n)) for n in range(count)]
        large = splicing.with_certificates(parts, rubbish)
    answer = verify(splicing.put_together(large, head), document)
    assert answer.report.verdict is Indication.TOTAL_FAILED
    (error,) = answer.report.errors
    assert error.code == ErrorCode.FORMAT_TOO_COMPLEX
    assert error.facts["maximum"] == count - 1


def test_too_deep_and_too_wide(one: tuple[Parts, bytes, Path]):
    """Counter-signatures deeper than five fail by their format; so does a file of more than 300."""
    parts, head, document = one
    (signer,) = parts.signers
    deep = signer
    for _ in range(7):
        deep = splicing.with_unsigned_attribute(signer, structure.COUNTER_SIGNATURE, deep)
    data = splicing.put_together(splicing.with_signers(parts, (deep,)), head)
    reports = verify(data, document).report.signatures
    assert len(reports) == 7
    assert reports[-1].sub_indication is SubIndication.FORMAT_FAILURE
    wide = signer
    for _ in range(90):
        wide = splicing.with_unsigned_attribute(wide, structure.COUNTER_SIGNATURE, signer)
    data = splicing.put_together(splicing.with_signers(parts, (wide,) * 4), head)
    answer = verify(data, document)
    assert answer.report.verdict is Indication.TOTAL_FAILED
    assert answer.report.errors[0].facts["limit"] == "signatures"


def test_document_of_a_numbered_file(source: Path):
    """A second signature file, called «… (1).sig», finds its document by name."""
    path = co_sign(sign(source, QUICK), FOUR[0])
    assert path.name.endswith(" (1).sig")
    request = VerifyRequest(path=path, at=datetime.now(UTC))
    answer: Verification = run(verifying_tasks.verify, request)
    assert answer.facts.content == source
    assert answer.facts.warnings == ()
