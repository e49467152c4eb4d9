"""The door of the printing room. Light: the window imports it; a child process makes the paper."""

from dataclasses import dataclass
from pathlib import Path

from app.crypto.saving import AtomicFile
from app.crypto.verdict.report import Report
from app.crypto.verdict.report_json import to_json
from app.processes.method import Method
from app.processes.pool import Pool
from app.texts.catalogue import language


@dataclass(frozen=True)
class ProtocolRequest:
    """Put a report on paper, in a language."""

    report: Report
    language: str


@dataclass(frozen=True)
class SampleRequest:
    """Make the sample contract in a folder, under a free name."""

    folder: Path
    name: str


PRINT_PROTOCOL = Method("print_protocol", ProtocolRequest, bytes)
PRINT_SAMPLE = Method("print_sample", SampleRequest, Path)


class Printing:
    """Makes paper. Calls wait: use a thread."""

    def __init__(self, printer: Pool) -> None:
        self._printer = printer

    def save(self, report: Report, target: Path) -> None:
        """Write a report to a new file: ``.json`` for programs, anything else as a PDF.

        Raises ``TARGET_EXISTS``: nothing is ever overwritten.
        """
        if target.suffix.lower() == ".json":
            content = to_json(report)
        else:
            request = ProtocolRequest(report, language())
            content = self._printer.run(PRINT_PROTOCOL, request)
        with AtomicFile.create(target.absolute().parent) as file:
            file.write(content)
            file.publish(target, numbers=False)

    def sample(self, folder: Path, name: str) -> Path:
        """Make the sample contract of practice mode; return where it lies."""
        return self._printer.run(PRINT_SAMPLE, SampleRequest(folder, name))
