"""The door of the printing room. Light: the window imports it; a child process makes the paper."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from app.crypto.certificates.checked import CheckedCertificate
from app.crypto.opening import size_of
from app.crypto.saving import AtomicFile, new_job, remove_job
from app.crypto.verdict.facts import CertificateFacts
from app.crypto.verdict.report_json import to_json
from app.crypto.verifying.door import Checked
from app.crypto.viewing.model import ViewAnswer, XmlLine
from app.errors import RoscherkError
from app.journal import Entry, JournalCheck
from app.processes.method import Method
from app.processes.pool import Pool
from app.reports.dossier import Dossier, dossier_of
from app.reports.own_files import OwnFiles
from app.texts.catalogue import language
from app.values import dataclass


class PaperKind(StrEnum):
    """What can be printed about a check."""

    PROTOCOL = "protocol"
    EXPERTISE = "expertise"
    """Material for an expert's conclusion: the technical parts, the rest to be filled in."""
    LETTER = "letter"
    """To the sender: please sign again."""


class Form(StrEnum):
    """As what."""

    PDF = "pdf"
    HTML = "html"
    TEXT = "txt"
    """Letters only."""


@dataclass(frozen=True)
class PaperRequest:
    """Put a check on paper, in a language."""

    paper: PaperKind
    form: Form
    dossier: Dossier
    language: str


@dataclass(frozen=True)
class CertificateRequest:
    """Put a certificate on paper, in a language."""

    certificate: CertificateFacts
    form: Form
    language: str


@dataclass(frozen=True)
class CertificateCheckRequest:
    """Put the check of a certificate on paper, in a language."""

    checked: CheckedCertificate
    form: Form
    language: str


@dataclass(frozen=True)
class LookRequest:
    """Read the files of a check again, and the program's own."""

    dossier: Dossier


@dataclass(frozen=True)
class OwnFilesRequest:
    """Look at the program's own files."""


@dataclass(frozen=True)
class PackageRequest:
    """Look at a package."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class PackageChecked:
    """What the look at a package came to."""

    made_by: str
    files: int
    damaged: tuple[str, ...]
    """Names of files that are not what the manifest says, are missing, or do not belong there."""
    replayed: bool | None
    """The facts in it give the report in it, octet for octet; None: not tried, it is damaged."""


@dataclass(frozen=True)
class SampleRequest:
    """Make the sample contract in a folder, under a free name."""

    folder: Path
    name: str
    job: str
    """Names its temporary file (`app.crypto.saving.new_job`)."""


@dataclass(frozen=True)
class JournalRequest:
    """Put rows of the journal on paper, in a language."""

    entries: tuple[Entry, ...]
    check: JournalCheck
    form: Form
    language: str


@dataclass(frozen=True)
class ViewPaperRequest:
    """Put what is seen of an XML document on paper, in a language."""

    name: str
    facts: tuple[tuple[str, str], ...]
    """What it says of itself, and its digests, in words."""
    lines: tuple[XmlLine, ...]
    more: bool
    form: Form
    language: str


PRINT_VIEW = Method("print_view", ViewPaperRequest, bytes)
PRINT_JOURNAL = Method("print_journal", JournalRequest, bytes)
PRINT_PAPER = Method("print_paper", PaperRequest, bytes)
PRINT_CERTIFICATE = Method("print_certificate", CertificateRequest, bytes)
PRINT_CERTIFICATE_CHECK = Method("print_certificate_check", CertificateCheckRequest, bytes)
LOOK_AGAIN = Method("look_again", LookRequest, Dossier)
CHECK_OWN_FILES = Method("check_own_files", OwnFilesRequest, OwnFiles)
CHECK_PACKAGE = Method("check_package", PackageRequest, PackageChecked)
PRINT_SAMPLE = Method("print_sample", SampleRequest, Path)


def form_of(target: Path) -> Form:
    """Return the form that a name asks for: HTML, text, or else a PDF."""
    named = {".html": Form.HTML, ".htm": Form.HTML, ".txt": Form.TEXT}
    return named.get(target.suffix.lower(), Form.PDF)


class Printing:
    """Makes paper. Calls wait: use a thread. Nothing is ever overwritten: ``TARGET_EXISTS``."""

    def __init__(self, printer: Pool) -> None:
        self._printer = printer

    def save(self, checked: Checked, target: Path) -> None:
        """Write the protocol of a check: ``.json`` for programs, ``.html``, anything else as PDF."""
        if target.suffix.lower() == ".json":
            _write(target, lambda: to_json(checked.report))
        else:
            self.save_paper(PaperKind.PROTOCOL, checked, target)

    def save_paper(self, paper: PaperKind, checked: Checked, target: Path) -> None:
        """Write a paper about a check, in the form that the name of the target asks for."""
        _write(target, lambda: self.paper(paper, form_of(target), self.dossier(checked)))

    def save_certificate(self, certificate: CertificateFacts, target: Path) -> None:
        """Write a certificate as it is printed for its owner's file."""
        request = CertificateRequest(certificate, form_of(target), language())
        _write(target, lambda: self._printer.run(PRINT_CERTIFICATE, request))

    def save_certificate_check(self, checked: CheckedCertificate, target: Path) -> None:
        """Write the protocol of a certificate check."""
        request = CertificateCheckRequest(checked, form_of(target), language())
        _write(target, lambda: self._printer.run(PRINT_CERTIFICATE_CHECK, request))

    def save_journal(self, entries: Sequence[Entry], check: JournalCheck, target: Path) -> None:
        """Write an extract from the journal."""
        request = JournalRequest(tuple(entries), check, form_of(target), language())
        _write(target, lambda: self._printer.run(PRINT_JOURNAL, request))

    def save_view(
        self, name: str, facts: Sequence[tuple[str, str]], answer: ViewAnswer, target: Path
    ) -> None:
        """Write what is seen of an XML document."""
        request = ViewPaperRequest(
            name, tuple(facts), answer.lines, answer.more, form_of(target), language()
        )
        _write(target, lambda: self._printer.run(PRINT_VIEW, request))

    def dossier(self, checked: Checked) -> Dossier:
        """Return all that a paper rests on: the files are read again for their digests."""
        bare = dossier_of(checked)
        size = sum(each.size or 0 for each in bare.facts) + _content_size(bare)
        return self._printer.run(LOOK_AGAIN, LookRequest(bare), size=size)

    def paper(self, paper: PaperKind, form: Form, dossier: Dossier) -> bytes:
        """Return a paper about a check."""
        return self._printer.run(PRINT_PAPER, PaperRequest(paper, form, dossier, language()))

    def own_files(self) -> OwnFiles:
        """Compare the program's own files with the list of its installation."""
        return self._printer.run(CHECK_OWN_FILES, OwnFilesRequest())

    def check_package(self, path: Path) -> PackageChecked:
        """Look at a package: its octets against its manifest, its report against its facts."""
        return self._printer.run(CHECK_PACKAGE, PackageRequest(path), size=size_of(path))

    def sample(self, folder: Path, name: str) -> Path:
        """Make the sample contract of practice mode; return where it lies."""
        request = SampleRequest(folder, name, new_job())
        try:
            return self._printer.run(PRINT_SAMPLE, request)
        except RoscherkError:
            remove_job(folder, request.job)  # a printer that died cannot tidy up
            raise


def _write(target: Path, make: Callable[[], bytes]) -> None:
    with AtomicFile.create(target.absolute().parent) as file:
        file.write(make())
        file.publish(target, numbers=False)


def _content_size(dossier: Dossier) -> int:
    """Return how long the documents of detached signatures are; what is gone counts nothing."""
    total = 0
    for each in dossier.facts:
        if each.content is not None:
            try:
                total += each.content.stat().st_size
            except OSError:
                continue
    return total
