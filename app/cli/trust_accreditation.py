"""``trust tsl``: the list of accredited authorities: taken in, shown, put back."""

import argparse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.cli.command import Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.levels import network_object, tell_network
from app.cli.terminal import Progress
from app.crypto.accreditation.door import Imported, age_told
from app.crypto.accreditation.model import AccreditedList
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.accreditation_words import age_warning, list_heading, list_lines
from app.texts.catalogue import _
from app.texts.showing import local_time, plain
from app.texts.verdicts import Tone, notice

SCHEMA = "roscherk.tsl/1"


def add_arguments(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the action to the command ``trust``."""
    tsl = actions.add_parser("tsl", help=_("the list of accredited authorities"))
    acts = tsl.add_subparsers(dest="tsl_action", required=True, metavar=_("ACTION"))
    take = acts.add_parser("import", help=_("take in a newer list from a file"))
    take.add_argument("file", type=Path, metavar=_("FILE"))
    fetch = acts.add_parser("fetch", help=_("fetch the list from where it is published"))
    fetch.add_argument(
        "--url", metavar="URL", help=_("ask this address instead of those that the program knows")
    )
    for each in (take, fetch):
        each.add_argument(
            "--trust-signer",
            metavar="SHA256",
            help=_("agree to the signer whose certificate has this fingerprint"),
        )
    show = acts.add_parser("show", help=_("show which list is in use, and how old it is"))
    undo = acts.add_parser("undo", help=_("go back to the list before"))
    for each in (take, fetch, show, undo):
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def run(run: Run) -> ExitCode:
    """Import, fetch, show or undo."""
    return _ACTIONS[run.options.tsl_action](run)


def _import(run: Run) -> ExitCode:
    options, progress = run.options, Progress(_("Reading the list"))
    try:
        taken = run.services.accreditation.take_in(
            options.file,
            trust_signer=options.trust_signer,
            progress=lambda done, total: progress(done, total, plain(options.file.name)),
        )
    finally:
        progress.end()
    return _tell(run, taken, options.file)


def _fetch(run: Run) -> ExitCode:
    options, progress = run.options, Progress(_("Fetching the list"))
    try:
        taken = run.services.accreditation.fetch(
            options.url, trust_signer=options.trust_signer, progress=progress
        )
    finally:
        progress.end()
    return _tell(run, taken, taken.source)


def _tell(run: Run, taken: Imported, source: Path | str) -> ExitCode:
    """Note and show a list that was taken in."""
    kept = taken.kept
    if taken.new:
        run.note(
            Action.ACCREDITED_LIST_IMPORT, source, "imported",
            version=kept.version, sha256=kept.sha256, signer=kept.signer.sha256,
        )  # fmt: skip
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "list": kept,
                "new": taken.new,
                "source": str(source),
                "notices": taken.notices,
                "network": network_object(taken.network),
            }
        )
        return ExitCode.DONE
    if not taken.new:
        run.terminal.paragraph(_("This is the list that is in use already."))
    _show_list(run, kept)
    tell_network(run.terminal, taken.network)
    for one in taken.notices:
        run.terminal.paragraph(notice(one.code, one.facts), indent="  ")
    return ExitCode.DONE


def _show(run: Run) -> ExitCode:
    kept, earlier = run.services.accreditation.current(), run.services.accreditation.previous()
    if run.options.json:
        old = None if kept is None else age_told(kept, datetime.now(UTC))
        signers = run.services.accreditation.users_signers()
        write_json(
            {
                "schema": SCHEMA,
                "list": kept,
                "previous": earlier,
                "too_old_days": old,
                "users_signers": signers,
            }
        )
        return ExitCode.DONE
    if kept is None:
        raise RoscherkError(ErrorCode.ACCREDITED_LIST_MISSING)
    _show_list(run, kept)
    if earlier is not None:
        words = _("Before it: version {version} of {moment}. To go back: roscherk trust tsl undo")
        told = words.format(version=earlier.version, moment=local_time(earlier.date))
        run.terminal.paragraph(told, indent="  ")
    return ExitCode.DONE


def _show_list(run: Run, kept: AccreditedList) -> None:
    old = age_warning(kept, datetime.now(UTC))
    run.terminal.marked(list_heading(kept), Tone.GOOD if old is None else Tone.UNSURE, indent="")
    for label, value in list_lines(kept):
        run.terminal.paragraph(value, indent="  ", label=f"{label}:")
    if old is not None:
        run.terminal.paragraph(old, indent="  ")


def _undo(run: Run) -> ExitCode:
    kept = run.services.accreditation.undo()
    run.note(Action.ACCREDITED_LIST_UNDO, kept.sha256, "put_back", version=kept.version)
    if run.options.json:
        write_json({"schema": SCHEMA, "list": kept})
        return ExitCode.DONE
    _show_list(run, kept)
    return ExitCode.DONE


_ACTIONS: Mapping[str, Callable[[Run], ExitCode]] = {
    "import": _import,
    "fetch": _fetch,
    "show": _show,
    "undo": _undo,
}
