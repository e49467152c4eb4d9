"""The tree of a checked package: document → files with its signatures → signers. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from app.crypto.opening import path_fact
from app.crypto.packages.model import DocumentCard, Member, Package, Role
from app.crypto.verdict.facts import Notice
from app.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One document with the files that sign it."""

    shown: Path
    """What people call the document; of a missing one, its signature file."""
    document: Member | None
    """None: not found."""
    files: tuple[int, ...]
    """Which files of the report hold its signatures; the document itself if it has none."""
    mchd: bool = False
    """It is a power of attorney."""
    notices: tuple[Notice, ...] = ()

    @property
    def card(self) -> DocumentCard | None:
        """What the document says of itself."""
        return None if self.document is None else self.document.looked.card


def order_of(package: Package) -> tuple[Member, ...]:
    """Return the members that get a report, in the order of the package.

    Documents of detached signatures get none of their own: their signatures speak of them. But a
    PDF that is signed inside and outside gets both.
    """
    signed = {pair.document for pair in package.pairs if pair.document is not None}
    plain = {Role.DOCUMENT, Role.MCHD}
    return tuple(
        each for each in package.members if each.role not in plain or each.path not in signed
    )


def grow(package: Package, reported: Sequence[Member]) -> tuple[Branch, ...]:
    """Return the branches in the order of the documents' names."""
    known = {each.path: each for each in package.members}
    documents = {pair.signature: pair.document for pair in package.pairs}
    grouped: dict[Path, list[int]] = defaultdict(list)
    for index, member in enumerate(reported):
        grouped[documents.get(member.path) or member.path].append(index)
    told: dict[str, list[Notice]] = defaultdict(list)
    for notice in package.notices:
        told[str(notice.facts.get("document") or notice.facts.get("path", ""))].append(notice)
    branches = []
    for path, files in grouped.items():
        member = known[path]
        missing = member.role is Role.SIGNATURE
        branches.append(
            Branch(
                shown=member.shown,
                document=None if missing else member,
                files=tuple(files),
                mchd=member.is_mchd,
                notices=tuple(told.get(str(member.shown), ())),
            )
        )
    return tuple(sorted(branches, key=lambda one: (one.mchd, str(one.shown).casefold())))


def parts_of(package: Package) -> tuple[tuple[Member, Package], ...]:
    """Part a package into one for each report, with just what belongs to that file.

    A package of thousands of files is verified file by file without being looked through each time.
    """
    known = {each.path: each for each in package.members}
    pairs = {pair.signature: pair for pair in package.pairs}
    powers = [each for each in package.members if each.is_mchd]
    named = {each.path for each in powers}
    signing = [pair for pair in package.pairs if pair.document in named]
    shared = [*powers, *(known[pair.signature] for pair in signing)]
    told: dict[str, list[Notice]] = defaultdict(list)
    for notice in package.notices:
        told[str(notice.facts.get("path", ""))].append(notice)
    parts = []
    for member in order_of(package):
        pair = pairs.get(member.path)
        document = None if pair is None or pair.document is None else known[pair.document]
        own = [member, *([] if document is None else [document]), *shared]
        part = Package(
            members=tuple({each.path: each for each in own}.values()),
            pairs=tuple(dict.fromkeys([*([] if pair is None else [pair]), *signing])),
            notices=tuple(told.get(path_fact(member.shown), ())),
        )
        parts.append((member, part))
    return tuple(parts)
