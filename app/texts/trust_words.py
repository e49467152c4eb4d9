"""Words about the certificate stores: their names, whom one is about to trust, ages, acts."""

from collections.abc import Mapping
from datetime import datetime

from app.crypto.trust.folders import StoreName
from app.crypto.trust.known_roots import RootStanding, known_root, known_roots, standing_of
from app.crypto.trust.model import ListFacts
from app.crypto.verdict.facts import CertificateFacts
from app.texts.catalogue import N_, _, ngettext
from app.texts.certificate_fields import fingerprint
from app.texts.showing import local_date, plain

_STORES: Mapping[StoreName, str] = {
    StoreName.PERSONAL: N_("Personal"),
    StoreName.ANCHORS: N_("Trusted roots"),
    StoreName.INTERMEDIATES: N_("Intermediate"),
    StoreName.OTHERS: N_("Other people"),
    StoreName.CRLS: N_("Revocation lists"),
}
_ACTS: Mapping[str, str] = {
    "install": N_("Certificate of a key installed"),
    "trust": N_("Root trusted"),
    "add": N_("Added to a store"),
    "remove": N_("Taken out of a store"),
    "missing": N_("Missing certificates installed"),
    "bundle": N_("Trust bundle imported"),
    "lists": N_("Revocation lists renewed"),
}


def store_name(store: StoreName) -> str:
    """Return the name of a store."""
    return _(_STORES[store])


def act_words(reason: str) -> str:
    """Return what was done by a change; a code of a newer version as it is."""
    return _(_ACTS[reason]) if reason in _ACTS else plain(reason, 60)


def standing_words(facts: CertificateFacts) -> str:
    """Say what the program itself knows of a root."""
    known = known_root(facts.sha256)
    day = f"{known_roots().checked_on:%d.%m.%Y}"
    if known is not None:
        words = _("Root certificate of {owner}: its fingerprint is known to the program ({date})")
        return words.format(owner=known.of, date=day)
    if standing_of(facts) is RootStanding.IMPOSTOR:
        words = _(
            "BEWARE: it is named like a national root, but its fingerprint is another. Either it is newer than the table of the program ({date}), or it is forged."
        )
        return words.format(date=day)
    return _("The program does not know this root.")


def whom_to_trust(facts: CertificateFacts) -> str:
    """Say in lines whom one is about to trust: name, what is known, term, fingerprint."""
    lines = _("{name}\n{standing}\n\nValid: {begin} to {end}\nSHA-256 fingerprint:\n{fingerprint}")
    return lines.format(
        name=plain(facts.subject.text),
        standing=standing_words(facts),
        begin=local_date(facts.not_before),
        end=local_date(facts.not_after),
        fingerprint=fingerprint(facts.sha256),
    )


def age_words(moment: datetime, now: datetime) -> str:
    """Return how old something is."""
    hours = int((now - moment).total_seconds() // 3600)
    if hours < 1:
        return _("made less than an hour ago")
    if hours < 48:
        return ngettext("made {n} hour ago", "made {n} hours ago", hours).format(n=hours)
    days = hours // 24
    return ngettext("made {n} day ago", "made {n} days ago", days).format(n=days)


def list_words(facts: ListFacts, now: datetime) -> str:
    """Say how old a revocation list is and until when it holds."""
    age = age_words(facts.this_update, now)
    if facts.next_update is None:
        return _("{age}, without a term").format(age=age)
    date = local_date(facts.next_update)
    if facts.next_update < now:
        return _("{age}, out of date since {date}").format(age=age, date=date)
    return _("{age}, in force until {date}").format(age=age, date=date)


def issuer_name(facts: ListFacts) -> str:
    """Return whose list it is."""
    name = facts.issuer
    return plain(name.common_name or name.organization or name.text, 120)
