"""The page of settings: look, signature, network, modules of tokens, profile, about the program."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app import settings as table
from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.ui.asking import Question
from app.ui.dialogs import Dialogs
from app.ui.rows import Tone
from app.ui.settings.care import CareSection
from app.ui.settings.care_presenter import CarePresenter
from app.ui.settings.comfort import ComfortSection
from app.ui.settings.look import LookSection
from app.ui.settings.network import NetworkSection
from app.ui.settings.network_presenter import NetworkPresenter
from app.ui.settings.presenter import Modules, SettingsPresenter, levels, own_path, presets
from app.ui.settings.section import Section
from app.ui.text_size import grow
from app.ui.widgets.buttons import button
from app.ui.widgets.check import Check
from app.ui.widgets.choice import Choice
from app.ui.widgets.fields import Fields
from app.ui.widgets.help_link import open_contents
from app.ui.widgets.in_column import Column
from app.ui.widgets.labels import label
from app.ui.widgets.later import Later
from app.ui.widgets.page import Page
from app.ui.widgets.rows import RowView
from app.ui.widgets.segments import Segments

_WIDEST = 860
_SEARCH = 200
_AT_ONCE = 1
"""Cards that are there when the page is first seen; the others come within a blink."""


class SettingsPage(Page):
    """Shows what its presenter decides."""

    def __init__(
        self,
        presenter: SettingsPresenter,
        network: NetworkPresenter,
        care: CarePresenter,
        dialogs: Dialogs,
    ) -> None:
        super().__init__(N_("Settings"))
        self._presenter = presenter
        self._dialogs = dialogs
        self._modules = Modules(rows=(), own=frozenset())
        phrases = self.phrases
        phrases.say(self.subtitle.setText, N_("Changes take effect at once"))
        self._make_tools()
        self.look = LookSection(phrases, presenter.set)
        self.comfort = ComfortSection(phrases, presenter.set)
        self.care = CareSection(phrases, care, dialogs, presenter.set)
        self._signing = self._make_signing()
        self._network = network
        self.sections: tuple[Section, ...] = ()
        """In their order; none, as long as the page is not complete."""
        self._later = Later(self)

    def complete(self) -> None:
        """Build the other half: all at once would be felt."""
        phrases, dialogs, presenter = self.phrases, self._dialogs, self._presenter
        self.network = NetworkSection(phrases, self._network, dialogs, presenter.set)
        self.sections = (
            self.look,
            self._signing,
            self.network,
            self._make_modules(),
            self._make_practice(),
            self.comfort,
            self._make_profile(),
            self.care,
            self._make_about(),
        )
        inner = Column()
        grow(inner, QWidget.setMaximumWidth, _WIDEST)
        self._column = column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(14)
        self.nothing = label("muted", wrap=True)
        phrases.say(self.nothing.setText, N_("No setting fits these words."))
        self.nothing.hide()
        column.addWidget(self.nothing)
        for section in self.sections[:_AT_ONCE]:
            column.addWidget(section)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)  # Qt's signature
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        self.body.addWidget(scroll, 1)
        presenter.attach(self)
        self._later.do(partial(self._place, each) for each in self.sections[_AT_ONCE:])

    def _make_tools(self) -> None:
        self.words = QLineEdit()
        self.words.setClearButtonEnabled(True)  # Qt's signature
        self.words.setMinimumWidth(_SEARCH)
        self.phrases.say(self.words.setPlaceholderText, N_("Find a setting"))
        self.phrases.say(self.words.setAccessibleName, N_("Find a setting"))
        self.reset = button("refresh-cw")
        self.phrases.say(self.reset.setText, N_("Usual settings…"))
        self.tools.addWidget(self.words)
        self.tools.addWidget(self.reset)
        self.words.textChanged.connect(lambda _text: self._search())
        self.reset.clicked.connect(self._ask_reset)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.words.setFocus)

    def _make_signing(self) -> Section:
        section = Section(self.phrases, N_("Signature"))
        self.level, self.preset = Choice(), Choice()
        self.phrases.tell(lambda _text: self._say_choices(), str)
        self.stamp = Check()
        self.phrases.say(self.stamp.setText, N_("A visible mark on the last page"))
        self.attached = Segments(
            self.phrases, (("apart", N_("In a separate file")), ("inside", N_("Inside the file")))
        )
        self.encoding = Segments(self.phrases, (("der", "DER"), ("base64", "Base64")))
        section.add(
            N_("Level of new signatures"),
            self.level,
            table.LEVEL,
            N_(
                "How much evidence goes with a signature. Above the basic one the network is asked."
            ),
        )
        section.add(N_("PDF"), self.stamp, table.STAMP)
        section.add(N_("Look of the mark"), self.preset, table.STAMP_PRESET)
        section.add(
            N_("Other files"),
            self.attached,
            table.ATTACHED,
            N_("In a separate file the document stays as it is; send both."),
        )
        section.add(
            N_("Form of .sig files"),
            self.encoding,
            table.ENCODING,
            N_("DER is what most receivers expect."),
        )
        presenter = self._presenter
        self.stamp.clicked.connect(lambda on: presenter.set(table.STAMP, on))
        self.attached.chosen.connect(lambda key: presenter.set(table.ATTACHED, key == "inside"))
        self.encoding.chosen.connect(lambda key: presenter.set(table.ENCODING, key))
        self.level.activated.connect(
            lambda _index: presenter.set(table.LEVEL, str(self.level.currentData()))
        )
        self.preset.activated.connect(
            lambda _index: presenter.set(table.STAMP_PRESET, str(self.preset.currentData()))
        )
        return section

    def _say_choices(self) -> None:
        get = self._presenter.get
        self.level.show_items(levels(), get(table.LEVEL))
        self.preset.show_items(presets(), get(table.STAMP_PRESET))

    def _make_modules(self) -> Section:
        section = Section(self.phrases, N_("Modules of tokens (PKCS #11)"))
        words = label("muted", wrap=True)
        self.phrases.say(
            words.setText,
            N_(
                "Known modules are found by themselves. A module is a program of the token's maker; "
                "it runs in a process of its own."
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
        section.add(
            N_("PIN"),
            self.remember,
            table.REMEMBER_PIN,
            N_("Never by itself: only where you tick it, and not after a lock or a removal."),
        )
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
        section.wanted = False
        section.hide()
        return section

    def _make_profile(self) -> Section:
        section = Section(self.phrases, N_("Profile"))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.folder = QLineEdit(self._presenter.profile)
        self.folder.setReadOnly(True)
        self.folder.setCursorPosition(0)
        show = button("folder-open")
        self.phrases.say(show.setText, N_("Open"))
        show.clicked.connect(lambda: self._dialogs.show_folder(self._presenter.profile))
        line.addWidget(self.folder, 1)
        line.addWidget(show)
        section.add(
            N_("Data folder"),
            row,
            None,
            N_("Keys, certificates and the journal. Another one: roscherk --profile FOLDER."),
        )
        self.phrases.say(self.folder.setAccessibleName, N_("Data folder"))
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
        self.help = button("circle-help")
        self.phrases.say(self.help.setText, N_("Help"))
        self.help.clicked.connect(open_contents)
        section.column.addWidget(words)
        section.column.addWidget(self._about)
        section.column.addWidget(self.help)
        return section

    # --- what the presenter asks for

    def show_values(self) -> None:
        """Show the values that hold now."""
        get = self._presenter.get
        self.look.show_values(get)
        self.stamp.setChecked(get(table.STAMP))
        self.attached.show_choice("inside" if get(table.ATTACHED) else "apart")
        self.encoding.show_choice(get(table.ENCODING))
        self.remember.setChecked(get(table.REMEMBER_PIN))
        self.comfort.show_values(
            recent=get(table.RECENT_FILES), notifications=get(table.NOTIFICATIONS)
        )
        self._say_choices()
        for section in self.sections:
            section.follow_locks(self._presenter.lock_of)
        self.network.show_values(
            online=get(table.NETWORK_ONLINE),
            proxy=get(table.NETWORK_PROXY),
            url=get(table.NETWORK_PROXY_URL),
        )
        self.care.show_values(at_start=get(table.UPDATES_AT_START))
        self.preset.setEnabled(self.preset.isEnabled() and get(table.STAMP))
        self.add_module.setEnabled(not self._presenter.locked(table.MODULES))
        self._about.show_lines(
            (
                (_("Version"), self._presenter.version),
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
        self.practice.wanted = made
        self._search()

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""
        self._dialogs.ask(question, on_yes)

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
        self._dialogs.show_error(error)

    # --- the page's own

    def _place(self, section: Section) -> None:
        """Put one more card on the page: dressing all of them at once would be a stall."""
        self._column.insertWidget(self._column.count() - 1, section)
        section.search(self._words())

    def retranslate(self) -> None:
        """Say everything again."""
        super().retranslate()
        if self.sections:
            self._presenter.show_all()

    def _search(self) -> None:
        words = self._words()
        shown = [section.search(words) for section in self.sections]
        self.nothing.setVisible(not any(shown))
        if not words:
            for section in self.sections:
                section.follow_locks(self._presenter.lock_of)

    def _words(self) -> tuple[str, ...]:
        return tuple(self.words.text().casefold().split())

    def _ask_reset(self) -> None:
        question = Question(
            heading=_("Go back to the usual settings?"),
            words=_(
                "Language, theme, signature and network will be as in a new program. Keys, "
                "certificates, the journal and the list of your own modules stay."
            ),
            yes=_("Go back"),
            tone=Tone.WARN,
            icon="settings",
        )
        self._dialogs.ask(question, self._presenter.reset)

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
