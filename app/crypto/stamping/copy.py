"""Asking for a stamped copy, and what comes of it: frozen values that cross a process. Light."""

from dataclasses import field
from datetime import datetime
from pathlib import Path

from app.crypto.model import TrustMaterial
from app.crypto.stamping.style import StampStyle
from app.crypto.verdict.facts import Notice
from app.values import dataclass

_MARK = " (со штампом)"
_PRACTICE = ".УЧЕБНАЯ"


@dataclass(frozen=True, kw_only=True)
class StampRequest:
    """Draw the signers of a document onto a copy of it."""

    source: Path
    """A PDF, signed inside or by a file beside it; or a signature file, with its PDF in it or near."""
    signature: Path | None = None
    """The signature file; None: looked for."""
    style: StampStyle = field(default_factory=StampStyle)
    output: Path | None = None
    """None: beside the document by the usual name, with (1) if it is taken."""
    trust: TrustMaterial = field(default_factory=TrustMaterial)
    at: datetime
    """The control time of the check before the copy, UTC."""
    job: str = ""
    """Random name of this piece of work; the door sets it."""


@dataclass(frozen=True, kw_only=True)
class StampedCopy:
    """A copy that was made. It is a picture of what was checked, and no signature."""

    document: Path
    """What it is a copy of; of an attached signature the name that the content should have."""
    signed_in: Path
    """The file whose signatures were checked."""
    target: Path
    size: int
    marks: int
    """Signers that are shown."""
    practice: bool
    notices: tuple[Notice, ...] = ()


def usual_copy_name(document: Path, *, practice: bool) -> Path:
    """Return ``имя (со штампом).pdf`` beside the document; a practice copy says so in its name."""
    stem = document.stem.removesuffix(_MARK)
    if practice and not stem.endswith(_PRACTICE):
        stem += _PRACTICE
    return document.with_name(f"{stem}{_MARK}.pdf")
