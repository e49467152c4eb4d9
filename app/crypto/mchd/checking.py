"""Holding a МЧД against the signature of a document (rule RU-20): pure functions, no files, no clock.

A bad МЧД says nothing against the signature of the document: it only gives no authority. Whether
it was recalled stands in a register that is not asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from app.crypto.certificates.qualified import legal_inn
from app.crypto.mchd.delegation import Attorney, Chain, chain_behind, link_problems
from app.crypto.verdict.facts import CertificateFacts, Notice, SignatureKind
from app.crypto.verdict.mchd_facts import (
    MchdFacts,
    MchdPrincipal,
    MchdRepresentative,
    PrincipalKind,
)
from app.crypto.verdict.report import (
    Answer,
    Authority,
    AuthorityKind,
    FileReport,
    Indication,
    Integrity,
    MchdAnswer,
    Power,
    SignatureReport,
)
from app.errors import Fact
from app.values import dataclass

MOSCOW = timezone(timedelta(hours=3))
"""Days of a МЧД are days of the Russian calendar."""

_OF_THEIR_OWN = frozenset({AuthorityKind.IP, AuthorityKind.HEAD})
_REFUSALS = frozenset(
    {
        "mchd_representative_mismatch",
        "mchd_snils_mismatch",
        "mchd_principal_mismatch",
        "mchd_signature_broken",
        "mchd_not_yet_in_force",
        "mchd_expired_at_signing",
        "mchd_term_reversed",
        "mchd_passing_on_forbidden",
        "mchd_parent_refused",
    }
)
"""What makes a МЧД no authority for this signature; all other problems leave it undetermined."""


@dataclass(frozen=True, kw_only=True)
class Signing:
    """The signature of the document, as far as the authority behind it depends on it."""

    signer: CertificateFacts | None
    at: datetime | None
    """When it was made: proved, or else claimed; None: nobody says."""
    proved: bool
    now: datetime
    """The control time."""


def with_mchd(base: Authority, signing: Signing, attorneys: Sequence[Attorney]) -> Authority:
    """Answer on whose behalf, now that these powers of attorney lie beside the document.

    Whoever acts by the certificate alone needs none, and keeps that answer.
    """
    if not attorneys or signing.signer is None or base.kind in _OF_THEIR_OWN:
        return base
    answers = [
        (_is_for(signing.signer, one.mchd), answer_of(signing, one, attorneys)) for one in attorneys
    ]
    own = [answer for fits, answer in answers if fits]
    if not own:
        # Others' powers say nothing of a signer whose certificate names a firm.
        lacking = base.kind is AuthorityKind.PERSON_ONLY
        return replace(base, mchd=answers[0][1]) if lacking else base
    best = min(own, key=lambda one: _ORDER.index(one.indication))
    return replace(base, kind=AuthorityKind.MCHD, mchd=best)


_ORDER = (Indication.TOTAL_PASSED, Indication.INDETERMINATE, Indication.TOTAL_FAILED)


def answer_of(signing: Signing, attorney: Attorney, at_hand: Sequence[Attorney] = ()) -> MchdAnswer:
    """Judge one МЧД for one signature; ``at_hand``: what may stand behind it, if it was passed on."""
    chain = chain_behind(attorney, at_hand)
    problems = (
        *_representative(signing.signer, attorney.mchd),
        *_problems(signing, attorney),
        *_passed_on(signing, attorney, chain),
    )
    mchd, root = attorney.mchd, chain.behind[-1] if chain.behind else attorney
    return MchdAnswer(
        number=mchd.number,
        valid_until=None if mchd.valid_until is None else _end_of(mchd.valid_until),
        principal=_principal_name(root),
        principal_inn=root.mchd.principal.inn,
        powers=tuple(Power(code=one.code, name=one.name, limits=one.limits) for one in mchd.powers),
        problems=problems,
        qualified_certificate=_qualified(attorney.report),
        passed_on_from=tuple(one.mchd.number or "" for one in chain.behind),
        indication=_indication(problems),
    )


def _principal_name(attorney: Attorney) -> str | None:
    """Name the principal as the authority that certified him does.

    In the document itself anybody may write the name of another firm beside his own numbers.
    """
    principal, signer = attorney.mchd.principal, attorney.signer
    if signer is not None and principal.kind is PrincipalKind.ORGANISATION:
        certified = signer.subject.organization
        if certified and legal_inn(signer.subject) == principal.inn:
            return certified
    elif signer is not None and _person_inn(signer) == principal.inn is not None:
        parts = (signer.subject.surname, signer.subject.given_name)
        return " ".join(part for part in parts if part) or principal.name or principal.inn
    return principal.name or principal.inn


def _indication(problems: Sequence[Notice]) -> Indication:
    if not problems:
        return Indication.TOTAL_PASSED
    refused = any(one.code in _REFUSALS for one in problems)
    return Indication.TOTAL_FAILED if refused else Indication.INDETERMINATE


def _passed_on(signing: Signing, attorney: Attorney, chain: Chain) -> Iterator[Notice]:
    """Judge what stands behind a power that was passed on, link by link."""
    yield from chain.problems
    given = attorney
    for distance, behind in enumerate(chain.behind):
        yield from link_problems(given.mchd, behind.mchd, further=distance > 0)
        who = replace(signing, signer=given.signer)
        of_its_own = (*_problems(who, behind), *_given(given, behind))
        facts: dict[str, Fact] = {"number": behind.mchd.number or ""}
        for one in of_its_own:
            refused = one.code in _REFUSALS
            code = "mchd_parent_refused" if refused else "mchd_parent_undetermined"
            yield Notice(code, {**facts, "because": one.code})
        given = behind


def _given(given: Attorney, behind: Attorney) -> Iterator[Notice]:
    """Require whoever signed a power passed on to be a representative of the one behind it."""
    signer = given.signer
    if signer is None:
        return  # its signature is missing or broken, which is told already
    persons = [one for one in behind.mchd.representatives if one.organisation_inn is None]
    if any(_same_person(signer, one) for one in persons):
        return
    inn = legal_inn(signer.subject)
    firms = [one.organisation_inn for one in behind.mchd.representatives]
    if inn is None or inn not in firms:
        yield Notice("mchd_representative_mismatch", {"names": ""})
    elif not _is_of_head(given.report):
        yield Notice("mchd_principal_not_head")


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), MOSCOW).astimezone(UTC)


def _problems(signing: Signing, attorney: Attorney) -> Iterator[Notice]:
    """Run all checks: one that fails hides no other."""
    mchd = attorney.mchd
    for code in mchd.problems:
        yield Notice(code)
    yield from _term(signing, mchd)
    yield from _signature(attorney)
    yield from _principal(attorney)
    if len(mchd.representatives) > 1:
        # Which number stands for «apart» is told differently by those who write about the format.
        yield Notice("mchd_joint" if mchd.joint else "mchd_several")


def _is_for(signer: CertificateFacts, mchd: MchdFacts) -> bool:
    """Tell whether the signer is one of the representatives, by ИНН or СНИЛС."""
    return any(_same_person(signer, one) for one in mchd.representatives)


def _same_person(signer: CertificateFacts, one: MchdRepresentative) -> bool:
    inn, snils = _person_inn(signer), signer.subject.snils
    by_inn = one.inn is not None and one.inn == inn
    by_snils = one.snils is not None and one.snils == snils
    return by_inn or by_snils


def _person_inn(certificate: CertificateFacts) -> str | None:
    """Return the ИНН of the person; a padded number of before 2021 is that of the firm."""
    inn = certificate.subject.inn
    return None if inn is None or inn == f"00{legal_inn(certificate.subject)}" else inn


def _representative(signer: CertificateFacts | None, mchd: MchdFacts) -> Iterator[Notice]:
    """Require ИНН and СНИЛС of the signer to be those of a representative."""
    if signer is None or not mchd.representatives:
        return
    found = [one for one in mchd.representatives if _same_person(signer, one)]
    if not found:
        names = ", ".join(one.name for one in mchd.representatives[:3])
        yield Notice("mchd_representative_mismatch", {"names": names})
        return
    inn, snils = _person_inn(signer), signer.subject.snils
    if all(inn and one.inn and one.inn != inn for one in found):
        yield Notice("mchd_representative_mismatch", {"names": found[0].name})
    if all(snils and one.snils and one.snils != snils for one in found):
        yield Notice("mchd_snils_mismatch", {"names": found[0].name})


def _term(signing: Signing, mchd: MchdFacts) -> Iterator[Notice]:
    """Require the day of signing to lie within the term; an end since then is told only if it counts."""
    if "mchd_term_reversed" in mchd.problems:
        return
    today = signing.now.astimezone(MOSCOW).date()
    day = today if signing.at is None else signing.at.astimezone(MOSCOW).date()
    if mchd.issued is not None and day < mchd.issued:
        yield Notice("mchd_not_yet_in_force", {"day": mchd.issued.isoformat()})
    if mchd.valid_until is None:
        return
    facts = {"day": mchd.valid_until.isoformat()}
    if day > mchd.valid_until:
        yield Notice("mchd_expired_at_signing", dict(facts))
    elif today > mchd.valid_until and not signing.proved:
        # In force when the signer says he signed; nothing but his word says it was then.
        yield Notice("mchd_expired_now", dict(facts))


def _signature(attorney: Attorney) -> Iterator[Notice]:
    """Require a good signature of the principal under the МЧД itself."""
    report = attorney.report
    if report is None or not report.signatures:
        yield Notice("mchd_signature_missing")
    elif any(_is_broken(one) for one in report.signatures) or _failed(report):
        yield Notice("mchd_signature_broken")
    elif report.verdict is not Indication.TOTAL_PASSED:
        yield Notice("mchd_signature_undetermined")
    if _qualified(report) is Answer.NO:
        yield Notice("mchd_principal_not_qualified")


def _is_broken(one: SignatureReport) -> bool:
    return one.integrity is Integrity.BROKEN


def _failed(report: FileReport) -> bool:
    return report.verdict is Indication.TOTAL_FAILED


def _principal(attorney: Attorney) -> Iterator[Notice]:
    """Require ИНН and ОГРН of the principal to be those of whoever signed the МЧД."""
    principal, signer = attorney.mchd.principal, attorney.signer
    if signer is None or principal.inn is None:
        return
    if principal.kind is PrincipalKind.FOREIGN_ORGANISATION:
        yield Notice("mchd_principal_not_compared")
        return
    name = signer.subject
    if principal.kind is PrincipalKind.ORGANISATION:
        inn, ogrn = legal_inn(name), name.ogrn
    else:
        inn, ogrn = _person_inn(signer), name.ogrnip
    if inn is None:
        yield Notice("mchd_principal_not_compared")
    elif inn != principal.inn or (ogrn and principal.ogrn and ogrn != principal.ogrn):
        yield Notice("mchd_principal_mismatch", {"inn": inn, "principal": principal.inn})
    elif _other_snils(principal, name.snils):
        yield Notice("mchd_principal_mismatch", {})
    elif principal.kind is PrincipalKind.ORGANISATION and not _is_of_head(attorney.report):
        yield Notice("mchd_principal_not_head")


def _other_snils(principal: MchdPrincipal, snils: str | None) -> bool:
    """Tell whether a person who gives the power has another СНИЛС than whoever signed it."""
    told = None if principal.kind is PrincipalKind.ORGANISATION else principal.snils
    return bool(told and snils and told != snils)


def _qualified(report: FileReport | None) -> Answer:
    """Answer whether a МЧД was signed with a qualified certificate, as of any other signature."""
    signature = _first(report)
    return Answer.UNKNOWN if signature is None else signature.qualified_certificate


def _is_of_head(report: FileReport | None) -> bool:
    """Tell whether the certificate under the МЧД is that of the head: no employee gives powers."""
    first = _first(report)
    return first is not None and first.authority.kind is AuthorityKind.HEAD


def _first(report: FileReport | None) -> SignatureReport | None:
    signatures = () if report is None else report.signatures
    return next((one for one in signatures if one.kind is SignatureKind.SIGNATURE), None)
