"""Document time-stamps and counter-signatures are told as what they are, in both languages."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from stand_ins import facts_made as made
from stand_ins.facts_made import STAMPED
from stand_ins.facts_made import counter_signature as counter
from stand_ins.facts_made import document_stamp as stamp

from app.crypto.verdict.facts import (
    ChangesAfter,
    Notice,
    SignatureFacts,
    SignatureKind,
)
from app.crypto.verdict.judge import judge_file
from app.crypto.verdict.numbering import numbers
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import FileReport, Indication, SignatureReport
from app.errors import ErrorCode
from app.texts import verdicts
from app.texts.catalogue import set_language
from app.texts.cause_table import CAUSES
from app.texts.kind_table import KIND_CAUSES, KIND_NOTICES
from app.texts.notice_table import NOTICES
from app.texts.showing import local_time
from app.texts.telling import answers_about, times, title
from app.texts.verdicts import Tone

UNKNOWN = made.chain(made.link(), anchored=False, break_code="issuer_not_found", broken_at=0)


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Speak Russian."""
    set_language("ru")
    yield
    set_language("en")


def judged(*signatures: SignatureFacts, **changes: Any) -> FileReport:
    """Judge a file."""
    return judge_file(made.file(*signatures, **changes), load_policy(), made.TERMS)


def told(report: FileReport, place: int) -> list[str]:
    """Return the answers about one signature."""
    known = numbers(report.signatures)
    return [one.answer for one in answers_about(report.signatures[place], made.NOW, known)]


def titles(report: FileReport) -> list[str]:
    """Return the titles of all signatures."""
    known = numbers(report.signatures)
    return [title(one, known) for one in report.signatures]


def test_titles() -> None:
    """Time-stamps neither have numbers nor count; a counter-signature says what it is over."""
    report = judged(made.signature(), counter(1, 0), stamp(2), made.signature(index=3))
    assert titles(report) == [
        "Подпись 1 из 3",
        "Подпись 2 из 3 · Заверяющая подпись (к подписи 1)",
        "Штамп времени документа",
        "Подпись 3 из 3",
    ]
    assert titles(judged(made.signature(), stamp(1))) == ["Подпись", "Штамп времени документа"]
    behind = judged(stamp(0), made.signature(index=1), counter(2, 1))
    assert titles(behind)[2] == "Подпись 2 из 2 · Заверяющая подпись (к подписи 1)"


def test_a_good_stamp() -> None:
    """It says whose it is, what it proves, and by which trust; nothing of authority or quality."""
    report = judged(made.signature(), stamp(1))
    facts, words = report.signatures[1], told(report, 1)
    assert verdicts.heading_of(facts) == "Штамп времени действителен"
    assert len(words) == 4
    assert local_time(STAMPED) in words[2]
    assert "Издатель подтверждён" in words[3]
    assert not any("квалиф" in one or "чьего имени" in one for one in words)
    assert times(facts) == ()


def test_an_untrusted_stamp_proves_nothing() -> None:
    """The moment is told as not proved, and no answer is green that should not be."""
    report = judged(made.signature(), stamp(1, chain=UNKNOWN))
    known = numbers(report.signatures)
    answers = answers_about(report.signatures[1], made.NOW, known)
    assert [one.tone for one in answers] == [Tone.GOOD, Tone.UNSURE, Tone.UNSURE, Tone.UNSURE]
    assert local_time(STAMPED) in answers[2].answer
    assert "не доказано" in answers[2].answer
    cause = verdicts.explanation(report.signatures[1])
    assert cause is not None
    assert cause.sentence.startswith("Служба штампов времени здесь неизвестна")
    assert any("вы не доверяете" in one for one in verdicts.warnings(report.signatures[1]))
    assert not any("У подписи есть" in one for one in verdicts.warnings(report.signatures[1]))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digest_matches": False}, "Документ изменён после штампа времени"),
        ({"signature_verifies": False}, "Изменён сам штамп времени"),
        ({"changes_after": ChangesAfter.UNDEFINED}, "файл потом изменили"),
        ({"changes_after": ChangesAfter.SIGNATURE}, "добавлена ещё одна подпись"),
        ({"digest_matches": None}, "не установлено"),
    ],
)
def test_answer_one_of_a_stamp(changes: dict[str, Any], words: str) -> None:
    """What became of the document since the time-stamp."""
    assert words in told(judged(made.signature(), stamp(1, **changes)), 1)[0]


def test_a_stamp_without_time() -> None:
    """An unreadable token names no moment."""
    report = judged(made.signature(), stamp(1, time_stamps=()))
    assert told(report, 1)[2] == "Никакого времени он не доказывает."


def test_a_counter_signature() -> None:
    """It certifies a signature, not the document."""
    report = judged(made.signature(), made.signature(index=1), counter(2, 1))
    words = told(report, 2)
    assert words[0].startswith("Подпись 2, а не сам документ")
    assert len(words) == 5
    broken = judged(made.signature(), counter(1, 0, digest_matches=False))
    assert "с тех пор изменена" in told(broken, 1)[0]
    cause = verdicts.explanation(broken.signatures[1])
    assert cause is not None
    assert "Заверенная подпись" in cause.sentence
    forged = judged(made.signature(), counter(1, 0, signature_verifies=False))
    assert told(forged, 1)[0].startswith("Изменена сама подпись")
    unknown = judged(made.signature(), counter(1, 0, digest_matches=None))
    assert "не установлено" in told(unknown, 1)[0]


BAD = {"digest_matches": False}


@pytest.mark.parametrize(
    ("signatures", "words"),
    [
        ((made.signature(),), "Подпись действительна"),
        ((made.signature(), stamp(1)), "Подпись действительна"),
        ((made.signature(**BAD), stamp(1)), "Подпись недействительна"),
        (
            (made.signature(), stamp(1, **BAD)),
            "Подпись действительна; штамп времени документа недействителен",
        ),
        (
            (made.signature(), stamp(1, chain=UNKNOWN)),
            "Подпись действительна; статус штампа времени документа не определён",
        ),
        (
            (made.signature(chain=UNKNOWN), stamp(1, **BAD)),
            "Документ не изменён; издатель сертификата здесь не известен; штамп времени документа недействителен",
        ),
        ((made.signature(), made.signature(index=1), stamp(2)), "Все подписи действительны (2)"),
        (
            (made.signature(), made.signature(index=1, **BAD), stamp(2)),
            "Подписей: 2, из них недействительных: 1",
        ),
        (
            (made.signature(chain=UNKNOWN), made.signature(index=1)),
            "Подписей: 2, из них с неопределённым статусом: 1",
        ),
        (
            (made.signature(), made.signature(index=1), stamp(2, **BAD)),
            "Все подписи действительны (2); штамп времени документа недействителен",
        ),
        ((stamp(0),), "Подписи нет, есть только штамп времени документа"),
        ((), "Подписи нет"),
    ],
)
def test_heading_of_a_file(signatures: tuple[SignatureFacts, ...], words: str) -> None:
    """It counts signatures; a time-stamp is told only where it is the worst of all."""
    assert verdicts.file_heading(judged(*signatures)) == words


def test_heading_of_a_damaged_file() -> None:
    """What is wrong with the file itself is not outvoted by good signatures."""
    damaged = judged(
        made.signature(), stamp(1), errors=(Notice(ErrorCode.PDF_DAMAGED, {"reason": "x"}),)
    )
    assert damaged.verdict is Indication.TOTAL_FAILED
    assert verdicts.file_heading(damaged) == "Подпись недействительна"


def test_proved_time_first(report: SignatureReport) -> None:
    """What is proved is told before what is only claimed."""
    when = replace(report.signing_time, rfc3161=STAMPED)
    first, second = times(replace(report, signing_time=when))
    assert first.startswith(f"Подпись существовала не позднее {local_time(STAMPED)}")
    assert "штамп времени" in first
    assert "не подтверждено" in second
    (only,) = times(report)
    assert only == second
    silent = replace(report, signing_time=replace(when, rfc3161=None, claimed=None))
    assert len(times(silent)) == 1


def test_practice() -> None:
    """A practice time-stamp says so."""
    signer = replace(made.certificate(), practice=True)
    report = judged(made.signature(signer=signer), stamp(1, signer=signer)).signatures[1]
    assert "УЧЕБНЫЙ" in verdicts.heading_of(report)
    cause = verdicts.explanation(report)
    assert cause is not None
    assert "штамп" in cause.sentence


@pytest.mark.parametrize("language", ["ru", "en"])
def test_tables(language: str) -> None:
    """The words of a kind replace words that there are; each verdict on a stamp has a heading."""
    set_language(language)
    for kind in SignatureKind:
        assert set(KIND_CAUSES[kind]) <= set(CAUSES)
        assert set(KIND_NOTICES[kind]) <= set(NOTICES)
        for code in KIND_NOTICES[kind]:
            assert verdicts.notice(code, kind=kind) != verdicts.notice(code)
    for sub in CAUSES:
        words = verdicts.cause(sub, SignatureKind.DOCUMENT_TIMESTAMP)
        assert words.sentence.endswith(".")
    for verdict in Indication:
        facts = judged(made.signature(), stamp(1)).signatures[1]
        for practice in (False, True):
            assert verdicts.heading_of(replace(facts, verdict=verdict, practice=practice))
