"""The journal for others: CSV for a spreadsheet, JSON for programs, an extract on paper.

The JSON holds what each row's hash is over, so that whoever gets it can compute the chain anew.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.crypto.saving import AtomicFile
from app.errors import ErrorCode, RoscherkError
from app.journal import Entry, JournalCheck
from app.reports.sheet import Banner, Grid, Part, Sheet, Style, Text
from app.reports.table_files import harmless
from app.texts.catalogue import N_, _, language, ngettext
from app.texts.journal_words import action_words, check_words, fact_lines, outcome_words
from app.texts.showing import local_time, plain

SCHEMA: Final = "roscherk.journal/1"
FORMS: Final = (".csv", ".json")
MOST_ON_PAPER: Final = 2000
"""Rows of an extract on paper: about a hundred pages."""
_BOM = "\ufeff"
_LONGEST: Final = 200
COLUMNS: Final = (
    N_("No."),
    N_("Time"),
    N_("Time, UTC"),
    N_("What was done"),
    N_("Object"),
    N_("Outcome"),
    N_("Details"),
)


def save_rows(entries: Sequence[Entry], check: JournalCheck, target: Path) -> Path:
    """Write rows in the form that the name asks for, never over another file; return the name.

    Raises ``TARGET_*``, ``DISK_FULL``; USAGE for another form.
    """
    write = _WRITERS.get(target.suffix.lower())
    if write is None:
        raise RoscherkError(ErrorCode.USAGE, option=target.name, value=", ".join(FORMS))
    data = write(entries, check)
    with AtomicFile.create(target.absolute().parent) as file:
        file.write(data)
        return file.publish(target, numbers=False)


def to_csv(entries: Sequence[Entry], _check: JournalCheck) -> bytes:
    """Return CSV as Excel of a Russian system opens it: BOM, semicolons, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([_(heading) for heading in COLUMNS])
    for entry in entries:
        cells = (
            str(entry.number),
            local_time(entry.time),
            _utc(entry.time),
            action_words(entry.action),
            plain(entry.target or "", 4000),
            outcome_words(entry.outcome)[0],
            details(entry),
        )
        writer.writerow([harmless(cell) for cell in cells])
    return (_BOM + out.getvalue()).encode("utf-8", "replace")


def to_json(entries: Sequence[Entry], check: JournalCheck) -> bytes:
    """Return the rows for programs."""
    answer = {"schema": SCHEMA, **check_object(check), "rows": [as_object(one) for one in entries]}
    return (json.dumps(answer, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def as_object(entry: Entry) -> dict[str, object]:
    """Return one row for programs: codes, not words; the time in UTC."""
    return {
        "number": entry.number,
        "time": entry.time.astimezone(UTC).isoformat(),
        "action": entry.action,
        "target": entry.target,
        "outcome": entry.outcome,
        "facts": dict(entry.facts),
    }


def check_object(check: JournalCheck) -> dict[str, object]:
    """Return what the check of the chain came to, for programs."""
    return {
        "whole": check.sound,
        "rows_checked": check.rows,
        "first_broken": check.first_broken,
        "missing_from": check.missing_from,
        "end_unknown": check.end_unknown,
        "last_hash": check.last_hash,
    }


def journal_sheet(entries: Sequence[Entry], check: JournalCheck, made: datetime) -> Sheet:
    """Return the extract on paper."""
    words, tone = check_words(check)
    count = ngettext("{n} row of the journal", "{n} rows of the journal", len(entries))
    parts: list[Part] = [
        Text(_("Extract from the journal"), Style.TITLE),
        Text(f"{count.format(n=len(entries))} · {local_time(made)}", Style.LEAD),
        Banner(f"{words.heading}. {words.explanation}", tone),
    ]
    if len(entries) > MOST_ON_PAPER:
        left = _("Only the first {n} rows are on this paper; take CSV or JSON for all of them.")
        parts.append(Text(left.format(n=MOST_ON_PAPER), Style.SMALL))
    parts.append(
        Grid(
            heading=(_("No."), _("Time"), _("What was done"), _("Object"), _("Outcome")),
            rows=tuple(_paper_row(entry) for entry in entries[:MOST_ON_PAPER]),
            widths=(7, 18, 23, 34, 18),
        )
    )
    parts.append(
        Text(_("SHA-256 of the last row: {hash}").format(hash=check.last_hash), Style.SMALL)
    )
    return Sheet(
        title=_("Extract from the journal"), language=language(), created=made, parts=tuple(parts)
    )


def _paper_row(entry: Entry) -> tuple[str, ...]:
    return (
        str(entry.number),
        local_time(entry.time),
        action_words(entry.action),
        plain(entry.target or "", _LONGEST),
        outcome_words(entry.outcome)[0],
    )


def details(entry: Entry) -> str:
    """Return the facts of a row in one line."""
    return "; ".join(f"{name}: {value}" for name, value in fact_lines(entry))


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_WRITERS: Mapping[str, Callable[[Sequence[Entry], JournalCheck], bytes]] = {
    ".csv": to_csv,
    ".json": to_json,
}
