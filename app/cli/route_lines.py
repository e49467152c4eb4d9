"""A route at a terminal, and as JSON."""

from collections.abc import Sequence
from typing import Any

from app.cli.exit_codes import ExitCode, gravest
from app.cli.terminal import Terminal
from app.crypto.routes.door import Taken
from app.crypto.routes.model import FRESH, Arrival, Came, DocumentState, Receipt, Route, Signed
from app.crypto.verdict.report import Indication
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.package_words import package_notice
from app.texts.route_words import (
    arrival_lines,
    document_words,
    person_name,
    person_words,
    progress_words,
    receipt_words,
    signed_words,
    summary,
    unfinished_words,
    why_unsettled,
)
from app.texts.showing import plain
from app.texts.verdicts import Tone

_CODES = {
    Came.TAKEN: ExitCode.DONE,
    Came.RECEIPT: ExitCode.DONE,
    Came.KNOWN: ExitCode.DONE,
    Came.SECOND: ExitCode.DONE,
    Came.UNSURE: ExitCode.INDETERMINATE,
    Came.LIKELY: ExitCode.INDETERMINATE,
    Came.STRANGER: ExitCode.INDETERMINATE,
    Came.ALTERED: ExitCode.INDETERMINATE,
    Came.SPOILT: ExitCode.TOTAL_FAILED,
    Came.PRACTICE: ExitCode.TOTAL_FAILED,
    Came.UNREADABLE: ExitCode.FAILED,
    Came.STALE: ExitCode.FAILED,
}


def code_of(taken: Taken) -> ExitCode:
    """Return the exit code of what came in; 30 where no signature of a route was among it."""
    told = [each for each in taken.arrivals if each.came in _CODES]
    if not told:
        return ExitCode.NO_SIGNATURE
    return gravest(map(_code, told))


def _code(arrival: Arrival) -> ExitCode:
    report = arrival.report
    passed = report is not None and report.verdict is Indication.TOTAL_PASSED
    open_receipt = arrival.came is Came.RECEIPT and not passed
    return ExitCode.INDETERMINATE if open_receipt else _CODES[arrival.came]


def signature_of(route: Route, number: int) -> Signed:
    """Return the signature of a number that `show` shows. Raises ROUTE_SIGNATURE_UNKNOWN."""
    if not 1 <= number <= len(route.signed):
        raise RoscherkError(ErrorCode.ROUTE_SIGNATURE_UNKNOWN, name=str(number))
    return route.signed[number - 1]


def show_short(terminal: Terminal, route: Route) -> None:
    """Show a route in two lines."""
    words, tone = summary(route)
    name = plain(route.document.name)
    terminal.heading(f"{route.key}  {name}", tone, practice=route.practice)
    terminal.paragraph(words, indent="  ")


def show(terminal: Terminal, route: Route, state: DocumentState) -> None:
    """Show a route in full."""
    show_short(terminal, route)
    terminal.paragraph(plain(route.document), indent="  ")
    trouble = document_words(state)
    if trouble:
        terminal.marked(trouble, Tone.BAD)
    if route.due is not None:
        terminal.paragraph(f"{route.due:%d.%m.%Y}", indent="  ", label=_("By when:"))
    if route.note:
        terminal.paragraph(plain(route.note), indent="  ", label=_("Note:"))
    for number, person in enumerate(route.people, 1):
        words, tone = progress_words(route, person)
        named = f"{number}. {person_name(person)} — {words}"
        terminal.marked(named, tone)
        if person.name and person_words(person):
            terminal.paragraph(person_words(person), indent="      ")
    if route.signed:
        terminal.heading(_("What came in"), Tone.PLAIN)
    for number, signed in enumerate(route.signed, 1):
        terminal.paragraph(f"{number}. {signed_words(signed)}", indent="  ")
        if not signed.settled:
            terminal.marked(why_unsettled(signed), Tone.UNSURE, indent="     ")
    for receipt in route.receipts:
        _show_receipt(terminal, receipt)


def _show_receipt(terminal: Terminal, receipt: Receipt) -> None:
    words = receipt_words(receipt)
    if receipt.verdict is Indication.TOTAL_PASSED:
        terminal.paragraph(words, indent="  ")
    else:
        terminal.marked(f"{words}. {_('Not wholly verified')}.", Tone.UNSURE)


def show_taken(terminal: Terminal, taken: Taken) -> None:
    """Tell what became of each file."""
    for notice in taken.notices:
        terminal.marked(package_notice(notice), Tone.BAD)
    for line in arrival_lines(taken.arrivals):
        terminal.marked(line.text, line.tone)


def show_unfinished(terminal: Terminal, route: Route) -> None:
    """Say what a package lacks."""
    for line in unfinished_words(route):
        terminal.marked(line, Tone.UNSURE)


def as_object(route: Route, state: DocumentState | None) -> dict[str, Any]:
    """Return a route for programs."""
    return {
        "key": route.key,
        "document": str(route.document),
        "document_state": state,
        "sha256": route.sha256,
        "practice": route.practice,
        "begun": route.begun,
        "due": route.due,
        "note": route.note,
        "complete": route.complete,
        "finished": route.finished,
        "package": None if route.package is None else str(route.package),
        "people": [
            {
                "name": each.name,
                "inn": each.inn,
                "snils": each.snils,
                "email": each.email,
                "note": each.note,
                "progress": route.progress(each.key),
            }
            for each in route.people
        ],
        "signatures": [_signed_object(route, each) for each in route.signed],
        "receipts": [
            {
                "by": each.by,
                "claimed": each.claimed,
                "verdict": each.verdict,
                "of": [one.identity for one in route.signed].index(each.of) + 1
                if route.signature(each.of) is not None
                else None,
            }
            for each in route.receipts
        ],
    }


def _signed_object(route: Route, signed: Signed) -> dict[str, Any]:
    keys = [each.key for each in route.people]
    return {
        "by": signed.by,
        "claimed": signed.claimed,
        "verdict": signed.verdict,
        "person": keys.index(signed.person) + 1 if signed.person in keys else None,
        "match": signed.match,
        "settled": signed.settled,
        "altered": signed.altered,
        "came": signed.came,
    }


def taken_object(taken: Taken, changed: Sequence[Route]) -> dict[str, Any]:
    """Return what came in for programs."""
    return {
        "schema": "roscherk.route/1",
        "arrivals": [
            {
                "file": str(each.shown),
                "came": each.came,
                "route": each.route or None,
                "by": each.by,
                "taken": each.came in FRESH or each.came is Came.RECEIPT,
            }
            for each in taken.arrivals
        ],
        "routes": [as_object(each, None) for each in changed],
    }
