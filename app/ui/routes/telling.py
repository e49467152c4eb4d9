"""A route as rows and words of the window. No Qt here."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.crypto.routes.model import (
    Damaged,
    DocumentState,
    Match,
    Person,
    Progress,
    Receipt,
    Route,
    Signed,
)
from app.crypto.verdict.report import Indication
from app.texts.catalogue import _, ngettext
from app.texts.route_words import (
    PROGRESS,
    by_words,
    document_words,
    person_name,
    person_words,
    receipt_words,
    signed_words,
    summary,
    why_unsettled,
)
from app.texts.showing import local_date, local_time, plain
from app.texts.verdicts import Tone as Spoken
from app.ui.rows import Badge, Row, Tone
from app.values import dataclass

TONES: Final[Mapping[Spoken, Tone]] = {
    Spoken.GOOD: Tone.OK,
    Spoken.BAD: Tone.ERROR,
    Spoken.UNSURE: Tone.WARN,
    Spoken.PLAIN: Tone.INFO,
}
_PERSON: Final = "person:"
_SIGNED: Final = "signed:"
_RECEIPT: Final = "receipt:"
_ICONS: Final[Mapping[Progress, str]] = {
    Progress.SIGNED: "circle-check",
    Progress.UNSURE: "triangle-alert",
    Progress.LIKELY: "triangle-alert",
    Progress.AWAITED: "clock",
}


@dataclass(frozen=True, kw_only=True)
class RouteCard:
    """A route in full."""

    heading: str
    summary: str
    tone: Tone
    facts: tuple[str, ...]
    trouble: str
    """What is wrong with the document; empty: nothing."""
    rows: tuple[Row, ...]
    open: bool
    practice: bool
    package: str
    """Where the package lies; empty: none was made."""
    has_signatures: bool
    letter: bool
    """Somebody is still awaited, who can be written to."""


@dataclass(frozen=True, kw_only=True)
class EntryCard:
    """What can be done about a chosen line."""

    words: str = ""
    settle: str = ""
    """What the button says that settles whose it is; empty: there is none."""
    choose: bool = False
    """Somebody else of the list can be chosen."""
    welcome: bool = False
    dismiss: bool = False
    receipt: bool = False
    copy: bool = False
    compare: bool = False
    """What came is a PDF that grew out of the document: both can be seen side by side."""


def route_row(route: Route) -> Row:
    """Return how a route is shown in the list."""
    words, tone = summary(route)
    count = len(route.undecided) if route.open else 0
    if count:
        needed = ngettext("{n} decision is needed", "{n} decisions are needed", count)
        words = f"{needed.format(n=count)}  ·  {words}"
    icon, ink = _look_of(route, tone, wanting=bool(count))
    return Row(
        key=route.key,
        title=plain(route.document.name),
        caption=words,
        icon=icon,
        tone=ink,
        of_file=True,
        sentence=True,
    )


def _look_of(route: Route, tone: Spoken, *, wanting: bool) -> tuple[str, Tone]:
    """Return the icon of a route and its colour; the words beside say the same."""
    if wanting:
        return "triangle-alert", Tone.WARN
    if route.practice:
        return "graduation-cap", Tone.PRACTICE
    return ("circle-check", Tone.OK) if tone is Spoken.GOOD else ("users-round", Tone.INFO)


def card_of(route: Route, state: DocumentState) -> RouteCard:
    """Return a route in full."""
    words, tone = summary(route)
    terms = [_("begun {day}").format(day=local_date(route.begun))]
    if route.due is not None:
        terms.append(_("to be signed by {day}").format(day=f"{route.due:%d.%m.%Y}"))
    facts = [f"{plain(route.document.parent)}  ·  {'  ·  '.join(terms)}"]
    if route.note:
        facts.append(plain(route.note))
    return RouteCard(
        heading=plain(route.document.name),
        summary=words,
        tone=TONES[tone],
        facts=tuple(facts),
        trouble=document_words(state),
        rows=tuple(_rows(route)),
        open=route.open,
        practice=route.practice,
        package="" if route.package is None else str(route.package),
        has_signatures=any(each.settled for each in route.signed),
        letter=route.open and bool(route.left),
    )


def _rows(route: Route) -> list[Row]:
    rows: list[Row] = []
    if route.undecided:
        rows.append(Row(key="undecided", title=_("Your decision is needed"), header=True))
        rows += [_undecided_row(each) for each in route.undecided]
    if route.people:
        rows.append(Row(key="people", title=_("Whose signatures are awaited"), header=True))
        rows += [_person_row(route, each) for each in route.people]
    others = [each for each in route.signed if each.settled and _is_more(route, each)]
    if others:
        rows.append(Row(key="more", title=_("Further signatures of the same people"), header=True))
        rows += [_signed_row(each) for each in others]
    if route.receipts:
        rows.append(Row(key="receipts", title=_("Receipts"), header=True))
        rows += [_receipt_row(each) for each in route.receipts]
    return rows


def _is_more(route: Route, signed: Signed) -> bool:
    return main_signature(route, signed.person) != signed


def main_signature(route: Route, person: str) -> Signed | None:
    """Return the signature that counts for somebody: the best, then the first."""
    settled = [each for each in route.of_person(person) if each.settled]
    passed = [each for each in settled if each.verdict is Indication.TOTAL_PASSED]
    return next(iter(passed or settled), None)


def _person_row(route: Route, person: Person) -> Row:
    progress = route.progress(person.key)
    words, spoken = PROGRESS[progress]
    signed = main_signature(route, person.key)
    caption = person_words(person) if person.name else ""
    if signed is not None and signed.claimed is not None:
        when = _("signed {day}").format(day=local_date(signed.claimed))
        caption = "  ·  ".join(part for part in (when, caption) if part)
    tone = TONES[spoken] if spoken is not Spoken.PLAIN else Tone.PLAIN
    return Row(
        key=_PERSON + person.key,
        title=person_name(person),
        caption=caption,
        icon=_ICONS[progress],
        tone=tone,
        badge=Badge(_(words), tone, _ICONS[progress]),
        sentence=True,
    )


def _undecided_row(signed: Signed) -> Row:
    likely = signed.match is Match.NAME
    words = _("Is it his?") if likely else _("Not awaited")
    if signed.altered:
        words = _("Compare")
    return Row(
        key=_SIGNED + signed.identity,
        title=by_words(signed.by),
        caption=why_unsettled(signed),
        icon="signature",
        tone=Tone.WARN,
        badge=Badge(words, Tone.WARN),
        sentence=True,
    )


def _signed_row(signed: Signed) -> Row:
    return Row(
        key=_SIGNED + signed.identity,
        title=by_words(signed.by),
        caption="" if signed.claimed is None else local_time(signed.claimed),
        icon="signature",
        tone=Tone.PLAIN,
    )


def _receipt_row(receipt: Receipt) -> Row:
    passed = receipt.verdict is Indication.TOTAL_PASSED
    return Row(
        key=_RECEIPT + receipt.identity,
        title=by_words(receipt.by),
        caption=receipt_words(receipt),
        icon="badge-check",
        tone=Tone.OK if passed else Tone.WARN,
        badge=Badge(_("Has the signature"), Tone.OK)
        if passed
        else Badge(_("Not wholly verified"), Tone.WARN),
        sentence=True,
    )


def chosen_signature(route: Route, entry: str) -> Signed | None:
    """Return the signature that a chosen line stands for."""
    if entry.startswith(_SIGNED):
        return route.signature(entry.removeprefix(_SIGNED))
    if entry.startswith(_PERSON):
        return main_signature(route, entry.removeprefix(_PERSON))
    return None


def entry_card(route: Route, entry: str) -> EntryCard:
    """Return what can be done about a chosen line."""
    signed = chosen_signature(route, entry)
    if signed is None:
        person = route.person(entry.removeprefix(_PERSON))
        if person is None or not entry.startswith(_PERSON):
            return EntryCard()
        likely = any(not each.settled for each in route.of_person(person.key))
        words = _("Something came that may be his: decide about it above.") if likely else ""
        return EntryCard(words=words)
    kept = next(each for each in route.kept if each.name == signed.file)
    if signed.settled:
        return EntryCard(
            words=signed_words(signed),
            dismiss=route.open,
            receipt=not kept.pdf,
            copy=True,
            compare=kept.pdf,
        )
    person = route.person(signed.person)
    settle = "" if person is None else _("Yes, it is {who}").format(who=person_name(person))
    return EntryCard(
        words=f"{signed_words(signed)}. {why_unsettled(signed)}",
        settle=settle,
        choose=bool(route.people) and person is None,
        welcome=person is None,
        dismiss=True,
        copy=True,
        compare=kept.pdf,
    )


def count_words(routes: int, wanting: int) -> str:
    """Say in one line what there is."""
    told = ngettext("{n} document", "{n} documents", routes).format(n=routes)
    if not wanting:
        return told
    more = ngettext("{n} decision is needed", "{n} decisions are needed", wanting)
    return f"{told}  ·  {more.format(n=wanting)}"


def came_words(fresh: int, receipts: int) -> str:
    """Say what came in."""
    if fresh:
        words = ngettext("{n} new signature", "{n} new signatures", fresh)
        return words.format(n=fresh)
    if receipts:
        words = ngettext("{n} receipt has come back", "{n} receipts have come back", receipts)
        return words.format(n=receipts)
    return _("No new signature was found")


def damaged_words(damaged: Sequence[Damaged]) -> str:
    """Tell of records that cannot be read."""
    lines = [
        (
            _("A later version of the program keeps this record: {place}")
            if each.newer
            else _("A record was damaged and is set aside, nothing is lost: {place}")
        ).format(place=plain(each.place))
        for each in damaged
    ]
    return "\n".join(lines)
