"""Documents with their signatures, made ready to be sent: a ZIP, the draft of a letter. No Qt here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.crypto.packages.bundle import make_zip
from app.errors import RoscherkError
from app.reports.mail import make_mail
from app.texts.catalogue import _
from app.texts.showing import plain
from app.ui.files import Document
from app.ui.forms import Step, Told
from app.ui.work import Tasks


class View(Protocol):
    """What is needed of the page."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def show_in_folder(self, path: str) -> None:
        """Open the folder of a file."""


class Parcels:
    """Makes them in a thread; nothing is sent."""

    def __init__(
        self,
        tasks: Tasks,
        *,
        chosen: Callable[[], Sequence[Document]],
        along: Callable[[], Sequence[Path]],
        on_error: Callable[[RoscherkError], None],
    ) -> None:
        self._tasks = tasks
        self._chosen = chosen
        self._along = along
        self._on_error = on_error
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to tell ``view``."""
        self._view = view

    def files(self) -> list[Path]:
        """Return what of the chosen documents is to be sent."""
        return files_of(self._chosen(), self._along())

    def zip(self, target: Path) -> None:
        """Put the chosen documents, their signatures and what goes along into one ZIP."""
        files = self.files()
        self._tasks.run(
            lambda job: make_zip(target, files, job.cancel),
            done=self._tell,
            failed=self._on_error,
        )

    def mail(self, target: Path) -> None:
        """Make the draft of a letter with them."""
        documents = self._chosen()
        files = files_of(documents, self._along())
        self._tasks.run(
            lambda _job: make_mail(target, files, documents[0].name),
            done=self._tell,
            failed=self._on_error,
        )

    def suggested(self, suffix: str) -> str:
        """Return a usual name for what is made."""
        documents = self._chosen()
        if len(documents) == 1:
            return documents[0].path.stem + suffix
        return _("Signed documents") + suffix

    def _tell(self, target: Path) -> None:
        step = Step(text=_("Show in folder"), act=lambda: self._view.show_in_folder(str(target)))
        draft = target.suffix.lower() == ".eml"
        words = _("Nothing was sent: open the draft in your mail program.") if draft else ""
        heading = _("Saved: {name}").format(name=plain(target.name))
        self._view.tell(Told(heading=heading, words=words, steps=(step,)))


def files_of(documents: Sequence[Document], along: Sequence[Path]) -> list[Path]:
    """Return the files that belong together, each once: a signature inside needs no document."""
    found: dict[Path, None] = {}
    for document in documents:
        signed = document.signed
        apart = signed is not None and signed.target != signed.source and not signed.attached
        inside = signed is not None and signed.target.suffix.lower() == ".pdf"
        if signed is None or (apart and not inside):
            found[document.path if signed is None else signed.source] = None
        if signed is not None:
            found[signed.target] = None
    return list(dict.fromkeys([*found, *along]))
