"""One of the five answers on a card: an icon, the question, the answer, what it rests on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.rows import TONE_ICONS, AnswerLine, ReasonText, Tone, tone_tokens
from app.ui.widgets.help_link import help_link
from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import IconLabel, label


class AnswerCard(InColumn, QWidget):
    """Question small, answer large, details muted. The icon repeats what the words say."""

    def __init__(self, line: AnswerLine) -> None:
        super().__init__()
        self.setAccessibleName(" ".join((line.question, line.answer, *line.details)))
        icon = "info" if line.tone is Tone.PLAIN else TONE_ICONS[line.tone]
        mark = IconLabel(icon, tone_tokens(line.tone)[0], 20)
        words = QVBoxLayout()
        words.setSpacing(1)
        question, answer = label("caption", wrap=True), label("strong", wrap=True, selectable=True)
        question.setText(line.question)
        answer.setText(line.answer)
        words.addWidget(question)
        words.addWidget(answer)
        if line.details:
            detail = label("muted", wrap=True, selectable=True)
            detail.setText("\n".join(line.details))
            words.addWidget(detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(12)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)


class ReasonCard(InColumn, QFrame):
    """A reason in its coloured box: heading, explanation, advice; of an error, the way to the guide."""

    def __init__(self, reason: ReasonText) -> None:
        super().__init__()
        self.setProperty("tone", reason.tone.value)
        mark = IconLabel(TONE_ICONS[reason.tone], tone_tokens(reason.tone)[0], 18)
        words = QVBoxLayout()
        words.setSpacing(3)
        for role, text in (
            ("strong", reason.heading),
            (None, reason.explanation),
            ("muted", reason.advice),
        ):
            if text:
                said = label(role, wrap=True, selectable=True)
                said.setText(text)
                words.addWidget(said)
        if reason.code:
            # At its own width: a column would be no wider than a button that may not grow.
            words.addWidget(help_link(reason.code), 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
