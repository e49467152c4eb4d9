"""The list of accredited authorities in the window: imported, fetched, shown, put back. No Qt here."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.crypto.accreditation.door import Accreditation, Imported
from app.crypto.accreditation.model import AccreditedList
from app.errors import ErrorCode, ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.accreditation_words import (
    age_warning,
    age_words,
    list_heading,
    list_lines,
    list_name,
    signer_question,
)
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe_error
from app.texts.showing import local_date
from app.texts.verdicts import notice
from app.ui.asking import Question
from app.ui.certificates.rows import Chosen
from app.ui.forms import Filled, Form, Step, Told
from app.ui.known_keys import now
from app.ui.notes import Notes
from app.ui.rows import Badge, Row, Tone
from app.ui.work import Job, Task, Tasks

SUFFIX = ".xml"
_CURRENT, _PREVIOUS = "register current", "register previous"
_NO_NETWORK = frozenset({ErrorCode.ACCREDITED_LIST_NOT_FETCHED, ErrorCode.NETWORK_OFFLINE})


class View(Protocol):
    """What the page can do for these deeds."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def ask(self, question: Question, on_yes: Callable[[], object]) -> None:
        """Ask before something that matters."""

    def ask_form(self, form: Form, answer: Callable[[Filled], object]) -> None:
        """Ask in a dialog."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""

    def choose_register(self, answer: Callable[[Path], object]) -> None:
        """Let the user choose the file of a list."""

    def show_work(self, words: str, percent: int | None) -> None:
        """Show what is being done; no words: nothing is."""


def is_register(path: Path) -> bool:
    """Tell whether a file may be a list of accredited authorities."""
    return path.suffix.lower() == SUFFIX


class RegisterDeeds:
    """Take lists in, say how old the one in use is, go back to the one before."""

    def __init__(self, accreditation: Accreditation, notes: Notes, tasks: Tasks) -> None:
        self._accreditation = accreditation
        self._notes = notes
        self._tasks = tasks
        self._current: AccreditedList | None = None
        self._previous: AccreditedList | None = None
        self._task: Task | None = None
        self._view: View
        self.on_change: Callable[[], object] = lambda: None
        """Called when another list is in use, or it became known which one is."""
        self.on_taken: Callable[[], object] = lambda: None
        """Called when a list was taken in."""

    def attach(self, view: View) -> None:
        """Begin to ask and tell on ``view``."""
        self._view = view

    def read(self) -> None:
        """Learn which list is in use."""

        def work(_job: Job) -> tuple[AccreditedList | None, AccreditedList | None]:
            return self._accreditation.current(), self._accreditation.previous()

        self._tasks.run(work, done=self._take_state, failed=self._fail, lane="register")

    # --- what is done

    def fetch(self, url: str | None = None, signer: str | None = None) -> None:
        """Fetch the list from where it is published, or from an address that the user names."""

        def work(job: Job) -> Imported:
            return self._accreditation.fetch(
                url, trust_signer=signer, progress=job.progress, cancel=job.cancel
            )

        self._begin(
            _("Fetching the list of accredited authorities…"),
            work,
            again=lambda agreed: self.fetch(url, agreed),
        )

    def renew(self) -> None:
        """Fetch it from the known addresses."""
        self.fetch()

    def choose(self) -> None:
        """Let the user choose the file of a list, and import it."""
        self._view.choose_register(self.take_in)

    def take_in(self, path: Path, signer: str | None = None) -> None:
        """Import a list from a file."""

        def work(job: Job) -> Imported:
            return self._accreditation.take_in(
                path, trust_signer=signer, progress=job.progress, cancel=job.cancel
            )

        self._begin(
            _("Reading the list of accredited authorities…"),
            work,
            again=lambda agreed: self.take_in(path, agreed),
            source=str(path),
        )

    def ask_address(self) -> None:
        """Ask for another address of the list."""
        form = Form(
            heading=_("Where is the list to be fetched from?"),
            words=_(
                "An address that begins with https:// or http://. Its signature is checked in any case."
            ),
            icon="link",
            text=_("Address"),
            yes=_("Fetch"),
        )
        self._view.ask_form(form, lambda filled: self.fetch(filled.text.strip()))

    def undo(self) -> None:
        """Go back to the list before, if the user agrees."""
        before = self._previous
        if before is None:
            return
        words = _(
            "{name} will be in use again. An older list may still name an authority that has lost its accreditation."
        )
        self._view.ask(
            Question(
                heading=_("Go back to the previous list?"),
                words=words.format(name=list_name(before)),
                yes=_("Go back to it"),
                icon="history",
            ),
            self._put_back,
        )

    def cancel(self) -> None:
        """Stop what is being done."""
        if self._task is not None:
            self._task.cancel()

    # --- what is shown

    def rows(self) -> list[Row]:
        """Return the list in use, and the one before it."""
        found = []
        if self._current is not None:
            old = age_warning(self._current, now()) is not None
            badge = Badge(_("Old"), Tone.WARN) if old else Badge(_("In use"), Tone.OK)
            found.append(_row(_CURRENT, self._current, badge))
        if self._previous is not None:
            found.append(_row(_PREVIOUS, self._previous, Badge(_("The one before"), Tone.PLAIN)))
        return found

    def chosen(self, key: str | None) -> Chosen | None:
        """Return the card of a row of `rows`; None: it is no row of these."""
        kept = {_CURRENT: self._current, _PREVIOUS: self._previous}.get(key or "")
        if kept is None:
            return None
        return Chosen(
            heading=list_name(kept),
            lines=((_("Age"), age_words(kept, now())), *list_lines(kept)),
            go_back=key == _PREVIOUS,
        )

    @property
    def empty_words(self) -> tuple[str, str]:
        """Say what the list is for, where there is none."""
        return (
            _("No list of accredited authorities yet"),
            _(
                "By it one sees whether the issuer of a certificate was accredited on the day of issue; without it nobody can say that a certificate is qualified. Fetch it, or drop the XML file here."
            ),
        )

    @property
    def warning(self) -> str:
        """Say that the list in use has grown old; empty where it has not, or there is none."""
        return "" if self._current is None else age_warning(self._current, now()) or ""

    # --- inner

    def _begin(
        self,
        words: str,
        work: Callable[[Job], Imported],
        *,
        again: Callable[[str], object],
        source: str = "",
    ) -> None:
        """Start ``work``; ``again`` is called with the fingerprint of a signer one agreed to."""
        if self._task is not None:
            return

        def fail(error: RoscherkError) -> None:
            self._end()
            self._refuse(error, again)

        self._view.show_work(words, None)
        self._task = self._tasks.run(
            work,
            done=lambda taken: self._take(taken, source),
            failed=fail,
            progress=lambda done, total: self._view.show_work(
                words, min(100, done * 100 // total) if total else None
            ),
            lane="register",
        )

    def _end(self) -> None:
        self._task = None
        self._view.show_work("", None)

    def _take(self, taken: Imported, source: str) -> None:
        self._end()
        kept = taken.kept
        points = [(Tone.WARN, notice(each.code, each.facts)) for each in taken.notices]
        heading = _("This is the list that is in use already")
        if taken.new:
            heading = _("The list of accredited authorities was taken in")
            self._notes.note(
                Action.ACCREDITED_LIST_IMPORT,
                taken.source or source,
                "imported",
                version=kept.version,
                sha256=kept.sha256,
                signer=kept.signer.sha256,
            )
        self._view.tell(
            Told(
                heading=heading,
                words=list_heading(kept),
                tone=Tone.WARN if points else Tone.OK,
                points=tuple(points),
            )
        )
        self.on_taken()
        self.read()

    def _refuse(self, error: RoscherkError, again: Callable[[str], object]) -> None:
        if error.code is ErrorCode.ACCREDITED_LIST_SIGNER_UNKNOWN:
            digest = str(error.facts["sha256"])
            self._view.ask(
                Question(
                    heading=_("Do you trust the signer of this list?"),
                    words=signer_question(error.facts),
                    yes=_("The fingerprint is the same: trust it"),
                    icon="landmark",
                ),
                lambda: again(digest),
            )
        elif error.code in _NO_NETWORK:
            words = describe_error(error)
            self._view.tell(
                Told(
                    heading=words.heading,
                    words=f"{words.explanation}\n\n{words.advice}",
                    tone=Tone.WARN,
                    steps=(
                        Step(text=_("Import from a file…"), act=self.choose),
                        Step(text=_("Another address…"), act=self.ask_address),
                    ),
                )
            )
        else:
            self._fail(error)

    def _put_back(self) -> None:
        def take(kept: AccreditedList) -> None:
            self._notes.note(
                Action.ACCREDITED_LIST_UNDO, kept.sha256, "put_back", version=kept.version
            )
            self.read()

        self._tasks.run(
            lambda _job: self._accreditation.undo(), done=take, failed=self._fail, lane="register"
        )

    def _take_state(self, kept: tuple[AccreditedList | None, AccreditedList | None]) -> None:
        if kept != (self._current, self._previous):
            self._current, self._previous = kept
            self.on_change()

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)


def _row(key: str, kept: AccreditedList, badge: Badge) -> Row:
    count = ngettext("{n} authority", "{n} authorities", kept.authorities)
    title = _("Version {version} of {date}")
    caption = _("{count}, signature checked")
    return Row(
        key=key,
        title=title.format(version=kept.version, date=local_date(kept.date)),
        caption=caption.format(count=count.format(n=kept.authorities)),
        icon="landmark",
        badge=badge,
    )
