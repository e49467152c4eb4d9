"""Exit codes: a promise to scripts."""

from collections.abc import Iterable
from enum import IntEnum

from app.crypto.verdict.report import FileReport, Indication, Report
from app.errors import ErrorCode


class ExitCode(IntEnum):
    """What a command ends with."""

    DONE = 0
    FAILED = 1
    """The operation could not be done."""
    USAGE = 2
    INDETERMINATE = 10
    TOTAL_FAILED = 20
    NO_SIGNATURE = 30
    INTERRUPTED = 130
    """Ctrl+C, as shells say it."""
    PIPE_CLOSED = 141
    """Whoever read the output has gone, as shells say it."""


_GRAVEST_FIRST = (
    ExitCode.USAGE,
    ExitCode.FAILED,
    ExitCode.TOTAL_FAILED,
    ExitCode.INDETERMINATE,
    ExitCode.NO_SIGNATURE,
)
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


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the gravest of several codes; 0 of none."""
    found = set(codes)
    return next((code for code in _GRAVEST_FIRST if code in found), ExitCode.DONE)


def of_report(report: Report) -> ExitCode:
    """Return the exit code of a whole check."""
    return gravest(of_file(each) for each in report.files)


def of_file(report: FileReport) -> ExitCode:
    """Return the exit code of one file."""
    if any(notice.code not in _ABOUT_THE_FILE for notice in report.errors):
        return ExitCode.FAILED
    return _VERDICTS[report.verdict]
