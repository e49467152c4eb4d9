"""The result of a check: the verdict, its cause, the answers, dates, remarks, technical lines."""

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.texts.catalogue import _
from app.ui.answers import FileAnswers, SignatureAnswers
from app.ui.rows import TONE_ICONS, Tone, tone_tokens
from app.ui.widgets.answer_card import AnswerCard, ReasonCard
from app.ui.widgets.buttons import button
from app.ui.widgets.fields import Fields
from app.ui.widgets.in_column import InColumn
from app.ui.widgets.labels import ElidedLabel, IconLabel, label, rule
from app.ui.widgets.later import Later
from app.ui.widgets.rows import RowView
from app.ui.widgets.timeline import Timeline

_MOST_SIGNERS: Final = 4
"""So many are seen at once; the others are scrolled to."""


class VerdictHead(InColumn, QFrame):
    """A verdict in one sentence, who signed, the names of the files, on a ground of its tone."""

    def __init__(
        self, tone: Tone, heading: str, name: str, more: str = "", *, lead: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("tone", tone.value)
        self.setAccessibleName(". ".join(part for part in (heading, lead, name, more) if part))
        words = QVBoxLayout()
        words.setSpacing(3)
        for role, text in (("heading", heading), ("strong", lead)):
            if text:
                said = label(role, wrap=True, selectable=True)
                said.setText(text)
                words.addWidget(said)
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


class AnswersPanel(InColumn, QWidget):
    """Shows one file; where it has several signatures, one of them at a time.

    What is read first is made at once, the rest a moment later: one long card would hold up the
    window.
    """

    certificate_asked = Signal(object)
    """The `SignatureAnswers` whose certificate the user wants to see."""

    def __init__(self, answers: FileAnswers) -> None:
        super().__init__()
        self._answers = answers
        self._shown: _Signature | None = None
        self.signers: RowView | None = None
        """The signatures to choose from, where there are several."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._later = Later(self)
        named = answers.content and not answers.name.startswith(answers.content)
        content = _("Document: {name}").format(name=answers.content) if named else ""
        self._column.addWidget(
            VerdictHead(answers.tone, answers.heading, answers.name, content, lead=answers.lead)
        )
        for error in answers.errors:
            self._column.addWidget(ReasonCard(error))
        if len(answers.signatures) > 1:
            self._column.addWidget(self._choice())
        if answers.signatures:
            self._show(0)

    def put_under_verdict(self, widget: QWidget) -> None:
        """Put what to do right under the verdict and its cause, seen without scrolling."""
        if self._shown is not None and self.signers is None:
            self._shown.put_under_cause(widget)
        else:
            self._column.insertWidget(1, widget)

    def _choice(self) -> RowView:
        self.signers = signers = RowView()
        signers.setAccessibleName(_("Signatures and time stamps of this file"))
        signers.show_rows([each.row for each in self._answers.signatures])
        signers.fit_height(most=_MOST_SIGNERS)
        signers.choose([self._answers.signatures[0].row.key])
        signers.chosen.connect(self._choose)
        return signers

    def _choose(self, keys: list[str]) -> None:
        places = [n for n, each in enumerate(self._answers.signatures) if each.row.key in keys]
        for place in places[:1]:
            self._show(place)

    def _show(self, place: int) -> None:
        shown = _Signature(self._answers.signatures[place])
        shown.certificate_asked.connect(self.certificate_asked)
        self._later.do(shown.parts())
        if self._shown is None:
            self._column.addWidget(shown)
        else:
            self._column.replaceWidget(self._shown, shown)
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = shown


class _Signature(InColumn, QWidget):
    """One signature: the cause and the answers at once, `parts` afterwards."""

    certificate_asked = Signal(object)

    def __init__(self, signature: SignatureAnswers) -> None:
        super().__init__()
        self._signature = signature
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._cause = None if signature.cause is None else ReasonCard(signature.cause)
        if self._cause is not None:
            column.addWidget(self._cause)
        for place, line in enumerate(signature.answers):
            if place:
                column.addWidget(rule())
            column.addWidget(AnswerCard(line))

    def put_under_cause(self, widget: QWidget) -> None:
        """Put what to do between the cause and the answers."""
        self._column.insertWidget(0 if self._cause is None else 1, widget)

    def parts(self) -> Iterator[Callable[[], object]]:
        """Return what is left to be made, in its order."""
        signature = self._signature
        if signature.events:
            yield self._add_dates
        if signature.certificate is not None:
            yield self._add_chain
        if signature.remarks:
            yield self._add_remarks
        yield lambda: self._column.addWidget(_Unfolding(signature))

    def _head(self, text: str) -> None:
        heading = label("strong")
        heading.setText(text)
        self._column.addWidget(rule())
        self._column.addSpacing(4)
        self._column.addWidget(heading)

    def _add_dates(self) -> None:
        self._head(_("Dates"))
        self._column.addWidget(Timeline(self._signature.events))

    def _add_chain(self) -> None:
        signature = self._signature
        self._head(_("Chain of certificates"))
        if signature.path:
            path = label("muted", wrap=True, selectable=True)
            path.setText(signature.path)
            self._column.addWidget(path)
        certificate = button("badge-check", kind="link")
        certificate.setText(_("Certificate and chain…"))
        certificate.clicked.connect(lambda: self.certificate_asked.emit(signature))
        self._column.addWidget(certificate, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_remarks(self) -> None:
        self._head(_("Why") if self._signature.cause is not None else _("Remarks"))
        for text in self._signature.remarks:
            remark = label(wrap=True, selectable=True)
            remark.setText(f"•  {text}")
            self._column.addWidget(remark)


class _Unfolding(InColumn, QWidget):
    """Technical lines, folded away until they are asked for, and made only then."""

    def __init__(self, signature: SignatureAnswers) -> None:
        super().__init__()
        self._lines = signature.technical
        self._fields: Fields | None = None
        self._toggle = button("chevron-right", kind="link")
        self._toggle.setText(_("Technical details"))
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._unfold)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)

    def _unfold(self, on: bool) -> None:
        if self._fields is None:
            self._fields = Fields(self._lines)
            self._column.addWidget(self._fields)
        self._fields.setVisible(on)
