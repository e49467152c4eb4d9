"""``journal``: what was done, whether it is whole, and out of it into a file."""

import argparse
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from app.cli import errors
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode, gravest
from app.errors import ErrorCode, RoscherkError
from app.journal import Entry, JournalCheck, Query
from app.reports.journal_files import SCHEMA, as_object, check_object, details, save_rows
from app.texts.catalogue import _, ngettext
from app.texts.journal_words import (
    Kind,
    action_words,
    actions_of,
    check_words,
    outcome_words,
    told,
)
from app.texts.showing import local_time, plain

_MOST = 50
_ON_PAPER = frozenset({".pdf", ".html", ".htm"})


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--search", metavar=_("WORDS"), help=_("rows in which all these words are"))
    parser.add_argument("--since", metavar=_("DAY"), help=_("rows from this day on (2026-11-27)"))
    parser.add_argument("--until", metavar=_("DAY"), help=_("rows up to this day, it included"))
    parser.add_argument(
        "--kind",
        action="append",
        choices=[each.value for each in Kind],
        help=_("rows of one kind; may be named several times"),
    )
    parser.add_argument(
        "--limit",
        type=int,
        default=_MOST,
        metavar="N",
        help=_("so many rows at most, the newest first; 0 means all"),
    )
    parser.add_argument(
        "--export",
        type=Path,
        metavar=_("FILE"),
        help=_("write the rows to a new file: .csv, .json, .pdf or .html"),
    )
    parser.add_argument(
        "--verify", action="store_true", help=_("check that no row was changed or removed")
    )
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    options = run.options
    journal = run.services.journal
    numbers = journal.find(_query(options), told)
    shown = numbers if options.limit <= 0 or options.export else numbers[: options.limit]
    entries = journal.rows(shown)
    wanted = options.verify or options.export is not None
    check = journal.verify() if wanted else None
    if options.json:
        answer: dict[str, object] = {"schema": SCHEMA, "found": len(numbers)}
        if check is not None:
            answer |= check_object(check)
        write_json({**answer, "rows": [as_object(each) for each in entries]})
    else:
        _show(run, entries, len(numbers), check)
    codes = [ExitCode.DONE if check is None or check.sound else ExitCode.TOTAL_FAILED]
    if options.export is not None and check is not None:
        codes.append(_export(run, entries, check))
    return gravest(codes)


def _query(options: argparse.Namespace) -> Query:
    until = _day(options.until, "--until")
    return Query(
        words=tuple((options.search or "").split()),
        since=_day(options.since, "--since"),
        until=None if until is None else until + timedelta(days=1),
        actions=actions_of(frozenset(map(Kind, options.kind))) if options.kind else None,
    )


def _day(told: str | None, option: str) -> datetime | None:
    """Return where a day begins here."""
    if told is None:
        return None
    try:
        day = datetime.strptime(told, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, not a moment
        return datetime.combine(day, time()).astimezone().astimezone(UTC)
    except (ValueError, OverflowError):
        raise RoscherkError(ErrorCode.USAGE, option=option, value=told) from None


def _show(run: Run, entries: tuple[Entry, ...], found: int, check: JournalCheck | None) -> None:
    terminal = run.terminal
    if check is not None:
        words, tone = check_words(check)
        terminal.marked(words.heading, tone, indent="")
        terminal.paragraph(words.explanation, indent="  ")
        if words.advice:
            terminal.paragraph(words.advice, indent="  ")
        terminal.paragraph(check.last_hash, indent="  ", label=_("SHA-256 of the last row:"))
    if run.options.export is not None:
        return
    for entry in entries:
        outcome, tone = outcome_words(entry.outcome)
        head = f"{entry.number}  {local_time(entry.time)}  {action_words(entry.action)}"
        terminal.marked(f"{head}: {outcome}", tone, indent="")
        for line in (plain(entry.target or ""), details(entry)):
            if line:
                terminal.paragraph(line, indent="    ")
    if not found:
        terminal.line(_("No rows."))
    elif found > len(entries):
        more = ngettext("One more row is older.", "{n} more rows are older.", found - len(entries))
        terminal.line(more.format(n=found - len(entries)))


def _export(run: Run, entries: tuple[Entry, ...], check: JournalCheck) -> ExitCode:
    target: Path = run.options.export
    try:
        if target.suffix.lower() in _ON_PAPER:
            run.services.printing.save_journal(entries, check, target)
        else:
            save_rows(entries, check, target)
    except RoscherkError as error:
        errors.lines(error, about=plain(target))
        return ExitCode.USAGE if error.code is ErrorCode.USAGE else ExitCode.FAILED
    if not run.options.json:
        run.terminal.line(_("Written: {path}").format(path=plain(target)))
    return ExitCode.DONE


COMMAND = Command(arguments=_arguments, run=_run)
