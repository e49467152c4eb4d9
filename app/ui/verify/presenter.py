"""Verification: incoming files, the verdict on each, a protocol on paper. No Qt here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.crypto.verdict.report import Indication
from app.crypto.verifying.door import Checked
from app.errors import ErrorFamily, RoscherkError
from app.reports.dossier import joined
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe_error
from app.texts.showing import plain
from app.ui.checking import Checking
from app.ui.details import CheckedDetails, Details, FailedDetails, FileDetails, Nothing
from app.ui.files import BUSY, PRACTICE_MARK, Document, KnownRows, State
from app.ui.gathering import Gathered, gather
from app.ui.practice_mode import PracticeMode
from app.ui.rows import Row
from app.ui.work import Job, Tasks


class View(Protocol):
    """What the page can do for its presenter."""

    def show_files(self, rows: Sequence[Row]) -> None:
        """Show the whole list."""

    def show_file(self, row: Row) -> None:
        """Show one file that changed."""

    def choose(self, keys: Sequence[str]) -> None:
        """Choose these files in the list."""

    def show_details(self, details: Details) -> None:
        """Show what is known of the chosen file."""

    def show_busy(self, text: str, percent: int | None) -> None:
        """Show what is being done."""

    def show_summary(self, text: str) -> None:
        """Say in one line what the page is about now."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""


class VerifyPresenter:
    """Decide what the page of verification shows and does."""

    def __init__(
        self,
        *,
        practice: PracticeMode,
        checking: Callable[[Callable[[Document], None]], Checking],
        tasks: Tasks,
    ) -> None:
        self._practice = practice
        self._tasks = tasks
        self._checking = checking(self._on_document)
        self._documents: dict[str, Document] = {}
        self._rows = KnownRows()
        self._chosen: list[str] = []
        self._gathering = False
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self.show_all()

    def show_all(self) -> None:
        """Show everything again, e.g. in another language."""
        self._view.show_files(self._rows.of(self._documents.values()))
        self._show_state()
        self._show_details()

    def add(self, paths: Sequence[Path]) -> None:
        """Take files and folders, and verify at once what is new."""
        if not paths:
            return
        self._gathering = True
        self._show_state()
        self._tasks.run(
            lambda job: self._gather(paths, job), done=self._take_gathered, failed=self._fail
        )

    def _gather(self, paths: Sequence[Path], job: Job) -> Gathered:
        """Find the files and prepare their rows; runs in a thread."""
        found = gather(paths, job)
        self._rows.of(found.documents)
        return found

    def _take_gathered(self, found: Gathered) -> None:
        self._gathering = False
        found_here = without_originals(found.documents)
        fresh = [each for each in found_here if each.key not in self._documents]
        for document in fresh:
            self._documents[document.key] = document
        self._view.show_files(self._rows.of(self._documents.values()))
        if found_here:
            self._view.choose([found_here[0].key])
        self._verify([each for each in fresh if each.state is not State.FAILED])

    def again(self) -> None:
        """Verify the chosen files once more, or all."""
        keys = self._chosen or list(self._documents)
        self._verify([self._documents[key] for key in keys])

    def verify_with(self, content: Path) -> None:
        """Verify the chosen signature against a document that the user points to."""
        if len(self._chosen) == 1:
            document = self._documents[self._chosen[0]]
            self._checking.start([document], practice=self._practice.active, content=content)

    def _verify(self, documents: Sequence[Document]) -> None:
        idle = [each for each in documents if each.state not in BUSY]
        self._checking.start(idle, practice=self._practice.active)
        self._show_state()

    def cancel(self) -> None:
        """Stop what is being done."""
        self._checking.cancel()
        self._show_state()

    def remove(self) -> None:
        """Take the chosen files off the list; the files themselves stay."""
        gone = {key for key in self._chosen if self._documents[key].state not in BUSY}
        self._documents = {k: d for k, d in self._documents.items() if k not in gone}
        self._chosen = [key for key in self._chosen if key in self._documents]
        self.show_all()

    def select(self, keys: Sequence[str]) -> None:
        """Learn which files are chosen."""
        self._chosen = [key for key in keys if key in self._documents]
        self._show_details()

    def report(self) -> Checked | None:
        """Return one report on the chosen files, or on all when not exactly some are chosen."""
        keys = self._chosen or list(self._documents)
        checks = [self._documents[key].checked for key in keys]
        done = [each for each in checks if each is not None]
        return joined(done) if done else None

    @property
    def can_report(self) -> bool:
        """Tell whether there is anything to put on paper."""
        return any(each.checked is not None for each in self._documents.values())

    # --- inner

    def _on_document(self, document: Document) -> None:
        if document.key not in self._documents:
            return
        self._documents[document.key] = document
        self._view.show_file(self._rows.of([document])[0])
        self._show_state()
        if self._chosen == [document.key]:
            self._show_details()

    def _fail(self, error: RoscherkError) -> None:
        self._gathering = False
        self._show_state()
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)

    def _show_state(self) -> None:
        self._view.show_summary(self._summary())
        active = [each for each in self._documents.values() if each.state in BUSY]
        if self._gathering:
            self._view.show_busy(_("Looking through folders…"), None)
        elif active:
            text = _("Verifying: {name}").format(name=plain(active[0].path.name))
            if len(active) > 1:
                left = ngettext("{n} file left", "{n} files left", len(active))
                text = f"{text} · {left.format(n=len(active))}"
            self._view.show_busy(text, active[0].percent)
        else:
            self._view.show_busy("", None)

    def _summary(self) -> str:
        verdicts = [
            each.checked.report.files[0].verdict
            for each in self._documents.values()
            if each.checked is not None
        ]
        if not verdicts:
            return _("Signatures of others: is the document unchanged, who signed, who vouches")
        words = (
            (Indication.TOTAL_PASSED, _("valid: {n}")),
            (Indication.INDETERMINATE, _("undetermined: {n}")),
            (Indication.TOTAL_FAILED, _("invalid: {n}")),
            (Indication.NO_SIGNATURE, _("without a signature: {n}")),
        )
        parts = [
            text.format(n=verdicts.count(verdict)) for verdict, text in words if verdict in verdicts
        ]
        return _("Verified — {parts}").format(parts=", ".join(parts))

    def _show_details(self) -> None:
        chosen = [self._documents[key] for key in self._chosen]
        self._view.show_details(_details(chosen))


def without_originals(documents: Sequence[Document]) -> list[Document]:
    """Leave out documents whose detached signature stands beside them: they are its content."""
    contents = {
        each.path.with_name(each.path.stem.removesuffix(PRACTICE_MARK))
        for each in documents
        if each.is_signature
    }
    return [each for each in documents if each.path not in contents]


def _details(chosen: Sequence[Document]) -> Details:
    if not chosen:
        return Nothing()
    if len(chosen) > 1:
        count = len(chosen)
        heading = ngettext("{n} file", "{n} files", count).format(n=count)
        return FileDetails(heading=heading, lines=())
    document = chosen[0]
    if document.state is State.FAILED and document.error is not None:
        return FailedDetails(plain(document.path.name), describe_error(document.error))
    if document.checked is not None and document.state is State.CHECKED:
        return CheckedDetails(document.checked)
    return FileDetails(heading=plain(document.path.name), lines=())
