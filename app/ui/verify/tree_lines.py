"""The tree of what came in: document → signers → on whose behalf → verdict. Values, no Qt here."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.crypto.packages.model import Member, Role
from app.crypto.packages.tree import Branch
from app.crypto.verdict.report import FileReport, SignatureReport, Standing
from app.reports.table import TableRow, party_mismatch, table_of
from app.texts.answers import on_whose_behalf, person_and_organization
from app.texts.catalogue import _, language
from app.texts.package_words import package_notice
from app.texts.showing import local_time, plain
from app.texts.standings import standing_heading
from app.texts.verdicts import explanation, heading_of, notice
from app.ui.files import Document, State, badge_of
from app.ui.rows import Tone

_TONES = {"TOTAL_PASSED": Tone.OK, "INDETERMINATE": Tone.WARN, "TOTAL_FAILED": Tone.ERROR}


@dataclass(frozen=True, kw_only=True)
class TreeLine:
    """One line of the tree and what hangs under it."""

    key: str
    """Of the document in the list."""
    title: str
    behalf: str = ""
    verdict: str = ""
    reason: str = ""
    tone: Tone = Tone.PLAIN
    standing: Standing = Standing.UNKNOWN
    below: tuple["TreeLine", ...] = field(default=())

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """Return what stands in the columns."""
        return self.title, self.verdict, self.behalf, self.reason


def columns() -> tuple[str, str, str, str]:
    """Return the headings of the columns."""
    return _("Document, signer"), _("Verdict"), _("On whose behalf"), _("Reason, warning")


def standings() -> list[tuple[str, str]]:
    """Return what the tree can be narrowed to: key and words."""
    return [("", _("All")), *((each.value, standing_heading(each)) for each in _ORDER)]


class TreeLines:
    """Makes the lines; remembers each, so that one verdict among hundreds costs one line."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Document, str, tuple[TreeLine, Path]]] = {}

    def of(self, documents: Iterable[Document]) -> tuple[TreeLine, ...]:
        """Return the lines, files that sign one document under one line, МЧД last."""
        found: dict[Path, TreeLine] = {}
        last: list[Path] = []
        for document in documents:
            line, shown = self._line(document)
            known = found.get(shown)
            if known is not None:
                worse = min(known, line, key=lambda one: _ORDER.index(one.standing))
                line = replace(worse, title=known.title, below=known.below + line.below)
            found[shown] = line
            if _is_mchd(document):
                last.append(shown)
        ends = {shown: found.pop(shown) for shown in dict.fromkeys(last)}
        named = sorted(found.values(), key=lambda line: line.title.casefold())
        return (*named, *ends.values())

    def _line(self, document: Document) -> tuple[TreeLine, Path]:
        spoken = language()
        known = self._known.get(document.key)
        if known is None or known[0] is not document or known[1] != spoken:
            known = (document, spoken, _line(document))
            self._known[document.key] = known
        return known[2]


_ORDER = (
    Standing.BROKEN,
    Standing.PROBLEM,
    Standing.UNKNOWN,
    Standing.TIME_NOT_PROVED,
    Standing.PASSED_AS_OF,
    Standing.PASSED,
    Standing.NO_SIGNATURE,
)


def _signed_by(document: Document) -> Member | None:
    """Return the document that a file of a package signs, or the file itself."""
    package = document.package
    if package is None:
        return None
    known = {each.path: each for each in package.members}
    pairs = {pair.signature: pair.document for pair in package.pairs}
    return known.get(pairs.get(document.path) or document.path)


def _is_mchd(document: Document) -> bool:
    signed = _signed_by(document)
    return signed is not None and signed.role is Role.MCHD


def _line(document: Document) -> tuple[TreeLine, Path]:
    whole = document.whole
    if whole is None or document.state is not State.CHECKED or not whole.tree:
        signed = _signed_by(document)
        shown = (document.shown or document.path) if signed is None else signed.shown
        badge = badge_of(document)
        line = TreeLine(
            key=document.key, title=plain(shown.name), verdict=badge.text, tone=badge.tone
        )
        return line, shown
    branch, report = whole.tree[0], whole.checked.report.files[0]
    badge = badge_of(document)
    line = TreeLine(
        key=document.key,
        title=plain(branch.shown.name),
        verdict=badge.text,
        reason=" ".join(_told_of(branch, report, document)),
        tone=badge.tone,
        standing=report.standing,
        below=tuple(_signer(document, branch, report, one) for one in report.signatures),
    )
    return line, branch.shown


def _told_of(branch: Branch, report: FileReport, document: Document) -> Iterable[str]:
    if branch.mchd:
        yield _("Power of attorney (МЧД).")
    if branch.document is None and report.content is None:
        yield _("The document itself is missing.")
    whole = document.whole
    earlier = None if whole is None else whole.earlier.get(report.path)
    if earlier is not None:
        yield _("Verdict of an earlier check, of {moment}.").format(moment=local_time(earlier))
    for each in branch.notices:
        yield package_notice(each)


def _signer(
    document: Document, branch: Branch, report: FileReport, one: SignatureReport
) -> TreeLine:
    cause = explanation(one)
    told = [] if cause is None else [cause.sentence]
    whole = document.whole
    if branch.card is not None and whole is not None:
        mismatch = party_mismatch(branch.card, whole.checked.verifications[0].facts, one)
        if mismatch is not None:
            told.append(notice(mismatch.code, mismatch.facts))
    name = _("Signer unknown") if one.signer is None else person_and_organization(one.signer)
    return TreeLine(
        key=document.key,
        title=name,
        behalf=on_whose_behalf(one).answer,
        verdict=heading_of(one),
        reason=" ".join(told),
        tone=Tone.PRACTICE if one.practice else _TONES.get(one.verdict.value, Tone.PLAIN),
        standing=report.standing,
    )


def table_rows(documents: Iterable[Document]) -> tuple[TableRow, ...]:
    """Return the rows of the table of everything that was verified."""
    found = [row for each in documents if each.whole is not None for row in table_of(each.whole)]
    return tuple(sorted(found, key=lambda row: row.document.casefold()))
