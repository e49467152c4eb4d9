"""The statements of a protocol that courts and regulations of authorities expect, word by word.

They say what was established and nothing more: whose signature it is, and whether the document is
unchanged since (regulation of a certification authority, part 8.2: belonging to the owner of the
certificate, absence of distortions; part 8.1: the causes of a negative result).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.crypto.verdict.facts import LinkFacts, RevocationFacts, RevocationStatus
from app.crypto.verdict.facts import SignatureKind as Kind
from app.crypto.verdict.report import (
    FileReport,
    Indication,
    Integrity,
    Report,
    SignatureReport,
    Trust,
)
from app.reports.own_files import OwnFiles, OwnState
from app.texts.answers import person_and_organization
from app.texts.catalogue import _, ngettext
from app.texts.showing import local_time, plain
from app.texts.verdicts import notice

MOST_NAMES = 3
"""Signers that are named in the opening sentence; more are counted."""


def practice_mark(report: Report) -> str | None:
    """Return what every page says if any signature is a practice one."""
    if any(one.practice for file in report.files for one in file.signatures):
        return _("PRACTICE: what is written here has no legal force")
    return None


def opening(file: FileReport) -> tuple[str, str] | None:
    """Return the two opening sentences about one file; None where there is no signature."""
    signatures = _of_people(file)
    if not signatures:
        return None
    return _belonging(signatures), _unchanged(signatures)


def _of_people(file: FileReport) -> list[SignatureReport]:
    return [one for one in file.signatures if one.kind is not Kind.DOCUMENT_TIMESTAMP]


def _belonging(signatures: Sequence[SignatureReport]) -> str:
    """Say whose signatures they are, as far as that was established."""
    if any(one.practice for one in signatures):
        return _("Whose signature it is was not established: practice certificates prove nothing.")
    if any(one.integrity is Integrity.BROKEN or one.signer is None for one in signatures):
        return _(
            "That the signature belongs to the owner of the certificate was not confirmed: "
            "not every signature verifies."
        )
    names = _names(signatures)
    if all(one.trust is Trust.TRUSTED for one in signatures):
        said = _("The signature belongs to the owner of the certificate: {names}.")
        return said.format(names=names)
    said = _(
        "By the certificate the signature belongs to: {names}. Its issuer is not confirmed by a "
        "root certificate that the checker trusts, so that this was not established."
    )
    return said.format(names=names)


def _names(signatures: Sequence[SignatureReport]) -> str:
    named = []
    for one in signatures:
        if one.signer is not None:
            said = _("{name}, certificate No. {serial}")
            name = plain(person_and_organization(one.signer), 160)
            named.append(said.format(name=name, serial=plain(one.signer.serial, 60)))
    named = list(dict.fromkeys(named))
    shown, left = named[:MOST_NAMES], len(named) - MOST_NAMES
    if left > 0:
        shown.append(ngettext("{n} more", "{n} more", left).format(n=left))
    return "; ".join(shown)


def _unchanged(signatures: Sequence[SignatureReport]) -> str:
    """Say whether the document is what was signed."""
    states = {one.integrity for one in signatures}
    if states == {Integrity.INTACT}:
        return _(
            "There are no distortions in the signed document: it has not changed since it was signed."
        )
    if Integrity.BROKEN in states:
        return _("That the document has not changed since it was signed was not confirmed.")
    return _("Whether the document has changed since it was signed was not established.")


def named_causes(file: FileReport) -> bool:
    """Tell whether the causes of a negative result belong to this file."""
    return file.verdict is Indication.TOTAL_FAILED


def causes(file: FileReport, own: OwnFiles | None) -> str | None:
    """Name the three causes of a negative result, and what the program says of itself."""
    if not named_causes(file):
        return None
    said = _(
        "Causes of a negative result that the rules of certification authorities name: the "
        "certificate is not valid; the integrity of the key carrier was violated; the integrity of "
        "the signature tool was violated."
    )
    return said if own is None else f"{said} {own_state(own)}"


def own_state(own: OwnFiles) -> str:
    """Say what the look at the program's own files came to."""
    if own.state is OwnState.INTACT:
        said = ngettext(
            "The program's own files were compared with the list of its installation: {n} file, no "
            "differences.",
            "The program's own files were compared with the list of its installation: {n} files, no "
            "differences.",
            own.checked,
        )
        return said.format(n=own.checked)
    if own.state is OwnState.NO_LIST:
        return _(
            "The program's own files were not compared: it runs from source files, and there is no "
            "list of an installation."
        )
    different = (*own.changed, *own.missing, *own.extra)
    said = _(
        "THE PROGRAM'S OWN FILES DIFFER from the list of its installation: {names}. Install the "
        "program anew from a trusted source and check again."
    )
    return said.format(names=plain(", ".join(different), 200))


def link_state(told: str) -> str:
    """Say in a word or two how a certificate of the chain stands."""
    if told == "ok":
        return _("in order")
    return _("trusted root") if told == "anchor" else notice(told)


def evidence(link: LinkFacts, at: datetime) -> str:
    """Say by what evidence the state of a certificate is known, and how old that was."""
    if link.anchor:
        return _("trusted by the user")
    return _evidence(link.revocation, at)


def _evidence(found: RevocationFacts, at: datetime) -> str:
    if found.status is RevocationStatus.NOT_CHECKED or found.source is None:
        return _("none") if found.problem is None else notice(found.problem)
    source = {"crl": _("revocation list"), "ocsp": _("answer of OCSP")}.get(found.source)
    parts = [source or plain(found.source)]
    if found.this_update is not None:
        said = _("of {moment}, {age}")
        parts.append(
            said.format(moment=local_time(found.this_update), age=age(at - found.this_update))
        )
    return " ".join(parts)


def age(lag: timedelta) -> str:
    """Say how old evidence was at the moment it was used for."""
    if lag < timedelta(0):
        return _("issued later")
    hours = int(lag.total_seconds() // 3600)
    if hours < 1:
        return _("under an hour old")
    if hours < 48:
        return ngettext("{n} hour old", "{n} hours old", hours).format(n=hours)
    return ngettext("{n} day old", "{n} days old", hours // 24).format(n=hours // 24)
