"""``container``: the actions on keys and their certificates; here ``create``, a key of our own store.

The others stand in ``container_certificates``, ``container_transfer`` and ``container_care``.
"""

import argparse

from app.algorithms.names import KeyAlgorithm
from app.cli import container_care, container_certificates, container_transfer
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.keys import new_password, secret_arguments
from app.journal import Action
from app.texts.catalogue import N_, _
from app.texts.certificate_fields import key_words
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.tokens.model import Container

SCHEMA = "roscherk.container/1"

_ROOMS = (container_certificates, container_transfer, container_care)

_ALGORITHMS = (
    KeyAlgorithm.GOST_256,
    KeyAlgorithm.GOST_512,
    KeyAlgorithm.RSA,
    KeyAlgorithm.ECDSA_P256,
    KeyAlgorithm.ECDSA_P384,
)


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    create = actions.add_parser("create", help=_("make a key in the program's own store"))
    create.add_argument("name", metavar=_("NAME"))
    create.add_argument(
        "--algorithm",
        choices=[each.value for each in _ALGORITHMS],
        default=KeyAlgorithm.GOST_256.value,
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
    with new_password(run, plain(run.options.name)) as secret:
        container = run.services.store.create(run.options.name, algorithm, secret)
    run.note(Action.CONTAINER_CREATE, container.uri, "done", algorithm=algorithm.value)
    _tell(run, container, _("The key was made: {uri}"))
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


COMMAND = Command(
    help=N_("make keys, install certificates, test, move and delete them"),
    arguments=_arguments,
    run=_run,
)
