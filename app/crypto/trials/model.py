"""Values of the room. Light."""

from datetime import datetime

from app.crypto.model import EvidenceOrder
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class SelfTestRequest:
    """Try the GOST library with the examples of the standards."""


@dataclass(frozen=True, kw_only=True)
class SelfTestAnswer:
    """The library gives the answers of the standards."""

    version: str


@dataclass(frozen=True, kw_only=True)
class StampTryRequest:
    """Ask one authority for a time-stamp over nothing in particular."""

    order: EvidenceOrder
    """With that one server."""


@dataclass(frozen=True, kw_only=True)
class StampTryAnswer:
    """An authority of time answered well."""

    server: str
    authority: str
    """The name in its certificate."""
    time: datetime
    """What it calls the time, UTC."""
    seconds: float
    """How long it took."""
    skew: int
    """Seconds by which this computer's clock is ahead of it; negative: behind."""
    digest: str
    """By which digest it stamps."""
