"""The answers of a check in the window: signatures, counter-signatures, time-stamps."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from stand_ins import facts_made as made

from app.crypto.model import Verification
from app.crypto.verdict.facts import SignatureFacts
from app.crypto.verdict.judge import judge_file
from app.crypto.verdict.policy import load_policy
from app.crypto.verdict.report import Report
from app.crypto.verifying.door import Checked
from app.texts.catalogue import set_language
from app.texts.showing import local_time
from app.ui.answers import FileAnswers, answers_of
from app.ui.files import verdict_badge
from app.ui.rows import Tone
from app.ui.widgets.answers_panel import AnswersPanel, VerdictHead


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Speak Russian."""
    set_language("ru")
    yield
    set_language("ru")


def shown(*signatures: SignatureFacts) -> FileAnswers:
    """Judge a file and prepare what the window shows."""
    facts = made.file(*signatures)
    report = judge_file(facts, load_policy(), made.TERMS)
    whole = Report(checked_at=made.NOW, control_time=made.NOW, engine={}, files=(report,))
    checked = (Verification(facts=facts, report=report),)
    return answers_of(Checked(report=whole, verifications=checked))


def test_each_kind_has_its_label() -> None:
    """A person sees what is what, with numbers from 1 on."""
    answers = shown(made.signature(), made.counter_signature(1, 0), made.document_stamp(2))
    labels = [one.label.split(" · Иванова")[0] for one in answers.signatures]
    assert labels == [
        "Подпись 1 из 2",
        "Подпись 2 из 2 · Заверяющая подпись (к подписи 1)",
        "Штамп времени документа",
    ]
    assert answers.heading == "Документ не изменён. Все подписи действительны (2)"


def test_a_time_stamp() -> None:
    """It has four answers, and neither a level nor a format among the technical lines."""
    stamp = shown(made.signature(), made.document_stamp(1)).signatures[1]
    assert stamp.heading == "Штамп времени действителен"
    assert len(stamp.answers) == 4
    assert local_time(made.STAMPED) in stamp.answers[2].answer
    names = [name for name, _value in stamp.technical]
    assert "Формат" not in names
    assert "Доказанное время" in names
    assert "Формат" in [name for name, _value in shown(made.signature()).signatures[0].technical]


def test_only_the_time_stamp_is_bad() -> None:
    """The head says so, in the tone of the worst."""
    answers = shown(made.signature(), made.document_stamp(1, digest_matches=False))
    assert answers.heading == "Подпись действительна; штамп времени документа недействителен"
    assert answers.tone is Tone.ERROR


@pytest.mark.parametrize(
    ("changes", "words", "tone"),
    [
        ({}, "Подпись действительна", Tone.OK),
        ({"digest_matches": False}, "Штамп времени недействителен", Tone.ERROR),
        ({"chain": made.chain(anchored=False)}, "Статус штампа времени не определён", Tone.WARN),
    ],
)
def test_badge(changes: dict[str, Any], words: str, tone: Tone) -> None:
    """In the list a time-stamp neither counts nor speaks for the signature."""
    facts = made.file(made.signature(), made.document_stamp(1, **changes))
    badge = verdict_badge(judge_file(facts, load_policy(), made.TERMS))
    assert (badge.text, badge.tone) == (words, tone)


def test_who_signed_is_said_first() -> None:
    """The head names the signer; of a broken signature it names nobody."""
    whole = shown(made.signature())
    assert whole.heading == "Документ не изменён. Подпись действительна"
    assert whole.lead.startswith("Подписал: Иванова")
    broken = shown(made.signature(digest_matches=False))
    assert broken.heading == "Подпись недействительна"
    assert broken.lead == ""
    (signature,) = broken.signatures
    assert signature.cause is not None
    assert signature.remarks == ()


def test_dates_in_the_order_of_time() -> None:
    """The term, the signer's word, the proof, the day of the check; no sentence twice."""
    stamped = made.signature(time_stamps=made.document_stamp(0).time_stamps)
    (signature,) = shown(stamped).signatures
    sentences = [each.sentence for each in signature.events]
    assert sum(each.startswith("При подписании") for each in sentences) == 1
    assert sum(each.startswith("По часам подписанта") for each in sentences) == 1
    assert "начало действия" in sentences[0]
    assert signature.events[-1].ahead
    days = [each.at for each in signature.events if each.at is not None]
    assert days == sorted(days)
    assert len(set(sentences)) == len(sentences)
    details = [text for line in signature.answers for text in line.details]
    assert not set(details) & set(sentences)


def test_window_names_no_commands() -> None:
    """What is done by a page is told by its name, not by a command."""
    lost = made.signature(content_found=False, digest_matches=None, signature_verifies=None)
    for facts in (made.signature(), lost):
        (signature,) = shown(facts).signatures
        told = [text for line in signature.answers for text in (line.answer, *line.details)]
        told += [] if signature.cause is None else [signature.cause.advice]
        assert not any("roscherk " in text or "--" in text for text in told)


def test_panel(qtbot: QtBot) -> None:
    """Each can be chosen; what is chosen is what is shown."""
    panel = AnswersPanel(shown(made.signature(), made.document_stamp(1)))
    qtbot.addWidget(panel)
    assert panel.signers is not None
    assert [row.icon for row in panel.signers.rows.shown] == ["circle-check", "circle-check"]
    panel.signers.choose([panel.signers.rows.key_at(1)])

    def questions() -> list[str]:
        return [each.text() for each in panel.findChildren(QLabel)]

    qtbot.waitUntil(lambda: "Кто поставил штамп времени?" in questions())
    head = panel.findChild(VerdictHead)
    assert head is not None
    assert head.accessibleName().startswith("Документ не изменён. Подпись действительна")
