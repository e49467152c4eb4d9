"""The verification protocol on paper: the whole answer, legible, whatever the names."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from stand_ins import facts_made as made
from stand_ins.dossiers import dossier_of_facts

from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode
from app.reports.dossier import Asked, Dossier, dossier_from_json, dossier_to_json, replay
from app.reports.protocol import protocol as sheet_of
from app.reports.sheet_html import as_html
from app.reports.sheet_pdf import as_pdf
from app.texts.catalogue import set_language


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Speak Russian, as the program does by default."""
    set_language("ru")
    yield
    set_language("ru")


def protocol(found: Dossier) -> bytes:
    """Return the protocol as a PDF."""
    return as_pdf(sheet_of(found))


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
    said = text_of(protocol(dossier_of_facts(made.file(made.signature()))))
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
    report = dossier_of_facts(made.file(made.signature()))
    assert protocol(report) == protocol(report)


def test_speaks_english() -> None:
    """The other language is whole too."""
    set_language("en")
    said = text_of(protocol(dossier_of_facts(made.file(made.signature()))))
    assert "Protocol of signature verification" in said
    assert "The document has not changed" in said


def test_bad_signature_is_called_bad() -> None:
    """A broken signature gives the reason and the step."""
    said = text_of(protocol(dossier_of_facts(made.file(made.signature(digest_matches=False)))))
    assert "Подпись недействительна" in said
    assert "Почему" in said
    assert "Что делать" in said


def test_practice_is_marked_on_every_page() -> None:
    """A page of a practice protocol cannot be shown as real."""
    signer = replace(made.certificate(), practice=True)
    signatures = [made.signature(signer=signer, index=n) for n in range(6)]
    pages = pages_of(protocol(dossier_of_facts(made.file(*signatures))))
    assert len(pages) > 2
    assert all("УЧЕБНЫЙ РЕЖИМ" in page for page in pages)


def test_files_without_signatures_and_with_errors() -> None:
    """A file that could not be read is told with its reason."""
    damaged = made.file(errors=(Notice(ErrorCode.PDF_DAMAGED, {"reason": "structure"}),))
    said = text_of(protocol(dossier_of_facts(made.file(), damaged)))
    assert "Подписи нет" in said
    assert "PDF повреждён" in said


def test_named_moment_is_told() -> None:
    """A verdict for another moment than now says so."""
    report = dossier_of_facts(made.file(made.signature()))
    judged = replace(report.report, control_time=made.NOW - timedelta(days=30))
    asked = Asked(at_by_user=True, because="акт приёмки от 26 октября")
    said = text_of(protocol(replace(report, report=judged, asked=asked)))
    assert "который указал пользователь" in said
    assert "Основание: акт приёмки от 26 октября" in said


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
    pdf = protocol(dossier_of_facts(made.file(made.signature(signer=signer))))
    assert 1 <= len(pages_of(pdf)) <= 4


def test_many_signatures() -> None:
    """Thirty signatures in one file are all on paper."""
    signatures = [made.signature(index=n) for n in range(30)]
    assert "Подпись 30 из 30" in text_of(protocol(dossier_of_facts(made.file(*signatures))))


def test_time_stamps_and_counter_signatures() -> None:
    """A time-stamp of the document has no number and no level; a counter-signature says of whom."""
    counter, stamp = made.counter_signature(1, 0), made.document_stamp(2)
    said = text_of(protocol(dossier_of_facts(made.file(made.signature(), counter, stamp))))
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


@pytest.mark.parametrize(("count", "intact"), [(1, True), (1, False), (2, True), (2, False)])
def test_few_signatures_make_one_page(count: int, intact: bool) -> None:
    """A document with few signatures has a protocol of one page, also where they are bad."""
    signatures = [made.signature(index=n, digest_matches=intact) for n in range(count)]
    assert len(pages_of(protocol(dossier_of_facts(made.file(*signatures))))) == 1


def test_opening_claims_what_was_established() -> None:
    """Belonging and absence of distortions, word by word, and never more than is known."""
    good = text_of(protocol(dossier_of_facts(made.file(made.signature()))))
    assert "Подпись принадлежит владельцу сертификата" in good
    assert "Искажений в подписанном документе нет" in good
    bad = text_of(protocol(dossier_of_facts(made.file(made.signature(digest_matches=False)))))
    assert "Принадлежность подписи владельцу сертификата не подтверждена" in bad
    assert "Неизменность документа с момента подписания не подтверждена" in bad
    assert "Искажений в подписанном документе нет" not in bad
    chain = made.chain(anchored=False, break_code="root_not_trusted", broken_at=2)
    unknown = text_of(protocol(dossier_of_facts(made.file(made.signature(chain=chain)))))
    assert "принадлежность не установлена" in unknown
    assert "Искажений в подписанном документе нет" in unknown


def test_negative_result_names_the_three_causes() -> None:
    """The causes of the regulation, and that the program looked at itself."""
    bad = text_of(protocol(dossier_of_facts(made.file(made.signature(digest_matches=False)))))
    for wanted in (
        "недействительный сертификат",
        "нарушение целостности используемого ключевого носителя",
        "нарушение целостности средств электронной подписи",
        "Файлы самой программы сверены с перечнем её установки",
    ):
        assert wanted in bad, wanted
    good = text_of(protocol(dossier_of_facts(made.file(made.signature()))))
    assert "ключевого носителя" not in good


def test_digests_evidence_and_page_numbers() -> None:
    """Both digests of every input, the age of the evidence, the time with offset and in UTC."""
    said = text_of(protocol(dossier_of_facts(made.file(made.signature()))))
    for wanted in (
        "ab" * 32,
        "cd" * 32,
        "ГОСТ Р 34.11-2012",
        "123 456".replace(" ", " "),
        "2 часа",
        "12:00:00 UTC",
        "стр. 1 из 1",
    ):
        assert wanted in said.replace(" ", " "), wanted


def test_batch_is_one_table() -> None:
    """Many files stand in one table under headings, what is wrong first, all with their digests."""
    files = [made.file(made.signature(digest_matches=n % 4 != 0)) for n in range(30)]
    pages = pages_of(protocol(dossier_of_facts(*files)))
    said = "\f".join(pages)
    assert "30 файлов" in said
    assert said.count("ab" * 8) >= 30
    assert f"стр. {len(pages)} из {len(pages)}" in said


def test_a_hundred_signers() -> None:
    """The opening names a few and counts the rest; every signature has its part."""
    signatures = [
        made.signature(index=n, signer=made.certificate(serial=f"{n:04X}")) for n in range(100)
    ]
    page = as_html(sheet_of(dossier_of_facts(made.file(*signatures)))).decode()
    assert "ещё 97" in page
    assert "Подпись 100 из 100" in page


def test_page_of_html_is_harmless() -> None:
    """No script, nothing from outside; hostile names are words and stay words."""
    name = '</style><script>alert(1)</script><img src=x onerror="y">\u202egpj.exe\x1b[2J'
    signer = made.certificate(
        subject=made.person(common_name=name, organization=name, surname=name)
    )
    page = as_html(sheet_of(dossier_of_facts(made.file(made.signature(signer=signer))))).decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "&lt;script&gt;" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "prefers-color-scheme: dark" in page


def test_page_of_html_says_what_the_paper_says() -> None:
    """One sheet, two forms."""
    found = dossier_of_facts(made.file(made.signature(digest_matches=False)))
    page = as_html(sheet_of(found)).decode()
    for wanted in ("Подпись недействительна", "ab" * 32, "cd" * 32, "Что делать", "63-ФЗ"):
        assert wanted in page, wanted


def test_replay_gives_the_same_octets() -> None:
    """Stored facts under the same policy and time: the same JSON and the same paper (G23)."""
    files = [
        made.file(made.signature(), made.counter_signature(1, 0), made.document_stamp(2)),
        made.file(made.signature(digest_matches=False)),
    ]
    first = dossier_of_facts(*files)
    stored = dossier_to_json(first)
    again = replay(dossier_from_json(stored))
    assert dossier_to_json(again) == stored
    assert protocol(again) == protocol(first)
    assert as_html(sheet_of(again)) == as_html(sheet_of(first))


def test_replay_under_another_moment() -> None:
    """The facts stay, the verdict is of the other moment."""
    found = dossier_of_facts(made.file(made.signature()))
    later = replay(found, at=made.NOW + timedelta(days=4000))
    assert later.facts == found.facts
    assert later.report.files[0].verdict is not found.report.files[0].verdict
