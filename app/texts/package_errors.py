"""Words for errors of packages: archives that are not unpacked."""

from collections.abc import Mapping

from app.errors import ErrorCode, Fact
from app.texts.catalogue import N_, _
from app.texts.error_entry import Entry

PACKAGE_ERRORS: Mapping[ErrorCode, Entry] = {
    ErrorCode.ARCHIVE_DAMAGED: Entry(
        N_("The archive is damaged"),
        (
            N_("File: {path}."),
            N_("It is called a ZIP archive, but it cannot be read as one."),
        ),
        N_("Ask the sender to pack it again, or to send the files as they are."),
    ),
    ErrorCode.ARCHIVE_REFUSED: Entry(
        N_("The archive is not unpacked: it is dangerous"),
        (
            N_("File: {path}."),
            N_("{because}"),
        ),
        N_(
            "If you trust the sender, unpack it yourself and choose the folder; otherwise do not open it."
        ),
    ),
}
_WHY: Mapping[str, str] = {
    "entries": N_("It holds more than a thousand files."),
    "size": N_("Unpacked it would take more than two gigabytes."),
    "ratio": N_("It unpacks to more than a hundred times its size: a so-called ZIP bomb."),
    "overlap": N_("Its files lie over one another: a so-called ZIP bomb."),
}


def with_archive_reason(code: str, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Put into words why an archive was refused."""
    why = facts.get("why")
    if code != ErrorCode.ARCHIVE_REFUSED or why not in _WHY:
        return dict(facts)
    return {**facts, "because": _(_WHY[str(why)])}
