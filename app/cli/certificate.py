"""``certificate``: what it says, who vouches for it, whether one may rely on it, on paper."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.cli import certificate_check
from app.cli.command import Command, Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.keys import password_for, secret_arguments
from app.cli.report_files import PAPERS, check_report_target
from app.cli.request_pending import pending_object
from app.crypto.certificates.exporting import export_certificate
from app.crypto.verdict.answers import chain_links
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, LinkFacts
from app.errors import ErrorCode, RoscherkError
from app.texts.catalogue import _
from app.texts.certificate_fields import field_groups, portal_lines
from app.texts.showing import local_date, local_time, plain
from app.texts.verdicts import Tone, notice
from app.tokens.model import Container, KeyPlaceKind
from app.tokens.uri import KeyUri

SCHEMA = "roscherk.certificate/1"
CHAIN_SCHEMA = "roscherk.chain/1"
EXPORT_SCHEMA = "roscherk.certificate-export/1"
PRINT_SCHEMA = "roscherk.certificate-print/1"
_SCHEMES = ("container:", "practice:", "pfx:", "cryptopro:", "card:", "pkcs11:")


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    show = actions.add_parser("show", help=_("show all fields of a certificate"))
    show.add_argument(
        "--short", action="store_true", help=_("only what portals ask for: number, term, issuer")
    )
    export = actions.add_parser("export", help=_("write a certificate to a file of its own"))
    export.add_argument(
        "--output", type=Path, required=True, metavar="OUT.cer", help=_("where to write it")
    )
    export.add_argument(
        "--base64", action="store_true", help=_("as text, Base64, instead of binary DER")
    )
    chain = actions.add_parser("chain", help=_("build the chain of a certificate"))
    paper = actions.add_parser("print", help=_("write a certificate on paper"))
    paper.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="OUT.pdf|OUT.html",
        help=_("where to write it"),
    )
    checking = actions.add_parser(
        "check", help=_("check a certificate: chain, revocation, accreditation, qualification")
    )
    certificate_check.add_options(checking)
    for each in (show, chain, checking, paper, export):
        each.add_argument("source", metavar=_("FILE_OR_URI"))
        secret_arguments(each)
        each.add_argument("--json", action="store_true", help=_("answer in JSON"))
    for option, words in (
        ("--trust", _("further trusted roots, for this run only")),
        ("--intermediate", _("further certificates of authorities, for this run only")),
        ("--crl", _("further revocation lists, for this run only")),
    ):
        for each in (chain, checking):
            each.add_argument(
                option, type=Path, action="append", default=[], metavar=_("FILE_OR_DIR"), help=words
            )


def _run(run: Run) -> ExitCode:
    if run.options.action == "show":
        return _show(run)
    if run.options.action == "export":
        return _export(run)
    if run.options.action == "print":
        return _print(run)
    if run.options.action == "check":
        return certificate_check.run(run, *_read(run))
    return _chain(run)


def _read(run: Run) -> tuple[CertificateFacts, tuple[bytes, ...]]:
    """Return the certificate that was named, and further ones that came with it."""
    source: str = run.options.source
    if not source.lower().startswith(_SCHEMES) or Path(source).exists():
        found = run.services.certificates.read(Path(source)).certificates
        return found[0], tuple(each.der for each in found[1:])
    container = _container(run, KeyUri.parse(source))
    if container.certificate is None:
        raise RoscherkError(ErrorCode.CERTIFICATE_MISSING, name=container.label, uri=container.uri)
    return run.services.certificates.show(container.certificate), container.chain


def _container(run: Run, wanted: KeyUri) -> Container:
    """Return the container of this name; a PKCS#12 file shows its certificate with its password."""
    if wanted.kind is KeyPlaceKind.PFX:
        with password_for(run, plain(wanted.path)) as secret:
            return run.services.keyring.find(str(wanted), secret).container
    return run.services.keyring.find(str(wanted)).container


def _show(run: Run) -> ExitCode:
    facts, _rest = _read(run)
    request = run.services.requests.waiting_for(facts.der)
    if run.options.json:
        waiting = None if request is None else pending_object(request)
        write_json({"schema": SCHEMA, "pending_request": waiting, **_as_object(facts)})
        return ExitCode.DONE
    if run.options.short:
        run.terminal.lines(portal_lines(facts))
        return ExitCode.DONE
    if request is not None:
        words = _("Issued for your request of {date}. Install it: roscherk container install FILE")
        run.terminal.marked(words.format(date=local_date(request.made)), Tone.GOOD, indent="")
    if facts.practice:
        words = _("A PRACTICE certificate: nobody vouches for it")
        run.terminal.heading(words, Tone.PLAIN, practice=True)
    for group in field_groups(facts):
        run.terminal.heading(group.title, Tone.PLAIN)
        for label, value in group.lines:
            run.terminal.paragraph(value, indent="  ", label=f"{label}:")
    return ExitCode.DONE


def _export(run: Run) -> ExitCode:
    """Write the certificate itself to a new file."""
    options = run.options
    facts, _rest = _read(run)
    target = export_certificate(facts.der, options.output, base64_lines=options.base64)
    if options.json:
        write_json({"schema": EXPORT_SCHEMA, "path": target.absolute(), "sha256": facts.sha256})
    else:
        run.terminal.paragraph(_("Written: {name}").format(name=plain(target)))
    return ExitCode.DONE


def _print(run: Run) -> ExitCode:
    """Write the certificate on paper, with all parts that a regulation of an authority wants."""
    target: Path = run.options.output
    check_report_target(target, option="--output", suffixes=PAPERS)
    facts, _rest = _read(run)
    run.services.printing.save_certificate(facts, target)
    if run.options.json:
        write_json({"schema": PRINT_SCHEMA, "path": target.absolute(), "sha256": facts.sha256})
    else:
        run.terminal.paragraph(_("Written: {name}").format(name=plain(target)))
    return ExitCode.DONE


def _chain(run: Run) -> ExitCode:
    """Build the chain; a chain that does not reach a trusted root is like an unsure verdict."""
    facts, pool = _read(run)
    options = run.options
    at = datetime.now(UTC).replace(microsecond=0)
    chain = run.services.certificates.chain(
        facts.der,
        pool=pool,
        anchors=options.trust,
        intermediates=options.intermediate,
        crls=options.crl,
        at=at,
    )
    if options.json:
        write_json(_chain_as_object(chain, at))
    else:
        _show_chain(run, chain, at)
    sound = chain.anchored and chain.broken_at is None
    return ExitCode.DONE if sound else ExitCode.INDETERMINATE


def _show_chain(run: Run, chain: ChainFacts, at: datetime) -> None:
    for place, (link, told) in enumerate(zip(chain.links, chain_links(chain, at), strict=True)):
        tone = Tone.GOOD if told.state in {"ok", "anchor"} else Tone.UNSURE
        indent = "  " * place
        run.terminal.marked(_name(link), tone, indent=indent)
        run.terminal.paragraph(_state(told.state), indent=indent + "  ")
    moment = local_time(at)
    if chain.broken_at is None:
        run.terminal.line(_("The chain is whole at {moment}.").format(moment=moment))
        return
    words = _("The chain breaks at link {number}: {why}")
    why = notice(chain.break_code or "issuer_not_found")
    run.terminal.paragraph(words.format(number=chain.broken_at + 1, why=why))


def _name(link: LinkFacts) -> str:
    name = link.certificate.subject
    return plain(name.common_name or name.organization or name.text)


def _state(state: str) -> str:
    if state == "ok":
        return _("in order, not revoked")
    return _("a root you trust") if state == "anchor" else notice(state)


def _chain_as_object(chain: ChainFacts, at: datetime) -> dict[str, Any]:
    return {
        "schema": CHAIN_SCHEMA,
        "at": at,
        "anchored": chain.anchored,
        "broken_at": chain.broken_at,
        "break_code": chain.break_code,
        "links": [
            {
                "subject": link.certificate.subject.text,
                "issuer": link.certificate.issuer.text,
                "serial": link.certificate.serial,
                "sha256": link.certificate.sha256,
                "not_before": link.certificate.not_before,
                "not_after": link.certificate.not_after,
                "state": told.state,
                "problems": link.problems,
                "revocation": link.revocation,
            }
            for link, told in zip(chain.links, chain_links(chain, at), strict=True)
        ],
    }


def _as_object(facts: CertificateFacts) -> dict[str, Any]:
    """Return every field but the bytes themselves."""
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__ if name != "der"}


COMMAND = Command(
    arguments=_arguments,
    run=_run,
)
