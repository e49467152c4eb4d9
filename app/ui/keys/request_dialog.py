"""The dialog of a key and its request: whose certificate it will be, and where the key is made."""

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.algorithms.names import KeyAlgorithm
from app.crypto.requests.applicant import required
from app.crypto.requests.model import Applicant, ApplicantKind
from app.crypto.requests.purpose import Purpose
from app.texts.algorithm_words import key_words
from app.texts.catalogue import N_, _
from app.texts.purposes import purpose_words
from app.texts.request_fields import field_words
from app.ui.keys.field_line import FieldLine
from app.ui.keys.request_form import FIELDS, OWN_STORE, RequestAsked, RequestFilled, missing
from app.ui.rows import Tone
from app.ui.widgets.choice import Choice
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.fields import Fields
from app.ui.widgets.labels import label
from app.ui.widgets.new_secret import NewSecret
from app.ui.widgets.points import Points
from app.ui.widgets.segments import Segments

_WIDTH = 640
_HEIGHT = 700
_ADVICE = 2
_LONGEST_NAME = 100


class RequestDialog(Dialog):
    """Everything is asked at once; nothing is made before the button is pressed."""

    filled = Signal(object)
    """A `RequestFilled`."""

    def __init__(self, parent: QWidget | None, asked: RequestAsked) -> None:
        super().__init__(parent, Tone.INFO, "key-round")
        self.setMinimumWidth(_WIDTH)
        self._asked = asked
        words = purpose_words(asked.purpose)
        self.say(
            _("A key and the request for its certificate")
            if not asked.key
            else _("The request for a certificate"),
            words.explanation,
        )
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        if asked.purpose is Purpose.COMMERCIAL:
            advice = words.steps[:_ADVICE]
            self._column.addWidget(Points((Tone.WARN, each) for each in advice))
        self._ask_applicant()

    def complete(self) -> None:
        """Build the other half: the whole form at once would be felt."""
        self._ask_key()
        self._column.addStretch()
        inner = QWidget()
        inner.setLayout(self._column)
        self._column.setContentsMargins(0, 0, 12, 0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)  # Qt's signature
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inner)
        self.content.addWidget(self.area, 1)
        self.lacks = label("muted", wrap=True)
        self.content.addWidget(self.lacks)
        self.add_cancel()
        self.ok = self.add_button(N_("Choose the file and go on…"), "primary", self._answer)
        self.ok.setDefault(True)  # Qt's signature
        self._show_kind(ApplicantKind.PERSON.value)
        self._show_place()

    def fit(self) -> None:
        """Be high enough for several fields, and no higher than the window over which it opens."""
        parent = self.parentWidget()
        most = _HEIGHT if parent is None else min(_HEIGHT, parent.height() - 40)
        self.resize(max(self.width(), _WIDTH), most)

    def _ask_applicant(self) -> None:
        self._heading(_("Whose certificate it will be"))
        self.kind = Segments(
            self.phrases,
            (
                (ApplicantKind.PERSON.value, N_("A person")),
                (ApplicantKind.IP.value, N_("An entrepreneur")),
                (ApplicantKind.LEGAL.value, N_("A legal entity")),
                (ApplicantKind.SYSTEM.value, N_("A legal entity without a person")),
            ),
        )
        self.kind.setAccessibleName(_("Whose certificate it will be"))
        self.kind.chosen.connect(self._show_kind)
        self._column.addWidget(self.kind)
        self.lines: dict[str, FieldLine] = {}
        """Made when their kind is first chosen."""
        self._fields = QVBoxLayout()
        self._fields.setSpacing(10)
        self._show_fields(FIELDS[ApplicantKind.PERSON])
        self._column.addLayout(self._fields)

    def _ask_key(self) -> None:
        self._heading(_("The key"))
        self.place, self.algorithm = Choice(), Choice()
        self.name, self.password = QLineEdit(), NewSecret(_("Password of the new container"))
        self.name.setMaxLength(_LONGEST_NAME)
        if self._asked.key:
            self._column.addWidget(Fields([(_("Key"), self._asked.key)]))
            return
        places = [(each.name, each.title) for each in self._asked.places]
        self.place.show_items(places, places[0][0])
        for text, widget in (
            (_("Where the key is made"), self.place),
            (_("Algorithm"), self.algorithm),
            (_("Name of the key"), self.name),
        ):
            caption = label("strong")
            caption.setText(text)
            caption.setBuddy(widget)
            widget.setAccessibleName(text)
            self._column.addWidget(caption)
            self._column.addWidget(widget)
        self._pin = label("caption", wrap=True)
        self._pin.setText(
            _("The PIN of the token is asked for afterwards, in a dialog of its own.")
        )
        self._column.addWidget(self._pin)
        self._column.addWidget(self.password)
        self.place.currentIndexChanged.connect(self._show_place)
        self.name.textChanged.connect(self._check)
        self.password.changed.connect(self._check)

    def _heading(self, words: str) -> None:
        made = label("heading", wrap=True)
        made.setText(words)
        self._column.addWidget(made)

    def _show_kind(self, kind: str) -> None:
        """Show the fields of one kind, in its order; what was typed in others is kept unseen."""
        self.kind.show_choice(kind)
        shown = FIELDS[ApplicantKind(kind)]
        needed = required(ApplicantKind(kind))
        self._show_fields(shown)
        for name in shown:
            self.lines[name].need(needed=name in needed)
        _in_order(self._focusable(shown))
        self._check()

    def _show_fields(self, shown: tuple[str, ...]) -> None:
        if [line.field for line in self.lines.values() if not line.isHidden()] == list(shown):
            return
        for line in self.lines.values():
            self._fields.removeWidget(line)
            line.setVisible(line.field in shown)
        for name in shown:
            if name not in self.lines:
                self.lines[name] = FieldLine(name, "RU" if name == "country" else "")
                self.lines[name].changed.connect(self._check)
            self._fields.addWidget(self.lines[name])

    def _focusable(self, shown: Iterable[str]) -> list[QWidget]:
        lines: list[QWidget] = [self.lines[name].edit for name in shown]
        return lines if self._asked.key else [*lines, self.place, self.algorithm, self.name]

    def _show_place(self) -> None:
        if self._asked.key:
            return
        place = next(p for p in self._asked.places if p.name == self.place.currentData())
        items = [(each.value, key_words(each, None)) for each in place.algorithms]
        before = self.algorithm.currentData()
        kept = before if before in dict(items) else items[0][0]
        self.algorithm.show_items(items, kept)
        self.password.setVisible(self._in_store())
        self._pin.setVisible(not self._in_store())
        self._check()

    def _in_store(self) -> bool:
        return not self._asked.key and self.place.currentData() == OWN_STORE

    def applicant(self) -> Applicant:
        """Return what stands in the fields that are shown."""
        kind = ApplicantKind(self.kind.choice)
        return Applicant(kind=kind, **{name: self.lines[name].text() for name in FIELDS[kind]})

    def _check(self) -> None:
        if not hasattr(self, "ok"):
            return
        applicant = self.applicant()
        lacks = [field_words(name) for name in missing(applicant)]
        wrong = [
            field_words(name)
            for name in FIELDS[applicant.kind]
            if not self.lines[name].is_right() and name not in missing(applicant)
        ]
        if not self._asked.key and not self.name.text().strip():
            lacks.append(_("Name of the key"))
        if self._in_store() and self.password.trouble():
            lacks.append(_("Password of the new container"))
        told = []
        if wrong:
            told.append(_("Not right yet: {fields}.").format(fields=", ".join(wrong)))
        if lacks:
            told.append(_("Still needed: {fields}.").format(fields=", ".join(lacks)))
        self.lacks.setText(" ".join(told))
        self.lacks.setVisible(bool(told))
        self.ok.setEnabled(not told)

    def _answer(self) -> None:
        if not self.ok.isEnabled():
            return
        filled = RequestFilled(
            applicant=self.applicant(),
            place=OWN_STORE if self._asked.key else str(self.place.currentData()),
            name=self.name.text().strip(),
            algorithm=KeyAlgorithm(self.algorithm.currentData() or KeyAlgorithm.GOST_256),
            password=self.password.take() if self._in_store() else None,
        )
        self.accept()
        self.filled.emit(filled)


def _in_order(widgets: list[QWidget]) -> None:
    for one, other in pairwise(widgets):
        QWidget.setTabOrder(one, other)
