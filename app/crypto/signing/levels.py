"""Raising a signature that was just made: what lacks is told, and the signature is kept.

Called by `app.crypto.signing.completing` with a verified signature before anything is written.
"""

import logging
from collections.abc import Callable, Mapping, Sequence

from app.crypto.certificates.trusted import LoadedTrust
from app.crypto.cms.levels.growing import (
    Growing,
    Supplies,
    archived,
    stamped,
    with_evidence,
    with_references,
)
from app.crypto.cms.levels.stamps import LevelTerms
from app.crypto.cms.reading import MAX_CERTIFICATES, MAX_REVOCATION_LISTS
from app.crypto.cms.stream import MAX_METADATA
from app.crypto.evidence.supplies import NetworkSupplies
from app.crypto.evidence.terms import level_terms
from app.crypto.model import EvidenceOrder, SignatureLevel
from app.crypto.network.fetching import Network
from app.crypto.signing.completing import Completed, NewSignature
from app.crypto.trust.stores import load
from app.crypto.verdict.facts import Notice
from app.errors import ErrorCode, RoscherkError

_log = logging.getLogger(__name__)

Step = Callable[[Growing, Supplies], Growing]

STEPS: Mapping[SignatureLevel, Sequence[Step]] = {
    SignatureLevel.B: (),
    SignatureLevel.T: (stamped,),
    SignatureLevel.XL1: (stamped, with_references),
    SignatureLevel.LT: (stamped, with_evidence),
    SignatureLevel.LTA: (stamped, with_evidence, archived),
}
"""From CAdES-BES on."""


def complete(new: NewSignature) -> Completed:
    """Raise a new signature step by step; stop at the first step that fails, and say why."""
    order = new.request.evidence
    growing = Growing(
        signer=new.signer,
        certificate=new.certificate,
        certificates=new.parts.certificates,
        crls=new.parts.crls,
        content_type=new.parts.content_type,
        digest_of_content=new.digest_of_content,
    )
    network = Network(order.network)
    grown, shortfall = climb(
        growing, STEPS[new.request.level], lambda: NetworkSupplies(order, network)
    )
    return Completed(
        signer=grown.signer,
        certificates=grown.certificates,
        crls=grown.crls,
        shortfall=shortfall,
        network=network.uses,
    )


def climb(
    growing: Growing, steps: Sequence[Step], supplies_of: Callable[[], Supplies]
) -> tuple[Growing, Notice | None]:
    """Go up as many steps as can be gone; return how far it went, and why no further.

    Whatever goes wrong on the way must not take the signature with it, so every error stops here
    but the user's own wish to stop.
    """
    try:
        supplies = supplies_of()
        for step in steps:
            higher = step(growing, supplies)
            _demand_readable(higher)
            growing = higher
    except RoscherkError as error:
        if error.code is ErrorCode.CANCELLED:
            raise
        return growing, Notice(error.code, dict(error.facts))
    except Exception as error:  # noqa: BLE001 - see above
        _log.exception("the signature was not raised")
        return growing, Notice(ErrorCode.UNEXPECTED, {"exception": type(error).__name__})
    return growing, None


def _demand_readable(growing: Growing) -> None:
    """Refuse evidence so large that our own reader would not take the file."""
    pieces = (growing.signer, *growing.certificates, *growing.crls)
    counts = (
        ("metadata", sum(map(len, pieces)), MAX_METADATA),
        ("certificates", len(growing.certificates), MAX_CERTIFICATES),
        ("crls", len(growing.crls), MAX_REVOCATION_LISTS),
    )
    for limit, count, maximum in counts:
        if count > maximum:
            raise RoscherkError(ErrorCode.FORMAT_TOO_COMPLEX, limit=limit, maximum=maximum)


def terms_of(order: EvidenceOrder) -> LevelTerms:
    """Return under what a new signature is read back; trust that cannot be read is no trust."""
    try:
        return level_terms(load(order.trust))
    except RoscherkError:
        return level_terms(LoadedTrust.of())
