"""The rarer choices for a signature, behind one switch: level, server of time stamps, form, encoding."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.crypto.model import Encoding, SignatureFormat, SignatureLevel
from app.texts.catalogue import N_, _
from app.ui.documents.verb_forms import LEVEL_WORDS
from app.ui.phrases import Phrases
from app.ui.signing_run import SignOptions
from app.ui.theme import icon
from app.ui.widgets.buttons import button
from app.ui.widgets.choice import Choice
from app.ui.widgets.labels import label

_FORMS: Final[Mapping[SignatureFormat, str]] = {
    SignatureFormat.AUTO: N_("Inside a PDF, beside anything else"),
    SignatureFormat.CADES: N_("Always CAdES (.sig), for PDF too"),
}
_ENCODINGS: Final[Mapping[Encoding, str]] = {
    Encoding.DER: N_("Binary (DER), as most programs expect"),
    Encoding.BASE64: N_("Text (Base64)"),
}
_SUFFIXES: Final = (".sig", ".p7s", ".sgn")


class SignMore(QWidget):
    """A switch, and what it shows."""

    changed = Signal(object)

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self._options = SignOptions()
        self.switch = button("chevron-down")
        self.switch.setCheckable(True)
        phrases.say(self.switch.setText, N_("More"))
        phrases.say(self.switch.setToolTip, N_("Level, time stamp, form and encoding"))
        self.box = QWidget()
        self._grid = QGridLayout(self.box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnStretch(1, 1)
        self.level = self._choice(phrases, N_("Level"))
        self.server = self._choice(phrases, N_("Time stamps"))
        self.form = self._choice(phrases, N_("Form"))
        self.encoding = self._choice(phrases, N_("Encoding"))
        self.suffix = self._choice(phrases, N_("Suffix"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.switch)
        column.addWidget(self.box)
        self.box.hide()
        self.switch.toggled.connect(self._open)

    def _choice(self, phrases: Phrases, text: str) -> Choice:
        caption, made = label("muted", wrap=True), Choice(shortest=5)
        phrases.say(caption.setText, text)
        phrases.say(made.setAccessibleName, text)
        caption.setBuddy(made)
        row = self._grid.rowCount()
        self._grid.addWidget(caption, row, 0)
        self._grid.addWidget(made, row, 1)
        made.currentIndexChanged.connect(lambda _index: self._on_change())
        return made

    def _open(self, shown: bool) -> None:
        self.box.setVisible(shown)
        self.switch.setIcon(
            icon("chevron-right" if not shown else "chevron-down", "muted", "muted")
        )

    def show_options(self, options: SignOptions, servers: tuple[str, ...]) -> None:
        """Show what is wanted."""
        self._options = options
        levels = [(each.value, _(words)) for each, words in LEVEL_WORDS.items()]
        self.level.show_items(levels, options.level.value)
        listed = [
            ("", _("Those of the settings, in their order")),
            *((one, one) for one in servers),
        ]
        self.server.show_items(listed, options.server)
        self.server.setEnabled(options.level is not SignatureLevel.B)
        forms = [(each.value, _(words)) for each, words in _FORMS.items()]
        form = (
            SignatureFormat.CADES if options.form is SignatureFormat.CADES else SignatureFormat.AUTO
        )
        self.form.show_items(forms, form.value)
        encodings = [(each.value, _(words)) for each, words in _ENCODINGS.items()]
        self.encoding.show_items(encodings, options.encoding.value)
        suffixes = dict.fromkeys((*_SUFFIXES, options.suffix))
        self.suffix.show_items([(each, each) for each in suffixes], options.suffix)

    def _on_change(self) -> None:
        level = SignatureLevel(self.level.currentData())
        self._options = replace(
            self._options,
            level=level,
            server=str(self.server.currentData() or ""),
            form=SignatureFormat(self.form.currentData()),
            encoding=Encoding(self.encoding.currentData()),
            suffix=str(self.suffix.currentData()),
        )
        self.server.setEnabled(level is not SignatureLevel.B)
        self.changed.emit(self._options)
