"""Holding a МЧД against the signature of a document (rule RU-20): pure functions, no files, no clock.

A bad МЧД says nothing against the signature of the document: it only gives no authority. Whether
it was recalled stands in a register that is not asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from app.crypto.certificates.qualified import legal_inn
from app.crypto.verdict.facts import CertificateFacts, Notice, SignatureKind
from app.crypto.verdict.mchd_facts import MchdFacts, MchdRepresentative, PrincipalKind
from app.crypto.verdict.report import (
    Authority,
    AuthorityKind,
    FileReport,
    Indication,
    Integrity,
    MchdAnswer,
    Power,
    SignatureReport,
)

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
    }
)
"""What makes a МЧД no authority for this signature; all other problems leave it undetermined."""


@dataclass(frozen=True, kw_only=True)
class Attorney:
    """A МЧД with the report on its own signature; None: no signature was found."""

    mchd: MchdFacts
    report: FileReport | None
    signer: CertificateFacts | None
    """Who signed the МЧД, by the certificate."""


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
    answers = [(_is_for(signing.signer, one.mchd), answer_of(signing, one)) for one in attorneys]
    own = [answer for fits, answer in answers if fits]
    if not own:
        # Others' powers say nothing of a signer whose certificate names a firm.
        lacking = base.kind is AuthorityKind.PERSON_ONLY
        return replace(base, mchd=answers[0][1]) if lacking else base
    best = min(own, key=lambda one: _ORDER.index(one.indication))
    return replace(base, kind=AuthorityKind.MCHD, mchd=best)


_ORDER = (Indication.TOTAL_PASSED, Indication.INDETERMINATE, Indication.TOTAL_FAILED)


def answer_of(signing: Signing, attorney: Attorney) -> MchdAnswer:
    """Judge one МЧД for one signature."""
    problems = tuple(_problems(signing, attorney))
    codes = {one.code for one in problems}
    indication = Indication.TOTAL_PASSED
    if codes:
        refused = bool(codes & _REFUSALS)
        indication = Indication.TOTAL_FAILED if refused else Indication.INDETERMINATE
    mchd = attorney.mchd
    return MchdAnswer(
        number=mchd.number,
        valid_until=None if mchd.valid_until is None else _end_of(mchd.valid_until),
        principal=mchd.principal.name or mchd.principal.inn,
        powers=tuple(Power(code=one.code, name=one.name) for one in mchd.powers),
        problems=problems,
        indication=indication,
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), MOSCOW).astimezone(UTC)


def _problems(signing: Signing, attorney: Attorney) -> Iterator[Notice]:
    """Run all checks: one that fails hides no other."""
    mchd = attorney.mchd
    for code in mchd.problems:
        yield Notice(code)
    yield from _representative(signing.signer, mchd)
    yield from _term(signing, mchd)
    yield from _signature(attorney)
    yield from _principal(attorney)
    if mchd.delegated:
        yield Notice("mchd_delegated", {"number": mchd.parent_number or ""})
    if mchd.joint and len(mchd.representatives) > 1:
        yield Notice("mchd_joint")


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
    elif principal.kind is PrincipalKind.ORGANISATION and not _is_of_head(attorney.report):
        yield Notice("mchd_principal_not_head")


def _is_of_head(report: FileReport | None) -> bool:
    """Tell whether the certificate under the МЧД is that of the head: no employee gives powers."""
    signatures = () if report is None else report.signatures
    first = next((one for one in signatures if one.kind is SignatureKind.SIGNATURE), None)
    return first is not None and first.authority.kind is AuthorityKind.HEAD
