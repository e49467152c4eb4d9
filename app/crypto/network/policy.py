"""What may be asked of the network, as a value, and what was asked, line by line.

Light: requests carry it to the workers and answers bring the record back. `fetching.Network` acts
on it; nothing else in the program opens a connection.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.values import dataclass


class Purpose(StrEnum):
    """Why something is asked of the network."""

    TIME_STAMP = "time_stamp"
    OCSP = "ocsp"
    CRL = "crl"
    ISSUER = "issuer"
    ACCREDITATION = "accreditation"
    RELEASE = "release"


class ProxyMode(StrEnum):
    """Through what the network is reached."""

    SYSTEM = "system"
    MANUAL = "manual"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class NetworkPolicy:
    """What one piece of work may ask of the network. The default: nothing."""

    online: bool = False
    named_hosts: tuple[str, ...] = ()
    """``host`` or ``host:port`` that the user or the administrator named: these may be private."""
    proxy: ProxyMode = ProxyMode.SYSTEM
    proxy_url: str = ""
    """Without password; MANUAL only."""
    kept_serves: bool = False
    """Offline: lists and issuers that were fetched earlier may serve, however old."""
    cache: Path | None = None
    """The folder of answers that may serve again; None: nothing is kept."""
    roots: tuple[Path, ...] = ()
    """Certificates for TLS besides those of the system."""


@dataclass(frozen=True, kw_only=True)
class NetworkUse:
    """One line of the record that the user sees: what was asked, and what came of it."""

    url: str
    purpose: Purpose
    outcome: str
    """``ok``, ``cached``, or the reason of the failure."""
    size: int = 0
    """Octets received."""
    at: datetime
