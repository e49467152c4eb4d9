"""``container create``, ``container install``: a key of our own store, and then its certificate.

What moves and tests keys stands in ``container_transfer``.
"""

import argparse
from pathlib import Path

from app.algorithms.names import KeyAlgorithm
from app.cli import container_transfer
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.keys import new_password, secret_arguments
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts.catalogue import N_, _
from app.texts.certificate_fields import key_words
from app.texts.showing import plain
from app.texts.verdicts import Tone
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.uri import KeyUri

SCHEMA = "roscherk.container/1"

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
    install = actions.add_parser(
        "install", help=_("put the certificate that was issued for a key into its container")
    )
    install.add_argument("uri", metavar="URI")
    install.add_argument("certificate", type=Path, metavar=_("FILE"))
    container_transfer.add_arguments(actions)
    for each in (create, install):
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _run(run: Run) -> ExitCode:
    work = {"create": _create, "install": _install, **container_transfer.ACTIONS}
    return work[run.options.action](run)


def _create(run: Run) -> ExitCode:
    algorithm = KeyAlgorithm(run.options.algorithm)
    with new_password(run, plain(run.options.name)) as secret:
        container = run.services.store.create(run.options.name, algorithm, secret)
    run.note(Action.CONTAINER_CREATE, container.uri, "done", algorithm=algorithm.value)
    _tell(run, container, _("The key was made: {uri}"))
    return ExitCode.DONE


def _install(run: Run) -> ExitCode:
    """Put in the certificate that belongs to the key; others of the file complete the chain."""
    wanted = KeyUri.parse(run.options.uri)
    if wanted.kind is not KeyPlaceKind.STORE or wanted.practice:
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, uri=run.options.uri, algorithm="-")
    container = run.services.keyring.find(run.options.uri).container
    found = run.services.certificates.read(run.options.certificate).certificates
    container = _installed(run, container, [each.der for each in found])
    run.note(Action.CERTIFICATE_INSTALL, container.uri, "done")
    _tell(run, container, _("The certificate was installed: {uri}"))
    return ExitCode.DONE


def _installed(run: Run, container: Container, certificates: list[bytes]) -> Container:
    """Try one certificate after the other: a file may hold the chain in any order."""
    refused: RoscherkError | None = None
    for certificate in certificates:
        rest = [each for each in certificates if each != certificate]
        try:
            return run.services.store.install_certificate(container, certificate, rest)
        except RoscherkError as error:
            if error.code is not ErrorCode.CERTIFICATE_KEY_MISMATCH:
                raise
            refused = error
    raise refused or RoscherkError(ErrorCode.CERTIFICATE_MISSING, name=container.label)


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
    help=N_("make a key, install its certificate, test it, move it"),
    arguments=_arguments,
    run=_run,
)
