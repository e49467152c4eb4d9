"""What the page of verification says of all its files, and of the chosen ones. No Qt here."""

from collections.abc import Collection, Sequence

from app.texts.catalogue import _, ngettext
from app.texts.errors import describe_error
from app.texts.showing import plain
from app.ui.details import CheckedDetails, Details, FailedDetails, FileDetails, Nothing
from app.ui.files import Document, State


def summary(documents: Collection[Document], problems: int) -> str:
    """Say in one line how far it is, and whether anything needs somebody's attention."""
    verified = sum(each.checked is not None for each in documents)
    if not documents or not verified:
        return _("Signatures of others: is the document unchanged, who signed, who vouches")
    told = _("Verified: {n} of {total}").format(n=verified, total=len(documents))
    if problems:
        words = ngettext("{n} needs attention", "{n} need attention", problems)
        return f"{told} · {words.format(n=problems)}"
    if verified < len(documents):
        return told
    nothing = _("no problems")
    return f"{told} · {nothing}"


def progress(document: Document, left: int, asked: int) -> tuple[str, int | None]:
    """Say which file is verified, how many of those that were asked for are left, and the percent."""
    text = _("Verifying: {name}").format(name=plain(document.name))
    if asked <= 1:
        return text, document.percent
    count = ngettext("{n} file left", "{n} files left", left).format(n=left)
    return f"{text} · {count}", max(0, asked - left) * 100 // asked


def details(chosen: Sequence[Document]) -> Details:
    """Return what stands beside the list."""
    if not chosen:
        return Nothing()
    if len(chosen) > 1:
        count = len(chosen)
        heading = ngettext("{n} file", "{n} files", count).format(n=count)
        return FileDetails(heading=heading, lines=())
    document = chosen[0]
    if document.state is State.FAILED and document.error is not None:
        return FailedDetails(plain(document.name), describe_error(document.error))
    if document.checked is not None and document.state is State.CHECKED:
        return CheckedDetails(document.checked)
    return FileDetails(heading=plain(document.name), lines=())
