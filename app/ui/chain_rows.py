"""A chain of certificates as rows of a list, the root on top. No Qt here."""

from dataclasses import replace
from datetime import datetime

from app.crypto.verdict.answers import revocation_at
from app.crypto.verdict.facts import (
    CertificateFacts,
    ChainFacts,
    LinkFacts,
    Name,
    RevocationStatus,
)
from app.texts import verdicts
from app.texts.catalogue import _
from app.texts.certificate_check import revocation_words
from app.texts.showing import local_date, plain
from app.ui.rows import Badge, ReasonText, Row, Tone

LACKING = "lacking"
"""The key of the row that stands for a missing issuer."""


def short_name(facts: CertificateFacts) -> str:
    """Return whose certificate it is, in a few words."""
    name = facts.subject
    person = " ".join(part for part in (name.surname, name.given_name) if part)
    return plain(name.common_name or person or name.organization or name.text, 120)


def chain_rows(chain: ChainFacts, at: datetime) -> list[Row]:
    """Return the links from the root down to the certificate itself; keys are their places.

    Where an issuer is missing, its gap stands on top, under the key ``LACKING``.
    """
    rows = [_row(chain, place, at) for place in range(len(chain.links))]
    if chain.break_code == "issuer_not_found":
        rows.append(_gap(chain.links[-1].certificate.issuer))
    rows.reverse()
    return rows


def _gap(issuer: Name) -> Row:
    return Row(
        key=LACKING,
        title=plain(issuer.common_name or issuer.organization or issuer.text, 120),
        caption=_("This certificate is missing: it was found nowhere"),
        icon="unlink",
        tone=Tone.ERROR,
        badge=Badge(_("Missing"), Tone.ERROR),
    )


def _row(chain: ChainFacts, place: int, at: datetime) -> Row:
    facts = chain.links[place].certificate
    words, tone = _state(chain, place, at)
    return Row(
        key=str(place),
        title=short_name(facts),
        caption=_("{state}, until {date}").format(state=words, date=local_date(facts.not_after)),
        icon=("landmark" if facts.is_ca else "user-round") if tone is not Tone.ERROR else "unlink",
        tone=tone,
    )


def _state(chain: ChainFacts, place: int, at: datetime) -> tuple[str, Tone]:
    link = chain.links[place]
    sound = Tone.PRACTICE if link.certificate.practice else Tone.OK
    if link.anchor:
        return _("Practice root") if link.certificate.practice else _("Trusted root"), sound
    if chain.broken_at == place or link.problems:
        return _("The chain breaks here"), Tone.ERROR
    return {
        RevocationStatus.REVOKED: (_("Revoked"), Tone.ERROR),
        RevocationStatus.ON_HOLD: (_("Suspended"), Tone.ERROR),
        RevocationStatus.GOOD: (_("In order"), sound),
    }.get(revocation_at(link, at), (_("Revocation unknown"), Tone.WARN))


def link_reason(chain: ChainFacts, place: int, at: datetime) -> ReasonText:
    """Say how one link stands, and by what that is known."""
    link = chain.links[place]
    words, tone = _state(chain, place, at)
    if chain.broken_at == place or link.problems:
        codes = {notice.code: notice.facts for notice in link.problems}
        if chain.broken_at == place and chain.break_code is not None:
            codes.setdefault(chain.break_code, {})
        told = [verdicts.notice(code, facts) for code, facts in codes.items()]
        return ReasonText(heading=words, explanation=" ".join(told), tone=Tone.ERROR)
    if link.anchor:
        return ReasonText(
            heading=words, explanation=_("You decided to trust it; the chain ends here."), tone=tone
        )
    # Data that are out of date by now prove nothing, whatever they say.
    known = revocation_words(replace(link.revocation, status=revocation_at(link, at)))
    return ReasonText(heading=words, explanation=f"{known[:1].upper()}{known[1:]}.", tone=tone)


def gap_reason(chain: ChainFacts) -> ReasonText:
    """Say of a missing issuer what is to be done."""
    issuer = chain.links[-1].certificate.issuer
    name = plain(issuer.common_name or issuer.organization or issuer.text, 120)
    return ReasonText(
        heading=_("This certificate is missing: it was found nowhere"),
        explanation=name,
        advice=_("«Find what is missing…» looks for it in the network, in a file or in a folder."),
        tone=Tone.ERROR,
    )


def chain_reason(chain: ChainFacts) -> ReasonText | None:
    """Say where and why a chain breaks; None for a whole one."""
    if chain.broken_at is None or chain.break_code is None:
        return None
    link: LinkFacts = chain.links[chain.broken_at]
    said = {notice.code: notice.facts for notice in link.problems}
    return ReasonText(
        heading=verdicts.notice(chain.break_code, said.get(chain.break_code)),
        explanation=_("The chain breaks at: {name}").format(name=short_name(link.certificate)),
        tone=Tone.WARN,
    )
