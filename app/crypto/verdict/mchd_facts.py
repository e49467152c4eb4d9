"""What a machine-readable power of attorney (МЧД) says, before anybody judges it.

Format 003 of ФНС, ``EMCHD_1`` (rule RU-19). Plain frozen values, as all facts.
"""

from datetime import date
from enum import StrEnum
from pathlib import Path

from app.values import dataclass


class PrincipalKind(StrEnum):
    """Who gives the power."""

    ORGANISATION = "organisation"
    FOREIGN_ORGANISATION = "foreign_organisation"
    ENTREPRENEUR = "entrepreneur"
    PERSON = "person"
    UNKNOWN = "unknown"


class Delegation(StrEnum):
    """Whether the representative may pass the power on (ПрПередов)."""

    NONE = "none"
    ONCE = "once"
    FURTHER = "further"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class MchdPrincipal:
    """Who gives the power, by the XML."""

    kind: PrincipalKind = PrincipalKind.UNKNOWN
    name: str = ""
    inn: str | None = None
    """Ten digits of an organisation, twelve of a person."""
    ogrn: str | None = None
    """ОГРН, or ОГРНИП of an entrepreneur."""
    kpp: str | None = None
    snils: str | None = None
    """Of a person, eleven digits."""


@dataclass(frozen=True, kw_only=True)
class MchdRepresentative:
    """Who gets the power, by the XML."""

    name: str = ""
    inn: str | None = None
    snils: str | None = None
    """Eleven digits, without hyphens."""
    position: str | None = None
    organisation_inn: str | None = None
    """The representative is an organisation, and this is its ИНН."""


@dataclass(frozen=True, kw_only=True)
class MchdPower:
    """One power; ``code`` of the classifier, None where the power is given as text."""

    code: str | None = None
    name: str = ""
    limits: tuple[str, ...] = ()
    """What bounds it (ОгрСвПолн), as the document words it."""
    cut: bool = False
    """More is said, of it or behind it, than was kept: it cannot be compared with another."""


@dataclass(frozen=True, kw_only=True)
class MchdFacts:
    """One МЧД as found. None means: not said there, or not readable."""

    path: Path
    """Of the XML file, or of the signature file that it lies in."""
    sha256: str
    """Hex, of the XML: what was read, and what must have been signed."""
    inside: bool = False
    """It lies in its signature file."""
    format: str | None = None
    """ВерсФорм."""
    number: str | None = None
    """НомДовер, the single registration number."""
    internal_number: str | None = None
    issued: date | None = None
    valid_until: date | None = None
    delegation: Delegation = Delegation.UNKNOWN
    delegated: bool = False
    """It was given by way of передоверие: another power of attorney stands behind it."""
    parent_number: str | None = None
    """Of the power of attorney that was passed on."""
    first_number: str | None = None
    """Of the one that all began with."""
    joint: bool = False
    """The representatives must act together."""
    principal: MchdPrincipal = MchdPrincipal()
    representatives: tuple[MchdRepresentative, ...] = ()
    powers: tuple[MchdPower, ...] = ()
    register_address: str | None = None
    problems: tuple[str, ...] = ()
    """Codes ``mchd_…`` of what the format demands and the file lacks."""
    signature: int | None = None
    """Which of `FileFacts.mchd_signatures` signs it; None: no signature was found."""
