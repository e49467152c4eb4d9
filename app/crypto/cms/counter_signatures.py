"""Counter-signatures: over the value of another signature (RFC 5652 §11.4, rule CAD-07)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.algorithms import digests
from app.crypto.cms import structure, tlv
from app.crypto.cms.codes import FormatProblem
from app.crypto.cms.levels import oids
from app.crypto.cms.levels.checking import with_level
from app.crypto.cms.levels.imprints import digest_of
from app.crypto.cms.levels.stamps import LevelTerms, Subject
from app.crypto.cms.signer_check import Signed, SignerCheck
from app.crypto.cms.signer_infos import read_signer_info
from app.crypto.cms.structure import SignedData, SignerInfo
from app.crypto.verdict.facts import (
    AlgorithmFacts,
    Level,
    Notice,
    SignatureFacts,
    SignatureKind,
)
from app.errors import RoscherkError
from app.values import dataclass

MAX_DEPTH = 5


@dataclass(frozen=True)
class CounterLevels:
    """How the time-stamps of counter-signatures are checked."""

    signed: SignedData
    terms: LevelTerms


@dataclass(frozen=True)
class _Place:
    """Where a counter-signature stands: its number, its parent's, how deep it lies."""

    index: int
    parent: int | None
    depth: int


def check_counter_signatures(
    signer: SignerInfo,
    certificates: Sequence[bytes],
    first: int,
    depth: int = 1,
    levels: CounterLevels | None = None,
) -> Iterator[SignatureFacts]:
    """Check the counter-signatures of one signer and, below each, its own.

    They are numbered from ``first`` on; the number before it is that of ``signer``.
    """
    parent = first - 1
    for attribute in signer.unsigned_attributes:
        if attribute.oid != structure.COUNTER_SIGNATURE:
            continue
        for value in attribute.values:
            place = _Place(first, parent, depth)
            found = _check(value, signer.signature, certificates, place, levels)
            yield from found
            first += len(found)


def damaged_signer(notice: Notice, index: int, parent: int | None = None) -> SignatureFacts:
    """Return the facts of a SignerInfo that cannot be read."""
    return SignatureFacts(
        index=index,
        kind=SignatureKind.SIGNATURE if parent is None else SignatureKind.COUNTER_SIGNATURE,
        parent=parent,
        algorithms=AlgorithmFacts(signature=None, digest=None, signature_oid=None, digest_oid=None),
        format_problems=(notice,),
    )


def _check(
    value: bytes,
    signed_value: bytes,
    certificates: Sequence[bytes],
    place: _Place,
    levels: CounterLevels | None,
) -> list[SignatureFacts]:
    if place.depth > MAX_DEPTH:
        notice = Notice(FormatProblem.COUNTER_SIGNATURE_TOO_DEEP, {"maximum": MAX_DEPTH})
        return [damaged_signer(notice, place.index, place.parent)]
    try:
        signer = read_signer_info(tlv.read_whole(value))
    except RoscherkError as error:
        notice = Notice(FormatProblem.SIGNER_INFO_DAMAGED, dict(error.facts))
        return [damaged_signer(notice, place.index, place.parent)]
    checked = frozenset() if levels is None else oids.CHECKED
    check = SignerCheck(signer, certificates, checked_elsewhere=checked)
    if check.attributes is not None and check.attributes.content_type is not None:
        check.fail_format(FormatProblem.COUNTER_SIGNATURE_CONTENT_TYPE)
    name = signer.digest_name
    known = {} if name is None else {name: digests.digest(name, signed_value)}
    signed = Signed(known, signed_value)
    facts = check.run(signed, place.index, SignatureKind.COUNTER_SIGNATURE, place.parent)
    if check.bound_to_certificate(facts.signing_certificate) and facts.claimed_time is not None:
        facts = replace(facts, level=Level.CADES_BES)
    if levels is not None:
        subject = Subject(levels.signed, signer, digest_of(signed_value))
        facts = with_level(facts, subject, levels.terms)
    below = check_counter_signatures(signer, certificates, place.index + 1, place.depth + 1, levels)
    return [facts, *below]
