"""Dated rules about accreditation, and the pinned signers of the list, read from data (RU-27)."""

import re
import tomllib
from datetime import date
from functools import cache

from app.places import resource
from app.shapes import read_table
from app.values import dataclass

_PRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class PinnedSigner:
    """A certificate that signs the list."""

    sha256: str
    name: str
    source: str
    checked_on: date


@dataclass(frozen=True, kw_only=True)
class ListAddress:
    """Where the list is published."""

    url: str
    source: str
    checked_on: date


@dataclass(frozen=True, kw_only=True)
class ListRules:
    """When the age of the list is worth telling."""

    told_after_days: int
    source: str


@dataclass(frozen=True, kw_only=True)
class RenewalRules:
    """When certificates of authorities that were not accredited anew ceased (rule RU-18)."""

    ceased_on: date
    act: str
    """Its code in the table of acts."""


@dataclass(frozen=True, kw_only=True)
class EntityInnRules:
    """Since when the ИНН of a legal entity has its own field (rule RU-05)."""

    own_field_from: date
    act: str
    """Its code in the table of acts."""


@dataclass(frozen=True, kw_only=True)
class AccreditationRules:
    """All of them."""

    checked_on: date
    list: ListRules
    renewal: RenewalRules
    entity_inn: EntityInnRules
    signers: tuple[PinnedSigner, ...] = ()
    addresses: tuple[ListAddress, ...] = ()
    """In the order in which they are asked."""

    def pins(self, sha256: str) -> bool:
        """Tell whether the program knows this signer of the list."""
        return any(one.sha256 == sha256 for one in self.signers)


@cache
def load_rules() -> AccreditationRules:
    """Read the rules that travel with the program."""
    text = resource("trust/accreditation.toml").read_text("utf-8")
    rules = read_table(tomllib.loads(text), AccreditationRules)
    if not all(_PRINT.fullmatch(one.sha256) for one in rules.signers):
        raise ValueError("trust/accreditation.toml: a fingerprint is malformed")
    return rules
