"""The printer: a child process that makes paper, so that no other loads fonts and a PDF library."""

from pathlib import Path

from app.crypto.saving import AtomicFile
from app.processes.serving import Context, serve
from app.reports.printing import PRINT_PROTOCOL, PRINT_SAMPLE, ProtocolRequest, SampleRequest
from app.reports.protocol import protocol
from app.reports.sample import make_contract
from app.texts.catalogue import set_language


def print_protocol(request: ProtocolRequest, _: Context) -> bytes:
    """Return the verification protocol as a PDF."""
    set_language(request.language)
    return protocol(request.report)


def print_sample(request: SampleRequest, _: Context) -> Path:
    """Make the sample contract and return where it lies."""
    with AtomicFile.create(request.folder) as file:
        make_contract(file.path)
        return file.publish(request.folder / request.name, numbers=True)


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    serve({PRINT_PROTOCOL: print_protocol, PRINT_SAMPLE: print_sample})
