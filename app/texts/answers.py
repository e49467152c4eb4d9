"""The five answers that are always apart (decision 10), as sentences about one signature."""

from collections.abc import Callable
from datetime import datetime

from app.crypto.verdict.facts import ChangesAfter, RevocationStatus
from app.crypto.verdict.report import (
    AuthorityKind,
    Integrity,
    SignatureReport,
    Signer,
    SubIndication,
    Trust,
)
from app.texts import qualification
from app.texts.catalogue import N_, _
from app.texts.package_words import mchd_told
from app.texts.showing import local_date, local_time, plain
from app.texts.verdicts import Tone
from app.values import dataclass


@dataclass(frozen=True)
class SpokenAnswer:
    """One question, its answer, and how it is shown."""

    question: str
    answer: str
    tone: Tone
    label: str
    """One word for the question, where there is little room."""
    short: str = ""
    """The answer alone, where what it rests on has lines of its own; empty: `answer` is short."""
    rests_on: tuple[str, ...] = ()
    """What the short answer rests on: the rest of `answer`, sentence by sentence."""


def five_answers(report: SignatureReport, control_time: datetime) -> tuple[SpokenAnswer, ...]:
    """Answer the five questions about one signature, in their fixed order."""
    return (
        unchanged(report),
        who(report),
        on_whose_behalf(report),
        in_force(report, control_time),
        qualified(report),
    )


def unchanged(report: SignatureReport) -> SpokenAnswer:
    """Answer one: whether the document is unchanged."""
    question, label = _("Is the document unchanged?"), _("Document")
    if report.integrity is Integrity.INTACT:
        answer = _("The document has not changed since it was signed.")
        if report.changes_after is ChangesAfter.SIGNATURE:
            answer = _(
                "The document has not changed; a further signature was added after this one."
            )
        return SpokenAnswer(question, answer, Tone.GOOD, label)
    if report.integrity is Integrity.BROKEN:
        return SpokenAnswer(question, _broken(report), Tone.BAD, label)
    return SpokenAnswer(question, _not_established(report), Tone.UNSURE, label)


def _broken(report: SignatureReport) -> str:
    if "digest_mismatch" in report.reasons:
        return _("The document was changed after the signing, or it is another document.")
    return altered()


def altered() -> str:
    """Say that the signature value is wrong."""
    return _("The signature itself was altered, or it was not made with this certificate.")


def _not_established(report: SignatureReport) -> str:
    if report.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND:
        return _("Not established: the document itself was not found.")
    if report.changes_after not in {None, ChangesAfter.NONE}:
        return _("What was signed is intact, but the file was changed after the signing.")
    return _("Not established.")


def who(report: SignatureReport) -> SpokenAnswer:
    """Answer two: who signed, by the certificate."""
    question, label = _("Who signed?"), _("Signed by")
    if report.signer is None:
        unknown = _("Unknown: the certificate was not found.")
        return SpokenAnswer(question, unknown, Tone.UNSURE, label)
    name = person_and_organization(report.signer)
    if report.practice:
        return SpokenAnswer(question, name, Tone.PLAIN, label)
    if report.integrity is Integrity.BROKEN:
        said = _("{name} — so says the certificate, but the signature does not prove it.")
        return SpokenAnswer(question, said.format(name=name), Tone.BAD, label)
    if report.trust is Trust.TRUSTED:
        return SpokenAnswer(question, name, Tone.GOOD, label)
    said = _("{name} — so says the certificate; its issuer is not confirmed.")
    return SpokenAnswer(question, said.format(name=name), Tone.UNSURE, label)


def person_and_organization(signer: Signer) -> str:
    """Name the signer as people do: the person, then the organization, with their numbers."""
    person = " ".join(part for part in (signer.surname, signer.given_name) if part)
    parts = [person, signer.organization if signer.organization != person else None]
    named = [plain(part) for part in parts if part] or [plain(signer.common_name or signer.subject)]
    number = signer.inn_le or signer.inn
    if number:
        named.append(_("INN {number}").format(number=plain(number)))
    return ", ".join(named)


_AUTHORITY = {
    AuthorityKind.IP: N_("On their own behalf, as an individual entrepreneur."),
    AuthorityKind.HEAD: N_(
        "On behalf of {organization}: the certificate names its head, no power of attorney is needed. "
        "Whether this person heads it today is not checked: the register (EGRUL) was not asked."
    ),
    AuthorityKind.MCHD: N_("By a machine-readable power of attorney."),
    AuthorityKind.PERSON_ONLY: N_(
        "A person only. Powers from an organization are not confirmed: no machine-readable power of "
        "attorney (МЧД) is attached; ask for it if the document needs one."
    ),
    AuthorityKind.NO_PERSON: N_(
        "On behalf of {organization}, without a person's name (an automatic signature or a seal)."
    ),
    AuthorityKind.UNKNOWN: N_("Not established by the certificate."),
}


def on_whose_behalf(report: SignatureReport) -> SpokenAnswer:
    """Answer three: on whose behalf and by what authority."""
    told = mchd_told(report.authority)
    if told is not None:
        short, *more = told.sentences
        return SpokenAnswer(
            _("On whose behalf?"),
            " ".join(told.sentences),
            told.tone,
            _("On behalf"),
            short,
            tuple(more),
        )
    signer = report.signer
    organization = None if signer is None else signer.organization or signer.common_name
    answer = _(_AUTHORITY[report.authority.kind])
    answer = answer.format(organization=plain(organization or _("an organization")))
    tone = Tone.UNSURE if report.authority.kind is AuthorityKind.UNKNOWN else Tone.PLAIN
    return SpokenAnswer(_("On whose behalf?"), answer, tone, _("On behalf"))


def in_force(report: SignatureReport, control_time: datetime) -> SpokenAnswer:
    """Answer four: whether the issuer is trusted and the certificate in force, and at which moment."""
    question, label = _("Is the certificate confirmed and in force?"), _("Certificate")
    if report.signer is None:
        unknown = _("Unknown: the certificate was not found.")
        return SpokenAnswer(question, unknown, Tone.UNSURE, label)
    if report.practice:
        return SpokenAnswer(question, _practice_in_force(report), Tone.UNSURE, label)
    parts = [_term(report.signer, control_time), _ISSUER[report.trust]()]
    if report.trust is Trust.TRUSTED:
        parts.append(_REVOCATION[report.revocation]())
    return SpokenAnswer(question, " ".join(parts), _tone_in_force(report, control_time), label)


def _practice_in_force(report: SignatureReport) -> str:
    if report.trust is Trust.TRUSTED:
        return _(
            "A practice certificate of this profile: in order for practice, worthless elsewhere."
        )
    return _("A practice certificate: nobody vouches for it, and nobody may rely on it.")


def _term(signer: Signer, control_time: datetime) -> str:
    """Say whether the term of the certificate includes the control time."""
    moment = local_time(control_time)
    if control_time > signer.not_after:
        said = _("The term of the certificate ended on {day} (checked for {moment}).")
        return said.format(day=local_date(signer.not_after), moment=moment)
    if control_time < signer.not_before:
        said = _("The certificate is valid only from {day} (checked for {moment}).")
        return said.format(day=local_date(signer.not_before), moment=moment)
    said = _("The certificate is in force at {moment}, until {day}.")
    return said.format(day=local_date(signer.not_after), moment=moment)


_ISSUER: dict[Trust, Callable[[], str]] = {
    Trust.TRUSTED: lambda: _("Its issuer is confirmed by a root certificate you trust."),
    Trust.UNTRUSTED: lambda: _("Its issuer is not among those you trust."),
    Trust.UNKNOWN: lambda: _("Its issuer is unknown here; this says nothing against the document."),
}
_REVOCATION: dict[RevocationStatus, Callable[[], str]] = {
    RevocationStatus.GOOD: lambda: _("The certificate is not revoked."),
    RevocationStatus.REVOKED: lambda: _("It, or the certificate of its issuer, is REVOKED."),
    RevocationStatus.ON_HOLD: lambda: _("It is suspended."),
    RevocationStatus.UNKNOWN: lambda: _("Whether it is revoked is not known."),
    RevocationStatus.NOT_CHECKED: lambda: _("Whether it is revoked is not known."),
}


def _tone_in_force(report: SignatureReport, control_time: datetime) -> Tone:
    """Good only when everything is; bad when revoked; else unsure."""
    if report.revocation is RevocationStatus.REVOKED:
        return Tone.BAD
    signer = report.signer
    timely = signer is not None and signer.not_before <= control_time <= signer.not_after
    sure = report.trust is Trust.TRUSTED and report.revocation is RevocationStatus.GOOD
    return Tone.GOOD if timely and sure else Tone.UNSURE


def qualified(report: SignatureReport) -> SpokenAnswer:
    """Answer five: whether the certificate is a qualified one; the tool is never claimed."""
    question, label = _("Is the certificate qualified?"), _("Qualified")
    if report.practice:
        return SpokenAnswer(question, _("No: it is a practice certificate."), Tone.PLAIN, label)
    told = report.qualification
    if told is None:
        unknown = _("Unknown: the certificate was not found.")
        return SpokenAnswer(question, unknown, Tone.UNSURE, label)
    return SpokenAnswer(
        question,
        qualification.whole(told),
        qualification.tone(told),
        label,
        qualification.heading(told),
        (*qualification.reasons(told), *qualification.remarks(told)),
    )


def disclaimer() -> str:
    """Say what no answer of this program says."""
    return _(
        "The check is made by an uncertified tool: it is not a confirmation under art. 11 of 63-FZ."
    )
