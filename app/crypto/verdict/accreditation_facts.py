"""What the list of accredited authorities (TSL) says of whoever issued a certificate. Plain values."""

from datetime import datetime

from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class StatusPeriod:
    """One status of an accreditation, as the list words it."""

    text: str
    """E.g. ``Действует``, ``Прекращена``; anything unknown counts as not valid (rule RU-15)."""
    since: datetime
    """UTC."""
    until: datetime | None = None
    """UTC; None: it is the last one that the list tells of."""


@dataclass(frozen=True, kw_only=True)
class AccreditationFacts:
    """The issuer of one certificate, looked up in one list."""

    list_version: int
    list_date: datetime
    """UTC: the state of the register that the list tells of."""
    list_sha256: str
    list_signature_checked: bool
    """The signature of the list verifies and its signer is pinned, by the program or by the user."""
    signer_pinned_by: str | None = None
    """``program``, ``user``, or None: by nobody."""
    ca_name: str | None = None
    """None: whoever issued the certificate is not in the list."""
    ca_inn: str | None = None
    ca_ogrn: str | None = None
    register_number: str | None = None
    statuses: tuple[StatusPeriod, ...] = ()
    """In the order of time."""
    matched_by: str | None = None
    """``certificate``: the issuer's certificate itself stands in the list; ``key``: its public key
    does, in another certificate (cross-certified authorities). A name alone matches nothing."""
    tool_class: str | None = None
    """Of the authority's complex, as the list words it."""
    tools: str | None = None
