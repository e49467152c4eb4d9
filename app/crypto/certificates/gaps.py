"""Whether a chain lacks something that its certificates say where to get: pure functions."""

from datetime import datetime, timedelta

from app.crypto.verdict.facts import ChainFacts, RevocationFacts, RevocationStatus

_UNKNOWN = frozenset({RevocationStatus.UNKNOWN, RevocationStatus.NOT_CHECKED})
_ISSUER_LACKING = "issuer_not_found"
FRESH = timedelta(hours=24)
"""For how long nobody has to be asked again about a certificate (rule R-09)."""


def has_gap(chain: ChainFacts | None) -> bool:
    """Tell whether data from elsewhere could make more of a chain: there is an address to ask."""
    if chain is None or not chain.links:
        return False
    if not chain.anchored:
        # Where the top is a root that nobody brought, nothing from the network helps.
        lacking = chain.break_code == _ISSUER_LACKING
        return lacking and bool(chain.links[-1].certificate.issuer_urls)
    return any(
        not link.anchor
        and link.revocation.status in _UNKNOWN
        and bool(link.certificate.crl_urls or link.certificate.ocsp_urls)
        for link in chain.links
    )


def has_aged(chain: ChainFacts | None, at: datetime) -> bool:
    """Tell whether data that are in force, but not of today, are all that speaks for a certificate.

    Whoever was revoked yesterday may bring the list of the day before with him. Authorities' lists
    are made every few weeks: of them the leaf's alone is looked at.
    """
    if chain is None or not chain.anchored or not chain.links or chain.links[0].anchor:
        return False
    certificate, found = chain.links[0].certificate, chain.links[0].revocation
    asked = bool(certificate.crl_urls or certificate.ocsp_urls) and not certificate.practice
    good = found.status is RevocationStatus.GOOD and at <= certificate.not_after
    return asked and good and not is_fresh(found, at - FRESH)


def is_fresh(found: RevocationFacts, since: datetime) -> bool:
    """Tell whether the newest word on a certificate was given since a moment."""
    newest = found.confirmed_at or found.this_update
    return newest is not None and newest >= since
