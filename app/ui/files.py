"""Files that were given to the window, and how each is shown in a list. No Qt here."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from app.crypto.model import SignedFile
from app.crypto.packages.door import CheckedPackage
from app.crypto.packages.model import Looked, Package, Role
from app.crypto.verdict.numbering import numbers
from app.crypto.verdict.report import FileReport, Indication
from app.crypto.verifying.door import Checked
from app.errors import ErrorCode, RoscherkError
from app.texts.amounts import size_text
from app.texts.catalogue import _, language, ngettext
from app.texts.errors import describe_error
from app.texts.showing import plain
from app.texts.verdicts import only_stamp_at_fault
from app.ui.amounts import folder_text
from app.ui.rows import Badge, Row, Tone
from app.values import dataclass

SIGNATURE_SUFFIXES = frozenset({".sig", ".sgn", ".p7s", ".p7m", ".p7b"})
PRACTICE_MARK = ".УЧЕБНАЯ"
"""Stands before the suffix of a practice signature (decision 16)."""


class State(StrEnum):
    """What is known of a document, or being done with it."""

    ADDED = "added"
    WAITING = "waiting"
    SIGNING = "signing"
    SIGNED = "signed"
    CHECKING = "checking"
    CHECKED = "checked"
    FAILED = "failed"


BUSY = frozenset({State.WAITING, State.SIGNING, State.CHECKING})


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document of the list. A value: each change makes a new one.

    What is asked of thousands at each click is found out once.
    """

    path: Path
    size: int
    state: State = State.ADDED
    percent: int | None = None
    signed: SignedFile | None = None
    checked: Checked | None = None
    looked: Looked | None = None
    """What was seen at a glance: whether it bears signatures."""
    package: Package | None = None
    """What it came in with: its document, its powers of attorney."""
    shown: Path | None = None
    """Its name, where it lies in a private place: it came out of an archive."""
    content: Path | None = None
    """The document of a detached signature, where the user pointed to it."""
    whole: CheckedPackage | None = None
    """The verdict with its branch of the tree."""
    error: RoscherkError | None = None

    @cached_property
    def key(self) -> str:
        """Return what names it in the list."""
        return str(self.path)

    @cached_property
    def name(self) -> str:
        """Return what people call it."""
        return (self.shown or self.path).name

    @cached_property
    def is_pdf(self) -> bool:
        """Tell what it looks like; a worker finds out what it is."""
        return self.path.suffix.lower() == ".pdf"

    @cached_property
    def is_signature(self) -> bool:
        """Tell whether it looks like a file with a signature, which one verifies."""
        return self.path.suffix.lower() in SIGNATURE_SUFFIXES

    @property
    def to_verify(self) -> Path:
        """Return the file that holds the signature: the one we made, or the document itself."""
        return self.path if self.signed is None else self.signed.target


def row_of(document: Document) -> Row:
    """Return how a document is shown in the list."""
    return Row(
        key=document.key,
        title=plain(document.name),
        caption=f"{size_text(document.size)}  ·  {plain(folder_text(document.shown or document.path))}",
        icon=icon_of(document.path),
        badge=badge_of(document),
        of_file=True,
    )


class KnownRows:
    """Remembers the row of each document, so that one change in a long list costs one row.

    Rows may be prepared in another thread: there is nothing but values here.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Document, str, Row]] = {}

    def of(self, documents: Iterable[Document]) -> list[Row]:
        """Return the rows of documents, made anew only where a document or the language changed."""
        return [self._row(document) for document in documents]

    def _row(self, document: Document) -> Row:
        spoken = language()
        known = self._known.get(document.key)
        if known is not None and known[0] is document and known[1] == spoken:
            return known[2]
        row = row_of(document)
        self._known[document.key] = (document, spoken, row)
        return row


def icon_of(path: Path) -> str:
    """Return the icon of a file by its name."""
    suffix = path.suffix.lower()
    if suffix in SIGNATURE_SUFFIXES:
        return "file-lock"
    return "file-text" if suffix in {".pdf", ".docx", ".odt", ".xml", ".txt", ".rtf"} else "file"


def badge_of(document: Document) -> Badge:
    """Return the state of a document in words."""
    if document.state is State.CHECKED and document.checked is not None:
        return verdict_badge(document.checked.report.files[0])
    if document.state is State.SIGNED and document.signed is not None:
        if document.signed.practice:
            return Badge(_("Practice signature made"), Tone.PRACTICE)
        return Badge(_("Signed"), Tone.OK)
    if document.state is State.FAILED and document.error is not None:
        return Badge(describe_error(document.error).heading, Tone.ERROR)
    if document.state in BUSY:
        return _busy_badge(document)
    looked = document.looked
    return Badge(_("Not verified"), Tone.PLAIN) if looked is None else glance(document, looked)


def _busy_badge(document: Document) -> Badge:
    words = {
        State.WAITING: _("In the queue"),
        State.SIGNING: _("Signing…"),
    }.get(document.state, _("Verifying…"))
    if document.percent is not None:
        words = f"{words} {document.percent} %"
    return Badge(words, Tone.INFO, "loader-circle")


def glance(document: Document, looked: Looked) -> Badge:
    """Say whether a document bears signatures, before they are verified."""
    bundle = document.path.suffix.lower() == ".p7b"  # certificates, as a rule, and no signature
    if document.is_signature and not bundle and looked.role is Role.DOCUMENT:
        return Badge(_("Cannot be read"), Tone.ERROR)  # its own name says that it is a signature
    if looked.role in {Role.DOCUMENT, Role.MCHD}:
        if looked.error is not None and looked.error.code.startswith("file_"):
            return Badge(_("Cannot be read"), Tone.ERROR)
        return Badge(_("No signature"), Tone.PLAIN, "file-text")
    if looked.signers is None:
        return Badge(_("Signed, not verified"), Tone.INFO, "signature")
    count = looked.signers
    words = ngettext("{n} signature, not verified", "{n} signatures, not verified", count)
    return Badge(words.format(n=count), Tone.INFO, "signature")


def holds_no_signature(report: FileReport) -> bool:
    """Tell whether a file was read well and simply is no signed one: that is no trouble."""
    unknown = all(each.code == ErrorCode.FORMAT_UNKNOWN for each in report.errors)
    named_so = Path(report.path).suffix.lower() in SIGNATURE_SUFFIXES
    return (
        report.verdict is Indication.NO_SIGNATURE and unknown and not (report.errors and named_so)
    )


_BADGES = {
    Indication.TOTAL_PASSED: Tone.OK,
    Indication.INDETERMINATE: Tone.WARN,
    Indication.TOTAL_FAILED: Tone.ERROR,
    Indication.NO_SIGNATURE: Tone.PLAIN,
}


def is_practice(document: Document) -> bool:
    """Tell whether a practice signature was found in a file that was verified."""
    files = () if document.checked is None else document.checked.report.files
    return any(signature.practice for file in files for signature in file.signatures)


def verdict_badge(report: FileReport) -> Badge:
    """Return the verdict on a file in a few words."""
    if not report.signatures and not holds_no_signature(report):
        return Badge(_("Cannot be read"), Tone.ERROR)
    if any(each.practice for each in report.signatures):
        words = _("Practice signature")
        if report.verdict is Indication.TOTAL_FAILED:
            return Badge(_("Practice signature is invalid"), Tone.ERROR)
        return Badge(words, Tone.PRACTICE)
    words = {
        Indication.TOTAL_PASSED: _("Signature is valid"),
        Indication.INDETERMINATE: _("Status is undetermined"),
        Indication.TOTAL_FAILED: _("Signature is invalid"),
        Indication.NO_SIGNATURE: _("No signature"),
    }[report.verdict]
    if only_stamp_at_fault(report):
        failed = report.verdict is Indication.TOTAL_FAILED
        words = _("Time stamp is invalid") if failed else _("Time stamp is undetermined")
    count = len(numbers(report.signatures))
    if count > 1:
        counted = ngettext("{n} signature", "{n} signatures", count).format(n=count)
        words = f"{words} · {counted}"
    tone = _BADGES[report.verdict]
    return Badge(words, tone, "file-text" if tone is Tone.PLAIN else None)
