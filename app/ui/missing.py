"""«Установить недостающие сертификаты»: whose chains, what lacks, what was found. No Qt here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from app.crypto.trust.changes import Change
from app.crypto.trust.known_roots import RootStanding, standing_of
from app.crypto.trust.model import MissingAnswer, Offer
from app.crypto.trust.wanting import Wanted, Wanting
from app.errors import ErrorFamily, RoscherkError
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.trust_words import whom_to_trust
from app.texts.verdicts import notice
from app.ui.chain_rows import LACKING, chain_rows, short_name
from app.ui.rows import Badge, ReasonText, Row, Tone
from app.ui.trusting import Trusting
from app.ui.work import Job, Task, Tasks
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the dialog shows when the search is over."""

    heading: str
    rows: tuple[Row, ...] = ()
    """The chains, each from the root down, with the missing link in its place."""
    roots: tuple[ReasonText, ...] = ()
    """Whom one is about to trust."""
    remarks: tuple[ReasonText, ...] = ()
    yes: str = ""
    """The word on the button; empty: there is nothing to install."""
    grave: bool = False
    """A root pretends to be another: Enter means no."""


class View(Protocol):
    """What the dialog can do."""

    def show_search(self) -> None:
        """Say that it is being looked for."""

    def show_found(self, shown: Shown) -> None:
        """Show what was found."""

    def show_error(self, error: RoscherkError) -> None:
        """Show an error over the dialog."""

    def finish(self) -> None:
        """Close: all was done."""


class MissingPresenter:
    """Looks for what chains lack, and installs it by one consent."""

    def __init__(
        self, wanting: Wanting, trusting: Trusting, tasks: Tasks, wanted: Sequence[Wanted]
    ) -> None:
        self._wanting = wanting
        self._trusting = trusting
        self._tasks = tasks
        self._wanted = tuple(wanted)
        self._given: tuple[Path, ...] = ()
        self._answers: tuple[MissingAnswer, ...] = ()
        self._task: Task | None = None
        self._view: View
        self.done: Callable[[], object] = lambda: None

    def attach(self, view: View) -> None:
        """Begin to look, and to show it on ``view``."""
        self._view = view
        self.search()

    def search(self, given: Sequence[Path] = ()) -> None:
        """Look in the document, in the files that were pointed to, and by the network."""
        self._given = tuple(dict.fromkeys((*self._given, *given)))
        self._view.show_search()

        def work(job: Job) -> tuple[tuple[MissingAnswer, ...], Shown]:
            answers = tuple(
                self._wanting.find(each, given=self._given, cancel=job.cancel)
                for each in self._wanted
            )
            return answers, shown_of(answers)

        self._task = self._tasks.run(work, done=self._take, failed=self._fail)

    def cancel(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def install(self) -> None:
        """Install what was found: the button named it, the user pressed it."""
        whole = merged(self._answers)
        if whole is None:
            return
        roots = [each.certificate.sha256 for each in whole.offers if each.root]

        def take(change: Change | None) -> None:
            self._trusting.changed(change)
            self._view.finish()
            self.done()

        self._tasks.run(
            lambda _job: self._wanting.take(whole, confirmed=roots),
            done=take,
            failed=self._fail,
            lane="stores",
        )

    def _take(self, found: tuple[tuple[MissingAnswer, ...], Shown]) -> None:
        self._task = None
        self._answers, shown = found
        self._view.show_found(shown)

    def _fail(self, error: RoscherkError) -> None:
        self._task = None
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)
            self._view.show_found(shown_of(self._answers))


def merged(answers: Sequence[MissingAnswer]) -> MissingAnswer | None:
    """Put several answers together: one change installs them all."""
    if not answers:
        return None
    offers = {each.certificate.sha256: each for one in answers for each in one.offers}
    lists = {each.facts.sha256: each for one in answers for each in one.lists}
    return replace(answers[0], offers=tuple(offers.values()), lists=tuple(lists.values()))


def shown_of(answers: Sequence[MissingAnswer]) -> Shown:
    """Say in words what was found."""
    whole = merged(answers)
    if whole is None:
        return Shown(heading=_("The search came to nothing"))
    rows = [row for number, one in enumerate(answers) for row in _rows(number, one)]
    roots = [each for each in whole.offers if each.root]
    impostor = any(standing_of(r.certificate) is RootStanding.IMPOSTOR for r in roots)
    return Shown(
        heading=_heading(answers, whole),
        rows=tuple(rows),
        roots=tuple(_root(each) for each in roots),
        remarks=tuple(_remarks(answers)),
        yes=_yes(whole, roots),
        grave=impostor,
    )


def _heading(answers: Sequence[MissingAnswer], whole: MissingAnswer) -> str:
    if any(one.lacking for one in answers):
        return _("Not everything was found")
    if any(one.refused_root is not None for one in answers):
        return _("The root has to come from its authority")
    if not whole.offers and not whole.lists:
        return _("Nothing is missing")
    return _("Everything that was missing was found")


def _yes(whole: MissingAnswer, roots: Sequence[Offer]) -> str:
    if roots:
        return _("Install and trust the root")
    return _("Install") if whole.offers or whole.lists else ""


def _root(offer: Offer) -> ReasonText:
    standing = standing_of(offer.certificate)
    tone = {RootStanding.KNOWN: Tone.INFO, RootStanding.UNKNOWN: Tone.WARN}
    advice = _("Compare the fingerprint with the one that the authority publishes.")
    return ReasonText(
        heading=_("You are about to trust this root"),
        explanation=whom_to_trust(offer.certificate),
        advice="" if standing is RootStanding.KNOWN else advice,
        tone=tone.get(standing, Tone.ERROR),
    )


def _remarks(answers: Sequence[MissingAnswer]) -> list[ReasonText]:
    found = []
    for one in answers:
        if one.refused_root is not None:
            found.append(
                ReasonText(
                    heading=_("Only the document itself brings this root"),
                    explanation=plain(one.refused_root.subject.text),
                    advice=_(
                        "What a document carries proves nothing of itself. Get the root from its authority and point to the file."
                    ),
                )
            )
        found += [
            ReasonText(heading=notice(each.code, each.facts), tone=Tone.WARN)
            for each in one.problems
        ]
    return list(dict.fromkeys(found))


def _rows(number: int, one: MissingAnswer) -> list[Row]:
    """Draw one chain from the root down."""
    offered = {each.certificate.sha256: each for each in one.offers}
    leaf = short_name(one.after.links[0].certificate)
    rows = [Row(key=f"#{number}", title=_("Chain of: {name}").format(name=leaf), header=True)]
    at = one.after.at or one.before.at
    drawn = [] if at is None else chain_rows(one.after, at)
    for row in drawn:
        offer = None
        if row.key != LACKING:
            offer = offered.get(one.after.links[int(row.key)].certificate.sha256)
        made = replace(row, key=f"{number} {row.key}")
        if offer is not None:
            source = plain(offer.source, 200) or _("in the document")
            made = replace(
                made,
                caption=_("found: {source}").format(source=source),
                tone=Tone.INFO,
                badge=Badge(_("New"), Tone.INFO),
            )
        rows.append(made)
    return rows
