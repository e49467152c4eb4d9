"""Words for what a file shows of itself: facts, parties, sums, warnings. No Qt here."""

from collections.abc import Iterator, Mapping
from typing import Final

from app.crypto.packages.model import DocumentCard, Party
from app.crypto.verdict.mchd_facts import MchdFacts
from app.crypto.viewing.model import OfficeMark, ViewAnswer, ViewKind
from app.texts.amounts import size_text
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.ui.details import Lines
from app.ui.rows import ReasonText, Tone

_OFFICE: Final[Mapping[OfficeMark, str]] = {
    OfficeMark.MACROS: N_("The file holds macros: programs that may change what is seen."),
    OfficeMark.OTHER_FILES: N_("Other files are embedded in it."),
    OfficeMark.LINKS: N_("Parts of it are fetched from elsewhere when it is opened."),
    OfficeMark.TRACKED: N_("It holds recorded changes that were neither accepted nor refused."),
    OfficeMark.ENCRYPTED: N_("It is encrypted: what is in it cannot be seen."),
    OfficeMark.UNREADABLE: N_("It is damaged, or no Office file: nobody looked into it."),
}
_RECEIPT: Final[Mapping[str, str]] = {
    "number": N_("Number"),
    "day": N_("Day"),
    "time": N_("Time"),
    "file": N_("For the file"),
    "authority": N_("Tax authority"),
}
_MOST_POWERS: Final = 5


def fact_lines(answer: ViewAnswer) -> Lines:
    """Return size and digests."""
    lines = [(_("Size"), size_text(answer.size))]
    if answer.kind is ViewKind.XML:
        lines.append((_("Encoding"), answer.encoding))
    if answer.sha256:
        lines.append(("SHA-256", answer.sha256))
    if answer.streebog256:
        lines.append((_("Streebog-256"), answer.streebog256))
    return tuple(lines)


def card_lines(answer: ViewAnswer) -> Lines:
    """Return what a document of accounting, a power of attorney or a receipt says of itself."""
    if answer.mchd is not None:
        return tuple(_mchd(answer.mchd))
    if answer.receipt:
        return tuple((_(_RECEIPT[code]), plain(value)) for code, value in answer.receipt)
    return () if answer.card is None else tuple(_card(answer.card))


def _card(card: DocumentCard) -> Iterator[tuple[str, str]]:
    if card.number is not None:
        yield _("Number"), plain(card.number)
    if card.day is not None:
        yield _("Day"), f"{card.day:%d.%m.%Y}"
    for label, party in ((_("Seller"), card.seller), (_("Buyer"), card.buyer)):
        words = _party(party)
        if words:
            yield label, words
    if card.total is not None:
        yield _("Sum"), money(card.total)


def _party(party: Party) -> str:
    name = plain(party.name)
    if not party.inn:
        return name
    inn = _("INN {inn}").format(inn=plain(party.inn))
    return f"{name}, {inn}" if name else inn


def money(total: str) -> str:
    """Write a sum as people do: 1 234 567,50."""
    whole, _dot, part = total.partition(".")
    sign = "−" if whole.startswith("-") else ""
    grouped = f"{int(whole.lstrip('-') or 0):,}".replace(",", "\N{NO-BREAK SPACE}")
    # Translators: a number with a decimal point.
    shown = _("{whole}.{part}").format(whole=grouped, part=part[:2].ljust(2, "0"))
    return sign + shown


def _mchd(mchd: MchdFacts) -> Iterator[tuple[str, str]]:
    yield _("Power of attorney"), plain(mchd.number or _("without a number"))
    if mchd.issued is not None and mchd.valid_until is not None:
        term = _("from {since} to {until}")
        yield (
            _("In force"),
            term.format(since=f"{mchd.issued:%d.%m.%Y}", until=f"{mchd.valid_until:%d.%m.%Y}"),
        )
    yield _("Principal"), _party(Party(name=mchd.principal.name, inn=mchd.principal.inn))
    for one in mchd.representatives[:_MOST_POWERS]:
        yield _("Representative"), _party(Party(name=one.name, inn=one.inn))
    for power in mchd.powers[:_MOST_POWERS]:
        code = f"{plain(power.code)} " if power.code else ""
        yield _("Power"), f"{code}{plain(power.name)}"


def office_reason(answer: ViewAnswer) -> ReasonText | None:
    """Say what an Office file holds besides what is seen."""
    if not answer.office:
        return None
    grave = OfficeMark.MACROS in answer.office
    return ReasonText(
        heading=_("Look before you sign"),
        explanation="\n".join(_(_OFFICE[each]) for each in answer.office),
        advice=_("What is signed is the whole file, also what you do not see of it."),
        tone=Tone.ERROR if grave else Tone.WARN,
    )
