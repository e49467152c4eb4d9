"""Verification: incoming files, the verdict on each, a protocol on paper. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol, TypeVar

from app.crypto.packages.door import Packages
from app.crypto.packages.model import Package
from app.crypto.packages.searching import SearchResult
from app.crypto.verifying.door import Checked
from app.errors import ErrorFamily, RoscherkError
from app.reports.dossier import joined
from app.reports.table_files import save_table
from app.texts.catalogue import _
from app.texts.showing import plain
from app.ui.checking import Checking
from app.ui.details import Details
from app.ui.files import BUSY, Document, State
from app.ui.practice_mode import PracticeMode
from app.ui.rows import Row
from app.ui.verify.coming import (
    Came,
    came_in,
    has_found,
    search_told,
    signed_content_of,
    singles,
)
from app.ui.verify.groups import ATTENTION, HANDFUL, Narrowed, rows_of
from app.ui.verify.telling import details, progress, summary
from app.ui.verify.tree_lines import TreeLine, TreeLines, table_rows
from app.ui.work import Job, Task, Tasks

T = TypeVar("T")
_AT_ONCE: Final = 50
"""Files whose lines are made on the spot when the language changes."""


class View(Protocol):
    """What the page can do for its presenter."""

    def show_now(self) -> None:
        """Show everything that `VerifyPresenter` has, at once."""

    def show_file(self, row: Row) -> None:
        """Show one file that changed."""

    def show_soon(self) -> None:
        """Show everything anew, soon: while hundreds of verdicts come in, not at each of them."""

    def prefer_tree(self) -> None:
        """Show the table rather than the list: a package came in."""

    def show_notices(self, notices: Sequence[str]) -> None:
        """Tell what was refused or discarded in what came in."""

    def choose_first(self) -> None:
        """Choose the first of what is shown."""

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
        packages: Packages,
        tasks: Tasks,
    ) -> None:
        self._practice = practice
        self._tasks = tasks
        self._packages = packages
        self._working: Task | None = None
        self._busy_words = ""
        self._percent: int | None = None
        self._checking = checking(self._on_document)
        self._documents: dict[str, Document] = {}
        self._lines = TreeLines()
        self._checking.quiet = True
        self._checking.prepare = self._lines.told
        self._asked = 0
        self._chosen: list[str] = []
        self._gathering = False
        self._called_off = 0  # how often the user has had enough
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self.show_all()

    def show_all(self) -> None:
        """Show everything again, e.g. in another language: long lists are put into words first."""
        if len(self._documents) > _AT_ONCE:
            documents = list(self._documents.values())
            self._tasks.run(
                lambda _job: self._lines.listed(documents),
                done=lambda _told: self._show_many(),
                failed=self._view.show_error,
            )
            return
        self._show_all()

    def _show_many(self) -> None:
        """Show a long list; the rest has a turn of its own."""
        self._view.show_now()
        self._tasks.post(self.show_state)
        self._tasks.post(self._show_details)

    def _show_all(self) -> None:
        self._view.show_now()
        self.show_state()
        self._show_details()

    def rows(self, narrowed: Narrowed) -> list[Row]:
        """Return the list: under headings by standing, where there is more than a handful."""
        return rows_of(self._lines.listed(self._documents.values()), narrowed)

    @property
    def count(self) -> int:
        """Return how many files there are."""
        return len(self._documents)

    @property
    def problems(self) -> int:
        """Return how many files need somebody's attention."""
        told = self._lines.listed(self._documents.values())
        return sum(each.line.standing in ATTENTION for each in told)

    def add(self, paths: Sequence[Path]) -> None:
        """Take files and folders, and verify at once what is new."""
        if not paths:
            return
        single = singles(self._documents.values())
        self._begin(
            _("Looking through what came in…"),
            lambda job: self._open(paths, single, job),
            lambda came: self._take_opened(came, single),
        )

    def _open(self, paths: Sequence[Path], single: Sequence[Path], job: Job) -> Came:
        """Open the package and prepare its lines; runs in a thread."""
        came = came_in(self._packages, paths, job, single)
        for document in came.documents:
            self._lines.told(document)
        return came

    def _take_opened(self, came: Came, single: Sequence[Path]) -> None:
        told = {each.key: each for each in came.documents}
        for path in single:
            # A document that came before its signature is no line of its own any more.
            if str(path) in self._documents and str(path) not in told:
                del self._documents[str(path)]
        fresh = [
            each
            for each in came.documents
            if each.key not in self._documents or has_found(each, self._documents[each.key])
        ]
        for document in fresh:
            self._documents[document.key] = document
        many = len(came.documents) > HANDFUL
        self._chosen = [key for key in self._chosen if key in self._documents and not many]
        if came.whole and len(came.documents) > 1:
            self._view.prefer_tree()
        self._view.show_now()
        if many:
            self._view.choose([])  # the first of the groups is chosen when they stand
        # What follows has a turn of its own: with the lines it would be felt.
        self._gathering = True
        before, called_off = list(self._chosen), self._called_off
        self._tasks.post(lambda: self._go_on(came, fresh, before, called_off))

    def _go_on(
        self, came: Came, fresh: Sequence[Document], before: list[str], called_off: int
    ) -> None:
        """Choose what came, unless something was chosen meanwhile, and verify what is new."""
        self._gathering = self._working is not None
        self._view.show_notices(came.notices)
        listed = [each for each in fresh or came.documents if each.key in self._documents]
        if listed and len(came.documents) <= HANDFUL and self._chosen == before:
            self._view.choose([listed[0].key])
        else:
            self._show_details()
        if fresh and called_off == self._called_off:
            self._verify([each for each in listed if each.state is not State.FAILED])
        self.show_state()

    def _begin(self, words: str, work: Callable[[Job], T], done: Callable[[T], None]) -> None:
        """Do something before the files can be verified, with progress, till it is called off."""

        def finish(answer: T) -> None:
            self._gathering, self._working = False, None
            done(answer)
            self.show_state()

        self._gathering, self._busy_words, self._percent = True, words, None
        self.show_state()
        self._working = self._tasks.run(
            work, done=finish, failed=self._fail, progress=self._on_progress
        )

    def _on_progress(self, done: int, total: int) -> None:
        self._percent = min(100, done * 100 // total) if total else None
        self.show_state()

    def find_document(self, folder: Path) -> None:
        """Search a folder for the document of the chosen signature, by its digest."""
        if len(self._chosen) != 1:
            return
        key = self._chosen[0]
        signature = self._documents[key].path
        self._begin(
            _("Searching by digest: {folder}").format(folder=plain(folder)),
            lambda job: self._packages.find_document(
                signature, [folder], progress=job.progress, cancel=job.cancel
            ),
            lambda found: self._take_found(key, found),
        )

    def _take_found(self, key: str, found: SearchResult) -> None:
        self._view.show_notices([search_told(found)])
        document = self._documents.get(key)
        if document is None or found.document is None:
            return
        if document.package is None:
            self._checking.start([document], practice=self._practice.active, content=found.document)
            return
        package = document.package
        self._begin(
            _("Verifying: {name}").format(name=plain(document.name)),
            lambda job: self._packages.with_documents(package, [found], job.cancel),
            lambda better: self._verify_in(key, better),
        )

    def _verify_in(self, key: str, package: Package) -> None:
        document = self._documents.get(key)
        if document is not None:
            self._documents[key] = replace(document, package=package)
            self._verify([self._documents[key]])

    def tree(self) -> tuple[TreeLine, ...]:
        """Return the tree of what came in: document, signers, on whose behalf, verdict."""
        return self._lines.of(self._documents.values())

    def save_table(self, target: Path, done: Callable[[], None]) -> None:
        """Save one table of all that was verified."""
        documents = list(self._documents.values())
        self._tasks.run(
            lambda _job: save_table(
                table_rows(documents), target, checked_at=datetime.now(UTC).replace(microsecond=0)
            ),
            done=lambda _target: done(),
            failed=self._view.show_error,
            lane="printing",
        )

    def skip_checked(self, *, skip: bool) -> None:
        """Take earlier verdicts on files that have not changed, or verify everything anew."""
        self._checking.skip_checked = skip

    @property
    def document_to_save(self) -> Document | None:
        """Return the chosen file if it lies in a private place and can be saved out of it."""
        if len(self._chosen) != 1:
            return None
        document = self._documents[self._chosen[0]]
        return document if document.shown is not None else None

    def save_out(self, target: Path, done: Callable[[], None]) -> None:
        """Save the document of the chosen signature out of the archive it came in."""
        document = self.document_to_save
        if document is None:
            return
        source = signed_content_of(document)
        self._tasks.run(
            lambda _job: self._packages.copy_out(source, target),
            done=lambda _target: done(),
            failed=self._view.show_error,
            lane="printing",
        )

    def again(self) -> None:
        """Verify the chosen files once more, or all."""
        keys = self._chosen or list(self._documents)
        self._verify([self._documents[key] for key in keys])

    def without_network(self) -> None:
        """Verify the chosen file by what lies on this computer alone."""
        self._checking.start(self.chosen(), practice=self._practice.active, offline=True)

    def verify_with(self, content: Path) -> None:
        """Verify the chosen signature against a document that the user points to."""
        if len(self._chosen) == 1:
            document = self._documents[self._chosen[0]]
            self._checking.start([document], practice=self._practice.active, content=content)

    def _verify(self, documents: Sequence[Document]) -> None:
        idle = [each for each in documents if not self._checking.waits(each.key)]
        if not self._checking.running:
            self._asked = 0
        self._asked += len(idle)
        self._checking.start(idle, practice=self._practice.active)
        self.show_state()

    def cancel(self) -> None:
        """Stop what is being done, and what was about to be begun."""
        self._called_off += 1
        if self._working is not None:
            self._working.cancel()
        self._checking.cancel()
        self.show_state()

    def remove(self) -> None:
        """Take the chosen files off the list; the files themselves stay."""
        gone = {key for key in self._chosen if self._documents[key].state not in BUSY}
        self._checking.forget(gone)
        self._lines.forget(gone)
        self._documents = {k: d for k, d in self._documents.items() if k not in gone}
        self._chosen = [key for key in self._chosen if key in self._documents]
        self.show_all()

    def select(self, keys: Sequence[str]) -> None:
        """Learn which files are chosen."""
        self._chosen = [key for key in keys if key in self._documents]
        self._show_details()

    def chosen(self) -> list[Document]:
        """Return the chosen files."""
        return [self._documents[key] for key in self._chosen if key in self._documents]

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
        self._view.show_file(self._lines.told(document).row)
        if not self._chosen and not self._checking.running:
            self._view.show_now()
            self._view.choose_first()
        self._view.show_soon()
        if self._chosen == [document.key]:
            self._show_details()

    def _fail(self, error: RoscherkError) -> None:
        self._gathering, self._working = False, None
        self.show_state()
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)

    def show_state(self) -> None:
        """Say what the page is about now, and what is being done."""
        self._view.show_summary(summary(self._documents.values(), self.problems))
        left, key = self._checking.running, self._checking.current
        document = None if key is None else self._documents.get(key)
        if self._gathering:
            self._view.show_busy(self._busy_words, self._percent)
        elif left and document is not None:
            self._view.show_busy(*progress(document, left, self._asked))
        else:
            self._view.show_busy("", None)

    def _show_details(self) -> None:
        self._view.show_details(details(self.chosen()))
