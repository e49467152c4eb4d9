"""The policy: which algorithms prove anything and until when, and other dated rules, read from data."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache

import msgspec

from app.errors import ErrorCode, RoscherkError
from app.places import resource


@dataclass(frozen=True, kw_only=True)
class DigestLimit:
    """Until when a digest proves anything; no ``until``: it never did."""

    name: str
    source: str
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class KeyLimit:
    """Until when keys of fewer bits than ``below`` prove anything; no ``below``: keys of any size."""

    name: str
    source: str
    below: int | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class RevocationRules:
    """When the age of revocation data is worth telling."""

    told_after_hours: int
    source: str


@dataclass(frozen=True, kw_only=True)
class AuthorityRules:
    """Since when the person in a legal entity's certificate must be its head."""

    head_issued_from: date
    source: str


@dataclass(frozen=True, kw_only=True)
class ClockRules:
    """How far clocks may differ before it is told."""

    skew_minutes: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Policy:
    """All rules of one policy. A value: the same facts and the same policy give the same report."""

    name: str
    checked_on: date
    digests: tuple[DigestLimit, ...]
    keys: tuple[KeyLimit, ...]
    revocation: RevocationRules
    authority: AuthorityRules
    clock: ClockRules

    def digest_limit(self, name: str) -> DigestLimit | None:
        """Return the limit of a digest, or None where it has none."""
        return next((row for row in self.digests if row.name == name), None)

    def key_limit(self, name: str, bits: int | None) -> KeyLimit | None:
        """Return the limit of a key; a key whose size is unknown meets the strictest row."""
        for row in self.keys:
            if row.name == name and (row.below is None or bits is None or bits < row.below):
                return row
        return None


@cache
def load_policy(name: str = "default") -> Policy:
    """Read the policy of this name and check its form.

    Raises `RoscherkError` (``USAGE``) for a name that no policy has.
    """
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name):
        raise RoscherkError(ErrorCode.USAGE, option="--policy", value=name)
    try:
        path = resource(f"policies/{name}.toml")
    except FileNotFoundError:
        raise RoscherkError(ErrorCode.USAGE, option="--policy", value=name) from None
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Policy)
