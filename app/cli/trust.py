"""``trust``: the certificate stores, who changed them, what a chain lacks, lists, bundles."""

import argparse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.cli import trust_accreditation, trust_bundle, trust_missing
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.crypto.trust.changes import Change
from app.crypto.trust.door import is_root
from app.crypto.trust.folders import StoreName
from app.crypto.trust.known_roots import standing_of
from app.crypto.trust.model import ListFacts, StoredItem
from app.crypto.verdict.facts import CertificateFacts
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.errors import describe
from app.texts.showing import local_date, local_time, plain
from app.texts.trust_words import (
    act_words,
    issuer_name,
    list_words,
    standing_words,
    store_name,
    whom_to_trust,
)
from app.texts.verdicts import Tone, notice

SCHEMA = "roscherk.trust/1"
_SHORTEST = 8
"""Signs of a fingerprint that name a certificate in a store."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    listed = actions.add_parser("list", help=_("list what is in the stores, with ages of lists"))
    listed.add_argument("--store", choices=[each.value for each in StoreName])
    show = actions.add_parser("show", help=_("look at certificates and lists before adding them"))
    add = actions.add_parser("add", help=_("put certificates and revocation lists into the stores"))
    for each in (show, add):
        each.add_argument("files", nargs="+", type=Path, metavar=_("FILE_OR_DIR"))
    confirm_argument(add)
    remove = actions.add_parser("remove", help=_("take a certificate or a list out of its store"))
    remove.add_argument("sha256", nargs="+", metavar="SHA256")
    undo = actions.add_parser("undo", help=_("undo a change, the newest if none is named"))
    undo.add_argument("change", nargs="?", metavar=_("CHANGE"))
    history = actions.add_parser("history", help=_("tell who trusted what and when"))
    refresh = actions.add_parser("refresh", help=_("fetch newer revocation lists"))
    for each in (listed, show, add, remove, undo, history, refresh):
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))
    trust_missing.add_arguments(actions)
    trust_bundle.add_arguments(actions)
    trust_accreditation.add_arguments(actions)


def confirm_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option by which the user says which roots he trusts."""
    parser.add_argument(
        "--yes-root",
        action="append",
        default=[],
        metavar="SHA256",
        help=_("trust the root with this fingerprint"),
    )


def _list(run: Run) -> ExitCode:
    wanted = run.options.store
    items = [each for each in run.services.trust.items() if wanted in {None, each.store.value}]
    if run.options.json:
        write_json({"schema": SCHEMA, "items": [_item_object(each) for each in items]})
        return ExitCode.DONE
    now = datetime.now(UTC)
    for store in StoreName:
        here = [each for each in items if each.store is store]
        if here:
            run.terminal.heading(store_name(store), Tone.PLAIN)
        for each in here:
            _show_item(run, each, now)
    if not items:
        run.terminal.line(_("The stores are empty: no signature can be confirmed yet."))
        run.terminal.line(_("Add a root that you trust: roscherk trust add FILE"))
    return ExitCode.DONE


def _show_item(run: Run, item: StoredItem, now: datetime) -> None:
    if item.certificate is not None:
        facts = item.certificate
        sound = facts.not_before <= now <= facts.not_after
        run.terminal.marked(_name(facts), Tone.GOOD if sound else Tone.UNSURE)
        words = _("until {date}").format(date=local_date(facts.not_after))
        run.terminal.paragraph(f"{words}  {facts.sha256.lower()}", indent="    ")
    elif item.crl is not None:
        fresh = item.crl.next_update is None or item.crl.next_update >= now
        run.terminal.marked(issuer_name(item.crl), Tone.GOOD if fresh else Tone.UNSURE)
        run.terminal.paragraph(f"{list_words(item.crl, now)}  {item.crl.sha256}", indent="    ")
    elif item.problem is not None:
        run.terminal.marked(plain(item.path.name), Tone.BAD)
        run.terminal.paragraph(describe(item.problem.code).heading, indent="    ")


def _show(run: Run) -> ExitCode:
    found = run.services.trust.look(run.options.files)
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "certificates": [certificate_object(each) for each in found.certificates],
                "lists": [_list_object(each.facts) for each in found.lists],
                "problems": found.problems,
            }
        )
        return ExitCode.DONE
    now = datetime.now(UTC)
    for facts in found.certificates:
        if is_root(facts):
            run.terminal.lines(whom_to_trust(facts))
            run.terminal.line()
        else:
            run.terminal.marked(_name(facts), Tone.GOOD)
            run.terminal.paragraph(facts.sha256.lower(), indent="    ")
    for one in found.lists:
        run.terminal.marked(issuer_name(one.facts), Tone.GOOD)
        run.terminal.paragraph(list_words(one.facts, now), indent="    ")
    return ExitCode.DONE


def _add(run: Run) -> ExitCode:
    """Add all that was named; a root only with its fingerprint."""
    found = run.services.trust.look(run.options.files)
    source = ", ".join(str(path) for path in run.options.files)
    roots = [facts for facts in found.certificates if is_root(facts)]
    agreed = {one.lower().replace(":", "") for one in run.options.yes_root}
    for facts in roots:
        if facts.sha256.lower() not in agreed and not run.options.json:
            run.terminal.lines(whom_to_trust(facts))
            run.terminal.line()
    change = run.services.trust.add(
        found.certificates,
        confirmed=agreed,
        reason="trust" if roots else "add",
        source=source,
        lists=found.lists,
    )
    _note(run, change)
    _tell_change(run, change, _("Nothing was added: all of it is there already, or newer."))
    return ExitCode.DONE


def _remove(run: Run) -> ExitCode:
    named = [one.lower().replace(":", "") for one in run.options.sha256]
    items = run.services.trust.items()
    chosen = []
    for name in named:
        same = [each for each in items if each.path.stem.lower().startswith(name)]
        if len(name) < _SHORTEST or not same:
            raise RoscherkError(ErrorCode.USAGE, option="SHA256", value=name)
        chosen += same
    change = run.services.trust.remove(chosen)
    _note(run, change, Action.TRUST_REMOVE)
    _tell_change(run, change, _("Nothing was taken out."))
    return ExitCode.DONE


def _undo(run: Run) -> ExitCode:
    change = run.services.trust.undo(run.options.change)
    run.note(Action.TRUST_REMOVE, change.name, "done", undone=True)
    if run.options.json:
        write_json({"schema": SCHEMA, "undone": change})
    else:
        words = _("Undone: {act} of {time}").format(
            act=act_words(change.reason), time=local_time(change.at)
        )
        run.terminal.heading(words, Tone.GOOD)
        _show_files(run, change)
    return ExitCode.DONE


def _history(run: Run) -> ExitCode:
    history = run.services.trust.history()
    if run.options.json:
        write_json({"schema": SCHEMA, "changes": history.changes, "damaged": history.damaged})
        return ExitCode.DONE
    for change in history.changes:
        tone = Tone.PLAIN if change.undone is None else Tone.UNSURE
        words = f"{local_time(change.at)}  {act_words(change.reason)}"
        run.terminal.heading(words, tone)
        for label, value in (
            (_("By"), change.by),
            (_("From"), change.source),
            (_("Change"), change.name),
        ):
            if value:
                run.terminal.paragraph(plain(value), indent="  ", label=f"{label}:")
        if change.undone is not None:
            words = _("Undone {time} by {name}")
            told = words.format(time=local_time(change.undone.at), name=plain(change.undone.by))
            run.terminal.paragraph(told, indent="  ")
        _show_files(run, change)
    if not history.changes:
        run.terminal.line(_("Nothing was ever added or taken out."))
    if history.damaged:
        words = _("Notes that cannot be read: {count}. The stores do not depend on them.")
        run.terminal.line(words.format(count=history.damaged))
    return ExitCode.DONE


def _refresh(run: Run) -> ExitCode:
    answer, taken = run.services.trust.refresh()
    _note(run, taken.change)
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "asked": answer.asked,
                "new": [_list_object(each.facts) for each in taken.new],
                "kept": [_list_object(each.facts) for each in taken.older],
                "problems": answer.problems,
                "network": answer.network,
            }
        )
    else:
        now = datetime.now(UTC)
        words = _("Revocation lists renewed: {new}; as new as before: {old}; addresses: {asked}")
        run.terminal.heading(
            words.format(new=len(taken.new), old=len(taken.older), asked=answer.asked), Tone.GOOD
        )
        for one in taken.new:
            run.terminal.marked(issuer_name(one.facts), Tone.GOOD)
            run.terminal.paragraph(list_words(one.facts, now), indent="    ")
        for each in answer.problems:
            run.terminal.paragraph(notice(each.code, each.facts), indent="  ")
    return ExitCode.FAILED if answer.problems and not answer.lists else ExitCode.DONE


def _note(run: Run, change: Change | None, action: Action = Action.TRUST_ADD) -> None:
    if change is not None:
        for each in (*change.added, *change.removed):
            run.note(
                action,
                each.title or each.name,
                "done",
                sha256=each.sha256,
                store=each.store.value,
                change=change.name,
            )


def _tell_change(run: Run, change: Change | None, nothing: str) -> None:
    if run.options.json:
        write_json({"schema": SCHEMA, "change": change})
        return
    if change is None:
        run.terminal.line(nothing)
        return
    run.terminal.heading(act_words(change.reason), Tone.GOOD)
    _show_files(run, change)
    words = _("To take it back: roscherk trust undo {change}")
    run.terminal.paragraph(words.format(change=change.name), indent="  ")


def _show_files(run: Run, change: Change) -> None:
    for sign, files in (("+", change.added), ("-", change.removed)):
        for each in files:
            name = plain(each.title or each.name, 120)
            run.terminal.paragraph(f"{sign} {store_name(each.store)}: {name}", indent="  ")


def _name(facts: CertificateFacts) -> str:
    name = facts.subject
    return plain(name.common_name or name.organization or name.text, 120)


def certificate_object(facts: CertificateFacts) -> dict[str, Any]:
    """Return a certificate for JSON, with what is known of it if it is a root."""
    return {
        "subject": facts.subject.text,
        "issuer": facts.issuer.text,
        "sha256": facts.sha256.lower(),
        "not_before": facts.not_before,
        "not_after": facts.not_after,
        "root": is_root(facts),
        "standing": standing_of(facts) if is_root(facts) else None,
        "standing_words": standing_words(facts) if is_root(facts) else None,
    }


def _list_object(facts: ListFacts) -> dict[str, Any]:
    return {
        "issuer": facts.issuer.text,
        "sha256": facts.sha256,
        "number": facts.number,
        "this_update": facts.this_update,
        "next_update": facts.next_update,
        "entries": facts.entries,
        "delta": facts.delta,
        "signed": facts.signed,
    }


def _item_object(item: StoredItem) -> dict[str, Any]:
    return {
        "store": item.store,
        "file": item.path.name,
        "certificate": None if item.certificate is None else certificate_object(item.certificate),
        "crl": None if item.crl is None else _list_object(item.crl),
        "problem": None if item.problem is None else item.problem.code,
    }


_ACTIONS: Mapping[str, Callable[[Run], ExitCode]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "remove": _remove,
    "undo": _undo,
    "history": _history,
    "refresh": _refresh,
    "missing": trust_missing.run,
    "bundle": trust_bundle.run,
    "tsl": trust_accreditation.run,
}


def _run(run: Run) -> ExitCode:
    return _ACTIONS[run.options.action](run)


COMMAND = Command(
    arguments=_arguments,
    run=_run,
)
