"""Mutants of XML: lists of accredited authorities, powers of attorney and what signs them."""

from dataclasses import dataclass, replace
from pathlib import Path

from attacks.subject import Counted, Original
from stand_ins import mchd_made as made
from stand_ins.accredited_list import Center, list_of, signed, signer_of
from stand_ins.pki import NOW, Pki, pki_of
from stand_ins.signed_pdf import SIGNED_AT, NoProgress

from app.algorithms.names import KeyAlgorithm
from app.crypto.accreditation.model import AccreditedIndex, ReadListRequest
from app.crypto.accreditation.tasks import read_list
from app.crypto.model import FinishRequest, SignatureFormat, SignRequest, VerifyRequest
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.verdict.report import Indication
from app.crypto.verifying import tasks as verifying_tasks
from app.errors import RoscherkError


@dataclass(frozen=True)
class _List:
    """A list of authorities: what is told to be signed holds what was signed, and no more."""

    path: Path
    right: AccreditedIndex | None

    def read(self, data: bytes) -> AccreditedIndex | None:
        """Return what a list holds whose signature verifies."""
        self.path.write_bytes(data)
        try:
            found = read_list(ReadListRequest(path=self.path), NoProgress())  # type: ignore[arg-type]
        except RoscherkError:
            return None
        return None if found.signer is None else found.index

    def __call__(self, data: bytes) -> Counted:
        found = self.read(data)
        if found is None:
            return Counted.REFUSED
        assert found == self.right, "told what nobody signed"
        return Counted.EXCUSED


def lists(folder: Path) -> tuple[Original, ...]:
    """Return signed lists of authorities."""
    folder.mkdir(parents=True, exist_ok=True)
    centers = [
        Center(
            name="Первый",
            certificates=[pki_of(KeyAlgorithm.GOST_256).ca],
            history=[("Действует", "2015-01-01"), ("Прекращена", "2020-01-01")],
        ),
        Center(name="Второй", certificates=[pki_of(KeyAlgorithm.GOST_256).root]),
    ]
    found = []
    for algorithm in (KeyAlgorithm.GOST_256, KeyAlgorithm.RSA):
        data = signed(list_of(centers), signer_of(algorithm))
        path = folder / f"{algorithm}.xml"
        right = _List(path, None).read(data)
        assert right is not None
        found.append(Original(str(algorithm), data, _List(path, right)))
    return tuple(found)


@dataclass(frozen=True)
class _Attorney:
    """A power of attorney beside a document: no authority by what its principal did not sign."""

    request: VerifyRequest
    file: Path
    original: bytes

    def __call__(self, data: bytes) -> Counted:
        self.file.write_bytes(data)
        try:
            report = verifying_tasks.verify(self.request, NoProgress()).report
        finally:
            self.file.write_bytes(self.original)
        (signature,) = report.signatures
        assert report.verdict is Indication.TOTAL_PASSED, "the document itself is good"
        answer = signature.authority.mchd
        if answer is None or answer.indication is not Indication.TOTAL_PASSED:
            return Counted.REFUSED
        raise AssertionError("powers that nobody gave")


def attorneys(folder: Path) -> tuple[Original, ...]:
    """Return powers of attorney, each beside a document of an employee."""
    found = []
    for algorithm in (KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512):
        pki = pki_of(algorithm)
        place = folder / f"{algorithm}" / "Входящие"
        place.mkdir(parents=True)
        document = place / "Акт.docx"
        document.write_bytes(b"act")
        signature = _signed(document, pki, made.clerk_name())
        xml = made.Mchd().write(place)
        _signed(xml, pki, made.head_name())
        trust = pki.trust(folder / f"{algorithm}" / "trust")
        request = VerifyRequest(path=signature, content=document, trust=trust, at=NOW)
        good = verifying_tasks.verify(request, NoProgress()).report.signatures[0].authority.mchd
        assert good is not None
        assert good.indication is Indication.TOTAL_PASSED
        data = xml.read_bytes()
        found.append(Original(str(algorithm), data, _Attorney(request, xml, data)))
    return tuple(found)


def _signed(source: Path, pki: Pki, name: bytes) -> Path:
    key = made.holder(pki, name)
    request = SignRequest(
        source=source,
        container=replace(key.container),
        format=SignatureFormat.CADES,
        signing_time=SIGNED_AT,
        job=new_job(),
    )
    prepared = signing_tasks.prepare(request, NoProgress())
    value = key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=value, created_with="test")
    return signing_tasks.finish(finish, NoProgress()).target
