"""``route``: joint signing by files: who has signed, whose signature is awaited, the package."""

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from app.cli import route_lines, route_receipt
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.parsing import whole_number
from app.cli.terminal import Progress
from app.crypto.opening import open_regular
from app.crypto.routes.model import Damaged, Person, Route
from app.crypto.routes.people import people_of
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.reports.mail import make_mail
from app.reports.route_letter import request_letter
from app.reports.route_package import open_files, open_words
from app.texts.catalogue import _, ngettext
from app.texts.showing import plain
from app.texts.verdicts import Tone

SCHEMA = "roscherk.route/1"
_BIGGEST = 1 << 20


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    new = actions.add_parser("new", help=_("begin to gather signatures under a document"))
    new.add_argument("document", type=Path, metavar=_("DOCUMENT"))
    _people_arguments(new)
    new.add_argument("--practice", action="store_true", help=_("gather practice signatures"))
    listed = actions.add_parser("list", help=_("list the documents whose signatures are gathered"))
    status = actions.add_parser("status", help=_("tell who has signed and who has not"))
    add = actions.add_parser(
        "add", help=_("recognise signatures among files, folders and archives, and take them in")
    )
    add.add_argument("files", nargs="+", type=Path, metavar=_("FILE_OR_DIR"))
    add.add_argument("--route", metavar=_("ROUTE"), help=_("the one that is meant first"))
    add.add_argument("--offline", action="store_true", help=_("ask nothing of the network"))
    people = actions.add_parser("people", help=_("change who is awaited"))
    settle = actions.add_parser("assign", help=_("say whose a signature is, or leave it out"))
    move = actions.add_parser("move", help=_("say where the document lies now"))
    save = actions.add_parser("save", help=_("save the joined signatures as they are now"))
    letter = actions.add_parser(
        "letter", help=_("make the draft of a letter to those who have not")
    )
    receipt = actions.add_parser("receipt", help=_("certify a signature: a receipt for its maker"))
    finish = actions.add_parser(
        "finish", help=_("make the package: document, signatures, protocol")
    )
    forget = actions.add_parser("forget", help=_("give it up; documents and packages stay"))
    for each in (status, people, settle, move, save, letter, receipt, finish, forget):
        each.add_argument(
            "route", metavar=_("ROUTE"), help=_("its key, as list shows it, or the document")
        )
    _people_arguments(people)
    people.add_argument(
        "--remove", type=whole_number, action="append", default=[], metavar="N",
        help=_("leave out the person of this number"),
    )  # fmt: skip
    for each in (settle, receipt):
        each.add_argument(
            "--signature", type=whole_number, required=True, metavar="N",
            help=_("the number of the signature, as status shows it"),
        )  # fmt: skip
    _assign_arguments(settle)
    move.add_argument("document", type=Path, metavar=_("DOCUMENT"))
    route_receipt.arguments(receipt)
    save.add_argument("--output", type=Path, metavar=_("DIR"), help=_("the folder for the files"))
    for each, name in ((letter, "OUT.eml"), (finish, "OUT.zip")):
        each.add_argument("--output", type=Path, metavar=name, help=_("the file to be written"))
    finish.add_argument(
        "--incomplete", action="store_true", help=_("also while signatures are lacking")
    )
    for each in (new, listed, status, add, people, settle, move, save, letter, receipt, finish, forget):  # fmt: skip
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _people_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--person", action="append", default=[], metavar=_("LINE"),
        help=_("somebody who is to sign: name, ИНН, СНИЛС, e-mail; all but one may be left out"),
    )  # fmt: skip
    parser.add_argument(
        "--people", type=Path, metavar=_("FILE"), help=_("a text file with such a line for each")
    )
    parser.add_argument("--note", metavar=_("TEXT"), help=_("a note for those who sign"))
    parser.add_argument("--due", metavar=_("DAY"), help=_("by when (2026-12-31)"))


def _assign_arguments(parser: argparse.ArgumentParser) -> None:
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument(
        "--person", dest="whose", type=whole_number, metavar="N",
        help=_("it is of the person of this number"),
    )  # fmt: skip
    whose.add_argument(
        "--welcome", action="store_true", help=_("put its maker among those who are awaited")
    )
    whose.add_argument("--leave-out", action="store_true", help=_("leave it out"))


def _run(run: Run) -> ExitCode:
    deeds: Mapping[str, Callable[[Run], ExitCode]] = {
        "new": _new,
        "list": _list,
        "add": _add,
        "forget": _forget,
        "finish": _finish,
        "save": _save,
        "letter": _letter,
        "receipt": route_receipt.run,
    }
    action = run.options.action
    return deeds[action](run) if action in deeds else _changed(run)


def _new(run: Run) -> ExitCode:
    options = run.options
    route = run.services.routes.begin(
        options.document,
        _people(options),
        note=options.note or "",
        due=_day(options.due),
        practice=options.practice,
    )
    run.note(Action.ROUTE_BEGIN, route.document, "done", count=len(route.people))
    return _show(run, route)


def _list(run: Run) -> ExitCode:
    listed = run.services.routes.all()
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "routes": [route_lines.as_object(each, None) for each in listed.routes],
                "damaged": [str(each.place) for each in listed.damaged],
            }
        )
        return ExitCode.DONE
    _tell_damaged(run, listed.damaged)
    for route in listed.routes:
        route_lines.show_short(run.terminal, route)
    if not listed.routes:
        run.terminal.paragraph(_("No signatures are gathered: begin with route new DOCUMENT."))
    return ExitCode.DONE


def _tell_damaged(run: Run, damaged: tuple[Damaged, ...]) -> None:
    for each in damaged:
        words = (
            _("A later version of the program keeps this record: {place}")
            if each.newer
            else _("A record was damaged and is set aside, nothing is lost: {place}")
        )
        run.terminal.marked(words.format(place=plain(each.place)), Tone.UNSURE)


def _add(run: Run) -> ExitCode:
    options = run.options
    routes = run.services.routes
    chosen = routes.named(options.route).key if options.route else ""
    progress = Progress(_("Verifying"))
    try:
        taken = routes.take(options.files, chosen, offline=options.offline, progress=progress)
    finally:
        progress.end()
    for each in taken.arrivals:
        if each.route:
            run.note(Action.ROUTE_TAKE, each.shown, each.came.value)
    changed = [routes.get(key) for key in taken.routes]
    if options.json:
        write_json(route_lines.taken_object(taken, changed))
    else:
        route_lines.show_taken(run.terminal, taken)
        for route in changed:
            route_lines.show_short(run.terminal, route)
    return route_lines.code_of(taken)


def _changed(run: Run) -> ExitCode:
    """Change a route, or only show it."""
    options, routes = run.options, run.services.routes
    route = routes.named(options.route)
    if options.action == "people":
        people = [
            each for number, each in enumerate(route.people, 1) if number not in options.remove
        ]
        route = routes.change(route.key, people=[*people, *_people(options)])
        if options.note is not None:
            route = routes.change(route.key, note=options.note)
        if options.due is not None:
            route = routes.change(route.key, due=_day(options.due))
    elif options.action == "move":
        route = routes.move(route.key, options.document)
    elif options.action == "assign":
        route = _assigned(run, route)
    return _show(run, route)


def _assigned(run: Run, route: Route) -> Route:
    options, routes = run.options, run.services.routes
    identity = route_lines.signature_of(route, options.signature).identity
    if options.leave_out:
        changed = routes.dismiss(route.key, identity)
    elif options.welcome:
        changed = routes.welcome(route.key, identity)
    else:
        if not 1 <= options.whose <= len(route.people):
            raise RoscherkError(ErrorCode.ROUTE_PERSON_UNKNOWN, name=str(options.whose))
        changed = routes.settle(route.key, identity, route.people[options.whose - 1].key)
    outcome = "left_out" if options.leave_out else "done"
    run.note(Action.ROUTE_SETTLE, route.document, outcome)
    return changed


def _finish(run: Run) -> ExitCode:
    options, routes = run.options, run.services.routes
    route = routes.named(options.route)
    target = options.output or route.document.with_name(
        _("{name}, signed by all.zip").format(name=route.document.stem)
    )
    try:
        finished = run.services.route_packages.finish(
            route.key, target, incomplete=options.incomplete
        )
    except RoscherkError as error:
        run.note(Action.ROUTE_FINISH, route.document, error.code.value)
        raise
    run.note(Action.ROUTE_FINISH, finished.package, "done", source=str(route.document))
    still_open = open_files(finished)
    code = ExitCode.INDETERMINATE if still_open else ExitCode.DONE
    if options.json:
        told = route_lines.as_object(finished.route, None)
        files = {"files": list(finished.files), "open": list(still_open)}
        write_json({"schema": SCHEMA, **told, **files})
        return code
    heading = _("Package made: {name}").format(name=plain(finished.package))
    run.terminal.heading(heading, Tone.GOOD, practice=route.practice)
    for name in finished.files:
        run.terminal.paragraph(plain(name), indent="  ")
    route_lines.show_unfinished(run.terminal, route)
    for line in open_words(finished):
        run.terminal.marked(line, Tone.UNSURE)
    return code


def _save(run: Run) -> ExitCode:
    route = run.services.routes.named(run.options.route)
    folder = run.options.output or route.document.parent
    saved = run.services.route_packages.save_signature(route.key, folder)
    return _tell_saved(run, saved)


def _letter(run: Run) -> ExitCode:
    route = run.services.routes.named(run.options.route)
    target = run.options.output or route.document.with_name(f"{route.document.stem}.eml")
    made = make_mail(target, [route.document], route.document.name, request_letter(route))
    return _tell_saved(run, (made,))


def _tell_saved(run: Run, saved: tuple[Path, ...]) -> ExitCode:
    if run.options.json:
        write_json({"schema": SCHEMA, "targets": [str(each) for each in saved]})
    else:
        for each in saved:
            run.terminal.heading(_("Saved: {name}").format(name=plain(each)), Tone.GOOD)
    return ExitCode.DONE


def _forget(run: Run) -> ExitCode:
    route = run.services.routes.named(run.options.route)
    run.services.routes.forget(route.key)
    run.note(Action.ROUTE_FORGET, route.document, "done")
    if run.options.json:
        write_json({"schema": SCHEMA, "forgotten": route.key})
    else:
        count = len(route.kept)
        words = ngettext(
            "Given up; {n} file that came in was removed with it",
            "Given up; {n} files that came in were removed with it",
            count,
        )
        run.terminal.heading(words.format(n=count), Tone.PLAIN)
    return ExitCode.DONE


def _show(run: Run, route: Route) -> ExitCode:
    """Show a route; 10 while signatures are lacking."""
    state = run.services.routes.document_state(route)
    if run.options.json:
        write_json({"schema": SCHEMA, **route_lines.as_object(route, state)})
    else:
        route_lines.show(run.terminal, route, state)
    awaited = run.options.action == "status" and not route.complete
    return ExitCode.INDETERMINATE if awaited else ExitCode.DONE


def _people(options: Any) -> tuple[Person, ...]:
    lines = "\n".join(options.person)
    if options.people is not None:
        with open_regular(options.people) as file:
            data = file.read(_BIGGEST)
        try:
            lines = f"{data.decode('utf-8-sig')}\n{lines}"
        except UnicodeDecodeError:
            lines = f"{data.decode('cp1251', 'replace')}\n{lines}"
    return people_of(lines)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RoscherkError(ErrorCode.USAGE, option="--due", value=text) from error


COMMAND = Command(
    arguments=_arguments,
    run=_run,
)
