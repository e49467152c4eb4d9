"""Rows and cards of the page of certificates, in words. No Qt here."""

from collections.abc import Iterable
from datetime import datetime

from app.crypto.trust.changes import Change
from app.crypto.trust.folders import StoreName
from app.crypto.trust.known_roots import RootStanding, standing_of
from app.crypto.trust.model import FoundList, ListFacts, StoredItem
from app.crypto.verdict.facts import CertificateFacts
from app.texts.catalogue import _, ngettext
from app.texts.errors import describe
from app.texts.showing import local_date, local_time, plain
from app.texts.trust_words import act_words, issuer_name, list_words, store_name
from app.ui.chain_rows import short_name
from app.ui.details import Lines
from app.ui.known_keys import SOON_DAYS, now
from app.ui.rows import Badge, Row, Tone
from app.ui.trusting import is_root
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What is chosen, and what can be done with it."""

    facts: CertificateFacts | None = None
    heading: str = ""
    """Of a list or a change: these have no fields of a certificate."""
    lines: Lines = ()
    trust: str = ""
    """The words on the button that adds it to a store; empty: it is there, or cannot be."""
    remove: bool = False
    undo: bool = False
    go_back: bool = False
    """It is the list of authorities before the one in use."""


def group(key: str, title: str, rows: Iterable[Row]) -> list[Row]:
    """Return rows under their heading; nothing for none."""
    found = list(rows)
    return [Row(key=f"#{key}", title=title, header=True), *found] if found else []


def certificate_row(key: str, facts: CertificateFacts) -> Row:
    """Return the row of one certificate."""
    issuer = plain(facts.issuer.common_name or facts.issuer.organization or facts.issuer.text, 120)
    words = _("issued by {issuer}, until {date}")
    caption = words.format(issuer=issuer, date=local_date(facts.not_after))
    if is_root(facts):
        told = {
            RootStanding.KNOWN: _("national root, fingerprint known, until {date}"),
            RootStanding.IMPOSTOR: _(
                "named like a national root, fingerprint unknown, until {date}"
            ),
        }.get(standing_of(facts), _("root, until {date}"))
        caption = told.format(date=local_date(facts.not_after))
    return Row(
        key=key,
        title=short_name(facts),
        caption=caption,
        icon="landmark" if facts.is_ca else "user-round",
        badge=_badge(facts),
    )


def list_row(key: str, facts: ListFacts) -> Row:
    """Return the row of one revocation list."""
    return Row(
        key=key,
        title=issuer_name(facts),
        caption=list_words(facts, now()),
        icon="history",
        badge=_list_badge(facts, now()),
    )


def item_row(item: StoredItem) -> Row:
    """Return the row of one file of a store."""
    key = str(item.path)
    if item.certificate is not None:
        return certificate_row(key, item.certificate)
    if item.crl is not None:
        return list_row(key, item.crl)
    problem = "" if item.problem is None else describe(item.problem.code).heading
    return Row(
        key=key,
        title=plain(item.path.name),
        caption=problem,
        icon="file-x",
        badge=Badge(_("Cannot be read"), Tone.ERROR),
    )


def change_row(change: Change) -> Row:
    """Return the row of one change of the record."""
    names = [plain(each.title or each.name, 60) for each in (*change.added, *change.removed)]
    what = ", ".join(names[:3]) + ("…" if len(names) > 3 else "")
    who = plain(change.by, 60)
    when = local_time(change.at)
    return Row(
        key=f"change {change.name}",
        title=act_words(change.reason),
        caption=" · ".join(part for part in (when, who, what) if part),
        icon="history",
        badge=None if change.undone is None else Badge(_("Undone"), Tone.PLAIN),
    )


def list_lines(facts: ListFacts, source: str = "") -> Lines:
    """Return what a revocation list says, in lines."""
    signed = {
        True: _("by an authority that is here"),
        False: _("by none of the authorities of this name that are here"),
        None: _("its authority is not here yet"),
    }[facts.signed]
    said = [
        (_("Issuer"), plain(facts.issuer.text)),
        (_("Made"), local_time(facts.this_update)),
        (
            _("Next one"),
            _("not named") if facts.next_update is None else local_time(facts.next_update),
        ),
        (_("Revoked certificates"), "—" if facts.entries is None else str(facts.entries)),
        (_("Number"), facts.number or "—"),
        (_("Signed"), signed),
        ("SHA-256", facts.sha256.upper()),
        (_("From"), plain(source)),
    ]
    return tuple((label, value) for label, value in said if value)


def found_list_lines(found: FoundList) -> Lines:
    """Return the lines of a list that was opened."""
    return list_lines(found.facts, found.source)


def change_lines(change: Change) -> Lines:
    """Return who did what and when, in lines."""
    undone = change.undone
    taken_back = ""
    if undone is not None:
        taken_back = " · ".join(part for part in (local_time(undone.at), plain(undone.by)) if part)
    said = [
        (_("When"), local_time(change.at)),
        (_("By"), plain(change.by)),
        (_("From"), plain(change.source)),
        (_("Undone"), taken_back),
        (_("Change"), change.name),
    ]
    for words, files in ((_("Added"), change.added), (_("Taken out"), change.removed)):
        said += [
            (f"{words}: {store_name(each.store)}", f"{plain(each.title, 160)}\n{each.sha256}")
            for each in files
        ]
    return tuple((label, value) for label, value in said if value)


def matches(item: StoredItem, text: str) -> bool:
    """Tell whether a search finds an item: by names, numbers, fingerprint."""
    wanted = text.casefold().split()
    if item.certificate is not None:
        facts = item.certificate
        said = (facts.subject.text, facts.issuer.text, facts.serial, facts.sha256)
    elif item.crl is not None:
        said = (item.crl.issuer.text, item.crl.sha256, item.crl.number or "", "")
    else:
        said = (item.path.name, "", "", "")
    everything = " ".join(said).casefold()
    return all(word in everything for word in wanted)


def empty_words(store: StoreName | None) -> tuple[str, str]:
    """Say what an empty store is for."""
    if store is StoreName.ANCHORS:
        return (
            _("No root is trusted yet"),
            _(
                "A root is where trust begins: every signature is confirmed by a chain up to it. Open the file of a root from its authority, compare the fingerprint, trust it. National roots are named by their fingerprints."
            ),
        )
    if store is StoreName.INTERMEDIATES:
        return (
            _("No intermediate certificates yet"),
            _(
                "They join a signer to a root, and come by themselves with «Install missing certificates»."
            ),
        )
    if store is StoreName.CRLS:
        return (
            _("No revocation lists yet"),
            _(
                "They say which certificates were taken back. Drop a .crl file here, or fetch them with «Renew revocation lists»."
            ),
        )
    if store is StoreName.PERSONAL:
        return (
            _("No certificates of your own yet"),
            _("Certificates of your keys come here when you install them on «Keys and tokens»."),
        )
    if store is StoreName.OTHERS:
        return (
            _("No certificates of other people yet"),
            _("Open the certificate of a partner and add it: it will be at hand."),
        )
    return (
        _("No certificates yet"),
        _(
            "Open a certificate file (.cer, .crt, .pem, .p7b) or drop it here: you will see its fields and its chain, and can add a root to the trusted ones."
        ),
    )


def _list_badge(facts: ListFacts, at: datetime) -> Badge:
    if facts.signed is False:
        return Badge(_("Not confirmed"), Tone.WARN)
    if facts.next_update is not None and facts.next_update < at:
        return Badge(_("Out of date"), Tone.WARN)
    return Badge(_("In force"), Tone.OK)


def _badge(facts: CertificateFacts) -> Badge:
    at = now()
    if at > facts.not_after:
        return Badge(_("Expired"), Tone.ERROR)
    if at < facts.not_before:
        return Badge(_("Not in force yet"), Tone.WARN)
    if facts.practice:
        return Badge(_("Practice"), Tone.PRACTICE)
    if is_root(facts) and standing_of(facts) is RootStanding.IMPOSTOR:
        return Badge(_("Beware"), Tone.WARN)
    days = (facts.not_after - at).days
    if days <= SOON_DAYS:
        words = ngettext("Expires in {n} day", "Expires in {n} days", days).format(n=days)
        return Badge(words, Tone.WARN)
    return Badge(_("In force"), Tone.OK)
