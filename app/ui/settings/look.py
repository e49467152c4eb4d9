"""How the window looks: its language, its colours, the size of its words."""

from collections.abc import Callable
from typing import Any

from app import settings as table
from app.settings import Setting
from app.texts.catalogue import N_
from app.ui.phrases import Phrases
from app.ui.settings.network import SetValue
from app.ui.settings.section import Section
from app.ui.widgets.segments import Segments


class LookSection(Section):
    """Shows what can be chosen."""

    def __init__(self, phrases: Phrases, set_value: SetValue) -> None:
        super().__init__(phrases, N_("Look"))
        self.language = Segments(
            phrases,
            (("auto", N_("As in the system")), ("ru", "Русский"), ("en", "English")),
        )
        self.theme = Segments(
            phrases,
            (
                ("system", N_("As in the system")),
                ("light", N_("Light")),
                ("dark", N_("Dark")),
                ("contrast", N_("High contrast")),
            ),
        )
        self.text_size = Segments(
            phrases, tuple((each, f"{each} %") for each in table.TEXT_SIZE.allowed)
        )
        self.add(N_("Language"), self.language, table.LANGUAGE)
        self.add(N_("Theme"), self.theme, table.THEME)
        self.add(
            N_("Size of the text"),
            self.text_size,
            table.TEXT_SIZE,
            N_("Of all words of the program; pages of documents keep a scale of their own."),
        )
        self.language.chosen.connect(lambda key: set_value(table.LANGUAGE, key))
        self.theme.chosen.connect(lambda key: set_value(table.THEME, key))
        self.text_size.chosen.connect(lambda key: set_value(table.TEXT_SIZE, key))

    def show_values(self, get: Callable[[Setting[Any]], Any]) -> None:
        """Show the values that hold now."""
        self.language.show_choice(get(table.LANGUAGE))
        self.theme.show_choice(get(table.THEME))
        self.text_size.show_choice(get(table.TEXT_SIZE))
