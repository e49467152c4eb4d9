"""The journal: found, shown, checked, taken out, done again. No Qt here."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.journal import Entry, Journal, Query
from app.reports.journal_files import save_rows
from app.reports.printing import Printing
from app.texts.catalogue import _, ngettext
from app.texts.journal_words import (
    KINDS,
    Kind,
    action_words,
    actions_of,
    fact_lines,
    outcome_words,
    told,
)
from app.texts.showing import local_time, plain, utc_time
from app.ui.asking import Question
from app.ui.details import Lines
from app.ui.forms import Step, Told
from app.ui.journal.period import bounds
from app.ui.journal.repeating import Again, again
from app.ui.journal_health import JournalHealth
from app.ui.notes import Notes
from app.ui.rows import ReasonText
from app.ui.work import Job, Task, Tasks

_ON_PAPER: Final = frozenset({".pdf", ".html", ".htm"})


class View(Protocol):
    """What the page can do for its presenter."""

    def show_numbers(self, numbers: Sequence[int], *, narrowed: bool) -> None:
        """Show which rows there are; ``narrowed``: others are left out."""

    def show_rows(self, asked: Sequence[int], entries: Sequence[Entry]) -> None:
        """Show rows that were read."""

    def show_entry(self, heading: str, lines: Lines, *, again: bool, folder: bool) -> None:
        """Show one row in full; without a heading, that none is chosen."""

    def show_check(self, told: ReasonText | None, *, aside: bool) -> None:
        """Show whether the journal is as it was written; ``aside``: a new one may be begun."""

    def show_count(self, text: str) -> None:
        """Say how many rows there are."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def show_in_folder(self, path: str) -> None:
        """Show a file in the system's own program."""


class JournalPresenter:
    """Decide what the page of the journal shows."""

    def __init__(
        self,
        journal: Journal,
        health: JournalHealth,
        notes: Notes,
        printing: Printing,
        tasks: Tasks,
        *,
        do_again: Callable[[Again], None],
    ) -> None:
        """``do_again`` opens the page where a row is done again."""
        self._journal = journal
        self._health = health
        self._printing = printing
        self._tasks = tasks
        self._do_again = do_again
        self._query = Query()
        self._numbers: tuple[int, ...] = ()
        self._entries: dict[int, Entry] = {}
        self._chosen: int | None = None
        self._searching: Task | None = None
        self._asked_check = False
        self._words, self._period, self._kind = "", "", ""
        self._view: View
        self._stale = False
        notes.on_note = self._on_note

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self._health.watch(self._show_check)
        self.show_all()
        self.refresh()

    def show_all(self) -> None:
        """Show everything again."""
        self._view.show_numbers(self._numbers, narrowed=not self._query.everything)
        self._show_check()
        self._show_count()
        self._show_chosen()

    # --- looking

    def narrow(self, words: str, period: str, kind: str) -> None:
        """Learn which rows the user wants to see."""
        self._words, self._period, self._kind = words, period, kind
        self.refresh()

    def refresh(self) -> None:
        """Look for the rows that are wanted."""
        if self._searching is not None:
            self._searching.cancel()
        self._stale = False
        query = self._query = self._wanted()

        def take(numbers: tuple[int, ...]) -> None:
            self._searching = None
            self._numbers = numbers
            self._view.show_numbers(numbers, narrowed=not query.everything)
            self._show_count()
            if self._stale:
                self.refresh()

        self._searching = self._tasks.run(
            lambda _job: self._journal.find(query, told),
            done=take,
            failed=self._fail,
            lane="journal",
        )

    def _on_note(self) -> None:
        """Look again once: a batch writes a row for each of its files."""
        if self._searching is None:
            self.refresh()
        else:
            self._stale = True

    def _wanted(self) -> Query:
        since, until = bounds(self._period, datetime.now().astimezone())
        actions = actions_of(frozenset({Kind(self._kind)})) if self._kind else None
        words = tuple(self._words.split())
        return Query(words=words, since=since, until=until, actions=actions)

    def read(self, numbers: Sequence[int]) -> None:
        """Read rows that somebody looks at."""

        def take(entries: tuple[Entry, ...]) -> None:
            self._entries.update((each.number, each) for each in entries)
            self._view.show_rows(numbers, entries)
            if self._chosen in numbers:
                self._show_chosen()

        self._tasks.run(
            lambda _job: self._journal.rows(numbers), done=take, failed=self._fail, lane="journal"
        )

    def select(self, keys: Sequence[str]) -> None:
        """Learn which row is chosen."""
        self._chosen = int(keys[0]) if keys else None
        if self._chosen is not None and self._chosen not in self._entries:
            self.read([self._chosen])
        self._show_chosen()

    def _show_chosen(self) -> None:
        found = None if self._chosen is None else self._entries.get(self._chosen)
        if found is None:
            self._view.show_entry("", (), again=False, folder=False)
            return
        plan = again(found)
        self._view.show_entry(
            action_words(found.action),
            lines_of(found),
            again=plan is not None,
            folder=plan is not None and plan.file is not None,
        )

    def _show_count(self) -> None:
        count = len(self._numbers)
        words = ngettext("{n} row", "{n} rows", count)
        self._view.show_count(words.format(n=f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")))

    # --- whether it is whole

    def check(self) -> None:
        """Find out whether the journal is as it was written."""
        self._asked_check = True
        self._health.examine()

    def _show_check(self) -> None:
        said = self._health.told() if self._asked_check else self._health.trouble()
        self._view.show_check(said, aside=self._health.can_be_set_aside)

    def ask_to_set_aside(self) -> None:
        """Begin a new journal, if the user wants that; the old file is kept."""
        question = Question(
            heading=_("Begin a new journal?"),
            words=_(
                "The present file is kept beside under another name; nothing is deleted. Rows in "
                "it will no longer be shown here."
            ),
            yes=_("Set aside and begin anew"),
            icon="history",
        )
        self._view.ask(question, self._set_aside)

    def _set_aside(self) -> None:
        def take(kept: Path | None) -> None:
            self._entries.clear()
            self.refresh()
            name = "" if kept is None else _("Kept as: {name}").format(name=plain(kept.name))
            self._view.tell(Told(heading=_("A new journal was begun"), words=name))

        self._health.set_aside(take, self._fail)

    # --- out of it

    def export(self, target: Path) -> None:
        """Write the rows that are shown into a new file, in the form that its name asks for."""
        numbers = self._numbers

        def work(_job: Job) -> None:
            check = self._journal.verify()
            entries = self._journal.rows(numbers)
            if target.suffix.lower() in _ON_PAPER:
                self._printing.save_journal(entries, check, target)
            else:
                save_rows(entries, check, target)

        def take(_nothing: None) -> None:
            show = Step(
                text=_("Show in folder"), act=lambda: self._view.show_in_folder(str(target))
            )
            heading = _("Saved: {name}").format(name=plain(target.name))
            self._view.tell(Told(heading=heading, steps=(show,)))

        self._tasks.run(work, done=take, failed=self._fail, lane="printing")

    def repeat(self) -> None:
        """Open the page where the chosen row is done again, with its file and its key."""
        plan = self._plan()
        if plan is None:
            return

        def work(_job: Job) -> Again:
            if plan.file is not None and not plan.file.exists():
                raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(plan.file))
            return plan

        self._tasks.run(work, done=self._do_again, failed=self._fail, lane=None)

    def show_file(self) -> None:
        """Show the file of the chosen row in the system's own program."""
        plan = self._plan()
        if plan is not None and plan.file is not None:
            self._view.show_in_folder(str(plan.file))

    def _plan(self) -> Again | None:
        found = None if self._chosen is None else self._entries.get(self._chosen)
        return None if found is None else again(found)

    def _fail(self, error: RoscherkError) -> None:
        if error.code in {ErrorCode.JOURNAL_DAMAGED, ErrorCode.JOURNAL_NEWER}:
            self._health.failed(error)
        elif error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)


def kinds() -> list[tuple[str, str]]:
    """Return the kinds by which the journal is narrowed, with their names."""
    return [("", _("Everything")), *((kind.value, _(words)) for kind, words in KINDS.items())]


def lines_of(entry: Entry) -> Lines:
    """Return one row of the journal in full."""
    lines = [
        (_("Number"), str(entry.number)),
        (_("Time"), local_time(entry.time)),
        (_("Time, UTC"), utc_time(entry.time)),
        (_("Outcome"), outcome_words(entry.outcome)[0]),
    ]
    if entry.target:
        lines.append((_("Object"), plain(entry.target)))
    return (*lines, *fact_lines(entry))
