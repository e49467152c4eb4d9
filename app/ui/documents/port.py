"""What the page of documents can do for its presenter, and the values it shows. No Qt here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.errors import RoscherkError
from app.tokens.pin import Secret
from app.ui.asking import Question, SecretQuestion
from app.ui.details import Details
from app.ui.documents.draft import Unfinished
from app.ui.forms import Filled, Form, Told
from app.ui.rows import Row
from app.ui.sign_choices import SignChoices
from app.ui.signing_run import SignOptions
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """Why signing stands still, and what it waits for, in words."""

    heading: str
    text: str
    can_go_on: bool
    """Nothing is missing but the PIN."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What stands below the list: the choice of a key and the two buttons."""

    keys: tuple[tuple[str | None, str], ...]
    """Without a name it is a heading."""
    key: str | None
    hint: str
    """Shown in place of a key when there is none."""
    no_keys: str
    """What to do when there are no keys at all; empty while there are some."""
    practice: bool
    maker: str
    how: str
    """How the chosen documents will be signed, in one line."""
    can_sign: bool
    can_verify: bool
    busy: str = ""
    percent: int | None = None
    standstill: Standstill | None = None


class View(Protocol):
    """What the page can do for its presenter."""

    def show_documents(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""

    def show_changed(self, rows: Sequence[Row]) -> None:
        """Show documents that changed."""

    def choose(self, keys: Sequence[str]) -> None:
        """Choose these documents in the list."""

    def show_bar(self, bar: Bar) -> None:
        """Show the choice of a key and what can be done."""

    def show_details(self, details: Details) -> None:
        """Show what is known of the chosen documents."""

    def show_options(self, options: SignOptions) -> None:
        """Show what is wanted for the signature."""

    def show_choices(self, choices: SignChoices) -> None:
        """Show what stands around the choices for a signature."""

    def show_unfinished(self, unfinished: Unfinished) -> None:
        """Offer to go on with a batch that was not finished."""

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password; no answer means no."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask for several things at once."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def choose_document(self, answer: Callable[[Path], object]) -> None:
        """Let the user point to the document of a detached signature."""

    def show_in_folder(self, path: str) -> None:
        """Open the folder of a file."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""
