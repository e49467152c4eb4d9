"""``container install`` and ``bind``: a certificate into Личное, into its container, beside a key."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.cli.command import Run, write_json
from app.cli.container_naming import named
from app.cli.exit_codes import ExitCode
from app.cli.keys import password_for, secret_arguments, secret_of
from app.cli.request_pending import pending_object
from app.crypto.containers.model import Installed
from app.errors import ErrorCode, RoscherkError
from app.journal import Action
from app.texts import verdicts
from app.texts.catalogue import _
from app.texts.container_words import installed_words
from app.texts.showing import local_date, plain
from app.texts.verdicts import Tone
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.pin import Secret
from app.tokens.uri import KeyUri

SCHEMA = "roscherk.container/1"


def add_arguments(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the actions to the command ``container``."""
    install = actions.add_parser(
        "install",
        help=_("install a certificate: of a container, or of a file into the container of its key"),
    )
    install.add_argument("uri", nargs="?", metavar=_("URI_OR_FILE"))
    install.add_argument("certificate", nargs="?", type=Path, metavar=_("FILE"))
    install.add_argument(
        "--undo", metavar=_("CHANGE"), help=_("take back an installation by its name")
    )
    install.add_argument(
        "--only-here",
        action="store_true",
        help=_("leave the stores of an installed КриптоПро CSP and of the system alone"),
    )
    bind = actions.add_parser(
        "bind", help=_("keep a certificate in this program, beside a key that lacks one")
    )
    bind.add_argument("uri", metavar="URI")
    bind.add_argument("certificate", nargs="?", type=Path, metavar=_("FILE"))
    bind.add_argument(
        "--forget", action="store_true", help=_("forget the certificate that is kept for the key")
    )
    for each in (install, bind):
        older = _("take the certificate also if it is older than the one that is there")
        each.add_argument("--older", action="store_true", help=older)
        secret_arguments(each)
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))


def _install(run: Run) -> ExitCode:
    """Install by what was given: a container, a file, or both."""
    uri: str | None = run.options.uri
    file: Path | None = run.options.certificate
    if run.options.undo is not None:
        return _undo(run)
    if uri is None:
        raise RoscherkError(ErrorCode.USAGE, option="install", value=_("name a key or a file"))
    installing = run.services.containers.installing
    if file is None and not _is_uri(uri):
        certificates = _certificates(run, Path(uri))
        done = installing.by_key(
            certificates, lambda key: secret_of(run, key), older_too=run.options.older
        )
    elif file is None:
        done = _personal(run, uri)
    else:
        done = _into(run, uri, file)
    run.note(Action.CERTIFICATE_INSTALL, done.container.uri, "done", **_noted(done))
    _tell(run, done)
    return ExitCode.DONE


def _undo(run: Run) -> ExitCode:
    change = run.services.containers.installing.undo(run.options.undo)
    run.note(Action.TRUST_REMOVE, change.name, "done", count=len(change.added))
    if run.options.json:
        write_json({"schema": SCHEMA, "undone": change.name})
        return ExitCode.DONE
    run.terminal.heading(_("The installation was taken back."), Tone.GOOD)
    return ExitCode.DONE


def _personal(run: Run, uri: str) -> Installed:
    """Put the certificate of a container into Личное; a key file opens with its password."""
    installing = run.services.containers.installing
    wanted = KeyUri.parse(uri)
    if wanted.kind is not KeyPlaceKind.PFX:
        return installing.personal(named(run, uri), system_too=not run.options.only_here)
    with password_for(run, plain(wanted.path)) as password:
        container = run.services.keyring.find(uri, password).container
        return installing.personal(container, system_too=not run.options.only_here)


def _into(run: Run, uri: str, file: Path) -> Installed:
    installing = run.services.containers.installing
    certificates = _certificates(run, file)

    def secret(key: Container) -> Secret | None:
        return secret_of(run, key)

    if KeyUri.parse(uri).kind is KeyPlaceKind.PFX:
        return _bound_to_file(run, uri, certificates)
    container = named(run, uri)
    return installing.into(container, certificates, secret, older_too=run.options.older)


def _bound_to_file(run: Run, uri: str, certificates: list[bytes]) -> Installed:
    """Bind to the key in a file, which is opened for its public key and never written to."""
    with password_for(run, plain(KeyUri.parse(uri).path)) as password:
        (container,) = run.services.keyring.listing(uri, password).containers
        return run.services.containers.installing.into(
            container, certificates, lambda _: None, older_too=run.options.older
        )


def _bind(run: Run) -> ExitCode:
    uri: str = run.options.uri
    installing = run.services.containers.installing
    if run.options.forget:
        container = named(run, uri)
        installing.unbind(container)
        run.note(Action.CERTIFICATE_UNBIND, container.uri, "done")
        if run.options.json:
            write_json({"schema": SCHEMA, "uri": container.uri, "where": None})
        else:
            run.terminal.heading(_("The certificate is no longer kept for this key."), Tone.GOOD)
        return ExitCode.DONE
    if run.options.certificate is None:
        raise RoscherkError(ErrorCode.USAGE, option="bind", value=_("name a file"))
    certificates = _certificates(run, run.options.certificate)
    if KeyUri.parse(uri).kind is KeyPlaceKind.PFX:
        done = _bound_to_file(run, uri, certificates)
    else:
        done = installing.into(
            named(run, uri),
            certificates,
            lambda _: None,
            older_too=run.options.older,
            apart=True,
        )
    run.note(Action.CERTIFICATE_BIND, done.container.uri, "done", **_noted(done))
    _tell(run, done)
    return ExitCode.DONE


def _certificates(run: Run, file: Path) -> list[bytes]:
    return [each.der for each in run.services.certificates.read(file).certificates]


def _is_uri(text: str) -> bool:
    """Tell a key from a file: a file that is there is one, whatever colon is in its name."""
    scheme = text.partition(":")[0].lower()
    schemes = {*KeyPlaceKind, "practice"}
    return scheme in schemes and ":" in text and not Path(text).is_file()


def _noted(done: Installed) -> dict[str, str]:
    told = {"where": done.where, "sha256": done.certificate.sha256}
    if done.change is not None:
        told["change"] = done.change
    if done.request is not None:
        told["request"] = done.request.file or done.request.name
    return told


def _tell(run: Run, done: Installed) -> None:
    container = done.container
    if run.options.json:
        write_json(
            {
                "schema": SCHEMA,
                "uri": container.uri,
                "label": container.label,
                "algorithm": container.algorithm,
                "state": container.state,
                "where": done.where,
                "certificate": done.certificate.sha256,
                "chain_added": [each.sha256 for each in done.chain_added],
                "replaced": done.replaced,
                "change": done.change,
                "notices": done.notices,
                "request": None if done.request is None else pending_object(done.request),
            }
        )
        return
    terminal = run.terminal
    terminal.heading(installed_words(done.where, plain(container.uri)), Tone.GOOD)
    if done.chain_added:
        told = _("Certificates of the chain that went into «Промежуточные»: {count}")
        terminal.paragraph(told.format(count=len(done.chain_added)), indent="  ")
    if done.replaced:
        told = _("It took the place of an earlier certificate of this key, which was kept.")
        terminal.paragraph(told, indent="  ")
    if done.request is not None:
        told = _("It answers your request of {date}, which waits no more.")
        made = local_date(done.request.made)
        terminal.paragraph(told.format(date=made), indent="  ")
    for each in done.notices:
        terminal.paragraph(verdicts.notice(each.code, each.facts), indent="  ")
    if done.change is not None:
        told = _("To take it back: roscherk container install --undo {change}")
        terminal.paragraph(told.format(change=done.change), indent="  ")


ACTIONS: Mapping[str, Callable[[Run], ExitCode]] = {"install": _install, "bind": _bind}
