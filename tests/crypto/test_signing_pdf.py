"""The door of signing with a PDF: names, faults, and what is left behind."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from signing_lab import (
    QUICK,
    InlineWorkers,
    LabKey,
    others,
    refused,
    request_for,
    sign_with,
)
from stand_ins.contract import make_contract
from stand_ins.pki import make_pki, pki_of

from app.algorithms.names import KeyAlgorithm
from app.crypto import saving
from app.crypto.model import SignatureFormat
from app.crypto.pdf.checking import check_pdf
from app.crypto.stamping.style import NO_STAMP
from app.errors import ErrorCode


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of the sample contract, made once."""
    return make_contract(tmp_path_factory.mktemp("sample") / "contract.pdf").read_bytes()


@pytest.fixture
def contract(tmp_path: Path, sample: bytes) -> Path:
    """Return a contract to sign."""
    path = tmp_path / "Договор № 1.pdf"
    path.write_bytes(sample)
    return path


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.GOST_256, KeyAlgorithm.RSA, QUICK])
def test_signed_inside(tmp_path: Path, contract: Path, sample: bytes, algorithm: KeyAlgorithm):
    """A PDF is signed inside, beside the original, which stays as it was and is its beginning."""
    signed = sign_with(request_for(contract, algorithm, stamp=NO_STAMP), algorithm)
    assert signed.target.name == "Договор № 1_signed.pdf"
    assert (signed.format, signed.level) == (SignatureFormat.PADES, "PAdES-B-B")
    assert signed.size == signed.target.stat().st_size
    assert signed.target.read_bytes().startswith(sample)
    assert contract.read_bytes() == sample
    assert others(tmp_path, contract, signed.target) == []
    (facts,) = check_pdf(signed.target).signatures
    assert (facts.digest_matches, facts.signature_verifies) == (True, True)


def test_signed_again(contract: Path):
    """A signed PDF takes a further signature; the name gets a number, the first stays good."""
    first = sign_with(request_for(contract, stamp=NO_STAMP))
    second = sign_with(request_for(first.target, stamp=NO_STAMP))
    assert second.target.name == "Договор № 1_signed (1).pdf"
    found = check_pdf(second.target).signatures
    assert [(facts.digest_matches, facts.signature_verifies) for facts in found] == [
        (True, True)
    ] * 2


def test_practice_name(contract: Path):
    """A practice PDF says so in its name."""
    signed = sign_with(request_for(contract, stamp=NO_STAMP, container_practice=True))
    assert signed.target.name == "Договор № 1.УЧЕБНАЯ.pdf"


@pytest.mark.parametrize(
    "twist",
    [
        lambda signature: signature[:-1] + bytes((signature[-1] ^ 1,)),
        lambda _: b"",
        make_pki(QUICK).leaf_key.sign,
    ],
)
def test_wrong_signatures_are_never_saved(
    tmp_path: Path, contract: Path, twist: Callable[[bytes], bytes]
):
    """A signature that does not verify never reaches a file."""
    key = LabKey(pki_of(QUICK), twist)
    error = refused(lambda: sign_with(request_for(contract, stamp=NO_STAMP), key=key))
    assert error.code is ErrorCode.SELF_CHECK_FAILED
    assert others(tmp_path) == [contract.name]


def test_document_that_changes_meanwhile(tmp_path: Path, contract: Path):
    """A document changed between preparing and saving is not signed."""

    def before(task: str) -> None:
        if task == "sign_finish":
            contract.write_bytes(contract.read_bytes() + b"\n")

    request = request_for(contract, stamp=NO_STAMP)
    error = refused(lambda: sign_with(request, workers=InlineWorkers(before)))
    assert error.code is ErrorCode.FILE_CHANGED
    assert others(tmp_path) == [contract.name]


def test_bit_lost_on_the_disk(tmp_path: Path, contract: Path):
    """The written file is read back whole: a lost bit anywhere is noticed before saving."""

    def before(task: str) -> None:
        if task == "sign_finish":
            (draft,) = tmp_path.glob(".roscherk-*")
            data = bytearray(draft.read_bytes())
            data[len(data) // 3] ^= 1
            draft.write_bytes(data)

    request = request_for(contract, stamp=NO_STAMP)
    error = refused(lambda: sign_with(request, workers=InlineWorkers(before)))
    assert error.code in {ErrorCode.SELF_CHECK_FAILED, ErrorCode.PDF_DAMAGED}
    assert others(tmp_path) == [contract.name]


@pytest.mark.parametrize("step", ["sign_prepare", "sign_finish"])
def test_full_disk(tmp_path: Path, contract: Path, monkeypatch: pytest.MonkeyPatch, step: str):
    """A disk that fills up at any stage leaves the original and nothing else."""

    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    def fill_up(task: str) -> None:
        if task == step:
            monkeypatch.setattr(saving._WholeFile, "write", full)
            monkeypatch.setattr(saving.os, "fsync", full)

    request = request_for(contract, stamp=NO_STAMP)
    error = refused(lambda: sign_with(request, workers=InlineWorkers(fill_up)))
    assert error.code is ErrorCode.DISK_FULL
    assert others(tmp_path) == [contract.name]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\n", ErrorCode.PDF_DAMAGED),
        (b"%PDF-1.7\n%%EOF\n" * 50, ErrorCode.PDF_DAMAGED),
        (b"%PDF-", ErrorCode.PDF_DAMAGED),
    ],
)
def test_damaged_documents(tmp_path: Path, data: bytes, code: ErrorCode):
    """A PDF that cannot be read is refused before the key is asked."""
    source = tmp_path / "a.pdf"
    source.write_bytes(data)
    key = LabKey(pki_of(QUICK))
    assert refused(lambda: sign_with(request_for(source), key=key)).code is code
    assert key.asked == 0
    assert others(tmp_path) == ["a.pdf"]


def test_explicit_output_that_exists(tmp_path: Path, contract: Path):
    """An output that is there is never replaced, the original least of all."""
    other = tmp_path / "other.pdf"
    other.write_bytes(b"other")
    for output in (other, contract):
        before = output.read_bytes()
        error = refused(lambda output=output: sign_with(request_for(contract, output=output)))
        assert error.code is ErrorCode.TARGET_EXISTS
        assert output.read_bytes() == before
