"""Raising signatures that are there: request and answer, frozen values that cross a process."""

from dataclasses import field
from datetime import datetime
from pathlib import Path

from app.crypto.model import Encoding, EvidenceOrder, SignatureFormat, SignatureLevel
from app.crypto.network.policy import NetworkUse
from app.crypto.verdict.facts import Notice
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class RaiseRequest:
    """Raise signatures of one file to a higher level, in a new file."""

    source: Path
    level: SignatureLevel
    """LTA for a file at LTA: one more archive time-stamp."""
    evidence: EvidenceOrder = field(default_factory=EvidenceOrder)
    numbers: tuple[int, ...] | None = None
    """Of signatures, from 1 on, as people count (`app.crypto.verdict.numbering`); None: all."""
    content: Path | None = None
    """The document of a detached signature; None: looked for."""
    output: Path | None = None
    """The target file; None: beside the source by the usual name, with (1) if it is taken."""
    encoding: Encoding | None = None
    """CMS only. None: as the source."""
    job: str = ""
    """Random name of this piece of work; the door sets it (as in `SignRequest`)."""


@dataclass(frozen=True, kw_only=True)
class RaisedSignature:
    """What became of one signature."""

    index: int
    number: int
    """As people count."""
    before: str
    """Its level, as `app.crypto.verdict.facts.Level` spells it."""
    after: str
    time_stamp: datetime | None = None
    """UTC; the moment that its first time-stamp names."""
    shortfall: Notice | None = None
    """Why it is lower than was asked for."""


@dataclass(frozen=True, kw_only=True)
class RaisedFile:
    """What was saved."""

    source: Path
    target: Path
    format: SignatureFormat
    signatures: tuple[RaisedSignature, ...]
    """Those that were to be raised, in the order of their numbers."""
    size: int
    network: tuple[NetworkUse, ...] = ()
