"""``profile``: a backup of everything, put in its place again, and what can be said of a profile.

It works before the gate, so that a profile which is damaged or of a newer version can be copied and
replaced too.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.cli import asking
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.keys import new_password, password_for
from app.crypto.backups.model import Backup
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.profile.archive import SUFFIX
from app.profile.migrations import FORM
from app.texts.amounts import size_text
from app.texts.catalogue import _
from app.texts.profile_words import backup_lines
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.tokens.pin import Secret

SCHEMA = "roscherk.profile/1"
_YES = frozenset({"yes", "да"})


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    backup = actions.add_parser(
        "backup", help=_("write everything into one new file, closed with a password")
    )
    backup.add_argument("file", type=Path, metavar=_("FILE"), help=_("e.g. D:/keys.roscherk"))
    restore = actions.add_parser(
        "restore", help=_("put a backup in the place of the profile; a copy of it is kept")
    )
    restore.add_argument("file", type=Path, metavar=_("FILE"))
    restore.add_argument("--yes", action="store_true", help=_("do not ask once more"))
    check = actions.add_parser("check", help=_("look at the profile, or into a backup"))
    check.add_argument("file", type=Path, nargs="?", metavar=_("FILE"))
    for each in (backup, restore, check):
        each.add_argument(
            "--password-stdin",
            dest="secret_stdin",
            action="store_true",
            help=_("read the password from standard input"),
        )
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _backup(run: Run) -> ExitCode:
    target: Path = run.options.file
    if not target.name:
        raise RoscherkError(ErrorCode.TARGET_EXISTS, path=str(target))
    if not target.suffix:
        target = target.with_name(target.name + SUFFIX)
    with new_password(run, plain(target)) as password:
        made = run.services.backups.make(target, password)
    _note(run, Action.PROFILE_BACKUP, target, made)
    if run.options.json:
        write_json({"schema": SCHEMA, "file": str(target), **_object(made)})
        return ExitCode.DONE
    run.terminal.heading(_("The backup was made: {name}").format(name=plain(target)), Tone.GOOD)
    _show(run, made)
    told = _(
        "Without its password nobody can open it, nor can we. Keep it apart from the computer."
    )
    run.terminal.paragraph(told, indent="  ")
    return ExitCode.DONE


def _check(run: Run) -> ExitCode:
    if run.options.file is None:
        return _check_profile(run)
    with _opened(run) as (found, _password):
        pass
    if run.options.json:
        write_json({"schema": SCHEMA, "file": str(run.options.file), **_object(found)})
        return ExitCode.DONE
    heading = _("The backup is whole: {name}").format(name=plain(run.options.file))
    run.terminal.heading(heading, Tone.GOOD)
    _show(run, found)
    return ExitCode.DONE


def _check_profile(run: Run) -> ExitCode:
    state = run.services.backups.state()
    journal = run.services.journal.verify()
    sound = journal.sound
    if run.options.json:
        told = asdict(state) | {"known": FORM, "journal": {"rows": journal.rows, "sound": sound}}
        write_json({"schema": SCHEMA, "profile": str(run.services.places.data), **told})
        return ExitCode.DONE if sound else ExitCode.FAILED
    places = run.services.places
    heading = _("The profile: {path}").format(path=plain(places.data))
    run.terminal.heading(heading, Tone.GOOD if sound else Tone.BAD)
    for label, value in (
        (_("Form"), _("{form}; this version writes {known}").format(form=state.form, known=FORM)),
        (_("Files"), str(state.files)),
        (_("Size"), size_text(state.size)),
        (_("Rows of the journal"), str(journal.rows)),
    ):
        run.terminal.paragraph(value, indent="  ", label=f"{label}:")
    if state.waiting:
        run.terminal.marked(_("A change waits for the next start of the program."), Tone.UNSURE)
    if not sound:
        run.terminal.marked(_("Rows of the journal were changed or removed."), Tone.BAD)
    for path in state.copies:
        run.terminal.paragraph(plain(path), indent="  ", label=_("Copy:"))
    return ExitCode.DONE if sound else ExitCode.FAILED


def _restore(run: Run) -> ExitCode:
    with _opened(run) as (found, password):
        if not run.options.json:
            run.terminal.line(_("The backup holds:"))
            _show(run, found)
        if not run.options.yes:
            question = _("Put it in the place of the profile {path}? A copy is kept. (yes/no)")
            told = question.format(path=plain(run.services.places.data))
            answer = asking.words_at_terminal(told, ErrorCode.CANCELLED)
            if answer.casefold() not in _YES:
                raise RoscherkError(ErrorCode.CANCELLED)
        done = run.services.backups.restore(run.options.file, password)
    _note(run, Action.PROFILE_RESTORE, run.options.file, done)
    if run.options.json:
        write_json({"schema": SCHEMA, "file": str(run.options.file), **_object(done)})
        return ExitCode.DONE
    run.terminal.heading(_("The backup is in the place of the profile"), Tone.GOOD)
    if done.kept is not None:
        told = _("The profile as it was: {path}").format(path=plain(done.kept))
        run.terminal.paragraph(told, indent="  ")
    return ExitCode.DONE


@contextmanager
def _opened(run: Run) -> Iterator[tuple[Backup, Secret | None]]:
    """Yield what a backup holds; the password is asked for only where one is needed."""
    backups, path = run.services.backups, run.options.file
    found = backups.look(path)
    if found.whole:
        yield found, None
        return
    with password_for(run, plain(path)) as password:
        yield backups.look(path, password), password


def _show(run: Run, backup: Backup) -> None:
    for label, value in backup_lines(backup):
        run.terminal.paragraph(value, indent="  ", label=f"{label}:")


def _note(run: Run, action: Action, file: Path, backup: Backup) -> None:
    """Note it in the journal, where this program may write there."""
    try:
        current = run.services.backups.state().current
    except RoscherkError:
        return
    if current:
        run.note(action, file.absolute(), "done", count=backup.files)


def _object(backup: Backup) -> dict[str, Any]:
    return asdict(backup)


_ACTIONS: Mapping[str, Callable[[Run], ExitCode]] = {
    "backup": _backup,
    "restore": _restore,
    "check": _check,
}

COMMAND = Command(
    arguments=_arguments,
    run=lambda run: _ACTIONS[run.options.action](run),
    opens=False,
)
