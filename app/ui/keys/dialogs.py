"""The dialogs of the page of keys with passwords: a new container, another lock."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.algorithms.names import KeyAlgorithm
from app.texts.algorithm_words import key_words
from app.texts.catalogue import N_, _
from app.tokens.pin import Secret
from app.ui.keys.telling import CREATABLE
from app.ui.rows import Tone
from app.ui.widgets.choice import Choice
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.labels import label
from app.ui.widgets.new_secret import NewSecret
from app.ui.widgets.secret_line import SecretLine
from app.values import dataclass

_LONGEST_NAME = 100


class NewContainerDialog(Dialog):
    """Name, algorithm and password of a new container."""

    wanted = Signal(str, object, object)
    """Name, `KeyAlgorithm`, `Secret`."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, Tone.INFO, "key-round")
        self.say(
            _("New container"),
            _(
                "A key is made and kept in the program's own store, encrypted with your password. "
                "Nobody can restore a forgotten password."
            ),
        )
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.setAccessibleName(_("Name"))
        self.algorithm = Choice()
        self.algorithm.setAccessibleName(_("Algorithm"))
        items = [(each.value, key_words(each, None)) for each in CREATABLE]
        self.algorithm.show_items(items, CREATABLE[0].value)
        self.secret = NewSecret(_("Password"))
        for text, widget in ((_("Name"), self.name), (_("Algorithm"), self.algorithm)):
            caption = label("strong")
            caption.setText(text)
            caption.setBuddy(widget)
            self.content.addWidget(caption)
            self.content.addWidget(widget)
        self.content.addWidget(self.secret)
        self.add_cancel()
        self.ok = self.add_button(N_("Make the container"), "primary", self._answer)
        self.ok.setDefault(True)  # Qt's signature
        self.name.textChanged.connect(self._check)
        self.secret.changed.connect(self._check)
        self._check()
        self.name.setFocus()

    def _check(self) -> None:
        self.ok.setEnabled(bool(self.name.text().strip()) and not self.secret.trouble())

    def _answer(self) -> None:
        algorithm = KeyAlgorithm(self.algorithm.currentData())
        name, secret = self.name.text(), self.secret.take()
        self.accept()
        self.wanted.emit(name, algorithm, secret)


@dataclass(frozen=True, kw_only=True)
class Passwords:
    """What the dialog with an old and a new password is for."""

    heading: str
    words: str
    old: str
    new: str
    yes: str
    name: str | None = None
    """A name to choose, and the one that is suggested; None: there is none to choose."""


def change_of(container: str) -> Passwords:
    """Return the words for another password of a container."""
    words = _("Container: {name}. The key stays the same, only its lock changes.")
    return Passwords(
        heading=_("Change the password"),
        words=words.format(name=container),
        old=_("Old password"),
        new=_("New password"),
        yes=N_("Change the password"),
    )


def export_of(container: str) -> Passwords:
    """Return the words for a key that goes into a new PFX file."""
    words = _("Container: {name}. Whoever has this file and its password can sign in your name.")
    return Passwords(
        heading=_("Export the key to a PFX file"),
        words=words.format(name=container),
        old=_("Password of the container"),
        new=_("New password, for the file"),
        yes=N_("Export"),
    )


def import_of(file: str, name: str) -> Passwords:
    """Return the words for a key of a PFX file that goes into the program's store."""
    words = _("File: {name}. It stays as it is; the store gets a copy of its key.")
    return Passwords(
        heading=_("Import the key into the program's store"),
        words=words.format(name=file),
        old=_("Password of the PFX file"),
        new=_("New password, for the container"),
        yes=N_("Import"),
        name=name,
    )


class PasswordDialog(Dialog):
    """An old and a new password."""

    wanted = Signal(object, object)
    """The old and the new `Secret`."""
    named = Signal(str, object, object)
    """The same with the name that was chosen."""

    def __init__(self, parent: QWidget | None, asked: Passwords) -> None:
        super().__init__(parent, Tone.INFO, "lock-keyhole")
        self.say(asked.heading, asked.words)
        self.name: QLineEdit | None = None
        if asked.name is not None:
            caption = label("strong")
            caption.setText(_("Name of the container"))
            self.name = QLineEdit(asked.name)
            self.name.setMaxLength(_LONGEST_NAME)
            self.name.setAccessibleName(caption.text())
            caption.setBuddy(self.name)
            self.content.addWidget(caption)
            self.content.addWidget(self.name)
            self.name.textChanged.connect(self._check)
        self.old = SecretLine(asked.old)
        self.new = NewSecret(asked.new)
        self.content.addWidget(self.old)
        self.content.addWidget(self.new)
        self.add_cancel()
        self.ok = self.add_button(asked.yes, "primary", self._answer)
        self.ok.setDefault(True)  # Qt's signature
        self.old.changed.connect(self._check)
        self.new.changed.connect(self._check)
        self._check()
        self.old.setFocus()

    def _check(self) -> None:
        named = self.name is None or bool(self.name.text().strip())
        self.ok.setEnabled(named and not self.old.is_empty() and not self.new.trouble())

    def _answer(self) -> None:
        old: Secret = self.old.take()
        new = self.new.take()
        name = "" if self.name is None else self.name.text().strip()
        self.accept()
        self.wanted.emit(old, new)
        self.named.emit(name, old, new)
