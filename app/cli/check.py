"""``check --self``: whether the program's own files are those that were installed."""

import argparse

from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.reports.own_files import OwnState
from app.reports.statements import own_state
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.texts.verdicts import Tone

SCHEMA = "roscherk.self/1"
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


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--self",
        action="store_true",
        required=True,
        help=_("compare the program's own files with the list of its installation"),
    )
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
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


COMMAND = Command(help=N_("check the program itself"), arguments=_arguments, run=_run)
