"""What the page of keys can do for those who decide. No Qt here."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.errors import RoscherkError
from app.tokens.pin import Secret
from app.ui.asking import Question, SecretQuestion
from app.ui.forms import Filled, Form, Told


class View(Protocol):
    """What is asked on the page, and told there."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask in a dialog."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password."""

    def tell(self, told: Told) -> None:
        """Tell what came of it."""

    def choose_target(self, title: str, suggestion: str, answer: Callable[[Path], object]) -> None:
        """Let the user say where to save."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
