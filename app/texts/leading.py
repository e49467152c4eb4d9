"""What is said first of a file: whether it is unchanged, who signed it, and on whose behalf."""

from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.report import (
    AuthorityKind,
    FileReport,
    Indication,
    Integrity,
    SignatureReport,
    Trust,
)
from app.texts.catalogue import _, ngettext
from app.texts.showing import plain
from app.texts.verdicts import file_heading

_NAMED = 2
"""Signers who are named; the others are counted."""


def headline(report: FileReport) -> str:
    """Return the heading for a file; an unchanged document is told of before its signature."""
    heading, signatures = file_heading(report), _signatures(report)
    intact = all(one.integrity is Integrity.INTACT for one in report.signatures)
    practice = any(one.practice for one in report.signatures)
    told = _("The document is unchanged")
    if not signatures or not intact or practice or heading.startswith(told):
        return heading
    return f"{told}. {heading}"


def signed_by(report: FileReport) -> str:
    """Say in one sentence who signed, and on whose behalf; empty: nobody is known to have."""
    signatures = _signatures(report)
    if any(one.integrity is Integrity.BROKEN for one in signatures):
        return ""  # a broken signature proves nobody
    names = list(dict.fromkeys(name for name in map(_name, signatures) if name))
    if not names:
        return ""
    more = len(names) - _NAMED
    named = "; ".join(names[:_NAMED])
    if more > 0:
        counted = ngettext("and {n} more", "and {n} more", more).format(n=more)
        named = f"{named} {counted}"
    if any(one.trust is not Trust.TRUSTED and not one.practice for one in signatures):
        return _("By the certificate, signed by: {names}").format(names=named)
    return _("Signed by: {names}").format(names=named)


def _signatures(report: FileReport) -> list[SignatureReport]:
    """Return what is over the document: neither time-stamps nor certifying signatures."""
    return [one for one in report.signatures if one.kind is SignatureKind.SIGNATURE]


def _name(report: SignatureReport) -> str:
    """Name the signer and whom he speaks for."""
    signer = report.signer
    if signer is None:
        return ""
    person = " ".join(part for part in (signer.surname, signer.given_name) if part)
    organization = signer.organization
    mchd = report.authority.mchd
    if mchd is not None and mchd.indication is Indication.TOTAL_PASSED:
        organization = mchd.principal
    if report.authority.kind is AuthorityKind.IP:
        organization = None
    name = plain(person or signer.common_name or signer.subject)
    if not organization or plain(organization) == name:
        return name
    return _("{name}, on behalf of {organization}").format(
        name=name, organization=plain(organization)
    )
