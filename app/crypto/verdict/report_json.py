"""The report as JSON of the schema ``roscherk.verify/1``: the same report gives the same bytes."""

import msgspec

from app.crypto.verdict.report import Report
from app.shapes import read_json


def to_json(report: Report) -> bytes:
    """Write a report as indented JSON with a newline at its end; times are UTC with a Z."""
    compact = msgspec.json.encode(report, order="deterministic")
    return msgspec.json.format(compact, indent=2) + b"\n"


def from_json(data: bytes) -> Report:
    """Read a report that `to_json` wrote."""
    return read_json(data, Report)
