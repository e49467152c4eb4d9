"""Which exit code a verdict ends with."""

from app.cli.exit_codes import ExitCode, gravest
from app.crypto.verdict.report import FileReport, Indication, Report
from app.errors import ErrorCode

_VERDICTS = {
    Indication.TOTAL_PASSED: ExitCode.DONE,
    Indication.INDETERMINATE: ExitCode.INDETERMINATE,
    Indication.TOTAL_FAILED: ExitCode.TOTAL_FAILED,
    Indication.NO_SIGNATURE: ExitCode.NO_SIGNATURE,
}
_ABOUT_THE_FILE = frozenset(
    {
        ErrorCode.FORMAT_UNKNOWN,
        ErrorCode.FORMAT_DAMAGED,
        ErrorCode.FORMAT_TOO_COMPLEX,
        ErrorCode.PDF_DAMAGED,
        ErrorCode.SIGNATURE_BESIDE,
        ErrorCode.XML_SIGNATURE_UNSUPPORTED,
        ErrorCode.CHILD_CRASHED,
        ErrorCode.CHILD_SILENT,
        ErrorCode.CHILD_OVER_LIMIT,
        ErrorCode.FILE_EMPTY,
    }
)
"""Errors that are findings: the check was made, and the verdict says what it found."""


def of_report(report: Report) -> ExitCode:
    """Return the exit code of a whole check."""
    return gravest(of_file(each) for each in report.files)


def of_file(report: FileReport) -> ExitCode:
    """Return the exit code of one file."""
    if any(notice.code not in _ABOUT_THE_FILE for notice in report.errors):
        return ExitCode.FAILED
    return _VERDICTS[report.verdict]
