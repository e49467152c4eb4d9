"""What can be chosen for a signature: to whom it goes, where, the mark, what goes along, and more."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.crypto.model import SignatureFormat
from app.texts.catalogue import N_, _
from app.ui.details import Offer
from app.ui.phrases import Phrases
from app.ui.sign_choices import SignChoices
from app.ui.signing_run import SignOptions
from app.ui.widgets.buttons import button
from app.ui.widgets.check import Check
from app.ui.widgets.choice import Choice
from app.ui.widgets.flow import Flow
from app.ui.widgets.labels import label
from app.ui.widgets.notice import Notice
from app.ui.widgets.segments import Segments
from app.ui.widgets.sign_more import SignMore

_NOBODY = ""


class SignOptionsBox(QWidget):
    """Shows only the choices that make sense for the chosen documents; the rest behind «More»."""

    changed = Signal(object)
    place_asked = Signal()
    """The mark is to be put on the page by hand."""
    mchd_asked = Signal()
    mchd_left = Signal()

    def __init__(self, phrases: Phrases, options: SignOptions) -> None:
        super().__init__()
        self.phrases = phrases
        self._options = options
        self._choices = SignChoices()
        self._offer = Offer()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._make_recipient(phrases))
        column.addWidget(self._make_where(phrases))
        column.addWidget(self._make_mark(phrases))
        column.addWidget(self._make_mchd(phrases))
        self.more = SignMore(phrases)
        self.more.changed.connect(self._on_more)
        column.addWidget(self.more)
        self.show_options(options)
        self.recipient.currentIndexChanged.connect(lambda _index: self._on_change())
        self._place.chosen.connect(self._on_change)
        self._stamp.clicked.connect(self._on_change)

    def _make_recipient(self, phrases: Phrases) -> QWidget:
        box, column = _column()
        caption = label("strong")
        phrases.say(caption.setText, N_("Where do you send it?"))
        self.recipient = Choice(shortest=8)
        phrases.say(self.recipient.setAccessibleName, N_("Where do you send it?"))
        caption.setBuddy(self.recipient)
        self._note = label("caption", wrap=True)
        self.misfit = Notice()
        for widget in (caption, self.recipient, self._note, self.misfit):
            column.addWidget(widget)
        return box

    def _make_where(self, phrases: Phrases) -> QWidget:
        self._where, column = _column()
        caption = label("strong")
        phrases.say(caption.setText, N_("The signature of files that are no PDF"))
        self._place = Segments(
            phrases, (("apart", N_("In a separate file")), ("inside", N_("Inside the file")))
        )
        phrases.say(self._place.setAccessibleName, N_("The signature of files that are no PDF"))
        column.addWidget(caption)
        column.addWidget(self._place)
        return self._where

    def _make_mark(self, phrases: Phrases) -> QWidget:
        self._mark, column = _column()
        self._stamp = Check()
        phrases.say(self._stamp.setText, N_("Mark of the signature in the PDF"))
        self._mark_place = label("caption", wrap=True)
        self.place = button("file-text")
        phrases.say(self.place.setText, N_("Choose its place on the page…"))
        phrases.say(self.place.setToolTip, N_("Choose its place on the page (Ctrl+P)"))
        self.place.clicked.connect(self.place_asked)
        column.addWidget(self._stamp)
        column.addWidget(self._mark_place)
        column.addWidget(self.place)
        return self._mark

    def _make_mchd(self, phrases: Phrases) -> QWidget:
        box, column = _column()
        self.mchd_told = Notice()
        self.attach, self.leave = button("badge-check"), button("x")
        phrases.say(self.attach.setText, N_("Attach МЧД…"))
        phrases.say(
            self.attach.setToolTip, N_("A machine-readable power of attorney goes along, checked")
        )
        phrases.say(self.leave.setText, N_("Do not attach it"))
        self.attach.clicked.connect(self.mchd_asked)
        self.leave.clicked.connect(self.mchd_left)
        column.addWidget(self.mchd_told)
        column.addLayout(Flow(self.attach, self.leave))
        return box

    def show_options(self, options: SignOptions) -> None:
        """Show what is wanted."""
        self._options = options
        self._place.show_choice("inside" if options.attached else "apart")
        self._stamp.setChecked(options.stamp)
        self.more.show_options(options, self._choices.servers)
        self._show_recipients()
        self._show_place()

    def show_choices(self, choices: SignChoices) -> None:
        """Show what stands around the choices."""
        if choices == self._choices:
            return
        self._choices = choices
        self._show_recipients()
        self.more.show_options(self._options, choices.servers)
        self._note.setText(choices.note)
        self._note.setVisible(bool(choices.note))
        for notice, reason in ((self.misfit, choices.misfit), (self.mchd_told, choices.mchd)):
            if reason is None:
                notice.hide()
            else:
                words = " ".join(part for part in (reason.explanation, reason.advice) if part)
                notice.say(reason.tone, reason.heading, words)
        self.leave.setVisible(choices.mchd is not None)
        self._mark_place.setText(choices.mark_place)
        self._show_place()

    def _show_recipients(self) -> None:
        items = [(_NOBODY, _("Nobody in particular: my usual settings")), *self._choices.recipients]
        self.recipient.show_items(items, self._options.recipient)

    def _show_place(self) -> None:
        inside = self._options.form is not SignatureFormat.CADES
        self._mark.setVisible(self._offer.stamp and inside)
        marked = self._options.stamp
        self._mark_place.setVisible(marked and bool(self._choices.mark_place))
        self.place.setVisible(marked and self._choices.placeable)

    def offer(self, offer: Offer) -> None:
        """Show what makes sense."""
        self._offer = offer
        self._where.setVisible(offer.attached)
        self._show_place()
        self.setVisible(offer.attached or offer.stamp)

    def _on_more(self, options: SignOptions) -> None:
        self._options = options
        self._show_place()
        self.changed.emit(options)

    def _on_change(self) -> None:
        self._options = replace(
            self._options,
            attached=self._place.choice == "inside",
            stamp=self._stamp.isChecked(),
            recipient=str(self.recipient.currentData() or _NOBODY),
        )
        self._show_place()
        self.changed.emit(self._options)


def _column() -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    return box, column
