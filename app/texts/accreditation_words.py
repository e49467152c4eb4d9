"""The list of accredited authorities in words: what it is, of when, and who signed it."""

from collections.abc import Iterator
from datetime import datetime

from app.crypto.accreditation.door import age_told
from app.crypto.accreditation.model import AccreditedList
from app.texts.catalogue import _, ngettext
from app.texts.showing import local_time, plain


def list_heading(kept: AccreditedList) -> str:
    """Name a list by its version and day."""
    said = _("List of accredited authorities, version {version}, of {moment}")
    return said.format(version=kept.version, moment=local_time(kept.date))


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
