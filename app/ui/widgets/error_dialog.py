"""An error in words: what happened, why, what to do; its code, and all of it to be copied."""

from datetime import UTC, datetime

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app import __version__
from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.texts.commands import without_commands
from app.texts.errors import describe_error, known_code
from app.texts.showing import local_time
from app.ui.rows import Tone
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.help_link import open_help
from app.ui.widgets.labels import label


class ErrorDialog(Dialog):
    """Heading, explanation, advice, code, time; one button copies that, one tells more of it."""

    def __init__(self, parent: QWidget | None, error: RoscherkError) -> None:
        super().__init__(parent, Tone.ERROR)
        self.error = error
        self._at = datetime.now(UTC)
        words = describe_error(error)
        self.say(words.heading, words.explanation)
        if words.advice:
            heading, advice = label("strong"), label(wrap=True, selectable=True)
            heading.setText(_("What to do"))
            advice.setText(without_commands(words.advice))
            self.content.setSpacing(2)
            self.content.addWidget(heading)
            self.content.addWidget(advice)
        self.code = label("caption", wrap=True, selectable=True)
        told = _("Code: {code} · {moment}")
        self.code.setText(told.format(code=error.code.value, moment=local_time(self._at)))
        self.code.setContentsMargins(0, 8, 0, 0)
        self.content.addWidget(self.code)
        code = known_code(error.code)
        self.more = self.add_button(N_("More in the help"), "link", lambda: open_help(code))
        self.copy = self.add_button(N_("Copy"), "plain", self._copy)
        close = self.add_button(N_("Close"), "primary", self.accept)
        close.setDefault(True)  # Qt's signature
        close.setFocus()

    def text(self) -> str:
        """Return what is copied: the words, the code with its facts, the time, the version."""
        words = describe_error(self.error)
        parts = (
            words.heading,
            words.explanation,
            words.advice,
            str(self.error),
            f"{self._at:%Y-%m-%dT%H:%M:%SZ}, Roscherk {__version__}",
        )
        return "\n".join(part for part in parts if part)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
