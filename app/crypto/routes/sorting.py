"""What a file that came in means for a route: pure, over its verdict and what is there already."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.crypto.routes.model import (
    FRESH,
    Arrival,
    By,
    Came,
    Growth,
    Marks,
    Match,
    Progress,
    Receipt,
    Route,
    Signed,
)
from app.crypto.routes.people import by_of, whose
from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.numbering import numbers
from app.crypto.verdict.report import FileReport, Indication, Integrity, SignatureReport, Trust
from app.values import dataclass

USELESS = frozenset({Came.SPOILT, Came.FOREIGN, Came.PRACTICE})
"""Signatures that must not go into a package: the file of another document cannot even be joined."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A file with its verdict and the names of its signatures."""

    path: Path
    """Where it lies."""
    shown: Path
    loose: bool
    marks: Marks
    report: FileReport
    pdf: bool = False
    attached: bool = False
    growth: Growth | None = None
    """Of a PDF: what it adds to the document of the route."""
    apart: bool = False


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """What a file brings. ``keep``: it is of use, and a copy of it belongs to the route."""

    arrivals: tuple[Arrival, ...]
    signed: tuple[Signed, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    keep: bool = False
    renewed: tuple[Signed, ...] = ()
    """Signatures that are there, with the better verdict that they have now."""
    renewed_receipts: tuple[Receipt, ...] = ()
    """Receipts that are there, likewise."""
    several: bool = False
    """It holds signatures that are decided on one by one: it is taken apart, and each kept alone."""
    spoilt: bool = False
    """Sound signatures stand beside others that have no place: the file is of use only in parts."""


def sort(route: Route, judged: Judged, name: str, now: datetime) -> Sorted:
    """Sort the signatures of one file; it is to be kept under ``name``."""
    if not judged.report.signatures:
        return Sorted(arrivals=(_unreadable(route, judged),))
    found = [_one(route, judged, each, name, now) for each in _tops(judged.report)]
    fresh = [each for each in found if each.arrival.came in FRESH]
    there = {each.identity for each in route.signed}
    there |= {each.signed.identity for each in fresh if each.signed is not None}
    receipts = tuple(_receipts(route, judged, name, now, there))
    useless = [each for each in found if each.arrival.came in USELESS]
    if judged.pdf and any(each.arrival.came is Came.SPOILT for each in found):
        # One spoilt signature spoils a PDF: nothing can be taken out of it.
        return Sorted(arrivals=tuple(replace(each.arrival, came=Came.SPOILT) for each in found))
    arrivals = (*(each.arrival for each in found), *(arrival for arrival, _ in receipts))
    known = {each.identity for each in route.receipts}
    brought = [receipt for _, receipt in receipts if receipt is not None]
    came = tuple(each for each in brought if each.identity not in known)
    keep = bool(fresh or came)
    return Sorted(
        arrivals=arrivals,
        signed=tuple(each.signed for each in found if each.signed and not each.known)
        if keep
        else (),
        receipts=came,
        keep=keep,
        renewed=tuple(each.signed for each in found if each.signed and each.known),
        renewed_receipts=tuple(each for each in brought if each.identity in known),
        several=bool(fresh) and len(found) > 1 and not judged.pdf,
        spoilt=bool(useless and fresh),
    )


@dataclass(frozen=True)
class _One:
    arrival: Arrival
    signed: Signed | None = None
    known: bool = False


def _tops(report: FileReport) -> list[SignatureReport]:
    return [each for each in report.signatures if each.kind is SignatureKind.SIGNATURE]


def _one(route: Route, judged: Judged, report: SignatureReport, name: str, now: datetime) -> _One:
    """Sort one signature of the document."""
    by, identity = by_of(report.signer), _identity(judged.marks, report.index)
    known = route.signature(identity)
    arrival = _arrival(route, judged, Came.KNOWN, by=by, identity=identity, report=report)
    if known is not None:
        better = known.verdict is not report.verdict is Indication.TOTAL_PASSED
        if not better or by.certificate == known.by.certificate:
            renewed = _renewed(route, known, report) if better else None
            return _One(replace(arrival, person=known.person), renewed, known=True)
        # The same octets under another certificate, which passes: it was never his who was noted.
    if report.practice and not route.practice:
        return _One(replace(arrival, came=Came.PRACTICE))
    if report.verdict is Indication.TOTAL_FAILED or report.integrity is Integrity.BROKEN:
        # A PDF brings its own document, and that began with ours: it was damaged.
        another = "digest_mismatch" in report.reasons and not judged.pdf
        return _One(replace(arrival, came=Came.FOREIGN if another else Came.SPOILT))
    altered = judged.growth is not None and not judged.growth.plain
    vouched = report.trust is Trust.TRUSTED
    person, match = whose(by, route.people, doubtful=altered or not vouched)
    signed = Signed(
        identity=identity,
        file=name,
        number=numbers(judged.report.signatures)[report.index],
        by=by,
        claimed=report.signing_time.claimed,
        verdict=report.verdict,
        reason=report.reasons[0] if report.reasons else "",
        person=person,
        match=match,
        altered=altered,
        vouched=vouched,
        came=now,
    )
    arrival = replace(arrival, came=_came(route, signed), person=person)
    if judged.growth is not None and altered:
        arrival = replace(arrival, notices=judged.growth.problems)
    return _One(arrival, signed)


def _renewed(route: Route, known: Signed, report: SignatureReport) -> Signed:
    """Return a signature that is there with the better verdict; what somebody said of it stays."""
    better = replace(
        known, verdict=report.verdict, reason="", vouched=report.trust is Trust.TRUSTED
    )
    if known.match is Match.CONFIRMED:
        return better
    person, match = whose(known.by, route.people, doubtful=better.doubtful)
    return replace(better, person=person, match=match)


def _came(route: Route, signed: Signed) -> Came:
    if signed.altered:
        return Came.ALTERED
    if signed.match is Match.NONE:
        return Came.STRANGER
    if signed.match is Match.NAME:
        return Came.LIKELY
    if route.progress(signed.person) is Progress.SIGNED:
        return Came.SECOND
    return Came.TAKEN if signed.verdict is Indication.TOTAL_PASSED else Came.UNSURE


def _receipts(
    route: Route, judged: Judged, name: str, now: datetime, signed: Collection[str]
) -> Iterable[tuple[Arrival, Receipt | None]]:
    """Find counter-signatures over signatures that are there: each says that somebody has got it."""
    there = {each.identity: each for each in route.receipts}
    for report in judged.report.signatures:
        if report.kind is not SignatureKind.COUNTER_SIGNATURE or report.parent is None:
            continue
        of = _identity(judged.marks, report.parent)
        identity = _identity(judged.marks, report.index)
        if of not in signed or (report.practice and not route.practice):
            continue
        by, known = by_of(report.signer), there.get(identity)
        if known is not None:
            # The better verdict is that of the one who was noted, or of nobody.
            if (
                known.verdict is not report.verdict is Indication.TOTAL_PASSED
                and known.by.certificate == by.certificate
            ):
                arrival = _arrival(
                    route, judged, Came.KNOWN, by=by, identity=identity, report=report
                )
                yield arrival, replace(known, verdict=report.verdict)
            continue
        arrival = _arrival(route, judged, Came.RECEIPT, by=by, identity=identity, report=report)
        if report.verdict is Indication.TOTAL_FAILED or report.integrity is Integrity.BROKEN:
            yield replace(arrival, came=Came.SPOILT), None
            continue
        yield (
            arrival,
            Receipt(
                identity=identity,
                of=of,
                file=name,
                by=by,
                claimed=report.signing_time.claimed,
                verdict=report.verdict,
                came=now,
            ),
        )


def _arrival(
    route: Route,
    judged: Judged,
    came: Came,
    *,
    by: By | None = None,
    identity: str = "",
    report: SignatureReport | None = None,
) -> Arrival:
    return Arrival(
        came=came,
        shown=judged.shown,
        route=route.key,
        by=by,
        identity=identity,
        report=report,
        apart=judged.apart,
        loose=judged.loose,
    )


def _unreadable(route: Route, judged: Judged) -> Arrival:
    return replace(_arrival(route, judged, Came.UNREADABLE), notices=judged.report.errors)


def _identity(marks: Marks, index: int) -> str:
    return next((each.identity for each in marks.marks if each.index == index), f"?{index}")
