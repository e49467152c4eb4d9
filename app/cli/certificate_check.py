"""``certificate check``: whether one may rely on a certificate, and whether it is a qualified one."""

import argparse
from pathlib import Path

from app.cli.command import Run, write_json
from app.cli.exit_codes import ExitCode
from app.cli.levels import network_object, tell_network
from app.cli.moments import moment
from app.cli.report_files import PAPERS, check_report_target
from app.crypto.certificates.checked import CheckedCertificate
from app.crypto.verdict.facts import CertificateFacts
from app.crypto.verdict.report import Indication
from app.texts import certificate_check, qualification
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.verdicts import Tone

_CODES = {
    Indication.TOTAL_PASSED: ExitCode.DONE,
    Indication.TOTAL_FAILED: ExitCode.TOTAL_FAILED,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this action; its source and trust are those of the chain."""
    parser.add_argument("--at", metavar=_("TIME"), help=_("judge for this moment, not for now"))
    parser.add_argument("--offline", action="store_true", help=_("ask nothing of the network"))
    parser.add_argument(
        "--report", type=Path, metavar="OUT.pdf|OUT.html", help=_("save the protocol of the check")
    )


def run(run: Run, facts: CertificateFacts, pool: tuple[bytes, ...]) -> ExitCode:
    """Check a certificate that was read; tell, and save the protocol if one is wanted."""
    options = run.options
    if options.report is not None:
        check_report_target(options.report, suffixes=PAPERS)
    checked = run.services.certificates.check(
        facts,
        pool=pool,
        anchors=options.trust,
        intermediates=options.intermediate,
        crls=options.crl,
        at=None if options.at is None else moment(options.at, "--at"),
        offline=options.offline,
    )
    if options.json:
        write_json(_as_object(checked))
    else:
        _show(run, checked)
    if options.report is not None:
        run.services.printing.save_certificate_check(checked, options.report)
        if not options.json:
            told = _("Written: {name}").format(name=plain(options.report))
            run.terminal.paragraph(told)
    return _CODES.get(checked.indication, ExitCode.INDETERMINATE)


def _show(run: Run, checked: CheckedCertificate) -> None:
    practice = checked.certificate.practice
    tone = certificate_check.conclusion_tone(checked)
    run.terminal.heading(certificate_check.conclusion(checked), tone, practice=practice)
    why = certificate_check.why(checked)
    if why is not None:
        run.terminal.paragraph(why, indent="  ")
    answer = checked.qualification
    run.terminal.marked(qualification.heading(answer), qualification.tone(answer), indent="")
    for sentence in certificate_check.remarks(checked):
        run.terminal.paragraph(sentence, indent="  ")
    tell_network(run.terminal, checked.network)
    for group in certificate_check.groups(checked):
        run.terminal.heading(group.title, Tone.PLAIN)
        for label, value in group.lines:
            run.terminal.paragraph(value, indent="  ", label=f"{label}:")


def _as_object(checked: CheckedCertificate) -> dict[str, object]:
    """Return every value; certificates are named by their fingerprints, their bytes are at hand."""
    facts = checked.certificate
    fields = {name: getattr(facts, name) for name in facts.__dataclass_fields__ if name != "der"}
    return {
        "schema": checked.schema,
        "checked_at": checked.checked_at,
        "at": checked.at,
        "at_by_user": checked.at_by_user,
        "indication": checked.indication,
        "state": checked.state,
        "certificate": fields,
        "chain": checked.links,
        "revocation": [link.revocation for link in checked.chain.links],
        "accreditation": checked.accreditation,
        "qualification": checked.qualification,
        "remarks": checked.remarks,
        "network": network_object(checked.network),
        "checked_with_certified_tool": "no",
    }
