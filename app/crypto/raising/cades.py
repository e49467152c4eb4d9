"""Raising CAdES signatures that are there, whoever made them: one, several or all of a file.

Every octet of the earlier file stays but lengths: unsigned attributes, certificates and revocation
data are added (`app.crypto.cms.levels.growing`). Counter-signatures come before what they stand
on, for an archive time-stamp of that is over them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace

from app.algorithms import digests
from app.crypto.cms import editing, splicing
from app.crypto.cms.checking import check_cms
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.growing import (
    Growing,
    Token,
    archived,
    stamped,
    with_evidence,
    with_references,
)
from app.crypto.cms.levels.imprints import attributes_of
from app.crypto.cms.levels.stamps import LevelTerms, tokens_of
from app.crypto.cms.locating import Place, identity, locate
from app.crypto.cms.output import structure_range, write_structure
from app.crypto.cms.reading import open_cms, read_content
from app.crypto.cms.self_check import demand_kept
from app.crypto.cms.splicing import Parts
from app.crypto.cms.structure import Form, SignedContent
from app.crypto.editing.earlier import Earlier, demand_document, read_earlier
from app.crypto.evidence.supplies import NetworkSupplies
from app.crypto.evidence.terms import level_terms
from app.crypto.model import Encoding, SignatureFormat, SignatureLevel
from app.crypto.network.fetching import Network
from app.crypto.opening import check_unchanged, path_fact
from app.crypto.raising.model import RaisedFile, RaisedSignature, RaiseRequest
from app.crypto.saving import AtomicFile, edited_target
from app.crypto.signing.completing import LEVELS
from app.crypto.signing.levels import Step, climb
from app.crypto.verdict.facts import Level, Notice, SignatureFacts, TimeStampFacts, TimeStampKind
from app.crypto.verdict.numbering import index_of, number_in_cms
from app.crypto.verdict.stamps import first_time, is_sound
from app.crypto.verifying.package import Original
from app.crypto.verifying.whole_digest import whole_digest_of
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

Progress = Callable[[int, int], None]

_RESULT = 1
_EVIDENT = frozenset({Level.CADES_LT, Level.CADES_LTA})
_BASED = frozenset({Level.CADES_BES, Level.CADES_T, Level.CADES_XL1, *_EVIDENT})


def raise_file(request: RaiseRequest, progress: Progress) -> RaisedFile:
    """Read the file, raise its signatures one after another, save what was reached."""
    earlier = read_earlier(request.source, request.content, progress)
    demand_document(earlier)
    network = Network(request.evidence.network)
    supplies = NetworkSupplies(request.evidence, network)
    work = _Raising(request, earlier, supplies)
    outcomes = work.run()
    target = request.output or edited_target(request.source, practice=False)
    with AtomicFile.create(target.parent, request.job, _RESULT) as result:
        write_structure(result, _encoding(request, earlier), _pieces(earlier, work.parts))
        read_back = work.read_back(result, progress)
        check_unchanged(request.source, earlier.state)
        size = result.file.seek(0, 2)
        saved = result.publish(target, numbers=request.output is None, like=request.source)
    return RaisedFile(
        source=request.source,
        target=saved,
        format=SignatureFormat.CADES,
        signatures=tuple(_told(one, read_back) for one in outcomes),
        size=size,
        network=network.uses,
    )


@dataclass(frozen=True)
class _Outcome:
    """What became of one signature; ``key`` finds it again in the new file."""

    index: int
    key: bytes
    before: Level
    goal: SignatureLevel
    shortfall: Notice | None
    raised: bool


@dataclass
class _Raising:
    """One piece of work: the file grows signature by signature."""

    request: RaiseRequest
    earlier: Earlier
    supplies: NetworkSupplies
    parts: Parts = field(init=False)
    terms: LevelTerms = field(init=False)
    before: tuple[SignatureFacts, ...] = field(init=False)

    def __post_init__(self) -> None:
        earlier = self.earlier
        original = Original(earlier.content_path, earlier.content)
        self.parts = earlier.parts
        self.terms = level_terms(
            self.supplies.trust, whole_digest_of(earlier.path, earlier.signed, original)
        )
        self.before = check_cms(earlier.signed, earlier.content, levels=self.terms)

    def run(self) -> tuple[_Outcome, ...]:
        """Raise what is to be raised; raise an error if not one signature came any higher."""
        outcomes: list[_Outcome] = []
        refused: RoscherkError | None = None
        wanted = self._wanted()
        self.supplies.network.renew(len(wanted))
        for place in wanted:
            try:
                outcomes.append(self._raise(place))
            except RoscherkError as error:
                if self.request.numbers is not None or error.code is ErrorCode.CANCELLED:
                    raise
                refused = refused or error
        if any(one.raised for one in outcomes):
            return tuple(sorted(outcomes, key=lambda one: one.index))
        for one in outcomes:
            if one.shortfall is not None:
                raise RoscherkError(ErrorCode(one.shortfall.code), **one.shortfall.facts)
        if refused is not None:
            raise refused
        raise RoscherkError(ErrorCode.SIGNATURE_NONE, path=path_fact(self.request.source))

    def _wanted(self) -> list[Place]:
        """Return the signatures to be raised, what stands on another one before that."""
        places = locate(self.earlier.parts.signers)
        named = self.request.numbers
        if named is not None:
            chosen = {index_of(number, self.before) for number in named}
            places = [one for one in places if one.index in chosen]
        return sorted(places, key=lambda one: (-one.depth, one.index))

    def _raise(self, place: Place) -> _Outcome:
        """Raise one signature as far as it can be; raise an error if it must not be touched."""
        self.supplies.network.renew()
        facts, key = self.before[place.index], identity(place.raw)
        goal = self._goal(place)
        steps = _steps(place, facts, goal)
        now = next(one for one in locate(self.parts.signers) if identity(one.raw) == key)
        growing = self._growing(now, facts)
        grown, shortfall = climb(growing, steps, lambda: self.supplies)
        raised = grown != growing
        if raised:
            self.parts = editing.raised(
                self.parts, now.index, grown.signer, grown.certificates, grown.crls
            )
        return _Outcome(place.index, key, facts.level, goal, shortfall, raised)

    def _goal(self, place: Place) -> SignatureLevel:
        """Leave LTA to what is countersigned: its archive time-stamp covers what stands on it."""
        archived = self.request.level is SignatureLevel.LTA
        return SignatureLevel.LT if archived and place.depth else self.request.level

    def _growing(self, place: Place, facts: SignatureFacts) -> Growing:
        certificate = b"" if facts.signer is None else facts.signer.der
        return Growing(
            signer=place.raw,
            certificate=certificate,
            certificates=self.parts.certificates,
            crls=self.parts.crls,
            content_type=self.parts.content_type,
            digest_of_content=self._digest_of(place),
            stamps=tuple(_tokens(place, facts)),
        )

    def _digest_of(self, place: Place) -> Callable[[str], bytes]:
        if place.parent is None:
            return _DigestsOfContent(self.earlier)
        above = locate(self.parts.signers)[place.parent].signer
        value = b"" if above is None else above.signature
        return lambda name: digests.digest(name, value)

    def read_back(self, result: AtomicFile, progress: Progress) -> dict[bytes, SignatureFacts]:
        """Read the new file, hold it against the old one; return its signatures by their keys."""
        after = open_cms(result.path, progress)
        layout, parts = after.layout, self.parts
        found = (layout.signers, layout.certificates, layout.crls)
        if found != (parts.signers, parts.certificates, parts.crls) or after.problems:
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, step="octets")
        content = self.earlier.content
        if content is not None:
            digest = _DigestsOfContent(self.earlier)
            content = replace(content, digests={one: digest(one) for one in after.needed_digests})
        beside = None if self.earlier.attached else content
        facts = check_cms(after, beside, levels=self.terms)
        demand_kept(self.earlier.signed, self.before, after, facts)
        return {identity(one.raw): facts[one.index] for one in locate(layout.signers)}


class _DigestsOfContent:
    """Digests of the content: those that were taken, others by reading it again."""

    def __init__(self, earlier: Earlier) -> None:
        self._earlier = earlier
        content = earlier.content
        self._known = {} if content is None else dict(content.digests)

    def __call__(self, name: str) -> bytes:
        """Return the digest by the name of its algorithm."""
        if name not in self._known:
            self._known.update(self._read(name).digests)
        return self._known[name]

    def _read(self, name: str) -> SignedContent:
        earlier = self._earlier
        if earlier.content_path is not None:
            return read_content(earlier.content_path, {name})
        inside = open_cms(earlier.path, more_digests={name}).content
        check_unchanged(earlier.path, earlier.state)
        if inside is None:
            raise RoscherkError(ErrorCode.CONTENT_NOT_FOUND, path=path_fact(earlier.path))
        return inside


def _steps(place: Place, facts: SignatureFacts, goal: SignatureLevel) -> Sequence[Step]:
    """Return the way from the present level to the goal; raise an error where there is none."""
    number = number_in_cms(place.index)
    if not (facts.signature_verifies and facts.digest_matches) or place.signer is None:
        raise RoscherkError(ErrorCode.SIGNATURE_BROKEN, number=number)
    now = facts.level
    if now not in _BASED:
        raise RoscherkError(ErrorCode.LEVEL_BASE_MISSING, number=number)
    first: tuple[Step, ...] = (stamped,) if now is Level.CADES_BES else ()
    if goal is SignatureLevel.T and first:
        return first
    if goal is SignatureLevel.XL1 and now in _EVIDENT | {Level.CADES_T, Level.CADES_BES}:
        if now in _EVIDENT or attributes_of(place.signer, oids.CERTIFICATE_REFERENCES):
            # References that are there and broken cannot be mended: octets that are there stay.
            raise RoscherkError(ErrorCode.LEVEL_UNSUITABLE, level="XL1")
        return (*first, with_references)
    if goal is SignatureLevel.LT and now not in _EVIDENT:
        return (*first, with_evidence)
    if goal is SignatureLevel.LTA:
        return (*first, with_evidence, archived)
    raise RoscherkError(ErrorCode.LEVEL_REACHED, level=now.value, number=number)


def _tokens(place: Place, facts: SignatureFacts) -> Iterator[Token]:
    """Yield the sound time-stamps of a signature, ready to be built upon."""
    if place.signer is None:
        return
    found = zip(tokens_of(place.signer), facts.time_stamps, strict=False)
    for (_, encoded), stamp in found:
        if stamp.kind is not TimeStampKind.CONTENT and is_sound(stamp):
            yield from _token(encoded, stamp)


def _token(encoded: bytes, stamp: TimeStampFacts) -> Iterator[Token]:
    signer = None if stamp.signature is None else stamp.signature.signer
    if stamp.time is not None and stamp.imprint_digest is not None and signer is not None:
        yield Token(encoded, stamp.time, stamp.imprint_digest, signer.der)


def _encoding(request: RaiseRequest, earlier: Earlier) -> Encoding:
    if request.encoding is not None:
        return request.encoding
    return Encoding.DER if earlier.signed.form is Form.BINARY else Encoding.BASE64


def _pieces(earlier: Earlier, parts: Parts) -> Iterator[bytes]:
    """Yield the octets of the new file; the content comes straight out of the earlier one."""
    start, end = earlier.signed.layout.content
    head, tail = splicing.frame(parts, end - start)
    yield head
    yield from structure_range(earlier.path, start, end)
    yield tail


def _told(outcome: _Outcome, read_back: dict[bytes, SignatureFacts]) -> RaisedSignature:
    """Say what was reached, by what stands in the new file."""
    facts = read_back[outcome.key]
    after = facts.level
    shortfall = outcome.shortfall
    if shortfall is None and after is not LEVELS[outcome.goal]:
        shortfall = Notice(ErrorCode.SELF_CHECK_FAILED, {"step": "level"})
    return RaisedSignature(
        index=outcome.index,
        number=number_in_cms(outcome.index),
        before=outcome.before.value,
        after=after.value,
        time_stamp=first_time(facts),
        shortfall=shortfall,
    )
