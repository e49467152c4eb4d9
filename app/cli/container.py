"""``container``: the actions on keys and their certificates; here ``create``, a key of our own store.

The others stand in ``container_certificates``, ``container_transfer`` and ``container_care``.
"""

import argparse

from app.algorithms.gost import curves
from app.algorithms.names import KeyAlgorithm
from app.cli import container_care, container_certificates, container_transfer
from app.cli.command import Command, Run, write_json
from app.cli.container_naming import key_of, token_named
from app.cli.exit_codes import ExitCode
from app.cli.keys import new_password, secret_arguments, secret_of
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.algorithm_words import key_words
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.tokens.creation_methods import RSA_BITS, USUAL_RSA_BITS, able_part
from app.tokens.model import Container

SCHEMA = "roscherk.container/1"

_ROOMS = (container_certificates, container_transfer, container_care)

_ALGORITHMS = (
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
    KeyAlgorithm.ECDSA_P384,
    KeyAlgorithm.ECDSA_P521,
)


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    create = actions.add_parser(
        "create", help=_("make a key in the program's own store or on a token")
    )
    create.add_argument("name", metavar=_("NAME"))
    create.add_argument(
        "--algorithm",
        choices=[each.value for each in _ALGORITHMS],
        default=KeyAlgorithm.GOST_256.value,
    )
    create.add_argument(
        "--on",
        metavar=_("TOKEN"),
        help=_("the token to make the key on: its serial number or pkcs11:…"),
    )
    create.add_argument(
        "--bits",
        type=int,
        choices=RSA_BITS,
        help=_("length of an RSA key (if not given {usual} on a token, 3072 elsewhere)").format(
            usual=USUAL_RSA_BITS
        ),
    )
    create.add_argument(
        "--curve",
        choices=[each.name for each in curves.all_curves() if not each.test],
        help=_("parameter set of a GOST key; if not given, the one that every program knows"),
    )
    secret_arguments(create)
    create.add_argument("--json", action="store_true", help=_("answer in JSON"))
    for room in _ROOMS:
        room.add_arguments(actions)


def _run(run: Run) -> ExitCode:
    work = {"create": _create}
    for room in _ROOMS:
        work |= room.ACTIONS
    return work[run.options.action](run)


def _create(run: Run) -> ExitCode:
    algorithm = KeyAlgorithm(run.options.algorithm)
    curve = _curve(run, algorithm)
    if run.options.bits is not None and algorithm is not KeyAlgorithm.RSA:
        value = _("only an RSA key has a length of its own")
        raise RoscherkError(ErrorCode.USAGE, option="--bits", value=value)
    if run.options.on is not None:
        return _create_on_token(run, algorithm, curve)
    with new_password(run, plain(run.options.name)) as secret:
        container = run.services.store.create(
            run.options.name, algorithm, secret, curve=curve, bits=run.options.bits
        )
    run.note(Action.CONTAINER_CREATE, container.uri, "done", algorithm=algorithm.value)
    _tell(run, container, _("The key was made: {uri}"))
    return ExitCode.DONE


def _curve(run: Run, algorithm: KeyAlgorithm) -> str | None:
    """Return the OID of the parameter set that was asked for, if it is one of this algorithm."""
    if run.options.curve is None:
        return None
    oid = curves.by_name(run.options.curve).oid
    if not curves.fits(algorithm, oid):
        value = _("{curve} is no parameter set of {algorithm}").format(
            curve=run.options.curve, algorithm=algorithm.value
        )
        raise RoscherkError(ErrorCode.USAGE, option="--curve", value=value)
    return oid


def _create_on_token(run: Run, algorithm: KeyAlgorithm, curve: str | None) -> ExitCode:
    """Make a key on a token: what it cannot do is said before its PIN is asked for."""
    bits = run.options.bits or USUAL_RSA_BITS
    token = able_part(token_named(run, run.options.on, "--on"), algorithm, bits)
    pin = secret_of(run, key_of(token))
    moving = run.services.containers.moving
    told = {"algorithm": algorithm.value, "token": token.serial}
    try:
        made = moving.new_on_token(token, algorithm, run.options.name, pin, bits=bits, curve=curve)
    except RoscherkError as error:
        run.note(Action.CONTAINER_CREATE, run.options.name, error.code.value, **told)
        raise
    finally:
        if pin is not None:
            pin.wipe()
    run.note(Action.CONTAINER_CREATE, made.uri, "done", **told)
    _tell(run, made, _("The key was made on the token: {uri}"))
    return ExitCode.DONE


def _tell(run: Run, container: Container, heading: str) -> None:
    algorithm = container.algorithm.value if container.algorithm is not None else None
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "uri": container.uri,
                "label": container.label,
                "algorithm": algorithm,
                "state": container.state,
            }
        )
        return
    run.terminal.heading(heading.format(uri=plain(container.uri)), Tone.GOOD)
    if algorithm is not None:
        run.terminal.paragraph(key_words(algorithm, None), indent="  ")
    told = _("Now make the request for its certificate: roscherk request new --key {uri}")
    run.terminal.paragraph(told.format(uri=plain(container.uri)), indent="  ")


COMMAND = Command(
    arguments=_arguments,
    run=_run,
)
