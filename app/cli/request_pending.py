"""``request purpose``, ``list`` and ``forget``: what a key is for, and what still waits."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from app.cli.command import Run, write_json
from app.cli.exit_codes import ExitCode
from app.crypto.requests.pending import PendingRequest
from app.crypto.requests.purpose import Purpose
from app.journal import Action
from app.texts.catalogue import _
from app.texts.purposes import PurposeWords, purpose_question, purpose_words
from app.texts.showing import local_date, plain
from app.texts.verdicts import Tone

SCHEMA = "roscherk.requests/1"


def add_arguments(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the actions to the command ``request``."""
    purpose = actions.add_parser(
        "purpose", help=_("say what a key is for, and whether it needs a request")
    )
    purpose.add_argument("purpose", nargs="?", choices=[each.value for each in Purpose])
    listing = actions.add_parser("list", help=_("list the requests that wait for a certificate"))
    forget = actions.add_parser("forget", help=_("wait no longer for the certificate of a request"))
    forget.add_argument("request", metavar=_("NAME_OR_FILE"))
    for each in (purpose, listing, forget):
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _purpose(run: Run) -> ExitCode:
    chosen = run.options.purpose
    asked = list(Purpose) if chosen is None else [Purpose(chosen)]
    if run.options.json:
        told = [_purpose_object(each, purpose_words(each)) for each in asked]
        write_json({"schema": SCHEMA, "purposes": told})
        return ExitCode.DONE
    if chosen is None:
        run.terminal.heading(purpose_question(), Tone.PLAIN)
    for each in asked:
        words = purpose_words(each)
        run.terminal.heading(words.title, Tone.PLAIN)
        run.terminal.paragraph(words.explanation, indent="  ")
        if chosen is None:
            more = f"roscherk request purpose {each.value}"
            run.terminal.paragraph(more, indent="  ", label=_("What to do:"))
            continue
        for number, step in enumerate(words.steps, 1):
            run.terminal.paragraph(step, indent="  ", label=f"{number}.")
    return ExitCode.DONE


def _purpose_object(purpose: Purpose, words: PurposeWords) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "by_request": purpose.by_request,
        "title": words.title,
        "explanation": words.explanation,
        "steps": words.steps,
    }


def _list(run: Run) -> ExitCode:
    entries = run.services.requests.pending.entries()
    if run.options.json:
        write_json({"schema": SCHEMA, "requests": [pending_object(each) for each in entries]})
        return ExitCode.DONE
    if not entries:
        run.terminal.line(_("No request waits for a certificate."))
    for each in entries:
        run.terminal.heading(plain(each.applicant), Tone.PLAIN)
        made = local_date(each.made)
        for label, value in (
            (_("Request made on:"), made),
            (_("File of the request:"), each.file),
            (_("Key:"), each.uri),
            (_("Name for «request forget»:"), each.name),
        ):
            if value:
                run.terminal.paragraph(plain(value), indent="  ", label=label)
    if entries:
        told = _("When the certificate comes: roscherk container install FILE")
        run.terminal.paragraph(told)
    return ExitCode.DONE


def _forget(run: Run) -> ExitCode:
    entry = run.services.requests.pending.forget(run.options.request)
    run.note(Action.REQUEST_FORGET, entry.file or entry.name, "done", key=entry.key)
    if run.options.json:
        write_json({"schema": SCHEMA, "forgotten": pending_object(entry)})
        return ExitCode.DONE
    told = _("The request of {applicant} is forgotten; its key and its file stay.")
    run.terminal.heading(told.format(applicant=plain(entry.applicant)), Tone.GOOD)
    return ExitCode.DONE


def pending_object(entry: PendingRequest) -> dict[str, Any]:
    """Return a pending request as the answers in JSON have it."""
    return {
        "name": entry.name,
        "applicant": entry.applicant,
        "file": entry.file or None,
        "made": entry.made,
        "key": entry.uri or None,
    }


ACTIONS: Mapping[str, Callable[[Run], ExitCode]] = {
    "purpose": _purpose,
    "list": _list,
    "forget": _forget,
}
