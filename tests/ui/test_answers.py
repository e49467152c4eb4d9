"""The answers of a check in the window: signatures, counter-signatures, time-stamps."""

from collections.abc import Iterator
from typing import Any

import pytest
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
from app.ui.widgets.choice import Choice


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
    assert answers.heading == "Все подписи действительны (2)"


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


def test_proved_time_comes_first() -> None:
    """The proved time is the first detail, the claimed one follows it."""
    stamped = made.signature(time_stamps=made.document_stamp(0).time_stamps)
    (signature,) = shown(stamped).signatures
    first, second, *dates = signature.answers[3].details
    assert first.startswith("Подпись существовала не позднее")
    assert second.startswith("По часам подписанта")
    assert [one.partition(":")[0] for one in dates] == ["При подписании", "Сейчас"]


def test_panel(qtbot: QtBot) -> None:
    """Each can be chosen; what is chosen is what is shown."""
    panel = AnswersPanel(shown(made.signature(), made.document_stamp(1)))
    qtbot.addWidget(panel)
    choice = panel.findChild(Choice)
    assert choice is not None
    choice.setCurrentIndex(1)
    qtbot.wait(1)
    names = [each.accessibleName() for each in panel.findChildren(VerdictHead)]
    assert any(name.startswith("Штамп времени действителен") for name in names)
