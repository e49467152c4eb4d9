"""Files that the program signed and finds good, each with a judge for what becomes of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from stand_ins.pki import NOW, Pki, pki_of
from stand_ins.signed_pdf import NoProgress, sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import (
    Encoding,
    FinishRequest,
    SignatureFormat,
    SignRequest,
    TrustMaterial,
    VerifyRequest,
)
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.verdict.report import FileReport, Indication
from app.crypto.verifying import tasks as verifying_tasks

CONTENT = "Договор № 17 на 100 рублей\n".encode() * 4
UNIMPORTANT = frozenset({"number_doubtful", "revocation_data_old"})
"""Warnings that the stand-in certificates and lists give in any case."""


class Form(StrEnum):
    """Every form of signature that the program writes."""

    DETACHED_DER = "detached-der"
    DETACHED_BASE64 = "detached-base64"
    ATTACHED_DER = "attached-der"
    ATTACHED_BASE64 = "attached-base64"
    PADES = "pades"

    @property
    def attached(self) -> bool:
        """Whether the content is inside."""
        return self in {Form.ATTACHED_DER, Form.ATTACHED_BASE64}

    @property
    def text(self) -> bool:
        """Whether the file is base64."""
        return self in {Form.DETACHED_BASE64, Form.ATTACHED_BASE64}


CMS_FORMS = tuple(form for form in Form if form is not Form.PADES)


@dataclass(frozen=True)
class Judge:
    """Verifies bytes under a name, in this process, under the trust of one infrastructure."""

    file: Path
    trust: TrustMaterial
    content: Path | None = None

    def __call__(self, data: bytes) -> FileReport:
        """Write the bytes and judge them."""
        self.file.write_bytes(data)
        request = VerifyRequest(path=self.file, content=self.content, trust=self.trust, at=NOW)
        return verifying_tasks.verify(request, NoProgress()).report

    def of_content(self, data: bytes, content: bytes) -> FileReport:
        """Judge a detached signature with another content beside it."""
        assert self.content is not None
        before = self.content.read_bytes()
        self.content.write_bytes(content)
        try:
            return self(data)
        finally:
            self.content.write_bytes(before)


@dataclass(frozen=True)
class SignedFile:
    """What the program wrote, and who judges it."""

    form: Form
    pki: Pki
    data: bytes
    judge: Judge


def strict_trust(pki: Pki, folder: Path) -> TrustMaterial:
    """Return trust in the root alone: the authority's certificate has to come with the file."""
    return replace(pki.trust(folder), intermediates=())


def sign(form: Form, algorithm: KeyAlgorithm, folder: Path, document: bytes = b"") -> SignedFile:
    """Sign in one form; the untouched file is TOTAL_PASSED."""
    pki = pki_of(algorithm)
    trust = strict_trust(pki, folder / "trust")
    if form is Form.PADES:
        source = folder / "Договор.pdf"
        source.write_bytes(document)
        data = sign_pdf(source, pki, stamp=False).target.read_bytes()
        judge = Judge(folder / "изменённый.pdf", trust)
    else:
        source = folder / "Договор.txt"
        source.write_bytes(document or CONTENT)
        data = _sign_cades(source, pki, form).read_bytes()
        judge = Judge(folder / "изменённый.sig", trust, None if form.attached else source)
    report = judge(data)
    assert report.verdict is Indication.TOTAL_PASSED, report
    assert not warnings_of(report), report
    return SignedFile(form, pki, data, judge)


def _sign_cades(source: Path, pki: Pki, form: Form) -> Path:
    request = SignRequest(
        source=source,
        container=pki.container,
        format=SignatureFormat.CADES,
        attached=form.attached,
        encoding=Encoding.BASE64 if form.text else Encoding.DER,
        signing_time=NOW,
        job=new_job(),
    )
    prepared = signing_tasks.prepare(request, NoProgress())
    signature = pki.key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=signature, created_with="test")
    return signing_tasks.finish(finish, NoProgress()).target


def warnings_of(report: FileReport) -> frozenset[str]:
    """Return the codes of the warnings that are not about the stand-ins themselves."""
    found = (notice.code for one in report.signatures for notice in one.warnings)
    return frozenset(map(str, found)) - UNIMPORTANT


def passing(report: FileReport) -> bool:
    """Tell whether the verdict is good."""
    return report.verdict is Indication.TOTAL_PASSED


Mutants = Iterable[tuple[str, bytes]]
Excuse = Callable[[bytes], "frozenset[object] | None"]
