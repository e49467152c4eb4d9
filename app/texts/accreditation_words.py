"""The list of accredited authorities in words: what it is, of when, and who signed it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from app.crypto.accreditation.door import age_told
from app.crypto.accreditation.model import AccreditedList
from app.errors import Fact
from app.texts.catalogue import _, ngettext
from app.texts.certificate_fields import fingerprint
from app.texts.showing import local_time, plain


def list_heading(kept: AccreditedList) -> str:
    """Name a list by its version and day."""
    said = _("List of accredited authorities, version {version}, of {moment}")
    return said.format(version=kept.version, moment=local_time(kept.date))


def list_name(kept: AccreditedList) -> str:
    """Name a list by its version alone, where its day stands beside it."""
    return _("List of accredited authorities, version {version}").format(version=kept.version)


def age_words(kept: AccreditedList, now: datetime) -> str:
    """Say of which day a list is, and how many days ago that was."""
    days = max(0, (now - kept.date).days)
    said = ngettext("{moment}, {days} day ago", "{moment}, {days} days ago", days)
    return said.format(moment=local_time(kept.date), days=days)


def signer_question(facts: Mapping[str, Fact]) -> str:
    """Show who signed a list, to be compared before one agrees."""
    said = _(
        "{subject}\n\nIssuer: {issuer}\n\nSHA-256 of the certificate:\n{digest}\n\nThe signature holds, but the program does not know who made it. Compare the fingerprint with the one that the authorized federal body publishes."
    )
    return said.format(
        subject=plain(facts["subject"], 600),
        issuer=plain(facts["issuer"], 600),
        digest=fingerprint(str(facts["sha256"])),
    )


def list_lines(kept: AccreditedList) -> Iterator[tuple[str, str]]:
    """Yield label and value of what is to be known of a list."""
    yield _("Authorities"), str(kept.authorities)
    yield _("Certificates of authorities"), str(kept.certificates)
    if kept.skipped:
        yield _("Damaged entries passed over"), str(kept.skipped)
    yield _("Signed by"), plain(kept.signer.subject, 1000)
    yield _("SHA-256 of the signer's certificate"), kept.signer.sha256
    known = {
        "program": _("the program knows this signer"),
        "user": _("you compared the fingerprint and agreed to it"),
    }
    yield _("Trust in the signer"), known.get(kept.pinned_by, "—")
    yield _("SHA-256 of the list"), kept.sha256
    yield _("Imported"), local_time(kept.imported)


def age_warning(kept: AccreditedList, now: datetime) -> str | None:
    """Say that a list has grown old, where that is worth telling."""
    days = age_told(kept, now)
    if days is None:
        return None
    said = ngettext(
        "The list is {days} day old: import a newer one.",
        "The list is {days} days old: import a newer one.",
        days,
    )
    return said.format(days=days)
