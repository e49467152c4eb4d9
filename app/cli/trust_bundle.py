"""``trust bundle``: what is trusted here, in one file for a computer without the network."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.cli.command import Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.keys import opened_key, secret_arguments
from app.crypto.trust.bundle_door import BundleView
from app.journal import Action
from app.texts.catalogue import _
from app.texts.errors import describe_error
from app.texts.showing import local_date, local_time, plain
from app.texts.trust_words import issuer_name, whom_to_trust
from app.texts.verdicts import Tone, file_heading

SCHEMA = "roscherk.trust/1"


def add_arguments(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the action to the command ``trust``."""
    bundle = actions.add_parser("bundle", help=_("carry what is trusted to another computer"))
    acts = bundle.add_subparsers(dest="bundle_action", required=True, metavar=_("ACTION"))
    make = acts.add_parser("make", help=_("put roots, authorities and lists into one file"))
    make.add_argument("file", type=Path, metavar=_("FILE"))
    make.add_argument("--key", metavar="URI", help=_("sign the list of parts with this key"))
    make.add_argument("--maker", default="", metavar=_("NAME"), help=_("who made the bundle"))
    secret_arguments(make)
    show = acts.add_parser("show", help=_("show what a bundle would change here"))
    take = acts.add_parser("import", help=_("take authorities, newer lists and confirmed roots"))
    for each in (show, take):
        each.add_argument("file", type=Path, metavar=_("FILE"))
    take.add_argument(
        "--yes-root",
        action="append",
        default=[],
        metavar="SHA256",
        help=_("trust the root with this fingerprint"),
    )
    for each in (make, show, take):
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def run(run: Run) -> ExitCode:
    """Make, show or import a bundle."""
    return _ACTIONS[run.options.bundle_action](run)


def _make(run: Run) -> ExitCode:
    options = run.options
    if options.key is None:
        digest = run.services.bundles.make(options.file, maker=options.maker)
    else:
        with opened_key(run, options.key) as (container, secret):
            digest = run.services.bundles.make(
                options.file, maker=options.maker, signer=container, secret=secret
            )
    if options.json:
        write_json({"schema": SCHEMA, "file": str(options.file), "sha256": digest})
    else:
        words = _("The trust bundle was made: {file}").format(file=plain(options.file))
        run.terminal.heading(words, Tone.GOOD)
        run.terminal.paragraph(digest, label="SHA-256:", indent="  ")
        if options.key is None:
            words = _("It is not signed: give its SHA-256 to the other side by another way.")
            run.terminal.paragraph(words, indent="  ")
    return ExitCode.DONE


def _show(run: Run) -> ExitCode:
    view = run.services.bundles.show(run.options.file)
    if run.options.json:
        write_json({"schema": SCHEMA, **_as_object(view)})
    else:
        _tell(run, view)
    return ExitCode.DONE


def _import(run: Run) -> ExitCode:
    agreed = {one.lower().replace(":", "") for one in run.options.yes_root}
    done = run.services.bundles.take(run.options.file, confirmed=agreed)
    change = None if done.change is None else done.change.name
    if done.change is not None:
        run.note(
            Action.TRUST_ADD,
            run.options.file,
            "done",
            change=done.change.name,
            count=len(done.change.added),
        )
    if run.options.json:
        write_json({"schema": SCHEMA, **_as_object(done.view), "change": change})
    else:
        _tell(run, done.view, agreed)
        if change is not None:
            words = _("Imported. To take it back: roscherk trust undo {change}")
            run.terminal.heading(words.format(change=change), Tone.GOOD)
        if done.registers:
            run.terminal.line(_("The list of accredited authorities was taken too."))
        for error in done.left_out:
            run.terminal.marked(describe_error(error).heading, Tone.UNSURE)
        if change is None and not done.registers:
            run.terminal.line(_("Nothing was changed."))
    return ExitCode.INDETERMINATE if done.refused else ExitCode.DONE


def _tell(run: Run, view: BundleView, agreed: set[str] | None = None) -> None:
    terminal = run.terminal
    words = _("Trust bundle of {time}").format(time=local_time(view.bundle.made_at))
    terminal.heading(words, Tone.PLAIN)
    for label, value in (
        (_("Maker, in his own words"), plain(view.bundle.maker)),
        (_("Data as of"), local_date(view.data_of)),
        ("SHA-256", view.bundle.sha256),
        (_("Signature"), _signature(view)),
    ):
        if value:
            terminal.paragraph(value, indent="  ", label=f"{label}:")
    for title, names in (
        (
            _("Authorities to be added"),
            [plain(each.subject.text, 120) for each in view.authorities],
        ),
        (_("Newer revocation lists"), [issuer_name(each) for each in view.lists]),
        (_("Older lists, left out"), [issuer_name(each) for each in view.older]),
    ):
        if names:
            terminal.heading(f"{title}: {len(names)}", Tone.PLAIN)
        for name in names:
            terminal.paragraph(name, indent="  ")
    if view.known:
        words = _("Parts that are here already: {count}")
        terminal.paragraph(words.format(count=view.known))
    for facts in view.roots:
        if facts.sha256.lower() in (agreed or set()):
            continue
        terminal.line()
        terminal.heading(_("To be trusted only by your own word"), Tone.UNSURE)
        terminal.lines(whom_to_trust(facts))
        terminal.paragraph(_("If the fingerprint is right, import with this option:"))
        terminal.line(f"  --yes-root {facts.sha256.lower()}")


def _signature(view: BundleView) -> str:
    if view.signature is None:
        return _("none: compare the SHA-256 with the one that the maker tells you")
    names = [each.signer.subject for each in view.signature.signatures if each.signer is not None]
    told = file_heading(view.signature)
    return f"{told} ({plain('; '.join(names), 200)})"


def _as_object(view: BundleView) -> dict[str, Any]:
    return {
        "made_at": view.bundle.made_at,
        "data_of": view.data_of,
        "maker": view.bundle.maker,
        "sha256": view.bundle.sha256,
        "signature": None if view.signature is None else view.signature.verdict,
        "roots": [each.sha256.lower() for each in view.roots],
        "authorities": [each.sha256.lower() for each in view.authorities],
        "lists": [each.sha256 for each in view.lists],
        "older": [each.sha256 for each in view.older],
        "known": view.known,
        "registers": view.registers,
    }


_ACTIONS: Mapping[str, Callable[[Run], ExitCode]] = {
    "make": _make,
    "show": _show,
    "import": _import,
}
