"""The printer: a child process that makes paper, so that no other loads fonts and a PDF library."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app import __version__
from app.crypto.saving import AtomicFile
from app.processes.serving import Context, serve
from app.reports.certificate_paper import certificate_paper
from app.reports.certificate_protocol import certificate_protocol
from app.reports.dossier import Dossier
from app.reports.expertise import expertise
from app.reports.input_files import inputs_of
from app.reports.journal_files import journal_sheet
from app.reports.letter import letter, letter_text
from app.reports.own_files import OwnFiles, check_own_files
from app.reports.package_check import check_package
from app.reports.printing import (
    CHECK_OWN_FILES,
    CHECK_PACKAGE,
    LOOK_AGAIN,
    PRINT_CERTIFICATE,
    PRINT_CERTIFICATE_CHECK,
    PRINT_JOURNAL,
    PRINT_PAPER,
    PRINT_SAMPLE,
    PRINT_VIEW,
    CertificateCheckRequest,
    CertificateRequest,
    Form,
    JournalRequest,
    LookRequest,
    OwnFilesRequest,
    PackageChecked,
    PackageRequest,
    PaperKind,
    PaperRequest,
    SampleRequest,
    ViewPaperRequest,
)
from app.reports.protocol import protocol
from app.reports.sample import contract
from app.reports.sheet import Sheet
from app.reports.sheet_html import as_html
from app.reports.sheet_pdf import as_pdf
from app.reports.view_paper import view_paper
from app.texts.catalogue import set_language

_SHEETS: Mapping[PaperKind, Callable[[Dossier], Sheet]] = {
    PaperKind.PROTOCOL: protocol,
    PaperKind.EXPERTISE: expertise,
    PaperKind.LETTER: letter,
}


def print_paper(request: PaperRequest, _: Context) -> bytes:
    """Return a paper about a check."""
    set_language(request.language)
    if request.form is Form.TEXT and request.paper is PaperKind.LETTER:
        return letter_text(request.dossier).encode()
    return _set(_SHEETS[request.paper](request.dossier), request.form)


def print_certificate(request: CertificateRequest, _: Context) -> bytes:
    """Return a certificate on paper."""
    set_language(request.language)
    return _set(certificate_paper(request.certificate), request.form)


def print_certificate_check(request: CertificateCheckRequest, _: Context) -> bytes:
    """Return the protocol of a certificate check."""
    set_language(request.language)
    return _set(certificate_protocol(request.checked), request.form)


def print_journal(request: JournalRequest, _: Context) -> bytes:
    """Return an extract from the journal."""
    set_language(request.language)
    return _set(journal_sheet(request.entries, request.check, datetime.now(UTC)), request.form)


def print_view(request: ViewPaperRequest, _: Context) -> bytes:
    """Return what is seen of an XML document."""
    set_language(request.language)
    sheet = view_paper(request.name, request.facts, request.lines, more=request.more)
    return _set(sheet, request.form)


def _set(sheet: Sheet, form: Form) -> bytes:
    return as_html(sheet) if form is Form.HTML else as_pdf(sheet)


def look_again(request: LookRequest, _: Context) -> Dossier:
    """Read the files of a check again, and the program's own."""
    inputs = tuple(inputs_of(each) for each in request.dossier.facts)
    return replace(request.dossier, inputs=inputs, own_files=check_own_files(__version__))


def own_files(_request: OwnFilesRequest, _: Context) -> OwnFiles:
    """Compare the program's own files with the list of its installation."""
    return check_own_files(__version__)


def look_at_package(request: PackageRequest, _: Context) -> PackageChecked:
    """Look at a package."""
    return check_package(request.path)


def print_sample(request: SampleRequest, _: Context) -> Path:
    """Make the sample contract and return where it lies."""
    with AtomicFile.create(request.folder, request.job) as file:
        # Through the file itself: it turns what a full disk says into our words.
        file.write(contract())
        return file.publish(request.folder / request.name, numbers=True)


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    serve(
        {
            PRINT_PAPER: print_paper,
            PRINT_CERTIFICATE: print_certificate,
            PRINT_CERTIFICATE_CHECK: print_certificate_check,
            PRINT_JOURNAL: print_journal,
            PRINT_VIEW: print_view,
            LOOK_AGAIN: look_again,
            CHECK_OWN_FILES: own_files,
            CHECK_PACKAGE: look_at_package,
            PRINT_SAMPLE: print_sample,
        }
    )
