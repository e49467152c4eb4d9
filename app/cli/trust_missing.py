"""``trust missing``: draw the chain with its missing link, find what lacks, install it."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli.command import Run, write_json
from app.cli.exit_codes import ExitCode, gravest
from app.crypto.trust.model import MissingAnswer, Offer
from app.crypto.trust.wanting import Wanting
from app.crypto.verdict.answers import chain_links
from app.crypto.verdict.facts import ChainFacts
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.trust_words import whom_to_trust
from app.texts.verdicts import Tone, notice

SCHEMA = "roscherk.trust/1"


def add_arguments(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the action to the command ``trust``."""
    missing = actions.add_parser(
        "missing", help=_("find what the chain of a signature or a certificate lacks, install it")
    )
    missing.add_argument("file", type=Path, metavar=_("FILE"))
    missing.add_argument(
        "--fetch", action="store_true", help=_("ask the addresses in the certificates too")
    )
    missing.add_argument(
        "--from",
        dest="given",
        action="append",
        type=Path,
        default=[],
        metavar=_("PATH"),
        help=_("look for certificates in this file or folder"),
    )
    missing.add_argument(
        "--yes-root",
        action="append",
        default=[],
        metavar="SHA256",
        help=_("trust the root with this fingerprint"),
    )
    missing.add_argument(
        "--dry-run", action="store_true", help=_("show what would be installed, install nothing")
    )
    missing.add_argument("--json", action="store_true", help=_("answer in JSON"))


def run(run: Run) -> ExitCode:
    """Find and install what lacks, for each signer of the file."""
    options = run.options
    wanting = run.services.wanting
    codes = []
    told = []
    for each in wanting.of_file(options.file):
        answer = wanting.find(each, given=options.given, fetch=options.fetch)
        code, change = _install(run, wanting, answer)
        codes.append(code)
        told.append(_as_object(answer, change))
        if not options.json:
            _show(run, answer, change)
    if not codes:
        raise RoscherkError(ErrorCode.SIGNATURE_NONE, path=str(options.file))
    if options.json:
        write_json({"schema": SCHEMA, "chains": told})
    return gravest(codes)


def _install(run: Run, wanting: Wanting, answer: MissingAnswer) -> tuple[ExitCode, str | None]:
    """Install what needs no word of the user's, and the roots that he named."""
    agreed = {one.lower().replace(":", "") for one in run.options.yes_root}
    whole = answer.after.anchored and answer.after.break_code is None
    roots = [each for each in answer.offers if each.root]
    waiting = [each for each in roots if each.certificate.sha256.lower() not in agreed]
    change = None
    if not run.options.dry_run:
        change = wanting.take(answer, confirmed=agreed, source=str(run.options.file))
    if change is not None:
        run.note(
            Action.TRUST_ADD,
            run.options.file,
            "done",
            change=change.name,
            count=len(change.added),
        )
    sound = whole and not waiting and (change is not None or not answer.offers)
    return (
        ExitCode.DONE if sound else ExitCode.INDETERMINATE,
        None if change is None else change.name,
    )


def _show(run: Run, answer: MissingAnswer, change: str | None) -> None:
    terminal = run.terminal
    terminal.heading(_("The chain, from the root down"), Tone.PLAIN)
    new = {each.certificate.sha256: each for each in answer.offers}
    for place, words, tone in drawn(answer, new):
        terminal.marked(words, tone, indent="  " * place)
    for each in answer.offers:
        if each.root and each.certificate.sha256.lower() not in _agreed(run):
            terminal.line()
            terminal.heading(_("To be trusted only by your own word"), Tone.UNSURE)
            terminal.lines(whom_to_trust(each.certificate))
            terminal.paragraph(
                _("If the fingerprint is right, repeat the command with this option:")
            )
            terminal.line(f"  --yes-root {each.certificate.sha256.lower()}")
    if answer.refused_root is not None:
        words = _(
            "The document itself brings a root that the program does not know. It is not offered: get it from the authority and name it with --from."
        )
        terminal.paragraph(words)
    for problem in answer.problems:
        terminal.paragraph(notice(problem.code, problem.facts), indent="  ")
    if change is not None:
        words = _("Installed. To take it back: roscherk trust undo {change}")
        terminal.heading(words.format(change=change), Tone.GOOD)


def _agreed(run: Run) -> set[str]:
    return {one.lower().replace(":", "") for one in run.options.yes_root}


def drawn(answer: MissingAnswer, new: dict[str, Offer]) -> Sequence[tuple[int, str, Tone]]:
    """Return the lines of the drawing: depth, words, tone; the root first."""
    chain: ChainFacts = answer.after
    lines: list[tuple[int, str, Tone]] = []
    if answer.lacking:
        words = _("missing: {name}").format(name=plain(answer.lacking, 160))
        lines.append((0, words, Tone.BAD))
    depth = len(lines)
    at = chain.at or answer.before.at
    states = chain_links(chain, at) if at is not None else ()
    for link, told in reversed(list(zip(chain.links, states, strict=True))):
        name = link.certificate.subject
        words = plain(name.common_name or name.organization or name.text, 120)
        offer = new.get(link.certificate.sha256)
        if offer is not None:
            words = _("{name} — found: {source}").format(
                name=words, source=plain(offer.source, 160) or _("in the document")
            )
        tone = Tone.GOOD if told.state in {"ok", "anchor"} else Tone.UNSURE
        lines.append((depth, words, tone))
        depth += 1
    return lines


def _as_object(answer: MissingAnswer, change: str | None) -> dict[str, Any]:
    return {
        "leaf": answer.before.links[0].certificate.subject.text,
        "before": answer.before.break_code,
        "after": answer.after.break_code,
        "anchored_after": answer.after.anchored,
        "lacking": answer.lacking or None,
        "offers": [
            {
                "subject": each.certificate.subject.text,
                "sha256": each.certificate.sha256.lower(),
                "root": each.root,
                "origin": each.origin,
                "source": each.source,
            }
            for each in answer.offers
        ],
        "refused_root": None if answer.refused_root is None else answer.refused_root.sha256.lower(),
        "lists": [each.facts.sha256 for each in answer.lists],
        "problems": answer.problems,
        "network": answer.network,
        "change": change,
    }
