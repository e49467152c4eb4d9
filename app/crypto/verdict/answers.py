"""The answers that stay apart whatever the verdict is (decision 10): pure functions from facts."""

from datetime import datetime

from app.crypto.certificates.qualified import authority_kind, qualification_answer
from app.crypto.verdict.facts import (
    CertificateFacts,
    ChainFacts,
    ChangesAfter,
    LinkFacts,
    RevocationStatus,
    SignatureFacts,
    SignatureKind,
)
from app.crypto.verdict.policy import Policy
from app.crypto.verdict.report import (
    Answer,
    Authority,
    AuthorityKind,
    ChainLink,
    Integrity,
    QualificationAnswer,
    Signer,
    Trust,
)
from app.crypto.verdict.seen import state_at

TIME_CODES = frozenset({"expired", "not_yet_valid"})
"""Problems of a link that are told as a matter of time and say nothing about trust."""

_GRAVITY = (
    RevocationStatus.REVOKED,
    RevocationStatus.ON_HOLD,
    RevocationStatus.UNKNOWN,
    RevocationStatus.NOT_CHECKED,
    RevocationStatus.GOOD,
)
_EXPLAINED = frozenset({None, ChangesAfter.NONE, ChangesAfter.ARCHIVAL, ChangesAfter.SIGNATURE})
_PERMITTED = frozenset({ChangesAfter.FORM_FILL, ChangesAfter.ANNOTATION})
_PERMISSIONS = frozenset({"pdf_form_filled_allowed"})
"""Warnings by which the facts say that a certification signature allows what was changed."""


def unexplained_changes(facts: SignatureFacts) -> bool:
    """Tell whether a PDF was changed after signing in a way that nobody permitted (PDF-11)."""
    if facts.changes_after in _EXPLAINED:
        return False
    permitted = any(notice.code in _PERMISSIONS for notice in facts.warnings)
    return not (permitted and facts.changes_after in _PERMITTED)


def integrity(facts: SignatureFacts) -> Integrity:
    """Answer one: whether the document is unchanged. Trust and dates have no part in it."""
    own_stamp = facts.time_stamps if facts.kind is SignatureKind.DOCUMENT_TIMESTAMP else ()
    if facts.digest_matches is False or facts.signature_verifies is False:
        return Integrity.BROKEN
    if any(stamp.imprint_matches is False for stamp in own_stamp):
        return Integrity.BROKEN
    if facts.format_problems or unexplained_changes(facts):
        return Integrity.UNKNOWN
    if facts.digest_matches and facts.signature_verifies:
        return Integrity.INTACT
    return Integrity.UNKNOWN


def signer(certificate: CertificateFacts | None) -> Signer | None:
    """Answer two: who signed, by the certificate alone."""
    if certificate is None:
        return None
    name = certificate.subject
    return Signer(
        subject=name.text,
        common_name=name.common_name,
        surname=name.surname,
        given_name=name.given_name,
        organization=name.organization,
        inn=name.inn,
        inn_le=name.inn_le,
        snils=name.snils,
        ogrn=name.ogrn,
        ogrnip=name.ogrnip,
        serial=certificate.serial,
        issuer=certificate.issuer.text,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        sha256=certificate.sha256,
    )


def authority(certificate: CertificateFacts | None, policy: Policy) -> Authority:
    """Answer three: on whose behalf. A power of attorney is not looked for yet, so never MCHD."""
    if certificate is None:
        return Authority(AuthorityKind.UNKNOWN)
    kind = authority_kind(certificate)
    dated = certificate.not_before.date() >= policy.authority.head_issued_from
    if kind is AuthorityKind.HEAD and not dated:
        return Authority(AuthorityKind.UNKNOWN)
    return Authority(kind)


def trust(chain: ChainFacts | None) -> Trust:
    """Answer four: whether the chain ends at a root that the user trusts."""
    if chain is None or chain.break_code == "issuer_not_found":
        return Trust.UNKNOWN
    broken = any(notice.code not in TIME_CODES for link in chain.links for notice in link.problems)
    return Trust.TRUSTED if chain.anchored and not broken else Trust.UNTRUSTED


def revocation_at(link: LinkFacts, at: datetime) -> RevocationStatus:
    """Return the state of one certificate at a moment, as far as the data at hand speak of it."""
    return state_at(link, at).status


def revocation(chain: ChainFacts | None, at: datetime) -> RevocationStatus:
    """Return the gravest state on the path below the root."""
    states = {revocation_at(link, at) for link in below_anchor(chain)}
    return next((state for state in _GRAVITY if state in states), RevocationStatus.NOT_CHECKED)


def below_anchor(chain: ChainFacts | None) -> tuple[LinkFacts, ...]:
    """Return the links whose word has to be proved: all but the trusted root."""
    return () if chain is None else tuple(link for link in chain.links if not link.anchor)


def is_practice(facts: SignatureFacts) -> bool:
    """Tell whether any certificate that belongs to this signature carries a mark of practice mode."""
    links = () if facts.chain is None else facts.chain.links
    certificates = [link.certificate for link in links]
    if facts.signer is not None:
        certificates.append(facts.signer)
    return any(certificate.practice for certificate in certificates)


def qualification_of(
    facts: SignatureFacts, at: datetime, *, practice: bool
) -> QualificationAnswer | None:
    """Answer five in full: what it rests on. None: there is no certificate."""
    if facts.signer is None:
        return None
    return qualification_answer(
        facts.signer, facts.chain, facts.accreditation, at, practice=practice
    )


def qualified(found: QualificationAnswer | None, *, practice: bool) -> Answer:
    """Answer five in one word."""
    if practice:
        return Answer.NO
    return Answer.UNKNOWN if found is None else found.answer


def chain_links(chain: ChainFacts | None, at: datetime) -> tuple[ChainLink, ...]:
    """Return the chain for the report, each link with its state."""
    if chain is None:
        return ()
    return tuple(
        ChainLink(link.certificate.subject.text, link.certificate.sha256, _state(chain, index, at))
        for index, link in enumerate(chain.links)
    )


def _state(chain: ChainFacts, index: int, at: datetime) -> str:
    """Name the trouble of one link, or say that there is none."""
    link = chain.links[index]
    if chain.broken_at == index and chain.break_code is not None:
        return chain.break_code
    if link.problems:
        return link.problems[0].code
    if link.anchor:
        return "anchor"
    state = revocation_at(link, at)
    if state is RevocationStatus.GOOD:
        return "ok"
    known = {RevocationStatus.REVOKED, RevocationStatus.ON_HOLD}
    return state.value if state in known else "revocation_unknown"
