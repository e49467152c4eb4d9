"""One table for a batch or a month: a row for each signature of each document, in words.

Pure: values in, values out. `table_files` writes them.
"""

from collections.abc import Iterator
from datetime import date, datetime

from app.crypto.mchd.checking import MOSCOW
from app.crypto.packages.door import CheckedPackage
from app.crypto.packages.model import DocumentCard, Party
from app.crypto.packages.tree import Branch
from app.crypto.verdict.facts import Notice, SignatureKind
from app.crypto.verdict.report import (
    AuthorityKind,
    FileReport,
    Indication,
    SignatureReport,
    Standing,
)
from app.texts.answers import on_whose_behalf
from app.texts.catalogue import N_, _
from app.texts.errors import describe
from app.texts.showing import local_time, plain
from app.texts.standings import standing_heading
from app.texts.verdicts import explanation, file_heading, heading_of, notice, reasons
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """What a table says of one signature of one document."""

    document: str
    """Name of the file, with its folder or archive where it has one."""
    number: str
    day: date | None
    total: str
    """As the document writes it, with a point; empty: it names none."""
    contractor: str
    contractor_inn: str
    signer: str
    behalf: str
    mchd: str
    """Number of the power of attorney; empty: none lies there."""
    mchd_verdict: str
    verdict: str
    indication: Indication
    reason: str
    standing: Standing
    warning: str
    signed_at: datetime | None
    """Proved, or else claimed."""
    file: str
    """The file that holds the signature."""
    sha256: str
    checked_earlier: datetime | None = None
    """The verdict is that of an earlier check."""

    @property
    def standing_told(self) -> str:
        """Where the file stands in the batch, in words."""
        return standing_heading(self.standing)


COLUMNS: tuple[tuple[str, str], ...] = (
    ("document", N_("Document")),
    ("number", N_("Number")),
    ("day", N_("Date")),
    ("total", N_("Sum")),
    ("contractor", N_("Contractor")),
    ("contractor_inn", N_("Contractor's INN")),
    ("signer", N_("Signer")),
    ("behalf", N_("On whose behalf")),
    ("mchd", N_("Power of attorney (МЧД)")),
    ("mchd_verdict", N_("State of the МЧД")),
    ("verdict", N_("Verdict")),
    ("reason", N_("Reason")),
    ("standing_told", N_("Standing")),
    ("warning", N_("Warning")),
    ("signed_at", N_("Signed on")),
    ("file", N_("Signature file")),
    ("sha256", N_("SHA-256 of the file")),
    ("checked_earlier", N_("Checked earlier")),
)
"""Name of the field, heading."""

_MCHD_TOLD = {
    Indication.TOTAL_PASSED: N_("confirmed; the register was not asked"),
    Indication.INDETERMINATE: N_("not confirmed"),
    Indication.TOTAL_FAILED: N_("gives no authority"),
}


def table_of(checked: CheckedPackage) -> tuple[TableRow, ...]:
    """Return the rows in the order of the tree; powers of attorney only where they are in trouble."""
    rows: list[TableRow] = []
    for branch in checked.tree:
        found = tuple(_rows(branch, checked))
        if not branch.mchd or any(row.indication is Indication.TOTAL_FAILED for row in found):
            rows += found
    return tuple(rows)


def _rows(branch: Branch, checked: CheckedPackage) -> Iterator[TableRow]:
    for index in branch.files:
        report = checked.checked.report.files[index]
        earlier = checked.earlier.get(report.path)
        signatures: list[SignatureReport | None] = [
            one for one in report.signatures if one.kind is not SignatureKind.DOCUMENT_TIMESTAMP
        ]
        for one in signatures or [None]:
            yield _row(branch, report, one, earlier)


def _row(
    branch: Branch,
    report: FileReport,
    signature: SignatureReport | None,
    earlier: datetime | None,
) -> TableRow:
    card = branch.card or DocumentCard()
    warnings = _warnings(branch, signature)
    other = _contractor(card, signature)
    mchd = None if signature is None else signature.authority.mchd
    times = None if signature is None else signature.signing_time
    return TableRow(
        document=plain(branch.shown.name),
        number=plain(card.number or ""),
        day=card.day,
        total=card.total or "",
        contractor=plain(other.name),
        contractor_inn=plain(other.inn or ""),
        signer="" if signature is None else _signer(signature),
        behalf="" if signature is None else on_whose_behalf(signature).answer,
        mchd="" if mchd is None else plain(mchd.number or "…"),
        mchd_verdict="" if mchd is None else _(_MCHD_TOLD[mchd.indication]),
        verdict=file_heading(report) if signature is None else heading_of(signature),
        indication=report.verdict if signature is None else signature.verdict,
        reason=_reason(report, signature),
        standing=report.standing,
        warning=" ".join(warnings),
        signed_at=None if times is None else times.mdv_63fz or times.rfc3161 or times.claimed,
        file=plain(report.path, 1000),
        sha256=report.sha256 or "",
        checked_earlier=earlier,
    )


def _signer(signature: SignatureReport) -> str:
    found = signature.signer
    if found is None:
        return ""
    person = " ".join(part for part in (found.surname, found.given_name) if part)
    name = plain(person or found.common_name or found.subject)
    return f"{name}, {plain(found.organization)}" if found.organization else name


def _reason(report: FileReport, signature: SignatureReport | None) -> str:
    """Say in one or two sentences why the verdict is what it is."""
    if signature is None:
        told = [describe(one.code, one.facts).explanation for one in report.errors]
        return " ".join(told)
    cause = explanation(signature)
    if cause is None:
        return ""
    first = next(iter(reasons(signature)), "")
    return cause.sentence if first in {"", cause.sentence} else f"{cause.sentence} {first}"


def _warnings(branch: Branch, signature: SignatureReport | None) -> tuple[str, ...]:
    told = [notice(one.code, one.facts) for one in branch.notices]
    if signature is not None and branch.card is not None:
        mismatch = party_mismatch(branch.card, signature)
        if mismatch is not None:
            told.append(notice(mismatch.code, mismatch.facts))
    return tuple(dict.fromkeys(told))


def party_mismatch(card: DocumentCard, signature: SignatureReport) -> Notice | None:
    """Warn if the document names its sides, and whoever signed is none of them."""
    sides = {each.inn for each in (card.seller, card.buyer) if each.inn}
    own = _own_inn(signature)
    if not sides or own is None or own in sides:
        return None
    return Notice(
        "party_mismatch",
        {"inn": own, "seller": card.seller.inn or "…", "buyer": card.buyer.inn or "…"},
    )


def _own_inn(signature: SignatureReport) -> str | None:
    """Return the ИНН of whom the signer speaks for: by МЧД, by certificate, or the person's own."""
    found = signature.signer
    if found is None:
        return None
    mchd = signature.authority.mchd
    acts_by = signature.authority.kind is AuthorityKind.MCHD
    if acts_by and mchd is not None and mchd.principal_inn:
        return mchd.principal_inn
    old = found.inn if found.inn is not None and found.inn.startswith("00") else None
    padded = None if old is None or found.ogrnip or len(old) != 12 else old[2:]
    return found.inn_le or (padded if found.organization else None) or found.inn


def _contractor(card: DocumentCard, signature: SignatureReport | None) -> Party:
    """Return the side that signed; where that is neither or unknown, the seller."""
    own = None if signature is None else _own_inn(signature)
    if own is not None and own == card.buyer.inn:
        return card.buyer
    return card.seller


def cell_text(row: TableRow, field: str) -> str:
    """Return one cell as people read it: days as day.month.year, moments local with offset."""
    value = getattr(row, field)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local_time(value)
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value)


def naive_moscow(moment: datetime) -> datetime:
    """Return a moment as a table for Excel keeps it: Moscow time, which has no offset there."""
    return moment.astimezone(MOSCOW).replace(tzinfo=None)
