"""``route receipt``: certify a signature that came in, as a receipt that goes back to its maker."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from app.cli import route_lines
from app.cli.command import Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.keys import opened_key, secret_arguments
from app.crypto.model import SigningAct, SignRequest
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.verdicts import Tone


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is asked besides the route and the signature."""
    parser.add_argument(
        "--key",
        required=True,
        metavar="URI",
        help=_("the key: container:NAME, pfx:PATH, cryptopro:PATH, card:…, pkcs11:… or practice:"),
    )
    parser.add_argument("--output", type=Path, metavar="OUT.sig", help=_("the file to be written"))
    secret_arguments(parser)


def run(run: Run) -> ExitCode:
    """Countersign the kept file into a new one beside the document."""
    options, routes = run.options, run.services.routes
    route = routes.named(options.route)
    signed = route_lines.signature_of(route, options.signature)
    kept = next(each for each in route.kept if each.name == signed.file)
    if kept.pdf:
        raise RoscherkError(ErrorCode.PDF_NO_SIGNATURE_FILE)
    usual = _("{name}, receipt.sig").format(name=route.document.name)
    output = options.output or route.document.with_name(usual)
    with opened_key(run, options.key) as (container, secret):
        request = SignRequest(
            source=routes.kept(route, kept.name),
            container=container,
            signing_time=datetime.now(UTC).replace(microsecond=0),
            act=SigningAct.COUNTER_SIGN,
            countersigned=signed.number,
            content=route.document,
            output=output,
        )
        try:
            made = run.services.signing.sign(request, secret)
        except RoscherkError as error:
            run.note(Action.SIGN, output, error.code.value, key=container.uri)
            raise
    run.note(
        Action.SIGN,
        made.target,
        "done",
        source=str(route.document),
        key=container.uri,
        practice=made.practice,
        act=SigningAct.COUNTER_SIGN.value,
    )
    if options.json:
        write_json({"schema": "roscherk.route/1", "targets": [str(made.target)]})
    else:
        words = _("Receipt made: {name}").format(name=plain(made.target))
        run.terminal.heading(words, Tone.GOOD, practice=made.practice)
        run.terminal.paragraph(_("Send it back to whoever made the signature."), indent="  ")
    return ExitCode.DONE
