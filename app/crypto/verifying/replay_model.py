"""Judging stored facts again, as values."""

from datetime import datetime
from pathlib import Path

from app.crypto.verdict.report import Report
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class ReplayRequest:
    """Judge the facts of one file again. None: as they were judged when they were stored."""

    path: Path
    policy: str | None = None
    at: datetime | None = None
    """Another moment that the user names, UTC."""
    allow_practice: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ReplayAnswer:
    """The report, and what it rests on."""

    report: Report
    policy: str
    established: datetime
    """When the facts were established, UTC."""
