"""What happened to a signature, in the order of time: certificate, signing, time stamps, now. No Qt."""

from collections.abc import Iterator
from datetime import datetime

from app.crypto.verdict.facts import SignatureFacts, SignatureKind, TimeStampKind
from app.crypto.verdict.report import Moment, MomentSource, SignatureReport
from app.texts import moments, telling
from app.texts.catalogue import _
from app.texts.showing import local_date, local_time
from app.ui.rows import Tone
from app.values import dataclass


@dataclass(frozen=True)
class Event:
    """One point of the line."""

    at: datetime | None
    """None: nobody knows when."""
    sentence: str
    tone: Tone = Tone.PLAIN
    ahead: bool = False
    """It is still to come."""


def events_of(
    report: SignatureReport, facts: SignatureFacts | None, now: datetime
) -> tuple[Event, ...]:
    """Return the events of one signature; those whose day is not known come first."""
    if report.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        return ()  # its one moment is one of its answers
    found = [*_signing(report), *_terms(report, now), *_later(facts)]
    undated = [each for each in found if each.at is None]
    dated = [each for each in found if each.at is not None]
    dated.sort(key=lambda each: each.at or now)
    return (*undated, *dated)


def _signing(report: SignatureReport) -> Iterator[Event]:
    """Tell when it was signed and how it stands now, as the two dates say it."""
    named = [each for each in report.moments if each.at is not None]
    for moment, dated in zip(named, moments.two_dates(report), strict=True):
        yield Event(moment.at, f"{dated.label}: {dated.sentence}", _tone(moment))
    sources = {each.source for each in named}
    proved = sources & {MomentSource.RFC3161, MomentSource.MDV_63FZ}
    claimed = report.signing_time.claimed
    if claimed is None and report.signing_time.rfc3161 is None:
        yield Event(None, " ".join(telling.times(report)), Tone.WARN)
    elif claimed is not None and (proved or MomentSource.CLAIMED not in sources):
        yield Event(claimed, telling.times(report)[-1])


def _tone(moment: Moment) -> Tone:
    if moment.certificate_state == "in_force":
        weak = moment.source is MomentSource.CLAIMED
        return Tone.PLAIN if weak else Tone.OK
    bad = moment.certificate_state == "revoked"
    return Tone.ERROR if bad else Tone.WARN


def _terms(report: SignatureReport, now: datetime) -> Iterator[Event]:
    """Tell the term of the certificate."""
    if report.signer is None:
        return
    begins, ends = report.signer.not_before, report.signer.not_after
    yield Event(begins, _("{day}: the certificate begins.").format(day=local_date(begins)))
    if ends > now:
        said = _("{day}: the certificate will end.").format(day=local_date(ends))
        yield Event(ends, said, ahead=True)
    else:
        said = _("{day}: the certificate ended.").format(day=local_date(ends))
        yield Event(ends, said, Tone.WARN)


def _later(facts: SignatureFacts | None) -> Iterator[Event]:
    """Tell of the revocation, and of time stamps that keep the evidence."""
    if facts is None:
        return
    links = () if facts.chain is None else facts.chain.links
    revoked = links[0].revocation.revoked_at if links else None
    if revoked is not None:
        said = _("{moment}: the certificate was revoked.").format(moment=local_time(revoked))
        yield Event(revoked, said, Tone.ERROR)
    keeping = {TimeStampKind.ARCHIVE, TimeStampKind.ARCHIVE_V3, TimeStampKind.DOCUMENT}
    for stamp in facts.time_stamps:
        if stamp.time is not None and stamp.kind in keeping and not stamp.problems:
            said = _("{moment}: a time stamp that keeps the evidence.")
            yield Event(stamp.time, said.format(moment=local_time(stamp.time)))
