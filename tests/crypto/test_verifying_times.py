"""How long a person waits for a verdict: with a warm worker, and where nothing can be fetched."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from attacks.pdf_documents import plain
from attacks.signed_files import Form, SignedFile, sign
from signing_files import sign as sign_file
from stand_ins import extensions_made as made
from stand_ins.pki import NOW, PkiKey, end_entity, pki_of
from stand_ins.signed_pdf import SIGNED_AT

from app.algorithms.names import KeyAlgorithm
from app.crypto import methods
from app.crypto.certificates.building import crl_points
from app.crypto.model import TrustMaterial, VerifyRequest
from app.crypto.verdict.report import Indication
from app.processes.pool import Pool

ORDINARY, EVERYTHING_MISSING = 0.3, 3.0
"""Seconds. The best of several tries counts: this computer has other things to do."""
TRIES = 5


@pytest.fixture(scope="module")
def workers() -> Iterator[Pool]:
    """Return one worker."""
    with Pool("worker", 1) as pool:
        yield pool


def best(work: Callable[[], object]) -> float:
    """Return the shortest of several runs, in seconds."""
    found = []
    for _ in range(TRIES):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


@pytest.mark.parametrize("form", [Form.DETACHED_DER, Form.ATTACHED_DER, Form.PADES])
def test_ordinary_file(form: Form, workers: Pool, tmp_path: Path) -> None:
    """A signature of an ordinary document, chain and revocation and all."""
    document = plain() if form is Form.PADES else b""
    signed: SignedFile = sign(form, KeyAlgorithm.GOST_256, tmp_path, document)
    path = tmp_path / ("judged.pdf" if form is Form.PADES else "judged.sig")
    path.write_bytes(signed.data)
    request = VerifyRequest(
        path=path, content=signed.judge.content, trust=signed.judge.trust, at=NOW, now=NOW
    )

    def judged() -> None:
        answer = workers.run(methods.VERIFY, request)
        assert answer.report.verdict is Indication.TOTAL_PASSED

    judged()  # warm
    assert best(judged) <= ORDINARY


def test_offline_with_everything_missing(workers: Pool, tmp_path: Path) -> None:
    """No root, no list, no answer, no network: addresses that nobody may ask cost no waiting."""
    pki = pki_of(KeyAlgorithm.GOST_256)
    addresses = (
        made.authority_access(ocsp=["http://ocsp.example/"], issuers=["http://ca.example/1.cer"]),
        crl_points("http://a.example/1.crl", "http://b.example/1.crl"),
    )
    certificate = pki.issue(
        extensions=(*end_entity(pki.leaf_key.public, pki.ca_issuer.key.public), *addresses)
    )
    source = tmp_path / "Акт.docx"
    source.write_bytes(b"act")
    container = replace(pki.container, certificate=certificate, chain=())
    path = sign_file(source, PkiKey(pki.leaf_key, container), SIGNED_AT)
    request = VerifyRequest(path=path, trust=TrustMaterial(), at=NOW, now=NOW)

    def judged() -> None:
        answer = workers.run(methods.VERIFY, request)
        assert answer.report.verdict is Indication.INDETERMINATE

    assert best(judged) <= EVERYTHING_MISSING
