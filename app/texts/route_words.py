"""What is told of joint signing: who has signed, who has not, what each file that came turned out to be."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.crypto.routes.model import (
    FRESH,
    Arrival,
    By,
    Came,
    DocumentState,
    Person,
    Progress,
    Receipt,
    Route,
    Signed,
)
from app.crypto.verdict.report import Indication
from app.texts.catalogue import N_, _, ngettext
from app.texts.errors import describe
from app.texts.showing import local_date, local_time, plain
from app.texts.verdicts import Tone, explanation, notice
from app.values import dataclass

PROGRESS: Final[Mapping[Progress, tuple[str, Tone]]] = {
    Progress.SIGNED: (N_("Signed"), Tone.GOOD),
    Progress.UNSURE: (N_("Signed, not wholly verified"), Tone.UNSURE),
    Progress.LIKELY: (N_("Looks like his signature"), Tone.UNSURE),
    Progress.AWAITED: (N_("Awaited"), Tone.PLAIN),
}
_CAME: Final[Mapping[Came, tuple[str, Tone]]] = {
    Came.TAKEN: (N_("Signature taken: {who}"), Tone.GOOD),
    Came.UNSURE: (N_("Signature taken, but not wholly verified: {who}"), Tone.UNSURE),
    Came.LIKELY: (N_("It looks like the signature of {who}: say whether it is"), Tone.UNSURE),
    Came.STRANGER: (N_("Signed by somebody who is not awaited: {who}"), Tone.UNSURE),
    Came.SECOND: (N_("{who} has signed already: one more signature is not needed"), Tone.PLAIN),
    Came.KNOWN: (N_("This signature is there already: {who}"), Tone.PLAIN),
    Came.RECEIPT: (N_("Receipt: {who} confirms that the signature has come"), Tone.GOOD),
    Came.SPOILT: (N_("The signature is invalid and was not taken: {who}"), Tone.BAD),
    Came.FOREIGN: (N_("This is a signature of another document"), Tone.BAD),
    Came.ALTERED: (
        N_("More than a signature was added to the document: compare it with yours ({who})"),
        Tone.UNSURE,
    ),
    Came.PRACTICE: (N_("A practice signature has no place under a real document"), Tone.BAD),
    Came.DOCUMENT: (N_("This is the document itself, without a signature"), Tone.PLAIN),
    Came.UNSIGNED: (N_("There is no signature in it"), Tone.PLAIN),
    Came.UNREADABLE: (N_("It cannot be read"), Tone.BAD),
    Came.STALE: (
        N_("Not taken: the document was changed since, or is not where it was"),
        Tone.BAD,
    ),
}
_USEFUL: Final = FRESH | {Came.RECEIPT}
_JUDGED: Final = frozenset({Came.UNSURE, Came.SPOILT, Came.STRANGER, Came.LIKELY, Came.RECEIPT})
"""Told with the reason why the verdict is no better."""
_QUIET: Final = frozenset({Came.FOREIGN, Came.UNSIGNED, Came.DOCUMENT})
"""Told one by one only where somebody gave just this file."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that is told of what came in."""

    text: str
    tone: Tone


def arrival_lines(arrivals: Sequence[Arrival]) -> tuple[Line, ...]:
    """Tell of each file what it turned out to be; what a folder holds besides is only counted."""
    useful = {each.shown for each in arrivals if each.came in _USEFUL}
    told = [each for each in arrivals if each.came is not Came.KNOWN or each.shown not in useful]
    lines = [_line(each) for each in told if each.loose or each.came not in _QUIET]
    passed = sum(not each.loose and each.came in _QUIET for each in arrivals)
    if passed:
        words = ngettext(
            "{n} more file has nothing to do with it",
            "{n} more files have nothing to do with it",
            passed,
        )
        lines.append(Line(text=words.format(n=passed), tone=Tone.PLAIN))
    order = (Tone.BAD, Tone.UNSURE, Tone.GOOD, Tone.PLAIN)
    return tuple(sorted(lines, key=lambda each: order.index(each.tone)))


def _line(arrival: Arrival) -> Line:
    words, tone = _CAME[arrival.came]
    who = by_words(arrival.by) if arrival.by is not None else ""
    if arrival.came is Came.RECEIPT and not _passed(arrival):
        tone = Tone.UNSURE
    parts = [f"{plain(arrival.shown.name, 80)}: {_(words).format(who=who)}.", *_why(arrival)]
    return Line(text=" ".join(parts), tone=tone)


def _passed(arrival: Arrival) -> bool:
    return arrival.report is not None and arrival.report.verdict is Indication.TOTAL_PASSED


def _why(arrival: Arrival) -> list[str]:
    """Say more: why the verdict is no better, what was added to a PDF, why it cannot be read."""
    report, told = arrival.report, list[str]()
    if report is not None and arrival.came in _JUDGED and not _passed(arrival):
        cause = explanation(report)
        told += [] if cause is None else [cause.sentence]
    for each in arrival.notices[:2]:
        if arrival.came is Came.ALTERED:
            told.append(notice(each.code, each.facts))
        else:
            told.append(describe(each.code, each.facts).explanation)
    if arrival.apart:
        told.append(
            _(
                "It does not continue the PDF that is there, so the package gets both: a PDF cannot "
                "be joined with another. Ask to sign the newest one."
            )
        )
    return told


def by_words(by: By) -> str:
    """Name a signer: the person, the organization, a number."""
    parts = [by.name, by.organization if by.organization != by.name else ""]
    number = by.inn or by.inn_le
    parts.append(_("INN {number}").format(number=plain(number)) if number else "")
    return ", ".join(plain(part, 120) for part in parts if part) or _("somebody without a name")


def person_words(person: Person) -> str:
    """Return what is known of somebody who is awaited, besides the name."""
    parts = (
        _("INN {number}").format(number=person.inn) if person.inn else "",
        _("SNILS {number}").format(number=snils_text(person.snils)) if person.snils else "",
        plain(person.email),
        plain(person.note),
    )
    return "  ·  ".join(part for part in parts if part)


def person_name(person: Person) -> str:
    """Name somebody who is awaited; a number stands for a name that is not known."""
    return plain(person.name) or person_words(person)


def snils_text(number: str) -> str:
    """Write a СНИЛС as it stands on the card: 112-233-445 95."""
    if len(number) != 11:
        return plain(number)
    return f"{number[:3]}-{number[3:6]}-{number[6:9]} {number[9:]}"


def progress_words(route: Route, person: Person) -> tuple[str, Tone]:
    """Say how it stands with somebody."""
    words, tone = PROGRESS[route.progress(person.key)]
    return _(words), tone


def signed_words(signed: Signed) -> str:
    """Say of a signature who made it and when, by its own word."""
    when = "" if signed.claimed is None else local_time(signed.claimed)
    told = _("{who}; signed {when}") if when else "{who}"
    return told.format(who=by_words(signed.by), when=when)


def why_unsettled(signed: Signed) -> str:
    """Say why a person has to say whose a signature is."""
    if signed.altered:
        return _(
            "More than a signature was added to the PDF: look at both before you say that it counts."
        )
    if not signed.person:
        return _("Nobody with these numbers and this name is awaited.")
    if not signed.vouched:
        return _(
            "Nobody whom you trust vouches for this certificate: anybody could have made it with "
            "this name and this number."
        )
    return _("Only the name agrees, or only a number: the certificate does not settle it.")


def receipt_words(receipt: Receipt) -> str:
    """Say who has confirmed that a signature has come."""
    when = "" if receipt.claimed is None else local_time(receipt.claimed)
    told = _("Receipt of {who}, {when}") if when else _("Receipt of {who}")
    return told.format(who=by_words(receipt.by), when=when)


def summary(route: Route) -> tuple[str, Tone]:
    """Say in one line how it stands with a route."""
    total, left = len(route.people), route.left
    signed = sum(route.progress(each.key) is Progress.SIGNED for each in route.people)
    if route.finished is not None:
        words = _("Finished on {day}: {n} of {total} signed")
        day = local_date(route.finished)
        return words.format(
            day=day, n=signed, total=total
        ), Tone.GOOD if route.complete else Tone.UNSURE
    if not total:
        count = len(route.signed)
        words = ngettext("{n} signature has come", "{n} signatures have come", count)
        return words.format(n=count), Tone.PLAIN
    if route.complete:
        return _("All have signed: make the package"), Tone.GOOD
    if not left:
        return _("All have signed, but not everything is wholly verified"), Tone.UNSURE
    words = _("{n} of {total} signed; next: {who}")
    return words.format(n=signed, total=total, who=person_name(left[0])), Tone.PLAIN


def document_words(state: DocumentState) -> str:
    """Say what is wrong with the document of a route; nothing where it is as it was."""
    if state is DocumentState.CHANGED:
        return _("The document was changed since it was sent out for signing")
    if state is DocumentState.MISSING:
        return _("The document is not where it was")
    return ""


def unfinished_words(route: Route) -> tuple[str, ...]:
    """Say what a package that is made now would lack."""
    lines = []
    left = route.left
    if left:
        words = _("Not signed: {who}")
        lines.append(words.format(who="; ".join(person_name(each) for each in left[:5])))
    if len(left) > 5:
        count = len(left) - 5
        more = ngettext("and {n} more", "and {n} more", count)
        lines[-1] += f" {more.format(n=count)}"
    open_ones = [each for each in route.people if route.progress(each.key) is Progress.UNSURE]
    if open_ones:
        words = _("Not wholly verified: {who}")
        lines.append(words.format(who="; ".join(person_name(each) for each in open_ones[:5])))
    if route.undecided:
        count = len(route.undecided)
        words = ngettext(
            "{n} signature is left out: nobody has said whose it is",
            "{n} signatures are left out: nobody has said whose they are",
            count,
        )
        lines.append(words.format(n=count))
    return tuple(lines)
