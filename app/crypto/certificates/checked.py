"""The check of one certificate: what was found out and what follows. Plain values, pure functions."""

from datetime import datetime

from app.crypto.certificates.qualified import doubtful_numbers, qualification_answer
from app.crypto.network.policy import NetworkUse
from app.crypto.verdict.accreditation_facts import AccreditationFacts
from app.crypto.verdict.answers import chain_links
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, Notice
from app.crypto.verdict.report import ChainLink, Indication, QualificationAnswer
from app.values import dataclass

SCHEMA = "roscherk.certificate-check/1"
_SOUND = frozenset({"ok", "anchor"})
_ENDED = frozenset({"revoked"})
"""States after which nobody may rely on a certificate, whatever else is found."""


@dataclass(frozen=True, kw_only=True)
class CheckedCertificate:
    """All that a protocol tells of one certificate."""

    schema: str = SCHEMA
    checked_at: datetime
    at: datetime
    """The moment that it was checked for, UTC."""
    at_by_user: bool
    certificate: CertificateFacts
    chain: ChainFacts
    links: tuple[ChainLink, ...]
    """The links with their states at that moment."""
    indication: Indication
    state: str
    """``in_force``, or the code of the first trouble."""
    accreditation: AccreditationFacts | None
    qualification: QualificationAnswer
    remarks: tuple[Notice, ...]
    """Numbers with wrong check digits; the period of the private key is over."""
    network: tuple[NetworkUse, ...] = ()
    """What was asked of the network, in order."""


def check(
    certificate: CertificateFacts,
    chain: ChainFacts,
    accreditation: AccreditationFacts | None,
    *,
    at: datetime,
    checked_at: datetime,
    at_by_user: bool = False,
    network: tuple[NetworkUse, ...] = (),
) -> CheckedCertificate:
    """Draw the conclusions. The same values give the same answer."""
    links = chain_links(chain, at)
    indication, state = _state(certificate, chain, links, at)
    return CheckedCertificate(
        checked_at=checked_at,
        at=at,
        at_by_user=at_by_user,
        certificate=certificate,
        chain=chain,
        links=links,
        indication=indication,
        state=state,
        accreditation=accreditation,
        qualification=qualification_answer(certificate, chain, accreditation, at),
        network=network,
        remarks=(*doubtful_numbers(certificate.subject), *_key_period(certificate, at)),
    )


def _state(
    certificate: CertificateFacts, chain: ChainFacts, links: tuple[ChainLink, ...], at: datetime
) -> tuple[Indication, str]:
    """Say whether one may rely on the certificate: a revocation first, then its term, then links."""
    states = [link.state for link in links]
    for state in states:
        if state in _ENDED:
            return Indication.TOTAL_FAILED, state
    if at < certificate.not_before:
        return Indication.INDETERMINATE, "not_yet_valid"
    if at > certificate.not_after:
        return Indication.TOTAL_FAILED, "expired"
    if not chain.anchored:
        return Indication.INDETERMINATE, chain.break_code or "root_not_trusted"
    trouble = next((state for state in states if state not in _SOUND), None)
    if trouble is not None:
        return Indication.INDETERMINATE, trouble
    return Indication.TOTAL_PASSED, "in_force"


def _key_period(certificate: CertificateFacts, at: datetime) -> tuple[Notice, ...]:
    begin, end = certificate.private_key_not_before, certificate.private_key_not_after
    if (begin is not None and at < begin) or (end is not None and at > end):
        return (Notice("key_period_over", {"at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}),)
    return ()
