"""The look over the workplace as it comes, what can be done about each line, support. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from app.errors import ErrorFamily, RoscherkError
from app.texts.catalogue import N_, _, ngettext
from app.texts.showing import plain
from app.texts.verdicts import Tone as Spoken
from app.texts.workplace_words import area_words, finding_words, state_words
from app.ui.forms import Step, Told
from app.ui.rows import Badge, Row, Tone
from app.ui.work import Job, Task, Tasks
from app.values import dataclass
from app.workplace.door import Workplace
from app.workplace.model import Area, Finding, Remedy, Seen, State, worst
from app.workplace.support import Support, save

_TONES: Final = {
    Spoken.GOOD: Tone.OK,
    Spoken.BAD: Tone.ERROR,
    Spoken.UNSURE: Tone.WARN,
    Spoken.PLAIN: Tone.PLAIN,
}
_ICONS: Final = {
    Area.PROGRAM: "file-lock",
    Area.ALGORITHMS: "signature",
    Area.PROFILE: "folder-open",
    Area.CLOCK: "clock",
    Area.READERS: "usb",
    Area.TOKENS: "usb",
    Area.KEYS: "key-round",
    Area.TRUST: "landmark",
    Area.LISTS: "refresh-cw",
    Area.ACCREDITATION: "badge-check",
    Area.NETWORK: "link",
}
_REMEDIES: Final = {
    Remedy.KEYS: N_("Open keys and tokens"),
    Remedy.CERTIFICATES: N_("Open certificates"),
    Remedy.SETTINGS: N_("Open settings"),
    Remedy.JOURNAL: N_("Open the journal"),
    Remedy.CLOSE_PROFILE: N_("Close the profile to others"),
    Remedy.ASK_TIME: N_("Ask an authority of time"),
    Remedy.OPEN_PROFILE: N_("Show the profile folder"),
}


@dataclass(frozen=True, kw_only=True)
class LineCard:
    """One line in full."""

    heading: str
    badge: Badge
    explanation: str
    advice: str
    command: str
    action: str
    """What the one button says; empty: there is none."""


class View(Protocol):
    """What the page can do for its presenter."""

    def show_lines(self, rows: Sequence[Row]) -> None:
        """Show the lines, area by area."""

    def choose(self, key: str) -> None:
        """Choose a line."""

    def show_card(self, card: LineCard | None) -> None:
        """Show one line in full."""

    def show_summary(self, text: str, tone: Tone, *, busy: bool) -> None:
        """Say how it stands in all."""

    def show_support(self, text: str) -> None:
        """Show what is gathered for support, before anything is saved."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the page."""

    def tell(self, told: Told) -> None:
        """Tell what came of some work."""

    def show_in_folder(self, path: str) -> None:
        """Show a file in the system's own program."""


class WorkplacePresenter:
    """Decide what the page of the workplace shows."""

    def __init__(
        self,
        workplace: Workplace,
        support: Support,
        tasks: Tasks,
        *,
        do: Callable[[Remedy], object],
        qt: str = "",
    ) -> None:
        """``do`` opens another page; what is mended here is done here. ``qt``: its version."""
        self._workplace = workplace
        self._support = support
        self._tasks = tasks
        self._do = do
        self._qt = qt
        self._seen: dict[Area, Seen] = {}
        self._task: Task | None = None
        self._current = object()
        self._busy = False
        self._chosen: str | None = None
        self._kept: str | None = None
        """The line that was chosen last: a new look shows it again."""
        self._looked = False
        self._stale = False
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to show things on ``view``."""
        self._view = view
        self.show_all()

    def entered(self) -> None:
        """Look when the page is shown for the first time."""
        if not self._looked:
            self.look()

    def look(self, *, ask_time: bool = False) -> None:
        """Look over everything; lines appear as they come."""
        self._looked = True
        if self._task is not None:
            self._task.cancel()
        self._seen = {}
        self._busy = True
        self.show_all()
        post = self._tasks.post

        def work(job: Job) -> None:
            for seen in self._workplace.look(ask_time=ask_time, cancel=job.cancel):
                post(lambda seen=seen: self._take(task, seen))  # type: ignore[misc]

        def fail(error: RoscherkError) -> None:
            if error.family is not ErrorFamily.SILENT:
                self._end(task)
                self._view.show_error(error)

        task = object()
        self._current = task
        self._task = self._tasks.run(work, done=lambda _none: self._end(task), failed=fail)

    def _take(self, task: object, seen: Seen) -> None:
        if task is self._current:
            self._seen[seen.area] = seen
            self._show_soon()

    def _show_soon(self) -> None:
        """Show what has come, once for all that has come by then."""
        if not self._stale:
            self._stale = True
            self._tasks.post(self._show_stale)

    def _show_stale(self) -> None:
        if self._stale:
            self._show_lines()

    def _end(self, task: object) -> None:
        if task is self._current:
            self._busy = False
            self._show_lines()

    # --- showing

    def show_all(self) -> None:
        """Show everything again."""
        self._show_lines()
        self._show_card()

    def select(self, keys: Sequence[str]) -> None:
        """Learn which line is chosen."""
        self._chosen = keys[0] if keys else None
        self._kept = self._chosen or self._kept
        self._show_card()

    def _show_lines(self) -> None:
        self._stale = False
        rows: list[Row] = []
        for area in Area:
            seen = self._seen.get(area)
            if seen is None and not self._busy:
                continue
            rows.append(Row(key=area, title=area_words(area), header=True))
            if seen is None or (not seen.done and not seen.findings):
                rows.append(_waiting(area))
            else:
                rows += [_row(each, place) for place, each in enumerate(seen.findings)]
        self._view.show_lines(rows)
        self._choose(rows)
        text, tone = self._summary()
        self._view.show_summary(text, tone, busy=self._busy)
        self._show_card()

    def _choose(self, rows: Sequence[Row]) -> None:
        """Keep the line that was chosen; at the end of a look, begin with the gravest."""
        there = {row.key for row in rows if not row.header}
        if self._chosen in there:
            return
        if self._kept in there:
            self._view.choose(str(self._kept))
        elif not self._busy and there:
            order = (Tone.ERROR, Tone.WARN, Tone.OK, Tone.PLAIN)
            lines = [row for row in rows if not row.header]
            self._view.choose(min(lines, key=lambda row: order.index(row.tone)).key)

    def _summary(self) -> tuple[str, Tone]:
        """Say in one line how it stands."""
        if self._busy:
            done = sum(each.done for each in self._seen.values())
            words = _("Looking: {done} of {total} parts")
            return words.format(done=done, total=len(Area)), Tone.INFO
        findings = self._findings()
        bad = sum(each.state is State.BAD for each in findings)
        if bad:
            words = ngettext(
                "{n} thing does not work: choose its line to see what to do.",
                "{n} things do not work: choose a line to see what to do.",
                bad,
            )
            return words.format(n=bad), Tone.ERROR
        if worst(findings) in {State.ATTENTION, State.UNKNOWN}:
            return _("You can work; some lines want attention."), Tone.WARN
        return _("Everything is in order."), Tone.OK

    def _show_card(self) -> None:
        found = self._finding()
        self._view.show_card(None if found is None else card_of(found))

    def _finding(self) -> Finding | None:
        area, _dot, place = (self._chosen or "").partition(".")
        seen = next((each for each in self._seen.values() if each.area == area), None)
        if seen is None or not place.isdigit() or int(place) >= len(seen.findings):
            return None
        return seen.findings[int(place)]

    def _findings(self) -> tuple[Finding, ...]:
        return tuple(
            each for area in Area if area in self._seen for each in self._seen[area].findings
        )

    # --- doing

    def act(self) -> None:
        """Do the one thing that helps with the chosen line."""
        found = self._finding()
        if found is None or found.remedy is None:
            return
        if found.remedy is Remedy.ASK_TIME:
            self.look(ask_time=True)
        elif found.remedy is Remedy.CLOSE_PROFILE:
            self._tasks.run(
                lambda _job: self._workplace.close_profile(),
                done=lambda _nothing: self.look(),
                failed=self._fail,
            )
        else:
            self._do(found.remedy)

    def gather(self) -> None:
        """Gather what support may see, and show it before anything is saved."""
        findings = self._findings()
        self._tasks.run(
            lambda _job: self._support.text(findings, qt=self._qt),
            done=self._view.show_support,
            failed=self._fail,
        )

    def save(self, text: str, target: Path) -> None:
        """Save what was shown, word for word."""

        def take(path: Path) -> None:
            show = Step(text=_("Show in folder"), act=lambda: self._view.show_in_folder(str(path)))
            heading = _("Saved: {name}").format(name=plain(path.name))
            self._view.tell(Told(heading=heading, steps=(show,)))

        self._tasks.run(lambda _job: save(text, target), done=take, failed=self._fail)

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)


def card_of(finding: Finding) -> LineCard:
    """Return one line in full."""
    words = finding_words(finding.code, finding.facts)
    action = "" if finding.remedy is None else _(_REMEDIES[finding.remedy])
    return LineCard(
        heading=words.heading,
        badge=_badge(finding),
        explanation=words.explanation,
        advice=words.advice,
        command=finding.command,
        action=action,
    )


def _row(finding: Finding, place: int) -> Row:
    words = finding_words(finding.code, finding.facts)
    badge = _badge(finding)
    return Row(
        key=f"{finding.area}.{place}",
        title=words.heading,
        caption=words.explanation or words.advice,
        icon=_ICONS[finding.area],
        tone=badge.tone,
        badge=badge,
    )


def _waiting(area: Area) -> Row:
    row = Row(key=f"{area}.waiting", title=_("Looking…"), icon="loader-circle", tone=Tone.PLAIN)
    return replace(row, badge=Badge(_("Not yet known"), Tone.PLAIN))


def _badge(finding: Finding) -> Badge:
    words, tone = state_words(finding.state)
    plain_icon = "info" if finding.state is State.PLAIN else None
    return Badge(words, _TONES[tone], plain_icon)
