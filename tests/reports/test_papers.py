"""Material for experts, letters and certificates on paper: every part is there, whatever the input."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from stand_ins import facts_made as made
from stand_ins.dossiers import dossier_of_facts
from stand_ins.whole import WHOLE

from app.crypto.certificates.fields import describe
from app.crypto.certificates.reading import read_certificates
from app.crypto.verdict.facts import CertificateFacts
from app.reports.certificate_paper import certificate_paper
from app.reports.expertise import expertise
from app.reports.letter import letter, letter_text, wants_letter
from app.reports.package_names import Names, safe_name
from app.reports.sheet import Sheet
from app.reports.sheet_html import as_html
from app.reports.sheet_pdf import as_pdf
from app.texts.catalogue import set_language

EIGHT_OF_EXPERTISE = (
    "1. Время и место проведения проверки",
    "2. Основания для проведения проверки",
    "3. Сведения об эксперте или комиссии экспертов",
    "4. Вопросы, поставленные перед экспертом",
    "5. Объекты исследований и материалы",
    "6. Содержание и результаты исследований с указанием применённых методов",
    "7. Оценка результатов исследований, выводы и их обоснование",
    "8. Иные сведения",
)
EIGHT_OF_CERTIFICATE = (
    "1. Уникальный номер, даты начала и окончания действия",
    "2. Владелец",
    "3. СНИЛС, ИНН владельца",
    "4. Сведения о ключе проверки электронной подписи",
    "5. Идентификационные данные издателя",
    "6. Ограничения использования",
    "7. Иная информация",
    "8. Собственноручные подписи",
)
OF_EXPERT = ("Фамилия, имя, отчество", "Образование, специальность", "Стаж работы", "Должность")


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Speak Russian, as the program does by default."""
    set_language("ru")
    yield
    set_language("ru")


def pages_of(sheet: Sheet) -> list[str]:
    """Return the text of each page of the PDF, every run of blanks as one."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (poppler-utils)")
    command = ["pdftotext", "-layout", "-", "-"]
    done = subprocess.run(command, input=as_pdf(sheet), capture_output=True, check=True)
    return [" ".join(page.split()) for page in done.stdout.decode().split("\f")[:-1]]


# --- material for an expert


@pytest.mark.parametrize("intact", [True, False])
def test_expertise_has_exactly_eight_parts_in_order(intact: bool) -> None:
    """The parts of the regulation, in its order; every page says that it is no conclusion."""
    found = dossier_of_facts(made.file(made.signature(digest_matches=intact)))
    pages = pages_of(expertise(found))
    said = " ".join(pages)
    places = [said.index(part) for part in EIGHT_OF_EXPERTISE]
    assert places == sorted(places)
    headings = re.findall(r"<h2[^>]*>(\d+)\. ", as_html(expertise(found)).decode())
    assert headings == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert all("НЕ заключение эксперта" in page for page in pages)
    assert all(words in said for words in OF_EXPERT)
    assert "ab" * 32 in said
    assert "cd" * 32 in said
    assert "М. П." in said


def test_expertise_leaves_conclusions_to_the_expert() -> None:
    """What the program found stands in part 6 as its result; part 7 holds nothing of it."""
    said = " ".join(pages_of(expertise(dossier_of_facts(made.file(made.signature())))))
    start, end = said.index(EIGHT_OF_EXPERTISE[6]), said.index(EIGHT_OF_EXPERTISE[7])
    assert "действительна" not in said[start:end]
    assert "Заполняет только эксперт" in said[start:end]
    page = as_html(expertise(dossier_of_facts(made.file(made.signature())))).decode()
    assert "banner" not in page.split("</style>")[1]
    assert "НЕ заключение эксперта" in page


# --- the letter


def test_letter_names_file_digest_and_reason() -> None:
    """What the sender needs, without a word of blame."""
    found = dossier_of_facts(made.file(made.signature(digest_matches=False)))
    assert wants_letter(found.report)
    for said in (letter_text(found), " ".join(pages_of(letter(found)))):
        assert "договор.docx.sig" in said
        assert "ab" * 32 in said
        assert "изменён" in said
        assert "подписать документ заново" in said
    assert len(pages_of(letter(found))) == 1


def test_no_letter_where_all_is_well() -> None:
    """Nobody is asked to sign again what is valid."""
    assert not wants_letter(dossier_of_facts(made.file(made.signature())).report)


def test_letter_is_harmless() -> None:
    """A stranger's name adds no lines to the letter."""
    person = made.person(surname="A\u202eB\nC", common_name="A\r\nTo: x")
    signer = made.certificate(subject=person)
    said = letter_text(
        dossier_of_facts(made.file(made.signature(signer=signer, digest_matches=False)))
    )
    assert "\u202e" not in said
    assert "\nTo:" not in said
    assert "\nC" not in said


# --- certificates on paper


def test_empty_fields_are_printed() -> None:
    """What is not there is said to be not there, never dropped."""
    bare = made.certificate(
        subject=made.person(surname=None, given_name=None, snils=None, inn=None, ogrn=None),
        subject_sign_tool=None,
    )
    (page,) = pages_of(certificate_paper(bare))
    assert all(part in page for part in EIGHT_OF_CERTIFICATE)
    for label in ("Фамилия, имя, отчество", "СНИЛС", "ИНН", "ОГРН", "Место нахождения"):
        assert label in page
    assert page.count("не указано") >= 7
    assert "Владелец сертификата" in page
    assert "Уполномоченный работник удостоверяющего центра" in page


def test_certificate_of_practice_is_marked() -> None:
    """A practice certificate cannot be printed as a real one."""
    (page,) = pages_of(certificate_paper(replace(made.certificate(), practice=True)))
    assert "УЧЕБНЫЙ РЕЖИМ" in page


@pytest.mark.parametrize("name", ["Ф" * 10_000, "a\u202eb\u0000c\nd", "слово " * 2000, "<b>&"])
def test_hostile_names_leave_room_for_signatures(name: str) -> None:
    """A stranger's name neither hides a part nor pushes the signatures off."""
    subject = made.person(text=name, common_name=name, organization=name, street=name, title=name)
    facts = made.certificate(subject=subject, issuer=subject)
    pages = pages_of(certificate_paper(facts))
    assert len(pages) <= 2
    said = " ".join(pages)
    assert all(part in said for part in EIGHT_OF_CERTIFICATE)
    page = as_html(certificate_paper(facts)).decode()
    assert "<b>" not in page
    assert "\u202e" not in page


def test_certificates_of_real_authorities(data_folder: Path) -> None:
    """Certificates of accredited authorities: all eight parts of each; a hundred if there is time (G29)."""
    count = 100 if WHOLE else 12
    chosen = _certificates(data_folder / "ru-ca/all-accredited-ca-2403.pem", count)
    assert len(chosen) == count
    for facts in chosen:
        said = " ".join(pages_of(certificate_paper(facts)))
        missing = [part for part in EIGHT_OF_CERTIFICATE if part not in said]
        assert not missing, (facts.sha256, missing)
        assert facts.sha256 in said
        squeezed = said.replace(" ", "")
        assert facts.serial.upper() in squeezed
        assert facts.subject_key_id is None or facts.subject_key_id.upper() in squeezed


def _certificates(path: Path, count: int) -> list[CertificateFacts]:
    every = read_certificates(path.read_bytes())
    return [describe(one) for one in every[:: len(every) // count][:count]]


# --- names inside a package


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\\b:c*?.pdf", "a_b_c__.pdf"),
        ("CON.txt", "_CON.txt"),
        ("...", "_"),
        ("Акт № 5.docx", "Акт № 5.docx"),
        ("x\u202egpj.exe", "x_gpj.exe"),
        ("$(rm -rf ~)`id`!%PATH%;&'.sig", "_(rm -rf ~)_id___PATH____.sig"),
    ],
)
def test_names_are_safe_everywhere(given: str, safe: str) -> None:
    """Names of strangers lead nowhere and are allowed on every system."""
    assert safe_name(given) == safe


def test_names_do_not_collide() -> None:
    """Two files of one name, or of one name but for case, both find their place."""
    names = Names()
    given = [names.give("d", one) for one in ("a.sig", "A.sig", "a.sig")]
    assert len({one.casefold() for one in given}) == 3
    assert len(safe_name("Ф" * 300 + ".pdf")) <= 100
