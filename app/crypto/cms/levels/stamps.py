"""The time-stamps of one signer, each checked against the octets that its kind is over."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from app.algorithms.digests import Digest
from app.crypto.cms import tlv
from app.crypto.cms.codes import LevelRemark
from app.crypto.cms.levels import imprints, oids
from app.crypto.cms.levels.hash_index import HashIndex, Protected, read_hash_index
from app.crypto.cms.levels.imprints import DigestOf
from app.crypto.cms.levels.peeking import Imprint, imprint_of
from app.crypto.cms.levels.tokens import Material, unsigned_of_token
from app.crypto.cms.structure import Attribute, SignedData, SignerInfo
from app.crypto.verdict.facts import ChainFacts, Notice, TimeStampFacts, TimeStampKind
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

ChainOf = Callable[[bytes, Sequence[bytes], Sequence[bytes], Sequence[bytes], datetime], ChainFacts]
"""Certificate, further certificates, revocation lists, OCSP responses, moment → chain."""


class CheckStamp(Protocol):
    """`app.crypto.timestamps.checking.check_time_stamp`."""

    def __call__(
        self,
        token: bytes,
        digest_of: DigestOf,
        kind: TimeStampKind,
        chain_of: ChainOf,
        *,
        extra_certificates: Sequence[bytes] = (),
    ) -> TimeStampFacts:
        """Return the facts of a token."""
        ...


KINDS = {
    oids.CONTENT_TIME_STAMP: TimeStampKind.CONTENT,
    oids.SIGNATURE_TIME_STAMP: TimeStampKind.SIGNATURE,
    oids.REFERENCES_TIME_STAMP: TimeStampKind.REFERENCES,
    oids.ARCHIVE_TIME_STAMP: TimeStampKind.ARCHIVE,
    oids.ARCHIVE_TIME_STAMP_V2: TimeStampKind.ARCHIVE,
    oids.ARCHIVE_TIME_STAMP_V3: TimeStampKind.ARCHIVE_V3,
}
_CERTIFICATES = 0xA0
_REVOCATION_LISTS = 0xA1


@dataclass(frozen=True, kw_only=True)
class LevelTerms:
    """What the check of levels needs besides the file."""

    check_stamp: CheckStamp
    chain_of: ChainOf
    """Under all that the user trusts."""
    embedded_chain_of: ChainOf
    """Under the user's roots alone: all else must come from the file."""
    whole_digest: Callable[[str], Digest | None] = lambda _name: None
    """A running digest over encapContentInfo, and the document if it is not inside; None: the
    octets are not at hand."""


@dataclass(frozen=True)
class Subject:
    """One signature whose time-stamps are looked at."""

    signed: SignedData
    signer: SignerInfo
    content_digest: DigestOf

    @property
    def protected(self) -> Protected:
        """What an archive time-stamp can protect."""
        layout = self.signed.layout
        return Protected(layout.certificates, layout.crls, self.signer.unsigned_attributes)


@dataclass(frozen=True)
class Stamp:
    """A time-stamp, where it stands and what was found."""

    attribute: Attribute
    token: bytes
    facts: TimeStampFacts
    index: HashIndex | None = None
    """Archive time-stamps of the third form: what they protect."""


def tokens_of(signer: SignerInfo) -> Iterator[tuple[Attribute, bytes]]:
    """Yield each time-stamp token of a signer with its attribute, in the order of the file."""
    for attribute in (*(signer.signed_attributes or ()), *signer.unsigned_attributes):
        signed = attribute in (signer.signed_attributes or ())
        if attribute.oid in KINDS and signed is (attribute.oid == oids.CONTENT_TIME_STAMP):
            for value in attribute.values:
                yield attribute, value


def check_stamps(subject: Subject, terms: LevelTerms, material: Material) -> Iterator[Stamp]:
    """Check every time-stamp of a signer; ``material`` of the file helps to build the chains."""

    def chain_of(
        leaf: bytes,
        pool: Sequence[bytes],
        crls: Sequence[bytes],
        ocsp: Sequence[bytes],
        at: datetime,
    ) -> ChainFacts:
        own = Material(tuple(pool), tuple(crls), tuple(ocsp)) + material
        return terms.chain_of(leaf, own.certificates, own.crls, own.ocsp, at)

    def check(token: bytes, digest: DigestOf, kind: TimeStampKind) -> TimeStampFacts:
        pool = material.certificates
        return terms.check_stamp(token, digest, kind, chain_of, extra_certificates=pool)

    for attribute, token in tokens_of(subject.signer):
        kind = KINDS[attribute.oid]
        if kind is TimeStampKind.ARCHIVE_V3:
            yield _archive_v3(subject, attribute, token, check)
        else:
            digest = _digest(subject, attribute, token, terms)
            yield Stamp(attribute, token, check(token, digest, kind))


def _digest(subject: Subject, attribute: Attribute, token: bytes, terms: LevelTerms) -> DigestOf:
    """Return the digest of what a time-stamp is over; None comes out where that is unknown."""
    if attribute.oid == oids.CONTENT_TIME_STAMP:
        return subject.content_digest
    if attribute.oid == oids.SIGNATURE_TIME_STAMP:
        return imprints.digest_of(subject.signer.signature)
    if attribute.oid == oids.REFERENCES_TIME_STAMP:
        forms = imprints.references_octets(subject.signer)
        return _fitting(token, (imprints.digest_of(form) for form in forms))
    if attribute.oid == oids.ARCHIVE_TIME_STAMP_V2:
        return _fitting(token, _archive_v2(subject, token, terms))
    return _unknown


def _unknown(_name: str) -> None:
    return None


def _fitting(token: bytes, forms: Iterable[DigestOf]) -> DigestOf:
    """Return the form whose digest the token names; the first where none fits."""
    claimed = imprint_of(token)
    first: DigestOf | None = None
    for form in _written(forms):
        first = first or form
        if claimed is None or claimed.name is None:
            break
        if form(claimed.name) == claimed.value:
            return form
    return first or _unknown


def _written(forms: Iterable[DigestOf]) -> Iterator[DigestOf]:
    """Yield the forms up to one that cannot be written: what is damaged inside has no DER."""
    try:
        yield from forms
    except RoscherkError as error:
        if error.code not in {ErrorCode.FORMAT_DAMAGED, ErrorCode.FORMAT_TOO_COMPLEX}:
            raise


def _archive_v3(
    subject: Subject,
    attribute: Attribute,
    token: bytes,
    check: Callable[[bytes, DigestOf, TimeStampKind], TimeStampFacts],
) -> Stamp:
    """Check an archive time-stamp of the third form and the index inside it (CAD-06)."""
    index, problem = _read_index(token)
    claimed = imprint_of(token)
    if index is not None and claimed is not None and index.digest != claimed.name:
        problem = Notice(LevelRemark.HASH_INDEX_DIGEST)
    elif index is not None and (missing := index.missing(subject.protected)):
        problem = Notice(LevelRemark.HASH_INDEX_MISMATCH, {"count": missing})
    digest = _unknown if index is None else _fitting(token, _v3_forms(subject, index, claimed))
    facts = check(token, digest, TimeStampKind.ARCHIVE_V3)
    if problem is not None:
        facts = replace(facts, problems=(*facts.problems, problem))
    return Stamp(attribute, token, facts, index)


def _v3_forms(subject: Subject, index: HashIndex, claimed: Imprint | None) -> Iterator[DigestOf]:
    name = None if claimed is None else claimed.name
    content = None if name is None else subject.content_digest(name)
    if content is None:
        return
    for octets in imprints.archive_v3_octets(
        subject.signed.content_type, content, subject.signer, index.raw
    ):
        yield imprints.digest_of(octets)


def _read_index(token: bytes) -> tuple[HashIndex | None, Notice | None]:
    """Read the one index that a token must carry."""
    try:
        found = [
            one
            for one in unsigned_of_token(token)
            if one.oid in {oids.HASH_INDEX, oids.HASH_INDEX_V3}
        ]
        if len(found) != 1:
            return None, Notice(LevelRemark.HASH_INDEX_COUNT, {"count": len(found)})
        return read_hash_index(found[0]), None
    except RoscherkError as error:
        if error.code is ErrorCode.FORMAT_TOO_COMPLEX:
            raise
        return None, Notice(LevelRemark.HASH_INDEX_COUNT, {"count": 0})


def _archive_v2(subject: Subject, token: bytes, terms: LevelTerms) -> Iterator[DigestOf]:
    """Yield the forms of the second form: the whole of the file as it was before (RFC 5126)."""
    signer, layout = subject.signer, subject.signed.layout
    claimed = imprint_of(token)
    if claimed is None or claimed.name is None:
        return
    running = terms.whole_digest(claimed.name)
    if running is None:
        return
    for present, tag in ((layout.certificates, _CERTIFICATES), (layout.crls, _REVOCATION_LISTS)):
        if present:
            running.update(tlv.encode(tag, *present))
    for end in imprints.archive_v2_ends(signer, _later(signer, token, claimed)):
        whole = running.copy()
        whole.update(end)
        yield _only(claimed.name, whole.digest())


def _only(name: str, value: bytes) -> DigestOf:
    return lambda asked: value if asked == name else None


def _later(signer: SignerInfo, token: bytes, claimed: Imprint) -> list[bytes]:
    """Return the archive time-stamps that came with this one or after it.

    An attribute with an older one among its values stays in: what this one is over, it proves.
    """

    def came_later(value: bytes) -> bool:
        imprint = None if value == token else imprint_of(value)
        return imprint is None or imprint.moment >= claimed.moment

    return [
        attribute.encoded
        for attribute in signer.unsigned_attributes
        if attribute.oid in oids.ARCHIVE_TIME_STAMPS and all(map(came_later, attribute.values))
    ]
