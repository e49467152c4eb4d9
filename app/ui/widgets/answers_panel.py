"""The result of a check: the verdict, its cause, the answers, remarks, technical lines."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.texts.catalogue import _
from app.ui.answers import FileAnswers, SignatureAnswers
from app.ui.rows import TONE_ICONS, Tone
from app.ui.widgets.answer_card import AnswerCard, ReasonCard
from app.ui.widgets.buttons import button
from app.ui.widgets.choice import Choice
from app.ui.widgets.fields import Fields
from app.ui.widgets.labels import ElidedLabel, IconLabel, label, rule
from app.ui.widgets.rows import tone_tokens


class VerdictHead(QFrame):
    """A verdict in one sentence, on a ground of its tone."""

    def __init__(self, tone: Tone, heading: str, name: str, more: str = "") -> None:
        super().__init__()
        self.setProperty("tone", tone.value)
        self.setAccessibleName(". ".join(part for part in (heading, name, more) if part))
        title = label("heading", wrap=True, selectable=True)
        title.setText(heading)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        for text in (name, more):
            if text:
                line = ElidedLabel("muted")
                line.setText(text)
                words.addWidget(line)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12, 14, 12)
        row.setSpacing(12)
        icon = "file-x" if tone is Tone.PLAIN else TONE_ICONS[tone]
        mark = IconLabel(icon, tone_tokens(tone)[0], 28)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)


class AnswersPanel(QWidget):
    """Shows one file; where it has several signatures, one of them at a time."""

    certificate_asked = Signal(object)
    """The `SignatureAnswers` whose certificate the user wants to see."""

    def __init__(self, answers: FileAnswers) -> None:
        super().__init__()
        self._answers = answers
        self._shown: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        content = _("Signed document: {name}").format(name=answers.content)
        self._column.addWidget(
            VerdictHead(
                answers.tone, answers.heading, answers.name, content if answers.content else ""
            )
        )
        for error in answers.errors:
            self._column.addWidget(ReasonCard(error))
        if len(answers.signatures) > 1:
            self._column.addWidget(self._choice())
        if answers.signatures:
            self._show(0)
        disclaimer = label("caption", wrap=True)
        disclaimer.setText(answers.disclaimer)
        self._column.addWidget(disclaimer)

    def put_under_verdict(self, widget: QWidget) -> None:
        """Put something to do right under the verdict, where it is seen without scrolling."""
        self._column.insertWidget(1, widget, 0, Qt.AlignmentFlag.AlignLeft)

    def _choice(self) -> Choice:
        choice = Choice()
        choice.setAccessibleName(_("Signatures and time stamps of this file"))
        items = [(str(place), each.label) for place, each in enumerate(self._answers.signatures)]
        choice.show_items(items, "0")
        choice.currentIndexChanged.connect(self._show)
        return choice

    def _show(self, place: int) -> None:
        shown = self._signature(self._answers.signatures[place])
        if self._shown is None:
            self._column.addWidget(shown)
        else:
            self._column.replaceWidget(self._shown, shown)
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = shown

    def _signature(self, signature: SignatureAnswers) -> QWidget:
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if len(self._answers.signatures) > 1:
            column.addWidget(
                VerdictHead(signature.tone, signature.heading, signature.title, signature.person)
            )
        if signature.cause is not None:
            column.addWidget(ReasonCard(signature.cause))
        for place, line in enumerate(signature.answers):
            if place:
                column.addWidget(rule())
            column.addWidget(AnswerCard(line))
        if signature.certificate is not None:
            certificate = button("badge-check", kind="link")
            certificate.setText(_("Certificate and chain…"))
            certificate.clicked.connect(lambda: self.certificate_asked.emit(signature))
            column.addWidget(certificate, 0, Qt.AlignmentFlag.AlignLeft)
        _add_remarks(column, signature)
        column.addWidget(_Unfolding(signature))
        return shown


def _add_remarks(column: QVBoxLayout, signature: SignatureAnswers) -> None:
    if not signature.remarks:
        return
    heading = label("strong")
    heading.setText(_("Why"))
    column.addSpacing(4)
    column.addWidget(heading)
    for text in signature.remarks:
        remark = label(wrap=True, selectable=True)
        remark.setText(f"•  {text}")
        column.addWidget(remark)


class _Unfolding(QWidget):
    """Technical lines, folded away until they are asked for."""

    def __init__(self, signature: SignatureAnswers) -> None:
        super().__init__()
        self._toggle = button("chevron-right", kind="link")
        self._toggle.setText(_("Technical details"))
        self._toggle.setCheckable(True)
        self._fields = Fields(signature.technical)
        self._fields.hide()
        self._toggle.toggled.connect(self._fields.setVisible)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._fields)
