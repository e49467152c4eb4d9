"""What the presenter of joint signing needs of its window. No Qt here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.errors import RoscherkError
from app.tokens.pin import Secret
from app.ui.asking import Question, SecretQuestion
from app.ui.forms import Filled, Form, Told
from app.ui.routes.asking import PeopleAsked, PeopleFilled
from app.ui.routes.telling import EntryCard, RouteCard
from app.ui.rows import Row
from app.ui.versions.presenter import Sent


class View(Protocol):
    """What the window can do for its presenter."""

    def show_routes(self, rows: Sequence[Row]) -> None:
        """Show the documents."""

    def choose(self, key: str) -> None:
        """Choose one of them."""

    def show_card(self, card: RouteCard | None) -> None:
        """Show one of them in full."""

    def show_entry(self, entry: EntryCard) -> None:
        """Show what can be done about a chosen line of it."""

    def show_busy(self, text: str, percent: int | None) -> None:
        """Show what is being done."""

    def show_summary(self, text: str) -> None:
        """Say in one line what there is."""

    def show_damaged(self, text: str) -> None:
        """Tell that a record could not be read."""

    def ask_people(
        self,
        asked: PeopleAsked,
        answer: Callable[[PeopleFilled], object],
        typed: Callable[[PeopleAsked], object] | None = None,
        closed: Callable[[], object] | None = None,
    ) -> None:
        """Ask who is to sign; ``typed`` hears what was typed so far, ``closed`` of the end."""

    def ask_secret(self, question: SecretQuestion, answer: Callable[[Secret], None]) -> None:
        """Ask for a PIN or a password."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask for several things at once."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def show_versions(self, path: Path, sent: Sent) -> None:
        """Show the document beside the PDF that grew out of it."""

    def show_in_folder(self, path: str) -> None:
        """Open the folder of a file."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error."""
