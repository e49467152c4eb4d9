"""What came of work on signatures, and how it is told: which files were made, what to know. No Qt."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from app.crypto.editing.model import Edited
from app.crypto.raising.model import RaisedFile
from app.crypto.stamping.copy import StampedCopy
from app.errors import RoscherkError
from app.texts.catalogue import N_, _
from app.texts.editing_words import edited_lines
from app.texts.errors import describe, describe_error
from app.texts.showing import local_time, plain
from app.texts.verdicts import level_meaning, notice
from app.ui.documents.verbs import Verb
from app.ui.forms import Point, Step, Told
from app.ui.rows import Tone
from app.values import dataclass

_DONE: Final[Mapping[Verb, str]] = {
    Verb.EXTRACT: N_("The document is saved"),
    Verb.ATTACH: N_("The document is in the signature file now"),
    Verb.DETACH: N_("The signature is in a file of its own now"),
    Verb.MERGE: N_("The signatures are joined"),
    Verb.SPLIT: N_("Each signer has a file now"),
    Verb.REMOVE: N_("The file is saved without that signature"),
    Verb.RAISE: N_("The signature is raised"),
    Verb.COPY: N_("The copy is made"),
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one file."""

    source: Path
    targets: tuple[Path, ...] = ()
    points: tuple[Point, ...] = ()
    practice: bool = False
    error: RoscherkError | None = None


def told(verb: Verb, outcomes: Sequence[Outcome], show: Callable[[str], object]) -> Told:
    """Return what to tell of all of them, with the way to the files."""
    points: list[Point] = []
    for each in outcomes:
        if each.error is not None:
            why = describe_error(each.error).heading
            points.append((Tone.ERROR, f"{plain(each.source.name)}: {why}"))
        points += [
            (Tone.OK, _("Saved: {name}").format(name=plain(target.name))) for target in each.targets
        ]
        points += each.points
    failed = sum(each.error is not None for each in outcomes)
    heading, tone = _(_DONE[verb]), Tone.OK
    if failed:
        tone = Tone.ERROR if failed == len(outcomes) else Tone.WARN
        done = len(outcomes) - failed
        heading = _("Done: {done} of {total}").format(done=done, total=len(outcomes))
    first = next((target for each in outcomes for target in each.targets), None)
    steps: tuple[Step, ...] = ()
    if first is not None:
        steps = (Step(text=_("Show in folder"), act=lambda: show(str(first))),)
    words = _("The files it was made of are as they were.") if not failed else ""
    return Told(heading=heading, words=words, tone=tone, points=tuple(points), steps=steps)


def edited_outcome(edited: Edited) -> Outcome:
    """Return what an edited signature file amounts to."""
    points = [(Tone.PLAIN, line) for line in edited_lines(edited)]
    points += [(Tone.WARN, notice(each.code, each.facts)) for each in edited.notices]
    return Outcome(source=edited.source, targets=edited.targets, points=tuple(points))


def raised_outcome(raised: RaisedFile) -> Outcome:
    """Return what raised signatures amount to: what was reached, and what was not."""
    points: list[Point] = []
    for one in raised.signatures:
        words = _("Signature {number}: {before} → {after}").format(
            number=one.number, before=plain(one.before), after=plain(one.after)
        )
        meaning = level_meaning(one.after)
        points.append((Tone.PLAIN, f"{words} ({meaning})" if meaning else words))
        if one.time_stamp is not None:
            at = local_time(one.time_stamp)
            points.append((Tone.PLAIN, _("Time stamp: {moment}").format(moment=at)))
        if one.shortfall is not None:
            why = describe(one.shortfall.code, one.shortfall.facts)
            lower = _("The signature is good, but its level is lower than you asked for. {why}.")
            points.append((Tone.WARN, f"{lower.format(why=why.heading)} {why.advice}".strip()))
    return Outcome(source=raised.source, targets=(raised.target,), points=tuple(points))


def copy_outcome(copy: StampedCopy) -> Outcome:
    """Return what a stamped copy amounts to: it is no signature, and says so."""
    counts = _("The copy is for reading and printing. What counts is the signature in: {name}")
    points: list[Point] = [(Tone.INFO, counts.format(name=plain(copy.signed_in.name)))]
    points += [(Tone.WARN, notice(each.code, each.facts)) for each in copy.notices]
    return Outcome(
        source=copy.signed_in,
        targets=(copy.target,),
        points=tuple(points),
        practice=copy.practice,
    )
