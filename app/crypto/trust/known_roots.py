"""The national roots that the program knows by their fingerprints: dated data, never trust.

Being known makes nothing trusted. It names what the user has before him, and tells it apart from
something that only carries the same name.
"""

import tomllib
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from functools import cache

from app.crypto.verdict.facts import CertificateFacts
from app.places import resource
from app.values import dataclass

_TABLE = "trust/known_roots.toml"
_ALIKE = str.maketrans("abcehkmoptxy", "авсенкмортху")
"""Latin letters that look like Cyrillic ones: nobody sees the difference in a name."""


class RootStanding(StrEnum):
    """What the program can say of a root by itself."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    IMPOSTOR = "impostor"
    """It has the name of a known root and another fingerprint: newer than our table, or forged."""


@dataclass(frozen=True, kw_only=True)
class KnownRoot:
    """One national root; ``sha256`` in lower-case hex."""

    owner: str
    of: str
    """The owner in the genitive of Russian: «корневой сертификат …»."""
    name: str
    ogrn: str
    sha256: str
    not_before: datetime
    not_after: datetime
    key: str


@dataclass(frozen=True, kw_only=True)
class KnownRoots:
    """The table, with the day on which it was compared with its source."""

    checked_on: date
    source: str
    roots: tuple[KnownRoot, ...]


@cache
def known_roots() -> KnownRoots:
    """Return the table that travels with the program."""
    table = tomllib.loads(resource(_TABLE).read_text("utf-8"))
    return KnownRoots(
        checked_on=table["checked_on"],
        source=table["source"],
        roots=tuple(KnownRoot(**row) for row in table["root"]),
    )


def known_root(sha256: str) -> KnownRoot | None:
    """Return the national root with this fingerprint (hex)."""
    wanted = sha256.lower()
    return next((one for one in known_roots().roots if one.sha256 == wanted), None)


def standing_of(certificate: CertificateFacts) -> RootStanding:
    """Say whether a root is one of those, or only called like one of them."""
    if known_root(certificate.sha256) is not None:
        return RootStanding.KNOWN
    called = {
        _compared(certificate.subject.common_name),
        _compared(certificate.subject.organization),
    }
    names = {_compared(one.name) for one in known_roots().roots}
    owners = {_compared(one.owner) for one in known_roots().roots}
    return RootStanding.IMPOSTOR if called & (names | owners) else RootStanding.UNKNOWN


def _compared(name: str | None) -> str | None:
    """Make a name comparable as an eye compares it: no case, no marks, no look-alikes."""
    if not name:
        return None
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum()).translate(_ALIKE)
