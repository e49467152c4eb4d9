"""Whether a certificate is a qualified one, and whom it speaks for: pure functions.

63-ФЗ art. 11 p. 1 and art. 17, order №795 (rules RU-01..RU-09, RU-15..RU-18). "Yes" is said only
when everything was established; the tool that really made a signature never is (rule RU-02).
"""

from datetime import datetime

from app.crypto.accreditation.on_day import accredited_on_issue, lapsed
from app.crypto.accreditation.rules import load_rules
from app.crypto.certificates import requisites
from app.crypto.certificates.requisites import doubtful_numbers, legal_inn
from app.crypto.verdict.accreditation_facts import AccreditationFacts
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, Notice
from app.crypto.verdict.report import Answer, AuthorityKind, QualificationAnswer
from app.values import dataclass

__all__ = [
    "Qualification",
    "authority_kind",
    "doubtful_numbers",
    "legal_inn",
    "qualification",
    "qualification_answer",
]

_MATTERS_OF_TIME = frozenset({"expired", "not_yet_valid"})
"""A certificate that expired was qualified all the same."""


@dataclass(frozen=True)
class Qualification:
    """What one certificate says of itself: never yes, since no accreditation is established here."""

    answer: Answer
    reasons: tuple[Notice, ...]
    """Why it is no, or why it stays unknown."""
    warnings: tuple[Notice, ...] = ()
    tool_class: str | None = None
    """КС1…КА1: the highest class below which none is missing (rule RU-09)."""


def qualification(certificate: CertificateFacts, chain: ChainFacts | None = None) -> Qualification:
    """Say whether the certificate can be a qualified one."""
    warnings = (*doubtful_numbers(certificate.subject), *requisites.outdated(certificate))
    tool_class = requisites.tool_class(certificate.policies)
    if _is_practice(certificate, chain):
        answer, reasons = Answer.NO, _because("practice")
    elif missing := tuple(requisites.missing(certificate)):
        answer, reasons = Answer.NO, missing
    else:
        answer, reasons = Answer.UNKNOWN, _because("accreditation_not_established")
    return Qualification(answer, reasons, warnings, tool_class)


def qualification_answer(
    certificate: CertificateFacts,
    chain: ChainFacts | None,
    accreditation: AccreditationFacts | None,
    at: datetime,
    *,
    practice: bool = False,
) -> QualificationAnswer:
    """Answer whether the certificate is a qualified one, with every reason against it.

    ``at`` is the control time: some certificates ceased since (rule RU-18). Yes needs the chain
    down from a root that the user trusts, sound at every link; a list of accredited authorities
    whose signature holds and whose signer is pinned; the issuer accredited on the day of issue;
    all requisites; and no practice.
    """
    accredited, against = _accredited(certificate, accreditation, at)
    if practice or _is_practice(certificate, chain):
        answer, reasons = Answer.NO, list(_because("practice"))
    else:
        missing = list(requisites.missing(certificate))
        doubts = [*requisites.outdated(certificate), *_chain_doubts(chain)]
        trusted = not _chain_doubts(chain)
        # Whose accreditation it is, is known by the chain: without one nothing follows from it.
        denied = bool(missing) or (trusted and accredited is Answer.NO)
        sure = accredited is Answer.YES and not doubts
        answer = Answer.NO if denied else Answer.YES if sure else Answer.UNKNOWN
        reasons = [*missing, *doubts, *against]
    return QualificationAnswer(
        answer=answer,
        reasons=tuple(reasons),
        ca_name=None if accreditation is None else accreditation.ca_name,
        accredited_on_issue=accredited,
        tool=certificate.subject_sign_tool,
        tool_class=requisites.tool_class(certificate.policies),
        restrictions=certificate.usage_notices,
    )


def _accredited(
    certificate: CertificateFacts, accreditation: AccreditationFacts | None, at: datetime
) -> tuple[Answer, tuple[Notice, ...]]:
    """Say whether the issuer was accredited on the day of issue, and what is against it."""
    if accreditation is None:
        return Answer.UNKNOWN, _because("accredited_list_absent")
    if not accreditation.list_signature_checked:
        return Answer.UNKNOWN, _because("accredited_list_unchecked")
    issued = certificate.not_before
    answer, reason = accredited_on_issue(accreditation, issued)
    if reason is not None:
        return answer, (reason,)
    ceased_on = load_rules().renewal.ceased_on
    if answer is Answer.YES and lapsed(accreditation, issued, at, ceased_on):
        facts = {"name": accreditation.ca_name or "", "date": ceased_on.isoformat()}
        return Answer.NO, (Notice("accreditation_not_renewed", dict(facts)),)
    return answer, ()


def _chain_doubts(chain: ChainFacts | None) -> list[Notice]:
    """Name what keeps the chain from telling who issued the certificate."""
    if chain is None or not chain.anchored:
        return [Notice("issuer_not_confirmed")]
    found = [notice for link in chain.links for notice in link.problems]
    if any(notice.code not in _MATTERS_OF_TIME for notice in found):
        return [Notice("issuer_not_confirmed")]
    return []


def _is_practice(certificate: CertificateFacts, chain: ChainFacts | None) -> bool:
    links = () if chain is None else chain.links
    return certificate.practice or any(link.certificate.practice for link in links)


def _because(code: str) -> tuple[Notice, ...]:
    return (Notice(code),)


def authority_kind(certificate: CertificateFacts) -> AuthorityKind:
    """Say whom the certificate speaks for, by its subject alone.

    That a person is the head of the legal entity follows from the law on the day of issue: whoever
    gives a verdict sees to that day.
    """
    name = certificate.subject
    person = bool(name.surname and name.given_name)
    entity = bool(name.organization or name.inn_le or legal_inn(name))
    if person and name.ogrnip:
        return AuthorityKind.IP
    if person and name.organization and legal_inn(name) and name.ogrn:
        return AuthorityKind.HEAD
    if person and not entity:
        return AuthorityKind.PERSON_ONLY
    if entity and not person:
        return AuthorityKind.NO_PERSON
    return AuthorityKind.UNKNOWN
