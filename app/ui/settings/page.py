"""The page of settings: look, signature, modules of tokens, practice, about the program."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import settings as table
from app.errors import RoscherkError
from app.settings import Setting
from app.texts.catalogue import N_, _
from app.ui.asking import Question
from app.ui.dialogs import Dialogs
from app.ui.phrases import Phrases
from app.ui.settings.presenter import Modules, SettingsPresenter, own_path
from app.ui.widgets.buttons import button
from app.ui.widgets.check import Check
from app.ui.widgets.fields import Fields
from app.ui.widgets.labels import label
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView
from app.ui.widgets.segments import Segments

_WIDEST = 860


class Section(QFrame):
    """A card with a heading and rows of settings."""

    def __init__(self, phrases: Phrases, title: str) -> None:
        super().__init__()
        self.setProperty("card", True)  # Qt's signature
        self._phrases = phrases
        heading = label("heading")
        phrases.say(heading.setText, title)
        phrases.say(self.setAccessibleName, title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 18)
        self.column.setSpacing(12)
        self.column.addWidget(heading)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(12)
        self._grid.setColumnMinimumWidth(0, 200)
        self._grid.setColumnStretch(1, 1)
        self.column.addLayout(self._grid)

    def add(self, title: str, widget: QWidget) -> None:
        """Add one setting with its name."""
        name = label("muted", wrap=True)
        self._phrases.say(name.setText, title)
        self._phrases.say(widget.setAccessibleName, title)
        place = self._grid.rowCount()
        self._grid.addWidget(name, place, 0)
        self._grid.addWidget(widget, place, 1)


class SettingsPage(Page):
    """Shows what its presenter decides."""

    def __init__(self, presenter: SettingsPresenter, dialogs: Dialogs) -> None:
        super().__init__(N_("Settings"))
        self._presenter = presenter
        self._dialogs = dialogs
        self._modules = Modules(rows=(), own=frozenset())
        phrases = self.phrases
        phrases.say(self.subtitle.setText, N_("Changes take effect at once"))
        inner = QWidget()
        inner.setMaximumWidth(_WIDEST)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(14)
        for section in (
            self._make_look(),
            self._make_signing(),
            self._make_modules(),
            self._make_practice(),
            self._make_about(),
        ):
            self._column.addWidget(section)
        self._column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)  # Qt's signature
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        self.body.addWidget(scroll, 1)
        presenter.attach(self)

    def _make_look(self) -> Section:
        section = Section(self.phrases, N_("Look"))
        self.language = Segments(
            self.phrases,
            (("auto", N_("As in the system")), ("ru", "Русский"), ("en", "English")),
        )
        self.theme = Segments(
            self.phrases,
            (
                ("system", N_("As in the system")),
                ("light", N_("Light")),
                ("dark", N_("Dark")),
            ),
        )
        section.add(N_("Language"), self.language)
        section.add(N_("Theme"), self.theme)
        self.language.chosen.connect(lambda key: self._presenter.set(table.LANGUAGE, key))
        self.theme.chosen.connect(lambda key: self._presenter.set(table.THEME, key))
        return section

    def _make_signing(self) -> Section:
        section = Section(self.phrases, N_("Signature"))
        self.stamp = Check()
        self.phrases.say(self.stamp.setText, N_("A visible mark on the last page"))
        self.attached = Segments(
            self.phrases, (("apart", N_("In a separate file")), ("inside", N_("Inside the file")))
        )
        self.encoding = Segments(self.phrases, (("der", "DER"), ("base64", "Base64")))
        section.add(N_("PDF"), self.stamp)
        section.add(N_("Other files"), self.attached)
        section.add(N_("Form of .sig files"), self.encoding)
        self.stamp.clicked.connect(lambda on: self._presenter.set(table.STAMP, on))
        self.attached.chosen.connect(
            lambda key: self._presenter.set(table.ATTACHED, key == "inside")
        )
        self.encoding.chosen.connect(lambda key: self._presenter.set(table.ENCODING, key))
        return section

    def _make_modules(self) -> Section:
        section = Section(self.phrases, N_("Modules of tokens (PKCS #11)"))
        words = label("muted", wrap=True)
        self.phrases.say(
            words.setText,
            N_(
                "Known modules are found by themselves. A module is a program of the token's maker; "
                "it runs in a process of its own. Changes here take effect at the next start."
            ),
        )
        self.remember = Check()
        self.phrases.say(
            self.remember.setText,
            N_("Offer to remember the PIN of a token for a while, in memory only"),
        )
        self.remember.clicked.connect(lambda on: self._presenter.set(table.REMEMBER_PIN, on))
        self.modules = RowView()
        self.phrases.say(self.modules.setAccessibleName, N_("Modules of tokens"))
        self.none = label(wrap=True)
        self.phrases.say(self.none.setText, N_("No modules were found on this computer."))
        self.add_module, self.remove_module = button("plus"), button("x")
        self.phrases.say(self.add_module.setText, N_("Add a module…"))
        self.phrases.say(self.remove_module.setText, N_("Take off the list"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.add_module)
        row.addWidget(self.remove_module)
        row.addStretch()
        for each in (words, self.none, self.modules):
            section.column.addWidget(each)
        section.column.addLayout(row)
        section.add(N_("PIN"), self.remember)
        self.add_module.clicked.connect(self._add_module)
        self.remove_module.clicked.connect(self._remove_module)
        self.modules.chosen.connect(self._on_module)
        self._on_module([])
        return section

    def _make_practice(self) -> Section:
        section = Section(self.phrases, N_("Practice mode"))
        words = label("muted", wrap=True)
        self.phrases.say(
            words.setText,
            N_(
                "This profile has practice keys. Their password is random and lies in the profile, "
                "readable by you alone; no real key is ever kept so."
            ),
        )
        self.delete_practice = button("trash-2", kind="danger")
        self.phrases.say(self.delete_practice.setText, N_("Delete the practice keys…"))
        self.delete_practice.clicked.connect(self._presenter.delete_practice)
        section.column.addWidget(words)
        section.column.addWidget(self.delete_practice, 0, Qt.AlignmentFlag.AlignLeft)
        self.practice = section
        section.hide()
        return section

    def _make_about(self) -> Section:
        section = Section(self.phrases, N_("About the program"))
        words = label(wrap=True)
        self.phrases.say(
            words.setText,
            N_(
                "Roscherk is not a certified cryptographic tool. It can establish that a "
                "certificate is made up like a qualified one; it cannot establish with which tool "
                "a signature was made."
            ),
        )
        self._about = Fields()
        folder = button("folder-open")
        self.phrases.say(folder.setText, N_("Show the profile folder"))
        folder.clicked.connect(lambda: self._dialogs.show_folder(self._presenter.profile))
        section.column.addWidget(words)
        section.column.addWidget(self._about)
        section.column.addWidget(folder, 0, Qt.AlignmentFlag.AlignLeft)
        return section

    # --- what the presenter asks for

    def show_values(self) -> None:
        """Show the values that hold now."""
        get = self._presenter.get
        self.language.show_choice(get(table.LANGUAGE))
        self.theme.show_choice(get(table.THEME))
        self.stamp.setChecked(get(table.STAMP))
        self.attached.show_choice("inside" if get(table.ATTACHED) else "apart")
        self.encoding.show_choice(get(table.ENCODING))
        self.remember.setChecked(get(table.REMEMBER_PIN))
        rows: tuple[tuple[QWidget, Setting[str] | Setting[bool]], ...] = (
            (self.language, table.LANGUAGE),
            (self.theme, table.THEME),
            (self.stamp, table.STAMP),
            (self.attached, table.ATTACHED),
            (self.encoding, table.ENCODING),
            (self.remember, table.REMEMBER_PIN),
        )
        for widget, setting in rows:
            locked = self._presenter.locked(setting)
            widget.setEnabled(not locked)
            widget.setToolTip(_("Fixed by the administrator") if locked else "")
        self.add_module.setEnabled(not self._presenter.locked(table.MODULES))
        self._about.show_lines(
            (
                (_("Version"), self._presenter.version),
                (_("Profile"), self._presenter.profile),
                (_("Libraries"), "Qt (LGPL-3), libgcrypt (LGPL-2.1+), pyHanko, cryptography"),
            )
        )

    def show_modules(self, modules: Modules) -> None:
        """Show the modules of tokens."""
        self._modules = modules
        self.modules.show_rows(modules.rows)
        self.modules.setVisible(bool(modules.rows))
        self.modules.fit_height(most=5)
        self.none.setVisible(not modules.rows)
        self._on_module(self.modules.chosen_keys())

    def show_practice(self, *, made: bool) -> None:
        """Show whether this profile has practice keys."""
        self.practice.setVisible(made)

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    # --- the page's own

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        self._presenter.show_all()

    def _on_module(self, chosen: list[str]) -> None:
        own = own_path(self._modules.rows, chosen, self._modules.own)
        self.remove_module.setVisible(own is not None)

    def _add_module(self) -> None:
        filters = [_("Modules (*.so *.dll *.dylib)"), _("All files (*)")]
        self._dialogs.choose_file(_("Add a module"), filters, self._add)

    def _add(self, path: Path) -> None:
        self._presenter.add_module(path)

    def _remove_module(self) -> None:
        own = own_path(self._modules.rows, self.modules.chosen_keys(), self._modules.own)
        if own is not None:
            self._presenter.remove_module(own)
