"""Whether a chain lacks something that its certificates say where to get: a pure function."""

from app.crypto.verdict.facts import ChainFacts, RevocationStatus

_UNKNOWN = frozenset({RevocationStatus.UNKNOWN, RevocationStatus.NOT_CHECKED})
_ISSUER_LACKING = "issuer_not_found"


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
