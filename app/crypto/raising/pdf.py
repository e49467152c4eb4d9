"""Raising the signatures of a PDF that is there, whoever made them: updates behind all of it.

The time of an earlier signature is given by a time-stamp of the document, never by one inside it:
its octets are covered by what came after it, and where nothing came, by the promise that no
earlier revision is touched (EN 319 142-1 §6.3: either kind gives B-T).
"""

from collections.abc import Callable, Iterator
from dataclasses import field
from pathlib import Path
from typing import BinaryIO

from app.crypto.cms.levels.growing import Token
from app.crypto.cms.levels.tokens import Material
from app.crypto.evidence.supplies import NetworkSupplies
from app.crypto.model import SignatureFormat, SignatureLevel
from app.crypto.network.fetching import Network
from app.crypto.opening import check_unchanged, file_state, open_regular, path_fact
from app.crypto.pdf.checking import PdfFacts, check_pdf
from app.crypto.pdf.levels import Steps, Subject, material_of_stamps
from app.crypto.raising.model import RaisedFile, RaisedSignature, RaiseRequest
from app.crypto.saving import AtomicFile, edited_target
from app.crypto.verdict.facts import (
    ChangesAfter,
    Level,
    Notice,
    SignatureFacts,
    SignatureKind,
    TimeStampFacts,
    TimeStampKind,
)
from app.crypto.verdict.numbering import index_of, numbers
from app.crypto.verdict.stamps import holds, is_sound
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

Progress = Callable[[int, int], None]

_RESULT = 1
_CHUNK = 1 << 20
_EVIDENT = frozenset({Level.PADES_B_LT, Level.PADES_B_LTA})
_USUAL_DIGEST = "sha256"
_LEVELS = {
    SignatureLevel.T: Level.PADES_B_T,
    SignatureLevel.LT: Level.PADES_B_LT,
    SignatureLevel.LTA: Level.PADES_B_LTA,
}
_ORDER = (Level.PADES_B_B, *_LEVELS.values())


def raise_file(request: RaiseRequest, progress: Progress) -> RaisedFile:
    """Copy the document, add what its signatures lack for the level, save what was reached.

    Raises LEVEL_REACHED, SIGNATURE_NONE, SIGNATURE_NUMBER_UNKNOWN, SIGNATURE_BROKEN, the errors of
    reading a PDF, and, where nothing was reached at all, what stood in the way.
    """
    network = Network(request.evidence.network)
    supplies = NetworkSupplies(request.evidence, network)
    target = request.output or edited_target(request.source, practice=False)
    with open_regular(request.source) as source:
        state = file_state(source)
        before = check_pdf(request.source, progress, trust=supplies.trust)
        work = _Raising(request, before, supplies)
        with AtomicFile.create(target.parent, request.job, _RESULT) as result:
            _copy(source, result)
            work.run(result.path)
            after = check_pdf(result.path, progress, trust=supplies.trust)
            work.demand_kept(after)
            check_unchanged(request.source, state)
            size = result.file.seek(0, 2)
            saved = result.publish(target, numbers=request.output is None, like=request.source)
    return RaisedFile(
        source=request.source,
        target=saved,
        format=SignatureFormat.PADES,
        signatures=tuple(work.told(after)),
        size=size,
        network=network.uses,
    )


def _copy(source: BinaryIO, result: AtomicFile) -> None:
    source.seek(0)
    while piece := source.read(_CHUNK):
        result.write(piece)


@dataclass
class _Raising:
    """One piece of work: what there is, what is to be done, how far it went."""

    request: RaiseRequest
    before: PdfFacts
    supplies: NetworkSupplies
    shortfall: Notice | None = None
    chosen: tuple[SignatureFacts, ...] = field(init=False)
    made: int = field(init=False, default=0)
    """How many document time-stamps were added."""

    def __post_init__(self) -> None:
        """Choose the signatures to be raised; refuse what cannot or need not be."""
        self.chosen = tuple(self._choose())
        self.supplies.network.renew(len(self.chosen))
        if self._reached():
            level = min(one.level.value for one in self.chosen)
            number = self._number(self.chosen[0])
            raise RoscherkError(ErrorCode.LEVEL_REACHED, level=level, number=number)

    def _choose(self) -> Iterator[SignatureFacts]:
        found, named = self.before.signatures, self.request.numbers
        indices = {index_of(number, found) for number in named or ()}
        ours = [one for one in found if one.kind is SignatureKind.SIGNATURE]
        wanted = [one for one in ours if named is None or one.index in indices]
        if not wanted:
            raise RoscherkError(ErrorCode.SIGNATURE_NONE, path=path_fact(self.request.source))
        good = [one for one in wanted if _whole(one)]
        if not good or (named is not None and len(good) < len(wanted)):
            broken = next(one for one in wanted if one not in good)
            raise RoscherkError(ErrorCode.SIGNATURE_BROKEN, number=self._number(broken))
        yield from good

    def _reached(self) -> bool:
        """Tell whether there is nothing left to do."""
        if self.request.level is SignatureLevel.T:
            return all(self._stamps(one) for one in self.chosen)
        if self.request.level is SignatureLevel.LT:
            return all(one.level in _EVIDENT for one in self.chosen)
        return False

    def _stamps(self, one: SignatureFacts) -> list[TimeStampFacts]:
        """Return the time-stamps that hold and prove when a signature was there already."""
        own = _own_stamps(one)
        later = [
            stamp
            for other in self._documents()
            if other.index > one.index
            for stamp in other.time_stamps
        ]
        return [*own, *later]

    def _documents(self) -> list[SignatureFacts]:
        return [
            one
            for one in self.before.signatures
            if one.kind is SignatureKind.DOCUMENT_TIMESTAMP
            and holds(one)
            and all(map(is_sound, one.time_stamps))
        ]

    def run(self, path: Path) -> None:
        """Add what lacks, step by step; whatever fails is told, unless nothing was done at all."""
        digest = self.chosen[-1].algorithms.digest or _USUAL_DIGEST
        steps = Steps(path, self.supplies, digest)
        done = False
        try:
            if not all(self._stamps(one) for one in self.chosen):
                steps.stamp_document()
                done = True
            if self.request.level is not SignatureLevel.T:
                made = steps.document_stamps
                at_hand = self._material() + material_of_stamps(made)
                steps.keep_evidence(list(self._subjects(made)), at_hand)
                done = True
            if self.request.level is SignatureLevel.LTA:
                steps.stamp_document()
        except RoscherkError as error:
            if error.code is ErrorCode.CANCELLED or not done:
                raise
            self.shortfall = Notice(error.code, dict(error.facts))
        self.made = len(steps.document_stamps)

    def _subjects(self, made: list[Token]) -> Iterator[Subject]:
        """Yield whose state is to be proved: signers, and the authorities of all time-stamps."""
        names = self.before.store_names
        for one in self.chosen:
            if one.signer is None:
                continue
            stamps = self._stamps(one)
            times = [stamp.time for stamp in stamps if stamp.time is not None]
            at = min([*times, *(token.time for token in made)])
            yield Subject(one.signer.der, at, names[one.index])
            yield from _authorities(_own_stamps(one), names[one.index])
            yield from (Subject(two.authority, two.time, names[one.index]) for two in made)
        for document in self._documents():
            yield from _authorities(document.time_stamps, names[document.index])

    def _material(self) -> Material:
        return Material(self.before.certificates, self.before.crls, self.before.ocsp)

    def demand_kept(self, after: PdfFacts) -> None:
        """Raise SELF_CHECK_FAILED unless every signature is there and as good as it was."""
        earlier, now = self.before.signatures, after.signatures
        added = now[len(earlier) :]
        if len(added) != self.made or not all(
            holds(one) and all(map(is_sound, one.time_stamps)) for one in added
        ):
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="time_stamp")
        for old, new in zip(earlier, now, strict=False):
            if _worse(old, new):
                raise RoscherkError(
                    ErrorCode.SELF_CHECK_FAILED, step="earlier_signature", index=old.index
                )

    def told(self, after: PdfFacts) -> Iterator[RaisedSignature]:
        """Yield what became of each signature."""
        for one in self.chosen:
            reached = after.signatures[one.index].level
            shortfall = self.shortfall
            if shortfall is None and reached in _ORDER and _ORDER.index(reached) < self._goal:
                shortfall = Notice(ErrorCode.SELF_CHECK_FAILED, {"step": "level"})
            yield RaisedSignature(
                index=one.index,
                number=self._number(one),
                before=one.level.value,
                after=reached.value,
                shortfall=shortfall,
            )

    def _number(self, one: SignatureFacts) -> int:
        return numbers(self.before.signatures)[one.index]

    @property
    def _goal(self) -> int:
        return _ORDER.index(_LEVELS[self.request.level])


def _own_stamps(one: SignatureFacts) -> list[TimeStampFacts]:
    """Return the time-stamps inside a signature that hold."""
    inside = TimeStampKind.SIGNATURE
    return [stamp for stamp in one.time_stamps if stamp.kind is inside and is_sound(stamp)]


_UNEXPLAINED = frozenset({ChangesAfter.UNDEFINED, ChangesAfter.ANNOTATION})


def _whole(one: SignatureFacts) -> bool:
    """Tell whether evidence would add anything to a signature."""
    return (
        one.signature_verifies is True
        and one.digest_matches is True
        and one.signer is not None
        and not one.format_problems
        and one.changes_after not in _UNEXPLAINED
    )


def _authorities(
    stamps: tuple[TimeStampFacts, ...] | list[TimeStampFacts], name: str
) -> Iterator[Subject]:
    for stamp in stamps:
        signer = None if stamp.signature is None else stamp.signature.signer
        if signer is not None and stamp.time is not None:
            yield Subject(signer.der, stamp.time, name)


def _worse(old: SignatureFacts, new: SignatureFacts) -> bool:
    """Tell whether anything speaks against a signature now that did not before."""
    against = [
        {one.code for one in (*facts.format_problems, *facts.constraint_problems)}
        for facts in (old, new)
    ]
    return (
        new.kind is not old.kind
        or new.field_name != old.field_name
        or new.signature_verifies is not old.signature_verifies
        or new.digest_matches is not old.digest_matches
        or not against[1] <= against[0]
        or (new.changes_after in _UNEXPLAINED) > (old.changes_after in _UNEXPLAINED)
    )
