"""Whether the journal is whole and can be written, looked at when the program begins. No Qt here.

Work goes on without it; the window says so over every page until it is mended.
"""

from collections.abc import Callable
from pathlib import Path

from app.errors import ErrorCode, RoscherkError
from app.journal import Journal, JournalCheck
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.journal_words import check_words
from app.texts.verdicts import Tone as Judged
from app.ui.rows import ReasonText, Tone
from app.ui.work import Tasks

_TONES = {Judged.GOOD: Tone.OK, Judged.UNSURE: Tone.WARN, Judged.BAD: Tone.ERROR}


class JournalHealth:
    """Keeps what the last look found, and tells those who watch."""

    def __init__(self, journal: Journal, tasks: Tasks) -> None:
        self._journal = journal
        self._tasks = tasks
        self._listeners: list[Callable[[], object]] = []
        self.check: JournalCheck | None = None
        """What the last look found; None: there was none, or it could not be made."""
        self.problem: RoscherkError | None = None
        """Why the journal cannot be read or written."""

    def watch(self, listener: Callable[[], object]) -> None:
        """Add one who is told of every news."""
        self._listeners.append(listener)

    def examine(self, done: Callable[[], object] = lambda: None) -> None:
        """Compute the chain anew, in a thread."""

        def take(check: JournalCheck) -> None:
            self.check, self.problem = check, None
            self._tell()
            done()

        self._tasks.run(
            lambda _job: self._journal.verify(), done=take, failed=self.failed, lane="journal"
        )

    def failed(self, error: RoscherkError) -> None:
        """Hear that the journal could not be read or written."""
        if error.code is ErrorCode.CANCELLED:
            return
        self.check, self.problem = None, error
        self._tell()

    def succeeded(self) -> None:
        """Hear that the journal was written: look again, if it could not be before."""
        if self.problem is not None:
            self.examine()

    def set_aside(
        self, done: Callable[[Path | None], object], failed: Callable[[RoscherkError], None]
    ) -> None:
        """Keep the damaged journal beside, and begin a new one."""

        def take(kept: Path | None) -> None:
            self.examine()
            done(kept)

        self._tasks.run(
            lambda _job: self._journal.set_aside(),
            done=take,
            failed=failed,
            lane="journal",
        )

    @property
    def can_be_set_aside(self) -> bool:
        """Tell whether a new journal would help."""
        if self.problem is not None:
            return self.problem.code is ErrorCode.JOURNAL_DAMAGED
        return self.check is not None and not self.check.sound

    def trouble(self) -> ReasonText | None:
        """Say what is wrong; nothing where all is well, or nothing is known yet."""
        if self.problem is not None:
            words = describe_error(self.problem)
            return ReasonText(
                heading=_("The journal is not being written: {why}").format(why=words.heading),
                explanation=f"{words.explanation} {words.advice}".strip(),
                tone=Tone.ERROR,
            )
        if self.check is None or (self.check.sound and not self.check.end_unknown):
            return None
        return self.told()

    def told(self) -> ReasonText | None:
        """Say what the last look found, also if all is well."""
        if self.check is None:
            return self.trouble() if self.problem is not None else None
        words, tone = check_words(self.check)
        return ReasonText(
            heading=words.heading,
            explanation=f"{words.explanation} {words.advice}".strip(),
            tone=_TONES[tone],
        )

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
