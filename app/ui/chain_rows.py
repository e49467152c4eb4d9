"""A chain of certificates as rows of a list, the root on top. No Qt here."""

from datetime import datetime

from app.crypto.verdict.answers import revocation_at
from app.crypto.verdict.facts import CertificateFacts, ChainFacts, LinkFacts, RevocationStatus
from app.texts import verdicts
from app.texts.catalogue import _
from app.texts.showing import local_date, plain
from app.ui.rows import Badge, ReasonText, Row, Tone


def short_name(facts: CertificateFacts) -> str:
    """Return whose certificate it is, in a few words."""
    name = facts.subject
    person = " ".join(part for part in (name.surname, name.given_name) if part)
    return plain(name.common_name or person or name.organization or name.text, 120)


def chain_rows(chain: ChainFacts, at: datetime) -> list[Row]:
    """Return the links from the root down to the certificate itself; keys are their places."""
    rows = [
        Row(
            key=str(place),
            title=short_name(link.certificate),
            caption=_("until {date}").format(date=local_date(link.certificate.not_after)),
            icon="landmark" if link.certificate.is_ca else "user-round",
            badge=_badge(chain, place, at),
        )
        for place, link in enumerate(chain.links)
    ]
    rows.reverse()
    return rows


def _badge(chain: ChainFacts, place: int, at: datetime) -> Badge:
    link = chain.links[place]
    practice = link.certificate.practice
    if link.anchor:
        words = _("Practice root") if practice else _("Trusted root")
        return Badge(words, Tone.PRACTICE if practice else Tone.OK)
    if chain.broken_at == place or link.problems:
        return Badge(_("The chain breaks here"), Tone.ERROR, "unlink")
    words, tone = {
        RevocationStatus.REVOKED: (_("Revoked"), Tone.ERROR),
        RevocationStatus.ON_HOLD: (_("Suspended"), Tone.ERROR),
        RevocationStatus.GOOD: (_("In order"), Tone.PRACTICE if practice else Tone.OK),
    }.get(revocation_at(link, at), (_("Revocation unknown"), Tone.WARN))
    return Badge(words, tone)


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
