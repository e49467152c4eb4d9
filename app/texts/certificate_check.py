"""The check of a certificate in words: the same lines for the command, the window and the paper."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from app.crypto.accreditation import moscow
from app.crypto.accreditation.on_day import in_force
from app.crypto.certificates.checked import CheckedCertificate
from app.crypto.certificates.requisites import authority_tool_class
from app.crypto.verdict.accreditation_facts import AccreditationFacts
from app.crypto.verdict.facts import RevocationFacts, RevocationStatus
from app.crypto.verdict.report import Answer, Indication
from app.texts import qualification
from app.texts.catalogue import N_, _
from app.texts.certificate_fields import FieldGroup, field_groups, purpose_words, usage_words
from app.texts.network_words import use_lines
from app.texts.showing import local_time, plain
from app.texts.verdicts import Tone, notice

_TONES: Mapping[Indication, Tone] = {
    Indication.TOTAL_PASSED: Tone.GOOD,
    Indication.TOTAL_FAILED: Tone.BAD,
}


def conclusion(checked: CheckedCertificate) -> str:
    """Say in one sentence whether one may rely on the certificate at the moment of the check."""
    if checked.certificate.practice:
        return _("A PRACTICE certificate: nobody vouches for it")
    moment = local_time(checked.at)
    if checked.indication is Indication.TOTAL_PASSED:
        return _("The certificate is in force at {moment}.").format(moment=moment)
    if checked.indication is Indication.TOTAL_FAILED:
        return _("The certificate is NOT in force at {moment}.").format(moment=moment)
    return _("Whether the certificate is in force at {moment} is not established.").format(
        moment=moment
    )


def conclusion_tone(checked: CheckedCertificate) -> Tone:
    """Return how the conclusion is shown."""
    return _TONES.get(checked.indication, Tone.UNSURE)


def why(checked: CheckedCertificate) -> str | None:
    """Return the reason, where the certificate is not in force or that is unknown."""
    return None if checked.state == "in_force" else notice(checked.state)


def remarks(checked: CheckedCertificate) -> tuple[str, ...]:
    """Return what else is to be known, each once."""
    return tuple(dict.fromkeys(notice(one.code, one.facts) for one in checked.remarks))


def groups(checked: CheckedCertificate) -> tuple[FieldGroup, ...]:
    """Return what was checked, group by group, then all fields of the certificate."""
    found = (
        FieldGroup(_("Chain of certificates"), tuple(_chain(checked))),
        FieldGroup(_("Revocation"), tuple(_revocation(checked))),
        FieldGroup(_("Accreditation of the issuer"), tuple(_accreditation(checked))),
        FieldGroup(_("Qualified certificate"), tuple(_qualification(checked))),
        FieldGroup(_("Limits of use"), tuple(_limits(checked))),
        FieldGroup(_("What was asked of the network"), tuple(_asked(checked))),
        FieldGroup(_("What was not checked"), tuple(_not_checked(checked))),
    )
    return (*(group for group in found if group.lines), *field_groups(checked.certificate))


def link_state(state: str) -> str:
    """Say the state of one link."""
    if state == "ok":
        return _("in order, not revoked")
    return _("a root you trust") if state == "anchor" else notice(state)


def _chain(checked: CheckedCertificate) -> Iterator[tuple[str, str]]:
    for number, (link, told) in enumerate(
        zip(checked.chain.links, checked.links, strict=True), start=1
    ):
        name = link.certificate.subject
        shown = plain(name.common_name or name.organization or name.text)
        yield str(number), f"{shown} — {link_state(told.state)}"
    if checked.chain.broken_at is not None:
        code = checked.chain.break_code or "issuer_not_found"
        yield _("The chain breaks"), notice(code)


_STATES: Mapping[RevocationStatus, str] = {
    RevocationStatus.GOOD: N_("not revoked"),
    RevocationStatus.REVOKED: N_("REVOKED"),
    RevocationStatus.ON_HOLD: N_("suspended"),
    RevocationStatus.UNKNOWN: N_("not known"),
    RevocationStatus.NOT_CHECKED: N_("not known"),
}


def _revocation(checked: CheckedCertificate) -> Iterator[tuple[str, str]]:
    for number, link in enumerate(checked.chain.links, start=1):
        if not link.anchor:
            yield str(number), revocation_words(link.revocation)


def revocation_words(found: RevocationFacts) -> str:
    """Say whether a certificate is revoked, since when, and by what that is known."""
    told = [_(_STATES[found.status])]
    if found.revoked_at is not None:
        told.append(_("since {moment}").format(moment=local_time(found.revoked_at)))
    if found.this_update is not None:
        said = _("by the answer of OCSP of {moment}")
        if found.source == "crl":
            said = _("by the revocation list of {moment}")
        told.append(said.format(moment=local_time(found.this_update)))
    if found.problem is not None:
        told.append(notice(found.problem))
    return ", ".join(told)


def _accreditation(checked: CheckedCertificate) -> Iterator[tuple[str, str]]:
    facts = checked.accreditation
    if facts is None:
        yield _("List"), notice("accredited_list_absent")
        return
    known = _("version {version} of {moment}")
    moment = local_time(facts.list_date)
    yield _("List"), known.format(version=facts.list_version, moment=moment)
    yield _("SHA-256 of the list"), facts.list_sha256
    yield _("Signature of the list"), _signer(facts)
    if facts.ca_name is None:
        yield _("Issuer"), notice("issuer_not_accredited")
        return
    yield from _authority(facts)
    issued = _day(checked.certificate.not_before)
    on_issue = {
        Answer.YES: _("accredited on {date}, the day of issue"),
        Answer.NO: _("not accredited on {date}, the day of issue"),
        Answer.UNKNOWN: _("not known for {date}, the day of issue"),
    }
    yield _("Day of issue"), on_issue[checked.qualification.accredited_on_issue].format(date=issued)


def _day(moment: datetime) -> str:
    """Return a day as the register counts it, by Moscow's time."""
    return f"{moscow.day(moment):%d.%m.%Y}"


def _signer(facts: AccreditationFacts) -> str:
    if not facts.list_signature_checked:
        return _("not checked")
    if facts.signer_pinned_by == "user":
        return _("holds; you agreed to its signer")
    return _("holds; the program knows its signer")


def _authority(facts: AccreditationFacts) -> Iterator[tuple[str, str]]:
    yield _("Issuer"), plain(facts.ca_name)
    for label, value in (
        (_("Number in the register"), facts.register_number),
        (_("INN"), facts.ca_inn),
        (_("OGRN"), facts.ca_ogrn),
        (_("Class of the issuer's tools"), facts.tool_class),
        (_("Issuer's tool"), facts.tools),
    ):
        if value:
            yield label, plain(value)
    matched = {
        "certificate": _("its certificate stands in the list"),
        "key": _("its key stands in the list, in another certificate"),
    }
    yield _("Found by"), matched.get(facts.matched_by or "", "—")
    for status in facts.statuses:
        word = _("accredited") if in_force(status) else plain(status.text)
        span = _("since {date}").format(date=_day(status.since))
        if status.until is not None:
            first, last = _day(status.since), _day(status.until)
            span = _("from {first} to {last}").format(first=first, last=last)
        yield _("Accreditation"), f"{word}, {span}"


def _qualification(checked: CheckedCertificate) -> Iterator[tuple[str, str]]:
    answer = checked.qualification
    yield _("Answer"), qualification.heading(answer)
    for sentence in qualification.reasons(answer):
        yield _("Why"), sentence
    for sentence in qualification.remarks(answer):
        yield _("Note"), sentence
    level = authority_tool_class(checked.certificate.policies)
    if level is not None:
        yield _("Class of the issuer's tools by the certificate"), level


def _limits(checked: CheckedCertificate) -> Iterator[tuple[str, str]]:
    facts = checked.certificate
    if facts.key_usage is not None:
        yield _("Key usage"), usage_words(facts.key_usage)
    if facts.extended_key_usage:
        yield _("Purposes"), purpose_words(facts.extended_key_usage)
    for text in facts.usage_notices:
        yield _("The issuer's words"), plain(text, 1000)
    if not facts.usage_notices:
        yield _("The issuer's words"), _("none in the certificate")
    end = facts.private_key_not_after
    if end is not None:
        yield _("The key may sign until"), local_time(end)


def _asked(checked: CheckedCertificate) -> Iterator[tuple[str, str]]:
    for number, told in enumerate(use_lines(checked.network), start=1):
        yield str(number), told


def _not_checked(checked: CheckedCertificate) -> Iterator[tuple[str, str]]:
    if not checked.network:
        yield _("Network"), _("it was not asked: all data were on this computer")
    yield _("Key"), _("whether the owner still has it, and with which tool he signs")
    yield (
        _("Person"),
        _("whether his data in the certificate are true; the issuer vouches for them"),
    )
