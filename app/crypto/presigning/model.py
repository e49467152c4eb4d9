"""The look before signing, as values."""

from dataclasses import field
from pathlib import Path

from app.crypto.pdf.areas import Area
from app.crypto.presigning.codes import GRAVITY, Gravity, PresignCode
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class PresignRequest:
    """Look at one document."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing worth knowing before signing."""

    code: PresignCode
    facts: dict[str, str | int] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    """Counted from 1; empty: it concerns the file as a whole."""
    area: Area | None = None
    """Where the first of it stands."""

    @property
    def gravity(self) -> Gravity:
        """Say how much it weighs."""
        return GRAVITY[self.code]


@dataclass(frozen=True, kw_only=True)
class PresignAnswer:
    """What was found, the gravest first; nothing for a file that is no PDF."""

    findings: tuple[Finding, ...] = ()

    @property
    def grave(self) -> tuple[Finding, ...]:
        """Return what is asked about a second time."""
        return tuple(one for one in self.findings if one.gravity is Gravity.GRAVE)
