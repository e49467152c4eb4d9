"""Words about keys that end, about their renewal, and about a key that takes another's place."""

from collections.abc import Mapping

from app.crypto.containers.terms import OVER, Ending, EndOf
from app.crypto.requests.purpose import Purpose
from app.crypto.verdict.facts import CertificateFacts
from app.texts.catalogue import N_, _, ngettext
from app.texts.purposes import purpose_words
from app.texts.showing import local_date, plain

_FNS, _TREASURY, _BANK = "1047707030513", "1047797019830", "1037700013020"
"""ОГРН of the state's authorities, as the register of legal entities shows them."""
_STATE: Mapping[str, tuple[str, ...]] = {
    _TREASURY: (
        N_("Who asks: a body of the state or of a municipality, or an organization of the budget."),
        N_("Make the request in the information system of the Treasury; it makes the key too."),
        N_("Take along on the first visit: passport, СНИЛС, the order of appointment, a token."),
        N_(
            "If your present signature is still in force, the request is signed with it and no visit is needed."
        ),
    ),
    _BANK: (
        N_("Who asks: the head of a bank or of another financial organization."),
        N_("Apply in the personal account of the Bank of Russia."),
        N_("Take along on the first visit: passport, СНИЛС, a certified token."),
        N_(
            "If your present signature is still in force, the request is signed with it and no visit is needed."
        ),
    ),
}


_COMMERCIAL = (
    N_("Begin a month before the end: checks of data may take days."),
    N_(
        "While your present signature is in force, many authorities renew without a visit: the application is signed with it."
    ),
    N_("For a visit take along: passport, СНИЛС, ИНН, a token; for an organization its ОГРН too."),
    N_(
        "If the authority takes requests (PKCS#10): make a new key and a request, never renew an old key."
    ),
    N_("Install the certificate that comes, and test the key."),
    N_(
        "Powers of attorney (МЧД) and accounts in portals that name the old certificate: bring in the new one."
    ),
    N_("Keep the old certificate: documents signed with it are checked by it."),
)
"""Of every other authority."""


def ending_heading(ending: Ending, owner: str) -> str:
    """Say in one sentence what ends and when."""
    if ending.threshold == OVER:
        words = {
            EndOf.CERTIFICATE: _("The certificate has expired: {owner}"),
            EndOf.KEY: _("The term of the key is over: {owner}"),
        }[ending.of]
        return words.format(owner=owner)
    days = max(0, ending.days)
    if days == 0:
        words = {
            EndOf.CERTIFICATE: _("The certificate expires within a day: {owner}"),
            EndOf.KEY: _("The term of the key ends within a day: {owner}"),
        }[ending.of]
        return words.format(owner=owner)
    if ending.of is EndOf.KEY:
        words = ngettext(
            "The term of the key ends in {n} day: {owner}",
            "The term of the key ends in {n} days: {owner}",
            days,
        )
    else:
        words = ngettext(
            "The certificate expires in {n} day: {owner}",
            "The certificate expires in {n} days: {owner}",
            days,
        )
    return words.format(n=days, owner=owner)


def ending_dates(ending: Ending) -> str:
    """Say both ends: of the certificate and of the key."""
    words = _("Certificate until {date}.").format(date=local_date(ending.certificate.not_after))
    if ending.row.key_not_after is None:
        return words
    key = _("Key until {date}.").format(date=local_date(ending.row.key_not_after))
    return f"{words} {key}"


def days_left_words(days: int) -> str:
    """Say how many days are left."""
    if days < 0:
        return _("it is over")
    return ngettext("{n} day left", "{n} days left", days).format(n=days)


def renewal_title(facts: CertificateFacts) -> str:
    """Say from whom a certificate is had anew."""
    issuer = facts.issuer.organization or facts.issuer.common_name or facts.issuer.text
    return _("Renewal at: {issuer}").format(issuer=plain(issuer, 200))


def renewal_steps(facts: CertificateFacts, *, in_window: bool = False) -> tuple[str, ...]:
    """Return what to do for a new certificate, by who has issued the present one."""
    ogrn = facts.issuer.ogrn or ""
    if ogrn == _FNS:
        return purpose_words(Purpose.FNS, in_window=in_window).steps
    return tuple(_(step) for step in _STATE.get(ogrn, _COMMERCIAL))


def renewal_text(ending: Ending, owner: str) -> str:
    """Return the list of what to do as plain text, with boxes to be ticked."""
    facts = ending.certificate
    lines = [renewal_title(facts), owner, ending_dates(ending), ""]
    lines += [f"[ ] {step}" for step in renewal_steps(facts, in_window=True)]
    return "\n".join(lines) + "\n"
