"""The policy: which algorithms prove anything and until when, and other dated rules, read from data."""

import re
import tomllib
from datetime import date
from functools import cache

from app.errors import ErrorCode, RoscherkError
from app.places import resource
from app.shapes import read_table
from app.values import dataclass


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
    """When the age of revocation data is worth telling, and when they are too old."""

    told_after_hours: int
    """Of data about the signer."""
    ca_told_after_hours: int
    """Of data about authorities, whose lists are made every few weeks or months."""
    source: str
    past_slack_hours: int
    """How old the newest data may have been at a moment of signing that a time-stamp proves, where
    there are none from after it (rule R-10)."""
    most_hours: int | None = None
    """How old data about the signer may be at the control time; None: up to the end that they name
    themselves."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """A remark that this policy makes more of than a remark."""

    code: str
    sub_indication: str
    source: str
    fails: bool = False
    """It makes the signature not valid; otherwise not determined."""


@dataclass(frozen=True, kw_only=True)
class SignaturePolicyRules:
    """What is made of a signature that refers to rules of its own (rule CAD-03)."""

    demanded: bool
    """It counts as not determined, since those rules are not looked for."""
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
    signature_policies: SignaturePolicyRules
    source: str
    in_force_from: date
    until: date | None = None
    """When it is due to be replaced; a policy past its end is named and goes on to be applied."""
    demands: tuple[Demand, ...] = ()

    def demand(self, code: str) -> Demand | None:
        """Return what this policy makes of a remark; None: a remark it stays."""
        return next((row for row in self.demands if row.code == code), None)

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
    return read_table(tomllib.loads(path.read_text("utf-8")), Policy)
