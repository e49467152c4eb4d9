"""Words on widgets that are said again when the language changes."""

from collections.abc import Callable

from app.texts.catalogue import _

Setter = Callable[[str], object]


class Phrases:
    """Remember who says what; `refresh` says everything again in the language in use."""

    def __init__(self) -> None:
        self._said: list[tuple[Setter, Callable[[], str]]] = []

    def say(self, setter: Setter, text: str) -> None:
        """Give ``setter`` the translation of ``text`` (marked with ``N_`` where it is written)."""
        self.tell(setter, lambda: _(text))

    def tell(self, setter: Setter, make: Callable[[], str]) -> None:
        """Give ``setter`` what ``make`` composes, now and after each change of language."""
        self._said.append((setter, make))
        setter(make())

    def refresh(self) -> None:
        """Say everything again."""
        for setter, make in self._said:
            setter(make())
