"""The verification protocol on paper: the whole answer, legible, whatever the names."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from stand_ins import facts_made as made

from app.crypto.verdict.facts import FileFacts, Notice
from app.crypto.verdict.judge import judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Report
from app.errors import ErrorCode
from app.reports.protocol import protocol
from app.texts.catalogue import set_language


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Speak Russian, as the program does by default."""
    set_language("ru")
    yield
    set_language("ru")


def report_of(*files: FileFacts) -> Report:
    """Judge facts and put them into one report."""
    policy = load_policy("default")
    return Report(
        checked_at=made.NOW,
        control_time=made.NOW,
        engine={"roscherk": "0", "libgcrypt": "1.10"},
        files=tuple(judge_file(one, policy, made.TERMS) for one in files),
    )


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF with every run of blanks as one."""
    return " ".join("\f".join(pages_of(pdf)).split())


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (poppler-utils)")
    command = ["pdftotext", "-layout", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout.decode().split("\f")[:-1]


def test_says_everything() -> None:
    """Verdict, answers, details, and what the check is not."""
    said = text_of(protocol(report_of(made.file(made.signature()))))
    for wanted in (
        "Протокол проверки электронной подписи",
        "Документ не изменён",
        "Иванова Мария Петровна",
        "SHA-256",
        "01AF",
        "Цепочка",
        "63-ФЗ",
        "libgcrypt 1.10",
    ):
        assert wanted in said, wanted
    assert "УЧЕБН" not in said


def test_same_report_same_bytes() -> None:
    """The same facts give the same paper (V-01)."""
    report = report_of(made.file(made.signature()))
    assert protocol(report) == protocol(report)


def test_speaks_english() -> None:
    """The other language is whole too."""
    set_language("en")
    said = text_of(protocol(report_of(made.file(made.signature()))))
    assert "Protocol of signature verification" in said
    assert "The document has not changed" in said


def test_bad_signature_is_called_bad() -> None:
    """A broken signature gives the reason and the step."""
    said = text_of(protocol(report_of(made.file(made.signature(digest_matches=False)))))
    assert "Подпись недействительна" in said
    assert "Почему" in said
    assert "Что делать" in said


def test_practice_is_marked_on_every_page() -> None:
    """A page of a practice protocol cannot be shown as real."""
    signer = replace(made.certificate(), practice=True)
    signatures = [made.signature(signer=signer, index=n) for n in range(6)]
    pages = pages_of(protocol(report_of(made.file(*signatures))))
    assert len(pages) > 2
    assert all("УЧЕБНЫЙ РЕЖИМ" in page for page in pages)


def test_files_without_signatures_and_with_errors() -> None:
    """A file that could not be read is told with its reason."""
    damaged = made.file(errors=(Notice(ErrorCode.PDF_DAMAGED, {"reason": "structure"}),))
    said = text_of(protocol(report_of(made.file(), damaged)))
    assert "Подписи нет" in said
    assert "PDF повреждён" in said


def test_named_moment_is_told() -> None:
    """A verdict for another moment than now says so."""
    report = report_of(made.file(made.signature()))
    earlier = replace(report, control_time=made.NOW - timedelta(days=30))
    assert "который указал пользователь" in text_of(protocol(earlier))


@pytest.mark.parametrize(
    "name",
    [
        "Ф" * 10_000,
        "a\u202eb\u0000c\nd",
        "日本語 العربية 🙂",
        "слово " * 2000,
        "CN=\\",
        ",,,,",
        "",
    ],
)
def test_any_name_can_be_printed(name: str) -> None:
    """A stranger's names neither break the paper nor fill it."""
    subject = made.person(text=name or "-", common_name=name, surname=name, organization=name)
    signer = made.certificate(subject=subject, issuer=subject)
    pdf = protocol(report_of(made.file(made.signature(signer=signer))))
    assert 1 <= len(pages_of(pdf)) <= 4


def test_many_signatures() -> None:
    """Fifty signatures in one file are all on paper."""
    signatures = [made.signature(index=n) for n in range(50)]
    assert "Подпись 50 из 50" in text_of(protocol(report_of(made.file(*signatures))))


def test_time_stamps_and_counter_signatures() -> None:
    """A time-stamp of the document has no number and no level; a counter-signature says of whom."""
    counter, stamp = made.counter_signature(1, 0), made.document_stamp(2)
    said = text_of(protocol(report_of(made.file(made.signature(), counter, stamp))))
    for wanted in (
        "Все подписи действительны (2)",
        "Подпись 1 из 2",
        "Заверяющая подпись (к подписи 1)",
        "Штамп времени документа",
        "Штамп времени действителен",
        "Документ существовал не позднее",
    ):
        assert wanted in said, wanted
    assert "из 3" not in said
    assert "старого образца" not in said
