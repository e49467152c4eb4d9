"""Reminders for a calendar program: a file of RFC 5545, one event for each day on which to be told.

Single events rather than one with alarms: many calendars keep but one alarm of an event.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.crypto.containers.model import ContainerFacts
from app.crypto.containers.terms import THRESHOLDS, Ending, endings
from app.crypto.saving import AtomicFile
from app.texts.certificate_fields import owner_words
from app.texts.expiry_words import ending_dates, ending_heading, renewal_steps

SUFFIX = ".ics"
_LONGEST = 75
"""Octets of a line before it has to be folded (RFC 5545 §3.1)."""


def save_calendar(rows: Iterable[ContainerFacts], target: Path, now: datetime) -> Path:
    """Write the reminders of these keys to a new file; raise as `AtomicFile.publish` does."""
    text = calendar_of(rows, now)
    with AtomicFile.create(target.parent) as file:
        file.write(text.encode())
        return file.publish(target, numbers=False)


def calendar_of(rows: Iterable[ContainerFacts], now: datetime) -> str:
    """Return the calendar: days to come only; keys that were renewed are left out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Roscherk//Reminders//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    today = now.astimezone().date()
    for ending in endings(rows, now):
        for days in (*THRESHOLDS, 0):
            day = (ending.at - timedelta(days=days)).astimezone().date()
            if day >= today:
                lines += _event(ending, day, days, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{each}\r\n" for line in lines for each in _folded(line))


def _event(ending: Ending, day: date, days: int, now: datetime) -> Iterator[str]:
    told = ending_heading(_on_day(ending, days), owner_words(ending.certificate))
    steps = [f"- {each}" for each in renewal_steps(ending.certificate, in_window=True)]
    words = "\n".join((ending_dates(ending), *steps))
    yield "BEGIN:VEVENT"
    yield f"UID:{ending.certificate.sha256[:32].lower()}-{ending.of.value}-{days}@roscherk"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(told)}"
    yield f"DESCRIPTION:{_escaped(words)}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield "TRIGGER:PT9H"
    yield f"DESCRIPTION:{_escaped(told)}"
    yield "END:VALARM"
    yield "END:VEVENT"


def _on_day(ending: Ending, days: int) -> Ending:
    """Return the ending as it will stand so many days before."""
    return Ending(
        row=ending.row,
        certificate=ending.certificate,
        of=ending.of,
        at=ending.at,
        days=days,
        threshold=days or 1,
    )


def _escaped(text: str) -> str:
    """Escape a value of text (RFC 5545 §3.3.11)."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Fold a line at 75 octets, never inside a character."""
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _LONGEST:
            yield piece
            piece, size = " ", 1
        piece += sign
        size += width
    yield piece
