"""What ``sign`` and ``signature extend`` share: options for levels, words for what came of them."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from app.cli import asking
from app.cli.command import Run
from app.cli.shown_commands import quoted
from app.cli.terminal import Terminal
from app.crypto.model import EvidenceOrder, SignatureLevel
from app.crypto.network.passwords import user_of_proxy
from app.crypto.network.policy import NetworkUse
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError
from app.settings import LEVEL, TIME_STAMP_SERVERS
from app.texts.catalogue import _
from app.texts.errors import describe
from app.texts.network_words import use_lines
from app.texts.showing import local_time, plain
from app.texts.verdicts import Tone

_BODY = "  "


def level_arguments(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add the options; where no level is ``required``, that of the settings is the usual one."""
    levels = [each.value for each in SignatureLevel]
    parser.add_argument(
        "--level",
        choices=levels[1:] if required else levels,
        required=required,
        help=_(
            "how much evidence goes with the signature: t a time stamp, xl1 X Long type 1 as "
            "КриптоПро makes it, lt all that a check needs, lta the same with an archive time stamp"
        ),
    )
    parser.add_argument(
        "--tsa",
        action="append",
        default=[],
        metavar="URL",
        help=_("a time stamp server, tried in the order given, instead of those of the settings"),
    )
    parser.add_argument("--offline", action="store_true", help=_("ask nothing of the network"))


def level_of(options: argparse.Namespace) -> SignatureLevel:
    """Return the level asked for."""
    return SignatureLevel(options.level)


def order_of(run: Run) -> EvidenceOrder:
    """Settle the level; return the order of evidence, or say what lacks before a PIN is typed.

    Raises USAGE for ``--tsa`` without a level, SETTING_LOCKED for it where the administrator has
    named the servers, TIME_STAMP_NO_SERVER.
    """
    options = run.options
    if options.level is None:
        options.level = run.services.settings.get(LEVEL)
    if level_of(options) is SignatureLevel.B:
        if options.tsa:
            value = _("it needs --level t, xl1, lt or lta")
            raise RoscherkError(ErrorCode.USAGE, option="--tsa", value=value)
        return EvidenceOrder()
    if options.tsa and run.services.settings.locked(TIME_STAMP_SERVERS):
        raise RoscherkError(ErrorCode.SETTING_LOCKED, key=TIME_STAMP_SERVERS.key)
    order = run.services.evidence.order(options.tsa, offline=options.offline)
    if not order.servers:
        raise RoscherkError(ErrorCode.TIME_STAMP_NO_SERVER)
    user = user_of_proxy(order.network)
    if user and run.services.proxy_password.current is None:
        prompt = _("Password of {user} for the proxy:").format(user=plain(user))
        secret = asking.at_terminal(prompt, ErrorCode.PROXY_PASSWORD_NEEDED)
        run.services.proxy_password.set(secret)
    return order


def tell_time(terminal: Terminal, moment: datetime | None) -> None:
    """Say when the time-stamp was made."""
    if moment is not None:
        told = _("Time stamp: {moment}").format(moment=local_time(moment))
        terminal.paragraph(told, indent=_BODY)


def tell_shortfall(terminal: Terminal, shortfall: Notice | None, again: str = "") -> None:
    """Say why the level is lower than was asked for, and what to do.

    ``again``: the command by which a signature that was saved gets what it lacks.
    """
    if shortfall is None:
        return
    words = describe(shortfall.code, shortfall.facts)
    told = _("The signature is good, but its level is lower than you asked for. {why}.")
    told = told.format(why=words.heading)
    terminal.marked(f"{told} {words.explanation}".strip(), Tone.UNSURE)
    terminal.paragraph(words.advice, indent=_BODY, label=_("What to do:"))
    if again:
        told = _("No need to sign anew: later, {command} adds what lacks.").format(command=again)
        terminal.paragraph(told, indent=_BODY)


def command_to_raise(target: Path, level: str) -> str:
    """Return the command that raises a signature that was saved."""
    return f"roscherk signature extend {quoted(plain(target, 1000))} --level {level}"


def tell_network(terminal: Terminal, uses: Sequence[NetworkUse]) -> None:
    """Say what was asked of the network, each address once for each purpose and outcome."""
    for told in use_lines(uses):
        terminal.paragraph(told, indent=_BODY, label=_("Network:"))


def shortfall_object(shortfall: Notice | None) -> dict[str, Any] | None:
    """Return a shortfall as a part of JSON, with its words."""
    if shortfall is None:
        return None
    words = describe(shortfall.code, shortfall.facts)
    return {
        "code": shortfall.code,
        "facts": shortfall.facts,
        "heading": words.heading,
        "explanation": words.explanation,
        "advice": words.advice,
    }


def network_object(uses: Sequence[NetworkUse]) -> list[dict[str, Any]]:
    """Return the record of the network as a part of JSON."""
    return [
        {
            "url": use.url,
            "purpose": use.purpose,
            "outcome": use.outcome,
            "size": use.size,
            "at": use.at,
        }
        for use in uses
    ]
