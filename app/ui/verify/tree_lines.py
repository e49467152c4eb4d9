"""The tree of what came in: document → signers → on whose behalf → verdict. Values, no Qt here."""

from collections.abc import Iterable
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from app.crypto.packages.model import NO_DOCUMENT, Member
from app.crypto.packages.tree import Branch
from app.crypto.verdict.facts import SignatureKind
from app.crypto.verdict.report import FileReport, SignatureReport, Standing
from app.crypto.verdict.standing import standing_of_signature
from app.reports.table import TableRow, party_mismatch, table_of
from app.texts.answers import on_whose_behalf, person_and_organization
from app.texts.catalogue import _, language, ngettext
from app.texts.package_words import package_notice
from app.texts.showing import local_time, plain
from app.texts.standings import ORDER, standing_short, standing_tone
from app.texts.verdicts import Tone as Judged
from app.texts.verdicts import explanation, heading_of, notice, only_stamp_at_fault
from app.ui.files import Document, State, badge_of, row_of
from app.ui.rows import Badge, Row, Tone
from app.values import dataclass

_STANDING_TONES = {
    Judged.GOOD: Tone.OK,
    Judged.BAD: Tone.ERROR,
    Judged.UNSURE: Tone.WARN,
    Judged.PLAIN: Tone.PLAIN,
}
_TONES = {"TOTAL_PASSED": Tone.OK, "INDETERMINATE": Tone.WARN, "TOTAL_FAILED": Tone.ERROR}


class Flat(NamedTuple):
    """One line as it is shown: a heading, a document, or one who signed it. Made by thousands."""

    key: str
    """Of the document; empty for a heading."""
    cells: tuple[str, ...]
    tone: Tone | None = None
    """Of the verdict; None: a heading has none."""
    signer: bool = False


@dataclass(frozen=True, kw_only=True)
class TreeLine:
    """One line of the tree and what hangs under it.

    What follows from its words is worked out once, by `TreeLines.told` in the thread of the check:
    for thousands of lines at once it would hold up the window.
    """

    key: str
    """Of the document in the list."""
    title: str
    behalf: str = ""
    verdict: str = ""
    reason: str = ""
    tone: Tone = Tone.PLAIN
    standing: Standing | None = None
    """None: there is no verdict yet."""
    file: str = ""
    """The name of the file that came in."""
    mchd: bool = False
    """It is a power of attorney."""
    below: tuple["TreeLine", ...] = field(default=())

    @cached_property
    def cells(self) -> tuple[str, str, str, str]:
        """Return what stands in the columns."""
        return self.title, self.verdict, self.behalf, self.reason

    @cached_property
    def found_by(self) -> str:
        """Return all words of the line and of what hangs under it, in small letters."""
        lines = (self, *self.below)
        return "\n".join(text.casefold() for one in lines for text in (*one.cells, one.file))

    @cached_property
    def flat(self) -> tuple[Flat, ...]:
        """Return the document and those who signed it, as they are shown one below the other."""
        own = Flat(self.key, self.cells, self.tone)
        return own, *(Flat(one.key, one.cells, one.tone, signer=True) for one in self.below)

    @cached_property
    def order(self) -> tuple[bool, str]:
        """Return what the lines are sorted by: powers of attorney last."""
        return self.mchd, self.title.casefold()


def columns() -> tuple[str, str, str, str]:
    """Return the headings of the columns."""
    return _("Document, signer"), _("Verdict"), _("On whose behalf"), _("Reason, warning")


@dataclass(frozen=True)
class Told:
    """What is shown of one document: its line of the tree, its row of the list."""

    line: TreeLine
    place: Path
    """The document that the line is about; several files may sign it."""
    row: Row

    @property
    def standing(self) -> Standing | None:
        """Return the standing; None: there is no verdict yet."""
        return self.line.standing


class TreeLines:
    """Makes the lines; remembers each, so that one verdict among hundreds costs one line."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Document, str, Told]] = {}

    def of(self, documents: Iterable[Document]) -> tuple[TreeLine, ...]:
        """Return the lines, files that sign one document under one line, МЧД last."""
        found: dict[Path, TreeLine] = {}
        for told in self.listed(documents):
            line, known = told.line, found.get(told.place)
            if known is not None:
                worse = min(known, line, key=_gravity)
                line = replace(worse, title=known.title, below=known.below + line.below)
            found[told.place] = line
        return tuple(sorted(found.values(), key=lambda line: line.order))

    def listed(self, documents: Iterable[Document]) -> list[Told]:
        """Return what is shown of each; what is known already costs next to nothing."""
        spoken, known, listed = language(), self._known, []
        for document in documents:
            was = known.get(document.key)
            if was is not None and was[0] is document and was[1] == spoken:
                listed.append(was[2])
            else:
                listed.append(self.told(document))
        return listed

    def told(self, document: Document) -> Told:
        """Return what is shown of one document. May be called in any thread."""
        spoken = language()
        known = self._known.get(document.key)
        if known is not None and known[0] is document and known[1] == spoken:
            return known[2]
        told = _told(document)
        _ = told.line.found_by, told.line.flat, told.line.order
        self._known[document.key] = (document, spoken, told)
        return told

    def forget(self, keys: Iterable[str]) -> None:
        """Let go of documents that went."""
        for key in keys:
            self._known.pop(key, None)


def _gravity(line: TreeLine) -> int:
    """Return a number that is the smaller, the more a line needs somebody's attention.

    Where one of several signatures has no verdict yet, the document has none that is good.
    """
    if line.standing is None:
        return 2 * ORDER.index(Standing.TIME_NOT_PROVED) - 1
    return 2 * ORDER.index(line.standing)


def _signed_by(document: Document) -> Member | None:
    """Return the document that a file of a package signs, or the file itself."""
    package = document.package
    if package is None:
        return None
    known = {each.path: each for each in package.members}
    pairs = {pair.signature: pair.document for pair in package.pairs}
    return known.get(pairs.get(document.path) or document.path)


def _told(document: Document) -> Told:
    if document.checked is not None and document.state is State.CHECKED:
        return _judged(document, document.checked.report.files[0])
    signed = _signed_by(document)
    shown = (document.shown or document.path) if signed is None else signed.shown
    badge = badge_of(document)
    line = TreeLine(
        key=document.key,
        file=plain(document.name),
        title=plain(shown.name),
        verdict=badge.text,
        tone=badge.tone,
        standing=Standing.UNKNOWN if document.state is State.FAILED else None,
        mchd=signed is not None and signed.is_mchd,
    )
    return Told(line, shown, row_of(document))


def _judged(document: Document, report: FileReport) -> Told:
    """Return what is shown of a document that has its verdict."""
    whole = document.whole
    branch = whole.tree[0] if whole is not None and whole.tree else None
    place = branch.shown if branch is not None else Path(report.content or report.path)
    badge = _badge(document, report)
    line = TreeLine(
        key=document.key,
        file=plain(document.name),
        title=plain(place.name),
        verdict=badge.text,
        reason=" ".join(_told_of(branch, report, document)),
        tone=badge.tone,
        standing=report.standing,
        mchd=branch is not None and branch.mchd,
        below=tuple(_signer(document, branch, report, one) for one in report.signatures),
    )
    row, who = replace(row_of(document), badge=badge), _signers(line.below)
    return Told(line, place, replace(row, caption=who, sentence=True) if who else row)


def _badge(document: Document, report: FileReport) -> Badge:
    """Return the verdict in a word or two; what only grew old is neither good nor bad."""
    plain_one = report.signatures and not any(one.practice for one in report.signatures)
    if not plain_one or only_stamp_at_fault(report):
        return badge_of(document)
    standing = report.standing
    return Badge(standing_short(standing), _STANDING_TONES[standing_tone(standing)])


def _signers(below: tuple[TreeLine, ...]) -> str:
    """Name who signed, in one line."""
    names = list(dict.fromkeys(one.title for one in below))
    if len(names) < 2:
        return "".join(names)
    more = ngettext("and {n} more", "and {n} more", len(names) - 1).format(n=len(names) - 1)
    return f"{names[0]} {more}"


def _told_of(branch: Branch | None, report: FileReport, document: Document) -> Iterable[str]:
    if branch is not None and branch.mchd:
        yield _("Power of attorney (МЧД).")
    if branch is not None and branch.document is None and report.content is None:
        yield _("The document itself is missing.")
    whole = document.whole
    earlier = None if whole is None else whole.earlier.get(report.path)
    if earlier is not None:
        yield _("Verdict of an earlier check, of {moment}.").format(moment=local_time(earlier))
    for each in () if branch is None else branch.notices:
        # That a document is missing the file itself tells, which knows if it was found since.
        if each.code not in NO_DOCUMENT:
            yield package_notice(each)


def _signer(
    document: Document, branch: Branch | None, report: FileReport, one: SignatureReport
) -> TreeLine:
    cause = explanation(one)
    told = [] if cause is None else [cause.sentence]
    whole = document.whole
    card = None if branch is None else branch.card
    if card is not None and whole is not None:
        mismatch = party_mismatch(card, one)
        if mismatch is not None:
            told.append(notice(mismatch.code, mismatch.facts))
    standing = standing_of_signature(one)
    words, tone = standing_short(standing), _STANDING_TONES[standing_tone(standing)]
    if one.practice or one.kind is SignatureKind.DOCUMENT_TIMESTAMP:
        words, tone = heading_of(one), _TONES.get(one.verdict.value, Tone.PLAIN)
    name = _("Signer unknown") if one.signer is None else person_and_organization(one.signer)
    return TreeLine(
        key=document.key,
        file=plain(document.name),
        title=name,
        behalf=on_whose_behalf(one).answer,
        verdict=words,
        reason=" ".join(told),
        tone=Tone.PRACTICE if one.practice else tone,
        standing=report.standing,
    )


def table_rows(documents: Iterable[Document]) -> tuple[TableRow, ...]:
    """Return the rows of the table of everything that was verified."""
    found = [row for each in documents if each.whole is not None for row in table_of(each.whole)]
    return tuple(sorted(found, key=lambda row: row.document.casefold()))
