"""The two dialogs of the page of keys: a new container, another password."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.algorithms.names import KeyAlgorithm
from app.texts.catalogue import N_, _
from app.texts.certificate_fields import key_words
from app.tokens.pin import Secret
from app.ui.keys.telling import CREATABLE
from app.ui.rows import Tone
from app.ui.widgets.choice import Choice
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.labels import label
from app.ui.widgets.new_secret import NewSecret
from app.ui.widgets.secret_line import SecretLine

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


class PasswordDialog(Dialog):
    """The old and the new password of a container."""

    wanted = Signal(object, object)
    """The old and the new `Secret`."""

    def __init__(self, parent: QWidget | None, container: str) -> None:
        super().__init__(parent, Tone.INFO, "lock-keyhole")
        words = _("Container: {name}. The key stays the same, only its lock changes.")
        self.say(_("Change the password"), words.format(name=container))
        self.old = SecretLine(_("Old password"))
        self.new = NewSecret(_("New password"))
        self.content.addWidget(self.old)
        self.content.addWidget(self.new)
        self.add_cancel()
        self.ok = self.add_button(N_("Change the password"), "primary", self._answer)
        self.ok.setDefault(True)  # Qt's signature
        self.old.changed.connect(self._check)
        self.new.changed.connect(self._check)
        self._check()
        self.old.setFocus()

    def _check(self) -> None:
        self.ok.setEnabled(not self.old.is_empty() and not self.new.trouble())

    def _answer(self) -> None:
        old: Secret = self.old.take()
        new = self.new.take()
        self.accept()
        self.wanted.emit(old, new)
