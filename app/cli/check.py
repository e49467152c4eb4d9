"""``check``: whether this workplace is fit for work; ``check --self``: the program's own files."""

import argparse
from pathlib import Path

from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.reports.own_files import OwnState
from app.reports.statements import own_state
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.texts.workplace_words import area_words, finding_words, state_words
from app.workplace.model import Area, Finding, State, worst
from app.workplace.support import save

SCHEMA = "roscherk.self/1"
WORKPLACE_SCHEMA = "roscherk.workplace/1"
_TONES = {
    OwnState.INTACT: Tone.GOOD,
    OwnState.CHANGED: Tone.BAD,
    OwnState.NO_LIST: Tone.UNSURE,
}
_CODES = {
    OwnState.INTACT: ExitCode.DONE,
    OwnState.CHANGED: ExitCode.TOTAL_FAILED,
    OwnState.NO_LIST: ExitCode.INDETERMINATE,
}
_OF_STATE = {
    State.BAD: ExitCode.TOTAL_FAILED,
    State.ATTENTION: ExitCode.INDETERMINATE,
    State.UNKNOWN: ExitCode.INDETERMINATE,
}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--self",
        action="store_true",
        help=_("only compare the program's own files with the list of its installation"),
    )
    parser.add_argument(
        "--ask-time",
        action="store_true",
        help=_("ask the first authority of time of the settings what time it is"),
    )
    parser.add_argument(
        "--support",
        type=Path,
        metavar=_("FILE"),
        help=_("write information for support, without anything personal, to a new .txt or .zip"),
    )
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    return _own_files(run) if run.options.self else _workplace(run)


def _workplace(run: Run) -> ExitCode:
    """Look over the workplace: 0 all is well, 10 something needs attention, 20 does not work."""
    options = run.options
    if options.json or options.support is not None:
        findings = run.services.workplace.findings(ask_time=options.ask_time)
        if options.json:
            write_json(
                {
                    "schema": WORKPLACE_SCHEMA,
                    "state": worst(findings),
                    "findings": [as_object(each) for each in findings],
                }
            )
    else:
        findings = _shown(run)
    if options.support is not None:
        text = run.services.support.text(findings)
        target = save(text, options.support)
        if not options.json:
            run.terminal.lines(text)
            run.terminal.line(_("Written: {path}").format(path=plain(target)))
    return _OF_STATE.get(worst(findings), ExitCode.DONE)


def _shown(run: Run) -> tuple[Finding, ...]:
    """Show each area as soon as it has told all."""
    found: dict[Area, tuple[Finding, ...]] = {}
    for seen in run.services.workplace.look(ask_time=run.options.ask_time):
        if seen.done and seen.findings:
            found[seen.area] = seen.findings
            run.terminal.heading(area_words(seen.area), Tone.PLAIN)
            for each in seen.findings:
                _show(run, each)
    return tuple(each for area in Area for each in found.get(area, ()))


def _show(run: Run, finding: Finding) -> None:
    words = finding_words(finding.code, finding.facts)
    run.terminal.marked(words.heading, state_words(finding.state)[1])
    for told in (words.explanation, words.advice):
        if told:
            run.terminal.paragraph(told, indent="    ")
    if finding.command:
        run.terminal.paragraph(finding.command, indent="    ", label=_("In a terminal:"))


def as_object(finding: Finding) -> dict[str, object]:
    """Return one line for programs: codes and facts, and the words for people."""
    words = finding_words(finding.code, finding.facts)
    return {
        "area": finding.area,
        "code": finding.code,
        "state": finding.state,
        "facts": dict(finding.facts),
        "command": finding.command,
        "heading": words.heading,
        "explanation": words.explanation,
        "advice": words.advice,
    }


def _own_files(run: Run) -> ExitCode:
    found = run.services.printing.own_files()
    if run.options.json:
        write_json({"schema": SCHEMA, "own_files": found})
        return _CODES[found.state]
    run.terminal.marked(own_state(found), _TONES[found.state], indent="")
    for label, names in (
        (_("Changed:"), found.changed),
        (_("Missing:"), found.missing),
        (_("Not of this program:"), found.extra),
    ):
        for name in names:
            run.terminal.paragraph(plain(name), indent="  ", label=label)
    words = _(
        "Whoever can replace files can replace the list too: this finds damage, not every intruder."
    )
    run.terminal.paragraph(words)
    return _CODES[found.state]


COMMAND = Command(arguments=_arguments, run=_run)
