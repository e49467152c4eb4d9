"""From any file to a report: formats, originals, bad input, and the door over the workers."""

import base64
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from stand_ins.contract import make_contract
from stand_ins.pki import NOW, Pki, pki_of
from stand_ins.signed_pdf import SIGNED_AT, NoProgress, sign_pdf

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import (
    Encoding,
    FinishRequest,
    SignatureFormat,
    SignRequest,
    TrustMaterial,
    Verification,
    VerifyRequest,
)
from app.crypto.saving import new_job
from app.crypto.signing import tasks as signing_tasks
from app.crypto.verdict.facts import FileFacts, FileFormat
from app.crypto.verdict.judge import Terms, judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import (
    FileReport,
    Indication,
    Integrity,
    Standing,
    SubIndication,
    Trust,
)
from app.crypto.verdict.report_json import from_json, to_json
from app.crypto.verifying import folder, package
from app.crypto.verifying import tasks as verifying_tasks
from app.crypto.verifying.door import Verifying, VerifyOptions
from app.errors import ErrorCode, RoscherkError
from app.processes import wire
from app.processes.cancelling import Cancel

TEXT = "Договор № 1\nСтороны договорились о нижеследующем.\n".encode()
PASSED, UNSURE, FAILED, NONE = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
    Indication.NO_SIGNATURE,
)


@pytest.fixture(scope="module")
def pki() -> Pki:
    """Return a GOST infrastructure."""
    return pki_of(KeyAlgorithm.GOST_256)


@pytest.fixture(scope="module")
def sample_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample contract."""
    return make_contract(tmp_path_factory.mktemp("sample") / "Договор.pdf")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Return a document with a Cyrillic name with spaces, alone in its folder."""
    place = tmp_path / "Входящие документы"
    place.mkdir()
    path = place / "Договор поставки.docx"
    path.write_bytes(TEXT)
    return path


Check = Callable[..., FileReport]


@pytest.fixture
def check(pki: Pki, tmp_path: Path) -> Check:
    """Return a function that verifies one file under the trust of the infrastructure."""
    trust = pki.trust(tmp_path / "trust")

    def verify(path: Path, **changes: Any) -> FileReport:
        request = VerifyRequest(path=path, trust=trust, at=NOW)
        return verifying_tasks.verify(replace(request, **changes), NoProgress()).report

    return verify


def search_codes(report: FileReport) -> list[str]:
    """Return the warnings that tell how the original was looked for."""
    codes = [one.code for one in report.signatures[0].warnings]
    return [code for code in codes if code.startswith("content_")]


def sign(source: Path, pki: Pki, **changes: Any) -> Path:
    """Sign a file through the tasks of the worker, in this process."""
    request = SignRequest(
        source=source,
        container=pki.container,
        format=SignatureFormat.CADES,
        signing_time=SIGNED_AT,
        job=new_job(),
    )
    prepared = signing_tasks.prepare(replace(request, **changes), NoProgress())
    signature = pki.key.sign_digest(prepared.digest_name, prepared.digest, None)
    finish = FinishRequest(prepared=prepared, signature=signature, created_with="test")
    return signing_tasks.finish(finish, NoProgress()).target


@pytest.mark.parametrize(
    "algorithm", [KeyAlgorithm.GOST_256, KeyAlgorithm.GOST_512, KeyAlgorithm.RSA]
)
@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("encoding", Encoding)
def test_signed_passes(
    document: Path, tmp_path: Path, algorithm: KeyAlgorithm, attached: bool, encoding: Encoding
) -> None:
    """What we sign passes, in each form; the report says what it is."""
    made = pki_of(algorithm)
    signature = sign(document, made, attached=attached, encoding=encoding)
    request = VerifyRequest(path=signature, trust=made.trust(tmp_path / "trust"), at=NOW)
    found = verifying_tasks.verify(request, NoProgress())
    report = found.report
    assert report.verdict is PASSED, report.signatures
    assert report.format is (FileFormat.CMS_ATTACHED if attached else FileFormat.CMS_DETACHED)
    assert report.content == (None if attached else str(document))
    assert ("libgcrypt" in found.engine) == algorithm.is_gost
    signer = report.signatures[0].signer
    assert signer is not None
    assert signer.surname == "Тестов"
    assert report.errors == ()


def test_pdf(pki: Pki, check: Check, tmp_path: Path, sample_pdf: Path) -> None:
    """A signed PDF passes; one without a signature has none; a changed one fails."""
    assert check(sample_pdf).verdict is NONE
    assert check(sample_pdf).format is FileFormat.PDF
    signed = sign_pdf(sample_pdf, pki, output=tmp_path / "signed.pdf").target
    report = check(signed)
    assert (report.verdict, report.format) == (PASSED, FileFormat.PDF)
    data = bytearray(signed.read_bytes())
    data[data.index(b"/MediaBox") + 12] ^= 1
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(data)
    assert check(changed).verdict is FAILED


def test_pdf_under_a_foreign_name(check: Check, sample_pdf: Path, tmp_path: Path) -> None:
    """What a file is, its content says, not its name."""
    renamed = tmp_path / "document.sig"
    renamed.write_bytes(sample_pdf.read_bytes())
    assert check(renamed).format is FileFormat.PDF


def test_damaged_pdf(check: Check, pki: Pki, sample_pdf: Path, tmp_path: Path) -> None:
    """A damaged PDF is a failed signature only if there is one in it."""
    signed = sign_pdf(sample_pdf, pki, output=tmp_path / "signed.pdf").target
    for source, verdict in ((sample_pdf, NONE), (signed, FAILED)):
        damaged = tmp_path / "damaged.pdf"
        damaged.write_bytes(b"junk " * 20 + source.read_bytes()[:-4000])
        report = check(damaged)
        assert report.verdict is verdict
        assert [one.code for one in report.errors] == [ErrorCode.PDF_DAMAGED]


def test_changed_document(check: Check, pki: Pki, document: Path) -> None:
    """A changed original is a broken one, not a missing one."""
    signature = sign(document, pki)
    document.write_bytes(TEXT + b" ")
    report = check(signature)
    assert report.verdict is FAILED
    assert report.signatures[0].sub_indication is SubIndication.HASH_FAILURE
    assert report.signatures[0].integrity is Integrity.BROKEN
    assert report.content == str(document)


def test_original_by_digest(check: Check, pki: Pki, document: Path) -> None:
    """A renamed original is found by its content among others, and the report says so."""
    signature = sign(document, pki)
    for number in range(5):
        document.with_name(f"другой {number}.txt").write_bytes(TEXT * (number + 2))
    renamed = document.rename(document.with_name("прислали по почте.bin"))
    report = check(signature)
    assert (report.verdict, report.content) == (PASSED, str(renamed))
    assert search_codes(report) == ["content_found_by_digest"]


def test_right_content_beats_right_name(check: Check, pki: Pki, document: Path) -> None:
    """A file of the right name with another content does not hide the true original."""
    signature = sign(document, pki)
    original = document.rename(document.with_name("оригинал.docx"))
    document.write_bytes(b"something else")
    report = check(signature)
    assert (report.verdict, report.content) == (PASSED, str(original))


@pytest.mark.parametrize(
    "name",
    [
        "Договор поставки.docx.sig",
        "Договор поставки.docx.SGN",
        "Договор поставки.docx.p7s",
        "Договор поставки.docx.УЧЕБНАЯ.sig",
    ],
)
def test_names_of_signatures(check: Check, pki: Pki, document: Path, name: str) -> None:
    """The original is found under the usual names without a search."""
    signature = sign(document, pki).rename(document.with_name(name))
    report = check(signature)
    assert report.verdict is PASSED
    assert search_codes(report) == []


def test_missing_original(check: Check, pki: Pki, document: Path) -> None:
    """Without its original a signature is undetermined, never broken."""
    signature = sign(document, pki)
    document.unlink()
    (document.parent / "чужой.docx").write_bytes(b"stranger")
    report = check(signature)
    assert report.verdict is UNSURE
    assert report.signatures[0].sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    assert report.signatures[0].integrity is Integrity.UNKNOWN
    assert report.content is None


def test_search_ends_honestly(
    check: Check, pki: Pki, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search whose budget ended says that it did not look at everything."""
    signature = sign(document, pki)
    document.rename(document.with_name("zzz.bin"))
    for number in range(4):
        document.with_name(f"a{number}").write_bytes(b"x")
    monkeypatch.setattr(package, "MAX_SEARCHED_BYTES", 3)
    by_size = check(signature)
    monkeypatch.undo()
    monkeypatch.setattr(package, "MAX_SEARCHED_FILES", 0)
    by_count = check(signature)
    for report in (by_size, by_count):
        assert report.content is None
        assert search_codes(report) == ["content_search_incomplete"]


def test_given_content(check: Check, pki: Pki, document: Path, tmp_path: Path) -> None:
    """The document that the user names is taken, right or wrong; a missing one is told."""
    signature = sign(document, pki).rename(tmp_path / "elsewhere.sig")
    assert check(signature, content=document).verdict is PASSED
    other = tmp_path / "other"
    other.write_bytes(b"other")
    assert check(signature, content=other).verdict is FAILED
    report = check(signature, content=tmp_path / "absent")
    assert report.verdict is UNSURE
    assert [one.code for one in report.errors] == [ErrorCode.FILE_NOT_FOUND]


def test_given_content_that_could_not_be_read(check: Check, pki: Pki, document: Path) -> None:
    """What holds inside is not green while the document that was pointed to is unread."""
    signature = sign(document, pki, attached=True)
    assert check(signature).verdict is PASSED
    report = check(signature, content=document.with_name("absent"))
    assert (report.verdict, report.standing) == (UNSURE, Standing.UNKNOWN)


def test_given_content_beside_a_signed_pdf(
    check: Check, pki: Pki, sample_pdf: Path, document: Path
) -> None:
    """The signatures inside a PDF say nothing of a document that was pointed to, whatever its name."""
    signed = sign_pdf(sample_pdf, pki, output=document.with_name("подписан.pdf")).target
    assert check(signed).verdict is PASSED
    renamed = shutil.copyfile(signed, document.with_name(document.name + ".sig"))
    report = check(renamed, content=document)
    assert (report.verdict, report.standing) == (UNSURE, Standing.UNKNOWN)
    assert [one.code for one in report.errors] == [ErrorCode.CONTENT_INSIDE]


def test_attached_against_given_content(check: Check, pki: Pki, document: Path) -> None:
    """A file given beside an attached signature is held against the content inside."""
    signature = sign(document, pki, attached=True)
    assert check(signature, content=document).verdict is PASSED
    document.write_bytes(TEXT + b"!")
    report = check(signature, content=document)
    assert report.verdict is FAILED
    assert "attached_content_differs" in report.signatures[0].reasons


def test_unknown_issuer(pki: Pki, document: Path) -> None:
    """Without any trust the document is intact, the issuer unknown, the verdict undetermined."""
    request = VerifyRequest(path=sign(document, pki), at=NOW)
    report = verifying_tasks.verify(request, NoProgress()).report
    assert report.verdict is UNSURE
    signature = report.signatures[0]
    assert signature.integrity is Integrity.INTACT
    assert signature.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert signature.trust is not Trust.TRUSTED


def test_no_revocation_data(pki: Pki, document: Path, tmp_path: Path) -> None:
    """Without revocation lists nothing passes; it is only not known yet."""
    trust = replace(pki.trust(tmp_path / "trust"), crls=())
    request = VerifyRequest(path=sign(document, pki), trust=trust, at=NOW)
    report = verifying_tasks.verify(request, NoProgress()).report
    assert report.verdict is UNSURE
    assert report.signatures[0].sub_indication is SubIndication.TRY_LATER


def test_expired_certificate(check: Check, pki: Pki, document: Path) -> None:
    """Long after the end of the certificate the verdict is undetermined, with the reason."""
    report = check(sign(document, pki), at=NOW + timedelta(days=365 * 30))
    assert report.verdict is UNSURE
    assert "expired" in report.signatures[0].reasons


def test_signature_beside(check: Check, pki: Pki, document: Path) -> None:
    """A document given instead of its signature is told where the signature is."""
    signature = sign(document, pki)
    report = check(document)
    assert (report.verdict, report.format) == (NONE, FileFormat.UNKNOWN)
    assert [one.code for one in report.errors] == [ErrorCode.SIGNATURE_BESIDE]
    assert report.errors[0].facts["signature"] == str(signature)


def test_pem_and_bare_base64(check: Check, pki: Pki, document: Path) -> None:
    """Text forms of Russian portals: PEM, base64 in lines, in one line, with a BOM."""
    data = sign(document, pki).read_bytes()
    lines = base64.encodebytes(data)
    forms = {
        "pem.sig": b"-----BEGIN CMS-----\n" + lines + b"-----END CMS-----\n",
        "lines.sig": lines.replace(b"\n", b"\r\n"),
        "one.sig": base64.b64encode(data),
        "bom.sig": b"\xef\xbb\xbf" + lines,
    }
    for name, form in forms.items():
        path = document.with_name(name)
        path.write_bytes(form)
        assert check(path).verdict is PASSED, name


XML = b"<?xml version='1.0'?><doc>%s</doc>"
XML_SIGNATURE = b"<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>"


@pytest.mark.parametrize(
    ("content", "verdict", "code"),
    [
        (XML % b"text", NONE, None),
        (XML % XML_SIGNATURE, UNSURE, ErrorCode.XML_SIGNATURE_UNSUPPORTED),
        (
            (XML % XML_SIGNATURE).decode().encode("utf-16"),
            UNSURE,
            ErrorCode.XML_SIGNATURE_UNSUPPORTED,
        ),
    ],
)
def test_xml(
    check: Check, tmp_path: Path, content: bytes, verdict: Indication, code: ErrorCode | None
) -> None:
    """Of XML it is said whether it holds a signature, which is not checked yet."""
    path = tmp_path / "document.xml"
    path.write_bytes(content)
    report = check(path)
    assert (report.verdict, report.format) == (verdict, FileFormat.XML)
    assert [one.code for one in report.errors] == ([] if code is None else [code])


def bad_inputs(folder_: Path, signature: Path) -> dict[str, tuple[Path, Indication, ErrorCode]]:
    """Make one of each kind of bad input."""
    data = signature.read_bytes()
    files = {
        "empty.sig": (b"", NONE, ErrorCode.FILE_EMPTY),
        "random.sig": (os.urandom(5000).replace(b"\x30", b"\x31"), NONE, ErrorCode.FORMAT_UNKNOWN),
        "truncated.sig": (data[:-40], FAILED, ErrorCode.FORMAT_DAMAGED),
        "deep.sig": (b"\x30\x80" * 100_000, FAILED, ErrorCode.FORMAT_TOO_COMPLEX),
        "null.sig": (bytes.fromhex("300b06092a864886f70d010702"), FAILED, ErrorCode.FORMAT_DAMAGED),
        "certificate.cer": (pki_of(KeyAlgorithm.RSA).leaf, NONE, ErrorCode.FORMAT_UNKNOWN),
        "broken.pdf": (b"%PDF-1.7\n/ByteRange" + os.urandom(300), FAILED, ErrorCode.PDF_DAMAGED),
        "M.txt": (b"Moscow, " * 100, NONE, ErrorCode.FORMAT_UNKNOWN),
    }
    made: dict[str, tuple[Path, Indication, ErrorCode]] = {}
    for name, (content, verdict, code) in files.items():
        (folder_ / name).write_bytes(content)
        made[name] = (folder_ / name, verdict, code)
    os.mkfifo(folder_ / "pipe.sig")
    strange = folder_ / os.fsdecode(b"\xff\xfe name.sig")
    strange.write_bytes(b"not a signature")
    made |= {
        "pipe": (folder_ / "pipe.sig", NONE, ErrorCode.FILE_NOT_REGULAR),
        "absent": (folder_ / "absent.sig", NONE, ErrorCode.FILE_NOT_FOUND),
        "long": (folder_ / ("x" * 5000), NONE, ErrorCode.FILE_NOT_FOUND),
        "nul": (Path("a\0b"), NONE, ErrorCode.FILE_NOT_FOUND),
        "folder": (folder_, NONE, ErrorCode.FILE_IS_FOLDER),
        "unreadable": (Path("/proc/self/mem"), NONE, ErrorCode.FILE_UNREADABLE),
        "strange name": (strange, NONE, ErrorCode.FORMAT_UNKNOWN),
    }
    return made


def test_bad_input(check: Check, pki: Pki, document: Path, tmp_path: Path) -> None:
    """Any input whatsoever gives a report with a code, and stays as it was."""
    place = tmp_path / "bad"
    place.mkdir()
    for name, (path, verdict, code) in bad_inputs(place, sign(document, pki)).items():
        report = check(path)
        assert report.verdict is verdict, (name, report)
        assert [one.code for one in report.errors] == [code], name
        assert report.signatures == ()
        assert report.path.isprintable() or name == "nul"


def test_only_certificates(check: Check, tmp_path: Path, pki: Pki) -> None:
    """A file with certificates only is no signature (rule CMS-03)."""
    path = tmp_path / "chain.p7b"
    inner = bytes.fromhex("300b06092a864886f70d010701")
    body = bytes.fromhex("020101") + b"\x31\x00" + inner
    certificates = b"\xa0\x82" + len(pki.leaf).to_bytes(2) + pki.leaf
    body += certificates + b"\x31\x00"
    signed = b"\x30\x82" + len(body).to_bytes(2) + body
    explicit = b"\xa0\x82" + len(signed).to_bytes(2) + signed
    whole = bytes.fromhex("06092a864886f70d010702") + explicit
    path.write_bytes(b"\x30\x82" + len(whole).to_bytes(2) + whole)
    report = check(path)
    assert (report.verdict, report.signatures, report.errors) == (NONE, (), ())


def test_one_flipped_byte_never_passes(check: Check, pki: Pki, document: Path) -> None:
    """Over many positions of a signature: one flipped byte never passes without being told.

    Exempt are certificates off the path: the issuing authority is also among the trust.
    """
    signature = sign(document, pki)
    data = signature.read_bytes()
    usual = {one.code for one in check(signature).signatures[0].warnings}
    exempt = range(data.index(pki.ca), data.index(pki.ca) + len(pki.ca))
    for position in range(0, len(data), 17):
        if position in exempt:
            continue
        changed = bytearray(data)
        changed[position] ^= 0x01
        signature.write_bytes(changed)
        report = check(signature)
        told = {one.code for each in report.signatures for one in each.warnings}
        assert report.verdict is not PASSED or told - usual, position


def test_same_facts_same_bytes(check: Check, pki: Pki, document: Path) -> None:
    """The same file at the same moment gives the same report, byte for byte, and reads back."""
    signature = sign(document, pki)
    door = Verifying(FakePool(lambda: None), TrustMaterial)  # type: ignore[arg-type]
    reports = [
        replace(door.verify([]).report, checked_at=NOW, files=(check(signature),)) for _ in range(2)
    ]
    first, second = map(to_json, reports)
    assert first == second
    assert from_json(first) == reports[0]


def test_facts_can_be_replayed(pki: Pki, document: Path, tmp_path: Path) -> None:
    """Stored facts judged again under the same policy and terms give the same report (V-01)."""
    trust = pki.trust(tmp_path / "trust")
    request = VerifyRequest(path=sign(document, pki), trust=trust, at=NOW)
    found = verifying_tasks.verify(request, NoProgress())
    replayed = wire.decode(wire.encode(found.facts), FileFacts)
    assert replayed == found.facts
    assert judge_file(replayed, load_policy(), Terms(at=NOW)) == found.report


class FakePool:
    """Workers that answer as told."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.answer = answer
        self.calls = 0

    def run(self, *_question: object, **_options: object) -> Any:
        """Answer, or raise."""
        self.calls += 1
        return self.answer()


def door_that(*answers: Any) -> tuple[Verifying, FakePool]:
    """Return a door over workers that give these answers one after another."""
    left = iter(answers)

    def answer() -> Any:
        given = next(left)
        if isinstance(given, Exception):
            raise given
        return given

    pool = FakePool(answer)
    return Verifying(pool, TrustMaterial), pool  # type: ignore[arg-type]


def test_crashing_file_is_told(tmp_path: Path) -> None:
    """A file that kills two workers gets a red verdict with the cause; one crash is forgiven."""
    crash = RoscherkError(ErrorCode.CHILD_CRASHED)
    door, pool = door_that(crash, crash)
    report = door.verify([tmp_path / "bomb.pdf"]).report.files[0]
    assert (report.verdict, pool.calls) == (FAILED, 2)
    assert [one.code for one in report.errors] == [ErrorCode.CHILD_CRASHED]
    good: Verification = object()  # type: ignore[assignment]
    door, pool = door_that(crash, good)
    request = VerifyRequest(path=tmp_path / "good.sig", at=NOW)
    assert door.verify_one(request) is good


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (ErrorCode.CHILD_OVER_LIMIT, FAILED),
        (ErrorCode.CHILD_NOT_STARTED, UNSURE),
        (ErrorCode.UNEXPECTED, UNSURE),
    ],
)
def test_worker_trouble_is_a_report(tmp_path: Path, code: ErrorCode, verdict: Indication) -> None:
    """Trouble of a worker becomes a report; our own fault is never red."""
    door, _pool = door_that(RoscherkError(code))
    assert door.verify([tmp_path / "file"]).report.files[0].verdict is verdict


def test_cancelled_is_raised(tmp_path: Path) -> None:
    """A check that was called off gives no report."""
    door, _pool = door_that(RoscherkError(ErrorCode.CANCELLED))
    with pytest.raises(RoscherkError) as caught:
        door.verify([tmp_path / "file"], cancel=Cancel())
    assert caught.value.code is ErrorCode.CANCELLED


def test_trust_that_cannot_be_read_is_no_matter_of_the_file(tmp_path: Path) -> None:
    """A wrong trust file stops the check instead of colouring the verdict."""
    wrong = tmp_path / "root.cer"
    wrong.write_bytes(b"no certificate")
    request = VerifyRequest(path=wrong, trust=TrustMaterial(anchors=(wrong,)), at=NOW)
    with pytest.raises(RoscherkError) as caught:
        verifying_tasks.verify(request, NoProgress())
    door, _pool = door_that(caught.value)
    with pytest.raises(RoscherkError):
        door.verify([tmp_path / "file"], VerifyOptions(anchors=(wrong,)))


def test_many_files_keep_their_order(tmp_path: Path) -> None:
    """Files verified side by side are reported in the order they were given."""
    names = [tmp_path / f"{number}.sig" for number in range(8)]
    pool = FakePool(lambda: (_ for _ in ()).throw(RoscherkError(ErrorCode.FILE_NOT_FOUND)))
    door = Verifying(pool, TrustMaterial)  # type: ignore[arg-type]
    report = door.verify(names, jobs=4).report
    assert [one.path for one in report.files] == [str(name) for name in names]


def test_unknown_policy(tmp_path: Path) -> None:
    """A policy that is not there is a wrong request."""
    door, _pool = door_that()
    for name in ("absent", "../default"):
        with pytest.raises(RoscherkError) as caught:
            door.verify([tmp_path], VerifyOptions(policy=name))
        assert caught.value.code is ErrorCode.USAGE


def test_folder_that_cannot_be_listed(tmp_path: Path) -> None:
    """A folder that is gone has no files to search."""
    assert folder.bytes_to_search(tmp_path / "gone") == 0
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "broken link").symlink_to(tmp_path / "nowhere")
    assert folder.bytes_to_search(tmp_path) == 5
    shutil.rmtree(tmp_path)
