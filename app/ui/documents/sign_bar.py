"""The bar below the list: the choice of a key, who makes the signature, and the two buttons."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.texts.catalogue import N_, _
from app.ui.documents.port import Bar
from app.ui.phrases import Phrases
from app.ui.rows import Tone
from app.ui.widgets.buttons import button, tool_button
from app.ui.widgets.choice import Choice
from app.ui.widgets.labels import ElidedLabel, label
from app.ui.widgets.notice import Notice


class SignBar(QFrame):
    """The choice of a key, who makes the signature, and the two buttons."""

    sign_asked = Signal()
    verify_asked = Signal()
    key_chosen = Signal(str)
    refresh_asked = Signal()
    keys_asked = Signal()
    how_asked = Signal()
    """How it is signed is to be looked at and changed."""

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        caption = label("muted")
        phrases.say(caption.setText, N_("Key"))
        self.key = Choice()
        phrases.say(self.key.setAccessibleName, N_("Key"))
        caption.setBuddy(self.key)
        self.key.currentIndexChanged.connect(lambda: self.key_chosen.emit(self.key.currentData()))
        self._refresh = tool_button("refresh-cw")
        phrases.say(self._refresh.setAccessibleName, N_("Look for keys again"))
        phrases.say(self._refresh.setToolTip, N_("Look for keys again"))
        self._refresh.clicked.connect(self.refresh_asked)
        self.maker = label("caption", wrap=True)
        self.how = ElidedLabel("caption", sentence=True)
        self.change = button(kind="link")
        phrases.say(self.change.setText, N_("Change…"))
        phrases.say(
            self.change.setToolTip, N_("Addressee, level, mark, power of attorney (Ctrl+L)")
        )
        self.change.clicked.connect(self.how_asked)
        self.no_keys = Notice()
        self.no_keys.asked.connect(self.keys_asked)
        self.verify, self.sign = button("shield-check"), button("signature", kind="primary")
        phrases.say(self.verify.setText, N_("Verify"))
        phrases.say(self.sign.setText, N_("Sign"))
        phrases.say(self.verify.setToolTip, N_("Verify the chosen documents (F9)"))
        phrases.say(self.sign.setToolTip, N_("Sign the chosen documents (Ctrl+Enter)"))
        self.verify.clicked.connect(self.verify_asked)
        self.sign.clicked.connect(self.sign_asked)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(caption)
        top.addWidget(self.key, 1)
        top.addWidget(self._refresh)
        bottom = QHBoxLayout()
        bottom.setSpacing(10)
        bottom.addStretch()
        bottom.addWidget(self.verify)
        bottom.addWidget(self.sign)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addLayout(top)
        how = QHBoxLayout()
        how.setSpacing(10)
        how.addWidget(self.how, 1)
        how.addWidget(self.change)
        column.addLayout(how)
        column.addWidget(self.maker)
        column.addWidget(self.no_keys)
        column.addLayout(bottom)

    def show_bar(self, bar: Bar) -> None:
        """Show what can be chosen and done."""
        self.key.setPlaceholderText(bar.hint)
        self.key.show_items(list(bar.keys), bar.key)
        self.key.setEnabled(bool(bar.keys))
        self.how.setText(bar.how)
        self.change.setVisible(bool(bar.how))
        self.maker.setText(bar.maker)
        self.maker.setVisible(bool(bar.maker))
        if bar.no_keys:
            self.no_keys.say(Tone.INFO, bar.hint, bar.no_keys, _("Keys and tokens"))
        self.no_keys.setVisible(bool(bar.no_keys))
        self.sign.setEnabled(bar.can_sign)
        self.verify.setEnabled(bar.can_verify)
